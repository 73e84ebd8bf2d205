//! A coupon that is taken back: nobody can use it, its yen are available again, and the log says why.

use anyhow::{Context, Result, ensure};
use app::{
    api::{
        audit::AuditPage, path, retailer::VoidedCoupon, shopper::CouponStatus, till::RefusalReason,
    },
    problem::ProblemKind,
};
use serde_json::json;
use server::db::coupons;

use crate::{
    harness::{DAY_MS, Fresh, Server, campaign, new_key, raiten, store},
    on_both_databases,
};

on_both_databases! {
    async fn a_coupon_is_taken_back_once(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let staff = retailer.staff(server.anonymous()?, "hana@raiten.example", &[shop.store_id]).await?;
        let running = retailer.publish(&campaign(&server, &[shop.store_id])).await?;
        let whole = retailer.yen(running.campaign_id).await?;
        let shopper = server.shopper().await?;
        let coupon = shopper.win(&retailer, &running).await?;
        let shown = shopper.shows(&coupon).await?;
        let target = path::fill(path::COUPON_VOID, &[&coupon.coupon_id.to_string()]);
        let ask = async |reason: &str, key: &str| {
            retailer.client.post_under(&target, Some(&json!({"reason": reason})), key).await
        };

        for bad in ["", "  ", "two\nlines", &"あ".repeat(201)] {
            ask(bad, &new_key()).await?.refused(ProblemKind::InvalidFields)?;
        }
        let key = new_key();
        let first = ask("店が閉まるため", &key).await?;
        let voided: VoidedCoupon = first.json()?;
        ensure!(voided.coupon_id == coupon.coupon_id && voided.value == coupon.value, "{voided:?}");
        // The reservation is back: not a yen is left in between.
        ensure!(retailer.yen(running.campaign_id).await? == whole, "{:?}", retailer.yen(running.campaign_id).await?);

        // The same key says the same, another learns that it is done; neither does it again.
        server.clock.advance(1_000);
        let again = ask("店が閉まるため", &key).await?;
        ensure!(again.status == first.status && again.body == first.body, "{}", again.text());
        let late = ask("もう一度", &new_key()).await?.refused(ProblemKind::CouponRefused)?;
        ensure!(late.refusal.context("why")?.reason == RefusalReason::Voided);

        // Both sides of the counter see it.
        let refused = staff.redeem(shop.store_id, &shown, Some(1_000)).await?.refused(ProblemKind::CouponRefused)?;
        ensure!(refused.refusal.context("why")?.reason == RefusalReason::Voided);
        let held = shopper.wallet().await?;
        ensure!(held.iter().any(|c| c.coupon_id == coupon.coupon_id && c.status == CouponStatus::Voided), "{held:?}");

        // What was used, or is over, is not taken back.
        let other = server.shopper().await?;
        let used = other.win(&retailer, &running).await?;
        staff.redeem(shop.store_id, &other.shows(&used).await?, Some(1_000)).await?.done()?;
        let third = server.shopper().await?;
        let over = third.win(&retailer, &running).await?;
        let refusal = async |coupon_id: String| -> Result<RefusalReason> {
            let answer = retailer
                .client
                .post_under(&path::fill(path::COUPON_VOID, &[&coupon_id]), Some(&json!({"reason": "x"})), &new_key())
                .await?;
            Ok(answer.refused(ProblemKind::CouponRefused)?.refusal.context("why")?.reason)
        };
        ensure!(refusal(used.coupon_id.to_string()).await? == RefusalReason::AlreadyRedeemed);

        let log: AuditPage = retailer.client.get(&format!("{}?about=coupons", path::AUDIT)).await?;
        let entries: Vec<_> = log.entries.iter().filter(|entry| entry.action == "coupon-voided").collect();
        ensure!(entries.len() == 1 && entries[0].details["reason"] == "店が閉まるため", "{entries:?}");

        // Its owner's session is over by then, so a new one.
        server.clock.advance(40 * DAY_MS);
        let back = crate::harness::Retailer::sign_in(server.anonymous()?, "owner@raiten.example").await?;
        let answer = back
            .client
            .post_under(&path::fill(path::COUPON_VOID, &[&over.coupon_id.to_string()]), Some(&json!({"reason": "x"})), &new_key())
            .await?;
        let reason = answer.refused(ProblemKind::CouponRefused)?.refusal.context("why")?.reason;
        ensure!(reason == RefusalReason::Expired, "{reason:?}");
        // What the job would have done meanwhile.
        coupons::expire_due(server.db(), server.clock.now()).await?;
        server.stop().await?;
        let verified = raiten(&database, &["verify"])?;
        ensure!(verified.code == 0, "{verified:?}");
        Ok(())
    }
}
