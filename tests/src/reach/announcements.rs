//! What a retailer announces: to whom it goes and to whom not, however it is cut off, stopped or raced for.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use app::{
    announcement::{AnnouncementStatus, Kind, Segment},
    api::{
        contact::{
            Announcement, AnnouncementInput, ContactChoice, ContactEvent, ContactEventRequest,
            Funnel, ReachPreview,
        },
        path,
        retailer::{Campaign, CampaignInput, HoldoutInput, Store},
        shopper::ConsentRequest,
    },
    contact::PerWeek,
    context::Recency,
    id::AnnouncementId,
    problem::ProblemKind,
};
use reqwest::{Method, StatusCode};
use sea_orm::{ConnectionTrait, Statement};
use server::{
    announce::{self, remind},
    push::Services,
    serve::Setup,
};

use super::browser::{Answers, Browser, Service};
use crate::{
    harness::{
        DAY_MS, Fresh, HOUR_MS, Retailer, START, Server, Shopper, campaign, honest, raiten, store,
        time_sale,
    },
    on_both_databases,
};

/// A retailer with a campaign, and a server that sends to a service of ours.
pub struct Ground {
    pub server: Server,
    pub retailer: Retailer,
    pub store: Store,
    pub campaign: Campaign,
}

impl Ground {
    pub async fn new(
        database: &Fresh,
        service: &Service,
        change: impl FnOnce(&mut Setup),
    ) -> Result<Self> {
        let origin = service.origin();
        let server = Server::start_with(database, |setup| {
            setup.push_services = Services::with(&[origin]).unwrap_or_default();
            setup.pushes_per_second = 10_000;
            change(setup);
        })
        .await?;
        let retailer = server
            .retailer("喫茶ライテン", "owner@raiten.example")
            .await?;
        let store = retailer.store(store("渋谷店")).await?;
        let running = CampaignInput {
            ends_at: START + 60 * DAY_MS,
            ..campaign(&server, &[store.store_id])
        };
        let campaign = retailer.publish(&running).await?;
        Ok(Self {
            server,
            retailer,
            store,
            campaign,
        })
    }

    /// Somebody who let us keep the square that the store is in.
    pub async fn shopper_near(&self) -> Result<Shopper> {
        self.shopper_at((self.store.lat, self.store.lng)).await
    }

    pub async fn shopper_at(&self, place: (f64, f64)) -> Result<Shopper> {
        let shopper = self.server.shopper().await?;
        shopper.consents(true).await?;
        let claim = honest(place, &self.store)?;
        let answer = shopper
            .asks(
                &self.campaign,
                &self.retailer,
                self.store.store_id,
                Some(claim),
            )
            .await?;
        // Who is held out is told nothing, and the square is kept all the same.
        ensure!(
            answer.status.is_success() || answer.status == StatusCode::NOT_FOUND,
            "{answer:?}"
        );
        Ok(shopper)
    }

    /// Somebody near who is written to at a browser of this name.
    pub async fn reader(&self, service: &Service, name: &str) -> Result<(Shopper, Browser)> {
        let shopper = self.shopper_near().await?;
        let browser = Browser::new(service, name)?;
        browser.subscribe(&shopper).await?;
        Ok((shopper, browser))
    }

    pub fn time_sale(&self) -> AnnouncementInput {
        let over_at = self.server.clock.now() + 3 * HOUR_MS;
        time_sale(self.campaign.campaign_id, over_at)
    }

    /// Signed in anew: a session of an owner is over after half a day.
    async fn owner(&self) -> Result<Retailer> {
        Retailer::sign_in(self.server.anonymous()?, "owner@raiten.example").await
    }

    pub async fn announce(&self, input: &AnnouncementInput) -> Result<Announcement> {
        let owner = self.owner().await?;
        owner.client.post(path::ANNOUNCEMENTS, input).await?.json()
    }

    pub async fn find(&self, id: AnnouncementId) -> Result<Announcement> {
        let at = path::fill(path::ANNOUNCEMENT, &[&id.to_string()]);
        self.owner().await?.client.get(&at).await
    }

    /// What the job does, until there is nothing to do.
    pub async fn work(&self) -> Result<()> {
        while announce::work(self.server.app()).await? > 0 {}
        Ok(())
    }

    pub async fn end(self) -> Result<()> {
        self.server.stop().await
    }
}

pub async fn count(database: &Fresh, text: &str) -> Result<i64> {
    let connection = database.connect().await?;
    let statement = Statement::from_string(connection.get_database_backend(), text);
    let row = connection
        .query_one_raw(statement)
        .await?
        .context("a row")?;
    let n = row.try_get("", "n")?;
    connection.close().await?;
    Ok(n)
}

on_both_databases! {
    async fn it_goes_to_whom_it_is_meant_for(database: Fresh) -> Result<()> {
        let service = Service::start().await?;
        let ground = Ground::new(&database, &service, |_| {}).await?;
        let (_near, near) = ground.reader(&service, "near").await?;
        // Far away, without a square, by a chosen area, muting, without consent.
        let far = ground.shopper_at((ground.store.lat + 0.2, ground.store.lng)).await?;
        Browser::new(&service, "far")?.subscribe(&far).await?;
        let nowhere = ground.server.shopper().await?;
        Browser::new(&service, "nowhere")?.subscribe(&nowhere).await?;
        let area = ground.server.shopper().await?;
        let choice = app::api::shopper::AreaChoice { area_id: Some("shibuya".to_owned()) };
        area.client.put(path::SHOPPER_AREA, &choice).await?.done()?;
        let by_area = Browser::new(&service, "area")?;
        by_area.subscribe(&area).await?;
        let (muting, _) = ground.reader(&service, "muting").await?;
        let mute = path::fill(path::CONTACT_MUTE, &[&ground.retailer.me.retailer_id.to_string()]);
        muting.client.send(Method::PUT, &mute, None).await?.done()?;
        ground.shopper_near().await?;
        let preview: ReachPreview = ground.retailer.client.post(path::ANNOUNCEMENT_PREVIEW, &ground.time_sale()).await?.json()?;
        ensure!(preview.people.is_none(), "fewer than ten are not told apart: {preview:?}");

        let made = ground.announce(&ground.time_sale()).await?;
        ensure!(made.status == AnnouncementStatus::Selecting, "{made:?}");
        ground.work().await?;
        let mut to: Vec<String> = service.got().into_iter().map(|got| got.browser).collect();
        to.sort_unstable();
        ensure!(to == ["area", "near"], "to {to:?}");
        let done = ground.find(made.announcement_id).await?;
        ensure!(done.status == AnnouncementStatus::Done && done.ended_at == Some(START), "{done:?}");
        let reach = done.reach;
        ensure!((reach.people, reach.sent, reach.muted) == (3, 2, 1), "{reach:?}");
        let got = service.got();
        let of = |name: &str| got.iter().find(|got| got.browser == name).context("a message");
        ensure!(by_area.read(of("area")?)?.body.ends_with("選んだエリア（渋谷）の近く"), "{:?}", by_area.read(of("area")?)?);
        near.read(of("near")?)?;

        // The same day nothing else gets through, of whatever retailer; two days later it does.
        let again = ground.announce(&AnnouncementInput { kind: Kind::News, ..ground.time_sale() }).await?;
        ground.work().await?;
        let reach = ground.find(again.announcement_id).await?.reach;
        ensure!((reach.sent, reach.capped, reach.muted) == (0, 2, 1), "{reach:?}");
        ground.server.clock.advance(2 * DAY_MS);
        muting.client.send(Method::DELETE, &mute, None).await?.done()?;
        let third = ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        let reach = ground.find(third.announcement_id).await?.reach;
        ensure!((reach.sent, reach.capped, reach.muted) == (3, 0, 0), "{reach:?}");
        ground.end().await
    }

    async fn segments_are_kept_to(database: Fresh) -> Result<()> {
        let service = Service::start().await?;
        let ground = Ground::new(&database, &service, |_| {}).await?;
        let (regular, _) = ground.reader(&service, "regular").await?;
        let (born, _) = ground.reader(&service, "born").await?;
        let (_new, _) = ground.reader(&service, "new").await?;
        let most = PerWeek::MOST;
        born.client.put(path::CONTACT, &ContactChoice { per_week: most, birth_month: Some(12) }).await?.done()?;
        // The regular comes by a coupon, which is what moves anything.
        let staff = ground.retailer.staff(ground.server.anonymous()?, "staff@raiten.example", &[ground.store.store_id]).await?;
        let coupon = regular.win(&ground.retailer, &ground.campaign).await?;
        let code = regular.shows(&coupon).await?;
        staff.redeem(ground.store.store_id, &code, Some(2_000)).await?.done()?;
        let sent_to = |before: usize| {
            let mut to: Vec<String> = service.got()[before..].iter().map(|got| got.browser.clone()).collect();
            to.sort_unstable();
            to
        };
        let of = |kind: Kind, recency: Vec<Recency>, birth_month: Option<u8>| AnnouncementInput {
            kind,
            segment: Segment { recency, birth_month, ..ground.time_sale().segment },
            ..ground.time_sale()
        };
        ground.announce(&of(Kind::BirthMonth, Vec::new(), Some(12))).await?;
        ground.work().await?;
        ensure!(sent_to(0) == ["born"], "{:?}", sent_to(0));
        ground.announce(&of(Kind::News, vec![Recency::Within7], None)).await?;
        ground.work().await?;
        ensure!(sent_to(1) == ["regular"], "{:?}", sent_to(1));
        ground.server.clock.advance(40 * DAY_MS);
        // Squares older than 30 days are not known any more: who was not seen since is not found by them.
        for shopper in [&regular, &born] {
            let claim = honest((ground.store.lat, ground.store.lng), &ground.store)?;
            shopper.asks(&ground.campaign, &ground.retailer, ground.store.store_id, Some(claim)).await?;
        }
        server::db::shoppers::forget_old_cells(ground.server.db(), app::day::Day::of(ground.server.clock.now(), app::day::JST), ground.server.clock.now()).await?;
        ground.announce(&of(Kind::LongNotSeen, vec![Recency::Within60, Recency::Over60], None)).await?;
        ground.work().await?;
        ensure!(sent_to(2) == ["regular"], "{:?}", sent_to(2));
        ground.end().await
    }

    async fn the_night_is_waited_for(database: Fresh) -> Result<()> {
        let service = Service::start().await?;
        let ground = Ground::new(&database, &service, |_| {}).await?;
        let (_tokyo, _) = ground.reader(&service, "tokyo").await?;
        let abroad = ground.shopper_near().await?;
        let browser = Browser::new(&service, "london")?;
        let settings: app::api::contact::ContactSettings = abroad.client.get(path::CONTACT).await?;
        let mut input = browser.input(&settings);
        "Europe/London".clone_into(&mut input.zone);
        abroad.client.put(path::CONTACT_PUSH, &input).await?.done()?;
        // 22 o'clock in Japan, 13 o'clock in London.
        ground.server.clock.advance(12 * HOUR_MS);
        let input = AnnouncementInput { over_at: ground.server.clock.now() + 12 * HOUR_MS, ..ground.time_sale() };
        let made = ground.announce(&input).await?;
        ground.work().await?;
        let to = || service.got().into_iter().map(|got| got.browser).collect::<Vec<_>>();
        ensure!(to() == ["london"], "{:?}", to());
        let reach = ground.find(made.announcement_id).await?.reach;
        ensure!((reach.people, reach.sent, reach.waiting) == (2, 1, 1), "{reach:?}");
        ground.server.clock.advance(11 * HOUR_MS - 1);
        ground.work().await?;
        ensure!(to().len() == 1, "before nine");
        ground.server.clock.advance(1);
        ground.work().await?;
        ensure!(to() == ["london", "tokyo"], "{:?}", to());
        let done = ground.find(made.announcement_id).await?;
        ensure!(done.status == AnnouncementStatus::Done && done.reach.sent == 2 && done.reach.people == 2, "{done:?}");
        // What is over before the morning goes to nobody.
        ground.server.clock.advance(2 * DAY_MS + 13 * HOUR_MS);
        let late = ground.announce(&AnnouncementInput { over_at: ground.server.clock.now() + 2 * HOUR_MS, ..ground.time_sale() }).await?;
        ground.work().await?;
        let reach = ground.find(late.announcement_id).await?.reach;
        ensure!((reach.sent, reach.too_late) == (1, 1), "{reach:?}");
        ground.end().await
    }

    async fn who_is_held_out_hears_nothing_and_is_counted(database: Fresh) -> Result<()> {
        let service = Service::start().await?;
        let ground = Ground::new(&database, &service, |_| {}).await?;
        let half = HoldoutInput { programme: 50, campaigns: 50 };
        ground.retailer.client.put(path::HOLDOUT, &half).await?.done()?;
        let mut readers = Vec::new();
        for n in 0..24 {
            // Not by asking for an offer: that would be the exposure already.
            let shopper = ground.server.shopper().await?;
            shopper.client.put(path::SHOPPER_AREA, &app::api::shopper::AreaChoice { area_id: Some("shibuya".to_owned()) }).await?.done()?;
            Browser::new(&service, &format!("b{n}"))?.subscribe(&shopper).await?;
            readers.push(shopper);
        }
        let made = ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        let reach = ground.find(made.announcement_id).await?.reach;
        ensure!(reach.sent > 0 && reach.held_out > 0 && reach.sent + reach.held_out == 24, "{reach:?}");
        // Both arms have their exposure, by the same rule; who was written to is of the treated alone.
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM exposures e JOIN epochs p ON p.retailer_id = e.retailer_id AND p.epoch_id = e.epoch_id WHERE p.campaign_id IS NULL AND e.channel = 'push'").await? == 24, "exposures");
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM contacts c JOIN exposures e ON e.shopper_id = c.shopper_id WHERE e.arm = 'control'").await? == 0, "the held out were written to");
        let told = raiten(&database, &["verify", "--json"])?;
        ensure!(told.code == 0, "{told:#?}");
        ground.end().await
    }

    async fn it_is_sent_once_by_however_many_servers_and_after_however_many_deaths(database: Fresh) -> Result<()> {
        let service = Service::start().await?;
        let ground = Ground::new(&database, &service, |_| {}).await?;
        for n in 0..120 {
            let shopper = ground.server.shopper().await?;
            shopper.client.put(path::SHOPPER_AREA, &app::api::shopper::AreaChoice { area_id: Some("shibuya".to_owned()) }).await?.done()?;
            let browser = Browser::new(&service, &format!("b{n}"))?;
            browser.subscribe(&shopper).await?;
            service.answers(&browser, Answers::Slowly(60));
        }
        let made = ground.announce(&ground.time_sale()).await?;
        let others = [ground.beside(&database, &service).await?, ground.beside(&database, &service).await?];
        // One dies in the middle of it, as far as anybody can tell: its work is dropped where it stands.
        let dying = announce::work(ground.server.app());
        let died = tokio::time::timeout(Duration::from_millis(150), dying).await.is_err();
        ensure!(died, "it was done before it could die");
        ensure!(!service.got().is_empty(), "it died before it began");
        // Its claims run out.
        ground.server.clock.advance(60_000);
        let (one, other, ours) = tokio::join!(announce::work(others[0].app()), announce::work(others[1].app()), announce::work(ground.server.app()));
        one?;
        other?;
        ours?;
        ground.work().await?;
        let done = ground.find(made.announcement_id).await?;
        ensure!(done.status == AnnouncementStatus::Done && done.reach.sent == 120 && done.reach.people == 120, "{done:?}");
        // Nobody has two messages; what was on its way when it died may have come twice, under one number, and stands there once.
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM contacts WHERE sent_at IS NOT NULL").await? == 120, "messages");
        let mut to: Vec<String> = service.got().into_iter().map(|got| got.browser).collect();
        to.sort_unstable();
        let all = to.len();
        to.dedup();
        ensure!(to.len() == 120 && all <= 120 + 48, "{all} sent to {} browsers", to.len());
        for server in others {
            server.stop().await?;
        }
        ground.end().await
    }

    async fn it_is_stopped_within_a_second(database: Fresh) -> Result<()> {
        let service = Service::start().await?;
        let ground = Ground::new(&database, &service, |setup| {
            setup.run_jobs = true;
            // So that some wait for their turn when it is stopped.
            setup.pushes_per_second = 40;
        }).await?;
        for n in 0..150 {
            let shopper = ground.server.shopper().await?;
            shopper.client.put(path::SHOPPER_AREA, &app::api::shopper::AreaChoice { area_id: Some("shibuya".to_owned()) }).await?.done()?;
            let browser = Browser::new(&service, &format!("b{n}"))?;
            browser.subscribe(&shopper).await?;
            // A few at once, the others for longer than the stop may take.
            if n >= 8 {
                service.answers(&browser, Answers::Slowly(4_000));
            }
        }
        let made = ground.announce(&ground.time_sale()).await?;
        let began = Instant::now();
        while service.got().is_empty() {
            ensure!(began.elapsed() < Duration::from_secs(20), "it never began");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let at = path::fill(path::ANNOUNCEMENT_STOP, &[&made.announcement_id.to_string()]);
        let stopped: Announcement = ground.retailer.client.act(&at).await?.json()?;
        ensure!(stopped.status == AnnouncementStatus::Stopped, "{stopped:?}");
        tokio::time::sleep(Duration::from_secs(1)).await;
        let then = service.got().len();
        // What had left is not told to have been stopped, however long the service takes to answer.
        let mut reach = ground.find(made.announcement_id).await?.reach;
        while usize::try_from(reach.sent)? < then && began.elapsed() < Duration::from_secs(40) {
            tokio::time::sleep(Duration::from_millis(200)).await;
            reach = ground.find(made.announcement_id).await?.reach;
        }
        ensure!(service.got().len() == then && then < 150, "{then} and then {}", service.got().len());
        ensure!(reach.people == 150 && reach.waiting == 0 && reach.sent + reach.stopped == 150, "{reach:?}");
        let left = count(&database, "SELECT COUNT(*) AS n FROM contacts WHERE sent_at IS NOT NULL").await?;
        ensure!(usize::try_from(reach.sent)? == then && usize::try_from(left)? == then, "{then} arrived, {left} left, {reach:?}");
        // A second time changes nothing.
        let again: Announcement = ground.retailer.client.act(&at).await?.json()?;
        ensure!(again.ended_at == stopped.ended_at, "{again:?}");
        ground.end().await
    }

    async fn two_retailers_at_once_reach_nobody_twice(database: Fresh) -> Result<()> {
        let service = Service::start().await?;
        let ground = Ground::new(&database, &service, |_| {}).await?;
        let other = ground.server.retailer("麺処ライテン", "owner@menya.example").await?;
        let shop = other.store(store("渋谷二号店")).await?;
        let running = other.publish(&campaign(&ground.server, &[shop.store_id])).await?;
        for n in 0..60 {
            ground.reader(&service, &format!("b{n}")).await?;
        }
        let ours = ground.announce(&ground.time_sale()).await?;
        let input = AnnouncementInput { campaign_id: running.campaign_id, ..ground.time_sale() };
        let theirs: Announcement = other.client.post(path::ANNOUNCEMENTS, &input).await?.json()?;
        let beside = ground.beside(&database, &service).await?;
        let (a, b) = tokio::join!(announce::work(ground.server.app()), announce::work(beside.app()));
        a?;
        b?;
        ground.work().await?;
        ensure!(service.got().len() == 60, "{} messages to 60 shoppers", service.got().len());
        let ours = ground.find(ours.announcement_id).await?.reach;
        let theirs: Announcement = other.client.get(&path::fill(path::ANNOUNCEMENT, &[&theirs.announcement_id.to_string()])).await?;
        ensure!(ours.sent + theirs.reach.sent == 60 && ours.capped + theirs.reach.capped == 60, "{ours:?} {theirs:?}");
        // What another retailer announces is not there.
        let at = path::fill(path::ANNOUNCEMENT, &[&theirs.announcement_id.to_string()]);
        ground.retailer.client.send(Method::GET, &at, None).await?.refused(ProblemKind::NotFound)?;
        beside.stop().await?;
        ground.end().await
    }

    async fn what_they_did_afterwards_is_counted_and_few_are_not_told_apart(database: Fresh) -> Result<()> {
        let service = Service::start().await?;
        let ground = Ground::new(&database, &service, |_| {}).await?;
        let staff = ground.retailer.staff(ground.server.anonymous()?, "staff@raiten.example", &[ground.store.store_id]).await?;
        let mut readers = Vec::new();
        for n in 0..24 {
            readers.push(ground.reader(&service, &format!("b{n}")).await?);
        }
        let made = ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        ground.server.clock.advance(HOUR_MS);
        for (n, (shopper, browser)) in readers.iter().enumerate() {
            let got = service.got();
            let message = browser.read(got.iter().find(|got| got.browser == browser.name).context("a message")?)?;
            let at = path::fill(path::CONTACT_EVENT, &[&message.contact_id.to_string()]);
            let event = if n < 12 { ContactEvent::Opened } else { ContactEvent::Shown };
            if n < 20 {
                shopper.client.post(&at, &ContactEventRequest { event }).await?.done()?;
            }
            if n < 11 {
                let coupon = shopper.win(&ground.retailer, &ground.campaign).await?;
                if n < 3 {
                    let code = shopper.shows(&coupon).await?;
                    staff.redeem(ground.store.store_id, &code, Some(2_000)).await?.done()?;
                }
            }
        }
        let at = path::fill(path::ANNOUNCEMENT_FUNNEL, &[&made.announcement_id.to_string()]);
        let funnel: Funnel = ground.owner().await?.client.get(&at).await?;
        let people: Vec<Option<u64>> = funnel.steps.iter().map(|step| step.people).collect();
        // Three visits and three redemptions are fewer than ten.
        ensure!(people == [Some(24), Some(20), Some(12), Some(11), Some(11), None, None], "{funnel:?}");
        ground.end().await
    }

    async fn a_coupon_that_ends_soon_is_told_of_once(database: Fresh) -> Result<()> {
        let service = Service::start().await?;
        let ground = Ground::new(&database, &service, |_| {}).await?;
        let (holder, browser) = ground.reader(&service, "holder").await?;
        let (user, _) = ground.reader(&service, "user").await?;
        let (muting, _) = ground.reader(&service, "muting").await?;
        let mute = path::fill(path::CONTACT_MUTE, &[&ground.retailer.me.retailer_id.to_string()]);
        muting.client.send(Method::PUT, &mute, None).await?.done()?;
        let staff = ground.retailer.staff(ground.server.anonymous()?, "staff@raiten.example", &[ground.store.store_id]).await?;
        let mut until = 0;
        for shopper in [&holder, &user, &muting] {
            let coupon = shopper.win(&ground.retailer, &ground.campaign).await?;
            until = coupon.valid_until;
            if shopper.me.shopper_id == user.me.shopper_id {
                let code = shopper.shows(&coupon).await?;
                staff.redeem(ground.store.store_id, &code, Some(2_000)).await?.done()?;
            }
        }
        let tell = async || remind::work(ground.server.app()).await;
        ensure!(tell().await? == 0, "long before");
        // Ten in the morning of the day before the last.
        let days = (until - START) / DAY_MS - 1;
        ground.server.clock.advance(days * DAY_MS);
        ensure!(until - ground.server.clock.now() < 39 * HOUR_MS, "{} h before", (until - ground.server.clock.now()) / HOUR_MS);
        ensure!(tell().await? == 1, "not told");
        ensure!(tell().await? == 0, "told twice");
        let got = service.got();
        ensure!(got.len() == 1 && got[0].browser == "holder", "{got:?}");
        let message = browser.read(&got[0])?;
        ensure!(message.path.starts_with("/wallet/") && message.body.contains("渋谷店") && message.body.ends_with("喫茶ライテン・お持ちのクーポン"), "{message:?}");
        // It counts below the cap like everything else.
        ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        ensure!(service.got().iter().filter(|got| got.browser == "holder").count() == 1, "two in a day");
        let told = raiten(&database, &["verify"])?;
        ensure!(told.code == 0, "{told:#?}");
        ground.end().await
    }

    async fn what_cannot_be_announced_is_said(database: Fresh) -> Result<()> {
        let service = Service::start().await?;
        let ground = Ground::new(&database, &service, |_| {}).await?;
        let client = &ground.retailer.client;
        let refuse = async |input: AnnouncementInput| -> Result<()> {
            let answer = client.post(path::ANNOUNCEMENTS, &input).await?;
            answer.refused(ProblemKind::InvalidFields)?;
            Ok(())
        };
        refuse(AnnouncementInput { title: String::new(), ..ground.time_sale() }).await?;
        refuse(AnnouncementInput { over_at: START, ..ground.time_sale() }).await?;
        refuse(AnnouncementInput { over_at: ground.campaign.ends_at + 1, starts_at: Some(ground.campaign.ends_at - 1), ..ground.time_sale() }).await?;
        let draft = ground.retailer.draft(&campaign(&ground.server, &[ground.store.store_id])).await?;
        refuse(AnnouncementInput { campaign_id: draft.campaign_id, ..ground.time_sale() }).await?;
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM announcements").await? == 0, "something was kept");
        // Somebody who withdraws between the finding and the sending is not written to.
        let (shopper, _) = ground.reader(&service, "one").await?;
        let made = ground.announce(&AnnouncementInput { starts_at: Some(START + HOUR_MS), ..ground.time_sale() }).await?;
        ground.work().await?;
        ensure!(ground.find(made.announcement_id).await?.reach.waiting == 1, "found");
        shopper.client.put(path::SHOPPER_CONSENT, &ConsentRequest { location: false }).await?.done()?;
        ground.server.clock.advance(HOUR_MS);
        ground.work().await?;
        let reach = ground.find(made.announcement_id).await?.reach;
        ensure!((reach.sent, reach.no_consent) == (0, 1) && service.got().is_empty(), "{reach:?}");
        // A campaign that is paused has nothing to be had.
        let (_other, _) = ground.reader(&service, "two").await?;
        let late = ground.announce(&ground.time_sale()).await?;
        client.act(&path::fill(path::CAMPAIGN_PAUSE, &[&ground.campaign.campaign_id.to_string()])).await?.done()?;
        ground.work().await?;
        let reach = ground.find(late.announcement_id).await?.reach;
        ensure!((reach.sent, reach.too_late) == (0, 1) && service.got().is_empty(), "{reach:?}");
        ground.end().await
    }
}

impl Ground {
    /// A further server on the same database, clock and service.
    pub async fn beside(&self, database: &Fresh, service: &Service) -> Result<Server> {
        let origin = service.origin();
        self.server
            .beside_with(database, |setup| {
                setup.push_services = Services::with(&[origin]).unwrap_or_default();
                setup.pushes_per_second = 10_000;
            })
            .await
    }
}
