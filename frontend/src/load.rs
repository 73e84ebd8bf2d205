//! Reading from the API into a page.

use std::future::Future;

use leptos::{prelude::*, task::spawn_local};

use crate::{http::HttpError, online};

/// Where a read stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Load<T> {
    /// On its way.
    Loading,
    /// There.
    Ready(T),
    /// Not to be had.
    Failed(HttpError),
}

/// A read that can be repeated: its state, and what starts it again.
pub struct Loaded<T: Send + Sync + 'static> {
    /// Where it stands.
    pub state: RwSignal<Load<T>>,
    again: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Loaded<T> {}

impl<T: Send + Sync + 'static> Loaded<T> {
    /// Reads once more, because somebody asked: what failed makes room at once.
    pub fn retry(self) {
        if matches!(*self.state.read_untracked(), Load::Failed(_)) {
            self.state.set(Load::Loading);
        }
        self.refresh();
    }

    /// Reads once more; what is there stays until the answer is.
    pub fn refresh(self) {
        self.again.update(|n| *n = n.wrapping_add(1));
    }
}

/// Reads now, and again whenever a signal that `read` touches changes (the language among them: what the server wrote is
/// in the reader's language). An answer that was overtaken by a later question is dropped. What could not be reached is asked for
/// again by itself.
pub fn load<T, F>(read: impl Fn() -> F + 'static) -> Loaded<T>
where
    T: Clone + Send + Sync + 'static,
    F: Future<Output = Result<T, HttpError>> + 'static,
{
    let loaded = Loaded {
        state: RwSignal::new(Load::Loading),
        again: RwSignal::new(0),
    };
    let asked = StoredValue::new(0_u32);
    Effect::new(move |_| {
        loaded.again.track();
        let _ = crate::lang::lang();
        let this = asked.with_value(|n| n.wrapping_add(1));
        asked.set_value(this);
        let answer = read();
        spawn_local(async move {
            let answer = answer.await;
            // The page may be gone, or have asked again.
            if asked.try_get_value() == Some(this) {
                loaded.state.set(match answer {
                    Ok(value) => Load::Ready(value),
                    Err(error) => Load::Failed(error),
                });
            }
        });
    });
    Effect::new(move |_| {
        online::chances();
        if matches!(
            *loaded.state.read_untracked(),
            Load::Failed(HttpError::Offline)
        ) {
            loaded.refresh();
        }
    });
    loaded
}
