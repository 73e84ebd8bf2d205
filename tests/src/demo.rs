//! The town that `raiten demo` makes: alive, made once, and never on top of something real.

use anyhow::{Context, Result, ensure};
use app::api::{
    Items,
    account::{Me, Role},
    path,
    retailer::{Campaign, Report},
};

use crate::{
    harness::{Fresh, Server, login, raiten},
    on_both_databases,
};

on_both_databases! {
    async fn a_town_is_made_once_and_lives(database: Fresh) -> Result<()> {
        let town = raiten(&database, &["demo", "--json"])?.json()?;
        ensure!(town["made"] == true, "{town}");
        let again = raiten(&database, &["demo", "--json"])?.json()?;
        ensure!(again["made"] == false && again["logins"] == town["logins"], "{again}");

        let server = Server::start(&database).await?;
        let logins = town["logins"].as_array().context("logins")?;
        for role in ["owner", "staff"] {
            ensure!(logins.iter().any(|l| l["role"] == role), "nobody is {role}: {town}");
        }
        let mut judged = 0;
        for one in logins {
            let (email, password) = (one["email"].as_str(), one["password"].as_str());
            let (email, password) = (email.context("an address")?, password.context("a password")?);
            let client = server.anonymous()?;
            let me: Me = client.post(path::LOGIN, &login(email, password)).await?.json()?;
            if me.role == Role::Staff {
                ensure!(!me.stores.is_empty(), "staff without a store: {me:?}");
                continue;
            }
            let report: Report = client.get(path::REPORT).await?;
            ensure!(report.total.visits > 0 && report.total.cost.0 > 0, "nobody came to {}: {:?}", me.retailer_name, report.total);
            let campaigns: Items<Campaign> = client.get(path::CAMPAIGNS).await?;
            ensure!(!campaigns.items.is_empty(), "{} has no campaign", me.retailer_name);
            for campaign in campaigns.items {
                judged += other_policies(&database, &campaign)?;
                let budget = campaign.budget;
                let parts = budget.available.0 + budget.reserved.0 + budget.spent.0;
                ensure!(budget.total.0 == parts && budget.available.0 >= 0, "{campaign:?}");
            }
        }
        ensure!(judged > 0, "no campaign has draws that are old enough to judge policies by");
        server.stop().await
    }

    async fn a_real_database_is_left_alone(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let outcome = raiten(&database, &["demo", "--json"])?;
        ensure!(outcome.code == 1 && !outcome.stderr.trim().is_empty(), "{outcome:?}");
        let page: app::api::retailer::StorePage = retailer.client.get(path::STORES).await?;
        ensure!(page.total == 0, "a town was built on somebody's ground");
        server.stop().await
    }
}

/// What other policies would have brought in a campaign; by how many draws that was judged.
fn other_policies(database: &Fresh, campaign: &Campaign) -> Result<u64> {
    let id = campaign.campaign_id.to_string();
    let judge = |policy| {
        raiten(
            database,
            &["ope", "--campaign", &id, "--policy", policy, "--json"],
        )
    };
    let own = judge(campaign.policy.slug())?;
    if own.code == 1 {
        ensure!(own.stderr.contains("old enough"), "{own:?}");
        return Ok(0);
    }
    let (own, flat) = (own.json()?, judge("flat")?.json()?);
    let part =
        |of: &serde_json::Value, name: &str| of[name]["estimate"].as_f64().context("no estimate");
    for of in [&own, &flat] {
        ensure!((0.0..=1.0).contains(&part(of, "snips")?), "{of}");
        ensure!(
            of["ess"].as_f64() <= of["n"].as_f64() && of["dr"].is_null(),
            "{of}"
        );
    }
    ensure!(own["n"] == flat["n"], "{own} {flat}");
    own["n"].as_u64().context("no number")
}
