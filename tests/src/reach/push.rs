//! One message from the retailer's console to the browser: read by another implementation, signed so that a service can check it; and every address that
//! is no push service's refused.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use app::{
    api::{
        contact::{
            ContactChoice, ContactEvent, ContactEventRequest, ContactSettings, HistoryFile,
            PushMessage,
        },
        path,
    },
    contact::PerWeek,
    problem::ProblemKind,
};
use reqwest::Method;
use server::push::Services;

use super::{
    announcements::{Ground, count},
    browser::{Answers, Browser, Service, claims},
};
use crate::{
    harness::{DAY_MS, Fresh, HOUR_MS, START, raiten},
    on_both_databases,
};

on_both_databases! {
    async fn a_message_is_read_by_its_browser_alone(database: Fresh) -> Result<()> {
        let service = Service::start().await?;
        let ground = Ground::new(&database, &service, |_| {}).await?;
        let shopper = ground.shopper_near().await?;
        let browser = Browser::new(&service, "one")?;
        let settings = browser.subscribe(&shopper).await?;
        ensure!(settings.push_since == Some(START) && settings.browsers == 1, "{settings:?}");

        let made = ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        let got = service.got();
        ensure!(got.len() == 1, "{} messages", got.len());
        let message = browser.read(&got[0])?;
        ensure!(message.title == "今日 16〜19 時だけ" && message.tag == made.announcement_id.to_string(), "{message:?}");
        ensure!(message.body.contains("喫茶ライテン・今日いた場所の近く"), "no reason: {message:?}");
        ensure!(message.path.starts_with("/play/"), "{message:?}");
        ensure!(Browser::new(&service, "one")?.read(&got[0]).is_err(), "read by another browser");
        // What the service sees: who sends, how long it is worth something, what it replaces.
        let claimed = claims(&got[0], &settings.push_key)?;
        ensure!(claimed["aud"] == service.origin(), "{claimed}");
        let expires = claimed["exp"].as_i64().unwrap_or(0) - START / 1_000;
        ensure!((60..=86_400).contains(&expires), "for {expires} s");
        ensure!(claims(&got[0], &browser.input(&settings).p256dh).is_err(), "by another key");
        let header = |name: &str| got[0].headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        ensure!(header("ttl") == "10800" && header("topic") == message.tag && header("urgency") == "normal", "{:?}", got[0].headers);
        ensure!(!String::from_utf8_lossy(&got[0].body).contains("16"), "in the clear");

        // What became of it.
        let at = path::fill(path::CONTACT_EVENT, &[&message.contact_id.to_string()]);
        let shown = ContactEventRequest { event: ContactEvent::Shown };
        let opened = ContactEventRequest { event: ContactEvent::Opened };
        shopper.client.post(&at, &shown).await?.done()?;
        shopper.client.post(&at, &opened).await?.done()?;
        shopper.client.post(&at, &opened).await?.done()?;
        let stranger = ground.server.shopper().await?;
        stranger.client.post(&at, &opened).await?.refused(ProblemKind::NotFound)?;
        let reach = ground.find(made.announcement_id).await?.reach;
        ensure!((reach.people, reach.sent, reach.shown, reach.opened) == (1, 1, 1, 1), "{reach:?}");
        let settings: ContactSettings = shopper.client.get(path::CONTACT).await?;
        ensure!(settings.contacts.len() == 1 && settings.contacts[0].located_at == Some(START), "{settings:?}");
        ensure!(settings.contacts[0].opened_at == Some(START) && settings.contacts[0].retailer.name == "喫茶ライテン", "{settings:?}");
        ground.end().await
    }

    async fn what_a_service_answers_is_heeded(database: Fresh) -> Result<()> {
        let service = Service::start().await?;
        let ground = Ground::new(&database, &service, |_| {}).await?;
        let mut people = Vec::new();
        for (name, answers) in [
            ("gone", Answers::Gone),
            ("unknown", Answers::NotFound),
            ("elsewhere", Answers::Elsewhere),
            ("broken", Answers::Broken),
            ("fine", Answers::Taken),
        ] {
            let shopper = ground.shopper_near().await?;
            let browser = Browser::new(&service, name)?;
            browser.subscribe(&shopper).await?;
            service.answers(&browser, answers);
            people.push((shopper, browser));
        }
        let made = ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        let reach = ground.find(made.announcement_id).await?.reach;
        ensure!((reach.people, reach.sent, reach.failed, reach.waiting) == (5, 1, 3, 1), "{reach:?}");
        ensure!(service.trapped() == 0, "a redirect was followed");
        for (shopper, browser) in &people {
            let settings: ContactSettings = shopper.client.get(path::CONTACT).await?;
            let left = u32::from(!["gone", "unknown"].contains(&browser.name.as_str()));
            ensure!(settings.browsers == left, "{}: {settings:?}", browser.name);
            // The consent stays: another browser of theirs may come.
            ensure!(settings.push_since == Some(START), "{}: {settings:?}", browser.name);
        }
        // What was broken is tried again, and again later each time, until it is worth nothing any more.
        let tried = |name: &str| service.got().iter().filter(|got| got.browser == name).count();
        ground.work().await?;
        ensure!(tried("broken") == 1, "at once again");
        ground.server.clock.advance(3 * 60_000);
        ground.work().await?;
        ensure!(tried("broken") == 2, "not again");
        service.answers(&people[3].1, Answers::Taken);
        ground.server.clock.advance(10 * 60_000);
        ground.work().await?;
        ensure!(tried("broken") == 3, "not a third time");
        let done = ground.find(made.announcement_id).await?;
        ensure!((done.reach.people, done.reach.sent, done.reach.waiting) == (5, 2, 0), "{done:?}");
        ensure!(done.ended_at.is_some(), "{done:?}");
        // Each message went out under one number, however often.
        let numbers: Vec<PushMessage> = service.got().iter().filter(|got| got.browser == "broken").map(|got| people[3].1.read(got)).collect::<Result<_>>()?;
        ensure!(numbers.iter().all(|message| message.contact_id == numbers[0].contact_id), "{numbers:?}");
        ground.end().await
    }

    async fn a_service_that_asks_for_a_pause_gets_it(database: Fresh) -> Result<()> {
        let service = Service::start().await?;
        let ground = Ground::new(&database, &service, |_| {}).await?;
        let (_shopper, browser) = ground.reader(&service, "busy").await?;
        service.answers(&browser, Answers::Later(2));
        let made = ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        service.answers(&browser, Answers::Taken);
        ensure!(ground.find(made.announcement_id).await?.reach.waiting == 1, "not put off");
        // The service itself is let be for two seconds of the real clock, whoever else is to be written to.
        ground.server.clock.advance(2 * 60_000);
        let began = Instant::now();
        ground.work().await?;
        ensure!(service.got().len() == 2 && began.elapsed() > Duration::from_millis(500), "{:?}", began.elapsed());
        ensure!(ground.find(made.announcement_id).await?.reach.sent == 1, "not sent");
        ground.end().await
    }

    async fn an_address_that_is_no_push_services_is_refused(database: Fresh) -> Result<()> {
        let service = Service::start().await?;
        let ground = Ground::new(&database, &service, |_| {}).await?;
        let shopper = ground.shopper_near().await?;
        let browser = Browser::new(&service, "one")?;
        let settings: ContactSettings = shopper.client.get(path::CONTACT).await?;
        let good = browser.input(&settings);
        for endpoint in [
            "http://127.0.0.1/x",
            "https://127.0.0.1/x",
            "https://localhost/x",
            "https://10.0.0.8/x",
            "https://192.168.1.1/x",
            "https://169.254.169.254/latest/meta-data/",
            "https://[::1]/x",
            "https://[::ffff:127.0.0.1]/x",
            "https://[fe80::1]/x",
            "https://2130706433/x",
            "https://0x7f000001/x",
            "https://0177.0.0.1/x",
            "https://fcm.googleapis.com@127.0.0.1/x",
            "https://fcm.googleapis.com.evil.example/x",
            "http://fcm.googleapis.com/x",
            "https://fcm.googleapis.com:8443/x",
            "not an address",
        ] {
            let mut bad = good.clone();
            endpoint.clone_into(&mut bad.endpoint);
            let answer = shopper.client.put(path::CONTACT_PUSH, &bad).await?;
            answer.refused(ProblemKind::InvalidFields)?;
        }
        for change in [
            |input: &mut app::api::contact::BrowserInput| input.p256dh.truncate(80),
            |input: &mut app::api::contact::BrowserInput| input.auth = "AAAA".to_owned(),
            |input: &mut app::api::contact::BrowserInput| input.push_key = input.p256dh.clone(),
            |input: &mut app::api::contact::BrowserInput| input.zone = "Mars/Olympus".to_owned(),
            |input: &mut app::api::contact::BrowserInput| input.text_version = 99,
        ] {
            let mut bad = good.clone();
            change(&mut bad);
            let answer = shopper.client.put(path::CONTACT_PUSH, &bad).await?;
            answer.refused(ProblemKind::InvalidFields)?;
        }
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM push_subscriptions").await? == 0, "something was kept");
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM contact_consents").await? == 0, "a consent without a browser");
        shopper.client.put(path::CONTACT_PUSH, &good).await?.done()?;
        ground.end().await
    }

    async fn choices_are_kept_and_one_tap_ends_all(database: Fresh) -> Result<()> {
        let service = Service::start().await?;
        let ground = Ground::new(&database, &service, |_| {}).await?;
        let shopper = ground.shopper_near().await?;
        let browser = Browser::new(&service, "one")?;
        browser.subscribe(&shopper).await?;
        browser.subscribe(&shopper).await?;
        let one = PerWeek::try_from(1)?;
        let choice = ContactChoice { per_week: one, birth_month: Some(12) };
        let settings: ContactSettings = shopper.client.put(path::CONTACT, &choice).await?.json()?;
        ensure!(settings.per_week == one && settings.birth_month == Some(12) && settings.browsers == 1, "{settings:?}");
        let bad = ContactChoice { birth_month: Some(13), ..choice };
        shopper.client.put(path::CONTACT, &bad).await?.refused(ProblemKind::InvalidFields)?;
        ground.server.clock.advance(HOUR_MS);
        let none: ContactSettings = shopper.client.send(Method::DELETE, path::CONTACT_PUSH, None).await?.json()?;
        ensure!(none.push_since.is_none() && none.browsers == 0 && none.per_week == one, "{none:?}");
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM contact_consents WHERE withdrawn_at - agreed_at = 3600000 AND text_version = 1").await? == 1, "the consent's time");
        let made = ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        ensure!(service.got().is_empty(), "written to after the end");
        ensure!(ground.find(made.announcement_id).await?.reach.people == 0, "found");
        // Again, later: another consent.
        ground.server.clock.advance(DAY_MS);
        browser.subscribe(&shopper).await?;
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM contact_consents").await? == 2, "two consents");
        let kept: HistoryFile = shopper.client.get(path::HISTORY).await?;
        ensure!(kept.contact.consents.len() == 2 && kept.contact.browsers == [service.origin()] && kept.contact.birth_month == Some(12), "{kept:?}");
        // Whoever is erased is not found in any table of messages.
        shopper.client.send(Method::DELETE, path::HISTORY, None).await?.done()?;
        for table in ["contact_preferences", "contact_consents", "push_subscriptions", "contacts", "contact_mutes"] {
            ensure!(count(&database, &format!("SELECT COUNT(*) AS n FROM {table}")).await? == 0, "{table}");
        }
        ground.end().await
    }

    async fn a_new_key_takes_over_and_the_old_one_still_reaches(database: Fresh) -> Result<()> {
        let service = Service::start().await?;
        let ground = Ground::new(&database, &service, |_| {}).await?;
        let (early, late) = (ground.shopper_near().await?, ground.shopper_near().await?);
        let (first, second) = (Browser::new(&service, "first")?, Browser::new(&service, "second")?);
        let before = first.subscribe(&early).await?;
        // Servers of the same database have the same key, whoever made it.
        let beside = ground.server.beside(&database).await?;
        let there = early.client.at(&beside.anonymous()?)?;
        ensure!(there.get::<ContactSettings>(path::CONTACT).await?.push_key == before.push_key, "another key");
        beside.stop().await?;
        let told = raiten(&database, &["push-key", "new"])?;
        ensure!(told.code == 0, "{told:#?}");
        ground.server.clock.advance(60_000);
        let after = second.subscribe(&late).await?;
        ensure!(after.push_key != before.push_key, "the same key");
        ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        let got = service.got();
        ensure!(got.len() == 2, "{} messages", got.len());
        for (got, browser, key) in got.iter().map(|got| if got.browser == "first" { (got, &first, &before) } else { (got, &second, &after) }) {
            claims(got, &key.push_key)?;
            browser.read(got)?;
        }
        ground.end().await
    }
}

/// The service under test is on this machine, which only whoever runs the server can allow.
#[test]
fn own_services_are_named_by_origin() {
    assert!(Services::with(&["http://127.0.0.1:1".to_owned()]).is_ok());
    assert!(Services::with(&["127.0.0.1:1".to_owned()]).is_err());
}
