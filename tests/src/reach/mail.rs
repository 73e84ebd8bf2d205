//! E-mail: nothing but one question before its link was opened and its button pressed; ended by one press; and addresses that nobody reads but the server.

use anyhow::{Context, Result, ensure};
use app::{
    api::{
        contact::{ContactSettings, HistoryFile, MailState},
        path,
    },
    contact::Channel,
    lang::Lang,
    problem::ProblemKind,
};
use mail_parser::MimeHeaders;
use reqwest::{Method, StatusCode};
use sea_orm::{ConnectionTrait, Statement};
use server::{
    channel::{Letter, link::Links},
    db::contact,
    keys::Keys,
    mail::{Address, compose},
};

use super::{
    announcements::{Ground, count},
    browser::Service,
    relay::{Mail, Relay, Says, presses, stands, tells},
};
use crate::{
    harness::{DAY_MS, Fresh, HOUR_MS, SECRET_KEY, START, raiten},
    on_both_databases,
};

const HANAKO: &str = "hanako@example.jp";

async fn ground(database: &Fresh, service: &Service, relay: &Relay) -> Result<Ground> {
    let settings = relay.settings()?;
    Ground::new(database, service, |setup| setup.mail = settings).await
}

on_both_databases! {
    async fn nothing_is_sent_to_an_address_that_nobody_confirmed(database: Fresh) -> Result<()> {
        let (service, relay) = (Service::start().await?, Relay::start().await?);
        let ground = ground(&database, &service, &relay).await?;
        let shopper = ground.shopper_near().await?;
        ensure!(stands(&shopper).await?.is_none(), "an address");
        tells(&shopper, "  Hanako@Example.JP ").await?.done()?;
        ensure!(stands(&shopper).await? == Some(MailState::Unconfirmed), "not asked");
        let question = relay.waits_for(HANAKO, 1).await?.remove(0);
        ensure!(question.from == "coupon@raiten.example", "{question:?}");
        let link = question.link("/contact/confirm/")?;
        // Programs that look at links open them, and follow nothing that has to be pressed.
        let anybody = ground.server.anonymous()?;
        for _ in 0..3 {
            let page = anybody.send(Method::GET, &link, None).await?;
            ensure!(page.status == StatusCode::OK && page.text().matches("<form").count() == 1, "{page:?}");
            ensure!(page.header("referrer-policy") == Some("same-origin") && page.header("cache-control") == Some("no-store"), "{page:?}");
            ensure!(page.header("content-security-policy").is_some_and(|policy| policy.starts_with("default-src 'none'") && !policy.contains("unsafe")), "{page:?}");
        }
        anybody.send(Method::HEAD, &link, None).await?;
        ensure!(stands(&shopper).await? == Some(MailState::Unconfirmed), "confirmed by being looked at");
        let made = ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        ensure!(ground.find(made.announcement_id).await?.reach.people == 0, "found");
        ensure!(relay.got().len() == 1, "more than the question");
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM contact_consents").await? == 0, "a consent");

        // Forged, of somebody else, cut: nothing happens, and nothing is told.
        let other = ground.shopper_near().await?.me.shopper_id.to_string();
        let own = shopper.me.shopper_id.to_string();
        for wrong in [link.replace(&own, &other), link[..link.len() - 1].to_owned(), format!("{link}x"), "/contact/confirm/x".to_owned()] {
            for method in [Method::GET, Method::POST] {
                let answer = anybody.send(method, &wrong, None).await?;
                ensure!(answer.status == StatusCode::GONE && !answer.text().contains("<form"), "{answer:?}");
            }
        }
        ensure!(stands(&shopper).await? == Some(MailState::Unconfirmed), "confirmed by a forged link");

        let done = presses(&anybody, &link).await?;
        ensure!(done.status == StatusCode::OK, "{done:?}");
        ensure!(stands(&shopper).await? == Some(MailState::Confirmed), "not confirmed");
        let again = anybody.send(Method::POST, &link, None).await?;
        ensure!(again.status == StatusCode::OK, "{again:?}");
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM contact_consents WHERE channel = 'mail' AND text_version = 1 AND withdrawn_at IS NULL").await? == 1, "one consent");
        ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        ensure!(relay.got_for(HANAKO).len() == 2, "not sent");
        // Telling the same address again asks nobody.
        tells(&shopper, HANAKO).await?.done()?;
        ensure!(stands(&shopper).await? == Some(MailState::Confirmed), "asked again");
        // The link of what was ended confirms nothing.
        shopper.client.send(Method::DELETE, path::CONTACT_MAIL, None).await?.done()?;
        let late = anybody.send(Method::POST, &link, None).await?;
        ensure!(late.status == StatusCode::GONE && stands(&shopper).await?.is_none(), "{late:?}");
        let told = raiten(&database, &["verify", "--json"])?;
        ensure!(told.code == 0, "{told:#?}");
        ground.end().await
    }

    async fn a_link_works_for_a_day_and_until_there_is_a_newer_one(database: Fresh) -> Result<()> {
        let (service, relay) = (Service::start().await?, Relay::start().await?);
        let ground = ground(&database, &service, &relay).await?;
        let (shopper, anybody) = (ground.shopper_near().await?, ground.server.anonymous()?);
        tells(&shopper, HANAKO).await?.done()?;
        let first = relay.waits_for(HANAKO, 1).await?.remove(0).link("/contact/confirm/")?;
        tells(&shopper, HANAKO).await?.done()?;
        let second = relay.waits_for(HANAKO, 2).await?.remove(1).link("/contact/confirm/")?;
        ensure!(anybody.send(Method::POST, &first, None).await?.status == StatusCode::GONE, "an older link");
        ground.server.clock.advance(DAY_MS);
        ensure!(anybody.send(Method::POST, &second, None).await?.status == StatusCode::GONE, "a link of yesterday");
        ensure!(stands(&shopper).await? == Some(MailState::Unconfirmed), "confirmed");
        // What nobody confirmed is forgotten.
        ensure!(contact::mail::forget_old(ground.server.db(), ground.server.clock.now()).await? == 1, "kept");
        ensure!(stands(&shopper).await?.is_none(), "kept");
        ground.confirms(&relay, &shopper, HANAKO).await?;
        ensure!(contact::mail::forget_old(ground.server.db(), ground.server.clock.now() + 300 * DAY_MS).await? == 0, "a confirmed one is kept");
        // Another address is another question; until it is confirmed nothing is sent anywhere.
        tells(&shopper, "taro@example.jp").await?.done()?;
        relay.waits_for("taro@example.jp", 1).await?;
        let made = ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        ensure!(ground.find(made.announcement_id).await?.reach.people == 0, "found");
        let told = raiten(&database, &["verify", "--json"])?;
        ensure!(told.code == 0, "{told:#?}");
        ground.end().await
    }

    async fn it_says_who_why_and_how_to_end_it(database: Fresh) -> Result<()> {
        let (service, relay) = (Service::start().await?, Relay::start().await?);
        let ground = ground(&database, &service, &relay).await?;
        let shopper = ground.by_mail(&relay, HANAKO).await?;
        let english = ground.shopper_near().await?;
        let english = crate::harness::Shopper { client: english.client.reading(Lang::En), ..english };
        ground.confirms(&relay, &english, "john@example.com").await?;
        let made = ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        let reach = ground.find(made.announcement_id).await?.reach;
        ensure!((reach.people, reach.sent, reach.by.mail, reach.by.push) == (2, 2, 2, 0), "{reach:?}");
        let mail = relay.got_for(HANAKO).pop().context("a mail")?;
        let read = mail.read()?;
        ensure!(read.subject() == Some("今日 16〜19 時だけ"), "{:?}", read.subject());
        let from = read.from().and_then(|from| from.first()).context("a sender")?;
        ensure!(from.name() == Some("来店 Raiten") && from.address() == Some("coupon@raiten.example"), "{from:?}");
        ensure!(read.to().and_then(|to| to.first()).and_then(|to| to.address()) == Some(HANAKO), "{:?}", read.to());
        ensure!(read.content_type().is_some_and(|kind| kind.ctype() == "multipart" && kind.subtype() == Some("alternative")), "of one form");
        let (text, html) = (read.body_text(0).context("a text")?, read.body_html(0).context("a page")?);
        for words in ["カプセルを回して、あたたかい一杯を。", "喫茶ライテン・今日いた場所の近く", "広告主：喫茶ライテン", "株式会社れいてん", "東京都千代田区一番町1-1", "03-0000-0000", "お知らせを止める"] {
            ensure!(text.contains(words) && html.contains(words), "no {words}: {text}");
        }
        let leads = mail.link("/play/")?;
        ensure!(leads == format!("/play/{}/{}/{}", ground.retailer.me.retailer_id, ground.campaign.campaign_id, ground.store.store_id), "{leads}");
        let stop = mail.link("/contact/stop/")?;
        ensure!(mail.header("List-Unsubscribe")?.ends_with(&format!("{stop}>")), "{}", mail.header("List-Unsubscribe")?);
        ensure!(mail.header("List-Unsubscribe")?.starts_with("<http"), "{}", mail.header("List-Unsubscribe")?);
        ensure!(mail.header("List-Unsubscribe-Post")? == "List-Unsubscribe=One-Click", "{mail:?}");
        ensure!(mail.header("Auto-Submitted")? == "auto-generated", "{mail:?}");
        let settings: ContactSettings = shopper.client.get(path::CONTACT).await?;
        let sent = settings.contacts.first().context("a message")?;
        ensure!(sent.channel == Channel::Mail, "{sent:?}");
        ensure!(mail.header("Message-ID")? == format!("<{}@raiten.example>", sent.contact_id), "{mail:?}");
        let mail = relay.got_for("john@example.com").pop().context("a mail")?;
        let read = mail.read()?;
        ensure!(read.subject() == Some("Today 16–19 h"), "{:?}", read.subject());
        let text = read.body_text(0).context("a text")?;
        ensure!(text.contains("Play for a warm cup.") && text.contains("near where you were today") && text.contains("Stop messages"), "{text}");
        ground.end().await
    }

    async fn one_press_ends_it_without_a_session(database: Fresh) -> Result<()> {
        let (service, relay) = (Service::start().await?, Relay::start().await?);
        let ground = ground(&database, &service, &relay).await?;
        let shopper = ground.by_mail(&relay, HANAKO).await?;
        let other = ground.by_mail(&relay, "taro@example.jp").await?;
        ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        let mail = relay.got_for(HANAKO).pop().context("a mail")?;
        let link = mail.link("/contact/stop/")?;
        let anybody = ground.server.anonymous()?;
        // To look is not to press; to forge is to press nothing.
        let page = anybody.send(Method::GET, &link, None).await?;
        ensure!(page.status == StatusCode::OK && page.text().contains("お知らせを止める"), "{page:?}");
        let theirs = relay.got_for("taro@example.jp").pop().context("a mail")?.link("/contact/stop/")?;
        let (own, neighbour) = (shopper.me.shopper_id.to_string(), other.me.shopper_id.to_string());
        for wrong in [link.replace(&own, &neighbour), link[..link.len() - 2].to_owned(), theirs.replace(&neighbour, &own)] {
            let answer = anybody.send(Method::POST, &wrong, None).await?;
            ensure!(answer.status == StatusCode::GONE, "{answer:?}");
        }
        ensure!(stands(&shopper).await? == Some(MailState::Confirmed) && stands(&other).await? == Some(MailState::Confirmed), "ended");
        // From another site a browser may not press it; a mail program is no browser.
        let foreign = anybody.send_with(Method::POST, &link, |request| request.header("origin", "https://evil.example").header("sec-fetch-site", "cross-site")).await?;
        ensure!(foreign.status == StatusCode::FORBIDDEN, "{foreign:?}");
        let pressed = anybody.send_with(Method::POST, &link, |request| {
            request.header("content-type", "application/x-www-form-urlencoded").body("List-Unsubscribe=One-Click")
        }).await?;
        ensure!(pressed.status == StatusCode::OK, "{pressed:?}");
        let settings: ContactSettings = shopper.client.get(path::CONTACT).await?;
        ensure!(settings.mail.is_some_and(|mail| mail.address.is_none()), "the address is kept");
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM contact_consents WHERE withdrawn_at IS NOT NULL").await? == 1, "no end of the consent");
        ensure!(anybody.send(Method::POST, &link, None).await?.status == StatusCode::OK, "pressed twice");
        ensure!(stands(&other).await? == Some(MailState::Confirmed), "the neighbour's ended");
        ground.server.clock.advance(2 * DAY_MS);
        let made = ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        ensure!(ground.find(made.announcement_id).await?.reach.people == 1, "found");
        ensure!(relay.got_for(HANAKO).len() == 2, "written to after the end");
        // An old mail does not end what goes to another address by now.
        ground.confirms(&relay, &shopper, "hanako@example.com").await?;
        ensure!(anybody.send(Method::POST, &link, None).await?.status == StatusCode::OK, "an old link");
        ensure!(stands(&shopper).await? == Some(MailState::Confirmed), "another address ended");
        ground.end().await
    }

    async fn what_a_relay_answers_is_heeded(database: Fresh) -> Result<()> {
        let (service, relay) = (Service::start().await?, Relay::start().await?);
        let ground = ground(&database, &service, &relay).await?;
        let mut people = Vec::new();
        for (mailbox, says) in [
            ("busy@example.jp", Says::ToRecipient("450 4.2.1 try later")),
            ("greylisted@example.jp", Says::ToMail("451 4.7.1 try later")),
            ("gone@example.jp", Says::ToRecipient("550 5.1.1 no such user")),
            ("spam@example.jp", Says::ToMail("554 5.7.1 looks like spam")),
        ] {
            let shopper = ground.by_mail(&relay, mailbox).await?;
            relay.says(mailbox, says);
            people.push((shopper, mailbox));
        }
        let made = ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        let reach = ground.find(made.announcement_id).await?.reach;
        ensure!((reach.people, reach.sent, reach.failed, reach.waiting) == (4, 0, 2, 2), "{reach:?}");
        for (shopper, mailbox) in &people {
            let wanted = if *mailbox == "gone@example.jp" { MailState::Bounced } else { MailState::Confirmed };
            ensure!(stands(shopper).await? == Some(wanted), "{mailbox}");
        }
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM contact_preferences WHERE mail_since IS NULL").await? == 1, "still allowed");
        // Tried again when its time has come, under the same number: who got it before knows it.
        relay.takes_all();
        ground.work().await?;
        // Once for the question, once for the message.
        ensure!(relay.asked_for("busy@example.jp") == 2, "at once again");
        ground.server.clock.advance(3 * 60_000);
        ground.work().await?;
        let reach = ground.find(made.announcement_id).await?.reach;
        ensure!((reach.people, reach.sent, reach.failed, reach.waiting) == (4, 2, 2, 0), "{reach:?}");
        let (first, then) = (relay.refused(), relay.got_for("greylisted@example.jp"));
        let first = first.iter().find(|mail| mail.to == "greylisted@example.jp").context("the first try")?;
        ensure!(then.len() == 2 && first.header("Message-ID")? == then[1].header("Message-ID")?, "another message");
        // Who is not there is not tried again by anything.
        ground.server.clock.advance(2 * DAY_MS);
        let again = ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        ensure!(ground.find(again.announcement_id).await?.reach.people == 3 && relay.asked_for("gone@example.jp") == 2, "tried again");
        let told = raiten(&database, &["verify", "--json"])?;
        ensure!(told.code == 0, "{told:#?}");
        ground.end().await
    }

    async fn a_relay_that_breaks_off_is_let_be_and_nothing_is_lost(database: Fresh) -> Result<()> {
        let (service, relay) = (Service::start().await?, Relay::start().await?);
        let ground = ground(&database, &service, &relay).await?;
        let shopper = ground.by_mail(&relay, HANAKO).await?;
        relay.says(HANAKO, Says::HangsUp);
        let made = ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        let reach = ground.find(made.announcement_id).await?.reach;
        ensure!((reach.people, reach.sent, reach.waiting) == (1, 0, 1), "{reach:?}");
        ensure!(stands(&shopper).await? == Some(MailState::Confirmed), "forgotten");
        // For a minute of the real clock nothing is handed to it, whoever it is for; who has a way besides is not written to twice.
        ground.server.clock.advance(3 * 60_000);
        ground.work().await?;
        ensure!(relay.asked_for(HANAKO) == 2, "not let be");
        ensure!(ground.find(made.announcement_id).await?.reach.waiting == 1, "given up");
        ground.end().await
    }

    async fn questions_are_few_and_say_nothing_of_others(database: Fresh) -> Result<()> {
        let (service, relay) = (Service::start().await?, Relay::start().await?);
        let ground = ground(&database, &service, &relay).await?;
        let victim = "victim@example.jp";
        let mut answers = Vec::new();
        for n in 0..5 {
            let shopper = ground.server.shopper().await?;
            let answer = tells(&shopper, victim).await?;
            answers.push(answer.text());
            if n < 3 {
                relay.waits_for(victim, n + 1).await?;
            }
        }
        ensure!(answers.iter().all(|answer| *answer == answers[0]), "told apart: {answers:?}");
        let one = ground.server.shopper().await?;
        for n in 0..3 {
            tells(&one, &format!("other{n}@example.jp")).await?.done()?;
        }
        let refused = tells(&one, "other3@example.jp").await?.refused(ProblemKind::TooManyRequests)?;
        ensure!(refused.retry_after.is_some_and(|seconds| seconds > 80_000), "{refused:?}");
        relay.waits_for("other2@example.jp", 1).await?;
        ensure!(relay.asked_for(victim) == 3 && relay.asked_for("other3@example.jp") == 0, "a mail bomb");
        // What is no address, or two, or a line more.
        let other = ground.server.shopper().await?;
        for bad in ["", "hanako", "hanako@", "@example.jp", "a@b", "a b@example.jp", "a@example.jp,b@example.jp", "a@example.jp\r\nBcc: b@example.jp", "\"a\r\nBcc: x@y.jp\"@example.jp", "<a@example.jp>"] {
            tells(&other, bad).await?.refused(ProblemKind::InvalidFields)?;
        }
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM contact_preferences").await? == 0, "a consent");
        ground.server.clock.advance(DAY_MS + HOUR_MS);
        tells(&one, victim).await?.done()?;
        relay.waits_for(victim, 4).await?;
        ground.end().await
    }

    async fn an_address_is_kept_unreadable_shown_and_erased(database: Fresh) -> Result<()> {
        let (service, relay) = (Service::start().await?, Relay::start().await?);
        let ground = ground(&database, &service, &relay).await?;
        let shopper = ground.by_mail(&relay, HANAKO).await?;
        let connection = database.connect().await?;
        let rows = connection.query_all_raw(Statement::from_string(connection.get_database_backend(), "SELECT address, address_hash, token_hash FROM contact_mails")).await?;
        for row in &rows {
            for column in ["address", "address_hash", "token_hash"] {
                let text: String = row.try_get("", column)?;
                ensure!(!text.contains("hanako") && !text.contains("example"), "{column}: {text}");
            }
        }
        connection.close().await?;
        let kept: HistoryFile = shopper.client.get(path::HISTORY).await?;
        let mail = kept.contact.mail.context("not in the export")?;
        ensure!(mail.address == HANAKO && mail.confirmed_at == Some(START) && mail.asked_at == START && mail.text_version == 1, "{mail:?}");
        ensure!(kept.contact.consents.len() == 1 && kept.contact.consents[0].channel == Channel::Mail, "{:?}", kept.contact.consents);
        // Whoever shows that the mailbox is theirs has it, wherever they play: nobody is written to twice for having two browsers.
        let again = ground.by_mail(&relay, HANAKO).await?;
        ensure!(stands(&shopper).await?.is_none() && stands(&again).await? == Some(MailState::Confirmed), "two have it");
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM contact_consents WHERE withdrawn_at IS NULL").await? == 1, "two consents");
        again.client.send(Method::DELETE, path::HISTORY, None).await?.done()?;
        shopper.client.send(Method::DELETE, path::HISTORY, None).await?.done()?;
        for table in ["contact_mails", "contact_preferences", "contact_consents"] {
            ensure!(count(&database, &format!("SELECT COUNT(*) AS n FROM {table}")).await? == 0, "{table}");
        }
        ground.end().await
    }

    async fn a_server_without_a_relay_offers_no_mail(database: Fresh) -> Result<()> {
        let service = Service::start().await?;
        let ground = Ground::new(&database, &service, |_| {}).await?;
        let shopper = ground.shopper_near().await?;
        let settings: ContactSettings = shopper.client.get(path::CONTACT).await?;
        ensure!(settings.mail.is_none() && settings.line.is_none(), "{settings:?}");
        tells(&shopper, HANAKO).await?.refused(ProblemKind::InvalidFields)?;
        ground.end().await
    }
}

/// What a retailer wrote is words, whatever it looks like: no header more, no recipient more, no tag.
#[test]
fn no_words_become_a_header_or_a_tag() -> Result<()> {
    let keys = Keys::from_hex(SECRET_KEY)?;
    let settings = server::mail::settings::Raw {
        host: "localhost".to_owned(),
        port: 25,
        tls: "none".to_owned(),
        user: String::new(),
        password: String::new().into(),
        from: "coupon@raiten.example".to_owned(),
        from_name: "来店, \"Raiten\" <x@evil.example>".to_owned(),
        operator: "れいてん".to_owned(),
        place: "東京都".to_owned(),
        contact: "03".to_owned(),
        per_second: 1,
    };
    let settings = settings.check().ok().flatten().context("settings")?;
    let to = Address::new(&keys, HANAKO).context("an address")?;
    let evil =
        "今日\r\nBcc: victim@example.jp\r\n\r\n<script>alert(1)</script>\u{0}\u{b}\u{85}\u{2028}x";
    let letter = Letter {
        contact_id: app::id::ContactId::from_bits(1),
        about: evil.to_owned(),
        lang: Lang::Ja,
        title: evil.to_owned(),
        body: evil.to_owned(),
        retailer: evil.to_owned(),
        why: evil.to_owned(),
        path: "/play/a/b/c".to_owned(),
        over_at: START,
    };
    let links = Links {
        public_url: "https://raiten.example".to_owned(),
        stop: "https://raiten.example/contact/stop/x".to_owned(),
    };
    let message = compose::letter(&settings, &to, &letter, &links)?;
    ensure!(
        message.envelope().to().len() == 1,
        "{:?}",
        message.envelope()
    );
    let mail = Mail {
        from: String::new(),
        to: String::new(),
        raw: message.formatted(),
    };
    let read = mail.read()?;
    let mut names: Vec<String> = read
        .headers()
        .iter()
        .map(|header| header.name().to_ascii_lowercase())
        .collect();
    names.sort_unstable();
    let wanted = [
        "auto-submitted",
        "content-language",
        "content-type",
        "date",
        "from",
        "list-unsubscribe",
        "list-unsubscribe-post",
        "message-id",
        "mime-version",
        "subject",
        "to",
    ];
    ensure!(names == wanted, "{names:?}");
    let from = read
        .from()
        .and_then(|from| from.first())
        .context("a sender")?;
    ensure!(from.address() == Some("coupon@raiten.example"), "{from:?}");
    ensure!(
        read.parts
            .iter()
            .filter(|part| part.content_type().is_some())
            .count()
            == 3,
        "{:?}",
        read.parts
    );
    let html = read.body_html(0).context("a page")?;
    ensure!(
        html.contains("&lt;script&gt;") && !html.contains("<script"),
        "{html}"
    );
    Ok(())
}
