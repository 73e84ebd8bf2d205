//! Logins of a retailer: owners and staff.

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, InvitationId, RetailerId, StoreId};

/// What a login may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Runs the retailer: stores, campaigns, reports; may also stand at any till.
    Owner,
    /// Redeems at the stores it was invited to.
    Staff,
}

/// E-mail and password.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoginRequest {
    /// Case does not matter.
    pub email: String,
    /// As set when the invitation was accepted.
    pub password: String,
}

/// A store by id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoreRef {
    /// The store.
    pub store_id: StoreId,
    /// Its name.
    pub name: String,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// The login.
    pub account_id: AccountId,
    /// Its retailer.
    pub retailer_id: RetailerId,
    /// The retailer's name.
    pub retailer_name: String,
    /// The person's name.
    pub name: String,
    /// The login's e-mail address.
    pub email: String,
    /// What it may do.
    pub role: Role,
    /// The stores whose till it may stand at: for staff those invited to, for owners the first 200 by name.
    pub stores: Vec<StoreRef>,
}

/// Invites somebody to become staff.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationRequest {
    /// Who will sign in with it.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// The stores whose till the person stands at; at least one.
    pub store_ids: Vec<StoreId>,
}

/// An invitation as the owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// The invitation.
    pub invitation_id: InvitationId,
    /// Whom it is for.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// The stores.
    pub stores: Vec<StoreRef>,
    /// When it stops working.
    pub expires_at: i64,
    /// When it was accepted, if it was.
    pub accepted_at: Option<i64>,
    /// The link to hand over; only in the answer that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// An invitation as the invited person sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationView {
    /// Who invites.
    pub retailer_name: String,
    /// The login's e-mail address.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// The stores' names.
    pub store_names: Vec<String>,
    /// When it stops working.
    pub expires_at: i64,
}

/// Accepts an invitation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AcceptInvitation {
    /// The person's name.
    pub name: String,
    /// 10 to 200 characters.
    pub password: String,
}

/// A login in the owner's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StaffMember {
    /// The login.
    pub account_id: AccountId,
    /// The person's name.
    pub name: String,
    /// The login's e-mail address.
    pub email: String,
    /// What it may do.
    pub role: Role,
    /// The stores; empty for owners, who may stand at any till.
    pub stores: Vec<StoreRef>,
}
