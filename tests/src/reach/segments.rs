//! For whom an announcement is, against the same asked of each shopper one by one.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use app::{
    announcement::{CouponUse, Segment},
    api::{
        contact::{Announcement, AnnouncementInput, ReachPreview},
        path,
        shopper::AreaChoice,
    },
    context::Frequency,
    day::{Day, JST},
    id::ShopperId,
};
use sea_orm::{ConnectionTrait, Statement};
use server::db::contact;

use super::{announcements::Ground, browser::Service};
use crate::{
    harness::{DAY_MS, Fresh, HOUR_MS, START, some_browser},
    on_both_databases,
};

/// What is true of somebody.
struct Facts {
    shopper_id: ShopperId,
    visits: Vec<i64>,
    used_at: Option<i64>,
    holds: bool,
    area: Option<&'static str>,
}

impl Facts {
    fn is_in(&self, segment: &Segment, now: i64) -> bool {
        let today = Day::of(now, JST);
        let lately = self
            .visits
            .iter()
            .filter(|at| today.since(Day::of(**at, JST)) < 90)
            .count();
        let frequency = match lately {
            0 => Frequency::None,
            1 => Frequency::One,
            2 | 3 => Frequency::TwoToThree,
            4..=7 => Frequency::FourToSeven,
            _ => Frequency::EightOrMore,
        };
        let coupons = match segment.coupons {
            None => true,
            Some(CouponUse::UsedLately) => self.used_at.is_some_and(|at| {
                now - at < i64::from(segment.used_within_days.unwrap_or(0)) * DAY_MS
            }),
            Some(CouponUse::HoldsOne) => self.holds,
            Some(CouponUse::NeverUsed) => self.used_at.is_none(),
        };
        let area = segment.area_ids.is_empty()
            || self
                .area
                .is_some_and(|area| segment.area_ids.iter().any(|id| id == area));
        let frequency = segment.frequency.is_empty() || segment.frequency.contains(&frequency);
        coupons && area && frequency
    }
}

/// Somebody near, of the n-th kind: so many visits, a coupon or none, an area or none.
async fn somebody(ground: &Ground, n: i64) -> Result<Facts> {
    let shopper = ground.shopper_near().await?;
    let shopper_id = shopper.me.shopper_id;
    contact::subscribe(
        ground.server.db(),
        shopper_id,
        &some_browser(&format!("b{n}"))?,
        START,
    )
    .await?;
    let area = [None, Some("shibuya"), Some("shinjuku")][usize::try_from(n % 3)?];
    let choice = AreaChoice {
        area_id: area.map(str::to_owned),
    };
    shopper
        .client
        .put(path::SHOPPER_AREA, &choice)
        .await?
        .done()?;
    let mut facts = Facts {
        shopper_id,
        visits: Vec::new(),
        used_at: None,
        holds: false,
        area,
    };
    let times = [0, 1, 2, 3, 4, 6, 7, 8, 9][usize::try_from(n % 9)?];
    facts
        .visits
        .extend((1..=times).map(|k| START - k * 5 * DAY_MS));
    if n % 5 == 0 {
        facts.visits.push(START - 95 * DAY_MS);
    }
    let transaction = ground.server.db().begin().await?;
    for at in &facts.visits {
        // As an import shows them.
        let text = format!(
            "INSERT INTO visits (retailer_id, shopper_id, store_id, began_at, day, sources) VALUES ('{}', '{shopper_id}', '{}', {at}, {}, 2)",
            ground.retailer.me.retailer_id,
            ground.store.store_id,
            Day::of(*at, JST).0
        );
        transaction.execute_unprepared(&text).await?;
    }
    transaction.commit().await?;
    if n % 4 == 0 {
        return Ok(facts);
    }
    let coupon = shopper.win(&ground.retailer, &ground.campaign).await?;
    facts.holds = true;
    if n % 4 == 1 {
        return Ok(facts);
    }
    let email = format!("staff{n}@raiten.example");
    let owner =
        crate::harness::Retailer::sign_in(ground.server.anonymous()?, "owner@raiten.example")
            .await?;
    let staff = owner
        .staff(ground.server.anonymous()?, &email, &[ground.store.store_id])
        .await?;
    let used = staff
        .redeem(ground.store.store_id, &shopper.shows(&coupon).await?, None)
        .await?
        .json()?;
    if n % 4 == 3 {
        staff.undo(&used).await?.done()?;
    } else {
        let now = ground.server.clock.now();
        facts.visits.push(now);
        (facts.used_at, facts.holds) = (Some(now), false);
    }
    Ok(facts)
}

/// Whom an announcement was found to be for.
async fn found(database: &Fresh, of: &Announcement) -> Result<BTreeSet<ShopperId>> {
    let connection = database.connect().await?;
    let text = format!(
        "SELECT shoppers FROM announcement_batches WHERE announcement_id = '{}'",
        of.announcement_id
    );
    let rows = connection
        .query_all_raw(Statement::from_string(
            connection.get_database_backend(),
            text,
        ))
        .await?;
    connection.close().await?;
    let mut out = BTreeSet::new();
    for row in rows {
        let all: String = row.try_get("", "shoppers")?;
        let ids = all
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .filter(|id| !id.is_empty());
        for id in ids {
            out.insert(id.parse()?);
        }
    }
    Ok(out)
}

on_both_databases! {
    async fn exactly_those_are_meant_who_should_be(database: Fresh) -> Result<()> {
        let service = Service::start().await?;
        let ground = Ground::new(&database, &service, |_| {}).await?;
        let mut all = Vec::new();
        for n in 0..24 {
            if n == 12 {
                ground.server.clock.advance(5 * DAY_MS);
            }
            all.push(somebody(&ground, n).await?);
        }
        let now = ground.server.clock.now();
        let owner = crate::harness::Retailer::sign_in(ground.server.anonymous()?, "owner@raiten.example").await?;
        let frequencies = [vec![], vec![Frequency::None], vec![Frequency::One, Frequency::EightOrMore], vec![Frequency::TwoToThree], vec![Frequency::FourToSeven]];
        let coupons = [
            (None, None),
            (Some(CouponUse::UsedLately), Some(3)),
            (Some(CouponUse::UsedLately), Some(10)),
            (Some(CouponUse::HoldsOne), None),
            (Some(CouponUse::NeverUsed), None),
        ];
        let areas: [&[&str]; 3] = [&[], &["shibuya"], &["shinjuku", "shibuya"]];
        let mut made: Vec<(Announcement, Segment)> = Vec::new();
        for frequency in &frequencies {
            for (used, used_within_days) in coupons {
                for area_ids in areas {
                    let segment = Segment {
                        frequency: frequency.clone(),
                        coupons: used,
                        used_within_days,
                        area_ids: area_ids.iter().map(|id| (*id).to_owned()).collect(),
                        ..Segment::around(3)
                    };
                    let input = AnnouncementInput {
                        segment: segment.clone(),
                        starts_at: Some(now + DAY_MS),
                        over_at: now + DAY_MS + HOUR_MS,
                        ..ground.time_sale()
                    };
                    let preview: ReachPreview = owner.client.post(path::ANNOUNCEMENT_PREVIEW, &input).await?.json()?;
                    let people = all.iter().filter(|one| one.is_in(&segment, now)).count() as u64;
                    let told = (people >= 10).then_some(people / 10 * 10);
                    ensure!(preview.people == told, "{segment:?}: {preview:?}, {people}");
                    made.push((owner.client.post(path::ANNOUNCEMENTS, &input).await?.json()?, segment));
                }
            }
        }
        ground.work().await?;
        let mut sizes = BTreeSet::new();
        for (announcement, segment) in &made {
            let wanted: BTreeSet<ShopperId> = all.iter().filter(|one| one.is_in(segment, now)).map(|one| one.shopper_id).collect();
            let got = found(&database, announcement).await?;
            ensure!(got == wanted, "{segment:?}\n{got:?}\n{wanted:?}");
            sizes.insert(got.len());
        }
        ensure!(sizes.len() > 8, "the segments differ little: {sizes:?}");
        sizes.last().context("a size")?;
        ground.end().await
    }
}
