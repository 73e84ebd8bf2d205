//! The audit log as owners read it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    audit::{ActorKind, Group},
    id::{AccountId, AuditId, StoreId},
};

/// A part of the audit log, newest first. `D` is what details are read as.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditPage<D = Value> {
    /// At most as many as were asked for.
    pub entries: Vec<AuditEntry<D>>,
    /// What to pass as `before` for the next, older part; absent at the end.
    pub next: Option<AuditId>,
}

/// What somebody did. `D` is what its details are read as.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry<D = Value> {
    /// The entry.
    pub entry_id: AuditId,
    /// When, unix milliseconds UTC.
    pub at: i64,
    /// Who did it.
    pub actor_kind: ActorKind,
    /// Which login; absent where it was none.
    pub account_id: Option<AccountId>,
    /// The login's name as it is now, or that of the job or command; absent for a shopper.
    pub actor_name: Option<String>,
    /// What was done, as [`crate::audit::Action::slug`]; newer servers may know more of them.
    pub action: String,
    /// What it is about; absent for an action this server does not know.
    pub about: Option<Group>,
    /// The id of what it was done to.
    pub subject: String,
    /// The name, as it is now, of the campaign or the person it was done to.
    pub subject_name: Option<String>,
    /// The store where it happened, if at one.
    pub store_id: Option<StoreId>,
    /// The store's name as it is now.
    pub store_name: Option<String>,
    /// From where, as a keyed hash of the network: whether two acts came from the same place can be told, and no place. Absent for
    /// shoppers.
    pub origin: Option<String>,
    /// The request it came by; absent for shoppers.
    pub request_id: Option<String>,
    /// What is to be said of it: an object of ids, integer yen and settings. Where something was changed, each member is a list of two,
    /// what was before and what is since.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub details: D,
    /// Its number in the retailer's chain, from 1; absent for the first seconds, until it is sealed.
    pub number: Option<i64>,
    /// Its link in the chain, 64 hexadecimal digits; absent until it is sealed.
    pub link: Option<String>,
}
