//! The one who writes on SQLite.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use tokio::sync::{
    mpsc::{Receiver, error::TryRecvError},
    oneshot, watch,
};

use super::{
    End, Member, Message, Outcome, Ticket,
    seat::{Seat, primary_code},
};
use crate::db::connect;

/// Members after which a group commits although others wait: the first ones have waited long enough.
const MEMBERS: usize = 256;
/// Time after which it does.
const TIME: Duration = Duration::from_millis(20);
/// The longest turn of one member. It waits for nothing but its statements, so whoever needs longer hangs.
const TURN: Duration = Duration::from_secs(5);
/// SQLite's code for what the disk did not do.
const IO_ERROR: u32 = 10;

/// Where the connection comes from, when it has to be made anew.
#[derive(Clone, Debug)]
pub(in crate::db) enum Source {
    /// A file.
    File(String),
    /// Memory: what is in it ends with its connection.
    Memory,
}

/// How the member before ended, which is told to SQLite together with what comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nobody,
    Kept,
    Undone,
}

impl Before {
    /// Ends that member's savepoint and opens the next one.
    const fn next(self) -> &'static str {
        match self {
            Self::Nobody => "SAVEPOINT member",
            Self::Kept => "RELEASE member; SAVEPOINT member",
            Self::Undone => "ROLLBACK TO member; RELEASE member; SAVEPOINT member",
        }
    }
}

pub(super) struct Writer {
    source: Source,
    connection: Option<DatabaseConnection>,
    messages: Receiver<Message>,
    halt: watch::Sender<bool>,
}

/// A group under way.
struct Group {
    outer: DatabaseTransaction,
    /// Who waits for the COMMIT.
    waiting: Vec<oneshot::Sender<Outcome>>,
    /// Whose work it holds.
    kept: usize,
    before: Before,
    begun: Instant,
}

/// Why a group did not end well. Nobody of it was told anything but this.
struct Broken {
    waiting: Vec<oneshot::Sender<Outcome>>,
    error: DbErr,
    /// Whether it was the COMMIT itself.
    at_commit: bool,
}

impl Writer {
    pub(super) const fn new(
        source: Source,
        connection: DatabaseConnection,
        messages: Receiver<Message>,
        halt: watch::Sender<bool>,
    ) -> Self {
        Self {
            source,
            connection: Some(connection),
            messages,
            halt,
        }
    }

    /// Until nobody can send any more, or it is told to close, or the disk fails.
    pub(super) async fn run(mut self) {
        let mut put_off = None;
        loop {
            let message = match put_off.take() {
                Some(message) => Some(message),
                None => self.messages.recv().await.inspect(taken),
            };
            match message {
                Some(Message::Begin(ticket)) => match self.group(ticket).await {
                    Ok(next) => put_off = next,
                    Err(broken) => {
                        if self.mend(broken).await {
                            continue;
                        }
                        return;
                    }
                },
                Some(Message::Close(done)) => {
                    self.close().await;
                    // Whoever asked may have stopped waiting.
                    let _ = done.send(());
                    return;
                }
                None => return self.close().await,
            }
        }
    }

    async fn close(&mut self) {
        if let Some(connection) = self.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(cause = %error, "the writing connection did not close well");
        }
    }

    /// Tells everybody that nothing was committed, and gets ready for the next. `false`: there is none.
    async fn mend(&mut self, broken: Broken) -> bool {
        let Broken {
            waiting,
            error,
            at_commit,
        } = broken;
        tracing::error!(cause = %error, members = waiting.len(), "a group was not committed");
        let halts = at_commit && primary_code(&error) == Some(IO_ERROR);
        if halts {
            // After a sync that failed nobody knows what the disk has, and another that succeeds would prove nothing.
            let _ = self.halt.send(true);
        }
        for told in waiting {
            let _ = told.send(Err(error.clone()));
        }
        if let Source::File(_) = self.source {
            // The driver may believe to be in a transaction that SQLite has thrown away.
            self.close().await;
        }
        !halts
    }

    async fn begin(&mut self) -> Result<DatabaseTransaction, DbErr> {
        let connection = match (&self.connection, &self.source) {
            (Some(connection), _) => connection,
            (None, Source::File(path)) => self.connection.insert(connect::writer(path).await?),
            (None, Source::Memory) => return Err(super::lost()),
        };
        connection
            .begin_with_options(TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            })
            .await
    }

    /// One transaction, from its BEGIN to its COMMIT. Gives the message that has to wait for its end.
    async fn group(&mut self, first: Ticket) -> Result<Option<Message>, Broken> {
        if first.turn.is_closed() {
            return Ok(None);
        }
        let outer = match self.begin().await {
            Ok(outer) => outer,
            Err(error) => {
                // Another process may be writing: this one is told so, the next one tries again.
                let _ = first.turn.send(Err(error));
                return Ok(None);
            }
        };
        let mut group = Group {
            outer,
            waiting: Vec::new(),
            kept: 0,
            before: Before::Nobody,
            begun: Instant::now(),
        };
        let mut ticket = first;
        let put_off = loop {
            let alone = ticket.alone;
            group = group.turn(ticket).await?;
            if alone || group.kept >= MEMBERS || group.begun.elapsed() >= TIME {
                break None;
            }
            match self.next() {
                Some(Message::Begin(next)) if !next.alone => ticket = next,
                other => break other,
            }
        };
        group.commit().await?;
        Ok(put_off)
    }

    /// Who waits next and still does.
    fn next(&mut self) -> Option<Message> {
        loop {
            match self.messages.try_recv() {
                Ok(message) => {
                    taken(&message);
                    match message {
                        Message::Begin(ticket) if ticket.turn.is_closed() => {}
                        message => return Some(message),
                    }
                }
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => return None,
            }
        }
    }
}

fn taken(message: &Message) {
    if matches!(message, Message::Begin(_)) {
        metrics::gauge!("raiten_writes_waiting").decrement(1.0);
    }
}

impl Group {
    /// Lets one member in and waits for its end.
    async fn turn(mut self, ticket: Ticket) -> Result<Self, Broken> {
        let opened = self.outer.execute_unprepared(self.before.next()).await;
        if let Err(error) = opened {
            let _ = ticket.turn.send(Err(error.clone()));
            return Err(self.broken(error, false));
        }
        let seat = Arc::new(Seat::new(self.outer));
        let (end, ended) = oneshot::channel();
        // Whoever has stopped waiting in this very moment drops the place, which is a way of giving up.
        let _ = ticket.turn.send(Ok(Member::new(Arc::clone(&seat), end)));
        let end = if ticket.alone {
            ended.await.ok()
        } else {
            match tokio::time::timeout(TURN, ended).await {
                Ok(end) => end.ok(),
                Err(_) => {
                    tracing::error!("a transaction held up all others and was rolled back");
                    None
                }
            }
        };
        let (outer, broken) = seat.vacate().await;
        self.before = Before::Undone;
        match end {
            Some(End::Commit(told)) => {
                self.waiting.push(told);
                self.kept += 1;
                self.before = Before::Kept;
            }
            // What it saw of others is not on the disk yet.
            Some(End::GivenUp(told)) if self.kept > 0 => self.waiting.push(told),
            Some(End::GivenUp(told)) => {
                let _ = told.send(Ok(()));
            }
            None => {}
        }
        match (outer, broken) {
            (Some(outer), None) => Ok(Self { outer, ..self }),
            (_, error) => Err(Broken {
                waiting: self.waiting,
                error: error.unwrap_or_else(super::lost),
                at_commit: false,
            }),
        }
    }

    async fn commit(self) -> Result<(), Broken> {
        if self.before == Before::Undone {
            let undone = self.outer.execute_unprepared("ROLLBACK TO member").await;
            if let Err(error) = undone {
                return Err(self.broken(error, false));
            }
        }
        let Self {
            outer,
            waiting,
            kept,
            ..
        } = self;
        if let Err(error) = outer.commit().await {
            return Err(Broken {
                waiting,
                error,
                at_commit: true,
            });
        }
        if kept > 0 {
            metrics::histogram!("raiten_group_commit_size").record(kept as f64);
        }
        for told in waiting {
            // Whoever hung up finds it when asking again.
            let _ = told.send(Ok(()));
        }
        Ok(())
    }

    fn broken(self, error: DbErr, at_commit: bool) -> Broken {
        Broken {
            waiting: self.waiting,
            error,
            at_commit,
        }
    }
}
