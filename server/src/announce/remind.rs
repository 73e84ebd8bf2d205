//! Says once that coupons are about to end, to holders who agree to messages: what is in the wallet is worth more than another offer.
//!
//! One message for all coupons that end on the same day, below the same cap and outside the same night as everything else. Holders are treated
//! by definition, and no place is needed.

use std::collections::HashMap;

use app::{
    announcement::Kind,
    contact::{Addressee, Contacts, Decision, decide},
    day::{Day, JST},
    id::{ContactId, ShopperId},
    lang::{Lang, Text},
};
use futures::{StreamExt, future::BoxFuture, stream};

use super::back::{Back, minute_of_day};
use crate::{
    channel::{Fate, Letter, Lost, Post, To},
    db::{
        contact::{self, About, Known, Reservation},
        coupons::{self, Ending},
    },
    routes::refusal::day,
    state::App,
};

/// From so long before the end on it is said, milliseconds: from nine in the morning of the day before the last …
const FROM_MS: i64 = 39 * 3_600_000;
/// … and not later than so long before it: who is told then cannot come any more.
const UNTIL_MS: i64 = 3 * 3_600_000;
/// So many coupons are looked at at once.
const LOOK: u32 = 500;
/// So many messages are on their way at once.
const AT_ONCE: usize = 16;
/// What is reserved and has not left for so long is tried again: whoever reserved it may be about to send it.
const AGAIN_MS: i64 = 300_000;

const TITLE: Text = Text::new("クーポンの期限が近づいています", "Your coupon ends soon");
const BODY: Text = Text::new("{}（{}）は {} まで使えます。", "{} at {}: good until {}.");
const WHY: Text = Text::new("お持ちのクーポン", "a coupon you hold");

/// Tells everybody who is to be told now; gives how many were.
///
/// # Errors
/// When the database objects; what was noted stays, and the next run goes on.
pub async fn work(app: &App) -> anyhow::Result<u64> {
    let now = app.clock.now();
    let mut told = 0;
    let mut after = (now + UNTIL_MS, String::new());
    loop {
        let ending = coupons::ending(app.db.scan(), &after, now + FROM_MS, LOOK).await?;
        let Some(last) = ending.last() else {
            return Ok(told);
        };
        after = (last.valid_until, last.coupon_id.to_string());
        // Of each shopper the first to end speaks for the others of that retailer and day.
        let mut groups: HashMap<_, HashMap<ShopperId, Ending>> = HashMap::new();
        for coupon in ending {
            let key = (coupon.retailer_id, Day::of(coupon.valid_until - 1, JST));
            let group = groups.entry(key).or_default();
            group.entry(coupon.shopper_id).or_insert(coupon);
        }
        for ((retailer_id, day), group) in groups {
            let about = About {
                retailer_id,
                announcement_id: None,
                about: format!("coupons {day}"),
                reason: Kind::CouponEnds,
            };
            told += tell(app, &about, &group, now).await?;
        }
    }
}

async fn tell(
    app: &App,
    about: &About,
    group: &HashMap<ShopperId, Ending>,
    now: i64,
) -> anyhow::Result<u64> {
    let ids: Vec<ShopperId> = group.keys().copied().collect();
    let known = contact::known(
        app.db.read(),
        app.ways(),
        about.retailer_id,
        &about.about,
        &ids,
    )
    .await?;
    let (mut wanted, mut due) = (Vec::new(), Vec::new());
    for (shopper_id, coupon) in group {
        let Some(one) = known.get(shopper_id) else {
            continue;
        };
        let contacts = match one.reserved {
            Some(before) if before.sent || before.failed || before.at > now - AGAIN_MS => continue,
            Some(_) => Contacts::default(),
            None => one.preferences.contacts,
        };
        let addressee = Addressee {
            consents: !one.ways.is_empty(),
            mutes: one.mutes,
            held_out: false,
            per_week: one.preferences.per_week,
            contacts,
        };
        let zone = one.preferences.zone;
        // Who is asleep is asked about again by a later run.
        let decision = decide(&addressee, now, coupon.valid_until - UNTIL_MS, |at| {
            minute_of_day(zone, at)
        });
        if decision == Decision::Send {
            if one.reserved.is_none()
                && let Some(way) = one.ways.first()
            {
                wanted.push(Reservation {
                    shopper_id: *shopper_id,
                    channel: way.channel(),
                    located_at: None,
                });
            }
            due.push((*shopper_id, one, coupon));
        }
    }
    let reserved = contact::reserve(&app.db, about, &wanted, now).await?;
    let post = Post::new(app).await?;
    let mut posts: Vec<BoxFuture<'_, _>> = Vec::new();
    for (shopper_id, one, coupon) in due {
        let before = one.reserved.map(|r| r.contact_id);
        if let Some(contact_id) = before.or_else(|| reserved.get(&shopper_id).copied()) {
            let who = (shopper_id, contact_id);
            posts.push(Box::pin(send(&post, &about.about, who, one, coupon)));
        }
    }
    let mut back = Back::default();
    let mut told = 0;
    let mut fates = stream::iter(posts).buffer_unordered(AT_ONCE);
    while let Some((who, fate, lost)) = fates.next().await {
        back.lost.extend(lost.into_iter().map(|way| (who.0, way)));
        match fate {
            Fate::Sent => {
                back.sent.push(who);
                told += 1;
            }
            Fate::Failed => back.failed.push(who),
            // It stays reserved, and a later run sends it.
            Fate::Later(_) => {}
        }
        if back.sent.len() + back.failed.len() >= AT_ONCE {
            back.note(app).await?;
        }
    }
    back.note(app).await?;
    Ok(told)
}

type Who = (ShopperId, ContactId);

async fn send(
    post: &Post<'_>,
    about: &str,
    who: Who,
    one: &Known,
    coupon: &Ending,
) -> (Who, Fate, Vec<Lost>) {
    let to = To {
        shopper_id: who.0,
        ways: &one.ways,
        tried_before: one.reserved.is_some(),
    };
    let letter = letter(who.1, about, one.preferences.lang, coupon);
    let (fate, lost) = post.send(to, &letter).await;
    (who, fate, lost)
}

fn letter(contact_id: ContactId, about: &str, lang: Lang, coupon: &Ending) -> Letter {
    let body = [
        coupon.prize.get(lang),
        &coupon.store,
        // The last day, which ends with the coupon.
        &day(coupon.valid_until - 1, lang),
    ]
    .iter()
    .fold(BODY.get(lang).to_owned(), |body, part| {
        body.replacen("{}", part, 1)
    });
    Letter {
        contact_id,
        about: about.to_owned(),
        lang,
        title: TITLE.get(lang).to_owned(),
        body,
        retailer: coupon.retailer.get(lang).to_owned(),
        why: WHY.get(lang).to_owned(),
        path: format!("/wallet/{}/{}", coupon.retailer_id, coupon.coupon_id),
        over_at: coupon.valid_until,
    }
}
