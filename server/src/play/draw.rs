//! A play: draws from the odds that were shown, or draws nothing.

use app::{
    api::shopper::{DrawProof, PlayRequest, PlayResult},
    digest::Digest,
    draw::{self, ClientNonce},
    id::{DrawId, ShopperId},
    lang::Lang,
    problem::ProblemKind,
};

use super::{
    context::Whereabouts,
    offer::{self, Shown, key_of},
    running_campaign,
};
use crate::{
    db::{
        coupons, draw_seeds,
        draws::{self, Conditions, Draw, Recorded},
        offers::OfferKey,
        running, shoppers,
    },
    error::{ApiError, ApiResult},
    new_id,
    routes::wallet,
    state::App,
};

/// How often a play is tried whose prize went to somebody else although the odds still hold (somebody's coupon expired in
/// between, say).
const ATTEMPTS: u32 = 4;

/// Plays once.
///
/// A repeat (same number, nonce and odds) gives the stored result, also past midnight, so that a lost answer loses no prize.
///
/// # Errors
/// `invalid-fields`, `not-found`, `campaign-not-running`, `no-plays-left`, `odds-changed` with the offer that holds, `conflict` for a number that is not next.
pub async fn play(
    app: &App,
    shopper_id: ShopperId,
    request: &PlayRequest,
    lang: Lang,
) -> ApiResult<PlayResult> {
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
    let now = app.clock.now();
    let key = OfferKey {
        retailer_id: request.retailer_id,
        campaign_id: request.campaign_id,
        shopper_id,
        day: app::day::Day::of(now, app::day::JST),
    };
    if let Some(draw) = earlier(app, &key, request.play_number, &nonce, shown_hash).await? {
        return result(app, &draw, lang).await;
    }
    let read = Play {
        key,
        nonce,
        shown_hash,
        now,
    };
    match attempt(app, &read, request, lang).await {
        // The same play, sent twice at once, may have used the number, the stock or the yen that this one then misses.
        Err(error) if error.kind.status() == 409 => {
            match earlier(app, &key, request.play_number, &read.nonce, read.shown_hash).await? {
                Some(draw) => result(app, &draw, lang).await,
                None => Err(error),
            }
        }
        other => other,
    }
}

/// A play that was read and not answered yet.
struct Play {
    key: OfferKey,
    nonce: ClientNonce,
    shown_hash: Digest,
    now: i64,
}

async fn attempt(
    app: &App,
    play: &Play,
    request: &PlayRequest,
    lang: Lang,
) -> ApiResult<PlayResult> {
    let Play {
        key,
        nonce,
        shown_hash,
        now,
    } = play;
    let (now, shopper_id) = (*now, key.shopper_id);
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
        if made >= campaign.plays_per_day {
            return Err(ProblemKind::NoPlaysLeft.into());
        }
        let remembered = shoppers::find(app.db.read(), shopper_id)
            .await?
            .and_then(|shopper| Whereabouts::remembered(&shopper, now));
        let offer = offer::current(app, &campaign, key, remembered.as_ref(), now).await?;
        let odds_hash = offer.hash(key);
        if odds_hash != *shown_hash {
            let shown = Shown {
                campaign: &campaign,
                store: &store,
                shopper_id,
                whereabouts: remembered.as_ref(),
                now,
                lang,
            };
            let fresh = offer::wire(app, shown, key, &offer).await?;
            return Err(ApiError::with(
                ProblemKind::OddsChanged,
                move |_, problem| problem.offer = Some(Box::new(fresh.clone())),
            ));
        }
        if request.play_number != made + 1 {
            return Err(ProblemKind::Conflict.into());
        }
        let seed = draw_seeds::of_day(
            &app.db,
            &app.keys,
            key.retailer_id,
            key.campaign_id,
            key.day,
            now,
        )
        .await?
        .open(&app.keys)?;
        let ticket = draw::draw(
            &seed,
            key.campaign_id,
            shopper_id,
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
        let transaction = app.db.begin().await?;
        match draws::record(&transaction, &drawn, conditions).await? {
            Recorded::Done => {
                transaction.commit().await?;
                return result(app, &drawn, lang).await;
            }
            Recorded::NumberTaken => {
                transaction.rollback().await?;
                return Err(ProblemKind::Conflict.into());
            }
            // Nothing was drawn: look again at what is left.
            Recorded::Gone => transaction.rollback().await?,
        }
    }
    Err(ProblemKind::Unavailable.into())
}

/// The draw that this very play made before: today's, or yesterday's where midnight passed before the answer arrived.
///
/// # Errors
/// `conflict` where today's play of this number was made with another nonce or other odds.
async fn earlier(
    app: &App,
    key: &OfferKey,
    play_number: u32,
    nonce: &ClientNonce,
    odds_hash: Digest,
) -> ApiResult<Option<Draw>> {
    let same = |draw: &Draw| draw.nonce == *nonce && draw.odds_hash == odds_hash;
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

async fn result(app: &App, draw: &Draw, lang: Lang) -> ApiResult<PlayResult> {
    let campaign = running::campaign(app.db.read(), draw.retailer_id, draw.campaign_id)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    let seed = draw_seeds::of_day(
        &app.db,
        &app.keys,
        draw.retailer_id,
        draw.campaign_id,
        draw.day,
        draw.drawn_at,
    )
    .await?;
    let coupon = coupons::of_draw(app.db.read(), draw.retailer_id, draw.draw_id)
        .await?
        .map(|coupon| wallet::wire(&coupon, lang, app.clock.now()));
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
            seed_commitment: seed.commitment.to_string(),
            odds_hash: draw.odds_hash.to_string(),
            play_number: draw.play_number,
            client_nonce: draw.nonce.as_str().to_owned(),
            ticket: draw.ticket,
        },
    })
}
