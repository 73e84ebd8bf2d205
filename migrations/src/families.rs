/// How a table is sharded, and so what its keys lead with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Primary and unique keys lead with `retailer_id`.
    Retailer,
    /// Primary and unique keys lead with `shopper_id`.
    Shopper,
    /// Small or rarely written, copied everywhere; belongs to nobody.
    Reference,
}

/// Every table with its family.
pub const TABLES: &[(&str, Family)] = &[
    ("seaql_migrations", Family::Reference),
    ("database_facts", Family::Reference),
    ("server_secrets", Family::Reference),
    ("login_directory", Family::Reference),
    ("throttles", Family::Reference),
    ("retailers", Family::Retailer),
    ("stores", Family::Retailer),
    ("accounts", Family::Retailer),
    ("account_stores", Family::Retailer),
    ("account_sessions", Family::Retailer),
    ("invitations", Family::Retailer),
    ("invitation_stores", Family::Retailer),
    ("campaigns", Family::Retailer),
    ("campaign_stores", Family::Retailer),
    ("prizes", Family::Retailer),
    ("draw_seeds", Family::Retailer),
    ("offers", Family::Retailer),
    ("draws", Family::Retailer),
    ("coupons", Family::Retailer),
    ("redemptions", Family::Retailer),
    ("reversals", Family::Retailer),
    ("journal", Family::Retailer),
    ("idempotency_keys", Family::Retailer),
    ("short_codes", Family::Retailer),
    ("audit_entries", Family::Retailer),
    ("visits", Family::Retailer),
    ("visit_evidence", Family::Retailer),
    ("holdouts", Family::Retailer),
    ("epochs", Family::Retailer),
    ("exposures", Family::Retailer),
    ("lift_units", Family::Retailer),
    ("lift_sums", Family::Retailer),
    ("lift_erased", Family::Retailer),
    ("lift_published", Family::Retailer),
    ("lift_points", Family::Retailer),
    ("member_links", Family::Retailer),
    ("visit_imports", Family::Retailer),
    ("visit_import_rows", Family::Retailer),
    ("api_keys", Family::Retailer),
    ("goals", Family::Retailer),
    ("place_revisions", Family::Retailer),
    ("shoppers", Family::Shopper),
    ("shopper_sessions", Family::Shopper),
    ("shopper_cells", Family::Shopper),
];
