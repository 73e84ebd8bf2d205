//! Who may call: role and tenancy are types in a handler's signature, so a signature says who may call it.
//!
//! A handler that takes none of these is open to anybody. Ids of a tenant come from the session, never from the request.

use app::{
    api::account::Role,
    id::{AccountId, ApiKeyId, RetailerId, ShopperId, StoreId},
    lang::Text,
    problem::ProblemKind,
};
use axum::extract::FromRequestParts;
use axum_extra::extract::CookieJar;
use http::{header, request::Parts};

use crate::{
    db::{api_keys, sessions},
    error::{ApiError, ApiResult},
    random::token_hash,
    state::App,
};

/// The cookie of a shopper: `shp_…​.token`.
pub const SHOPPER_COOKIE: &str = "raiten_shopper";
/// The cookie of a retailer's login: `ret_…​.token`.
pub const ACCOUNT_COOKIE: &str = "raiten_account";

/// A shopper's session.
#[derive(Clone, Copy, Debug)]
pub struct Shopper {
    /// Who.
    pub shopper_id: ShopperId,
}

/// A shopper, and which of their sessions it is.
#[derive(Clone, Debug)]
pub struct ShopperSession {
    /// Who.
    pub shopper_id: ShopperId,
    /// What is kept of the session's token.
    pub session: String,
}

/// Any login of a retailer.
#[derive(Clone, Copy, Debug)]
pub struct SignedIn {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The login.
    pub account_id: AccountId,
    /// What it may do.
    pub role: Role,
}

/// A login that runs the retailer.
#[derive(Clone, Copy, Debug)]
pub struct Owner {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The login.
    pub account_id: AccountId,
}

/// A system of a retailer's that posts what it knows, by a key.
#[derive(Clone, Copy, Debug)]
pub struct Integration {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The key.
    pub key_id: ApiKeyId,
}

/// A key as a system sends it: `key_….ret_….token`. The id leads to the retailer, the token proves it.
#[must_use]
pub fn api_key(retailer_id: RetailerId, key_id: ApiKeyId, token: &str) -> String {
    format!("{key_id}.{retailer_id}.{token}")
}

/// A login that may stand at a till: staff at the stores they were invited to, owners at all of theirs.
#[derive(Clone, Copy, Debug)]
pub struct AtTill {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The login.
    pub account_id: AccountId,
    role: Role,
}

impl AtTill {
    /// The same login at one store's till.
    ///
    /// # Errors
    /// `not-found` for a store of another tenant or one this login was not invited to: it does not learn which.
    pub async fn at(self, app: &App, store_id: StoreId) -> ApiResult<Till> {
        let allowed = match self.role {
            Role::Owner => {
                crate::db::accounts::owns_store(app.db.read(), self.retailer_id, store_id).await?
            }
            Role::Staff => {
                crate::db::accounts::works_at(
                    app.db.read(),
                    self.retailer_id,
                    self.account_id,
                    store_id,
                )
                .await?
            }
        };
        if allowed || planted!("till_of_any_store") {
            Ok(Till {
                retailer_id: self.retailer_id,
                account_id: self.account_id,
                store_id,
            })
        } else {
            Err(ProblemKind::NotFound.into())
        }
    }
}

/// A till: a login at a store it may stand at. Only [`AtTill::at`] makes one.
#[derive(Clone, Copy, Debug)]
pub struct Till {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The login.
    pub account_id: AccountId,
    /// The store.
    pub store_id: StoreId,
}

/// Splits a cookie `id.token`.
pub(crate) fn split<T: std::str::FromStr>(value: &str) -> Option<(T, &str)> {
    let (id, token) = value.split_once('.')?;
    Some((id.parse().ok()?, token))
}

impl FromRequestParts<App> for ShopperSession {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> ApiResult<Self> {
        let jar = CookieJar::from_headers(&parts.headers);
        let cookie = jar.get(SHOPPER_COOKIE).ok_or(ProblemKind::NotSignedIn)?;
        let (shopper_id, token) =
            split::<ShopperId>(cookie.value()).ok_or(ProblemKind::NotSignedIn)?;
        let found =
            sessions::shopper_session_lives(app.db.read(), shopper_id, token, app.clock.now())
                .await?;
        if found {
            Ok(Self {
                shopper_id,
                session: token_hash(token),
            })
        } else {
            Err(ProblemKind::NotSignedIn.into())
        }
    }
}

impl FromRequestParts<App> for Shopper {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> ApiResult<Self> {
        let ShopperSession { shopper_id, .. } =
            ShopperSession::from_request_parts(parts, app).await?;
        Ok(Self { shopper_id })
    }
}

impl FromRequestParts<App> for Integration {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> ApiResult<Self> {
        let given = parts.headers.get(header::AUTHORIZATION);
        let key = given
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .and_then(|key| split::<ApiKeyId>(key.trim()));
        let (key_id, rest) = key.ok_or_else(no_key)?;
        let (retailer_id, token) = split::<RetailerId>(rest).ok_or_else(no_key)?;
        if api_keys::opens(app.db.read(), retailer_id, key_id, token).await? {
            Ok(Self {
                retailer_id,
                key_id,
            })
        } else {
            Err(no_key())
        }
    }
}

/// The same for a key that is none and one that was withdrawn.
fn no_key() -> ApiError {
    ApiError::with(ProblemKind::NotSignedIn, |lang, problem| {
        const TITLE: Text = Text::new("API キーが使えません", "No API key that works");
        const DETAIL: Text = Text::new(
            "ヘッダー Authorization: Bearer に有効な API キーを入れてください。キーは管理画面で発行できます。",
            "Send a key that works in the header Authorization: Bearer. Keys are made in the console.",
        );
        TITLE.get(lang).clone_into(&mut problem.title);
        DETAIL.get(lang).clone_into(&mut problem.detail);
    })
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> ApiResult<Self> {
        let jar = CookieJar::from_headers(&parts.headers);
        let cookie = jar.get(ACCOUNT_COOKIE).ok_or(ProblemKind::NotSignedIn)?;
        let (retailer_id, token) =
            split::<RetailerId>(cookie.value()).ok_or(ProblemKind::NotSignedIn)?;
        let (account_id, role) =
            sessions::account_of_session(app.db.read(), retailer_id, token, app.clock.now())
                .await?
                .ok_or(ProblemKind::NotSignedIn)?;
        Ok(Self {
            retailer_id,
            account_id,
            role,
        })
    }
}

impl FromRequestParts<App> for Owner {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> ApiResult<Self> {
        let who = SignedIn::from_request_parts(parts, app).await?;
        match who.role {
            Role::Owner => Ok(Self {
                retailer_id: who.retailer_id,
                account_id: who.account_id,
            }),
            Role::Staff if planted!("staff_may_what_owners_may") => Ok(Self {
                retailer_id: who.retailer_id,
                account_id: who.account_id,
            }),
            Role::Staff => Err(ProblemKind::Forbidden.into()),
        }
    }
}

impl FromRequestParts<App> for AtTill {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> ApiResult<Self> {
        let who = SignedIn::from_request_parts(parts, app).await?;
        Ok(Self {
            retailer_id: who.retailer_id,
            account_id: who.account_id,
            role: who.role,
        })
    }
}
