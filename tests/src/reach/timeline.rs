//! What a retailer can look up of somebody who asks for help: what happened with it, and nothing else.

use anyhow::{Context, Result, ensure};
use app::{
    api::{
        audit::AuditPage,
        path,
        reach::{LinkInput, LookUpBy, Moment, ShareLink, Timeline, TimelineRequest, Utm},
        shopper::{Coupon, MembershipInput},
    },
    link::LinkKind,
    problem::ProblemKind,
};
use reqwest::Method;
use server::db::coupons;

use super::links::Ground;
use crate::{
    harness::{DAY_MS, Fresh, HOUR_MS, Retailer, campaign, store},
    on_both_databases,
};

async fn look_up(retailer: &Retailer, by: LookUpBy, number: &str) -> Result<(Timeline, String)> {
    let request = TimelineRequest {
        by,
        number: number.to_owned(),
    };
    let answer = retailer.client.post(path::TIMELINE, &request).await?;
    Ok((answer.json()?, answer.text()))
}

impl Ground {
    /// The long code, as it would stand on paper.
    async fn paper(&self, coupon: &Coupon) -> Result<String> {
        let held = coupons::by_id(
            self.server.db().read(),
            coupon.retailer_id,
            coupon.coupon_id,
        )
        .await?;
        Ok(held.context("the coupon")?.code.compact())
    }
}

on_both_databases! {
    async fn the_path_is_this_retailers_and_the_look_is_written_down(database: Fresh) -> Result<()> {
        let ground = Ground::new(&database).await?;
        let link = LinkInput {
            name: "入口のポスター".to_owned(),
            kind: LinkKind::Poster,
            campaign_id: Some(ground.campaign.campaign_id),
            store_id: None,
            utm: Utm::default(),
        };
        let link: ShareLink = ground.retailer.client.post(path::LINKS, &link).await?.json()?;
        let staff = ground.retailer.staff(ground.server.anonymous()?, "one@raiten.example", &[ground.stores[0].store_id]).await?;
        let other = ground.server.retailer("茶房となり", "owner@other.example").await?;
        let shop = other.store(store("となり店")).await?;
        let theirs = other.publish(&campaign(&ground.server, &[shop.store_id])).await?;

        let shopper = ground.server.shopper().await?;
        let opens = path::fill(path::SHARED, &[&link.code.to_string()]);
        shopper.client.send(Method::GET, &opens, None).await?;
        ground.server.clock.advance(1);
        let coupon = shopper.win(&ground.retailer, &ground.campaign).await?;
        let strange = shopper.win(&other, &theirs).await?;
        ground.server.clock.advance(HOUR_MS);
        staff.redeem(ground.stores[0].store_id, &shopper.shows(&coupon).await?, None).await?.done()?;
        let ask: app::api::reach::RatingAsk = shopper.client.act(path::RATING_QUESTION).await?.json()?;
        let question = ask.question.context("a question")?;
        ground.server.clock.advance(1);
        let rate = path::fill(path::RATING, &[&question.retailer_id.to_string(), &question.redemption_id.to_string()]);
        shopper.client.put(&rate, &serde_json::json!({"stars": 2, "comment": "ぬるかった"})).await?.done()?;

        let (seen, text) = look_up(&ground.retailer, LookUpBy::Coupon, &ground.paper(&coupon).await?).await?;
        let moments: Vec<Moment> = seen.entries.iter().map(|entry| entry.moment).collect();
        ensure!(seen.found && moments == [
            Moment::Rated, Moment::Redeemed, Moment::Visited, Moment::Won, Moment::Played, Moment::Offered, Moment::Arrived,
        ], "{seen:?}");
        ensure!(seen.entries.is_sorted_by(|a, b| a.at >= b.at), "the newest first: {seen:?}");
        ensure!(seen.entries[6].by.as_deref() == Some("入口のポスター"), "{seen:?}");
        ensure!(seen.entries[0].campaign.as_deref() == Some("秋の来店ガチャ"), "{seen:?}");
        // Not where, not what was said, nothing of another retailer's, no id.
        for hidden in ["渋谷店", "となり", "ぬるかった", "shp_", "sto_", "lat", "cell"] {
            ensure!(!text.contains(hidden), "{hidden} in {text}");
        }
        // Whoever else has the code finds nobody.
        let (theirs, _) = look_up(&other, LookUpBy::Coupon, &ground.paper(&coupon).await?).await?;
        ensure!(!theirs.found && theirs.entries.is_empty(), "{theirs:?}");
        let (ours, _) = look_up(&ground.retailer, LookUpBy::Coupon, &ground.paper(&strange).await?).await?;
        ensure!(!ours.found, "{ours:?}");

        // By the number of a member, as it stands on the card.
        let (nobody, _) = look_up(&ground.retailer, LookUpBy::Member, "00-12").await?;
        ensure!(!nobody.found, "{nobody:?}");
        let member = path::fill(path::MEMBER, &[&ground.retailer.me.retailer_id.to_string()]);
        shopper.client.put(&member, &MembershipInput { number: "0012".to_owned() }).await?.done()?;
        let (member, _) = look_up(&ground.retailer, LookUpBy::Member, "00-12").await?;
        ensure!(member == seen, "{member:?}");
        let wrong = TimelineRequest { by: LookUpBy::Coupon, number: "ABC".to_owned() };
        ground.retailer.client.post(path::TIMELINE, &wrong).await?.refused(ProblemKind::InvalidFields)?;

        let log: AuditPage = ground.retailer.client.get(&format!("{}?about=people", path::AUDIT)).await?;
        let looks: Vec<_> = log.entries.iter().filter(|entry| entry.action == "shopper-looked-up").collect();
        ensure!(looks.len() == 4, "{looks:?}");
        let told = serde_json::to_string(&looks)?;
        ensure!(!told.contains("shp_") && !told.contains("0012"), "{told}");
        ground.server.clock.advance(DAY_MS);
        ground.server.stop().await
    }
}
