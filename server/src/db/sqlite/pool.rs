//! Connections behind the interface that the rest of the program knows.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use sea_orm::{DbErr, ProxyDatabaseTrait, ProxyExecResult, ProxyRow, Statement};
use tokio::{sync::Mutex as Turns, task::spawn_blocking};

use super::{Connection, Use};

/// Connections for whoever reads. As many as are in use at one moment: one for each thread that is at it.
#[derive(Clone, Debug)]
pub(in crate::db) struct Readers {
    path: Arc<PathBuf>,
    idle: Arc<Mutex<Vec<Connection>>>,
    /// Whether a statement is sent to a thread where nobody else waits for it.
    on_threads: bool,
}

impl Readers {
    /// For short statements, run where they are called.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub(in crate::db) fn short(path: PathBuf) -> Result<Self, DbErr> {
        Self::open(path, false)
    }

    /// For long ones, each on a thread.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub(in crate::db) fn long(path: PathBuf) -> Result<Self, DbErr> {
        Self::open(path, true)
    }

    fn open(path: PathBuf, on_threads: bool) -> Result<Self, DbErr> {
        let first = Connection::open(&path, Use::Read)?;
        Ok(Self {
            path: Arc::new(path),
            idle: Arc::new(Mutex::new(vec![first])),
            on_threads,
        })
    }

    fn run<T>(&self, work: impl FnOnce(&Connection) -> Result<T, DbErr>) -> Result<T, DbErr> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let connection = match idle {
            Some(connection) => connection,
            None => Connection::open(&self.path, Use::Read)?,
        };
        let result = work(&connection);
        // One that met an error is not used again: what is wrong may be with the connection.
        if result.is_ok() {
            self.idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
        }
        result
    }

    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, DbErr> + Send + 'static,
    ) -> Result<T, DbErr> {
        if self.on_threads {
            let this = self.clone();
            on_a_thread(move || this.run(work)).await
        } else {
            self.run(work)
        }
    }
}

#[async_trait::async_trait]
impl ProxyDatabaseTrait for Readers {
    async fn query(&self, statement: Statement) -> Result<Vec<ProxyRow>, DbErr> {
        self.with(move |connection| connection.query(&statement, usize::MAX))
            .await
    }

    async fn execute(&self, statement: Statement) -> Result<ProxyExecResult, DbErr> {
        self.with(move |connection| connection.execute(&statement))
            .await
    }
}

/// One connection for one who does one thing after the other, so that a transaction may be begun on it. Statements run on threads.
#[derive(Clone, Debug)]
pub(in crate::db) struct Only {
    connection: Arc<Turns<Connection>>,
    /// What the interface has no place for: why a transaction did not begin or end.
    failed: Arc<Mutex<Option<DbErr>>>,
}

impl Only {
    /// Opens it.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub(in crate::db) async fn open(path: PathBuf, purpose: Use) -> Result<Self, DbErr> {
        let connection = on_a_thread(move || Connection::open(&path, purpose)).await?;
        Ok(Self {
            connection: Arc::new(Turns::new(connection)),
            failed: Arc::default(),
        })
    }

    /// The first transaction that did not begin or end as it should.
    ///
    /// # Errors
    /// That it did not.
    pub(in crate::db) fn whole(&self) -> Result<(), DbErr> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.clone().map_or(Ok(()), Err)
    }

    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, DbErr> + Send + 'static,
    ) -> Result<T, DbErr> {
        self.whole()?;
        let connection = Arc::clone(&self.connection).lock_owned().await;
        on_a_thread(move || work(&connection)).await
    }

    async fn turn(&self, statement: &'static str) {
        if let Err(error) = self
            .with(move |connection| connection.fixed(statement))
            .await
        {
            let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
            failed.get_or_insert(error);
        }
    }
}

#[async_trait::async_trait]
impl ProxyDatabaseTrait for Only {
    async fn query(&self, statement: Statement) -> Result<Vec<ProxyRow>, DbErr> {
        self.with(move |connection| connection.query(&statement, usize::MAX))
            .await
    }

    async fn execute(&self, statement: Statement) -> Result<ProxyExecResult, DbErr> {
        self.with(move |connection| {
            if statement.values.is_none() {
                // There may be several in one text.
                connection.batch(&statement.sql)
            } else {
                connection.execute(&statement)
            }
        })
        .await
    }

    async fn begin(&self) {
        self.turn("BEGIN").await;
    }

    async fn commit(&self) {
        self.turn("COMMIT").await;
    }

    async fn rollback(&self) {
        self.turn("ROLLBACK").await;
    }
}

async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DbErr> + Send + 'static,
) -> Result<T, DbErr> {
    spawn_blocking(work)
        .await
        .map_err(|error| DbErr::Custom(error.to_string()))?
}
