//! More than one way to somebody: a message goes by one of them, and night, cap and holdout are the same whichever it is.

use anyhow::{Context, Result, ensure};
use app::{
    api::{
        contact::{AnnouncementInput, ContactChoice, ContactSettings},
        path,
        retailer::{CampaignInput, HoldoutInput},
        shopper::AreaChoice,
    },
    contact::{Channel, PerWeek},
};
use reqwest::Method;
use server::announce::remind;

use super::{
    announcements::{Ground, count},
    browser::{Answers, Browser, Service},
    relay::{Relay, presses, tells},
};
use crate::{
    harness::{DAY_MS, Fresh, HOUR_MS, Retailer, START, campaign, raiten, time_sale},
    on_both_databases,
};

async fn ground(database: &Fresh, service: &Service, relay: &Relay) -> Result<Ground> {
    let settings = relay.settings()?;
    Ground::new(database, service, |setup| setup.mail = settings).await
}

on_both_databases! {
    async fn a_message_goes_one_way(database: Fresh) -> Result<()> {
        let (service, relay) = (Service::start().await?, Relay::start().await?);
        let ground = ground(&database, &service, &relay).await?;
        let mut people = Vec::new();
        for (name, answers) in [
            ("fine", Answers::Taken),
            ("gone", Answers::Gone),
            ("refused", Answers::Elsewhere),
            ("broken", Answers::Broken),
        ] {
            let mailbox = format!("{name}@example.jp");
            let shopper = ground.by_mail(&relay, &mailbox).await?;
            let browser = Browser::new(&service, name)?;
            browser.subscribe(&shopper).await?;
            service.answers(&browser, answers);
            people.push((name, mailbox, shopper, browser));
        }
        let only = ground.by_mail(&relay, "only@example.jp").await?;
        let made = ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        // Besides the question: the browser that is there has it, and the mailbox not; where nobody took it, the mailbox has it.
        let mails = |name: &str| relay.got_for(&format!("{name}@example.jp")).len() - 1;
        ensure!((mails("fine"), mails("gone"), mails("refused"), mails("broken"), mails("only")) == (0, 1, 1, 0, 1), "{:?}", relay.got().len());
        let reach = ground.find(made.announcement_id).await?.reach;
        ensure!((reach.people, reach.sent, reach.failed, reach.waiting) == (5, 4, 0, 1), "{reach:?}");
        ensure!((reach.by.push, reach.by.mail, reach.by.line) == (1, 3, 0), "{reach:?}");
        let settings: ContactSettings = people[1].2.client.get(path::CONTACT).await?;
        ensure!(settings.browsers == 0 && settings.contacts[0].channel == Channel::Mail, "{settings:?}");
        // What may have arrived at the browser is tried there again, whatever comes of it, and nowhere else.
        ground.server.clock.advance(3 * 60_000);
        service.answers(&people[3].3, Answers::Gone);
        ground.work().await?;
        let reach = ground.find(made.announcement_id).await?.reach;
        ensure!((reach.sent, reach.failed, reach.waiting) == (4, 1, 0) && mails("broken") == 0, "{reach:?}");
        // From now on there is no browser, and the mailbox is the way.
        ground.server.clock.advance(2 * DAY_MS);
        ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        ensure!((mails("fine"), mails("gone"), mails("broken")) == (0, 2, 1), "another way");
        drop(only);
        let told = raiten(&database, &["verify", "--json"])?;
        ensure!(told.code == 0, "{told:#?}");
        ground.end().await
    }

    async fn one_cap_for_all_ways_and_retailers(database: Fresh) -> Result<()> {
        let (service, relay) = (Service::start().await?, Relay::start().await?);
        let ground = ground(&database, &service, &relay).await?;
        let shopper = ground.by_mail(&relay, "hanako@example.jp").await?;
        let browser = Browser::new(&service, "hanako")?;
        browser.subscribe(&shopper).await?;
        let two = ContactChoice { per_week: PerWeek::try_from(2)?, birth_month: None };
        shopper.client.put(path::CONTACT, &two).await?.done()?;
        ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        ensure!((service.got().len(), relay.got().len()) == (1, 1), "pushed, and asked");
        // The same day another retailer, by mail: no.
        shopper.client.send(Method::DELETE, path::CONTACT_PUSH, None).await?.done()?;
        let other = ground.server.retailer("本屋れい", "owner@rei.example").await?;
        let store = other.store(crate::harness::store("渋谷店")).await?;
        let running = CampaignInput { ends_at: START + 60 * DAY_MS, ..campaign(&ground.server, &[store.store_id]) };
        let running = other.publish(&running).await?;
        let announce = async |at: i64| -> Result<u64> {
            let owner = Retailer::sign_in(ground.server.anonymous()?, "owner@rei.example").await?;
            let input = AnnouncementInput { ..time_sale(running.campaign_id, at + 3 * HOUR_MS) };
            let made: app::api::contact::Announcement = owner.client.post(path::ANNOUNCEMENTS, &input).await?.json()?;
            ground.work().await?;
            let at = path::fill(path::ANNOUNCEMENT, &[&made.announcement_id.to_string()]);
            let found: app::api::contact::Announcement = owner.client.get(&at).await?;
            Ok(found.reach.capped)
        };
        ensure!(announce(ground.server.clock.now()).await? == 1 && relay.got().len() == 1, "two in a day");
        ground.server.clock.advance(DAY_MS);
        ensure!(announce(ground.server.clock.now()).await? == 0 && relay.got().len() == 2, "not the second");
        ground.server.clock.advance(DAY_MS);
        ensure!(announce(ground.server.clock.now()).await? == 1 && relay.got().len() == 2, "three in a week of two");
        let told = raiten(&database, &["verify", "--json"])?;
        ensure!(told.code == 0, "{told:#?}");
        ground.end().await
    }

    async fn mail_waits_for_the_morning_too(database: Fresh) -> Result<()> {
        let (service, relay) = (Service::start().await?, Relay::start().await?);
        let ground = ground(&database, &service, &relay).await?;
        ground.by_mail(&relay, "hanako@example.jp").await?;
        // 22 o'clock in Japan.
        ground.server.clock.advance(12 * HOUR_MS);
        let input = AnnouncementInput { over_at: ground.server.clock.now() + 12 * HOUR_MS, ..ground.time_sale() };
        let made = ground.announce(&input).await?;
        ground.work().await?;
        ground.server.clock.advance(11 * HOUR_MS - 1);
        ground.work().await?;
        ensure!(relay.got().len() == 1 && ground.find(made.announcement_id).await?.reach.waiting == 1, "before nine");
        ground.server.clock.advance(1);
        ground.work().await?;
        ensure!(relay.got().len() == 2 && ground.find(made.announcement_id).await?.reach.sent == 1, "not at nine");
        ground.end().await
    }

    async fn who_is_held_out_hears_nothing_by_any_way(database: Fresh) -> Result<()> {
        let (service, relay) = (Service::start().await?, Relay::start().await?);
        let ground = ground(&database, &service, &relay).await?;
        let half = HoldoutInput { programme: 50, campaigns: 50 };
        ground.retailer.client.put(path::HOLDOUT, &half).await?.done()?;
        for n in 0..24 {
            // Not by asking for an offer: that would be the exposure already.
            let shopper = ground.server.shopper().await?;
            shopper.client.put(path::SHOPPER_AREA, &AreaChoice { area_id: Some("shibuya".to_owned()) }).await?.done()?;
            if n % 2 == 0 {
                ground.confirms(&relay, &shopper, &format!("b{n}@example.jp")).await?;
            }
            if n % 3 > 0 {
                Browser::new(&service, &format!("b{n}"))?.subscribe(&shopper).await?;
            }
        }
        let made = ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        let reach = ground.find(made.announcement_id).await?.reach;
        // Neither way: three odd multiples of three, and one more.
        ensure!(reach.people == 20 && reach.sent > 0 && reach.held_out > 0 && reach.sent + reach.held_out == 20, "{reach:?}");
        ensure!(reach.by.push + reach.by.mail == reach.sent && reach.by.push == service.got().len() as u64, "{reach:?}");
        ensure!(relay.got().len() as u64 == reach.by.mail + 12, "{} mails", relay.got().len());
        // Both arms are exposed by the same rule, also as to the way.
        let exposed = |channel: &str| format!("SELECT COUNT(*) AS n FROM exposures e JOIN epochs p ON p.retailer_id = e.retailer_id AND p.epoch_id = e.epoch_id WHERE p.campaign_id IS NULL AND e.channel = '{channel}'");
        ensure!(count(&database, &exposed("push")).await? == 16, "by browser");
        ensure!(count(&database, &exposed("mail")).await? == 4, "by mail");
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM contacts c JOIN exposures e ON e.shopper_id = c.shopper_id WHERE e.arm = 'control'").await? == 0, "the held out were written to");
        let told = raiten(&database, &["verify", "--json"])?;
        ensure!(told.code == 0, "{told:#?}");
        ground.end().await
    }

    async fn one_press_ends_all_ways(database: Fresh) -> Result<()> {
        let (service, relay) = (Service::start().await?, Relay::start().await?);
        let ground = ground(&database, &service, &relay).await?;
        let mut people = Vec::new();
        for name in ["a", "b"] {
            let shopper = ground.by_mail(&relay, &format!("{name}@example.jp")).await?;
            people.push(shopper);
        }
        ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        for (n, shopper) in people.iter().enumerate() {
            Browser::new(&service, &n.to_string())?.subscribe(shopper).await?;
        }
        // By the link in a mail; by what the button on a browser's message does.
        let mail = relay.got_for("a@example.jp").pop().context("a mail")?;
        presses(&ground.server.anonymous()?, &mail.link("/contact/stop/")?).await?.done()?;
        people[1].client.send(Method::DELETE, path::CONTACT, None).await?.done()?;
        for shopper in &people {
            let settings: ContactSettings = shopper.client.get(path::CONTACT).await?;
            ensure!(settings.push_since.is_none() && settings.browsers == 0 && settings.mail.is_some_and(|mail| mail.address.is_none()), "not all");
        }
        let made = ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        ensure!(ground.find(made.announcement_id).await?.reach.people == 0, "found");
        let told = raiten(&database, &["verify", "--json"])?;
        ensure!(told.code == 0, "{told:#?}");
        ground.end().await
    }

    async fn a_coupon_that_ends_soon_is_told_of_by_mail(database: Fresh) -> Result<()> {
        let (service, relay) = (Service::start().await?, Relay::start().await?);
        let ground = ground(&database, &service, &relay).await?;
        let holder = ground.shopper_near().await?;
        let coupon = holder.win(&ground.retailer, &ground.campaign).await?;
        ground.confirms(&relay, &holder, "holder@example.jp").await?;
        // Ten in the morning of the day before the last.
        let days = (coupon.valid_until - START) / DAY_MS - 1;
        ground.server.clock.advance(days * DAY_MS);
        ensure!(remind::work(ground.server.app()).await? == 1, "nobody was told");
        ensure!(remind::work(ground.server.app()).await? == 0, "told again");
        let mail = relay.got_for("holder@example.jp").pop().context("a mail")?;
        ensure!(mail.read()?.subject() == Some("クーポンの期限が近づいています"), "{mail:?}");
        mail.link("/wallet/")?;
        mail.header("List-Unsubscribe")?;
        let text = mail.read()?.body_text(0).context("a text")?.into_owned();
        ensure!(text.contains("渋谷店") && text.contains("喫茶ライテン・お持ちのクーポン"), "{text}");
        ensure!(tells(&holder, "holder@example.jp").await?.status.is_success(), "told");
        ground.end().await
    }
}
