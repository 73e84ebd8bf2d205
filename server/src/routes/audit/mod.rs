//! The audit log: part by part to be read, whole to be checked elsewhere.

mod export;

use std::str::FromStr;

use app::{
    api::audit::{AuditEntry, AuditPage},
    audit::{Action, ActorKind, Group},
    campaign::FieldProblem,
    day::{Day, JST},
    id::{AccountId, AuditId, StoreId},
    lang::Text,
    problem::{Problem, ProblemKind},
};
use axum::extract::State;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    db::audit::{self, Filter, Found},
    error::{ApiError, ApiResult, LocalText},
    http::{
        authority::Owner,
        extract::{Json, Query},
    },
    state::App,
};

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(page))
        .merge(export::routes())
}

/// Which entries. What is empty does not filter.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Only what is about this: `coupons`, `campaigns`, `stores` or `people`.
    #[param(inline, value_type = Option<Group>)]
    about: Option<String>,
    /// Only what this login did.
    account_id: Option<String>,
    /// Only what happened at this store.
    store_id: Option<String>,
    /// The first day, `YYYY-MM-DD` in Japan.
    from: Option<String>,
    /// The last day, included.
    until: Option<String>,
    /// The `next` of the part before.
    before: Option<String>,
    /// How many at most, 1 to 200; 50 unless told.
    limit: Option<u64>,
}

impl Wanted {
    /// Everything that is wrong with it at once, or what to look for and from where on.
    fn check(&self) -> ApiResult<(Filter, Option<AuditId>)> {
        const ABOUT: Text = Text::new(
            "coupons、campaigns、stores、people のどれかを指定してください。",
            "One of coupons, campaigns, stores and people.",
        );
        const ACCOUNT: Text = Text::new(
            "ログインの ID（acc_ で始まる 30 文字）を指定してください。",
            "The id of a login: acc_ and 26 characters.",
        );
        const STORE: Text = Text::new(
            "店舗の ID（sto_ で始まる 30 文字）を指定してください。",
            "The id of a store: sto_ and 26 characters.",
        );
        const DAY: Text = Text::new(
            "日付は 2026-11-22 の形で指定してください。",
            "A day of the form 2026-11-22.",
        );
        const BEFORE: Text = Text::new(
            "前の答えの next をそのまま指定してください。",
            "The next of an earlier answer, as it was given.",
        );
        const ORDER: Text = Text::new(
            "終了日は開始日以降にしてください。",
            "The last day must not lie before the first.",
        );
        let mut problems = Vec::new();
        let group = read(&mut problems, "about", self.about.as_deref(), ABOUT, |t| {
            Group::from_slug(t)
        });
        let account_id = read(
            &mut problems,
            "account_id",
            self.account_id.as_deref(),
            ACCOUNT,
            parsed::<AccountId>,
        );
        let store_id = read(
            &mut problems,
            "store_id",
            self.store_id.as_deref(),
            STORE,
            parsed::<StoreId>,
        );
        let from = read(
            &mut problems,
            "from",
            self.from.as_deref(),
            DAY,
            parsed::<Day>,
        );
        let until = read(
            &mut problems,
            "until",
            self.until.as_deref(),
            DAY,
            parsed::<Day>,
        );
        let before = read(
            &mut problems,
            "before",
            self.before.as_deref(),
            BEFORE,
            parsed::<AuditId>,
        );
        if let (Some(from), Some(until)) = (from, until)
            && until < from
        {
            problems.push(FieldProblem::new("until", ORDER));
        }
        if problems.is_empty() {
            let filter = Filter {
                group,
                account_id,
                store_id,
                from: from.map(|day| day.start(JST)),
                until: until.map(|day| day.end(JST)),
            };
            return Ok((filter, before));
        }
        Err(ApiError::fields(
            ProblemKind::InvalidFields,
            problems
                .into_iter()
                .map(|p| (p.field, LocalText::new(p.ja, p.en)))
                .collect(),
        ))
    }
}

fn parsed<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

/// A field of a query, if it says anything; what cannot be read is added to the problems.
fn read<T>(
    problems: &mut Vec<FieldProblem>,
    field: &str,
    text: Option<&str>,
    reason: Text,
    meant: impl FnOnce(&str) -> Option<T>,
) -> Option<T> {
    let text = text.filter(|text| !text.is_empty())?;
    let value = meant(text);
    if value.is_none() {
        problems.push(FieldProblem::new(field, reason));
    }
    value
}

/// Who did what, when and where, newest first, part by part.
#[utoipa::path(
    get,
    path = "/api/v1/retailer/audit",
    tag = "audit",
    params(Wanted),
    responses(
        (status = 200, body = AuditPage),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn page(
    State(app): State<App>,
    owner: Owner,
    Query(wanted): Query<Wanted>,
) -> ApiResult<Json<AuditPage>> {
    let (filter, before) = wanted.check()?;
    let before = before.map(|id| id.to_string());
    let limit = wanted.limit.unwrap_or(50).clamp(1, 200);
    // One more than is shown tells whether there is an older part.
    let mut found = audit::page(
        app.db.scan(),
        owner.retailer_id,
        &filter,
        before.as_deref(),
        limit + 1,
    )
    .await?;
    let is_more = found.len() as u64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let entries = found
        .into_iter()
        .map(entry)
        .collect::<anyhow::Result<Vec<_>>>()?;
    let next = entries
        .last()
        .filter(|_| is_more)
        .map(|oldest| oldest.entry_id);
    Ok(Json(AuditPage { entries, next }))
}

/// An entry as it goes over the wire. A shopper is only ever a shopper: neither their id nor what would tell that two plays were made by
/// one is on the page.
fn entry(found: Found) -> anyhow::Result<AuditEntry> {
    let kind = kind(&found)?;
    let (account_id, actor_name) = match kind {
        ActorKind::Account => (Some(found.actor.parse()?), found.actor_name),
        ActorKind::Shopper => (None, None),
        ActorKind::System | ActorKind::Command => (None, Some(found.actor)),
    };
    let told = kind != ActorKind::Shopper;
    Ok(AuditEntry {
        entry_id: found.entry_id.parse()?,
        at: found.entered_at,
        actor_kind: kind,
        account_id,
        actor_name,
        about: Action::from_slug(&found.action).map(Action::group),
        action: found.action,
        subject: found.subject,
        subject_name: found.subject_name,
        store_id: found.store_id.as_deref().map(str::parse).transpose()?,
        store_name: found.store_name,
        origin: found.origin.filter(|_| told),
        request_id: found.request_id.filter(|_| told),
        details: serde_json::from_str(&found.details)?,
        number: found.number,
        link: found.link,
    })
}

fn kind(found: &Found) -> anyhow::Result<ActorKind> {
    ActorKind::from_slug(&found.actor_kind)
        .ok_or_else(|| anyhow::anyhow!("an actor of kind {}", found.actor_kind))
}
