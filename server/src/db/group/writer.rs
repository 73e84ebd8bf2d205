//! The one who writes on SQLite.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use sea_orm::DbErr;
use tokio::{
    sync::{
        mpsc::{Receiver, error::TryRecvError},
        oneshot, watch,
    },
    task::spawn_blocking,
};

use super::{
    End, Member, Message, Outcome, Ticket,
    seat::{Seat, primary_code},
};
use crate::db::sqlite::{Connection, Use};

/// Members after which a group commits although others wait: the first ones have waited long enough.
const MEMBERS: usize = 256;
/// Time after which it does.
const TIME: Duration = Duration::from_millis(20);
/// The longest turn of one member. It waits for nothing but its statements, so whoever needs longer hangs.
const TURN: Duration = Duration::from_secs(5);
/// SQLite's code for what the disk did not do.
const IO_ERROR: u32 = 10;

/// How the member before ended, which is told to SQLite together with what comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nobody,
    Kept,
    Undone,
}

impl Before {
    /// Ends that member's savepoint and opens the next one.
    fn next(self, connection: &Connection) -> Result<(), DbErr> {
        if self == Self::Undone {
            connection.fixed("ROLLBACK TO member")?;
        }
        if self != Self::Nobody {
            connection.fixed("RELEASE member")?;
        }
        connection.fixed("SAVEPOINT member")
    }
}

pub(super) struct Writer {
    path: PathBuf,
    /// Nowhere while a group is under way.
    connection: Option<Connection>,
    messages: Receiver<Message>,
    halt: watch::Sender<bool>,
}

/// A group under way.
struct Group {
    connection: Connection,
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
        path: PathBuf,
        connection: Connection,
        messages: Receiver<Message>,
        halt: watch::Sender<bool>,
    ) -> Self {
        Self {
            path,
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

    /// Closes the connection, which may write the log back into the file.
    async fn close(&mut self) {
        let connection = self.connection.take();
        if let Err(error) = spawn_blocking(move || drop(connection)).await {
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
        let halts = at_commit
            && primary_code(&error) == Some(IO_ERROR)
            && !planted!("goes_on_after_a_failed_sync");
        if halts {
            // After a sync that failed nobody knows what the disk has, and another that succeeds would prove nothing.
            let _ = self.halt.send(true);
        }
        for told in waiting {
            let _ = told.send(Err(error.clone()));
        }
        !halts
    }

    /// A connection inside a transaction. After a group that broke it is a new one.
    async fn begin(&mut self) -> Result<Connection, DbErr> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                let path = self.path.clone();
                blocking(move || Connection::open(&path, Use::Write)).await?
            }
        };
        if connection.try_begin()? {
            return Ok(connection);
        }
        // Another process is writing: that is waited for where nobody else waits.
        let (connection, begun) = blocking(move || {
            let begun = connection.fixed("BEGIN IMMEDIATE");
            Ok((connection, begun))
        })
        .await?;
        match begun {
            Ok(()) => Ok(connection),
            Err(error) => {
                self.connection = Some(connection);
                Err(error)
            }
        }
    }

    /// One transaction, from its BEGIN to its COMMIT. Gives the message that has to wait for its end.
    async fn group(&mut self, first: Ticket) -> Result<Option<Message>, Broken> {
        if first.turn.is_closed() {
            return Ok(None);
        }
        let connection = match self.begin().await {
            Ok(connection) => connection,
            Err(error) => {
                // Another process may be writing: this one is told so, the next one tries again.
                let _ = first.turn.send(Err(error));
                return Ok(None);
            }
        };
        let mut group = Group {
            connection,
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
        self.connection = Some(group.commit().await?);
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
        if let Err(error) = self.before.next(&self.connection) {
            let _ = ticket.turn.send(Err(error.clone()));
            return Err(self.broken(error, false));
        }
        let seat = Seat::new(self.connection, ticket.alone);
        let (end, ended) = oneshot::channel();
        // Whoever has stopped waiting in this very moment drops the place, which is a way of giving up.
        let _ = ticket.turn.send(Ok(Member::new(seat.clone(), end)));
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
        let (connection, broken) = seat.vacate().await;
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
        match (connection, broken) {
            (Some(connection), None) => Ok(Self { connection, ..self }),
            (_, error) => Err(Broken {
                waiting: self.waiting,
                error: error.unwrap_or_else(super::lost),
                at_commit: false,
            }),
        }
    }

    /// Commits, and only then tells who waits. Gives the connection back.
    async fn commit(self) -> Result<Connection, Broken> {
        if self.before == Before::Undone
            && let Err(error) = self.connection.fixed("ROLLBACK TO member")
        {
            return Err(self.broken(error, false));
        }
        let Self {
            connection,
            mut waiting,
            kept,
            ..
        } = self;
        if planted!("told_before_the_group_commits") {
            for told in std::mem::take(&mut waiting) {
                let _ = told.send(Ok(()));
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        // It waits for the disk.
        let committed = blocking(move || {
            connection.fixed("COMMIT")?;
            Ok(connection)
        })
        .await;
        let connection = match committed {
            Ok(connection) => connection,
            Err(error) => {
                return Err(Broken {
                    waiting,
                    error,
                    at_commit: true,
                });
            }
        };
        if kept > 0 {
            metrics::histogram!("raiten_group_commit_size").record(kept as f64);
        }
        for told in waiting {
            // Whoever hung up finds it when asking again.
            let _ = told.send(Ok(()));
        }
        Ok(connection)
    }

    fn broken(self, error: DbErr, at_commit: bool) -> Broken {
        Broken {
            waiting: self.waiting,
            error,
            at_commit,
        }
    }
}

/// Runs what waits for the disk where nobody else waits.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DbErr> + Send + 'static,
) -> Result<T, DbErr> {
    spawn_blocking(work)
        .await
        .map_err(|error| DbErr::Custom(error.to_string()))?
}
