//! Logins of a retailer and the stores they work at.

use std::collections::HashMap;

use app::{
    api::account::{Me, Role, StaffMember, StoreRef},
    id::{AccountId, RetailerId, StoreId},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::{
    corrupt,
    entity::{account_stores, accounts, stores},
    retailers,
};

/// How many stores an owner's [`Me`] names.
const OWNER_STORES: u64 = 200;

/// A login about to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewAccount<'a> {
    /// The login.
    pub account_id: AccountId,
    /// As [`app::account::email`] gives it, and claimed in the directory.
    pub email: &'a str,
    /// The person's name.
    pub name: &'a str,
    /// What it may do.
    pub role: Role,
    /// As [`crate::password::hash`] gives it.
    pub password_hash: &'a str,
}

/// Writes a new login.
///
/// # Errors
/// A unique violation when the retailer has a login of this address; else when the database objects.
pub async fn insert(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    new: &NewAccount<'_>,
    now: i64,
) -> Result<(), DbErr> {
    accounts::Entity::insert(accounts::ActiveModel {
        retailer_id: Set(retailer_id.to_string()),
        account_id: Set(new.account_id.to_string()),
        email: Set(new.email.to_owned()),
        name: Set(new.name.to_owned()),
        role: Set(role_text(new.role).to_owned()),
        password_hash: Set(new.password_hash.to_owned()),
        created_at: Set(now),
    })
    .exec_without_returning(connection)
    .await?;
    Ok(())
}

/// Lets a login stand at the tills of stores.
///
/// # Errors
/// A violated foreign key when a store is not the retailer's; else when the database objects.
pub async fn assign_stores(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    account_id: AccountId,
    store_ids: &[StoreId],
) -> Result<(), DbErr> {
    if store_ids.is_empty() {
        return Ok(());
    }
    account_stores::Entity::insert_many(store_ids.iter().map(|store_id| {
        account_stores::ActiveModel {
            retailer_id: Set(retailer_id.to_string()),
            account_id: Set(account_id.to_string()),
            store_id: Set(store_id.to_string()),
        }
    }))
    .exec_without_returning(connection)
    .await?;
    Ok(())
}

/// The hash of a login's password, if there is such a login.
///
/// # Errors
/// When the database objects.
pub async fn password_hash(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    account_id: AccountId,
) -> Result<Option<String>, DbErr> {
    Ok(
        accounts::Entity::find_by_id((retailer_id.to_string(), account_id.to_string()))
            .one(connection)
            .await?
            .map(|row| row.password_hash),
    )
}

/// Whether the retailer has a login of this address.
///
/// # Errors
/// When the database objects.
pub async fn has_email(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    email: &str,
) -> Result<bool, DbErr> {
    Ok(accounts::Entity::find()
        .filter(accounts::Column::RetailerId.eq(retailer_id.to_string()))
        .filter(accounts::Column::Email.eq(email))
        .one(connection)
        .await?
        .is_some())
}

/// A login with its retailer and stores, if there is such a login.
///
/// # Errors
/// When the database objects.
pub async fn me(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    account_id: AccountId,
) -> Result<Option<Me>, DbErr> {
    let row = accounts::Entity::find_by_id((retailer_id.to_string(), account_id.to_string()))
        .one(connection)
        .await?;
    let retailer_name = retailers::name(connection, retailer_id).await?;
    let (Some(row), Some(retailer_name)) = (row, retailer_name) else {
        return Ok(None);
    };
    let role = role_of(&row.role)?;
    let mut query = stores::Entity::find()
        .filter(stores::Column::RetailerId.eq(retailer_id.to_string()))
        .order_by_asc(stores::Column::Name)
        .order_by_asc(stores::Column::StoreId);
    query = match role {
        Role::Owner => query.limit(OWNER_STORES),
        Role::Staff => {
            let mut assigned = assigned_stores(connection, retailer_id, Some(account_id)).await?;
            let ids = assigned.remove(&row.account_id).unwrap_or_default();
            query.filter(stores::Column::StoreId.is_in(ids))
        }
    };
    let stores = query.all(connection).await?;
    Ok(Some(Me {
        account_id,
        retailer_id,
        retailer_name,
        name: row.name,
        email: row.email,
        role,
        stores: stores
            .into_iter()
            .map(store_ref)
            .collect::<Result<_, _>>()?,
    }))
}

/// The retailer's logins, owners first, then by name.
///
/// # Errors
/// When the database objects.
pub async fn staff(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
) -> Result<Vec<StaffMember>, DbErr> {
    let rows = accounts::Entity::find()
        .filter(accounts::Column::RetailerId.eq(retailer_id.to_string()))
        .order_by_asc(accounts::Column::Role)
        .order_by_asc(accounts::Column::Name)
        .order_by_asc(accounts::Column::AccountId)
        .all(connection)
        .await?;
    let mut assigned = assigned_stores(connection, retailer_id, None).await?;
    let names = stores_named(connection, retailer_id, assigned.values().flatten()).await?;
    rows.into_iter()
        .map(|row| {
            let stores = assigned.remove(&row.account_id).unwrap_or_default();
            Ok(StaffMember {
                account_id: row.account_id.parse().map_err(corrupt("account id"))?,
                name: row.name,
                email: row.email,
                role: role_of(&row.role)?,
                stores: pick(&names, &stores),
            })
        })
        .collect()
}

/// The ids of the stores by login.
async fn assigned_stores(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    account_id: Option<AccountId>,
) -> Result<HashMap<String, Vec<String>>, DbErr> {
    let mut query = account_stores::Entity::find()
        .filter(account_stores::Column::RetailerId.eq(retailer_id.to_string()));
    if let Some(account_id) = account_id {
        query = query.filter(account_stores::Column::AccountId.eq(account_id.to_string()));
    }
    let mut assigned: HashMap<String, Vec<String>> = HashMap::new();
    for row in query.all(connection).await? {
        assigned
            .entry(row.account_id)
            .or_default()
            .push(row.store_id);
    }
    Ok(assigned)
}

/// The retailer's stores among `ids`, by id. Foreign ids are not in it.
pub(super) async fn stores_named(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    ids: impl Iterator<Item = &String>,
) -> Result<HashMap<String, StoreRef>, DbErr> {
    let mut ids: Vec<&String> = ids.collect();
    ids.sort();
    ids.dedup();
    let mut named = HashMap::with_capacity(ids.len());
    // SQLite takes 32,766 parameters, PostgreSQL 65,535.
    for part in ids.chunks(10_000) {
        let rows = stores::Entity::find()
            .filter(stores::Column::RetailerId.eq(retailer_id.to_string()))
            .filter(stores::Column::StoreId.is_in(part.iter().copied()))
            .all(connection)
            .await?;
        for row in rows {
            named.insert(row.store_id.clone(), store_ref(row)?);
        }
    }
    Ok(named)
}

/// Those of `named` whose ids are in `ids`, by name.
pub(super) fn pick(named: &HashMap<String, StoreRef>, ids: &[String]) -> Vec<StoreRef> {
    let mut stores: Vec<StoreRef> = ids.iter().filter_map(|id| named.get(id).cloned()).collect();
    stores.sort_by(|a, b| (&a.name, a.store_id).cmp(&(&b.name, b.store_id)));
    stores
}

fn store_ref(row: stores::Model) -> Result<StoreRef, DbErr> {
    Ok(StoreRef {
        store_id: row.store_id.parse().map_err(corrupt("store id"))?,
        name: row.name,
    })
}

/// The text of a role in a row.
const fn role_text(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Staff => "staff",
    }
}

/// The role behind its text in a row.
///
/// # Errors
/// When the text is none that we write.
pub(crate) fn role_of(text: &str) -> Result<Role, DbErr> {
    match text {
        "owner" => Ok(Role::Owner),
        "staff" => Ok(Role::Staff),
        other => Err(corrupt("role")(other)),
    }
}

/// Whether the store is the retailer's.
///
/// # Errors
/// When the database objects.
pub async fn owns_store(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    store_id: StoreId,
) -> Result<bool, DbErr> {
    Ok(
        stores::Entity::find_by_id((retailer_id.to_string(), store_id.to_string()))
            .one(connection)
            .await?
            .is_some(),
    )
}

/// Whether all of the stores are the retailer's. `ids` are distinct.
///
/// # Errors
/// When the database objects.
pub async fn owns_stores(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    ids: &[StoreId],
) -> Result<bool, DbErr> {
    let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let named = stores_named(connection, retailer_id, texts.iter()).await?;
    Ok(named.len() == ids.len())
}

/// Whether the login was invited to the store.
///
/// # Errors
/// When the database objects.
pub async fn works_at(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    account_id: AccountId,
    store_id: StoreId,
) -> Result<bool, DbErr> {
    Ok(account_stores::Entity::find_by_id((
        retailer_id.to_string(),
        account_id.to_string(),
        store_id.to_string(),
    ))
    .one(connection)
    .await?
    .is_some())
}
