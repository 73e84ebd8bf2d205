//! A transaction that may write: its own on PostgreSQL, a place in a group on SQLite.

use std::sync::{Mutex, PoisonError};

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement,
};

use super::{group::Member, sqlite::Connection};

/// A transaction. Dropped, it is rolled back.
///
/// On SQLite others wait while it is open, and those of its group are answered after its end: inside it nothing is waited for but
/// statements of its own.
#[derive(Debug)]
pub struct Transaction {
    kind: Kind,
    last: Mutex<Vec<Statement>>,
}

#[derive(Debug)]
enum Kind {
    Own(DatabaseTransaction),
    Shared(Member),
}

impl From<DatabaseTransaction> for Transaction {
    fn from(own: DatabaseTransaction) -> Self {
        Self::new(Kind::Own(own))
    }
}

impl From<Member> for Transaction {
    fn from(member: Member) -> Self {
        Self::new(Kind::Shared(member))
    }
}

impl Transaction {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            last: Mutex::default(),
        }
    }

    /// Puts a statement off to just before the COMMIT: one that changes a row which many transactions change, so that they wait for each
    /// other for as short a time as can be. It has to change exactly one row then, or nothing of the transaction is done and
    /// [`Self::commit`] answers with [`DbErr::RecordNotUpdated`]. Several are run in their order, which has to be the same everywhere.
    pub(super) fn last(&self, statement: Statement) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.push(statement);
    }

    /// Commits; answers when it is on the disk.
    ///
    /// # Errors
    /// [`DbErr::RecordNotUpdated`] where something that was put off could not be done, and so nothing was. When the database objects;
    /// nothing is known to be kept then.
    pub async fn commit(self) -> Result<(), DbErr> {
        let last = std::mem::take(&mut *self.last.lock().unwrap_or_else(PoisonError::into_inner));
        for statement in last {
            if self.execute_raw(statement).await?.rows_affected() != 1 {
                self.rollback().await?;
                return Err(DbErr::RecordNotUpdated);
            }
        }
        match self.kind {
            Kind::Own(own) => own.commit().await,
            Kind::Shared(member) => member.commit().await,
        }
    }

    /// Undoes everything; answers when what it saw of others is on the disk, so that what is read or said afterwards holds.
    ///
    /// # Errors
    /// When the database objects.
    pub async fn rollback(self) -> Result<(), DbErr> {
        match self.kind {
            Kind::Own(own) => own.rollback().await,
            Kind::Shared(member) => member.rollback().await,
        }
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        match &self.kind {
            Kind::Own(own) => own.get_database_backend(),
            Kind::Shared(_) => DbBackend::Sqlite,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match &self.kind {
            Kind::Own(own) => own.execute_raw(statement).await,
            Kind::Shared(member) => {
                let work = move |connection: &Connection| connection.execute(&statement);
                Ok(member.seat().run(work).await?.into())
            }
        }
    }

    async fn execute_unprepared(&self, text: &str) -> Result<ExecResult, DbErr> {
        match &self.kind {
            Kind::Own(own) => own.execute_unprepared(text).await,
            Kind::Shared(member) => {
                let text = text.to_owned();
                let work = move |connection: &Connection| connection.batch(&text);
                Ok(member.seat().run(work).await?.into())
            }
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match &self.kind {
            Kind::Own(own) => own.query_one_raw(statement).await,
            Kind::Shared(member) => {
                let work = move |connection: &Connection| connection.query(&statement, 1);
                let rows = member.seat().run(work).await?;
                Ok(rows.into_iter().next().map(Into::into))
            }
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match &self.kind {
            Kind::Own(own) => own.query_all_raw(statement).await,
            Kind::Shared(member) => {
                let work = move |connection: &Connection| connection.query(&statement, usize::MAX);
                let rows = member.seat().run(work).await?;
                Ok(rows.into_iter().map(Into::into).collect())
            }
        }
    }
}
