//! Group commit on SQLite: requests that write share one fsync, and each is answered only after the COMMIT that holds its work.
//!
//! Requests wait in a bounded queue. The [`writer`] begins one transaction, lets them in one after the other, each behind a savepoint,
//! and commits when nobody waits or enough did. So a member sees what those before it did although that is not on the disk yet, and
//! nothing that rests on it may leave before it is: [`Member::commit`] and [`Member::rollback`] both wait for the COMMIT, and for a
//! member that is dropped, [`settled`] waits before the answer leaves. Does the COMMIT fail, all of them fail.

mod seat;
#[cfg(test)]
mod tests;
mod writer;

use std::{
    future::Future,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sea_orm::{ConnAcquireErr, DbErr};
use tokio::sync::{mpsc, oneshot, watch};

use self::{seat::Seat, writer::Writer};
use super::sqlite::Connection;

/// How much may wait to be written, and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests that wait for their turn on SQLite; one more is refused at once. At least 1.
    pub waiting: usize,
    /// The longest that one waits: for its turn on SQLite, for a connection on PostgreSQL.
    pub wait: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            waiting: 1_024,
            wait: Duration::from_secs(5),
        }
    }
}

/// What is sent to the writer.
enum Message {
    /// Somebody wants to write.
    Begin(Ticket),
    /// Nobody will any more; answered when the connection is closed.
    Close(oneshot::Sender<()>),
}

/// A place in the queue.
struct Ticket {
    turn: oneshot::Sender<Result<Member, DbErr>>,
    /// Whether it takes so long that nobody should have to wait for its end.
    alone: bool,
}

/// How a member ended, and where its outcome is told.
#[derive(Debug)]
enum End {
    Commit(oneshot::Sender<Outcome>),
    GivenUp(oneshot::Sender<Outcome>),
}

/// What became of a group.
type Outcome = Result<(), DbErr>;

/// The way to the writer.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    messages: mpsc::Sender<Message>,
    limits: Limits,
    halted: watch::Receiver<bool>,
}

impl Queue {
    /// Starts the writer on a file, inside a runtime.
    pub(super) fn start(path: PathBuf, connection: Connection, limits: Limits) -> Self {
        let (messages, receiver) = mpsc::channel(limits.waiting.max(1));
        let (halt, halted) = watch::channel(false);
        tokio::spawn(Writer::new(path, connection, receiver, halt).run());
        Self {
            messages,
            limits,
            halted,
        }
    }

    /// Waits for a turn.
    pub(super) async fn begin(&self, alone: bool) -> Result<Member, DbErr> {
        let (turn, mine) = oneshot::channel();
        match self
            .messages
            .try_send(Message::Begin(Ticket { turn, alone }))
        {
            Ok(()) => metrics::gauge!("raiten_writes_waiting").increment(1.0),
            Err(mpsc::error::TrySendError::Full(_)) => return Err(refused("full")),
            Err(mpsc::error::TrySendError::Closed(_)) => return Err(self.over()),
        }
        match tokio::time::timeout(self.limits.wait, mine).await {
            Ok(Ok(turn)) => turn,
            Ok(Err(_)) => Err(self.over()),
            Err(_) => Err(refused("late")),
        }
    }

    /// Waits until the writer stopped for good because the disk did not take what was committed.
    pub(super) async fn halted(&self) {
        let mut halted = self.halted.clone();
        if halted.wait_for(|halted| *halted).await.is_err() {
            // It ended as it should.
            std::future::pending::<()>().await;
        }
    }

    /// Whether it stopped for good.
    pub(super) fn is_halted(&self) -> bool {
        *self.halted.borrow()
    }

    /// Lets those who wait have their turn, and closes the connection.
    pub(super) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.messages.send(Message::Close(done)).await.is_ok() {
            // An error says that it has ended already.
            let _ = closed.await;
        }
    }

    /// How many wait.
    #[cfg(test)]
    fn waiting(&self) -> usize {
        self.messages.max_capacity() - self.messages.capacity()
    }

    fn over(&self) -> DbErr {
        if self.is_halted() {
            DbErr::Custom(
                "writing has stopped: the disk did not take what was committed".to_owned(),
            )
        } else {
            DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)
        }
    }
}

/// Too much to do: nothing was done, and a little later there may be time.
fn refused(why: &'static str) -> DbErr {
    metrics::counter!("raiten_writes_refused_total", "reason" => why).increment(1);
    DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)
}

/// A transaction that shares its COMMIT with others. Dropped, it is rolled back.
#[derive(Debug)]
pub struct Member {
    seat: Seat,
    end: Option<oneshot::Sender<End>>,
}

impl Member {
    fn new(seat: Seat, end: oneshot::Sender<End>) -> Self {
        Self {
            seat,
            end: Some(end),
        }
    }

    /// Where statements run.
    pub(super) fn seat(&self) -> &Seat {
        &self.seat
    }

    /// Answers after the COMMIT that holds this.
    pub(super) async fn commit(self) -> Outcome {
        self.leave(End::Commit).await
    }

    /// Undoes what was done, and answers after the COMMIT that holds what this may have seen.
    pub(super) async fn rollback(self) -> Outcome {
        self.leave(End::GivenUp).await
    }

    async fn leave(mut self, how: impl FnOnce(oneshot::Sender<Outcome>) -> End) -> Outcome {
        let (told, outcome) = oneshot::channel();
        let sent = self
            .end
            .take()
            .is_some_and(|end| end.send(how(told)).is_ok());
        if !sent {
            // It took too long and was shown out.
            return Err(refused("slow"));
        }
        outcome.await.unwrap_or(Err(lost()))
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        if let Some(end) = self.end.take() {
            let (told, outcome) = oneshot::channel();
            if end.send(End::GivenUp(told)).is_ok() {
                // Outside of a request nobody is told anything.
                let _ = OWED.try_with(|owed| owed.add(outcome));
            }
        }
    }
}

/// The writer went in the middle, so nothing was committed.
fn lost() -> DbErr {
    DbErr::Custom("the transaction was lost before its COMMIT".to_owned())
}

tokio::task_local! {
    /// COMMITs that the answer of this task has to wait for.
    static OWED: Owed;
}

#[derive(Clone, Debug, Default)]
struct Owed(Arc<Mutex<Vec<oneshot::Receiver<Outcome>>>>);

impl Owed {
    fn add(&self, outcome: oneshot::Receiver<Outcome>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(outcome);
    }

    fn take(&self) -> Vec<oneshot::Receiver<Outcome>> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Runs what makes an answer, and waits until everything that it saw is on the disk: a transaction that was dropped with a refusal may
/// have seen what others of its group did.
///
/// # Errors
/// When that COMMIT failed: the answer rests on what never was.
pub async fn settled<T>(work: impl Future<Output = T>) -> Result<T, DbErr> {
    let owed = Owed::default();
    let answer = OWED.scope(owed.clone(), work).await;
    for outcome in owed.take() {
        outcome.await.unwrap_or(Err(lost()))?;
    }
    Ok(answer)
}
