//! Rows as the tables have them. Private to `db`: what leaves it are domain values.

pub mod account_sessions;
pub mod account_stores;
pub mod accounts;
pub mod campaign_stores;
pub mod campaigns;
pub mod coupons;
pub mod database_facts;
pub mod draw_seeds;
pub mod draws;
pub mod invitation_stores;
pub mod invitations;
pub mod journal;
pub mod login_directory;
pub mod offers;
pub mod prizes;
pub mod redemptions;
pub mod retailers;
pub mod reversals;
pub mod server_secrets;
pub mod shopper_cells;
pub mod shopper_sessions;
pub mod shoppers;
pub mod stores;
pub mod throttles;
pub mod visit_evidence;
pub mod visits;
