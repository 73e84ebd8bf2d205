//! A play: draws from the odds that were shown, or draws nothing.

use app::{
    api::shopper::{DrawProof, PlayRequest, PlayResult},
    audit::Action,
    digest::Digest,
    draw::{self, ClientNonce},
    id::{DrawId, RetailerId, ShopperId},
    lang::Lang,
    problem::ProblemKind,
};

use http::StatusCode;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::{
    context::Whereabouts,
    offer::{self, Shown, key_of},
    running_campaign,
};
use crate::{
    db::{
        audit::{Actor, Record},
        coupons, draw_seeds,
        draws::{self, Conditions, Draw, Recorded},
        offers::OfferKey,
        running, shoppers,
    },
    error::{ApiError, ApiResult},
    http::once::{Attempt, Effect, Given, Stop},
    new_id,
    routes::wallet,
    state::App,
};

/// How often a play is tried whose prize went to somebody else although the odds still hold (somebody's coupon expired in
/// between, say).
const ATTEMPTS: u32 = 4;

/// A play as it was asked for, with what could be wrong about its form found right.
#[derive(Clone, Debug)]
pub struct Asked {
    request: PlayRequest,
    shopper_id: ShopperId,
    nonce: ClientNonce,
    shown_hash: Digest,
}

impl Asked {
    /// Whose campaign it is.
    #[must_use]
    pub const fn retailer_id(&self) -> RetailerId {
        self.request.retailer_id
    }
}

/// Reads a request.
///
/// # Errors
/// `invalid-fields`.
pub fn read(request: PlayRequest, shopper_id: ShopperId) -> ApiResult<Asked> {
    let nonce: ClientNonce = request.client_nonce.parse().map_err(|_| {
        ApiError::field(
            "client_nonce",
            "英数字・ハイフン・下線の 16〜64 文字にしてください。",
            "16 to 64 characters from A-Z a-z 0-9 - _.",
        )
    })?;
    let shown_hash: Digest = request.odds_hash.parse().map_err(|_| {
        ApiError::field(
            "odds_hash",
            "表示された確率のハッシュ（16 進数 64 桁）をそのまま送ってください。",
            "Send the hash of the odds that were shown, 64 hexadecimal digits.",
        )
    })?;
    Ok(Asked {
        request,
        shopper_id,
        nonce,
        shown_hash,
    })
}

/// Plays once.
///
/// A repeat (same number, nonce and odds) gives the stored result under another key too, also past midnight, so that a lost answer
/// loses no prize.
///
/// # Errors
/// `not-found`, `campaign-not-running`, `no-plays-left`, `odds-changed` with the offer that holds, `conflict` for a number that is not next.
pub async fn play(app: &App, once: &Attempt<'_>, asked: &Asked, lang: Lang) -> Result<Given, Stop> {
    let now = app.clock.now();
    let key = OfferKey {
        retailer_id: asked.request.retailer_id,
        campaign_id: asked.request.campaign_id,
        shopper_id: asked.shopper_id,
        day: app::day::Day::of(now, app::day::JST),
    };
    if let Some(draw) = earlier(app, &key, asked).await? {
        return repeat(app, once, &draw, lang).await;
    }
    match attempt(app, once, &key, asked, now, lang).await {
        // The same play, sent twice at once under two keys, may have used the number, the stock or the yen that this one then misses.
        Err(Stop::Refused(error))
            if error.kind.status() == 409 && error.kind != ProblemKind::IdempotencyKeyInFlight =>
        {
            match earlier(app, &key, asked).await? {
                Some(draw) => repeat(app, once, &draw, lang).await,
                None => Err(error.into()),
            }
        }
        other => other,
    }
}

/// The result of a draw that was made under another key.
async fn repeat(app: &App, once: &Attempt<'_>, draw: &Draw, lang: Lang) -> Result<Given, Stop> {
    let seed = draw_seeds::of_day(
        &app.db,
        &app.keys,
        draw.retailer_id,
        draw.campaign_id,
        draw.day,
        draw.drawn_at,
    )
    .await?;
    let keyed = once.begin().await?;
    let told = result(&*keyed, draw, seed.commitment, lang, app.clock.now()).await?;
    keyed.commit(None, StatusCode::OK, &told).await
}

async fn attempt(
    app: &App,
    once: &Attempt<'_>,
    key: &OfferKey,
    asked: &Asked,
    now: i64,
    lang: Lang,
) -> Result<Given, Stop> {
    let Asked {
        request,
        shopper_id,
        nonce,
        shown_hash,
    } = asked;
    let shopper_id = *shopper_id;
    for _ in 0..ATTEMPTS {
        let campaign = running_campaign(app, request.retailer_id, request.campaign_id, now).await?;
        let store = running::store_of(
            app.db.read(),
            request.retailer_id,
            request.campaign_id,
            request.store_id,
        )
        .await?
        .ok_or(ProblemKind::NotFound)?;
        debug_assert_eq!(*key, key_of(&campaign, shopper_id, now));
        let made = draws::made(app.db.read(), key).await?;
        if made >= campaign.plays_per_day && !planted!("plays_without_cap") {
            return Err(ProblemKind::NoPlaysLeft.into());
        }
        let remembered = shoppers::find(app.db.read(), shopper_id)
            .await?
            .and_then(|shopper| Whereabouts::remembered(&shopper, now));
        let offer = offer::current(
            app,
            &campaign,
            key,
            store.store_id,
            remembered.as_ref(),
            now,
        )
        .await?;
        let odds_hash = offer.hash(key);
        if odds_hash != *shown_hash && !planted!("odds_unseen") {
            let shown = Shown {
                campaign: &campaign,
                store: &store,
                shopper_id,
                whereabouts: remembered.as_ref(),
                now,
                lang,
            };
            let fresh = offer::wire(app, shown, key, &offer).await?;
            return Err(ApiError::with(ProblemKind::OddsChanged, move |_, problem| {
                problem.offer = Some(Box::new(fresh.clone()))
            })
            .into());
        }
        if request.play_number != made + 1 {
            return Err(ProblemKind::Conflict.into());
        }
        let sealed = draw_seeds::of_day(
            &app.db,
            &app.keys,
            key.retailer_id,
            key.campaign_id,
            key.day,
            now,
        )
        .await?;
        // The day is over for everybody who reads the published seed, whatever the clock of this server says.
        if sealed.is_public() && !planted!("drawn_from_a_public_seed") {
            return Err(ProblemKind::Unavailable.into());
        }
        let seed = sealed.open(&app.keys)?;
        let ticket = draw::draw(
            &seed,
            key.campaign_id,
            offer.drawer(key),
            request.play_number,
            nonce,
            odds_hash,
        );
        let won = draw::outcome(&offer.odds, ticket)
            .ok_or_else(|| anyhow::anyhow!("a ticket beyond the odds"))?;
        let drawn = Draw {
            retailer_id: key.retailer_id,
            draw_id: new_id!(DrawId, now),
            campaign_id: key.campaign_id,
            shopper_id,
            store_id: store.store_id,
            day: key.day,
            play_number: request.play_number,
            offer_revision: offer.revision,
            odds_hash,
            nonce: nonce.clone(),
            ticket,
            prize_id: won.prize_id,
            value: won.value,
            drawn_at: now,
        };
        let conditions = Conditions {
            valid_days: campaign.valid_days,
            min_purchase: campaign.min_purchase,
        };
        let keyed = once.begin().await?;
        match draws::record(&keyed, &drawn, conditions).await? {
            Recorded::Done => {
                let told = result(&*keyed, &drawn, sealed.commitment, lang, now).await?;
                let given = keyed
                    .commit_if_possible(Some(effect(&drawn, &told)), StatusCode::OK, &told)
                    .await?;
                // Nothing was drawn: look again at what is left.
                let Some(given) = given else { continue };
                return Ok(given);
            }
            Recorded::NumberTaken => {
                keyed.rollback().await?;
                return Err(ProblemKind::Conflict.into());
            }
            // Nor here.
            Recorded::Gone => keyed.rollback().await?,
        }
    }
    Err(ProblemKind::Unavailable.into())
}

/// A draw, and what the audit log says of it.
fn effect(drawn: &Draw, told: &PlayResult) -> Effect {
    let coupon = told.coupon.as_ref();
    Effect {
        id: Some(drawn.draw_id.to_string()),
        record: Record {
            retailer_id: drawn.retailer_id,
            actor: Actor::Shopper(drawn.shopper_id),
            action: coupon.map_or(Action::PlayedForNothing, |_| Action::CouponIssued),
            subject: coupon.map_or_else(
                || drawn.draw_id.to_string(),
                |coupon| coupon.coupon_id.to_string(),
            ),
            store_id: Some(drawn.store_id),
            details: json!({
                "campaign_id": drawn.campaign_id,
                "draw_id": drawn.draw_id,
                "value": drawn.value,
            }),
        },
    }
}

/// The draw that this very play made before: today's, or yesterday's where midnight passed before the answer arrived.
///
/// # Errors
/// `conflict` where today's play of this number was made with another nonce or other odds.
async fn earlier(app: &App, key: &OfferKey, asked: &Asked) -> ApiResult<Option<Draw>> {
    let play_number = asked.request.play_number;
    let same = |draw: &Draw| draw.nonce == asked.nonce && draw.odds_hash == asked.shown_hash;
    if let Some(draw) = draws::of_play(app.db.read(), key, play_number).await? {
        return if same(&draw) {
            Ok(Some(draw))
        } else {
            Err(ProblemKind::Conflict.into())
        };
    }
    let yesterday = OfferKey {
        day: key.day.plus(-1),
        ..*key
    };
    Ok(draws::of_play(app.db.read(), &yesterday, play_number)
        .await?
        .filter(same))
}

async fn result(
    connection: &impl ConnectionTrait,
    draw: &Draw,
    commitment: Digest,
    lang: Lang,
    now: i64,
) -> ApiResult<PlayResult> {
    let campaign = running::campaign(connection, draw.retailer_id, draw.campaign_id)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    let coupon = coupons::of_draw(connection, draw.retailer_id, draw.draw_id)
        .await?
        .map(|coupon| wallet::wire(&coupon, lang, now));
    Ok(PlayResult {
        draw_id: draw.draw_id,
        prize_id: draw.prize_id,
        prize_name: campaign
            .names_of(draw.prize_id)
            .map(|names| names.get(lang).to_owned())
            .unwrap_or_default(),
        value: draw.value,
        coupon,
        plays_left: campaign.plays_per_day.saturating_sub(draw.play_number),
        proof: DrawProof {
            seed_commitment: commitment.to_string(),
            odds_hash: draw.odds_hash.to_string(),
            play_number: draw.play_number,
            client_nonce: draw.nonce.as_str().to_owned(),
            ticket: draw.ticket,
        },
    })
}
