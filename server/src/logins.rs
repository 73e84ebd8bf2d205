//! How logins come to be: an installation's owners by the command line, staff by invitation.

use app::{
    api::account::Role,
    id::{AccountId, InvitationId, RetailerId},
    lang::Text,
    problem::ProblemKind,
};

use crate::{
    db::{
        Db,
        accounts::{self, NewAccount},
        directory,
        invitations::{self, Found},
        is_unique_violation, retailers, sessions,
    },
    error::{ApiError, ApiResult},
    new_id, password,
};

/// A retailer and the login that runs it, about to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewOwner<'a> {
    /// The retailer's name.
    pub retailer_name: &'a str,
    /// Its name in English, if it has one.
    pub retailer_name_en: Option<&'a str>,
    /// The person's name.
    pub name: &'a str,
    /// Who signs in.
    pub email: &'a str,
    /// 10 to 200 characters. Never logged: keep this type out of logs.
    pub password: &'a str,
}

/// Why an owner cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum OwnerError {
    /// A field breaks a rule.
    #[error("{field}: {}", reason.en)]
    Field {
        /// Which.
        field: &'static str,
        /// What to do.
        reason: Text,
    },
    /// Somebody signs in with this address.
    #[error("{email} has a login already: use another address")]
    EmailTaken {
        /// The address.
        email: String,
    },
    /// A fault of ours.
    #[error(transparent)]
    Fault(#[from] anyhow::Error),
}

impl From<sea_orm::DbErr> for OwnerError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Fault(error.into())
    }
}

/// Makes a retailer with its first owner.
///
/// # Errors
/// See [`OwnerError`]; nothing was made then.
pub async fn create_owner(
    db: &Db,
    new: &NewOwner<'_>,
    now: i64,
) -> Result<(RetailerId, AccountId), OwnerError> {
    let field = |field| move |reason| OwnerError::Field { field, reason };
    let retailer_name = app::account::name(new.retailer_name).map_err(field("retailer"))?;
    let name = app::account::name(new.name).map_err(field("name"))?;
    let email = app::account::email(new.email).map_err(field("email"))?;
    app::account::check_password(new.password).map_err(field("password"))?;
    let password_hash = password::hash_aside(new.password.to_owned()).await?;
    let retailer_id = new_id!(RetailerId, now);
    let account_id = new_id!(AccountId, now);
    if !directory::claim(db, &email, retailer_id, account_id, now).await? {
        return Err(OwnerError::EmailTaken { email });
    }
    let transaction = db.begin().await?;
    retailers::insert(
        &transaction,
        retailer_id,
        &retailer_name,
        new.retailer_name_en,
        now,
    )
    .await?;
    let account = NewAccount {
        account_id,
        email: &email,
        name: &name,
        role: Role::Owner,
        password_hash: &password_hash,
    };
    accounts::insert(&transaction, retailer_id, &account, now).await?;
    transaction.commit().await?;
    Ok((retailer_id, account_id))
}

/// Turns an invitation into a login with a session; gives the login and the session's token.
///
/// `name` and `password_hash` were checked and made before.
///
/// # Errors
/// `invitation-over`, `email-taken`, or a fault; nothing was made then.
pub async fn accept_invitation(
    db: &Db,
    retailer_id: RetailerId,
    invitation: &Found,
    name: &str,
    password_hash: &str,
    now: i64,
) -> ApiResult<(AccountId, String)> {
    let account_id = account_of(invitation.invitation_id)?;
    if !directory::claim(db, &invitation.email, retailer_id, account_id, now).await? {
        return Err(ProblemKind::EmailTaken.into());
    }
    let transaction = db.begin().await?;
    if !invitations::accept(&transaction, retailer_id, invitation.invitation_id, now).await? {
        transaction.rollback().await?;
        return Err(ProblemKind::InvitationOver.into());
    }
    let account = NewAccount {
        account_id,
        email: &invitation.email,
        name,
        role: Role::Staff,
        password_hash,
    };
    match accounts::insert(&transaction, retailer_id, &account, now).await {
        Ok(()) => {}
        Err(error) if is_unique_violation(&error) => {
            return Err(ProblemKind::EmailTaken.into());
        }
        Err(error) => return Err(error.into()),
    }
    let store_ids: Vec<_> = invitation.stores.iter().map(|s| s.store_id).collect();
    accounts::assign_stores(&transaction, retailer_id, account_id, &store_ids).await?;
    let token = sessions::begin_account(&transaction, retailer_id, account_id, now).await?;
    transaction.commit().await?;
    Ok((account_id, token))
}

/// The login an invitation becomes. One and the same each time, so that a second try after a fault claims the address for the
/// login that the first one meant.
fn account_of(invitation_id: InvitationId) -> ApiResult<AccountId> {
    let text = invitation_id.to_string();
    let body = text.trim_start_matches(InvitationId::PREFIX);
    format!("{}{body}", AccountId::PREFIX)
        .parse()
        .map_err(ApiError::internal)
}
