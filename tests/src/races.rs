//! Many at once, through two servers on one database: exactly as many as there are, and not one yen over.

use anyhow::{Context, Result, ensure};
use app::{
    api::{path, retailer::CampaignInput, shopper::PlayResult, till::RefusalReason},
    problem::ProblemKind,
    yen::Yen,
};
use futures::future::{join_all, try_join_all};

use crate::{
    harness::{Client, Fresh, Server, Shopper, Staff, campaign, play_of, prize, store},
    on_both_databases,
};

const CLAIMERS: usize = 16;

/// The same person at either server, by turns.
fn spread(client: &Client, other: &Client, n: usize) -> Result<Client> {
    if n.is_multiple_of(2) {
        client.frozen()
    } else {
        client.at(other)
    }
}

async fn crowd(server: &Server, second: &Client) -> Result<Vec<Shopper>> {
    let mut shoppers = Vec::new();
    for n in 0..CLAIMERS {
        let shopper = server.shopper().await?;
        let client = spread(&shopper.client, second, n)?;
        shoppers.push(Shopper { client, ..shopper });
    }
    Ok(shoppers)
}

on_both_databases! {
    async fn one_code_is_taken_once(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let beside = server.beside(&database).await?;
        let second = beside.anonymous()?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let running = retailer.publish(&campaign(&server, &[shop.store_id])).await?;
        let staff = retailer.staff(server.anonymous()?, "hana@raiten.example", &[shop.store_id]).await?;
        for _ in 0..5 {
            let before = retailer.yen(running.campaign_id).await?;
            let shopper = server.shopper().await?;
            let coupon = shopper.win(&retailer, &running).await?;
            let code = shopper.shows(&coupon).await?;
            let tills = (0..CLAIMERS)
                .map(|n| Ok(Staff { client: spread(&staff.client, &second, n)?, me: staff.me.clone() }))
                .collect::<Result<Vec<_>>>()?;
            let answers = try_join_all(tills.iter().map(|till| till.redeem(shop.store_id, &code, None))).await?;
            let mut wins = 0;
            for answer in &answers {
                if answer.status.is_success() {
                    wins += 1;
                } else {
                    let refusal = answer.refused(ProblemKind::CouponRefused)?.refusal.context("why")?;
                    ensure!(refusal.reason == RefusalReason::AlreadyRedeemed, "{refusal:?}");
                }
            }
            ensure!(wins == 1, "{wins} of {CLAIMERS} redeemed one code");
            let after = retailer.yen(running.campaign_id).await?;
            ensure!(after == (before.0 - coupon.value.0, 0, before.2 + coupon.value.0), "{before:?} {after:?}");
        }
        beside.stop().await?;
        server.stop().await
    }

    async fn the_last_yen_is_given_once(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let beside = server.beside(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let input = CampaignInput {
            prizes: vec![prize("500 円引き", 500, 1)],
            budget: Yen(1_700),
            floor: Yen(500),
            ceiling: Yen(500),
            ..campaign(&server, &[shop.store_id])
        };
        let running = retailer.publish(&input).await?;
        let shoppers = crowd(&server, &beside.anonymous()?).await?;
        let mut offers = Vec::new();
        for shopper in &shoppers {
            offers.push(shopper.offer(&retailer, &running).await?);
        }
        let answers = join_all(shoppers.iter().zip(&offers).map(|(shopper, offer)| shopper.plays(offer))).await;
        let mut coupons = 0;
        for answer in answers {
            let answer = answer?;
            if answer.status.is_success() {
                ensure!(answer.json::<PlayResult>()?.coupon.is_some(), "{}", answer.text());
                coupons += 1;
            } else {
                let (kind, _) = answer.problem()?;
                ensure!(matches!(kind, ProblemKind::CampaignNotRunning | ProblemKind::OddsChanged), "{}", answer.text());
            }
        }
        ensure!(coupons == 3, "{coupons} coupons of 500 from 1,700 yen");
        ensure!(retailer.yen(running.campaign_id).await? == (200, 1_500, 0), "{:?}", retailer.yen(running.campaign_id).await?);
        beside.stop().await?;
        server.stop().await
    }

    async fn the_last_piece_is_given_once(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let beside = server.beside(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let mut rare = prize("記念品", 500, 1_000_000);
        rare.stock = Some(3);
        let input = CampaignInput {
            prizes: vec![rare, prize("500 円引き", 500, 1)],
            floor: Yen(500),
            ceiling: Yen(500),
            ..campaign(&server, &[shop.store_id])
        };
        let running = retailer.publish(&input).await?;
        let shoppers = crowd(&server, &beside.anonymous()?).await?;
        let mut offers = Vec::new();
        for shopper in &shoppers {
            offers.push(shopper.offer(&retailer, &running).await?);
        }
        // Whoever is shown new odds plays those, as often as it takes.
        let plays = shoppers.iter().zip(offers).map(|(shopper, mut offer)| async move {
            for _ in 0..CLAIMERS {
                let answer = shopper.client.post(path::PLAYS, &play_of(&offer)).await?;
                if answer.status.is_success() {
                    return answer.json::<PlayResult>();
                }
                offer = *answer.refused(ProblemKind::OddsChanged)?.offer.context("the new odds")?;
            }
            anyhow::bail!("the odds never came to rest")
        });
        let results = try_join_all(plays).await?;
        let rare = results.iter().filter(|r| r.prize_name == "記念品").count();
        ensure!(rare == 3 && results.len() == CLAIMERS, "{rare} of 3 pieces given");
        let left = retailer.campaign(running.campaign_id).await?;
        ensure!(left.prizes.iter().any(|p| p.stock_left == Some(0)), "{left:?}");
        ensure!(retailer.yen(running.campaign_id).await? == (92_000, 8_000, 0), "{left:?}");
        beside.stop().await?;
        server.stop().await
    }

    /// One shopper presses twice, at two servers: one draw, the same answer.
    async fn one_play_is_drawn_once(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let beside = server.beside(&database).await?;
        let second = beside.anonymous()?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let running = retailer.publish(&campaign(&server, &[shop.store_id])).await?;
        let shopper = server.shopper().await?;
        let offer = shopper.offer(&retailer, &running).await?;
        let clients = (0..CLAIMERS).map(|n| spread(&shopper.client, &second, n)).collect::<Result<Vec<_>>>()?;
        let play = play_of(&offer);
        let answers = try_join_all(clients.iter().map(|client| client.post(path::PLAYS, &play))).await?;
        let mut results = Vec::new();
        for answer in &answers {
            results.push(answer.json::<PlayResult>()?);
        }
        let first = results.first().context("an answer")?;
        ensure!(results.iter().all(|result| result == first), "{results:?}");
        ensure!(shopper.wallet().await?.len() == 1, "one play, one coupon");
        let value = first.value.0;
        ensure!(retailer.yen(running.campaign_id).await? == (100_000 - value, value, 0), "reserved more than once");
        beside.stop().await?;
        server.stop().await
    }
}
