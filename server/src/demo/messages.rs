//! Who in the town agrees to messages, and two that were sent: made by the same steps by which a server sends, so that they are accounted for like
//! those. Nobody in the town has a phone: what is announced now reaches whoever opens the demo and allows it, and no one else.

use anyhow::Context;
use app::{
    announcement::{Kind, Segment},
    api::contact::AnnouncementInput,
    contact::{CONSENT_TEXT, Channel, Silence},
    day::{Day, JST},
    geo::Cell,
    id::{AnnouncementId, ShopperId},
    lang::Lang,
};
use chrono_tz::Tz;

use super::Town;
use crate::{
    db::{
        Db,
        announcements::{self, Selected, Step},
        contact::{self, About, Consent, Reservation},
    },
    new_id,
};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// So many agree to messages.
const READERS: usize = 240;
/// How near to a store they live, metres.
const NEAR_M: f64 = 3_000.0;

struct Past {
    days_ago: i32,
    kind: Kind,
    title: (&'static str, &'static str),
    body: (&'static str, &'static str),
}

const PAST: [Past; 2] = [
    Past {
        days_ago: 9,
        kind: Kind::News,
        title: ("秋の新作、はじめました", "New for autumn"),
        body: (
            "カプセルを回して、新作をお得にどうぞ。",
            "Play, and try it for less.",
        ),
    },
    Past {
        days_ago: 2,
        kind: Kind::TimeSale,
        title: ("きょう 14〜17 時だけ", "Only today, 14–17 h"),
        body: (
            "ひと休みの時間に、カプセルを 1 回。",
            "One turn for your afternoon break.",
        ),
    },
];

/// Writes them for the first retailer of the town.
///
/// # Errors
/// When the database objects.
pub(super) async fn write(db: &Db, town: &Town, now: i64) -> anyhow::Result<()> {
    let retailer = town.retailers.first().context("a retailer")?;
    let campaign = retailer.campaigns.first().context("a campaign")?;
    let owner = retailer.accounts.first().context("an owner")?;
    let readers: Vec<ShopperId> = town
        .people
        .iter()
        .filter(|one| one.consents)
        .filter(|one| {
            let home = Cell::of(one.home).centre();
            let near = |store: &crate::db::town::StoreRow| store.position.distance_m(home) < NEAR_M;
            retailer.stores.iter().any(near)
        })
        .map(|one| one.shopper_id)
        .take(READERS)
        .collect();
    let transaction = db.begin_alone().await?;
    for (n, shopper_id) in (0..).zip(&readers) {
        let consent = Consent {
            zone: Tz::Asia__Tokyo,
            lang: if n % 9 == 0 { Lang::En } else { Lang::Ja },
            text_version: CONSENT_TEXT,
        };
        let at = now - 30 * DAY_MS + n * HOUR_MS;
        contact::agree(&transaction, *shopper_id, Channel::Push, &consent, at).await?;
    }
    transaction.commit().await?;
    for past in &PAST {
        // At two in the afternoon, when people may be written to.
        let at = Day::of(now, JST).plus(-past.days_ago).start(JST) + 14 * HOUR_MS;
        let announcement_id = new_id!(AnnouncementId, at);
        let input = AnnouncementInput {
            campaign_id: campaign.campaign_id,
            kind: past.kind,
            title: past.title.0.to_owned(),
            title_en: Some(past.title.1.to_owned()),
            body: past.body.0.to_owned(),
            body_en: Some(past.body.1.to_owned()),
            segment: Segment::around(3),
            starts_at: None,
            over_at: at + 3 * HOUR_MS,
        };
        let transaction = db.begin().await?;
        let by = (retailer.retailer_id, owner.account_id);
        announcements::insert(&transaction, by, announcement_id, &input, at).await?;
        transaction.commit().await?;
        let about = About {
            retailer_id: retailer.retailer_id,
            announcement_id: Some(announcement_id),
            about: announcement_id.to_string(),
            reason: past.kind,
        };
        send(db, &about, &readers, at).await?;
    }
    Ok(())
}

/// As a server does it, with what became of it thought up: a tenth is held out, a few were written to often enough or do not want to hear of it.
async fn send(db: &Db, about: &About, readers: &[ShopperId], at: i64) -> anyhow::Result<()> {
    let (found, claim) = announcements::claim_selection(db, at)
        .await?
        .context("an announcement")?;
    let mut shoppers = readers.to_vec();
    shoppers.sort_unstable();
    let all = Selected {
        shoppers: &shoppers,
        looked_at: shoppers.len(),
        until: shoppers.last().copied(),
    };
    let claim = announcements::select(db, &found, claim, &all, at).await?;
    let none = Selected {
        shoppers: &[],
        looked_at: 0,
        until: None,
    };
    let claim = claim.context("our own work")?;
    announcements::select(db, &found, claim, &none, at).await?;
    let batch = announcements::claim_batch(db, at)
        .await?
        .context("a batch")?;
    let mut step = Step::default();
    let mut wanted = Vec::new();
    for (n, shopper_id) in (0_i64..).zip(&batch.shoppers) {
        match n % 20 {
            3 | 13 => step.silence(Silence::HeldOut),
            7 => step.silence(Silence::Capped),
            17 if n > 100 => step.silence(Silence::Muted),
            _ => wanted.push(Reservation {
                shopper_id: *shopper_id,
                channel: Channel::Push,
                located_at: Some(at - n % 12 * DAY_MS / 2),
            }),
        }
    }
    let reserved = contact::reserve(db, about, &wanted, at).await?;
    let mut sent: Vec<_> = reserved.into_iter().collect();
    sent.sort_unstable();
    contact::settle(db, &sent, &[], &[], at).await?;
    step.sent = i32::try_from(sent.len())?;
    announcements::step(db, &batch, &[], &step, at).await?;
    for (n, (shopper_id, contact_id)) in (0_i64..).zip(&sent) {
        if n % 5 > 0 {
            let opened = n % 8 == 1;
            let seen = at + n * 60_000;
            contact::note(db, *shopper_id, *contact_id, opened, seen).await?;
        }
    }
    Ok(())
}
