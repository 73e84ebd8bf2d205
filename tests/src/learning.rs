//! A campaign that learns: from draws that are over and visits that an import shows, once a day, and no longer than its retailer wants.

use anyhow::{Context, Result, ensure};
use app::{
    api::{
        learning::{Learning, LearningInput, LearningMode, LearningState},
        path,
        retailer::{Campaign, CampaignInput},
        shopper::{Offer, PlayResult},
    },
    goal::Goals,
    id::CampaignId,
    policy::{Policy, Reason},
    problem::ProblemKind,
    yen::Yen,
};
use server::{db::members, learn};

use crate::{
    harness::{DAY_MS, Fresh, HOUR_MS, Retailer, START, Server, Shopper, campaign, prize, store},
    lift::{bring, take_back},
    on_both_databases,
};

/// So many play.
const PEOPLE: usize = 40;
const OWNER: &str = "owner@raiten.example";

fn that_learns(server: &Server, stores: &[app::id::StoreId]) -> CampaignInput {
    CampaignInput {
        policy: Policy::Learned,
        prizes: vec![
            prize("はずれ", 0, 5),
            prize("100 円引き", 100, 3),
            prize("500 円引き", 500, 2),
        ],
        floor: Yen(20),
        ceiling: Yen(300),
        ..campaign(server, stores)
    }
}

async fn learning(retailer: &Retailer, campaign_id: CampaignId) -> Result<Learning> {
    let at = path::fill(path::CAMPAIGN_LEARNING, &[&campaign_id.to_string()]);
    retailer.client.get(&at).await
}

async fn switch(
    retailer: &Retailer,
    campaign_id: CampaignId,
    mode: LearningMode,
    visit_margin: Option<i64>,
) -> Result<Learning> {
    let at = path::fill(path::CAMPAIGN_LEARNING, &[&campaign_id.to_string()]);
    let wanted = LearningInput {
        mode,
        visit_margin: visit_margin.map(Yen),
    };
    retailer.client.put(&at, &wanted).await?.json()
}

async fn again(server: &Server) -> Result<Retailer> {
    Retailer::sign_in(server.anonymous()?, OWNER).await
}

fn says(offer: &Offer, reason: Reason) -> bool {
    let text = reason.text();
    offer
        .why
        .iter()
        .any(|line| line == text.ja || line == text.en)
}

/// Somebody whose member number is known draws; whether they won 500 yen.
async fn draws(
    server: &Server,
    retailer: &Retailer,
    campaign: &Campaign,
    member: &str,
) -> Result<(Shopper, bool)> {
    let shopper = server.shopper().await?;
    let transaction = server.db().begin().await?;
    members::link(
        &transaction,
        retailer.me.retailer_id,
        shopper.me.shopper_id,
        member,
        START,
    )
    .await?;
    transaction.commit().await?;
    let offer = shopper.offer(retailer, campaign).await?;
    ensure!(offer.policy == "learned@1", "{}", offer.policy);
    ensure!(!says(&offer, Reason::Learned), "nothing was learned yet");
    let won: PlayResult = shopper.plays(&offer).await?.json()?;
    let much = won.coupon.is_some_and(|coupon| coupon.value == Yen(500));
    Ok((shopper, much))
}

on_both_databases! {
    async fn a_campaign_goes_by_what_its_draws_have_shown(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", OWNER).await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let one = retailer.publish(&that_learns(&server, &[shop.store_id])).await?;
        let id = one.campaign_id;
        ensure!(learning(&retailer, id).await?.state == LearningState::NoMargin);
        ensure!(learn::work(server.app()).await? == 0, "it is not known what a visit is worth");
        // The goals' price of a visit will do, a margin of the campaign's own comes before it.
        retailer.client.put(path::GOALS, &Goals { lift_percent: None, yen_per_visit: Some(Yen(700)) }).await?.done()?;
        let now = learning(&retailer, id).await?;
        ensure!(now.state == LearningState::NothingYet && now.margin_of_goals == Some(Yen(700)), "{now:?}");
        let at = path::fill(path::CAMPAIGN_LEARNING, &[&id.to_string()]);
        let answer = retailer.client.put(&at, &serde_json::json!({"mode": "learning", "visit_margin": 0})).await?;
        answer.refused(ProblemKind::InvalidFields)?;
        switch(&retailer, id, LearningMode::Learning, Some(2_000)).await?;

        // Whoever wins much comes, and nobody else.
        let (mut came, mut imports) = (0, Vec::new());
        for n in 0..PEOPLE {
            let member = format!("member {n}");
            let (_, much) = draws(&server, &retailer, &one, &member).await?;
            if much {
                came += 1;
                let at = START + DAY_MS + HOUR_MS;
                imports.push(bring(server.db(), (retailer.me.retailer_id, shop.store_id), &member, &[(n, at)]).await?);
            }
        }
        ensure!((3..PEOPLE - 3).contains(&came), "{came} won much");
        server.clock.advance(16 * DAY_MS);
        ensure!(learn::work(server.app()).await? == 0, "no window is over, with its grace");
        server.clock.advance(2 * DAY_MS);
        ensure!(learn::work(server.app()).await? == 1 && learn::work(server.app()).await? == 0, "once a day");
        // A session of before is over.
        let retailer = again(&server).await?;
        let first = learning(&retailer, id).await?;
        let learned = first.learned.clone().context("something was learned")?;
        ensure!(first.state == LearningState::Learned && first.days.len() == 1 && learned.draws == PEOPLE as u64, "{first:?}");
        ensure!(learned.idle_percent < 20.0, "it is plain that yen do something: {learned:?}");

        let ask = async || server.shopper().await?.offer(&retailer, &one).await;
        let offer = ask().await?;
        ensure!(says(&offer, Reason::Learned), "{:?}", offer.why);
        ensure!((20_000..=300_000).contains(&offer.expected_value_milli_yen));
        // Without the import nobody came, whatever they won; what was worked out for today stays, tomorrow's is another.
        for import in imports {
            take_back(server.db(), retailer.me.retailer_id, import).await?;
        }
        ensure!(learn::work(server.app()).await? == 0);
        server.clock.advance(DAY_MS);
        ensure!(learn::work(server.app()).await? == 1);
        let retailer = again(&server).await?;
        let second = learning(&retailer, id).await?.learned.context("again")?;
        ensure!(second.draws == learned.draws && second.idle_percent > learned.idle_percent, "{second:?}");

        // One switch: the rule of thumb alone; and what was learned last, but no more of it.
        let rule = switch(&retailer, id, LearningMode::Rule, Some(2_000)).await?;
        ensure!(rule.mode == LearningMode::Rule);
        ensure!(!says(&ask().await?, Reason::Learned));
        switch(&retailer, id, LearningMode::Kept, Some(2_000)).await?;
        ensure!(says(&ask().await?, Reason::Learned));
        server.clock.advance(DAY_MS);
        ensure!(learn::work(server.app()).await? == 0, "it learns no more");
        ensure!(says(&ask().await?, Reason::Learned), "it keeps to what it learned");
        server.stop().await
    }

    /// Who is not known to imports would look as if they never came.
    async fn nothing_is_learned_of_strangers(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", OWNER).await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let one = retailer.publish(&that_learns(&server, &[shop.store_id])).await?;
        switch(&retailer, one.campaign_id, LearningMode::Learning, Some(2_000)).await?;
        for _ in 0..3 {
            let shopper = server.shopper().await?;
            let offer = shopper.offer(&retailer, &one).await?;
            shopper.plays(&offer).await?.done()?;
        }
        server.clock.advance(18 * DAY_MS);
        ensure!(learn::work(server.app()).await? == 0);
        let retailer = again(&server).await?;
        ensure!(learning(&retailer, one.campaign_id).await?.state == LearningState::NothingYet);
        server.stop().await
    }
}
