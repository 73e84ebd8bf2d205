//! Holdouts, visits in any order of arrival, and the sums that lift is estimated from.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::{Context, Result, ensure};
use app::{
    api::{
        Items,
        lift::{Dimension, Evidence, Lift, VisitsRow},
        path,
        retailer::{Holdout, StoreInput, VisitImport, VisitImportReport},
        shopper::{History, Membership, MembershipInput, Nearby, NearbyRequest, Offer},
    },
    cohort::{LEAST_NEW, Measure, Sums, Unit},
    context::Recency,
    geo::{Band, Cell, LatLng},
    holdout::{Arm, Share},
    id::{ImportId, RetailerId, ShopperId, StoreId},
    lift::Verdict,
    problem::ProblemKind,
    visit,
};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::SliceRandom};
use reqwest::Method;
use sea_orm::{ConnectionTrait, Statement};
use server::db::{
    Db,
    holdout::{self, Channel, Epoch, Exposure},
    lift, members,
    visit_imports::{self, Line},
    visits::{self, Presence, Source},
};

use crate::{
    harness::{
        DAY_MS, Fresh, HOUR_MS, Kind, Retailer, START, Server, Shopper, campaign, login, raiten,
        store,
    },
    on_both_databases,
};

const HALF: Share = Share::MOST;

async fn keep_out(retailer: &Retailer, programme: Share, campaigns: Share) -> Result<Holdout> {
    let wanted = Holdout {
        programme,
        campaigns,
    };
    retailer.client.put(path::HOLDOUT, &wanted).await?.json()
}

async fn looks_around(shopper: &Shopper, at: (f64, f64)) -> Result<Nearby> {
    let cell = Cell::of(LatLng::new(at.0, at.1)?);
    let request = NearbyRequest {
        cell,
        radius_km: None,
    };
    shopper.client.post(path::NEARBY, &request).await?.json()
}

/// A file of these lines, of one member at one store, each with a number of its own.
pub async fn bring(
    db: &Db,
    (retailer_id, store_id): (RetailerId, StoreId),
    member: &str,
    lines: &[(usize, i64)],
) -> Result<ImportId> {
    let (first, _) = lines.first().context("a line")?;
    let mut bytes = [0; 10];
    bytes[..8].copy_from_slice(&(*first as u64).to_be_bytes());
    let import = ImportId::new(START, bytes);
    let lines: Vec<Line> = lines
        .iter()
        .map(|(n, at)| Line {
            reference: visit_imports::reference(*at, &format!("{n:016x}")),
            member_hash: member.to_owned(),
            store_id,
            at: *at,
            basket: None,
        })
        .collect();
    let transaction = db.begin().await?;
    visit_imports::keep(&transaction, retailer_id, import, &lines, START).await?;
    transaction.commit().await?;
    visit_imports::place(db, retailer_id, import, START, |_| {}).await?;
    Ok(import)
}

pub async fn take_back(db: &Db, retailer_id: RetailerId, import: ImportId) -> Result<()> {
    let transaction = db.begin().await?;
    ensure!(visit_imports::undo(&transaction, retailer_id, import, START).await?);
    transaction.commit().await?;
    Ok(())
}

async fn epochs(server: &Server, retailer: &Retailer) -> Result<Vec<Epoch>> {
    Ok(holdout::all(server.db().read(), retailer.me.retailer_id).await?)
}

async fn count(db: &Db, text: &str) -> Result<i64> {
    let backend = db.read().get_database_backend();
    let row = db
        .read()
        .query_one_raw(Statement::from_string(
            backend,
            format!("SELECT ({text}) AS n"),
        ))
        .await?
        .context("a row")?;
    Ok(row.try_get("", "n")?)
}

on_both_databases! {
    /// Both arms are exposed by the same rule; whoever is held out is offered nothing in any way; whoever is not, is; and nothing of it
    /// changes by looking again.
    async fn who_is_held_out_is_offered_nothing(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let one = retailer.publish(&campaign(&server, &[shop.store_id])).await?;
        let other = retailer.publish(&campaign(&server, &[shop.store_id])).await?;
        // Nobody is kept out: everybody sees both, and nothing is written down, for there is nothing to compare.
        let early = server.shopper().await?;
        ensure!(looks_around(&early, (shop.lat, shop.lng)).await?.stores[0].campaigns.len() == 2);
        ensure!(epochs(&server, &retailer).await?.is_empty());

        let wanted = keep_out(&retailer, HALF, HALF).await?;
        ensure!(retailer.client.get::<Holdout>(path::HOLDOUT).await? == wanted, "kept");
        let mut seen = BTreeMap::new();
        let mut arms = HashSet::new();
        for _ in 0..24 {
            let shopper = server.shopper().await?;
            let near = looks_around(&shopper, (shop.lat, shop.lng)).await?;
            let ids: HashSet<_> = near.stores.iter().flat_map(|s| &s.campaigns).map(|c| c.campaign_id).collect();
            let all = epochs(&server, &retailer).await?;
            ensure!(all.len() == 3, "of the programme and of each campaign: {all:?}");
            let arm = |campaign_id| {
                let epoch = all.iter().find(|e| e.campaign_id == campaign_id).context("an epoch")?;
                anyhow::Ok(epoch.arm(shopper.me.shopper_id))
            };
            let programme = arm(None)?;
            for campaign in [&one, &other] {
                let own = arm(Some(campaign.campaign_id))?;
                let is_treated = programme == Arm::Treatment && own == Arm::Treatment;
                arms.insert((programme, own));
                ensure!(ids.contains(&campaign.campaign_id) == is_treated, "{programme:?} {own:?} {ids:?}");
                let asked = shopper.asks(campaign, &retailer, shop.store_id, None).await?;
                if is_treated {
                    let offer: Offer = asked.json()?;
                    ensure!(offer.campaign_id == campaign.campaign_id);
                } else {
                    asked.refused(ProblemKind::HeldOut)?;
                }
            }
            ensure!(looks_around(&shopper, (shop.lat, shop.lng)).await? == near, "the same again");
            seen.insert(shopper.me.shopper_id, programme);
        }
        ensure!(arms.len() == 4, "every combination came up: {arms:?}");
        let treated = seen.values().filter(|arm| **arm == Arm::Treatment).count();
        let written = count(server.db(), "SELECT COUNT(*) FROM exposures").await?;
        // Once in the programme, and of the treated once in each campaign.
        ensure!(written == (seen.len() + 2 * treated) as i64, "{written} exposures of {treated} treated of {}", seen.len());
        ensure!(count(server.db(), "SELECT COUNT(*) FROM offers o JOIN exposures e ON e.shopper_id = o.shopper_id WHERE e.arm = 'control' AND
            e.epoch_id IN (SELECT epoch_id FROM epochs WHERE campaign_id IS NULL OR campaign_id = o.campaign_id)").await? == 0, "no odds for the held out");

        // A change of share is another epoch, with arms drawn anew.
        keep_out(&retailer, Share::USUAL, HALF).await?;
        let before = epochs(&server, &retailer).await?;
        ensure!(before.iter().filter(|e| e.ended_at.is_some()).count() == 1, "{before:?}");
        looks_around(&early, (shop.lat, shop.lng)).await?;
        let after = epochs(&server, &retailer).await?;
        let programmes: Vec<&Epoch> = after.iter().filter(|e| e.campaign_id.is_none()).collect();
        ensure!(programmes.len() == 2 && programmes[0].salt != programmes[1].salt, "{after:?}");
        // Nor can more than half be kept out.
        let answer = retailer.client.put(path::HOLDOUT, &serde_json::json!({"programme": 51, "campaigns": 0})).await?;
        let problem = answer.refused(ProblemKind::InvalidFields)?;
        ensure!(problem.errors.iter().map(|e| e.field.as_str()).eq(["programme"]), "{problem:?}");
        server.stop().await
    }

    /// Whatever the order in which sightings become known, and whatever was known and taken back in between, the visits are those of
    /// the moments alone.
    async fn visits_are_the_same_in_any_order(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let mut dice = StdRng::seed_from_u64(20_261_128);
        for round in 0..12_u128 {
            let presence = Presence {
                retailer_id: retailer.me.retailer_id,
                store_id: shop.store_id,
                shopper_id: ShopperId::from_bits(round),
            };
            let at_shop = (presence.retailer_id, presence.store_id);
            let member = format!("member {round}");
            let link = async || {
                let transaction = server.db().begin().await?;
                members::link(&transaction, presence.retailer_id, presence.shopper_id, &member, START).await?;
                anyhow::Ok(transaction.commit().await?)
            };
            // Before or after the lines.
            let is_linked_late = round % 3 == 0;
            if !is_linked_late {
                link().await?;
            }
            let spread = 1 + dice.random_range(0..40_i64);
            let mut sightings: Vec<(i64, Source, usize, bool)> = (0..dice.random_range(1..25))
                .map(|n| {
                    let at = START + dice.random_range(0..spread * 30) * 60_000;
                    let source = [Source::Import, Source::Card, Source::CheckIn, Source::Dwell][dice.random_range(0..4)];
                    (at, source, 100 * round as usize + n, dice.random_bool(0.7))
                })
                .collect();
            sightings.shuffle(&mut dice);
            let mut imports = HashMap::new();
            for (at, source, n, _) in &sightings {
                if *source == Source::Import {
                    imports.insert(*n, bring(server.db(), at_shop, &member, &[(*n, *at)]).await?);
                    continue;
                }
                for is_new in [true, false] {
                    let transaction = server.db().begin().await?;
                    ensure!(visits::witness(&transaction, presence, *source, &n.to_string(), *at).await? == is_new, "{n} twice");
                    transaction.commit().await?;
                }
            }
            if is_linked_late {
                link().await?;
            }
            sightings.shuffle(&mut dice);
            for (_, source, n, stays) in &sightings {
                if let (Some(import), false) = (imports.get(n), *stays) {
                    take_back(server.db(), presence.retailer_id, *import).await?;
                } else if !stays {
                    let transaction = server.db().begin().await?;
                    visits::forget(&transaction, presence, *source, &n.to_string()).await?;
                    transaction.commit().await?;
                }
            }
            let mut left: Vec<i64> = sightings.iter().filter(|s| s.3).map(|s| s.0).collect();
            left.sort_unstable();
            let wanted = visit::visits_of(&left).0;
            let known = began(server.db(), presence.shopper_id).await?;
            ensure!(known == wanted, "round {round}: {known:?} instead of {wanted:?}");
        }
        server.stop().await?;
        let verified = raiten(&database, &["verify"])?;
        ensure!(verified.code == 0, "{verified:?}");
        Ok(())
    }

    /// Many at once, in whatever batches, make the visits that they make one by one, and so they do when some are taken back.
    async fn many_at_once_are_the_same(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let id = retailer.me.retailer_id;
        let shops = [retailer.store(store("渋谷店")).await?.store_id, retailer.store(store("原宿店")).await?.store_id];
        let mut dice = StdRng::seed_from_u64(20_261_129);
        for shopper in 1..20_u128 {
            let transaction = server.db().begin().await?;
            members::link(&transaction, id, ShopperId::from_bits(shopper), &format!("member {shopper}"), START).await?;
            transaction.commit().await?;
        }
        // Files of many lines of one member at one store, and what is seen one by one in between.
        let mut all: Vec<Known> = (0..160)
            .map(|n| {
                let source = [None, Some(Source::Card), Some(Source::CheckIn)][dice.random_range(0..3)];
                let lines = if source.is_none() { dice.random_range(1..30) } else { 1 };
                let moments = (0..lines).map(|k| (100 * n + k, START + dice.random_range(0..3_000) * 60_000)).collect();
                Known { shopper: dice.random_range(1..20), store_id: shops[dice.random_range(0..2)], source, stays: dice.random_bool(0.7), moments }
            })
            .collect();
        let mut imports = HashMap::new();
        for witnesses in [true, false] {
            all.shuffle(&mut dice);
            for Known { shopper, store_id, source, stays, moments } in all.iter().filter(|known| witnesses || !known.stays) {
                let presence = Presence { retailer_id: id, store_id: *store_id, shopper_id: ShopperId::from_bits(*shopper) };
                let (n, at) = moments[0];
                let Some(source) = source else {
                    if witnesses {
                        imports.insert(n, bring(server.db(), (id, *store_id), &format!("member {shopper}"), moments).await?);
                    } else {
                        take_back(server.db(), id, imports[&n]).await?;
                    }
                    continue;
                };
                let transaction = server.db().begin().await?;
                if witnesses {
                    visits::witness(&transaction, presence, *source, &n.to_string(), at).await?;
                } else {
                    ensure!(!stays);
                    visits::forget(&transaction, presence, *source, &n.to_string()).await?;
                }
                transaction.commit().await?;
            }
            for shopper in 1..20_u128 {
                let mut wanted = Vec::new();
                for shop in shops {
                    let mut moments: Vec<i64> = all
                        .iter()
                        .filter(|known| (witnesses || known.stays) && known.store_id == shop && known.shopper == shopper)
                        .flat_map(|known| known.moments.iter().map(|(_, at)| *at))
                        .collect();
                    moments.sort_unstable();
                    wanted.extend(visit::visits_of(&moments).0);
                }
                wanted.sort_unstable();
                let known = began(server.db(), ShopperId::from_bits(shopper)).await?;
                ensure!(known == wanted, "shopper {shopper}: {known:?} instead of {wanted:?}");
            }
        }
        server.stop().await?;
        let verified = raiten(&database, &["verify"])?;
        ensure!(verified.code == 0, "{verified:?}");
        Ok(())
    }

    /// Somebody sees what is kept of them, takes it along, and is forgotten; the books and the sums stay.
    async fn one_s_own_history_is_seen_and_erased(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let id = retailer.me.retailer_id;
        let shop = retailer.store(store("渋谷店")).await?;
        keep_out(&retailer, HALF, Share::NOBODY).await?;
        let campaign = retailer.publish(&campaign(&server, &[shop.store_id])).await?;
        let staff = retailer.staff(server.anonymous()?, "one@raiten.example", &[shop.store_id]).await?;
        let member = path::fill(path::MEMBER, &[&id.to_string()]);
        // One who is not held out, and somebody else who stays.
        let mut offered = Vec::new();
        while offered.len() < 2 {
            let who = server.shopper().await?;
            if let Ok(coupon) = who.win(&retailer, &campaign).await {
                offered.push((who, coupon));
            }
        }
        for (who, coupon) in &offered {
            let number = MembershipInput { number: who.me.shopper_id.to_string() };
            who.client.put(&member, &number).await?.done()?;
            staff.redeem(shop.store_id, &who.shows(coupon).await?, None).await?.done()?;
            let presence = Presence { retailer_id: id, store_id: shop.store_id, shopper_id: who.me.shopper_id };
            let transaction = server.db().begin().await?;
            visits::witness(&transaction, presence, Source::Card, &format!("card {}", who.me.shopper_id), START - 5 * DAY_MS).await?;
            transaction.commit().await?;
        }
        let (leaves, stays) = (&offered[0].0, &offered[1].0);
        let history: History = leaves.client.get(path::HISTORY).await?;
        let [at] = history.retailers.as_slice() else { anyhow::bail!("{history:?}") };
        let sources: Vec<&str> = at.visits.iter().flat_map(|v| v.sources.iter().map(String::as_str)).collect();
        ensure!(history.shopper_id == leaves.me.shopper_id && sources == ["card", "redemption"], "{history:?}");
        ensure!((at.coupons, at.redeemed) == (1, 1) && at.member_since.is_some() && at.first_offered_at.is_some() && !at.is_held_out, "{at:?}");
        let file = leaves.client.send(Method::GET, &format!("{}?download=true", path::HISTORY), None).await?;
        ensure!(file.header("content-disposition").is_some_and(|how| how.starts_with("attachment")) && file.json::<History>()? == history, "{file:?}");

        // Everybody is counted, then one leaves: what was counted stays, who it was does not.
        lift::fold(server.db(), server.clock.now() + 40 * DAY_MS).await?;
        let epoch = epochs(&server, &retailer).await?.pop().context("an epoch")?;
        let sums = lift::sums(server.db().read(), id, epoch.epoch_id).await?;
        let whole = lift::Cell::whole(Measure::Recorded, Arm::Treatment);
        ensure!(sums.get(&whole).is_some_and(|held| held.sums.n == 2), "{sums:?}");
        leaves.client.send(Method::DELETE, path::HISTORY, None).await?.done()?;
        ensure!(lift::sums(server.db().read(), id, epoch.epoch_id).await? == sums, "the sums stay");
        let rebuilt = lift::rebuilt(server.db().read(), id, epoch.epoch_id).await?;
        ensure!(rebuilt.get(&whole) == sums.get(&whole).map(|held| &held.sums), "{rebuilt:?}");
        for table in ["exposures", "lift_units", "member_links", "shopper_cells", "shopper_sessions", "shoppers"] {
            let of = |who: &Shopper| format!("SELECT COUNT(*) FROM {table} WHERE shopper_id = '{}'", who.me.shopper_id);
            ensure!(count(server.db(), &of(leaves)).await? == 0, "{table}");
            ensure!(table == "shopper_cells" || count(server.db(), &of(stays)).await? > 0, "{table} of others");
        }
        // What a redemption shows is the books'.
        ensure!(began(server.db(), leaves.me.shopper_id).await?.len() == 1 && began(server.db(), stays.me.shopper_id).await?.len() == 2);
        leaves.client.send(Method::GET, path::HISTORY, None).await?.refused(ProblemKind::NotSignedIn)?;
        server.stop().await?;
        let verified = raiten(&database, &["verify"])?;
        ensure!(verified.code == 0, "{verified:?}");
        Ok(())
    }

    /// Lines that are kept become visits, also where the server stopped in between; those of an import that was undone do not.
    async fn imports_may_be_placed_at_the_same_time(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let id = retailer.me.retailer_id;
        let shop = retailer.store(store("渋谷店")).await?;
        let members: Vec<String> = (0..60).map(|n| format!("member {n}")).collect();
        let transaction = server.db().begin().await?;
        for (n, member) in (1..).zip(&members) {
            members::link(&transaction, id, ShopperId::from_bits(n), member, START).await?;
        }
        // The same days in both, an hour apart, which is one visit; a third that is taken back meanwhile.
        let imports = [1, 2, 3].map(|n| ImportId::new(START, [n; 10]));
        for (n, import) in (0..).zip(imports) {
            let of = |(member, k): (&String, i64)| {
                let at = START + k * DAY_MS + n * HOUR_MS;
                Line {
                    reference: visit_imports::reference(at, &format!("{n} {member}")),
                    member_hash: member.clone(),
                    store_id: shop.store_id,
                    at: if n == 2 { at + 100 * DAY_MS } else { at },
                    basket: None,
                }
            };
            let lines: Vec<Line> = members.iter().flat_map(|member| (0..5).map(move |k| (member, k))).map(of).collect();
            visit_imports::keep(&transaction, id, import, &lines, START).await?;
        }
        transaction.commit().await?;
        let place = |n: usize| visit_imports::place(server.db(), id, imports[n], START, |_| {});
        let (first, second, third, back) = tokio::join!(place(0), place(1), place(2), take_back(server.db(), id, imports[2]));
        first?;
        second?;
        third?;
        back?;
        for n in 1..=60 {
            let seen = began(server.db(), ShopperId::from_bits(n)).await?;
            ensure!(seen == [0, 1, 2, 3, 4].map(|k| START + k * DAY_MS), "{n}: {seen:?}");
        }
        server.stop().await
    }

    async fn an_import_that_was_cut_off_goes_on(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let id = retailer.me.retailer_id;
        let shop = retailer.store(store("渋谷店")).await?;
        let shopper = ShopperId::from_bits(7);
        let transaction = server.db().begin().await?;
        members::link(&transaction, id, shopper, "hash", START).await?;
        let imports = [ImportId::new(START, [1; 10]), ImportId::new(START, [2; 10])];
        for (n, import) in imports.iter().enumerate() {
            let line = |k: i64| Line {
                reference: visit_imports::reference(START + k * DAY_MS, &format!("{n} {k}")),
                member_hash: if k == 0 { "another's".to_owned() } else { "hash".to_owned() },
                store_id: shop.store_id,
                at: START + k * DAY_MS,
                basket: Some(500),
            };
            visit_imports::keep(&transaction, id, *import, &[line(0), line(1), line(2)], START).await?;
        }
        transaction.commit().await?;
        ensure!(began(server.db(), shopper).await?.is_empty(), "nothing yet");
        take_back(server.db(), id, imports[1]).await?;
        ensure!(visit_imports::place_all(server.db(), START + 60_000).await? == 0, "whoever imports it is given some time");
        ensure!(visit_imports::place_all(server.db(), START + 6 * 60_000).await? == 1);
        ensure!(began(server.db(), shopper).await? == [START + DAY_MS, START + 2 * DAY_MS]);
        ensure!(visit_imports::place_all(server.db(), START + 12 * 60_000).await? == 0, "it is done");
        server.stop().await
    }

    /// Two tills at once, a minute before noon and a minute after: one visit.
    async fn a_visit_over_noon_is_one(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        for n in 0..8_u128 {
            let presence = Presence {
                retailer_id: retailer.me.retailer_id,
                store_id: shop.store_id,
                shopper_id: ShopperId::from_bits(n),
            };
            let see = async |at: i64| {
                let transaction = server.db().begin().await?;
                visits::witness(&transaction, presence, Source::Card, &format!("{n} {at}"), at).await?;
                transaction.commit().await?;
                anyhow::Ok(())
            };
            let noon = START + 2 * 3_600_000;
            tokio::try_join!(see(noon - 60_000), see(noon + 60_000), see(noon), see(noon + 3 * 3_600_000))?;
            ensure!(began(server.db(), presence.shopper_id).await? == [noon - 60_000, noon + 3 * 3_600_000]);
        }
        server.stop().await
    }

    /// A file is previewed, taken whole or not at all, known the second time, and taken back; visits are those of whoever holds the member
    /// number, also of what was imported before they said so.
    async fn visits_come_from_the_till(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let numbered = StoreInput { external_id: Some("001".to_owned()), ..store("渋谷店") };
        let shop = retailer.store(numbered).await?;
        let shopper = server.shopper().await?;
        let member = path::fill(path::MEMBER, &[&retailer.me.retailer_id.to_string()]);
        let links = async |who: &Shopper, number: &str| {
            let input = MembershipInput { number: number.to_owned() };
            who.client.put(&member, &input).await
        };
        let visits_of = async |who: &Shopper| began(server.db(), who.me.shopper_id).await;
        let upload = async |file: &str, query: &str| {
            retailer.client.upload(&format!("{}{query}", path::VISITS_IMPORT), file).await
        };
        // Two at once are one visit, a repeat is none; the fourth is somebody else's.
        let file = format!(
            "会員番号,店舗コード,日時,金額,レシート番号\nAB-12,001,2026-11-20 11:59,\"1,200\",a\nab12,{},2026/11/20 12:01,300,b\n\
             AB 12,001,2026-11-20 11:59,1200,a\nZZ,001,2026-11-21 09:00,,\n",
            shop.store_id
        );
        let preview: VisitImportReport = upload(&file, "?dry_run=true").await?.json()?;
        ensure!((preview.rows, preview.imported, preview.repeats, preview.linked) == (4, 3, 1, 0) && preview.import_id.is_none(), "{preview:?}");
        links(&shopper, "ａｂ１２").await?.done()?;
        let first: VisitImportReport = upload(&file, "").await?.json()?;
        ensure!((first.imported, first.linked) == (3, 2), "{first:?}");
        ensure!(visits_of(&shopper).await?.len() == 1, "11:59 and 12:01");
        // Known: nothing is kept, no import to take back.
        let again: VisitImportReport = upload(&file, "").await?.json()?;
        ensure!((again.imported, again.repeats, again.import_id) == (0, 4, None), "{again:?}");

        // What is wrong is told by line, and nothing of the file is kept.
        let wrong = "member,store,time,yen\n1,002,2026-11-20 10:00,\n,001,yesterday,many\n2,001,2026-11-20 10:00,5\n";
        let problem = upload(wrong, "").await?.refused(ProblemKind::InvalidFile)?;
        let lines: Vec<(u64, &str)> = problem.lines.iter().map(|l| (l.line, l.column.as_str())).collect();
        ensure!(lines == [(3, "member"), (3, "time"), (3, "yen"), (2, "store")], "{lines:?}");
        let imports = async || retailer.client.get::<Items<VisitImport>>(path::VISIT_IMPORTS).await;
        ensure!(imports().await?.items.len() == 1, "one import");

        // A second file that says one of them as well: taking the first back leaves that one.
        let second: VisitImportReport = upload("member,store,time,receipt\nAB12,001,2026-11-20 12:01,b\nAB12,001,2026-11-25 18:00,c\n", "").await?.json()?;
        ensure!((second.imported, second.repeats) == (1, 1), "{second:?}");
        let undo = async |report: &VisitImportReport| {
            let id = report.import_id.context("an import")?;
            retailer.client.act(&path::fill(path::VISIT_IMPORT_UNDO, &[&id.to_string()])).await
        };
        let before = visits_of(&shopper).await?;
        undo(&first).await?.done()?;
        let after = visits_of(&shopper).await?;
        ensure!(before.len() == 2 && after.len() == 2 && after[0] == before[0] + 2 * 60_000, "{before:?} {after:?}");
        undo(&first).await?.done()?;

        // The same number on another phone: the visits stay with the first, and go to the second when the first takes it back.
        let other = server.shopper().await?;
        server.clock.advance(1000);
        links(&other, "AB12").await?.done()?;
        ensure!(visits_of(&other).await?.is_empty() && visits_of(&shopper).await? == after, "the first holds it");
        shopper.client.send(reqwest::Method::DELETE, &member, None).await?.done()?;
        ensure!(visits_of(&other).await? == after && visits_of(&shopper).await?.is_empty(), "the other holds it");
        ensure!(other.client.get::<Items<Membership>>(path::MEMBERS).await?.items.len() == 1);
        undo(&second).await?.done()?;
        ensure!(visits_of(&other).await?.is_empty(), "nothing is left");
        ensure!(imports().await?.items.iter().all(|import| import.undone_at.is_some()), "both undone");
        // And it can be imported again.
        let anew: VisitImportReport = upload(&file, "").await?.json()?;
        ensure!((anew.imported, anew.linked) == (3, 2), "{anew:?}");
        let nowhere = path::fill(path::MEMBER, &["ret_00000000000000000000000000"]);
        other.client.put(&nowhere, &MembershipInput { number: "1".to_owned() }).await?.refused(ProblemKind::NotFound)?;
        links(&other, " - ").await?.refused(ProblemKind::InvalidFields)?;
        server.stop().await?;

        let path = database.folder().join("till.csv");
        std::fs::write(&path, "member,store,time\nQ1,001,2026-11-22 10:00\n")?;
        let id = retailer.me.retailer_id.to_string();
        let arguments = ["import", "visits", "till.csv", "--retailer", &id, "--json"];
        let report = raiten(&database, &arguments)?.json()?;
        ensure!(report["imported"] == 1, "{report}");
        std::fs::write(&path, "member,store,time\nQ1,9,2026-11-22 10:00\n")?;
        let refused = raiten(&database, &arguments)?;
        ensure!(refused.code == 1 && refused.stderr.contains("till.csv:2"), "{refused:?}");
        let verified = raiten(&database, &["verify"])?;
        ensure!(verified.code == 0, "{verified:?}");
        Ok(())
    }

    /// The demo's town, of which the truth is known: forty percent more visits by those who are made offers.
    async fn the_report_finds_what_is_true_of_the_town(database: Fresh) -> Result<()> {
        raiten(&database, &["demo", "--json"])?.json()?;
        let server = Server::by_the_systems_clock(&database).await?;
        let mut verdicts = Vec::new();
        for mail in ["muginoho", "kamome", "aozora"] {
            let client = server.anonymous()?;
            let login = login(&format!("owner@{mail}.demo.example"), server::demo::PASSWORD);
            if client.post(path::LOGIN, &login).await?.status != 200 {
                continue;
            }
            let report: Lift = client.get(path::LIFT).await?;
            ensure!(report.epochs.len() == 1, "the programme's: {report:?}");
            let epoch = &report.epochs[0];
            let exposed = epoch.exposed.context("enough to be shown")?;
            let by_till = epoch.imported.context("members")?;
            let ratio = epoch.exposed_ratio.context("a check")?;
            ensure!(exposed.treatment > 3 * exposed.control && ratio.e_value < 1_000.0, "{epoch:?}");
            let anytime = by_till.anytime.context("an interval")?;
            let lift = anytime.relative.context("of the ratio")?;
            ensure!(lift.low.is_none_or(|low| low < 0.4) && lift.high.is_none_or(|high| high > 0.4), "forty percent lie outside of {lift:?}");
            // Nothing but chance before, and a naive figure that is there to be told from the lift.
            let before = epoch.pre_period.context("the time before")?;
            ensure!(!before.is_above(0.6) && !before.is_below(-0.6) && epoch.before_and_after.is_some(), "{epoch:?}");
            let money = epoch.money.context("what it cost")?;
            ensure!(money.yen_per_visit.is_some() && money.cost.control == 0.0 && money.cost.treatment > 0.0, "{money:?}");
            ensure!(money.paid_anyway.is_some_and(|part| (0.4..=1.0).contains(&part)), "{money:?}");
            ensure!(money.basket.is_some_and(|basket| basket.control > 0.0) && money.basket_more.is_some() && money.returned.is_some(), "{money:?}");
            ensure!(epoch.needed.is_some_and(|needed| needed.findable > 0.0 && needed.shoppers > 0), "{epoch:?}");
            let evidence: Evidence = client.get(&path::fill(path::LIFT_EVIDENCE, &[&epoch.epoch_id.to_string()])).await?;
            ensure!(evidence.lift == *epoch, "the same of all and of one");
            adds_up(&evidence)?;
            let answer = client.send(Method::GET, &path::fill(path::LIFT_EVIDENCE_CSV, &[&epoch.epoch_id.to_string()]), None).await?;
            answer.done()?;
            let table = answer.text();
            let rows = |of: &str| table.lines().filter(|line| line.starts_with(of)).count();
            let stores = evidence.breakdowns.iter().find(|by| by.dimension == Dimension::Store).context("stores")?;
            ensure!(rows("funnel,") == 6 && rows("store,") == stores.cells.len() && rows("over_time,") == evidence.over_time.len(), "{table}");
            ensure!(by_till.cuped.is_some_and(|cuped| cuped.variance_reduction > 0.2), "{:?}", by_till.cuped);
            ensure!(epoch.recorded.context("what was recorded")?.verdict != Verdict::Up, "never by that alone");
            verdicts.push(by_till.verdict);
            // Twenty times as many held out as there were: nothing that rests on the arms is said any more.
            let backend = server.db().read().get_database_backend();
            let text = format!(
                "UPDATE lift_points SET n = n * 20, y = y * 20, yy = yy * 20, x = x * 20, xx = xx * 20, xy = xy * 20
                 WHERE arm = 'control' AND epoch_id = '{}'",
                epoch.epoch_id
            );
            let transaction = server.db().begin().await?;
            transaction.execute_raw(Statement::from_string(backend, text)).await?;
            transaction.commit().await?;
            let path = path::fill(path::LIFT_EVIDENCE, &[&epoch.epoch_id.to_string()]);
            let wrong: Evidence = client.get(&path).await?;
            ensure!(wrong.lift.imported.is_some_and(|said| said.verdict == Verdict::Withheld) && wrong.lift.money.is_none(), "{:?}", wrong.lift);
            let says_something = wrong.over_time.iter().any(|point| point.relative.is_some())
                || wrong.breakdowns.iter().flat_map(|by| &by.cells).any(|cell| cell.alone.is_some() || cell.together.is_some());
            ensure!(!says_something, "{wrong:?}");
        }
        ensure!(verdicts.len() >= 2 && verdicts.iter().all(|v| matches!(v, Verdict::Up | Verdict::CannotTell)), "{verdicts:?}");
        server.stop().await
    }

    /// A town where coupons do nothing, but are taken by who comes: whoever counts the visits that they show finds plenty. We do not.
    async fn a_town_where_coupons_do_nothing_shows_no_lift(database: Fresh) -> Result<()> {
        raiten(&database, &["demo", "--effect", "0", "--json"])?.json()?;
        let server = Server::by_the_systems_clock(&database).await?;
        let mut looked_at = 0;
        for mail in ["muginoho", "kamome", "aozora"] {
            let client = server.anonymous()?;
            let login = login(&format!("owner@{mail}.demo.example"), server::demo::PASSWORD);
            if client.post(path::LOGIN, &login).await?.status != 200 {
                continue;
            }
            let report: Lift = client.get(path::LIFT).await?;
            let epoch = &report.epochs[0];
            let by_till = epoch.imported.context("members")?;
            ensure!(by_till.verdict != Verdict::Up, "{by_till:?}");
            ensure!(epoch.recorded.is_none_or(|recorded| recorded.verdict != Verdict::Up), "{epoch:?}");
            let lift = by_till.anytime.and_then(|anytime| anytime.relative).context("of the ratio")?;
            ensure!(lift.low.is_none_or(|low| low < 0.0), "{lift:?}");
            looked_at += 1;
        }
        ensure!(looked_at >= 2, "{looked_at} retailers");
        // All visits that anything shows, redemptions too, of those who were made offers: in the 30 days after and before.
        let connection = database.connect().await?;
        let around = async |from: i64, until: i64| -> Result<i64> {
            let text = format!(
                "SELECT COUNT(*) AS n FROM exposures e JOIN visits v ON v.retailer_id = e.retailer_id AND v.shopper_id = e.shopper_id
                    AND v.began_at >= e.exposed_at + {} AND v.began_at < e.exposed_at + {}
                 WHERE e.arm = 'treatment' AND e.state = 'sealed'
                   AND NOT EXISTS (SELECT 1 FROM member_links m WHERE m.retailer_id = e.retailer_id AND m.shopper_id = e.shopper_id)",
                from * DAY_MS,
                until * DAY_MS
            );
            let row = connection.query_one_raw(Statement::from_string(connection.get_database_backend(), text)).await?;
            Ok(row.context("a count")?.try_get("", "n")?)
        };
        let (after, before) = (around(0, 30).await?, around(-30, 0).await?);
        println!("{after} visits after, {before} before");
        ensure!(before > 100 && after * 10 > before * 12, "{after} visits after, {before} before: nobody would have been fooled");
        connection.close().await?;
        server.stop().await
    }

    /// The sums are those of a model that looks at everything at once, whatever came late, was taken back, linked or erased.
    async fn the_sums_are_those_of_a_rebuild(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        keep_out(&retailer, HALF, Share::NOBODY).await?;
        let transaction = server.db().begin().await?;
        holdout::begin(&transaction, retailer.me.retailer_id, None, HALF, START).await?;
        transaction.commit().await?;
        let epoch = epochs(&server, &retailer).await?.pop().context("an epoch")?;
        let mut town = Town {
            db: server.db().clone(),
            epoch,
            store_id: shop.store_id,
            dice: StdRng::seed_from_u64(7),
            people: Vec::new(),
            lines: Vec::new(),
            sightings: 0,
        };
        let mut published = 0;
        for day in 0..75_i64 {
            let now = START + day * DAY_MS;
            town.a_day(now).await?;
            lift::fold(server.db(), now).await?;
            published += lift::publish(server.db(), now).await?;
            if day % 15 == 14 {
                town.compare(now).await?;
            }
        }
        ensure!(published > 10, "{published} batches");
        town.look_for_differences().await?;
        server.stop().await?;
        let verified = raiten(&database, &["verify"])?;
        ensure!(verified.code == 0, "{verified:?}");
        Ok(())
    }
}

/// Numbers of anybody's table, by the command.
#[test]
fn the_command_reads_anybodys_table() -> Result<()> {
    crate::harness::run(Kind::Sqlite, async |database: Fresh| {
        let write = |name: &str, text: &str| std::fs::write(database.folder().join(name), text);
        let mut text = "\u{feff}note,unit,arm,outcome,covariate\n".to_owned();
        for n in 0..4_000 {
            let arm = if n % 2 == 0 { "control" } else { "treatment" };
            let (x, more) = (n % 7, i32::from(n % 2 == 1 && n % 3 == 0));
            text += &format!("\"a, b\",u{n},{arm},{}.5,{x}\n", x + more);
        }
        write("table.csv", &text)?;
        let said = raiten(&database, &["lift", "table.csv", "--json"])?.json()?;
        ensure!(said["n"] == serde_json::json!({"control": 2000, "treatment": 2000}), "{said}");
        let number = |of: &serde_json::Value| of.as_f64().unwrap_or(f64::NAN);
        let lift = number(&said["absolute"]["estimate"]);
        ensure!((lift - 1.0 / 3.0).abs() < 0.01 && said["verdict"] == "up", "{said}");
        ensure!(number(&said["cuped"]["variance_reduction"]) > 0.9, "{said}");
        for field in ["absolute", "relative"] {
            for of in [&said, &said["cuped"], &said["anytime"]] {
                let interval = &of[field];
                ensure!(number(&interval["low"]) < number(&interval["high"]), "{field}: {said}");
            }
        }
        ensure!(number(&said["srm"]["p"]) > 0.9 && number(&said["mde"]) > 0.0, "{said}");
        // Other names, no covariate, the other arm is whatever else there is.
        write("other.csv", "unit,group,visits\n1,A,1\n2,B,2\n3,A,1\n4,B,4\n")?;
        let named = ["lift", "other.csv", "--arm", "group", "--control", "A", "--outcome", "visits", "--json"];
        let said = raiten(&database, &named)?.json()?;
        ensure!(said["cuped"].is_null() && said["mean"]["treatment"] == 3.0 && said["verdict"] == "cannot_tell", "{said}");
        let people = raiten(&database, &named[..named.len() - 1])?;
        ensure!(people.code == 0 && people.stdout.starts_with("cannot tell yet"), "{people:?}");
        // What is wrong is told by line.
        write("wrong.csv", "unit,arm,outcome\n1,control,1\n1,treatment,2\n,control,3\n3,elsewhere,4\n4,control,many\n5,control,NaN\n")?;
        let wrong = raiten(&database, &["lift", "wrong.csv", "--json"])?;
        ensure!(wrong.code == 1 && wrong.stdout.is_empty(), "{wrong:?}");
        for line in 3..=7 {
            ensure!(wrong.stderr.contains(&format!("wrong.csv:{line}: ")), "line {line}: {wrong:?}");
        }
        let missing = raiten(&database, &["lift", "wrong.csv", "--outcome", "yen"])?;
        ensure!(missing.code == 1 && missing.stderr.contains("yen"), "{missing:?}");
        Ok(())
    })
    .map_err(|error| anyhow::anyhow!("{error}"))
}

async fn began(db: &Db, shopper_id: ShopperId) -> Result<Vec<i64>> {
    let backend = db.read().get_database_backend();
    let text =
        format!("SELECT began_at FROM visits WHERE shopper_id = '{shopper_id}' ORDER BY began_at");
    db.read()
        .query_all_raw(Statement::from_string(backend, text))
        .await?
        .iter()
        .map(|row| Ok(row.try_get("", "began_at")?))
        .collect()
}

/// Somebody of the model.
#[derive(Clone, Debug)]
/// What becomes known of somebody at a store: a file of lines, or something seen.
struct Known {
    shopper: u128,
    store_id: StoreId,
    /// None: a file.
    source: Option<Source>,
    stays: bool,
    /// By their numbers.
    moments: Vec<(usize, i64)>,
}

struct Person {
    shopper_id: ShopperId,
    exposed_at: i64,
    member: Option<(String, i64)>,
    seen: Vec<(i64, Source, String)>,
    erased: bool,
}

/// No part says more than the whole, and each step of the funnel takes in the next.
fn adds_up(evidence: &Evidence) -> Result<()> {
    let whole = evidence.lift.imported.context("members")?.n;
    let came = |of: fn(&VisitsRow) -> u64| evidence.distribution.iter().map(of).sum::<u64>();
    ensure!(
        evidence.measure == Measure::Imported,
        "{:?}",
        evidence.measure
    );
    ensure!(
        (1..=whole.control).contains(&came(|row| row.shoppers.control))
            && (1..=whole.treatment).contains(&came(|row| row.shoppers.treatment)),
        "{:?} of {whole:?}",
        evidence.distribution
    );
    ensure!(evidence.over_time.len() > 2, "{:?}", evidence.over_time);
    let last = evidence.over_time.last().context("a publication")?;
    ensure!(last.n == whole, "{last:?}");
    ensure!(
        evidence.breakdowns.len() == Dimension::ALL.len(),
        "all four"
    );
    for by in &evidence.breakdowns {
        let shown: u64 = by.cells.iter().map(|c| c.n.control + c.n.treatment).sum();
        ensure!(
            shown + by.kept_back == whole.control + whole.treatment,
            "{by:?}"
        );
        for cell in &by.cells {
            let least = LEAST_NEW.unsigned_abs();
            ensure!(
                cell.n.control >= least && cell.n.treatment >= least,
                "{cell:?}"
            );
            ensure!(
                (by.dimension == Dimension::Store) == cell.name.is_some(),
                "{cell:?}"
            );
        }
    }
    let steps: Vec<u64> = evidence.funnel.iter().map(|step| step.shoppers).collect();
    ensure!(
        steps.len() == 6 && steps.is_sorted_by(|a, b| a >= b) && steps[4] > 0,
        "{steps:?}"
    );
    Ok(())
}

struct Town {
    db: Db,
    epoch: Epoch,
    store_id: StoreId,
    dice: StdRng,
    people: Vec<Person>,
    /// Whose member number, when, and the import that says so.
    lines: Vec<(String, i64, ImportId)>,
    sightings: usize,
}

impl Town {
    fn retailer_id(&self) -> RetailerId {
        self.epoch.retailer_id
    }

    fn presence(&self, shopper_id: ShopperId) -> Presence {
        Presence {
            retailer_id: self.retailer_id(),
            store_id: self.store_id,
            shopper_id,
        }
    }

    async fn a_day(&mut self, now: i64) -> Result<()> {
        for _ in 0..4 {
            let shopper_id = ShopperId::from_bits(1000 + self.people.len() as u128);
            let exposure = Exposure {
                epoch: self.epoch,
                shopper_id,
                store_id: self.store_id,
                distance: [Band::NEAREST, Band::Under2km][self.dice.random_range(0..2)],
                recency: [Recency::Never, Recency::Within7, Recency::Over60]
                    [self.dice.random_range(0..3)],
                channel: Channel::Nearby,
                at: now,
            };
            holdout::expose(&self.db, &[exposure]).await?;
            self.people.push(Person {
                shopper_id,
                exposed_at: now,
                member: None,
                seen: Vec::new(),
                erased: false,
            });
        }
        for _ in 0..14 {
            self.something(now).await?;
        }
        Ok(())
    }

    /// Something that happens to somebody: mostly a sighting, now or long ago.
    async fn something(&mut self, now: i64) -> Result<()> {
        let who = self.dice.random_range(0..self.people.len());
        let shopper_id = self.people[who].shopper_id;
        if self.people[who].erased {
            return Ok(());
        }
        let presence = self.presence(shopper_id);
        let number = |dice: &mut StdRng| format!("m{}", dice.random_range(0..400));
        let member = self.people[who].member.as_ref().map(|(m, _)| m.clone());
        let what = self.dice.random_range(0..20);
        let at = now - self.dice.random_range(0..40) * DAY_MS
            + self.dice.random_range(0..12) * 3_600_000;
        if (0..6).contains(&what) {
            // Often of somebody who is to be linked only later, or never.
            self.sightings += 1;
            let member = member.unwrap_or_else(|| number(&mut self.dice));
            let at_shop = (self.retailer_id(), self.store_id);
            let import = bring(&self.db, at_shop, &member, &[(self.sightings, at)]).await?;
            self.lines.push((member, at, import));
            return Ok(());
        }
        if what == 17 {
            let of_them = |(whose, ..): &(String, i64, ImportId)| Some(whose) == member.as_ref();
            if let Some(place) = self.lines.iter().position(of_them) {
                let (.., import) = self.lines.swap_remove(place);
                take_back(&self.db, self.retailer_id(), import).await?;
            }
            return Ok(());
        }
        let transaction = self.db.begin().await?;
        match what {
            0..16 => {
                self.sightings += 1;
                let source = [Source::Card, Source::CheckIn][self.dice.random_range(0..2)];
                let reference = format!("s{}", self.sightings);
                visits::witness(&transaction, presence, source, &reference, at).await?;
                self.people[who].seen.push((at, source, reference));
            }
            16 => {
                if let Some((_, source, reference)) = self.people[who].seen.pop() {
                    visits::forget(&transaction, presence, source, &reference).await?;
                }
            }
            18 if self.people[who].member.is_none() => {
                let member = number(&mut self.dice);
                members::link(&transaction, self.retailer_id(), shopper_id, &member, now).await?;
                self.people[who].member = Some((member, now));
            }
            19 if self.dice.random_bool(0.3) => {
                lift::erase(&transaction, self.retailer_id(), shopper_id).await?;
                self.people[who].erased = true;
            }
            _ => {}
        }
        if !self.people[who].erased {
            lift::touched(&transaction, self.retailer_id(), shopper_id).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// What somebody counts as, by the book.
    fn units(&self, who: &Person) -> Vec<(Measure, Unit)> {
        let same = |other: &&Person| {
            !other.erased
                && other.shopper_id != who.shopper_id
                && who.member.is_some()
                && other.member.as_ref().map(|(m, _)| m) == who.member.as_ref().map(|(m, _)| m)
        };
        let own = self.epoch.arm(who.shopper_id);
        let linked_at = who.member.as_ref().map(|(_, at)| *at);
        let left_out = self.people.iter().filter(same).any(|other| {
            self.epoch.arm(other.shopper_id) != own
                || other.member.as_ref().map(|(_, at)| *at) < linked_at
        });
        if left_out {
            return vec![(Measure::LeftOut, Unit::default())];
        }
        let mut seen: Vec<(i64, Source)> = who.seen.iter().map(|s| (s.0, s.1)).collect();
        // The lines of a number are those of whoever was linked to it first.
        let is_first = !self.people.iter().filter(same).any(|other| {
            (other.member.as_ref().map(|(_, at)| *at), other.shopper_id)
                < (linked_at, who.shopper_id)
        });
        let lines = self.lines.iter().filter(|(member, ..)| {
            is_first && who.member.as_ref().is_some_and(|(m, _)| m == member)
        });
        seen.extend(lines.map(|(_, at, _)| (*at, Source::Import)));
        seen.sort_unstable();
        let moments: Vec<i64> = seen.iter().map(|s| s.0).collect();
        let (beginnings, places) = visit::visits_of(&moments);
        let window = 30 * DAY_MS;
        let unit = |only_imports: bool| {
            let mut unit = Unit::default();
            for (place, began) in beginnings.iter().enumerate() {
                let counts = seen
                    .iter()
                    .zip(&places)
                    .any(|(s, p)| *p == place && (!only_imports || s.1 == Source::Import));
                let after = began - who.exposed_at;
                if counts && (0..window).contains(&after) {
                    unit.y += 1;
                } else if counts && (-window..0).contains(&after) {
                    unit.x += 1;
                }
            }
            unit
        };
        let mut units = vec![(Measure::Recorded, unit(false))];
        if linked_at.is_some_and(|at| at <= who.exposed_at) {
            units.push((Measure::Imported, unit(true)));
        }
        units
    }

    async fn compare(&self, now: i64) -> Result<()> {
        let live = lift::sums(self.db.read(), self.retailer_id(), self.epoch.epoch_id).await?;
        let rebuilt =
            lift::rebuilt(self.db.read(), self.retailer_id(), self.epoch.epoch_id).await?;
        for (cell, held) in &live {
            if cell.measure != Measure::Exposed {
                let again = rebuilt.get(cell).copied().unwrap_or_default();
                ensure!(
                    held.sums == again,
                    "{cell:?}: {held:?} instead of {again:?}"
                );
            }
        }
        ensure!(
            rebuilt.keys().all(|cell| live.contains_key(cell)),
            "cells are missing"
        );
        let mut wanted: HashMap<(Measure, Arm), Sums> = HashMap::new();
        for who in self.people.iter().filter(|who| !who.erased) {
            if who.exposed_at + 33 * DAY_MS <= now {
                for (measure, unit) in self.units(who) {
                    let sums = wanted
                        .entry((measure, self.epoch.arm(who.shopper_id)))
                        .or_default();
                    *sums = sums.plus(Sums::of(unit));
                }
            }
        }
        // What was kept of the erased is no concern of the model.
        let erased = count(
            &self.db,
            "SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM lift_erased WHERE dimension = 'all'",
        )
        .await?;
        let mut analysed = 0;
        for measure in [Measure::LeftOut, Measure::Imported, Measure::Recorded] {
            for arm in Arm::ALL {
                let whole = lift::Cell::whole(measure, arm);
                let held = live.get(&whole).copied().unwrap_or_default().sums;
                let kept = self.kept(&whole).await?;
                let model = wanted.get(&(measure, arm)).copied().unwrap_or_default();
                ensure!(
                    held.minus(kept) == model,
                    "{whole:?}: {held:?} without {kept:?} is not {model:?}"
                );
                analysed += held.n;
            }
        }
        println!("{analysed} units, {erased} of the erased kept");
        Ok(())
    }

    async fn kept(&self, cell: &lift::Cell) -> Result<Sums> {
        let backend = self.db.read().get_database_backend();
        let text = format!(
            "SELECT n, y, yy, x, xx, xy, basket, basket2, cost, cost2, cost_y, basket_cost FROM lift_erased
             WHERE dimension = 'all' AND measure = '{}' AND arm = '{}'",
            cell.measure.slug(),
            cell.arm.slug()
        );
        let Some(row) = self
            .db
            .read()
            .query_one_raw(Statement::from_string(backend, text))
            .await?
        else {
            return Ok(Sums::default());
        };
        let column = |name: &str| row.try_get("", name);
        Ok(Sums {
            n: column("n")?,
            y: column("y")?,
            yy: column("yy")?,
            x: column("x")?,
            xx: column("xx")?,
            xy: column("xy")?,
            basket: column("basket")?,
            basket2: column("basket2")?,
            cost: column("cost")?,
            cost2: column("cost2")?,
            cost_y: column("cost_y")?,
            basket_cost: column("basket_cost")?,
        })
    }

    /// Whoever subtracts one published batch from the next finds a crowd in both arms.
    async fn look_for_differences(&self) -> Result<()> {
        let shown =
            lift::published(self.db.read(), self.retailer_id(), self.epoch.epoch_id).await?;
        ensure!(
            !shown.points.contains_key(&Measure::LeftOut),
            "nothing of those left out"
        );
        for (measure, points) in &shown.points {
            let mut before = [Sums::default(); 2];
            for (at, sums) in points {
                for (new, old) in sums.iter().zip(&before) {
                    // Some may have been left out since: at most as many as there are of them.
                    ensure!(
                        new.n - old.n >= LEAST_NEW - 3,
                        "{measure:?} at {at}: {} to {}",
                        old.n,
                        new.n
                    );
                }
                before = *sums;
            }
        }
        ensure!(
            shown.points[&Measure::Recorded].len() > 2,
            "several batches"
        );
        Ok(())
    }
}
