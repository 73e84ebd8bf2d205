//! Visits that a system posts by its key, a few at a time. They are kept as those of a file are; what a key posts on one day is one import.

use app::{
    api::retailer::{PostedVisits, PostedVisitsReport},
    audit::Action,
    day::{Day, JST},
    visit_import::RawVisit,
};
use serde_json::json;

use super::visits::line_of;
use crate::{
    db::{
        Db, api_keys,
        audit::{self, Actor, Record, Seen},
        stores,
        visit_imports::{self, Line},
    },
    error::{ApiError, ApiResult, LocalText},
    http::authority::Integration,
    keys::Keys,
};
use app::problem::ProblemKind;

/// Keeps what was posted, and places it.
///
/// # Errors
/// `invalid-fields` with everything that is wrong; nothing is kept then. When the database objects.
pub async fn keep(
    (db, keys): (&Db, &Keys),
    who: Integration,
    seen: &Seen,
    posted: &PostedVisits,
    now: i64,
) -> ApiResult<PostedVisitsReport> {
    let Integration {
        retailer_id,
        key_id,
    } = who;
    let numbers = stores::numbers(db.scan(), retailer_id).await?;
    let mut wrong: Vec<(String, LocalText)> = Vec::new();
    let mut lines: Vec<Line> = Vec::with_capacity(posted.visits.len());
    for (n, visit) in posted.visits.iter().enumerate() {
        let yen = visit.yen.map(|yen| yen.to_string());
        let raw = RawVisit {
            member: &visit.member,
            store: &visit.store,
            time: &visit.time,
            yen: yen.as_deref(),
            receipt: visit.receipt.as_deref(),
        };
        match raw.check(now) {
            Err(problems) => wrong.extend(problems.into_iter().map(|p| {
                (
                    format!("visits[{n}].{}", p.field),
                    LocalText::new(p.text.ja, p.text.en),
                )
            })),
            Ok(checked) => match numbers.get(&checked.store) {
                Some(store_id) => lines.push(line_of(keys, retailer_id, *store_id, &checked)),
                None => wrong.push((
                    format!("visits[{n}].store"),
                    LocalText::new(
                        "この番号または ID の店舗がありません。",
                        "There is no store of this number or id.",
                    ),
                )),
            },
        }
    }
    if !wrong.is_empty() {
        return Err(ApiError::fields(ProblemKind::InvalidFields, wrong));
    }
    let total = lines.len() as u64;
    lines.sort_unstable_by(|a, b| a.reference.cmp(&b.reference));
    lines.dedup_by(|a, b| a.reference == b.reference);
    let transaction = db.begin().await?;
    // In the order of importing a file: retailer, imported visits, visits, sums of lift.
    stores::lock_retailer(&transaction, retailer_id).await?;
    let known = visit_imports::known(&transaction, retailer_id, &lines).await?;
    let mut place = 0..;
    lines.retain(|_| place.next().is_none_or(|place| !known.contains(&place)));
    let accepted = lines.len() as u64;
    let mut linked = 0;
    if !lines.is_empty() {
        let day = Day::of(now, JST);
        let (import_id, is_new) =
            visit_imports::of_day(&transaction, (retailer_id, key_id), day, now).await?;
        linked = visit_imports::add(&transaction, retailer_id, import_id, &lines).await?;
        if is_new {
            let entry = Record {
                retailer_id,
                actor: Actor::System("integration"),
                action: Action::VisitsImported,
                subject: import_id.to_string(),
                store_id: None,
                details: json!({ "key_id": key_id, "day": day.to_string() }),
            };
            audit::enter(&transaction, &entry, seen, now).await?;
        }
    }
    api_keys::used(&transaction, retailer_id, key_id, now).await?;
    transaction.commit().await?;
    Ok(PostedVisitsReport {
        accepted,
        repeats: total - accepted,
        linked,
    })
}
