//! Invitations to become staff: by a link whose secret is kept as a hash, good once and for some days.

use std::collections::HashMap;

use app::{
    api::account::{Invitation, StoreRef},
    id::{AccountId, InvitationId, RetailerId, StoreId},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};

use super::{
    accounts::{pick, stores_named},
    corrupt,
    entity::{invitation_stores, invitations},
};
use crate::random;

/// How long an invitation works, milliseconds.
pub const INVITATION_MS: i64 = 7 * 86_400_000;

/// An invitation about to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewInvitation<'a> {
    /// The invitation.
    pub invitation_id: InvitationId,
    /// As [`app::account::email`] gives it.
    pub email: &'a str,
    /// The person's name.
    pub name: &'a str,
    /// The owner who invites.
    pub created_by: AccountId,
    /// The stores.
    pub store_ids: &'a [StoreId],
}

/// An invitation as its secret finds it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The invitation.
    pub invitation_id: InvitationId,
    /// Whom it is for.
    pub email: String,
    /// The person's name as the owner wrote it.
    pub name: String,
    /// The stores, by name.
    pub stores: Vec<StoreRef>,
    /// When it stops working.
    pub expires_at: i64,
    /// When it was accepted, if it was.
    pub accepted_at: Option<i64>,
}

impl Found {
    /// Whether it can be accepted at a time.
    #[must_use]
    pub fn is_open(&self, now: i64) -> bool {
        self.accepted_at.is_none() && self.expires_at > now
    }
}

/// Writes an invitation and its stores; gives the secret, which is not kept.
///
/// # Errors
/// A violated foreign key when a store is not the retailer's; else when the database objects.
pub async fn insert(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    new: &NewInvitation<'_>,
    now: i64,
) -> Result<String, DbErr> {
    let secret = random::token();
    invitations::Entity::insert(invitations::ActiveModel {
        retailer_id: Set(retailer_id.to_string()),
        invitation_id: Set(new.invitation_id.to_string()),
        token_hash: Set(random::token_hash(&secret)),
        email: Set(new.email.to_owned()),
        name: Set(new.name.to_owned()),
        created_by: Set(new.created_by.to_string()),
        created_at: Set(now),
        expires_at: Set(now + INVITATION_MS),
        accepted_at: Set(None),
    })
    .exec_without_returning(connection)
    .await?;
    invitation_stores::Entity::insert_many(new.store_ids.iter().map(|store_id| {
        invitation_stores::ActiveModel {
            retailer_id: Set(retailer_id.to_string()),
            invitation_id: Set(new.invitation_id.to_string()),
            store_id: Set(store_id.to_string()),
        }
    }))
    .exec_without_returning(connection)
    .await?;
    Ok(secret)
}

/// Marks an invitation accepted; `false` when it was accepted before or is over, and then nothing changed.
///
/// # Errors
/// When the database objects.
pub async fn accept(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    invitation_id: InvitationId,
    now: i64,
) -> Result<bool, DbErr> {
    Ok(invitations::Entity::update_many()
        .col_expr(invitations::Column::AcceptedAt, Expr::value(Some(now)))
        .filter(invitations::Column::RetailerId.eq(retailer_id.to_string()))
        .filter(invitations::Column::InvitationId.eq(invitation_id.to_string()))
        .filter(invitations::Column::AcceptedAt.is_null())
        .filter(invitations::Column::ExpiresAt.gt(now))
        .exec(connection)
        .await?
        .rows_affected
        == 1)
}

/// The invitation behind a secret.
///
/// # Errors
/// When the database objects.
pub async fn find(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    secret: &str,
) -> Result<Option<Found>, DbErr> {
    let Some(row) = invitations::Entity::find()
        .filter(invitations::Column::RetailerId.eq(retailer_id.to_string()))
        .filter(invitations::Column::TokenHash.eq(random::token_hash(secret)))
        .one(connection)
        .await?
    else {
        return Ok(None);
    };
    let mut stores = stores_of(connection, retailer_id, Some(&row.invitation_id)).await?;
    Ok(Some(Found {
        invitation_id: row
            .invitation_id
            .parse()
            .map_err(corrupt("invitation id"))?,
        email: row.email,
        name: row.name,
        stores: stores.remove(&row.invitation_id).unwrap_or_default(),
        expires_at: row.expires_at,
        accepted_at: row.accepted_at,
    }))
}

/// One invitation, or all of them, newest first; without links.
///
/// # Errors
/// When the database objects.
pub async fn list(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    only: Option<InvitationId>,
) -> Result<Vec<Invitation>, DbErr> {
    let only = only.map(|id| id.to_string());
    let mut query = invitations::Entity::find()
        .filter(invitations::Column::RetailerId.eq(retailer_id.to_string()))
        .order_by_desc(invitations::Column::InvitationId);
    if let Some(id) = &only {
        query = query.filter(invitations::Column::InvitationId.eq(id));
    }
    let rows = query.all(connection).await?;
    let mut stores = stores_of(connection, retailer_id, only.as_deref()).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Invitation {
                invitation_id: row
                    .invitation_id
                    .parse()
                    .map_err(corrupt("invitation id"))?,
                email: row.email,
                name: row.name,
                stores: stores.remove(&row.invitation_id).unwrap_or_default(),
                expires_at: row.expires_at,
                accepted_at: row.accepted_at,
                link: None,
            })
        })
        .collect()
}

/// The stores by invitation.
async fn stores_of(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    only: Option<&str>,
) -> Result<HashMap<String, Vec<StoreRef>>, DbErr> {
    let mut query = invitation_stores::Entity::find()
        .filter(invitation_stores::Column::RetailerId.eq(retailer_id.to_string()));
    if let Some(id) = only {
        query = query.filter(invitation_stores::Column::InvitationId.eq(id));
    }
    let mut ids: HashMap<String, Vec<String>> = HashMap::new();
    for row in query.all(connection).await? {
        ids.entry(row.invitation_id).or_default().push(row.store_id);
    }
    let names = stores_named(connection, retailer_id, ids.values().flatten()).await?;
    Ok(ids
        .into_iter()
        .map(|(invitation, stores)| (invitation, pick(&names, &stores)))
        .collect())
}
