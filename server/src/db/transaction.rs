//! A transaction that may write: its own on PostgreSQL, a place in a group on SQLite.

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement,
};

use super::group::Member;

/// A transaction. Dropped, it is rolled back.
///
/// On SQLite others wait while it is open, and those of its group are answered after its end: inside it nothing is waited for but
/// statements of its own.
#[derive(Debug)]
pub struct Transaction(Kind);

#[derive(Debug)]
enum Kind {
    Own(DatabaseTransaction),
    Shared(Member),
}

impl From<DatabaseTransaction> for Transaction {
    fn from(own: DatabaseTransaction) -> Self {
        Self(Kind::Own(own))
    }
}

impl From<Member> for Transaction {
    fn from(member: Member) -> Self {
        Self(Kind::Shared(member))
    }
}

impl Transaction {
    /// Commits; answers when it is on the disk.
    ///
    /// # Errors
    /// When the database objects; nothing is known to be kept then.
    pub async fn commit(self) -> Result<(), DbErr> {
        match self.0 {
            Kind::Own(own) => own.commit().await,
            Kind::Shared(member) => member.commit().await,
        }
    }

    /// Undoes everything; answers when what it saw of others is on the disk, so that what is read or said afterwards holds.
    ///
    /// # Errors
    /// When the database objects.
    pub async fn rollback(self) -> Result<(), DbErr> {
        match self.0 {
            Kind::Own(own) => own.rollback().await,
            Kind::Shared(member) => member.rollback().await,
        }
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        match &self.0 {
            Kind::Own(own) => own.get_database_backend(),
            Kind::Shared(_) => DbBackend::Sqlite,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match &self.0 {
            Kind::Own(own) => own.execute_raw(statement).await,
            Kind::Shared(member) => {
                let mut sitting = member.seat().sit().await;
                let result = sitting.outer()?.execute_raw(statement).await;
                sitting.noted(result)
            }
        }
    }

    async fn execute_unprepared(&self, text: &str) -> Result<ExecResult, DbErr> {
        match &self.0 {
            Kind::Own(own) => own.execute_unprepared(text).await,
            Kind::Shared(member) => {
                let mut sitting = member.seat().sit().await;
                let result = sitting.outer()?.execute_unprepared(text).await;
                sitting.noted(result)
            }
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match &self.0 {
            Kind::Own(own) => own.query_one_raw(statement).await,
            Kind::Shared(member) => {
                let mut sitting = member.seat().sit().await;
                let result = sitting.outer()?.query_one_raw(statement).await;
                sitting.noted(result)
            }
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match &self.0 {
            Kind::Own(own) => own.query_all_raw(statement).await,
            Kind::Shared(member) => {
                let mut sitting = member.seat().sit().await;
                let result = sitting.outer()?.query_all_raw(statement).await;
                sitting.noted(result)
            }
        }
    }
}
