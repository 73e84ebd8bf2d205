//! Errors, in the form in which the other driver gives them: whoever looks for a code finds it whichever driver it was.

use std::{borrow::Cow, error::Error, fmt, sync::Arc};

use sea_orm::{
    DbErr, RuntimeErr, SqlxError,
    sqlx::error::{DatabaseError, ErrorKind},
};

/// What SQLite answered.
#[derive(Debug)]
struct Answer {
    /// The extended code.
    code: i32,
    message: String,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "(code: {}) {}", self.code, self.message)
    }
}

impl Error for Answer {}

impl DatabaseError for Answer {
    fn message(&self) -> &str {
        &self.message
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        Some(self.code.to_string().into())
    }

    fn as_error(&self) -> &(dyn Error + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn Error + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn Error + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> ErrorKind {
        match self.code {
            1555 | 2067 => ErrorKind::UniqueViolation,
            787 => ErrorKind::ForeignKeyViolation,
            275 => ErrorKind::CheckViolation,
            1299 => ErrorKind::NotNullViolation,
            _ => ErrorKind::Other,
        }
    }
}

fn driver(error: rusqlite::Error) -> Result<RuntimeErr, DbErr> {
    match error {
        rusqlite::Error::SqliteFailure(cause, message) => {
            let message = message.unwrap_or_else(|| cause.to_string());
            Ok(RuntimeErr::SqlxError(Arc::new(SqlxError::Database(
                Box::new(Answer {
                    code: cause.extended_code,
                    message,
                }),
            ))))
        }
        other => Err(DbErr::Custom(other.to_string())),
    }
}

/// An error of what should have changed something.
pub(super) fn executing(error: rusqlite::Error) -> DbErr {
    driver(error).map_or_else(|other| other, DbErr::Exec)
}

/// An error of a question.
pub(super) fn querying(error: rusqlite::Error) -> DbErr {
    driver(error).map_or_else(|other| other, DbErr::Query)
}

/// An error of opening a file.
pub(super) fn opening(error: rusqlite::Error) -> DbErr {
    driver(error).map_or_else(|other| other, DbErr::Conn)
}
