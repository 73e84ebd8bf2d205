//! The audit log: entries written with their effects, read by owners, and chained a little later ([`seal`]).

mod read;
mod seal;

pub use read::{Filter, Found, page, sealed_after};
pub use seal::{SEALED_WITHIN_MS, seal};

use app::{
    audit::Action,
    id::{AccountId, AuditId, RetailerId, ShopperId, StoreId},
};
use sea_orm::{ConnectionTrait, DbErr};
use serde::Serialize;
use serde_json::{Map, Value};

use super::sql::execute;
use crate::new_id;

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A login of the retailer.
    Account(AccountId),
    /// A shopper.
    Shopper(ShopperId),
    /// A job of the server, by its name.
    System(&'static str),
    /// A command on the server's machine, by its name.
    Command(&'static str),
}

impl Actor {
    fn columns(self) -> (&'static str, String) {
        match self {
            Self::Account(id) => ("account", id.to_string()),
            Self::Shopper(id) => ("shopper", id.to_string()),
            Self::System(job) => ("system", job.to_owned()),
            Self::Command(name) => ("command", name.to_owned()),
        }
    }
}

/// From where it came: what a request brings along.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The request's id, as in the log of the server.
    pub request_id: Option<String>,
    /// A keyed hash of the network it came from: whether two entries came from the same place can be seen, and no place.
    pub origin: Option<String>,
}

/// What is to be entered.
#[derive(Clone, Debug)]
pub struct Record {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: Action,
    /// The id of what it was done to.
    pub subject: String,
    /// The store where it happened, if at one.
    pub store_id: Option<StoreId>,
    /// What changed: ids, yen, settings before and after. Never a secret, a code or a place.
    pub details: Value,
}

/// What differs between two states of a thing, as `{"field": [before, after]}`.
#[must_use]
pub fn changes(before: &impl Serialize, after: &impl Serialize) -> Value {
    let fields = |thing: Value| match thing {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    let [before, after] = [
        serde_json::to_value(before).unwrap_or_default(),
        serde_json::to_value(after).unwrap_or_default(),
    ]
    .map(fields);
    let mut changed = Map::new();
    for (field, now) in after {
        let then = before.get(&field).cloned().unwrap_or_default();
        if then != now {
            changed.insert(field, Value::Array(vec![then, now]));
        }
    }
    Value::Object(changed)
}

/// Writes an entry, inside the transaction of its effect.
///
/// # Errors
/// When the database objects.
pub async fn enter(
    transaction: &impl ConnectionTrait,
    record: &Record,
    seen: &Seen,
    now: i64,
) -> Result<(), DbErr> {
    let (actor_kind, actor) = record.actor.columns();
    execute(
        transaction,
        "INSERT INTO audit_entries (retailer_id, entry_id, entered_at, actor_kind, actor, action, subject, store_id, origin, request_id, details)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        [
            record.retailer_id.to_string().into(),
            new_id!(AuditId, now).to_string().into(),
            now.into(),
            actor_kind.into(),
            actor.into(),
            record.action.slug().into(),
            record.subject.clone().into(),
            record.store_id.map(|id| id.to_string()).into(),
            seen.origin.clone().into(),
            seen.request_id.clone().into(),
            record.details.to_string().into(),
        ],
    )
    .await?;
    Ok(())
}
