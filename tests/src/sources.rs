//! Visits as they are seen without a coupon: stamps, check-ins, dwells, and what systems post.

use anyhow::{Context, Result, ensure};
use app::{
    api::{
        Items, path,
        retailer::{ApiKey, MAX_POSTED, NewApiKey, PostedVisitsReport, StoreInput, VisitImport},
        shopper::{
            CheckIn, Dwell, History, HistoryAt, MemberCode, Membership, MembershipInput, Stamps,
        },
        till::{Stamp, StoreCode},
    },
    goal::Goals,
    id::StoreId,
    problem::ProblemKind,
    yen::Yen,
};
use reqwest::Method;
use serde_json::{Value, json};
use server::db::visits;

use crate::{
    harness::{Answer, Client, Fresh, Retailer, Server, Shopper, Staff, store},
    on_both_databases,
};

const MINUTE: i64 = 60_000;

struct Town {
    server: Server,
    retailer: Retailer,
    shop: StoreId,
    staff: Staff,
}

impl Town {
    async fn build(database: &Fresh) -> Result<Self> {
        let server = Server::start(database).await?;
        let retailer = server
            .retailer("喫茶ライテン", "owner@raiten.example")
            .await?;
        let shop = retailer
            .store(StoreInput {
                external_id: Some("7".to_owned()),
                ..store("渋谷店")
            })
            .await?
            .store_id;
        let staff = retailer
            .staff(server.anonymous()?, "staff@raiten.example", &[shop])
            .await?;
        Ok(Self {
            server,
            retailer,
            shop,
            staff,
        })
    }

    async fn stamp(&self, code: &str) -> Result<Answer> {
        let body = json!({"store_id": self.shop, "code": code});
        self.staff.client.post(path::TILL_STAMPS, &body).await
    }

    async fn screen(&self) -> Result<StoreCode> {
        let path = format!("{}?store_id={}", path::TILL_STORE_CODE, self.shop);
        self.staff.client.get(&path).await
    }

    async fn check_in(&self, shopper: &Shopper, code: &StoreCode) -> Result<Answer> {
        let (rest, code) = code.url.rsplit_once('.').context("a code")?;
        let (_, retailer_id) = rest.rsplit_once('#').context("a retailer")?;
        let body = json!({"retailer_id": retailer_id, "code": code});
        shopper.client.post(path::CHECK_INS, &body).await
    }

    async fn dwell(&self, shopper: &Shopper, dwell: Option<&str>) -> Result<Answer> {
        let body = json!({
            "retailer_id": self.retailer.me.retailer_id,
            "store_id": self.shop,
            "dwell": dwell,
        });
        shopper.client.post(path::DWELLS, &body).await
    }
}

async fn code(shopper: &Shopper) -> Result<String> {
    let shown: MemberCode = shopper.client.act(path::MEMBER_CODE).await?.json()?;
    Ok(shown.qr)
}

/// What is kept of a shopper at the only retailer.
async fn known(shopper: &Shopper) -> Result<HistoryAt> {
    let history: History = shopper.client.get(path::HISTORY).await?;
    history.retailers.into_iter().next().context("a retailer")
}

async fn system(town: &Town, name: &str) -> Result<(Client, ApiKey)> {
    let owner = &town.retailer.client;
    let made: NewApiKey = owner
        .post(path::API_KEYS, &json!({"name": name}))
        .await?
        .json()?;
    Ok((owner.with_api_key(&made.secret), made.key))
}

fn visit(member: &str, time: &str, receipt: &str) -> Value {
    json!({"member": member, "store": "7", "time": time, "receipt": receipt, "yen": 800})
}

on_both_databases! {
    /// One stamp for one visit, however often the card is scanned; a photo of the card is worth nothing a minute later.
    async fn a_visit_has_one_stamp(database: Fresh) -> Result<()> {
        let town = Town::build(&database).await?;
        let shopper = town.server.shopper().await?;
        let first = code(&shopper).await?;
        let stamp: Stamp = town.stamp(&first).await?.json()?;
        ensure!(stamp.stamps == 1 && !stamp.goes_on, "{stamp:?}");
        // Sent again, and scanned again on the way out.
        let again: Stamp = town.stamp(&first).await?.json()?;
        ensure!(again.stamps == 1 && again.goes_on, "{again:?}");
        town.server.clock.advance(60 * MINUTE);
        town.stamp(&first).await?.refused(ProblemKind::CodeTooOld)?;
        let later: Stamp = town.stamp(&code(&shopper).await?).await?.json()?;
        ensure!(later.stamps == 1 && later.goes_on, "{later:?}");
        // Three hours from the beginning of the first.
        town.server.clock.advance(121 * MINUTE);
        let next: Stamp = town.stamp(&code(&shopper).await?).await?.json()?;
        ensure!(next.stamps == 2 && !next.goes_on, "{next:?}");
        let mine: Items<Stamps> = shopper.client.get(path::STAMPS).await?;
        ensure!(mine.items.len() == 1 && mine.items[0].stamps == 2, "{mine:?}");
        // Letters of one's own, a coupon's form, a code whose session has ended.
        let mut forged = code(&shopper).await?;
        forged.replace_range(50..54, "0000");
        for wrong in [forged.as_str(), "ABCD", "12345678", ""] {
            town.stamp(wrong).await?.refused(ProblemKind::UnknownCode)?;
        }
        let last = code(&shopper).await?;
        shopper.client.send(Method::DELETE, path::HISTORY, None).await?;
        town.stamp(&last).await?.refused(ProblemKind::UnknownCode)?;
        town.server.stop().await
    }

    /// The screen shows the same for half a minute; scanned in time it is a check-in, which joins the stamp of the same visit, and a photo of
    /// it is none.
    async fn a_check_in_is_made_in_front_of_the_screen(database: Fresh) -> Result<()> {
        let town = Town::build(&database).await?;
        let shopper = town.server.shopper().await?;
        let now = town.server.clock.now();
        town.server.clock.advance(30_000 - now.rem_euclid(30_000));
        let shown = town.screen().await?;
        town.server.clock.advance(29_000);
        ensure!(town.screen().await? == shown, "the same for half a minute");
        town.server.clock.advance(1_000);
        ensure!(town.screen().await? != shown, "another then");
        town.server.clock.advance(59_000);
        let done: CheckIn = town.check_in(&shopper, &shown).await?.json()?;
        ensure!(done.store_name == "渋谷店" && !done.goes_on, "{done:?}");
        let stamp: Stamp = town.stamp(&code(&shopper).await?).await?.json()?;
        ensure!(stamp.stamps == 1 && !stamp.goes_on, "the first stamp of this visit: {stamp:?}");
        town.server.clock.advance(1_000);
        town.check_in(&shopper, &shown).await?.refused(ProblemKind::CodeTooOld)?;
        let mut forged = town.screen().await?;
        forged.url.replace_range(forged.url.len() - 4.., "0000");
        town.check_in(&shopper, &forged).await?.refused(ProblemKind::UnknownCode)?;
        let at = known(&shopper).await?;
        ensure!(at.visits.len() == 1, "{at:?}");
        ensure!(at.visits[0].sources == ["card", "check_in"], "{at:?}");
        // What shoppers show of themselves moves nobody's odds.
        let history = visits::history(
            town.server.db().read(),
            town.retailer.me.retailer_id,
            shopper.me.shopper_id,
            app::day::Day::of(town.server.clock.now(), app::day::JST),
        ).await?;
        ensure!(history == visits::History::default(), "{history:?}");
        town.server.stop().await
    }

    /// A page that says so twice, three minutes apart, has stayed; once, or sooner, or by somebody else's word, it has not.
    async fn a_dwell_takes_three_minutes(database: Fresh) -> Result<()> {
        let town = Town::build(&database).await?;
        let (shopper, other) = (town.server.shopper().await?, town.server.shopper().await?);
        town.dwell(&shopper, None).await?.refused(ProblemKind::Conflict)?;
        for one in [&shopper, &other] {
            one.client.put(path::SHOPPER_CONSENT, &json!({"location": true})).await?;
        }
        let begun: Dwell = town.dwell(&shopper, None).await?.json()?;
        let came = town.server.clock.now();
        ensure!(!begun.is_visit && begun.visit_from == came + 3 * MINUTE, "{begun:?}");
        town.server.clock.advance(3 * MINUTE - 1);
        let early: Dwell = town.dwell(&shopper, Some(&begun.dwell)).await?.json()?;
        ensure!(early == begun, "{early:?}");
        town.server.clock.advance(1);
        let stolen: Dwell = town.dwell(&other, Some(&begun.dwell)).await?.json()?;
        ensure!(!stolen.is_visit && stolen.dwell != begun.dwell, "one's own begins: {stolen:?}");
        for _ in 0..2 {
            let stayed: Dwell = town.dwell(&shopper, Some(&begun.dwell)).await?.json()?;
            ensure!(stayed.is_visit, "{stayed:?}");
        }
        let at = known(&shopper).await?;
        ensure!(at.visits.len() == 1 && at.visits[0].began_at == came && at.visits[0].sources == ["dwell"], "{at:?}");
        // Too long ago to say anything of now.
        town.server.clock.advance(40 * MINUTE);
        let anew: Dwell = town.dwell(&other, Some(&stolen.dwell)).await?.json()?;
        ensure!(!anew.is_visit && anew.dwell != stolen.dwell, "{anew:?}");
        town.server.stop().await
    }

    /// What a system posts is kept once, goes to whoever gave that member number, and a day of it can be taken back.
    async fn a_system_posts_visits(database: Fresh) -> Result<()> {
        let town = Town::build(&database).await?;
        let (client, key) = system(&town, "予約システム").await?;
        let shopper = town.server.shopper().await?;
        let member = path::fill(path::MEMBER, &[&town.retailer.me.retailer_id.to_string()]);
        let linked: Membership = shopper.client.put(&member, &MembershipInput { number: "00-12".to_owned() }).await?.json()?;
        ensure!(linked.retailer_name == "喫茶ライテン", "{linked:?}");
        let body = json!({"visits": [
            visit("0012", "2026-11-20T18:00:00+09:00", "a"),
            visit("0012", "2026-11-20T18:00:00+09:00", "b"),
            visit("9999", "2026-11-20 19:00", "c"),
            visit("9999", "2026-11-20 19:00", "c"),
        ]});
        let post = async |body: &Value| client.post(path::POSTED_VISITS, body).await;
        let report: PostedVisitsReport = post(&body).await?.json()?;
        ensure!(report == PostedVisitsReport { accepted: 3, repeats: 1, linked: 2 }, "{report:?}");
        let again: PostedVisitsReport = post(&body).await?.json()?;
        ensure!(again == PostedVisitsReport { accepted: 0, repeats: 4, linked: 0 }, "{again:?}");
        let more: PostedVisitsReport = post(&json!({"visits": [visit("0012", "2026-11-21 12:00", "d")]})).await?.json()?;
        ensure!(more.accepted == 1, "{more:?}");
        let at = known(&shopper).await?;
        ensure!(at.visits.len() == 2 && at.visits.iter().all(|v| v.sources == ["import"]), "{at:?}");
        // One import a day and key, with its name; the key was used.
        let imports: Items<VisitImport> = town.retailer.client.get(path::VISIT_IMPORTS).await?;
        ensure!(imports.items.len() == 1 && imports.items[0].visits == 4, "{imports:?}");
        ensure!(imports.items[0].system.as_deref() == Some("予約システム"), "{imports:?}");
        let keys: Items<ApiKey> = town.retailer.client.get(path::API_KEYS).await?;
        ensure!(keys.items[0].last_used_on.is_some(), "{keys:?}");
        let undo = path::fill(path::VISIT_IMPORT_UNDO, &[&imports.items[0].import_id.to_string()]);
        town.retailer.client.act(&undo).await?.json::<VisitImport>()?;
        ensure!(known(&shopper).await?.visits.is_empty());
        // After it another is begun.
        let report: PostedVisitsReport = post(&body).await?.json()?;
        ensure!(report.accepted == 3, "{report:?}");
        let imports: Items<VisitImport> = town.retailer.client.get(path::VISIT_IMPORTS).await?;
        ensure!(imports.items.len() == 2, "{imports:?}");
        // A withdrawn key opens nothing.
        let gone = path::fill(path::API_KEY, &[&key.key_id.to_string()]);
        for _ in 0..2 {
            let answer = town.retailer.client.send(Method::DELETE, &gone, None).await?;
            ensure!(answer.status == 204, "{}", answer.text());
        }
        post(&body).await?.refused(ProblemKind::NotSignedIn)?;
        town.server.stop().await
    }

    /// Everything that is wrong is named, and nothing is kept.
    async fn a_wrong_post_is_told_where(database: Fresh) -> Result<()> {
        let town = Town::build(&database).await?;
        let (client, _) = system(&town, "注文").await?;
        let body = json!({"visits": [
            visit("1", "2026-11-20 18:00", "a"),
            visit("", "tomorrow", "b"),
            {"member": "2", "store": "no such store", "time": "2026-11-20 18:00"},
        ]});
        let problem = client.post(path::POSTED_VISITS, &body).await?.refused(ProblemKind::InvalidFields)?;
        let fields: Vec<&str> = problem.errors.iter().map(|e| e.field.as_str()).collect();
        ensure!(fields == ["visits[1].member", "visits[1].time", "visits[2].store"], "{fields:?}");
        for count in [0, MAX_POSTED + 1] {
            let body = json!({"visits": vec![visit("1", "2026-11-20 18:00", "a"); count]});
            client.post(path::POSTED_VISITS, &body).await?.refused(ProblemKind::InvalidFields)?;
        }
        let imports: Items<VisitImport> = town.retailer.client.get(path::VISIT_IMPORTS).await?;
        ensure!(imports.items.is_empty(), "{imports:?}");
        for key in ["", "key_1", "key_01j0000000000000000000000a.ret_01j0000000000000000000000a.x"] {
            let stranger = town.server.anonymous()?.with_api_key(key);
            stranger.post(path::POSTED_VISITS, &body).await?.refused(ProblemKind::NotSignedIn)?;
        }
        for name in ["", " ", &"名".repeat(61)] {
            let answer = town.retailer.client.post(path::API_KEYS, &json!({"name": name})).await?;
            answer.refused(ProblemKind::InvalidFields)?;
        }
        for n in 1..20 {
            system(&town, &format!("システム {n}")).await?;
        }
        let answer = town.retailer.client.post(path::API_KEYS, &json!({"name": "二十一"})).await?;
        answer.refused(ProblemKind::Conflict)?;
        town.server.stop().await
    }

    /// Goals are kept as they were set; what is out of range is refused and changes nothing.
    async fn goals_are_kept(database: Fresh) -> Result<()> {
        let town = Town::build(&database).await?;
        let owner = &town.retailer.client;
        ensure!(owner.get::<Goals>(path::GOALS).await? == Goals::default());
        let goals = Goals { lift_percent: Some(10), yen_per_visit: Some(Yen(400)) };
        ensure!(owner.put(path::GOALS, &goals).await?.json::<Goals>()? == goals);
        let problem = owner.put(path::GOALS, &json!({"lift_percent": 0, "yen_per_visit": 0})).await?.refused(ProblemKind::InvalidFields)?;
        ensure!(problem.errors.len() == 2, "{problem:?}");
        ensure!(owner.get::<Goals>(path::GOALS).await? == goals);
        let fewer = Goals { lift_percent: None, ..goals };
        ensure!(owner.put(path::GOALS, &fewer).await?.json::<Goals>()? == fewer);
        ensure!(owner.get::<Goals>(path::GOALS).await? == fewer);
        town.server.stop().await
    }
}
