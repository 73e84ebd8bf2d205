//! What a database's refusal means: come again, make room, or stop before anything is lost.

use sea_orm::{DbErr, RuntimeErr, SqlxError};

use super::is_busy;

/// Why a database cannot do now what is asked of it. Whatever is none of these is a fault of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Others are at work; see [`is_busy`].
    Busy,
    /// It is being restarted, or the line to it was cut. What was under way is either there or not; the same key tells.
    Away,
    /// There is no space left: nothing was written.
    Full,
    /// The disk did not take or give back what it was asked to. What it holds is not known any more until the database has been opened
    /// anew, which trusts only what can be read.
    Broken,
}

/// SQLite's extended codes for a disk that failed: reading, writing, syncing a file or a folder, truncating, and the bare one.
const BROKEN: [&str; 6] = ["10", "266", "778", "1034", "1290", "1546"];

impl Trouble {
    /// What kind of trouble an error is, if it is one.
    #[must_use]
    pub fn of(error: &DbErr) -> Option<Self> {
        if is_busy(error) {
            return Some(Self::Busy);
        }
        let (DbErr::Conn(RuntimeErr::SqlxError(driver))
        | DbErr::Exec(RuntimeErr::SqlxError(driver))
        | DbErr::Query(RuntimeErr::SqlxError(driver))) = error
        else {
            return None;
        };
        match driver.as_ref() {
            SqlxError::Io(_) | SqlxError::PoolClosed => {
                (!planted!("a_lost_line_is_a_fault")).then_some(Self::Away)
            }
            // A server that dies while it is greeted may say half a word. What is said in the middle of a conversation is another matter.
            SqlxError::Protocol(_) if matches!(error, DbErr::Conn(_)) => Some(Self::Away),
            SqlxError::Database(answer) => of_code(answer.code()?.as_ref()),
            _ => None,
        }
    }

    /// After how many seconds it is worth asking again.
    #[must_use]
    pub const fn retry_after(self) -> u64 {
        match self {
            Self::Busy => 1,
            Self::Away => 2,
            Self::Full | Self::Broken => 30,
        }
    }
}

/// SQLite's codes are numbers, PostgreSQL's have five characters: told to stop, crashed, not up yet, connection lost.
fn of_code(code: &str) -> Option<Trouble> {
    match code {
        "13" | "53100" => (!planted!("a_full_disk_is_a_fault")).then_some(Trouble::Full),
        "57P01" | "57P02" | "57P03" => {
            (!planted!("a_lost_line_is_a_fault")).then_some(Trouble::Away)
        }
        _ if code.len() == 5 && code.starts_with("08") => Some(Trouble::Away),
        _ if BROKEN.contains(&code) => {
            (!planted!("goes_on_after_a_failed_sync")).then_some(Trouble::Broken)
        }
        _ => None,
    }
}

/// The exit code after a disk failed (`EX_IOERR`).
pub const EXIT: i32 = 74;

/// Ends the program at once: after a failed sync nobody knows what the disk holds, and going on could acknowledge what is not there.
pub fn stop(error: &DbErr) -> ! {
    tracing::error!(cause = %error, "the disk under the database failed: stopping at once");
    // Also where the log is set to be silent.
    eprintln!(
        "raiten: the disk under the database failed ({error}). Nothing that was acknowledged depends on what failed. Look after the \
         disk, start again, and run `raiten verify`"
    );
    std::process::exit(EXIT)
}

/// The same for work without a request.
pub fn stop_if_broken(error: &anyhow::Error) {
    if let Some(error) = error.downcast_ref::<DbErr>()
        && Trouble::of(error) == Some(Trouble::Broken)
    {
        stop(error);
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbErr, RuntimeErr, SqlxError};

    use super::{Trouble, of_code};

    #[test]
    fn half_a_greeting_is_no_fault_of_ours() {
        let said = || RuntimeErr::SqlxError(SqlxError::Protocol("0x00".to_owned()).into());
        assert_eq!(Trouble::of(&DbErr::Conn(said())), Some(Trouble::Away));
        assert_eq!(Trouble::of(&DbErr::Query(said())), None);
    }

    #[test]
    fn codes_of_both_databases() {
        for (code, trouble) in [
            ("13", Some(Trouble::Full)),
            ("53100", Some(Trouble::Full)),
            ("57P01", Some(Trouble::Away)),
            ("08006", Some(Trouble::Away)),
            ("1034", Some(Trouble::Broken)),
            ("778", Some(Trouble::Broken)),
            // A unique key and a check are answers, not trouble.
            ("2067", None),
            ("23505", None),
            ("275", None),
        ] {
            assert_eq!(of_code(code), trouble, "{code}");
        }
    }
}
