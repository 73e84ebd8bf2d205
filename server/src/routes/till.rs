//! The till: look, redeem, list, undo.

use app::{
    api::{
        Items,
        till::{RedeemRequest, TillCoupon, TillRedemption, TillRequest},
    },
    audit::Action,
    campaign::MAX_AMOUNT,
    code::CouponCode,
    coupon::{REVERSE_WINDOW_MS, Redeem, Refusal, ReverseRefusal},
    day::{Day, JST},
    id::{RedemptionId, StoreId},
    lang::Lang,
    pass::Presented,
    problem::{Problem, ProblemKind},
    yen::Yen,
};
use axum::{extract::State, response::Response};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::refusal;
use crate::{
    db::{
        audit::{Actor, Record},
        coupons::{self, CouponView},
        redemptions::{self, AtStore, RedemptionView, Undone},
        throttles::{self, Limit},
    },
    error::{ApiError, ApiResult},
    http::{
        authority::{AtTill, Till},
        extract::{Json, Path, Query, Reader},
        once::{Attempt, Effect, Given, Nothing, Once, Stop},
    },
    pass::{self, Opened},
    state::App,
};

/// How often a redemption is decided anew when the coupon changed between reading and writing. Every change is a step in a short
/// life, so this is never reached.
const ATTEMPTS: u32 = 4;
/// Codes that nobody has, per login and quarter of an hour: more than anybody mistypes, and nothing against 82 bits.
const MISSES_PER_LOGIN: i64 = 60;
/// The same for all logins at a store together. Of eight digits a hundred million can be thought of, and with twenty alive at a store
/// (a long queue) this leaves a guesser one chance in sixteen thousand in a quarter of an hour.
const MISSES_PER_STORE: i64 = 300;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(lookup))
        .routes(routes!(redeem, list))
        .routes(routes!(undo))
}

/// The coupon that a typed or scanned text stands for. Only what was parsed goes further than here, and a misprint gets the same
/// answer as a code that nobody has. Misses are counted per login and per store, on all servers together, and too many of them end the
/// guessing for a while. What carries a seal is not guessed: scanning goes on meanwhile.
async fn find(app: &App, till: &Till, typed: &str, now: i64) -> ApiResult<Opened> {
    let presented = Presented::parse(typed).ok();
    if let Some(Presented::Pass(pass)) = presented {
        return pass::open(app, till, &pass, now)
            .await?
            .ok_or_else(|| ProblemKind::UnknownCode.into());
    }
    let misses = misses(app, till);
    for limit in &misses {
        if let Some(seconds) = throttles::waiting(app.db.read(), limit, now).await? {
            return Err(too_many(seconds));
        }
    }
    let found = match presented {
        Some(Presented::Short(digits)) => pass::read_out(app, till, digits, now).await?,
        Some(Presented::Code(code)) => by_code(app, till, Some(&code)).await?,
        // A member code is no coupon.
        Some(Presented::Pass(_) | Presented::Member(_)) | None => by_code(app, till, None).await?,
    };
    if let Some(mut found) = found {
        if planted!("spelling_is_another_code") && typed != found.coupon.code.compact() {
            found.coupon.facts.state = app::coupon::CouponState::Issued;
        }
        return Ok(found);
    }
    Err(throttles::attempt(&app.db, &misses, now)
        .await?
        .map_or_else(|| ProblemKind::UnknownCode.into(), too_many))
}

fn misses(app: &App, till: &Till) -> [Limit; 2] {
    let subject = |whose: &str| app.keys.hash("throttle code misses", whose);
    [
        Limit {
            subject: subject(&till.account_id.to_string()),
            attempts: MISSES_PER_LOGIN,
        },
        Limit {
            subject: subject(&till.store_id.to_string()),
            attempts: MISSES_PER_STORE,
        },
    ]
}

async fn by_code(app: &App, till: &Till, code: Option<&CouponCode>) -> ApiResult<Option<Opened>> {
    let coupon = coupons::by_code(app.db.read(), till.retailer_id, code).await?;
    Ok(coupon.map(|coupon| Opened {
        coupon,
        stale: false,
    }))
}

fn too_many(seconds: u64) -> ApiError {
    ApiError::with(ProblemKind::TooManyRequests, move |_, problem| {
        problem.retry_after = Some(seconds);
    })
}

/// What a code is worth at this till. Looks, changes nothing.
#[utoipa::path(post, path = "/api/v1/till/lookup", tag = "till", request_body = TillRequest,
    responses(
        (status = 200, body = TillCoupon),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "unknown-code, or not a store of this login", body = Problem,
            content_type = "application/problem+json"),
    ))]
async fn lookup(
    State(app): State<App>,
    Reader(lang): Reader,
    who: AtTill,
    Json(request): Json<TillRequest>,
) -> ApiResult<Json<TillCoupon>> {
    let till = who.at(&app, request.store_id).await?;
    let now = app.clock.now();
    let Opened { coupon, stale } = find(&app, &till, &request.code, now).await?;
    let refusal = match decide(&coupon, stale, till.store_id, None, now) {
        // The till will ask for the basket: no reason to send anybody away.
        Ok(_) | Err(Refusal::BasketNeeded { .. }) => None,
        Err(refusal) => refusal::wire(refusal, &coupon, lang),
    };
    // What is refused by its age must not come back as something fresh.
    let ticket = (!stale).then(|| pass::ticket(&app, &till, &coupon, now));
    Ok(Json(TillCoupon {
        coupon_id: coupon.coupon_id,
        campaign_name: coupon.campaign_names.get(lang).to_owned(),
        prize_name: coupon.prize_names.get(lang).to_owned(),
        value: coupon.facts.face,
        min_purchase: coupon.facts.min_purchase,
        store_name: coupon.store_name.clone(),
        valid_until: coupon.facts.valid_until,
        ticket,
        refusal,
    }))
}

/// What is to be done with a coupon at a till; an old screen is refused only where nothing else is in the way, since "used" helps more.
fn decide(
    coupon: &CouponView,
    stale: bool,
    store_id: StoreId,
    basket: Option<Yen>,
    now: i64,
) -> Result<Redeem, Refusal> {
    let now = if planted!("expired_is_taken") {
        now.min(coupon.facts.valid_until - 1)
    } else {
        now
    };
    let decided = coupon.facts.redeem(store_id, basket, now);
    match decided {
        Ok(_) | Err(Refusal::BasketNeeded { .. } | Refusal::BelowMinimumPurchase { .. })
            if stale =>
        {
            Err(Refusal::StalePass)
        }
        decided => decided,
    }
}

/// Redeems a coupon: exactly once, by the server's clock.
#[utoipa::path(post, path = "/api/v1/till/redemptions", tag = "till", request_body = RedeemRequest,
    params(("Idempotency-Key" = String, Header, description = "New for each act, the same when it is repeated: the same key gives the same answer, and one effect.")),
    responses(
        (status = 201, body = TillRedemption),
        (status = 400, description = "malformed-request, or idempotency-key-missing", body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "unknown-code, or not a store of this login", body = Problem,
            content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "coupon-refused, with the reason, or idempotency-key-in-flight", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "invalid-fields, or idempotency-key-reused", body = Problem,
            content_type = "application/problem+json"),
    ))]
async fn redeem(
    State(app): State<App>,
    Reader(lang): Reader,
    who: AtTill,
    once: Once<Json<RedeemRequest>>,
) -> Result<Response, Stop> {
    let Json(request) = once.body;
    let till = who.at(&app, request.store_id).await?;
    if let Some(basket) = request.basket
        && !(Yen(1)..=MAX_AMOUNT).contains(&basket)
    {
        return Err(ApiError::field(
            "basket",
            "お買い上げ金額は 1 円以上にしてください。",
            "What is being bought costs at least ¥1.",
        )
        .into());
    }
    let attempt = once.key.by(&app, till.retailer_id, till.account_id).await?;
    let outcome = take(&app, &attempt, &till, &request, lang).await;
    attempt.close(outcome).await
}

/// Decides and writes, anew where the coupon changed in between.
async fn take(
    app: &App,
    attempt: &Attempt<'_>,
    till: &Till,
    request: &RedeemRequest,
    lang: Lang,
) -> Result<Given, Stop> {
    for _ in 0..ATTEMPTS {
        let now = app.clock.now();
        let Opened { coupon, stale } = find(app, till, &request.code, now).await?;
        let decided = match decide(&coupon, stale, till.store_id, request.basket, now) {
            Ok(decided) => decided,
            Err(reason) => return Err(refusal::refused(reason, coupon).into()),
        };
        let at = AtStore {
            account_id: till.account_id,
            store_id: till.store_id,
        };
        let keyed = attempt.begin().await?;
        if let Some(id) =
            redemptions::redeem(&keyed, &coupon, at, &decided, request.basket, now).await?
        {
            let done = redemptions::by_id(&*keyed, till.retailer_id, id)
                .await?
                .ok_or_else(|| anyhow::anyhow!("a redemption vanished"))?;
            return keyed
                .commit(
                    Some(effect(till, id.to_string(), Action::CouponRedeemed, &done)),
                    StatusCode::CREATED,
                    &wire(&done, lang),
                )
                .await;
        }
        keyed.rollback().await?;
    }
    Err(ProblemKind::Unavailable.into())
}

/// A redemption or its undoing, and what the audit log says of it.
fn effect(till: &Till, id: String, action: Action, done: &RedemptionView) -> Effect {
    Effect {
        id: Some(id),
        record: Record {
            retailer_id: till.retailer_id,
            actor: Actor::Account(till.account_id),
            action,
            subject: done.redemption_id.to_string(),
            store_id: Some(done.store_id),
            details: json!({
                "coupon_id": done.coupon_id,
                "value": done.value,
                "cost": done.cost,
                "basket": done.basket,
            }),
        },
    }
}

fn wire(done: &RedemptionView, lang: Lang) -> TillRedemption {
    TillRedemption {
        redemption_id: done.redemption_id,
        coupon_id: done.coupon_id,
        store_id: done.store_id,
        prize_name: done.prize_names.get(lang).to_owned(),
        value: done.value,
        cost: done.cost,
        basket: done.basket,
        code_tail: done.code_tail.clone(),
        staff_name: done.staff_name.clone(),
        redeemed_at: done.redeemed_at,
        undo_until: done.redeemed_at.saturating_add(REVERSE_WINDOW_MS),
        reversed_at: done.reversed_at,
    }
}

/// Whose redemptions.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct AtWhichStore {
    /// The store of the till.
    store_id: StoreId,
}

/// Today's redemptions at a store, newest first, at most 500.
#[utoipa::path(get, path = "/api/v1/till/redemptions", tag = "till", params(AtWhichStore),
    responses(
        (status = 200, body = Items<TillRedemption>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Not a store of this login", body = Problem, content_type = "application/problem+json"),
    ))]
async fn list(
    State(app): State<App>,
    Reader(lang): Reader,
    who: AtTill,
    Query(query): Query<AtWhichStore>,
) -> ApiResult<Json<Items<TillRedemption>>> {
    let till = who.at(&app, query.store_id).await?;
    let since = Day::of(app.clock.now(), JST).start(JST);
    let items = redemptions::at_store_since(app.db.read(), till.retailer_id, till.store_id, since)
        .await?
        .iter()
        .map(|done| wire(done, lang))
        .collect();
    Ok(Json(Items { items }))
}

/// Undoes a redemption within ten minutes, by any login of that store. Sent again it gives the same answer.
///
/// The coupon can be used again. Where the basket was smaller than the coupon, the difference went back to the budget at once; had
/// the budget promised it to others meanwhile, the undo is refused (`conflict`), since a budget is a cap.
#[utoipa::path(post, path = "/api/v1/till/redemptions/{redemption_id}/undo", tag = "till",
    params(("redemption_id" = RedemptionId, Path),
        ("Idempotency-Key" = String, Header, description = "New for each act, the same when it is repeated: the same key gives the same answer, and one effect.")),
    responses(
        (status = 200, body = TillRedemption),
        (status = 400, description = "idempotency-key-missing", body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "too-late-to-undo, conflict, or idempotency-key-in-flight", body = Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "idempotency-key-reused", body = Problem, content_type = "application/problem+json"),
    ))]
async fn undo(
    State(app): State<App>,
    Reader(lang): Reader,
    who: AtTill,
    Path(redemption_id): Path<RedemptionId>,
    once: Once<Nothing>,
) -> Result<Response, Stop> {
    let attempt = once.key.by(&app, who.retailer_id, who.account_id).await?;
    let outcome = take_back(&app, &attempt, who, redemption_id, lang).await;
    attempt.close(outcome).await
}

/// Decides and writes, anew where the coupon changed in between.
async fn take_back(
    app: &App,
    attempt: &Attempt<'_>,
    who: AtTill,
    redemption_id: RedemptionId,
    lang: Lang,
) -> Result<Given, Stop> {
    for _ in 0..ATTEMPTS {
        let now = app.clock.now();
        let done = redemptions::by_id(app.db.read(), who.retailer_id, redemption_id)
            .await?
            .ok_or(ProblemKind::NotFound)?;
        let till = who.at(app, done.store_id).await?;
        if done.reversed_at.is_some() {
            // Undone under another key: the same answer, and nothing more to do.
            let keyed = attempt.begin().await?;
            return keyed.commit(None, StatusCode::OK, &wire(&done, lang)).await;
        }
        let coupon = coupons::by_id(app.db.read(), who.retailer_id, done.coupon_id)
            .await?
            .ok_or_else(|| anyhow::anyhow!("a redemption without a coupon"))?;
        let at = if planted!("undo_without_end") {
            done.redeemed_at
        } else {
            now
        };
        let decided = match coupon.facts.reverse(till.store_id, at) {
            Ok(decided) => decided,
            Err(ReverseRefusal::TooLate { .. }) => return Err(ProblemKind::TooLateToUndo.into()),
            // Undone between the two readings: look again.
            Err(ReverseRefusal::NotRedeemed) => continue,
            Err(ReverseRefusal::OtherStore { .. }) => return Err(ProblemKind::NotFound.into()),
        };
        let at = AtStore {
            account_id: till.account_id,
            store_id: till.store_id,
        };
        let keyed = attempt.begin().await?;
        match redemptions::undo(&*keyed, &coupon, redemption_id, at, &decided, now).await? {
            Undone::Done(reversal_id) => {
                let undone = redemptions::by_id(&*keyed, who.retailer_id, redemption_id)
                    .await?
                    .ok_or_else(|| anyhow::anyhow!("a redemption vanished"))?;
                return keyed
                    .commit(
                        Some(effect(
                            &till,
                            reversal_id.to_string(),
                            Action::RedemptionUndone,
                            &undone,
                        )),
                        StatusCode::OK,
                        &wire(&undone, lang),
                    )
                    .await;
            }
            // Read again at the top, where a redemption that was undone ends the loop.
            Undone::Raced => keyed.rollback().await?,
            Undone::BudgetUsed => {
                keyed.rollback().await?;
                return Err(budget_used().into());
            }
        }
    }
    Err(ProblemKind::Unavailable.into())
}

fn budget_used() -> ApiError {
    ApiError::with(ProblemKind::Conflict, |lang, problem| {
        problem.detail = app::lang::Text::new(
            "差額がすでに別のクーポンに使われたため、取り消せません。店舗の責任者にご相談ください。",
            "The difference is promised to other coupons by now, so this cannot be undone. Ask the manager.",
        )
        .get(lang)
        .to_owned();
    })
}
