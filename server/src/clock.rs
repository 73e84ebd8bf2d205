//! The one place that reads the time. `app` and `db` are given it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

/// Where "now" comes from: the system, or a hand that tests move.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The system's clock.
    System,
    /// Stands still until it is moved.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `unix_ms`.
    #[must_use]
    pub fn manual(unix_ms: i64) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(unix_ms)))
    }

    /// Moves a manual clock; the system's is left alone.
    pub fn advance(&self, ms: i64) {
        if let Self::Manual(now) = self {
            now.fetch_add(ms, Ordering::SeqCst);
        }
    }

    /// Now, unix milliseconds UTC.
    #[must_use]
    pub fn now(&self) -> i64 {
        match self {
            Self::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .ok()
                .and_then(|d| i64::try_from(d.as_millis()).ok())
                .unwrap_or(0),
            Self::Manual(now) => now.load(Ordering::SeqCst),
        }
    }
}
