//! How logins come to be: an installation's owners by the command line, staff by invitation.

use app::{
    api::{account::Role, retailer::Holdout},
    audit::Action,
    id::{AccountId, InvitationId, RetailerId},
    lang::Text,
    problem::ProblemKind,
};
use serde_json::json;

use crate::{
    db::{
        Db,
        accounts::{self, NewAccount},
        audit::{self, Actor, Record, Seen},
        directory, holdout,
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
    /// Whom the retailer keeps out to begin with.
    pub holdout: Holdout,
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
    holdout::choose(&transaction, retailer_id, new.holdout, now).await?;
    let account = NewAccount {
        account_id,
        email: &email,
        name: &name,
        role: Role::Owner,
        password_hash: &password_hash,
    };
    accounts::insert(&transaction, retailer_id, &account, now).await?;
    let record = Record {
        retailer_id,
        actor: Actor::Command("create owner"),
        action: Action::RetailerCreated,
        subject: retailer_id.to_string(),
        store_id: None,
        details: json!({ "owner": account_id, "holdout": new.holdout }),
    };
    audit::enter(&transaction, &record, &Seen::default(), now).await?;
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
    seen: &Seen,
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
    let record = Record {
        retailer_id,
        actor: Actor::Account(account_id),
        action: Action::PersonJoined,
        subject: account_id.to_string(),
        store_id: None,
        details: json!({ "invitation_id": invitation.invitation_id, "store_ids": store_ids }),
    };
    audit::enter(&transaction, &record, seen, now).await?;
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

#[cfg(test)]
mod tests {
    use app::{
        id::{InvitationId, StoreId},
        problem::ProblemKind,
    };

    use app::api::retailer::Holdout;

    use super::{NewOwner, OwnerError, accept_invitation, create_owner};
    use crate::{
        db::{Db, accounts, audit::Seen, connect, invitations},
        new_id,
    };
    use app::{api::account::Role, id::RetailerId};
    use sea_orm::ConnectionTrait;

    const NOW: i64 = 1_800_000_000_000;

    async fn retailer(db: &Db, email: &str) -> anyhow::Result<(RetailerId, app::id::AccountId)> {
        let new = NewOwner {
            retailer_name: "東京ストア",
            retailer_name_en: None,
            name: "花子",
            email,
            password: "correct horse battery",
            holdout: Holdout::NOBODY,
        };
        Ok(create_owner(db, &new, NOW).await?)
    }

    /// A store and an invitation to it; gives the secret.
    async fn invite(
        db: &Db,
        (retailer_id, owner): (RetailerId, app::id::AccountId),
        email: &str,
    ) -> anyhow::Result<String> {
        let store_id = new_id!(StoreId, NOW);
        let new = invitations::NewInvitation {
            invitation_id: new_id!(InvitationId, NOW),
            email,
            name: "太郎",
            created_by: owner,
            store_ids: &[store_id],
        };
        let transaction = db.begin().await?;
        transaction
            .execute_unprepared(&format!(
                "INSERT INTO stores (retailer_id, store_id, name, lat, lng, created_at) \
                 VALUES ('{retailer_id}', '{store_id}', '銀座', 35.67, 139.76, {NOW})"
            ))
            .await?;
        let secret = invitations::insert(&transaction, retailer_id, &new, NOW).await?;
        transaction.commit().await?;
        Ok(secret)
    }

    #[tokio::test]
    async fn an_invitation_works_once_and_for_its_stores() -> anyhow::Result<()> {
        let db = connect("sqlite::memory:").await?;
        let owner = retailer(&db, "hanako@example.jp").await?;
        let secret = invite(&db, owner, "taro@example.jp").await?;
        let other = retailer(&db, "other@example.jp").await?;
        // The secret of one retailer opens nothing at another.
        assert!(
            invitations::find(db.read(), other.0, &secret)
                .await?
                .is_none()
        );
        let found = invitations::find(db.read(), owner.0, &secret)
            .await?
            .ok_or_else(|| anyhow::anyhow!("no invitation"))?;
        let (account_id, _) =
            accept_invitation(&db, &Seen::default(), owner.0, &found, "太郎", "-", NOW)
                .await
                .map_err(|e| anyhow::anyhow!("{e:?}"))?;
        let me = accounts::me(db.read(), owner.0, account_id)
            .await?
            .ok_or_else(|| anyhow::anyhow!("no login"))?;
        assert_eq!((me.role, me.stores.len()), (Role::Staff, 1));
        let again =
            accept_invitation(&db, &Seen::default(), owner.0, &found, "次郎", "-", NOW).await;
        assert_eq!(again.map_err(|e| e.kind), Err(ProblemKind::InvitationOver));
        Ok(())
    }

    #[tokio::test]
    async fn an_address_that_signs_in_elsewhere_leaves_the_invitation_open() -> anyhow::Result<()> {
        let db = connect("sqlite::memory:").await?;
        let owner = retailer(&db, "hanako@example.jp").await?;
        let other = retailer(&db, "taro@example.jp").await?;
        let secret = invite(&db, owner, "taro@example.jp").await?;
        let found = invitations::find(db.read(), owner.0, &secret)
            .await?
            .ok_or_else(|| anyhow::anyhow!("no invitation"))?;
        let refused =
            accept_invitation(&db, &Seen::default(), owner.0, &found, "太郎", "-", NOW).await;
        assert_eq!(refused.map_err(|e| e.kind), Err(ProblemKind::EmailTaken));
        let still = invitations::find(db.read(), owner.0, &secret).await?;
        assert!(still.is_some_and(|found| found.is_open(NOW)));
        assert!(accounts::me(db.read(), other.0, other.1).await?.is_some());
        let twice = retailer(&db, "Hanako@example.jp").await;
        assert!(twice.is_err_and(|error| matches!(
            error.downcast_ref::<OwnerError>(),
            Some(OwnerError::EmailTaken { .. })
        )));
        Ok(())
    }
}
