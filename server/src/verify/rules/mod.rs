//! The rules, one file a noun. Each SQL text selects `what`, the id of a thing that breaks its rule.
//!
//! They read the tables as they are, also tables whose constraints somebody has taken away, and look at every row.

mod audit;
mod contact;
mod coupons;
mod journal;
mod keys;
mod lift;
mod money;
mod plays;
mod references;
mod visits;

use super::Rule;

/// All of them, by file.
pub(super) const ALL: &[&[Rule]] = &[
    money::RULES,
    coupons::RULES,
    references::RULES,
    journal::RULES,
    keys::RULES,
    plays::RULES,
    visits::RULES,
    audit::RULES,
    lift::RULES,
    contact::RULES,
];
