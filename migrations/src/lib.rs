//! The tables of Raiten, portable to SQLite and PostgreSQL, and to which family each belongs.
//!
//! A family says how a distributed PostgreSQL would shard the table: a *retailer's* table is keyed by `retailer_id` first, a
//! *shopper's* by `shopper_id`, *reference* tables are copied everywhere. Foreign keys and transactions stay inside one
//! family; reads may cross. A test on both databases holds every table to what is declared here.

use sea_orm_migration::prelude::*;

mod families;
mod m20261122_000001_first_path;
mod m20261125_000001_ledger_by_constraint;
mod m20261125_000002_idempotency_keys;
mod m20261128_000001_short_codes;
mod m20261128_000002_audit_log;
mod m20261128_000003_lift;
mod m20261128_000004_visit_imports;
mod m20261128_000005_stages;
mod m20261128_000006_placed_imports;
mod m20261128_000007_sources;
mod m20261129_000001_lines_show_visits;
mod m20261129_000002_visits_by_id;
mod m20261129_000003_place_revisions;
mod m20261129_000004_contact;
mod m20261129_000005_import_stores;
mod m20261130_000001_visits_by_place_and_time;
mod m20261130_000002_texts_by_their_bytes;
mod m20261130_000003_mail;
mod m20261130_000004_line;
mod m20261130_000006_links;
mod m20261130_000007_ratings;
mod m20261130_000010_published_draws;
mod m20261130_000013_learning;

pub use families::{Family, TABLES};
pub use m20261128_000002_audit_log::TOLD_AFTERWARDS;
pub use sea_orm_migration::MigratorTrait;

/// All migrations, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_first_path::Migration),
            Box::new(m20261125_000001_ledger_by_constraint::Migration),
            Box::new(m20261125_000002_idempotency_keys::Migration),
            Box::new(m20261128_000001_short_codes::Migration),
            Box::new(m20261128_000002_audit_log::Migration),
            Box::new(m20261128_000003_lift::Migration),
            Box::new(m20261128_000004_visit_imports::Migration),
            Box::new(m20261128_000005_stages::Migration),
            Box::new(m20261128_000006_placed_imports::Migration),
            Box::new(m20261128_000007_sources::Migration),
            Box::new(m20261129_000001_lines_show_visits::Migration),
            Box::new(m20261129_000002_visits_by_id::Migration),
            Box::new(m20261129_000003_place_revisions::Migration),
            Box::new(m20261129_000004_contact::Migration),
            Box::new(m20261129_000005_import_stores::Migration),
            Box::new(m20261130_000001_visits_by_place_and_time::Migration),
            Box::new(m20261130_000002_texts_by_their_bytes::Migration),
            Box::new(m20261130_000003_mail::Migration),
            Box::new(m20261130_000004_line::Migration),
            Box::new(m20261130_000006_links::Migration),
            Box::new(m20261130_000007_ratings::Migration),
            Box::new(m20261130_000010_published_draws::Migration),
            Box::new(m20261130_000013_learning::Migration),
        ]
    }
}
