//! What shoppers think who used a coupon: whoever is asked is asked seldom, and what they say is counted once.

use anyhow::{Context, Result, ensure};
use app::{
    api::{
        contact::HistoryFile,
        path,
        reach::{RatingAsk, RatingInput, RatingQuestion, RatingReport},
        till::TillRedemption,
    },
    problem::ProblemKind,
};
use futures::future::join_all;
use reqwest::{Method, StatusCode};

use super::{announcements::count, links::Ground};
use crate::{
    harness::{Answer, DAY_MS, Fresh, Retailer, Shopper, Staff, campaign, store},
    on_both_databases,
};

async fn asked(shopper: &Shopper) -> Result<Option<RatingQuestion>> {
    let ask: RatingAsk = shopper.client.act(path::RATING_QUESTION).await?.json()?;
    Ok(ask.question)
}

async fn says(
    shopper: &Shopper,
    about: &RatingQuestion,
    stars: u8,
    comment: Option<&str>,
) -> Result<Answer> {
    let at = path::fill(
        path::RATING,
        &[
            &about.retailer_id.to_string(),
            &about.redemption_id.to_string(),
        ],
    );
    let input = RatingInput {
        stars,
        comment: comment.map(str::to_owned),
    };
    shopper.client.put(&at, &input).await
}

impl Ground {
    async fn till(&self) -> Result<Staff> {
        let email = format!("staff-{:x}@raiten.example", rand::random::<u64>());
        self.owner()
            .await?
            .staff(self.server.anonymous()?, &email, &[self.stores[0].store_id])
            .await
    }

    /// Wins a coupon and uses it.
    async fn uses(&self, shopper: &Shopper) -> Result<TillRedemption> {
        let coupon = shopper.win(&self.retailer, &self.campaign).await?;
        let shown = shopper.shows(&coupon).await?;
        self.till()
            .await?
            .redeem(self.stores[0].store_id, &shown, None)
            .await?
            .json()
    }
}

on_both_databases! {
    async fn who_used_a_coupon_is_asked_once_in_14_days(database: Fresh) -> Result<()> {
        let ground = Ground::new(&database).await?;
        let shopper = ground.server.shopper().await?;
        ensure!(asked(&shopper).await?.is_none(), "nothing was used");
        let used = ground.uses(&shopper).await?;
        let question = asked(&shopper).await?.context("a question")?;
        ensure!(question.redemption_id == used.redemption_id && question.store_name == "渋谷店", "{question:?}");
        ensure!(asked(&shopper).await?.as_ref() == Some(&question), "as long as it is open it is the same");
        let stranger = ground.server.shopper().await?;
        says(&stranger, &question, 1, None).await?.refused(ProblemKind::NotFound)?;
        for (stars, comment) in [(0, None), (6, None), (3, Some("あ".repeat(501))), (3, Some("a\u{1b}".to_owned()))] {
            says(&shopper, &question, stars, comment.as_deref()).await?.refused(ProblemKind::InvalidFields)?;
        }
        // One tap, then words; the same once more, and another number of stars: one rating.
        ensure!(says(&shopper, &question, 4, None).await?.status == StatusCode::NO_CONTENT, "one tap");
        says(&shopper, &question, 4, Some(" =1+1 おいしかった\n ")).await?.done()?;
        says(&shopper, &question, 5, None).await?.done()?;
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM ratings WHERE stars = 5 AND comment = '=1+1 おいしかった'").await? == 1, "one rating");
        ensure!(asked(&shopper).await?.is_none(), "answered");
        let kept: HistoryFile = shopper.client.get(path::HISTORY).await?;
        ensure!(kept.reach.ratings.len() == 1 && kept.reach.asked_at.is_some(), "{:?}", kept.reach);

        // Within 14 days nobody asks again, whatever was used since; then about the newest.
        ground.server.clock.advance(10 * DAY_MS);
        ground.uses(&shopper).await?;
        ensure!(asked(&shopper).await?.is_none(), "10 days later");
        ground.server.clock.advance(4 * DAY_MS - 1);
        ensure!(asked(&shopper).await?.is_none(), "a moment before");
        ground.server.clock.advance(1);
        let newest = ground.uses(&shopper).await?;
        ensure!(asked(&shopper).await?.map(|q| q.redemption_id) == Some(newest.redemption_id), "the newest");
        // Not this time.
        shopper.client.send(Method::DELETE, path::RATING_QUESTION, None).await?.done()?;
        ensure!(asked(&shopper).await?.is_none(), "dismissed");
        ground.server.clock.advance(14 * DAY_MS);
        ensure!(asked(&shopper).await?.is_none(), "what was used is too long ago");

        // What was undone is not asked about, nor rated by who had the page open.
        let undone = ground.uses(&shopper).await?;
        let question = asked(&shopper).await?.context("a question")?;
        ground.till().await?.undo(&undone).await?.done()?;
        ensure!(asked(&shopper).await?.is_none(), "undone");
        says(&shopper, &question, 5, None).await?.refused(ProblemKind::NotFound)?;
        shopper.client.send(Method::DELETE, path::HISTORY, None).await?.done()?;
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM ratings").await? == 0, "erased");
        ground.server.stop().await
    }

    async fn the_cap_is_over_all_retailers_and_pages(database: Fresh) -> Result<()> {
        let ground = Ground::new(&database).await?;
        let shopper = ground.server.shopper().await?;
        ground.uses(&shopper).await?;
        let other = ground.server.retailer("茶房となり", "owner@other.example").await?;
        let shop = other.store(store("となり店")).await?;
        let running = other.publish(&campaign(&ground.server, &[shop.store_id])).await?;
        let staff = other.staff(ground.server.anonymous()?, "one@other.example", &[shop.store_id]).await?;
        ground.server.clock.advance(1);
        let coupon = shopper.win(&other, &running).await?;
        staff.redeem(shop.store_id, &shopper.shows(&coupon).await?, None).await?.done()?;
        let all = join_all((0..6).map(|_| asked(&shopper))).await;
        let mut about: Vec<_> = all.into_iter().collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
        about.dedup();
        ensure!(about.len() == 1 && about[0].retailer_name == "茶房となり", "{about:?}");
        // An answer whose second half never came: the question counts as answered.
        says(&shopper, &about[0], 2, None).await?.done()?;
        let connection = database.connect().await?;
        sea_orm::ConnectionTrait::execute_unprepared(&connection, "UPDATE rating_questions SET closed_at = NULL").await?;
        connection.close().await?;
        ensure!(asked(&shopper).await?.is_none(), "asked again about what was answered");
        ground.server.stop().await
    }

    async fn a_retailer_sees_many_and_nobody(database: Fresh) -> Result<()> {
        let ground = Ground::new(&database).await?;
        let report = async |retailer: &Retailer| -> Result<RatingReport> { retailer.client.get(path::RATINGS).await };
        let mut ids = Vec::new();
        for n in 0..10_u8 {
            let seen = report(&ground.retailer).await?;
            ensure!(seen.stars.is_none(), "{n}: {seen:?}");
            let file = ground.retailer.client.send(Method::GET, path::RATINGS_CSV, None).await?.text();
            ensure!(file.lines().count() == 1, "{n}: {file}");
            let shopper = ground.server.shopper().await?;
            ground.uses(&shopper).await?;
            let question = asked(&shopper).await?.context("a question")?;
            says(&shopper, &question, 1 + n % 5, Some("=cmd|' /C calc'!A0")).await?.done()?;
            ids.extend([shopper.me.shopper_id.to_string(), question.redemption_id.to_string()]);
            ground.server.clock.advance(1);
        }
        let seen = report(&ground.retailer).await?;
        ensure!(seen.stars == Some([2; 5]), "{seen:?}");
        let file = ground.retailer.client.send(Method::GET, path::RATINGS_CSV, None).await?;
        ensure!(file.header("content-disposition").is_some_and(|h| h.contains("attachment")), "{file:?}");
        let text = file.text();
        ensure!(text.lines().count() == 11 && text.matches(",'=cmd").count() == 10, "{text}");
        ensure!(text.contains("2026-12,渋谷店,1,"), "{text}");
        for id in ids {
            ensure!(!text.contains(&id), "{id} in {text}");
        }
        let other = ground.server.retailer("茶房となり", "owner@other.example").await?;
        ensure!(report(&other).await?.stars.is_none(), "another retailer's");
        ground.server.clock.advance(90 * DAY_MS);
        ensure!(report(&ground.owner().await?).await?.stars.is_none(), "too long ago");
        ground.server.stop().await
    }
}
