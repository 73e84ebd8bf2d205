//! Valid inputs made wrong, as many as a time allows: never a panic, never a fault (5xx), and every refusal is a problem of ours.
//!
//! An input that was found is kept in `tests/regressions/TARGET`, and every run begins with those.

mod mutate;

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, ensure};
use app::{
    api::{path, shopper::Offer},
    code::CouponCode,
    geo::Cell,
    pass::Presented,
};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use reqwest::{Method, header::HeaderValue};
use serde_json::{Value, json};

use super::Plan;
use crate::{
    authorization::{
        table,
        world::{Who, World},
    },
    harness::{
        Answer, Client, Fresh, KEY, Kind, Server, campaign, honest, km_north, new_key, play_of,
        run, signed_by_line, store, with_all_ways,
    },
    on_both_databases,
};

/// Whoever sends more than the server takes may lose the answer when it hangs up, which `problems` looks at.
const LARGEST: usize = 500_000;

/// A head that is longer than the server reads is refused by HTTP itself (431, and the connection is closed): no problem of ours.
const LONGEST_HEADER: usize = 100_000;

/// One kind of input, for so many seconds (the rounds of the plan).
struct Target {
    plan: Plan,
    name: &'static str,
    dice: StdRng,
    begun: Instant,
    inputs: usize,
    known: Vec<(PathBuf, Vec<u8>)>,
}

impl Target {
    fn new(name: &'static str) -> Result<Self> {
        let plan = Plan::of("fuzz", 5)?;
        let mut known = Vec::new();
        for entry in fs::read_dir(folder(name)).into_iter().flatten() {
            let path = entry?.path();
            known.push((path.clone(), fs::read(path)?));
        }
        Ok(Self {
            dice: StdRng::seed_from_u64(plan.seed),
            plan,
            name,
            begun: Instant::now(),
            inputs: 0,
            known,
        })
    }

    /// The next input: first those that were found before, then new ones made from what is valid.
    fn next(&mut self, valid: &[Vec<u8>]) -> Option<Vec<u8>> {
        self.inputs += 1;
        if let Some((_, input)) = self.known.pop() {
            return Some(input);
        }
        if self.begun.elapsed() > Duration::from_secs(self.plan.rounds as u64) {
            return None;
        }
        let one = valid.choose(&mut self.dice)?;
        let other = valid.choose(&mut self.dice)?;
        // A document is mostly changed as one, so that it comes further than its parser.
        let head = one.iter().position(|b| *b == b'\n').map_or(0, |at| at + 1);
        if self.dice.random_bool(0.7)
            && let Ok(document) = serde_json::from_slice::<Value>(&one[head..])
        {
            let mut input = one[..head].to_vec();
            let mut changed = document;
            for _ in 0..self.dice.random_range(1..3) {
                changed = mutate::value(&changed, &mut self.dice);
            }
            input.extend(changed.to_string().into_bytes());
            input.truncate(LARGEST);
            return Some(input);
        }
        let mut input = one[..head].to_vec();
        input.extend(mutate::bytes(&one[head..], other, &mut self.dice));
        Some(input)
    }

    /// Keeps an input that was found, and says where.
    fn judged(&self, input: &[u8], outcome: Result<()>) -> Result<()> {
        outcome.or_else(|error| {
            let folder = folder(self.name);
            fs::create_dir_all(&folder)?;
            let kept = folder.join(format!("{}-{}", self.plan.seed, self.inputs));
            fs::write(&kept, input)?;
            Err(error.context(format!(
                "seed {}, kept as {}",
                self.plan.seed,
                kept.display()
            )))
        })
    }

    fn close(&self, on: &str) {
        println!(
            "fuzz on {on}: {}, seed {}, {} inputs, {:.1} s, no panic, no fault",
            self.name,
            self.plan.seed,
            self.inputs,
            self.begun.elapsed().as_secs_f64()
        );
    }
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("regressions")
        .join(name)
}

/// What is decided without a server.
fn without_server(
    name: &'static str,
    valid: &[Vec<u8>],
    judge: impl Fn(&[u8]) -> Result<()>,
) -> Result<()> {
    let mut target = Target::new(name)?;
    while let Some(input) = target.next(valid) {
        let outcome = catch_unwind(AssertUnwindSafe(|| judge(&input)))
            .unwrap_or_else(|_| Err(anyhow!("a panic")));
        target.judged(&input, outcome)?;
    }
    target.close("nothing");
    Ok(())
}

/// Never a fault, and a refusal is a problem of ours.
fn well_answered(answer: &Answer) -> Result<()> {
    ensure!(
        !answer.status.is_server_error(),
        "{}: {} {}",
        answer.asked,
        answer.status,
        answer.text()
    );
    if answer.status.is_client_error() {
        answer.problem()?;
    }
    Ok(())
}

/// What is presented at a till. Whatever is read has one form, which is read as the same.
#[test]
fn codes() -> Result<()> {
    let code = CouponCode::from_random([7; 16]);
    let valid = [
        code.compact(),
        code.to_string(),
        "1234 5678".to_owned(),
        format!("R{}", "0".repeat(55)),
        format!("T{}", "7Z".repeat(27)),
    ]
    .map(String::into_bytes);
    without_server("codes", &valid, |input| {
        let typed = String::from_utf8_lossy(input);
        if let Ok(code) = CouponCode::parse(&typed) {
            ensure!(
                CouponCode::parse(&code.compact()) == Ok(code)
                    && CouponCode::parse(&code.to_string().to_lowercase()) == Ok(code),
                "{typed:?} is read in two ways"
            );
        }
        if let Ok(presented) = Presented::parse(&typed) {
            ensure!(
                Presented::parse(&presented.compact()) == Ok(presented),
                "{typed:?} is read in two ways"
            );
        }
        if let Ok(cell) = typed.parse::<Cell>() {
            ensure!(
                cell.to_string().parse() == Ok(cell),
                "{typed:?} is read in two ways"
            );
        }
        Ok(())
    })
}

/// Files of stores, in all encodings.
#[test]
fn imports() -> Result<()> {
    let text = "店舗名,緯度,経度,住所,店舗コード\n渋谷店,35.658,139.7016,東京都渋谷区,A-1\n\"原宿, 本店\",35.67,139.70,,A-2\n";
    let (shift_jis, ..) = encoding_rs::SHIFT_JIS.encode(text);
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let valid = [
        text.as_bytes().to_vec(),
        [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        shift_jis.into_owned(),
        [b"\xff\xfe".to_vec(), utf16].concat(),
        b"name,lat,lng\nShibuya,35.658,139.7016\n".to_vec(),
        b"name;lat;lng\nShibuya;35,658;139,7016\n".to_vec(),
        b"name\tlat\tlng\nShibuya\t35.658\t139.7016\n".to_vec(),
    ];
    without_server("imports", &valid, |input| {
        let parsed = server::import::parse(input);
        ensure!(
            parsed.stores.len() as u64 <= parsed.rows,
            "more stores than rows: {parsed:?}"
        );
        ensure!(
            parsed.problems.len() as u64 <= parsed.problem_count
                && (parsed.rows == parsed.stores.len() as u64 || parsed.problem_count > 0),
            "rows vanished without a word: {parsed:?}"
        );
        Ok(())
    })
}

/// The route, a line break, what is sent; by whom, where to, and as what.
type Call = (Vec<u8>, Client, String, &'static str);

/// Every POST route that takes a body, by somebody who may call it.
fn calls(world: &World) -> Result<Vec<Call>> {
    let mut out = Vec::new();
    for route in table::routes(world) {
        if route.method != Method::POST {
            continue;
        }
        for call in &route.calls {
            let Some(who) = call.theirs.iter().find(|who| **who != Who::Anonymous) else {
                continue;
            };
            let (body, content_type) = match (&call.body, &call.csv) {
                (Some(body), _) => (body.to_string(), "application/json"),
                (None, Some(csv)) => (csv.clone(), "text/csv"),
                (None, None) => continue,
            };
            let parameters: Vec<&str> = call.parameters.iter().map(String::as_str).collect();
            let target = format!("{}{}", path::fill(route.path, &parameters), call.query);
            let seed = format!("{}\n{body}", route.path).into_bytes();
            out.push((seed, world.client(*who)?.frozen()?, target, content_type));
        }
    }
    Ok(out)
}

/// The document's POST routes that take a body.
fn documented() -> Result<Vec<String>> {
    let document = serde_json::to_value(server::http::document())?;
    let paths = document["paths"].as_object().context("paths")?;
    Ok(paths
        .iter()
        .filter(|(_, item)| item["post"]["requestBody"].is_object())
        .map(|(path, _)| path.clone())
        .collect())
}

on_both_databases! {
    async fn bodies(database: Fresh) -> Result<()> {
        let server = Server::start_with(&database, with_all_ways).await?;
        let world = World::build(&server).await?;
        let calls = calls(&world)?;
        let route_of = |input: &[u8]| {
            let head = input.split(|b| *b == b'\n').next().unwrap_or_default();
            String::from_utf8_lossy(head).into_owned()
        };
        for path in documented()? {
            ensure!(calls.iter().any(|(seed, ..)| route_of(seed) == path), "nothing is sent to {path}");
        }
        let valid: Vec<Vec<u8>> = calls.iter().map(|(seed, ..)| seed.clone()).collect();
        let mut target = Target::new("bodies")?;
        while let Some(input) = target.next(&valid) {
            let route = route_of(&input);
            let (_, client, path, content_type) = calls
                .iter()
                .find(|(seed, ..)| route_of(seed) == route)
                .with_context(|| format!("no such route: {route}"))?;
            let body = input[(route.len() + 1).min(input.len())..].to_vec();
            let answer = client
                .send_with(Method::POST, path, |request| {
                    // Whatever LINE says, it has signed it.
                    let signature = signed_by_line(&body);
                    request.header("content-type", *content_type).header(KEY, new_key()).header("x-line-signature", signature).body(body)
                })
                .await?;
            target.judged(&input, well_answered(&answer))?;
        }
        server.stop().await?;
        target.close(database.url.split(':').next().unwrap_or_default());
        Ok(())
    }
}

/// Whatever stands in the header: it is a key or it is none, and the same key gives the same bytes.
async fn keys(database: Fresh) -> Result<()> {
    let server = Server::start(&database).await?;
    let retailer = server
        .retailer("喫茶ライテン", "owner@raiten.example")
        .await?;
    let shop = retailer.store(store("渋谷店")).await?;
    let running = retailer
        .publish(&campaign(&server, &[shop.store_id]))
        .await?;
    let shopper = server.shopper().await?;
    let play = json!(play_of(&shopper.offer(&retailer, &running).await?));
    let valid = [
        b"\"8e03978e-40d5-43dd-bc93-6894a57f9324\"".to_vec(),
        b"8e03978e-40d5-43dd-bc93-6894a57f9324".to_vec(),
        b"12345678".to_vec(),
        "k".repeat(128).into_bytes(),
    ];
    let mut target = Target::new("keys")?;
    while let Some(input) = target.next(&valid) {
        let Ok(header) = HeaderValue::from_bytes(&input[..input.len().min(LONGEST_HEADER)]) else {
            continue;
        };
        let ask = async || {
            shopper
                .client
                .send_with(Method::POST, path::PLAYS, |request| {
                    request.header(KEY, header.clone()).json(&play)
                })
                .await
        };
        let answers = async { Ok((ask().await?, ask().await?)) }.await;
        let outcome = answers.and_then(|(first, again): (Answer, Answer)| {
            well_answered(&first)?;
            ensure!(
                first.status == again.status && (first.status == 400 || first.body == again.body),
                "two answers: {} {}",
                first.text(),
                again.text()
            );
            Ok(())
        });
        target.judged(&input, outcome)?;
    }
    ensure!(shopper.wallet().await?.len() == 1, "one play, one coupon");
    server.stop().await?;
    target.close("sqlite");
    Ok(())
}

/// Whatever a device claims about where it is: the odds of the day stay what they were.
async fn claims(database: Fresh) -> Result<()> {
    let server = Server::start(&database).await?;
    let retailer = server
        .retailer("喫茶ライテン", "owner@raiten.example")
        .await?;
    let shop = retailer.store(store("渋谷店")).await?;
    let running = retailer
        .publish(&campaign(&server, &[shop.store_id]))
        .await?;
    let shopper = server.shopper().await?;
    shopper.consents(true).await?;
    let first: Offer = shopper.offer(&retailer, &running).await?;
    let valid = [0.0, 1.2, 7.0, 300.0]
        .map(|km| honest(km_north(km), &shop))
        .into_iter()
        .map(|claim| Ok(serde_json::to_vec(&claim?)?))
        .collect::<Result<Vec<_>>>()?;
    let mut target = Target::new("claims")?;
    while let Some(input) = target.next(&valid) {
        let body = format!(
            "{{\"retailer_id\":\"{}\",\"campaign_id\":\"{}\",\"store_id\":\"{}\",\"position\":{}}}",
            retailer.me.retailer_id,
            running.campaign_id,
            shop.store_id,
            String::from_utf8_lossy(&input)
        );
        let answer = shopper
            .client
            .send_with(Method::POST, path::OFFERS, |request| {
                request
                    .header("content-type", "application/json")
                    .body(body)
            })
            .await?;
        let outcome = well_answered(&answer).and_then(|()| {
            if answer.status.is_success() {
                let offer: Offer = answer.json()?;
                ensure!(offer.odds_hash == first.odds_hash, "other odds: {offer:?}");
            }
            Ok(())
        });
        target.judged(&input, outcome)?;
        server.clock.advance(7);
    }
    server.stop().await?;
    target.close("sqlite");
    Ok(())
}

mod alone {
    #[test]
    fn keys() -> anyhow::Result<()> {
        super::run(super::Kind::Sqlite, super::keys)
    }

    #[test]
    fn claims() -> anyhow::Result<()> {
        super::run(super::Kind::Sqlite, super::claims)
    }
}
