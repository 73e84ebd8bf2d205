//! Draws that anybody can check: what is published, when, and that no byte of it can be altered; and one odds table however often it is asked for.

use anyhow::{Context, Result, ensure};
use app::{
    api::{
        Items,
        draws::{DayOfDraws, OwnDraws},
        path,
        retailer::{Campaign, CampaignInput},
        shopper::PlayResult,
    },
    digest::Digest,
    draw::{ClientNonce, Revealed, ServerSeed, VerifyError, verify},
    draw_log::check,
    odds::{Odds, OddsTable},
    problem::ProblemKind,
    pseudonym::Pseudonym,
};
use reqwest::Method;
use server::db::draw_seeds::{self, GRACE_MS};

use crate::{
    harness::{
        DAY_MS, Fresh, HOUR_MS, Retailer, Server, TODAY, campaign, play_of, prize, program, store,
    },
    on_both_databases,
};

async fn ground(server: &Server) -> Result<(Retailer, Campaign)> {
    let retailer = server
        .retailer("喫茶ライテン", "owner@raiten.example")
        .await?;
    let shop = retailer.store(store("渋谷店")).await?;
    let input = CampaignInput {
        prizes: vec![prize("300 円引き", 300, 9), prize("500 円引き", 500, 1)],
        plays_per_day: 3,
        ..campaign(server, &[shop.store_id])
    };
    let running = retailer.publish(&input).await?;
    Ok((retailer, running))
}

fn of_day(campaign: &Campaign, retailer: &Retailer, day: &str) -> String {
    let ids = [
        retailer.me.retailer_id.to_string(),
        campaign.campaign_id.to_string(),
    ];
    path::fill(path::DRAWS_OF_DAY, &[&ids[0], &ids[1], day])
}

on_both_databases! {
    async fn a_day_is_published_when_it_is_over(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let (retailer, running) = ground(&server).await?;
        let anybody = server.anonymous()?;
        let log = of_day(&running, &retailer, TODAY);
        let mut shown = Vec::new();
        let mut ids = Vec::new();
        for plays in [1, 2, 3] {
            let shopper = server.shopper().await?;
            ids.push(shopper.me.shopper_id.to_string());
            for _ in 0..plays {
                let offer = shopper.offer(&retailer, &running).await?;
                let result: PlayResult = shopper.plays(&offer).await?.json()?;
                shown.push((offer, result));
            }
        }
        // Fourteen hours later it is midnight; the seed is a secret for some minutes more.
        server.clock.advance(14 * HOUR_MS + GRACE_MS - 1);
        ensure!(draw_seeds::reveal_due(server.db(), server.clock.now()).await? == 0, "revealed too early");
        anybody.send(Method::GET, &log, None).await?.refused(ProblemKind::NotFound)?;
        server.clock.advance(1);
        ensure!(draw_seeds::reveal_due(server.db(), server.clock.now()).await? == 1, "not revealed");
        ensure!(draw_seeds::reveal_due(server.db(), server.clock.now()).await? == 0, "revealed twice");

        let answer = anybody.send(Method::GET, &log, None).await?;
        answer.done()?;
        ensure!(answer.header("content-type").is_some_and(|t| t == "application/x-ndjson"), "{:?}", answer.headers);
        let text = answer.text();
        let faults = check(text.as_bytes());
        ensure!(faults.is_empty(), "{faults:?}\n{text}");
        ensure!(text.lines().count() == 8, "a line for each of six draws, one before, one after: {text}");
        for id in &ids {
            ensure!(!text.contains(id.as_str()), "a shopper's id is in what everybody may read");
        }
        // What was drawn is what is published, and the commitment is the one that was shown.
        for (offer, result) in &shown {
            ensure!(text.contains(&format!("\"commitment\":\"{}\"", offer.seed_commitment)), "{offer:?}");
            let drawn = format!("\"odds_hash\":\"{}\",\"ticket\":{},", offer.odds_hash, result.proof.ticket);
            ensure!(text.lines().any(|l| l.contains(&drawn) && l.contains(&result.prize_id.to_string())), "{result:?}\n{text}");
        }

        let ids = [retailer.me.retailer_id.to_string(), running.campaign_id.to_string()];
        let days: Items<DayOfDraws> = anybody.get(&path::fill(path::DRAWS, &[&ids[0], &ids[1]])).await?;
        let day = days.items.first().context("a day")?;
        let seed = day.seed.as_ref().context("its seed")?;
        ensure!(Digest::of(&hex(seed)?).to_string() == day.seed_commitment && day.day == TODAY, "{days:?}");

        // A server whose clock is behind draws from it no more.
        server.clock.advance(-HOUR_MS);
        let late = server.shopper().await?;
        let offer = late.offer(&retailer, &running).await?;
        ensure!(offer.day == TODAY, "{offer:?}");
        late.plays(&offer).await?.refused(ProblemKind::Unavailable)?;
        server.stop().await
    }

    /// A shopper recomputes an own draw with nothing but what the API says.
    async fn ones_own_draws_can_be_recomputed(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let (retailer, running) = ground(&server).await?;
        let (shopper, other) = (server.shopper().await?, server.shopper().await?);
        let offer = shopper.offer(&retailer, &running).await?;
        let result: PlayResult = shopper.plays(&offer).await?.json()?;
        let own: OwnDraws = shopper.client.get(path::OWN_DRAWS).await?;
        let draw = own.draws.first().context("a draw")?;
        ensure!(own.draws.len() == 1 && own.next.is_none() && draw.seed.is_none(), "{own:?}");
        ensure!(draw.seed_commitment == offer.seed_commitment && draw.odds_hash == offer.odds_hash, "{draw:?}");
        ensure!(draw.draw_id == result.draw_id && draw.version == 2 && draw.day_number == draw.day.parse()?, "{draw:?}");
        let others: OwnDraws = other.client.get(path::OWN_DRAWS).await?;
        ensure!(others.draws.is_empty(), "another's draws: {others:?}");

        server.clock.advance(DAY_MS);
        draw_seeds::reveal_due(server.db(), server.clock.now()).await?;
        let own: OwnDraws = shopper.client.get(path::OWN_DRAWS).await?;
        let draw = own.draws.first().context("a draw")?;
        let seed = hex(draw.seed.as_ref().context("the seed")?)?;
        let seed = ServerSeed::new(seed.as_slice().try_into()?);
        let odds = draw.odds.iter().map(|o| Odds { prize_id: o.prize_id, value: o.value, ppm: o.ppm });
        let odds = OddsTable::new(odds.collect())?;
        let nonce: ClientNonce = draw.client_nonce.parse()?;
        let revealed = Revealed {
            seed: &seed,
            commitment: offer.seed_commitment.parse()?,
            campaign: draw.campaign_id,
            drawer: draw.drawer.parse::<Pseudonym>()?.into(),
            day: draw.day_number,
            play_number: draw.play_number,
            nonce: &nonce,
            odds: &odds,
            odds_hash: offer.odds_hash.parse()?,
            ticket: result.proof.ticket,
            prize: result.prize_id,
        };
        ensure!(verify(&revealed) == Ok(()), "{draw:?}");
        let lied = verify(&Revealed { ticket: (result.proof.ticket + 1) % 1_000_000, ..revealed });
        ensure!(lied == Err(VerifyError::Ticket(result.proof.ticket)), "{lied:?}");
        server.stop().await
    }

    /// Pages of own draws hang together.
    async fn own_draws_come_page_by_page(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let (retailer, running) = ground(&server).await?;
        let shopper = server.shopper().await?;
        let mut made = Vec::new();
        for _ in 0..11 {
            for _ in 0..3 {
                let offer = shopper.offer(&retailer, &running).await?;
                made.push(shopper.plays(&offer).await?.json::<PlayResult>()?.draw_id);
                server.clock.advance(1_000);
            }
            server.clock.advance(DAY_MS);
        }
        made.reverse();
        let first: OwnDraws = shopper.client.get(path::OWN_DRAWS).await?;
        let next = first.next.context("more than a page")?;
        let rest: OwnDraws = shopper.client.get(&format!("{}?before={next}", path::OWN_DRAWS)).await?;
        let seen: Vec<_> = first.draws.iter().chain(&rest.draws).map(|draw| draw.draw_id).collect();
        ensure!(seen == made && first.draws.len() == 30 && rest.next.is_none(), "{seen:?} {made:?}");
        server.stop().await
    }

    /// The command says the same of the server's file, of the database and of what was altered.
    async fn the_command_verifies_and_names_the_line(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let (retailer, running) = ground(&server).await?;
        for _ in 0..3 {
            let shopper = server.shopper().await?;
            let offer = shopper.offer(&retailer, &running).await?;
            shopper.plays(&offer).await?.done()?;
        }
        let campaign_id = running.campaign_id.to_string();
        let nothing = run(&database, &["draws", "export", "--campaign", &campaign_id, "--day", "2026-01-01"])?;
        ensure!(nothing == (1, String::new()), "a day without draws: {nothing:?}");
        server.clock.advance(DAY_MS);
        draw_seeds::reveal_due(server.db(), server.clock.now()).await?;
        let log = server.anonymous()?.send(Method::GET, &of_day(&running, &retailer, TODAY), None).await?.text();

        let exported = run(&database, &["draws", "export", "--campaign", &campaign_id, "--day", TODAY])?;
        ensure!(exported == (0, log.clone()), "{exported:?}");
        let from_database = run(&database, &["draws", "verify", "--campaign", &campaign_id, "--day", TODAY])?;
        ensure!(from_database.0 == 0 && from_database.1.contains("3 draws of"), "{from_database:?}");

        let file = database.folder().join("log.jsonl");
        let name = file.to_string_lossy().into_owned();
        std::fs::write(&file, &log)?;
        let honest = run(&database, &["draws", "verify", &name, "--json"])?;
        let said: serde_json::Value = serde_json::from_str(&honest.1)?;
        ensure!(honest.0 == 0 && said["ok"] == true && said["draws"] == 3, "{honest:?}");

        let altered = log.replacen("\"play_number\":1", "\"play_number\":2", 1);
        std::fs::write(&file, altered)?;
        let found = run(&database, &["draws", "verify", &name, "--json"])?;
        let said: serde_json::Value = serde_json::from_str(&found.1)?;
        ensure!(found.0 == 1 && said["ok"] == false && said["faults"][0]["line"] == 2, "{found:?}");
        let said = run(&database, &["draws", "verify", &name])?;
        ensure!(said.0 == 1 && said.1.starts_with("line 2: "), "{said:?}");
        let nowhere = run(&database, &["draws", "verify", "nowhere.jsonl"])?;
        ensure!(nowhere.0 == 2, "{nowhere:?}");
        server.stop().await
    }

    /// What a lie in the database would look like: the odds of a line are not those whose hash was shown.
    async fn a_database_that_was_altered_is_found_out(database: Fresh) -> Result<()> {
        use sea_orm::ConnectionTrait as _;
        let server = Server::start(&database).await?;
        let (retailer, running) = ground(&server).await?;
        let shopper = server.shopper().await?;
        let offer = shopper.offer(&retailer, &running).await?;
        shopper.plays(&offer).await?.done()?;
        server.clock.advance(DAY_MS);
        draw_seeds::reveal_due(server.db(), server.clock.now()).await?;
        let connection = database.connect_alone().await?;
        for (lie, back) in [
            ("UPDATE draws SET ticket = (ticket + 1) % 1000000", "UPDATE draws SET ticket = (ticket + 999999) % 1000000"),
            ("UPDATE draws SET client_nonce = 'another-nonce-altogether'", "UPDATE draws SET client_nonce = 'a-nonce-of-a-test-0001'"),
        ] {
            connection.execute_unprepared(lie).await?;
            let answer = server.anonymous()?.send(Method::GET, &of_day(&running, &retailer, TODAY), None).await?;
            let faults = check(answer.text().as_bytes());
            ensure!(!faults.is_empty(), "{lie} was not noticed");
            connection.execute_unprepared(back).await?;
        }
        let answer = server.anonymous()?.send(Method::GET, &of_day(&running, &retailer, TODAY), None).await?;
        ensure!(check(answer.text().as_bytes()).is_empty(), "{}", answer.text());
        server.stop().await
    }

    /// Reloading gives the same odds, byte for byte, a thousand times, also by a second server and while others play.
    async fn reloading_never_gives_other_odds(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let beside = server.beside(&database).await?;
        let second = beside.anonymous()?;
        let (retailer, running) = ground(&server).await?;
        let shopper = server.shopper().await?;
        let elsewhere = crate::harness::Shopper { client: shopper.client.at(&second)?, ..shopper.clone() };
        let store_id = *running.store_ids.first().context("a store")?;
        let first = shopper.asks(&running, &retailer, store_id, None).await?;
        first.done()?;
        for n in 0..1_000_u32 {
            let whom = if n % 2 == 0 { &shopper } else { &elsewhere };
            let again = whom.asks(&running, &retailer, store_id, None).await?;
            ensure!(again.body == first.body, "request {n}: {} is not {}", again.text(), first.text());
            if n % 100 == 0 {
                let other = server.shopper().await?;
                let offer = other.offer(&retailer, &running).await?;
                other.client.post(path::PLAYS, &play_of(&offer)).await?.done()?;
            }
            // Twenty-three seconds each: the thousand lie over more than six hours of one day.
            server.clock.advance(23_000);
        }
        let offers = database.connect_alone().await?;
        let rows = {
            use sea_orm::{ConnectionTrait as _, Statement};
            let text = format!("SELECT revision FROM offers WHERE shopper_id = '{}'", shopper.me.shopper_id);
            offers.query_all_raw(Statement::from_string(offers.get_database_backend(), text)).await?
        };
        ensure!(rows.len() == 1, "{} offers were logged", rows.len());
        beside.stop().await?;
        server.stop().await
    }
}

fn hex(text: &str) -> Result<Vec<u8>> {
    let digest: Digest = text.parse()?;
    Ok(digest.0.to_vec())
}

/// Exit code and what was written.
fn run(database: &Fresh, arguments: &[&str]) -> Result<(i32, String)> {
    let output = program(database).args(arguments).output()?;
    Ok((
        output.status.code().context("a code")?,
        String::from_utf8(output.stdout)?,
    ))
}
