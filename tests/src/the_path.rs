//! The path, by the API alone: stores, a campaign, a play, a coupon, a till, a report.

use anyhow::{Context, Result, ensure};
use app::{
    api::{
        Items, path,
        retailer::{CampaignInput, ImportReport, Report, StorePage},
        shopper::{
            Area, AreaChoice, CouponStatus, Nearby, NearbyRequest, Offer, PlayRequest, PlayResult,
            ShopperMe,
        },
        till::{RefusalReason, TillRedemption},
    },
    campaign::CampaignStatus,
    code::CouponCode,
    geo::{Cell, LatLng},
    lang::Lang,
    problem::ProblemKind,
    yen::Yen,
};

use crate::{
    harness::{
        DAY_MS, Fresh, HOUR_MS, Server, TODAY, campaign, honest, km_north, play_of, prize, store,
        token_of,
    },
    on_both_databases,
};

/// `ABC-1` as `ＡＢＣ－１`.
fn full_width(code: &str) -> String {
    code.chars()
        .map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c))
        .collect()
}

fn odds_sum(offer: &Offer) -> u32 {
    offer.odds.iter().map(|line| line.ppm).sum()
}

on_both_databases! {
    /// All five steps, one after the other, with the budget's identity after each.
    async fn from_a_store_to_a_redeemed_coupon(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;

        // 1. Retailer: one store by form, one by file.
        let shibuya = retailer.store(store("渋谷店")).await?;
        let csv = "name,lat,lng\n新宿店,35.6896,139.7006\n新宿店,35.6896,139.7006\n";
        let preview: ImportReport = retailer
            .client
            .upload(&format!("{}?dry_run=true", path::STORES_IMPORT), csv)
            .await?
            .json()?;
        ensure!(preview.dry_run && preview.imported == 1 && preview.duplicates == 1, "{preview:?}");
        let page: StorePage = retailer.client.get(path::STORES).await?;
        ensure!(page.total == 1, "a preview imported something: {page:?}");
        let import: ImportReport = retailer.client.upload(path::STORES_IMPORT, csv).await?.json()?;
        ensure!(!import.dry_run && import.imported == 1 && import.rows == 2, "{import:?}");
        let page: StorePage = retailer.client.get(path::STORES).await?;
        let shinjuku = page
            .stores
            .iter()
            .find(|s| s.name == "新宿店")
            .context("the imported store")?
            .clone();

        let input = CampaignInput {
            prizes: vec![prize("300 円引き", 300, 9), prize("500 円引き", 500, 1)],
            plays_per_day: 2,
            ..campaign(&server, &[shibuya.store_id, shinjuku.store_id])
        };
        let draft = retailer.draft(&input).await?;
        ensure!(draft.status == CampaignStatus::Draft, "{draft:?}");
        let publish = path::fill(path::CAMPAIGN_PUBLISH, &[&draft.campaign_id.to_string()]);
        let running: app::api::retailer::Campaign = retailer.client.act(&publish).await?.json()?;
        ensure!(running.status == CampaignStatus::Published, "{running:?}");
        let yen = || retailer.yen(running.campaign_id);
        ensure!(yen().await? == (100_000, 0, 0), "{:?}", yen().await?);

        let staff = retailer
            .staff(server.anonymous()?, "hana@raiten.example", &[shibuya.store_id, shinjuku.store_id])
            .await?;

        // 2. Shopper: consents, sees what is near, asks for the odds, plays.
        let shopper = server.shopper().await?;
        ensure!(!shopper.me.location_consent, "nobody consents by coming");
        ensure!(shopper.consents(true).await?.location_consent, "the consent is kept");
        let here = km_north(0.2);
        let nearby: Nearby = shopper
            .client
            .post(path::NEARBY, &NearbyRequest { cell: Cell::of(LatLng::new(here.0, here.1)?), radius_km: None })
            .await?
            .json()?;
        let first = nearby.stores.first().context("a store near")?;
        ensure!(first.store_id == shibuya.store_id && nearby.stores.len() == 2, "{nearby:?}");
        ensure!(first.campaigns.first().is_some_and(|c| c.plays_left == 2 && c.top_value == Yen(500)), "{first:?}");

        let offer: Offer = shopper
            .asks(&running, &retailer, shibuya.store_id, Some(honest(here, &shibuya)?))
            .await?
            .json()?;
        ensure!(odds_sum(&offer) == 1_000_000, "{offer:?}");
        ensure!(offer.day == TODAY && offer.plays_left == 2 && offer.next_play == Some(1), "{offer:?}");
        ensure!(!offer.why.is_empty() && offer.policy == "distance_lapse@1", "{offer:?}");
        ensure!(
            (310_000..=450_000).contains(&offer.expected_value_milli_yen),
            "outside floor and ceiling: {offer:?}"
        );
        for line in &offer.odds {
            ensure!(line.ppm_low <= line.ppm && line.ppm <= line.ppm_high, "{line:?}");
        }
        let again: Offer = shopper
            .asks(&running, &retailer, shibuya.store_id, Some(honest(here, &shibuya)?))
            .await?
            .json()?;
        ensure!(again == offer, "asking again changed the offer");

        let stale = PlayRequest { odds_hash: "0".repeat(64), ..play_of(&offer) };
        let problem = shopper.client.post(path::PLAYS, &stale).await?.refused(ProblemKind::OddsChanged)?;
        ensure!(problem.offer.as_deref() == Some(&offer), "{problem:?}");
        ensure!(shopper.wallet().await?.is_empty(), "something was drawn");

        let won: PlayResult = shopper.plays(&offer).await?.json()?;
        let coupon = won.coupon.clone().context("a coupon: there is no blank")?;
        let value = won.value.0;
        ensure!(coupon.value == won.value && [300, 500].contains(&value), "{won:?}");
        ensure!(won.plays_left == 1 && won.proof.odds_hash == offer.odds_hash, "{won:?}");
        ensure!(yen().await? == (100_000 - value, value, 0), "{:?}", yen().await?);
        let retried: PlayResult = shopper.plays(&offer).await?.json()?;
        ensure!(retried == won, "a retry gave another answer: {retried:?}");
        ensure!(yen().await? == (100_000 - value, value, 0), "a retry cost something");

        // 3. The wallet.
        let wallet = shopper.wallet().await?;
        ensure!(wallet == [coupon.clone()], "{wallet:?}");
        ensure!(coupon.status == CouponStatus::Issued && coupon.store_name == "渋谷店", "{coupon:?}");
        ensure!(coupon.valid_until > server.clock.now() + 13 * DAY_MS, "{coupon:?}");

        // 4. The till: what it is worth, however it is typed; then redeem, refuse, undo, redeem.
        let pass = shopper.pass(&coupon).await?;
        let (code, digits) = (pass.qr, pass.short_code);
        let paper = database.code_of(coupon.coupon_id).await?;
        let grouped = CouponCode::parse(&paper)?.to_string();
        for typed in [
            code.clone(), code.to_lowercase(), full_width(&code), digits.clone(), digits.replace(' ', ""), full_width(&digits.replace(' ', "-")),
            paper.clone(), grouped.to_lowercase(), full_width(&grouped), format!("  {} ", paper.to_lowercase()),
        ] {
            let worth = staff.worth(shibuya.store_id, &typed).await.with_context(|| typed.clone())?;
            ensure!(worth.value == coupon.value && worth.refusal.is_none(), "{typed}: {worth:?}");
        }
        let elsewhere = staff.redeem(shinjuku.store_id, &code, None).await?.refused(ProblemKind::CouponRefused)?;
        let refusal = elsewhere.refusal.context("why")?;
        ensure!(refusal.reason == RefusalReason::OtherStore && refusal.store_name.as_deref() == Some("渋谷店"), "{refusal:?}");
        let unknown = CouponCode::from_random([7; 16]).to_string();
        staff.look(shibuya.store_id, &unknown).await?.refused(ProblemKind::UnknownCode)?;
        staff.redeem(shibuya.store_id, &unknown, None).await?.refused(ProblemKind::UnknownCode)?;
        ensure!(yen().await? == (100_000 - value, value, 0), "a refusal moved yen");

        let taken: TillRedemption = staff.redeem(shibuya.store_id, &code.to_lowercase(), None).await?.json()?;
        ensure!(taken.cost == coupon.value && taken.staff_name == "佐藤 花" && paper.ends_with(&taken.code_tail), "{taken:?}");
        ensure!(yen().await? == (100_000 - value, 0, value), "{:?}", yen().await?);

        server.clock.advance(60_000);
        for (lang, word) in [(Lang::Ja, "使"), (Lang::En, "used")] {
            let reader = crate::harness::Staff { client: staff.client.reading(lang), ..staff.clone() };
            let answer = reader.redeem(shibuya.store_id, &paper, None).await?;
            let problem = answer.refused(ProblemKind::CouponRefused)?;
            ensure!(problem.title == ProblemKind::CouponRefused.title().get(lang), "{problem:?}");
            ensure!(answer.header("content-language") == Some(lang.tag()), "{:?}", answer.headers);
            let refusal = problem.refusal.context("why")?;
            ensure!(refusal.reason == RefusalReason::AlreadyRedeemed, "{refusal:?}");
            ensure!(refusal.at == Some(taken.redeemed_at) && refusal.store_name.as_deref() == Some("渋谷店"), "{refusal:?}");
            ensure!(refusal.sentence.contains(word) && refusal.sentence.contains("渋谷店"), "{refusal:?}");
        }
        let spent = shopper.wallet().await?;
        ensure!(spent.first().is_some_and(|c| c.status == CouponStatus::Redeemed), "{spent:?}");

        let undone: TillRedemption = staff.undo(&taken).await?.json()?;
        ensure!(undone.reversed_at.is_some(), "{undone:?}");
        ensure!(yen().await? == (100_000 - value, value, 0), "{:?}", yen().await?);
        let repeated: TillRedemption = staff.undo(&taken).await?.json()?;
        ensure!(repeated == undone, "a second undo undid something: {repeated:?}");
        ensure!(yen().await? == (100_000 - value, value, 0), "{:?}", yen().await?);
        let second: TillRedemption = staff.redeem(shibuya.store_id, &full_width(&paper), Some(10_000)).await?.json()?;
        ensure!(second.redemption_id != taken.redemption_id, "{second:?}");
        let today: Items<TillRedemption> = staff
            .client
            .get(&format!("{}?store_id={}", path::TILL_REDEMPTIONS, shibuya.store_id))
            .await?;
        ensure!(today.items.len() == 2 && today.items.first().is_some_and(|r| r.redemption_id == second.redemption_id), "{today:?}");
        ensure!(yen().await? == (100_000 - value, 0, value), "{:?}", yen().await?);

        // 5. The report: one coupon, one visit; what was undone does not count.
        let report: Report = retailer.client.get(&format!("{}?from={TODAY}&to={TODAY}", path::REPORT)).await?;
        let total = &report.total;
        ensure!((total.plays, total.issued, total.redeemed, total.visits) == (1, 1, 1, 1), "{report:?}");
        ensure!(total.issued_value.0 == value && total.cost.0 == value, "{report:?}");
        ensure!(report.visitors == 1 && report.frequency.iter().any(|f| f.visits == 1 && f.shoppers == 1), "{report:?}");
        ensure!(report.stores.iter().any(|s| s.store_id == shibuya.store_id && s.visits == 1 && s.redeemed == 1), "{report:?}");
        ensure!(report.days.len() == 1 && report.days.first().is_some_and(|d| d.day == TODAY && d.visits == 1), "{report:?}");
        let csv = retailer
            .client
            .send(reqwest::Method::GET, &format!("{}?from={TODAY}&to={TODAY}&table=stores", path::REPORT_CSV), None)
            .await?;
        csv.done()?;
        ensure!(csv.header("content-type").is_some_and(|t| t.starts_with("text/csv")), "{:?}", csv.headers);
        ensure!(csv.text().contains("渋谷店") && csv.text().lines().count() >= 2, "{}", csv.text());

        // After ten minutes it stays as it is.
        server.clock.advance(11 * 60_000);
        staff.undo(&second).await?.refused(ProblemKind::TooLateToUndo)?;
        ensure!(yen().await? == (100_000 - value, 0, value), "{:?}", yen().await?);
        server.stop().await
    }

    async fn plays_are_counted_by_day(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let running = retailer.publish(&campaign(&server, &[shop.store_id])).await?;
        let shopper = server.shopper().await?;
        let offer = shopper.offer(&retailer, &running).await?;
        shopper.plays(&offer).await?.done()?;
        let none_left = shopper.offer(&retailer, &running).await?;
        ensure!(none_left.plays_left == 0 && none_left.next_play.is_none(), "{none_left:?}");
        let one_more = PlayRequest { play_number: 2, ..play_of(&none_left) };
        shopper.client.post(path::PLAYS, &one_more).await?.refused(ProblemKind::NoPlaysLeft)?;
        ensure!(shopper.wallet().await?.len() == 1, "a play too many won something");

        // Tomorrow in Japan begins fourteen hours from ten in the morning.
        server.clock.advance(14 * HOUR_MS);
        let tomorrow = shopper.offer(&retailer, &running).await?;
        ensure!(tomorrow.plays_left == 1 && tomorrow.next_play == Some(1), "{tomorrow:?}");
        ensure!(tomorrow.day == "2026-12-02" && tomorrow.odds_hash != offer.odds_hash, "{tomorrow:?}");
        ensure!(tomorrow.seed_commitment != offer.seed_commitment, "the seed of a day was used twice");
        shopper.plays(&tomorrow).await?.done()?;
        ensure!(shopper.wallet().await?.len() == 2, "two days, two coupons");
        server.stop().await
    }

    /// The last piece goes while another shopper looks at the odds: nothing is drawn from odds that are no longer true.
    async fn odds_that_ran_out_are_shown_anew(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let mut rare = prize("記念品", 500, 1_000_000);
        rare.stock = Some(1);
        let input = CampaignInput {
            prizes: vec![rare, prize("500 円引き", 500, 1)],
            floor: Yen(500),
            ceiling: Yen(500),
            ..campaign(&server, &[shop.store_id])
        };
        let running = retailer.publish(&input).await?;
        let (quick, slow) = (server.shopper().await?, server.shopper().await?);
        let seen = slow.offer(&retailer, &running).await?;
        let first = quick.win(&retailer, &running).await?;
        ensure!(first.prize_name == "記念品", "one in a million: {first:?}");

        let problem = slow.plays(&seen).await?.refused(ProblemKind::OddsChanged)?;
        let now = *problem.offer.context("the new odds")?;
        ensure!(slow.wallet().await?.is_empty(), "something was drawn");
        ensure!(now.odds_hash != seen.odds_hash && odds_sum(&now) == 1_000_000, "{now:?}");
        ensure!(now.odds.iter().all(|line| line.name != "記念品" || line.ppm == 0), "{now:?}");
        let result: PlayResult = slow.plays(&now).await?.json()?;
        ensure!(result.prize_name == "500 円引き", "{result:?}");
        let left = retailer.campaign(running.campaign_id).await?;
        ensure!(left.prizes.iter().any(|p| p.stock_left == Some(0)), "{left:?}");
        ensure!(retailer.yen(running.campaign_id).await? == (99_000, 1_000, 0), "{left:?}");
        server.stop().await
    }

    async fn a_minimum_purchase_is_asked_for(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let input = CampaignInput { min_purchase: Yen(1_000), ..campaign(&server, &[shop.store_id]) };
        let running = retailer.publish(&input).await?;
        let staff = retailer.staff(server.anonymous()?, "hana@raiten.example", &[shop.store_id]).await?;
        let shopper = server.shopper().await?;
        let coupon = shopper.win(&retailer, &running).await?;
        let code = shopper.shows(&coupon).await?;
        for (basket, reason) in [(None, RefusalReason::BasketNeeded), (Some(999), RefusalReason::BelowMinimumPurchase)] {
            let problem = staff.redeem(shop.store_id, &code, basket).await?.refused(ProblemKind::CouponRefused)?;
            let refusal = problem.refusal.context("why")?;
            ensure!(refusal.reason == reason && refusal.minimum == Some(Yen(1_000)), "{refusal:?}");
        }
        let taken: TillRedemption = staff.redeem(shop.store_id, &code, Some(1_000)).await?.json()?;
        ensure!(taken.cost == coupon.value && taken.basket == Some(Yen(1_000)), "{taken:?}");
        server.stop().await
    }

    /// A coupon never pays out more than is bought; what it does not pay goes back to the budget.
    async fn a_small_basket_costs_less(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let running = retailer.publish(&campaign(&server, &[shop.store_id])).await?;
        let staff = retailer.staff(server.anonymous()?, "hana@raiten.example", &[shop.store_id]).await?;
        let shopper = server.shopper().await?;
        let coupon = shopper.win(&retailer, &running).await?;
        let code = shopper.shows(&coupon).await?;
        let taken: TillRedemption = staff.redeem(shop.store_id, &code, Some(120)).await?.json()?;
        ensure!(taken.cost == Yen(120), "{taken:?}");
        ensure!(retailer.yen(running.campaign_id).await? == (99_880, 0, 120), "{taken:?}");
        staff.undo(&taken).await?.done()?;
        let value = coupon.value.0;
        ensure!(retailer.yen(running.campaign_id).await? == (100_000 - value, value, 0), "the undo lost yen");
        server.stop().await
    }

    async fn an_expired_coupon_is_refused(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let running = retailer.publish(&campaign(&server, &[shop.store_id])).await?;
        let staff = retailer.staff(server.anonymous()?, "hana@raiten.example", &[shop.store_id]).await?;
        let shopper = server.shopper().await?;
        let coupon = shopper.win(&retailer, &running).await?;
        let code = shopper.shows(&coupon).await?;
        server.clock.advance(coupon.valid_until - server.clock.now());
        // The working day is over as well.
        staff.look(shop.store_id, &code).await?.refused(ProblemKind::NotSignedIn)?;
        staff.client.post(path::LOGIN, &crate::harness::login("hana@raiten.example", crate::harness::PASSWORD)).await?.done()?;
        let worth = staff.worth(shop.store_id, &code).await?;
        ensure!(worth.refusal.is_some_and(|r| r.reason == RefusalReason::Expired && r.at == Some(coupon.valid_until)), "no reason");
        let problem = staff.redeem(shop.store_id, &code, None).await?.refused(ProblemKind::CouponRefused)?;
        ensure!(problem.refusal.is_some_and(|r| r.reason == RefusalReason::Expired), "no reason");
        let wallet = shopper.wallet().await?;
        ensure!(wallet.first().is_some_and(|c| c.status == CouponStatus::Expired), "{wallet:?}");
        server.stop().await
    }

    async fn a_pause_stops_play_and_leaves_coupons_good(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let running = retailer.publish(&campaign(&server, &[shop.store_id])).await?;
        let staff = retailer.staff(server.anonymous()?, "hana@raiten.example", &[shop.store_id]).await?;
        let (lucky, late) = (server.shopper().await?, server.shopper().await?);
        let coupon = lucky.win(&retailer, &running).await?;
        let seen = late.offer(&retailer, &running).await?;
        let id = running.campaign_id.to_string();
        let paused: app::api::retailer::Campaign =
            retailer.client.act(&path::fill(path::CAMPAIGN_PAUSE, &[&id])).await?.json()?;
        ensure!(paused.status == CampaignStatus::Paused, "{paused:?}");
        late.plays(&seen).await?.refused(ProblemKind::CampaignNotRunning)?;
        staff.redeem(shop.store_id, &lucky.shows(&coupon).await?, None).await?.done()?;
        retailer.client.act(&path::fill(path::CAMPAIGN_PUBLISH, &[&id])).await?.done()?;
        late.plays(&seen).await?.done()?;
        server.stop().await
    }

    async fn campaigns_keep_to_the_rules(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let sound = campaign(&server, &[shop.store_id]);
        let broken = CampaignInput { name: String::new(), valid_days: 0, ..sound.clone() };
        let problem = retailer.client.post(path::CAMPAIGNS, &broken).await?.refused(ProblemKind::InvalidFields)?;
        let fields: Vec<&str> = problem.errors.iter().map(|e| e.field.as_str()).collect();
        ensure!(fields.contains(&"name") && fields.contains(&"valid_days"), "{fields:?}");
        // Nobody may say that everybody gets it while some are held out, and nobody can be held out while somebody says so.
        let all = CampaignInput { name: "もれなく 300 円引き".to_owned(), ..sound.clone() };
        let hold = async |programme: u8| retailer.client.put(path::HOLDOUT, &serde_json::json!({"programme": programme, "campaigns": 0})).await;
        hold(10).await?.done()?;
        let promise = retailer.draft(&all).await?;
        let publish = path::fill(path::CAMPAIGN_PUBLISH, &[&promise.campaign_id.to_string()]);
        let problem = retailer.client.act(&publish).await?.refused(ProblemKind::InvalidFields)?;
        ensure!(problem.errors.iter().map(|e| e.field.as_str()).eq(["name"]), "{problem:?}");
        hold(0).await?.done()?;
        retailer.client.act(&publish).await?.done()?;
        let problem = hold(10).await?.refused(ProblemKind::InvalidFields)?;
        ensure!(problem.errors.iter().map(|e| e.field.as_str()).eq(["programme"]), "{problem:?}");
        let path = path::fill(path::CAMPAIGN, &[&promise.campaign_id.to_string()]);
        retailer.client.put(&path, &CampaignInput { name: "秋の来店ガチャ".to_owned(), ..all }).await?.done()?;
        hold(10).await?.done()?;
        // Without a purchase one prize may be worth ¥2,000; and all of them 2 % of the sales.
        let generous = CampaignInput {
            prizes: vec![prize("大当たり", 2_001, 1), prize("300 円引き", 300, 9)],
            expected_sales: Yen(1_000_000),
            ..sound
        };
        let draft = retailer.draft(&generous).await?;
        let publish = path::fill(path::CAMPAIGN_PUBLISH, &[&draft.campaign_id.to_string()]);
        let problem = retailer.client.act(&publish).await?.refused(ProblemKind::AgainstPrizeRules)?;
        let fields: Vec<&str> = problem.errors.iter().map(|e| e.field.as_str()).collect();
        ensure!(fields == ["prizes[0].value", "budget"], "{problem:?}");
        ensure!(problem.errors.iter().any(|e| e.reason.contains("¥2,000")), "{problem:?}");
        ensure!(retailer.campaign(draft.campaign_id).await?.status == CampaignStatus::Draft, "it was published");
        server.stop().await
    }

    async fn an_invitation_works_once_and_for_a_while(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let accept = serde_json::json!({"name": "佐藤 花", "password": crate::harness::PASSWORD});
        let used = retailer.invite("hana@raiten.example", &[shop.store_id]).await?;
        let link = path::fill(path::INVITATION, &[&token_of(&used)?]);
        let view: app::api::account::InvitationView = server.anonymous()?.get(&link).await?;
        ensure!(view.retailer_name == "喫茶ライテン" && view.store_names == ["渋谷店"], "{view:?}");
        server.anonymous()?.post(&format!("{link}/accept"), &accept).await?.done()?;
        server.anonymous()?.post(&format!("{link}/accept"), &accept).await?.refused(ProblemKind::InvitationOver)?;

        let late = retailer.invite("taro@raiten.example", &[shop.store_id]).await?;
        let link = path::fill(path::INVITATION, &[&token_of(&late)?]);
        server.clock.advance(late.expires_at - server.clock.now());
        server.anonymous()?.post(&format!("{link}/accept"), &accept).await?.refused(ProblemKind::InvitationOver)?;
        server.stop().await
    }

    async fn an_area_serves_without_a_position(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let areas: Items<Area> = server.anonymous()?.get(path::AREAS).await?;
        let area = areas.items.iter().find(|a| a.area_id == "shibuya").context("Shibuya")?;
        let shop = retailer.store(app::api::retailer::StoreInput { lat: area.lat, lng: area.lng, ..store("渋谷店") }).await?;
        retailer.publish(&campaign(&server, &[shop.store_id])).await?;
        let shopper = server.shopper().await?;
        let choice = AreaChoice { area_id: Some(area.area_id.clone()) };
        let me: ShopperMe = shopper.client.put(path::SHOPPER_AREA, &choice).await?.json()?;
        ensure!(me.area_id.as_deref() == Some("shibuya") && !me.location_consent, "{me:?}");
        let nowhere = AreaChoice { area_id: Some("atlantis".to_owned()) };
        let (kind, _) = shopper.client.put(path::SHOPPER_AREA, &nowhere).await?.problem()?;
        ensure!(matches!(kind, ProblemKind::InvalidFields | ProblemKind::NotFound), "{kind:?}");
        let cell = Cell::of(LatLng::new(area.lat, area.lng)?);
        let nearby: Nearby = shopper.client.post(path::NEARBY, &NearbyRequest { cell, radius_km: Some(2) }).await?.json()?;
        ensure!(nearby.stores.len() == 1, "{nearby:?}");
        server.stop().await
    }
}
