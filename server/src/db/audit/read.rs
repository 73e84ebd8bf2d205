//! The log as owners read it: newest first by pages, and whole with its links.

use app::{
    audit::{Action, Group},
    id::{AccountId, AuditId, RetailerId, StoreId},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use crate::db::sql::{placeholders, sql};

/// An entry's id begins with its moment, so the key leads to the days that are asked for, past those of years before and since. Ids of what
/// was told afterwards follow from other ids of the same moments; a day to either side, milliseconds, holds whatever may differ.
const SLACK_MS: i64 = 86_400_000;

/// Which entries.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// About what.
    pub group: Option<Group>,
    /// Done by this login.
    pub account_id: Option<AccountId>,
    /// At this store.
    pub store_id: Option<StoreId>,
    /// From this moment on, unix milliseconds.
    pub from: Option<i64>,
    /// Before this moment.
    pub until: Option<i64>,
}

/// An entry with the name of who did it and where.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The entry.
    pub entry_id: String,
    /// When.
    pub entered_at: i64,
    /// `account`, `shopper`, `system`, `command`.
    pub actor_kind: String,
    /// Its id or name.
    pub actor: String,
    /// The login's name, where it is one.
    pub actor_name: Option<String>,
    /// The action's slug.
    pub action: String,
    /// What it was done to.
    pub subject: String,
    /// The name of the campaign or login it was done to.
    pub subject_name: Option<String>,
    /// The store.
    pub store_id: Option<String>,
    /// Its name.
    pub store_name: Option<String>,
    /// From where, as a keyed hash.
    pub origin: Option<String>,
    /// The request.
    pub request_id: Option<String>,
    /// What changed, JSON.
    pub details: String,
    /// The number in the chain, once it has one.
    pub number: Option<i64>,
    /// The link.
    pub link: Option<String>,
}

const SELECT: &str = "SELECT e.entry_id, e.entered_at, e.actor_kind, e.actor, a.name AS actor_name, e.action, e.subject,
        COALESCE(c.name, p.name, i.name) AS subject_name, e.store_id, s.name AS store_name, e.origin, e.request_id, e.details, e.number, e.link
    FROM audit_entries e
    LEFT JOIN accounts a ON a.retailer_id = e.retailer_id AND e.actor_kind = 'account' AND a.account_id = e.actor
    LEFT JOIN campaigns c ON c.retailer_id = e.retailer_id AND c.campaign_id = e.subject
    LEFT JOIN accounts p ON p.retailer_id = e.retailer_id AND p.account_id = e.subject
    LEFT JOIN invitations i ON i.retailer_id = e.retailer_id AND i.invitation_id = e.subject
    LEFT JOIN stores s ON s.retailer_id = e.retailer_id AND s.store_id = e.store_id";

/// Entries, newest first: those before the entry `before`, at most `limit`.
///
/// # Errors
/// When the database objects.
pub async fn page(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    filter: &Filter,
    before: Option<&str>,
    limit: u64,
) -> Result<Vec<Found>, DbErr> {
    let mut values: Vec<Value> = vec![retailer_id.to_string().into()];
    let mut conditions = vec!["e.retailer_id = $1".to_owned()];
    let mut wants = |condition: &str, value: Value| {
        values.push(value);
        conditions.push(condition.replace('?', &format!("${}", values.len())));
    };
    if let Some(before) = before {
        wants("e.entry_id < ?", before.into());
    }
    if let Some(account_id) = filter.account_id {
        wants("e.actor = ?", account_id.to_string().into());
    }
    if let Some(store_id) = filter.store_id {
        wants("e.store_id = ?", store_id.to_string().into());
    }
    if let Some(from) = filter.from {
        wants("e.entered_at >= ?", from.into());
        let lowest = AuditId::new(from.saturating_sub(SLACK_MS), [0; 10]);
        wants("e.entry_id >= ?", lowest.to_string().into());
    }
    if let Some(until) = filter.until {
        wants("e.entered_at < ?", until.into());
        let beyond = AuditId::new(until.saturating_add(SLACK_MS), [0; 10]);
        wants("e.entry_id < ?", beyond.to_string().into());
    }
    if let Some(group) = filter.group {
        let slugs: Vec<&str> = Action::ALL
            .into_iter()
            .filter(|action| action.group() == group)
            .map(Action::slug)
            .collect();
        conditions.push(format!(
            "e.action IN ({})",
            placeholders(values.len() + 1, slugs.len())
        ));
        values.extend(slugs.into_iter().map(Value::from));
    }
    values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
    Found::find_by_statement(sql(
        connection,
        &format!(
            "{SELECT} WHERE {} ORDER BY e.entry_id DESC LIMIT ${}",
            conditions.join(" AND "),
            values.len()
        ),
        values,
    ))
    .all(connection)
    .await
}

/// Sealed entries in the order of their numbers, those after `number`, at most `limit`.
///
/// # Errors
/// When the database objects.
pub async fn sealed_after(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    number: i64,
    limit: u64,
) -> Result<Vec<Found>, DbErr> {
    Found::find_by_statement(sql(
        connection,
        &format!("{SELECT} WHERE e.retailer_id = $1 AND e.number > $2 ORDER BY e.number LIMIT $3"),
        [
            retailer_id.to_string().into(),
            number.into(),
            i64::try_from(limit).unwrap_or(i64::MAX).into(),
        ],
    ))
    .all(connection)
    .await
}
