//! Who is signed in: what staff and console share. A session is the server's cookie; the page only knows whose it is.

mod gate;
mod login;
pub mod text;

pub use gate::{AccountGate, AccountMenu};

use app::{
    api::{
        account::{LoginRequest, Me},
        path,
    },
    problem::ProblemKind,
};
use leptos::{prelude::*, task::spawn_local};

use crate::http::{self, HttpError};

/// What is known about the session.
#[derive(Clone, Debug, PartialEq)]
pub enum Session {
    /// Not asked yet.
    Asking,
    /// Nobody. `ended`: somebody was, until now.
    Out {
        /// The session ended by itself.
        ended: bool,
    },
    /// Somebody.
    In(Me),
    /// Could not be asked.
    Failed(HttpError),
}

/// The session of this page, as a context.
#[derive(Clone, Copy, Debug)]
pub struct Account {
    /// What is known.
    pub session: RwSignal<Session>,
}

impl Account {
    /// Makes it known to the components below and asks the server. Call it once, in the program's outermost component.
    pub fn provide() -> Self {
        let account = Self {
            session: RwSignal::new(Session::Asking),
        };
        provide_context(account);
        account.ask();
        account
    }

    /// The session of the page; a page without one knows nobody.
    #[must_use]
    pub fn here() -> Self {
        use_context().unwrap_or_else(|| Self {
            session: RwSignal::new(Session::Out { ended: false }),
        })
    }

    /// Asks the server who is signed in.
    pub fn ask(self) {
        self.session.set(Session::Asking);
        spawn_local(async move {
            let session = match http::get::<Me>(path::ME).await {
                Ok(me) => Session::In(me),
                // A shopper's session on the same device is nobody here.
                Err(e)
                    if matches!(
                        e.kind(),
                        Some(ProblemKind::NotSignedIn | ProblemKind::Forbidden)
                    ) =>
                {
                    Session::Out { ended: false }
                }
                Err(e) => Session::Failed(e),
            };
            self.session.set(session);
        });
    }

    /// Signs in.
    ///
    /// # Errors
    /// The wrong e-mail or password, too many attempts, no connection.
    pub async fn log_in(self, request: &LoginRequest) -> Result<(), HttpError> {
        let me = http::post::<Me>(path::LOGIN, request).await?;
        self.session.set(Session::In(me));
        Ok(())
    }

    /// Signs out; the page forgets even if the server cannot be reached, but says so by asking again next time.
    pub fn log_out(self) {
        spawn_local(async move {
            let _ = http::post_empty::<serde_json::Value>(path::LOGOUT).await;
            self.session.set(Session::Out { ended: false });
        });
    }

    /// Looks at an answer on its way: a session that ended leads back to the login.
    ///
    /// # Errors
    /// The one that came in.
    pub fn watch<T>(self, answer: Result<T, HttpError>) -> Result<T, HttpError> {
        if let Err(e) = &answer
            && e.kind() == Some(ProblemKind::NotSignedIn)
        {
            self.session.set(Session::Out { ended: true });
        }
        answer
    }
}
