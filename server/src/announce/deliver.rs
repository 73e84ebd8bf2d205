//! Delivers a batch: each shopper is decided about anew, exposures are written down before arms are looked at, the cap is reserved before anything leaves,
//! and what came back is noted a few at a time.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use app::{
    contact::{Addressee, Contacts, Decision, Silence, decide},
    geo::Band,
    id::{ContactId, ShopperId, StoreId},
    lang::{Lang, Text},
};
use futures::{StreamExt, stream::FuturesUnordered};

use super::{
    back::{Back, minute_of_day},
    select::Stores,
};
use crate::{
    channel::{Fate, Letter, Lost, Post, To},
    db::{
        announcements::{self, Announcement, Batch, Step},
        contact::{self, About, Known, Reservation, Whereabouts},
        holdout::Channel,
        running::{self, Campaign},
    },
    play::exposure::{self, Addressee as Exposed},
    state::App,
};

/// So many are dealt with in a step: what is lost of a server's time when it dies, or when somebody presses stop.
const STEP: usize = 100;
/// So many messages are on their way at once.
const AT_ONCE: usize = 32;
/// So many that came back are noted together. What came back and is not noted when a server dies is sent again, under its number, by which push services
/// and browsers put one in place of the other.
const NOTED: usize = 16;
/// So often it is asked whether somebody pressed stop while messages are on their way.
const ASK_EVERY: Duration = Duration::from_millis(300);
/// So often the claim is prolonged meanwhile: whoever carries a message may take their time.
const HOLD_EVERY: Duration = Duration::from_secs(3);
/// So often it is tried for somebody.
const TRIES: i32 = 6;

const NEAR_NOW: Text = Text::new("今日いた場所の近く", "near where you were today");
const NEAR_BEFORE: Text = Text::new("{}日前にいた場所の近く", "near where you were {} days ago");
const NEAR_AREA: Text = Text::new("選んだエリア（{}）の近く", "near {}, the area you chose");

/// Delivers one batch, or a part of it until `end`; gives how many steps were written down.
pub(super) async fn step(app: &App, end: Instant) -> anyhow::Result<u64> {
    let Some(mut batch) = announcements::claim_batch(&app.db, app.clock.now()).await? else {
        return Ok(0);
    };
    let key = (batch.retailer_id, batch.announcement_id);
    let Some(announcement) = announcements::of(app.db.read(), key.0, key.1).await? else {
        anyhow::bail!("a batch without an announcement");
    };
    let campaign = running::campaign(
        app.db.read(),
        announcement.retailer_id,
        announcement.campaign_id,
    )
    .await?;
    let stores = Stores::of(
        app.db.read(),
        announcement.retailer_id,
        announcement.campaign_id,
    )
    .await?;
    let post = Post::new(app).await?;
    let delivery = Delivery {
        app,
        announcement,
        campaign,
        stores,
        post,
    };
    let mut steps = 0;
    loop {
        let mut some = std::mem::take(&mut batch.shoppers);
        let left = some.split_off(STEP.min(some.len()));
        let (step, interrupted) = delivery.deal(&mut batch, &some).await?;
        if interrupted {
            announcements::count_stopped(&app.db, &batch, &step).await?;
            return Ok(steps);
        }
        let now = app.clock.now();
        let Some(claim) = announcements::step(&app.db, &batch, &left, &step, now).await? else {
            return Ok(steps);
        };
        steps += 1;
        if left.is_empty() {
            return Ok(steps);
        }
        batch.claim = claim;
        batch.shoppers = left;
        if Instant::now() >= end {
            // The next run goes on with it, here or elsewhere.
            announcements::let_go(&app.db, &batch).await?;
            return Ok(steps);
        }
    }
}

struct Delivery<'a> {
    app: &'a App,
    announcement: Announcement,
    campaign: Option<Campaign>,
    stores: Stores,
    post: Post<'a>,
}

/// Somebody to whom it goes now.
struct Recipient<'a> {
    shopper_id: ShopperId,
    contact_id: ContactId,
    known: &'a Known,
    store_id: StoreId,
    place: Whereabouts,
}

impl Delivery<'_> {
    /// Deals with some of a batch, and says whether that was interrupted: somebody pressed stop, or the batch is another server's by now. What had
    /// left by then is noted and in the step.
    async fn deal(&self, batch: &mut Batch, some: &[ShopperId]) -> anyhow::Result<(Step, bool)> {
        let (app, announcement) = (self.app, &self.announcement);
        let now = app.clock.now();
        let mut step = Step::default();
        let runs = self
            .campaign
            .as_ref()
            .is_some_and(|campaign| campaign.runs_at(now) && campaign.can_give_floor());
        if !runs {
            // Nothing is to be had there: nobody is sent there.
            some.iter().for_each(|_| step.silence(Silence::TooLate));
            return Ok((step, false));
        }
        let about = announcement.announcement_id.to_string();
        let retailer_id = announcement.retailer_id;
        let known = contact::known(app.db.read(), app.ways(), retailer_id, &about, some).await?;
        let mut near = HashMap::new();
        for (shopper_id, one) in &known {
            if let Some(place) = one.whereabouts
                && let Some((metres, store_id)) =
                    self.stores.nearest(place.centre(), announcement.within_m())
            {
                near.insert(*shopper_id, (place, metres, store_id));
            }
        }
        // Who waits for the morning is asked about again then, and counts from then on.
        let mut now_due = Vec::new();
        for shopper_id in some {
            let (Some(one), Some((_, metres, store_id))) =
                (known.get(shopper_id), near.get(shopper_id))
            else {
                // They went, or let us know no longer where they are.
                step.silence(Silence::NoConsent);
                continue;
            };
            if let Some(done) = one.reserved.filter(|r| r.sent || r.failed) {
                // It was, before whoever sent it could write that down.
                if done.sent {
                    step.sent += 1;
                } else {
                    step.failed += 1;
                }
                continue;
            }
            // Whoever is decided about is exposed, in both arms by the same rule: what arms and caps say comes after.
            match self.decide(one, false, Contacts::default(), now) {
                Decision::Send => now_due.push(Exposed {
                    shopper_id: *shopper_id,
                    store_id: *store_id,
                    distance: Band::of_m(*metres),
                    channel: one
                        .ways
                        .first()
                        .map_or(Channel::Push, |way| way.channel().into()),
                }),
                Decision::Wait(until) => step
                    .put_off
                    .entry((until, batch.tries))
                    .or_default()
                    .push(*shopper_id),
                Decision::Silent(why) => step.silence(why),
            }
        }
        let treated =
            exposure::expose_all(app, (retailer_id, announcement.campaign_id), &now_due, now)
                .await?;
        let mut wanted = Vec::new();
        let mut meant = Vec::new();
        for exposed in &now_due {
            let (id, held_out) = (exposed.shopper_id, !treated.contains(&exposed.shopper_id));
            let (Some(one), Some((place, ..))) = (known.get(&id), near.get(&id)) else {
                continue;
            };
            // What is reserved has its place below the cap already.
            let contacts = match one.reserved {
                Some(_) => Contacts::default(),
                None => one.preferences.contacts,
            };
            match self.decide(one, held_out, contacts, now) {
                Decision::Send => {
                    if one.reserved.is_none()
                        && let Some(way) = one.ways.first()
                    {
                        wanted.push(Reservation {
                            shopper_id: id,
                            channel: way.channel(),
                            located_at: place.at(),
                        });
                    }
                    meant.push((id, one, exposed.store_id, *place));
                }
                // The hour is the same as before.
                Decision::Wait(_) => step.silence(Silence::TooLate),
                Decision::Silent(why) => step.silence(why),
            }
        }
        let reserve = About {
            retailer_id,
            announcement_id: Some(announcement.announcement_id),
            about: about.clone(),
            reason: announcement.kind,
        };
        let reserved = contact::reserve(&app.db, &reserve, &wanted, now).await?;
        let mut recipients = Vec::new();
        for (shopper_id, known, store_id, place) in meant {
            let before = known.reserved.map(|r| r.contact_id);
            match before.or_else(|| reserved.get(&shopper_id).copied()) {
                Some(contact_id) => recipients.push(Recipient {
                    shopper_id,
                    contact_id,
                    known,
                    store_id,
                    place,
                }),
                // Another retailer was faster.
                None => step.silence(Silence::Capped),
            }
        }
        self.send(batch, recipients, step).await
    }

    fn decide(&self, one: &Known, held_out: bool, contacts: Contacts, now: i64) -> Decision {
        let addressee = Addressee {
            consents: !one.ways.is_empty(),
            mutes: one.mutes,
            held_out,
            per_week: one.preferences.per_week,
            contacts,
        };
        let zone = one.preferences.zone;
        decide(&addressee, now, self.announcement.over_at, |at| {
            minute_of_day(zone, at)
        })
    }

    async fn send(
        &self,
        batch: &mut Batch,
        recipients: Vec<Recipient<'_>>,
        mut step: Step,
    ) -> anyhow::Result<(Step, bool)> {
        let app = self.app;
        let mut back = Back::default();
        {
            let mut to_go = recipients.iter();
            let mut under_way = FuturesUnordered::new();
            let mut ask = tokio::time::interval(ASK_EVERY);
            let mut held = Instant::now();
            loop {
                // Recalled, nothing more leaves; what has left is waited for, since it may well arrive.
                while !self.post.is_recalled()
                    && under_way.len() < AT_ONCE
                    && let Some(to) = to_go.next()
                {
                    under_way.push(self.post(to));
                }
                let (to, fate, lost) = tokio::select! {
                    fate = under_way.next() => match fate {
                        Some(fate) => fate,
                        None => break,
                    },
                    _ = ask.tick(), if !self.post.is_recalled() => {
                        let key = (self.announcement.retailer_id, self.announcement.announcement_id);
                        if !announcements::is_at_work(app.db.read(), key.0, key.1).await? {
                            self.post.recall();
                            continue;
                        }
                        back.note(app).await?;
                        if held.elapsed() >= HOLD_EVERY {
                            held = Instant::now();
                            match announcements::hold(&app.db, batch, app.clock.now()).await? {
                                Some(claim) => batch.claim = claim,
                                None => self.post.recall(),
                            }
                        }
                        continue;
                    }
                };
                back.lost
                    .extend(lost.into_iter().map(|way| (to.shopper_id, way)));
                let who = (to.shopper_id, to.contact_id);
                match fate {
                    Fate::Sent => {
                        back.sent.push(who);
                        step.sent += 1;
                    }
                    Fate::Later(wait) if batch.tries + 1 < TRIES => {
                        let wait = wait * 2_u32.saturating_pow(batch.tries.unsigned_abs().min(8));
                        let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
                        let at = app.clock.now().saturating_add(wait);
                        // By the minute, so that they come together again.
                        let at = (at / 60_000 + 1) * 60_000;
                        step.put_off
                            .entry((at, batch.tries + 1))
                            .or_default()
                            .push(to.shopper_id);
                    }
                    Fate::Later(_) | Fate::Failed => {
                        back.failed.push(who);
                        step.failed += 1;
                    }
                }
                if back.sent.len() + back.failed.len() >= NOTED {
                    back.note(app).await?;
                }
            }
        }
        back.note(app).await?;
        Ok((step, self.post.is_recalled()))
    }

    async fn post<'r>(&self, to: &'r Recipient<'r>) -> (&'r Recipient<'r>, Fate, Vec<Lost>) {
        let address = To {
            shopper_id: to.shopper_id,
            ways: &to.known.ways,
            tried_before: to.known.reserved.is_some(),
        };
        let (fate, lost) = self.post.send(address, &self.letter(to)).await;
        (to, fate, lost)
    }

    fn letter(&self, to: &Recipient<'_>) -> Letter {
        let lang = to.known.preferences.lang;
        let announcement = &self.announcement;
        let (title, body) = announcement.words(lang);
        let retailer = self
            .campaign
            .as_ref()
            .map_or("", |campaign| campaign.retailer_names.get(lang));
        Letter {
            contact_id: to.contact_id,
            about: announcement.announcement_id.to_string(),
            lang,
            title: title.to_owned(),
            body: body.to_owned(),
            retailer: retailer.to_owned(),
            why: why(to.place, lang, self.app.clock.now()),
            path: format!(
                "/play/{}/{}/{}",
                announcement.retailer_id, announcement.campaign_id, to.store_id
            ),
            over_at: announcement.over_at,
        }
    }
}

/// By what somebody was found, and how old that is.
fn why(place: Whereabouts, lang: Lang, now: i64) -> String {
    match place {
        Whereabouts::Cell(_, at) => match (now - at).div_euclid(86_400_000) {
            ..=0 => NEAR_NOW.get(lang).to_owned(),
            1 if lang == Lang::En => "near where you were yesterday".to_owned(),
            days => NEAR_BEFORE.get(lang).replace("{}", &days.to_string()),
        },
        Whereabouts::Area(station) => {
            let name = match lang {
                Lang::Ja => station.name,
                Lang::En => station.name_en,
            };
            NEAR_AREA.get(lang).replace("{}", name)
        }
    }
}
