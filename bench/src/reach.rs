//! What is near among a million stores: in memory beside `rstar`, and over HTTP beside an answer that is ready.

use std::{
    collections::BTreeMap,
    hint::black_box,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use app::{
    api::{path, shopper::NearbyRequest},
    geo::{Cell, LatLng},
    id::{RetailerId, StoreId},
};
use clap::{Args, ValueEnum};
use rstar::{AABB, PointDistance, RTree, RTreeObject};
use sea_orm::ConnectionTrait;
use server::{
    db::{Names, connect},
    places::{Owner, Placed, Places, Stock},
};

use crate::{
    Figures, announce,
    http::{Connection, request},
    load::{self, Measured, median},
    process::Process,
    town::CONNECTIONS,
};

/// Stores, scattered over a country.
const STORES: u32 = 1_000_000;
/// Places from where is looked.
const LOOKS: usize = 20_000;
/// Rounds of which the median counts, each with every contestant in it.
const ROUNDS: usize = 5;
/// As many as there are.
const ALL: usize = 1_000_000;
/// Requests of each connection over HTTP.
const EACH: usize = 500;

#[derive(Args)]
pub struct Wanted {
    /// The program `raiten`, release build
    #[arg(long)]
    raiten: PathBuf,
    /// An empty folder on the disk that is meant
    #[arg(long)]
    folder: PathBuf,
    /// The folder where npm has installed `web-push`, to measure beside it
    #[arg(long)]
    npm: Option<PathBuf>,
    /// Only this part of it
    #[arg(long)]
    only: Option<Part>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The index in memory
    Memory,
    /// The stores near over HTTP
    Http,
    /// Encrypting and sending messages
    Send,
    /// Finding out for whom an announcement is
    Select,
}

/// Numbers that look random, the same in every run: a linear congruential generator (the constants are Knuth's for MMIX).
struct Numbers(u64);

impl Numbers {
    /// Between 0 and 1.
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Somewhere in a country of ten degrees, half of the time in one of its hundred towns, where stores crowd.
    fn place(&mut self) -> Result<LatLng> {
        let (mut lat, mut lng) = (32.0 + 10.0 * self.next(), 131.0 + 10.0 * self.next());
        if self.next() < 0.5 {
            let town = (self.next() * 100.0).floor();
            lat = 32.5 + (town / 10.0).floor() + 0.05 * (self.next() + self.next() - 1.0);
            lng = 131.5 + town % 10.0 + 0.05 * (self.next() + self.next() - 1.0);
        }
        Ok(LatLng::new(lat, lng)?)
    }
}

/// A store as `rstar` has it: on a plane that is true to scale in the middle of the country, as users of a plane do.
struct Point {
    at: [f64; 2],
    n: u32,
}

/// How much shorter a degree of longitude is than one of latitude, at 37°.
const SQUEEZE: f64 = 0.798_635_5;
/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_195.08;

impl Point {
    fn of(at: LatLng) -> [f64; 2] {
        [at.lat() * DEGREE_M, at.lng() * DEGREE_M * SQUEEZE]
    }
}

impl RTreeObject for Point {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> Self::Envelope {
        AABB::from_point(self.at)
    }
}

impl PointDistance for Point {
    fn distance_2(&self, point: &[f64; 2]) -> f64 {
        let (a, b) = (self.at[0] - point[0], self.at[1] - point[1]);
        a * a + b * b
    }
}

impl Wanted {
    pub async fn run(&self) -> Result<()> {
        let mut figures = Figures::default();
        let mut numbers = Numbers(1);
        let at: Vec<LatLng> = (0..STORES)
            .map(|_| numbers.place())
            .collect::<Result<_>>()?;
        let looks: Vec<LatLng> = (0..LOOKS).map(|_| numbers.place()).collect::<Result<_>>()?;
        let wants = |part| self.only.is_none_or(|only| only == part);
        if wants(Part::Memory) {
            in_memory(&at, &looks, &mut figures)?;
        }
        if wants(Part::Http) {
            self.over_http(&at, &looks, &mut figures).await?;
        }
        if wants(Part::Send) {
            announce::encrypt(self.npm.as_deref(), &mut figures)?;
            announce::send(&mut figures).await?;
        }
        if wants(Part::Select) {
            announce::select(&self.raiten, &self.folder, &mut figures).await?;
        }
        figures.print();
        Ok(())
    }
}

fn in_memory(at: &[LatLng], looks: &[LatLng], figures: &mut Figures) -> Result<()> {
    let owner = Arc::new(Owner {
        retailer_id: RetailerId::from_bits(1),
        names: Names {
            ja: "喫茶ライテン".to_owned(),
            en: None,
        },
    });
    let placed = (1..).zip(at).map(|(n, at)| Placed {
        owner: Arc::clone(&owner),
        store_id: StoreId::from_bits(n),
        name: "店".into(),
        at: *at,
        campaigns: Box::new([]),
    });
    let stock = Stock {
        retailer_id: owner.retailer_id,
        places: placed.collect(),
    };
    let began = Instant::now();
    let places = Places::new(vec![stock]);
    figures.add("index_build", began.elapsed().as_secs_f64(), "s", Some(0.5));
    let points = (0..).zip(at).map(|(n, at)| Point {
        at: Point::of(*at),
        n,
    });
    let points: Vec<Point> = points.collect();
    let began = Instant::now();
    let rtree = RTree::bulk_load(points);
    figures.add("rstar_build", began.elapsed().as_secs_f64(), "s", None);

    // What both find is the same, up to what the plane gets wrong.
    let mut found = (0, 0);
    for look in looks.iter().take(50) {
        let ours = places.near(*look, f64::INFINITY, 10);
        let mut exact: Vec<f64> = at.iter().map(|at| look.distance_m(*at)).collect();
        exact.select_nth_unstable_by(9, f64::total_cmp);
        let tenth = exact.get(9).copied().context("ten stores")?;
        ensure!(
            ours.len() == 10 && ours.iter().all(|(metres, _)| *metres <= tenth + 1e-3),
            "not the nearest ten"
        );
        found.0 += places.near(*look, 1_000.0, ALL).len();
        found.1 += rtree
            .locate_within_distance(Point::of(*look), 1_000.0 * 1_000.0)
            .count();
    }
    figures.add("within_1_km_found", found.0 as f64 / 50.0, "stores", None);
    let apart = found.0.abs_diff(found.1) as f64 / found.0.max(1) as f64;
    ensure!(apart < 0.05, "they find something else: {found:?}");

    let mut times: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut time = |name: &'static str, look: &dyn Fn(LatLng) -> usize| {
        let began = Instant::now();
        for at in looks {
            black_box(look(*at));
        }
        let each = began.elapsed().as_nanos() as f64 / looks.len() as f64;
        times.entry(name).or_default().push(each);
    };
    for _ in 0..ROUNDS {
        time("nearest_10", &|at| places.near(at, f64::INFINITY, 10).len());
        time("rstar_nearest_10", &|at| {
            // Ranked anew by the great circle as well: a plane has the order of the nearest wrong.
            let nearest = rtree.nearest_neighbor_iter(&Point::of(at)).take(10);
            let mut ranked: Vec<(f64, u32)> =
                nearest.map(|point| (exact(at, point), point.n)).collect();
            ranked.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
            ranked.len()
        });
        time("within_1_km", &|at| places.near(at, 1_000.0, ALL).len());
        time("rstar_within_1_km", &|at| {
            let within = rtree.locate_within_distance(Point::of(at), 1_000.0 * 1_000.0);
            let mut ranked: Vec<(f64, u32)> =
                within.map(|point| (exact(at, point), point.n)).collect();
            ranked.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
            ranked.len()
        });
    }
    let mut middle = |name: &str| -> Result<f64> {
        let all = times.get_mut(name).context("measured")?;
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied().context("measured")
    };
    for (name, aim) in [("nearest_10", 2.4), ("within_1_km", 2.4)] {
        let (ours, theirs) = (middle(name)?, middle(&format!("rstar_{name}"))?);
        figures.add(format!("{name}_query"), ours, "ns", None);
        figures.add(format!("rstar_{name}_query"), theirs, "ns", None);
        figures.add(
            format!("{name}_as_fast_as_rstar"),
            theirs / ours,
            "times",
            Some(aim),
        );
    }
    Ok(())
}

/// The distance by the great circle to a point of the plane.
fn exact(from: LatLng, to: &Point) -> f64 {
    let at = LatLng::new(to.at[0] / DEGREE_M, to.at[1] / DEGREE_M / SQUEEZE);
    at.map_or(f64::INFINITY, |at| from.distance_m(at))
}

impl Wanted {
    async fn over_http(
        &self,
        at: &[LatLng],
        looks: &[LatLng],
        figures: &mut Figures,
    ) -> Result<()> {
        let url = format!("sqlite://{}", self.folder.join("raiten.sqlite").display());
        let db = connect(&url).await?;
        let owner = RetailerId::from_bits(1);
        let transaction = db.begin_alone().await?;
        transaction
            .execute_unprepared(&format!(
                "INSERT INTO retailers VALUES ('{owner}', '喫茶ライテン', NULL, 0)"
            ))
            .await?;
        for (from, some) in (0_u128..).step_by(10_000).zip(at.chunks(10_000)) {
            let rows = (from + 1..).zip(some).map(|(n, at)| {
                let id = StoreId::from_bits(n);
                format!(
                    "('{owner}', '{id}', '店 {n}', {}, {}, NULL, NULL, 0)",
                    at.lat(),
                    at.lng()
                )
            });
            let rows: Vec<String> = rows.collect();
            transaction
                .execute_unprepared(&format!("INSERT INTO stores VALUES {}", rows.join(", ")))
                .await?;
        }
        transaction.commit().await?;
        db.close().await?;
        let began = Instant::now();
        let server = Process::raiten(&self.raiten, &self.folder, &url)?;
        let asks: Vec<Vec<u8>> = looks
            .iter()
            .map(|look| {
                let body = NearbyRequest {
                    cell: Cell::of(*look),
                    radius_km: Some(2),
                };
                request("POST", path::STORES_NEAR, "", None, Some(&body))
            })
            .collect::<Result<_>>()?;
        // One whose answer is ten stores or so: what a town's outskirts have.
        let mut connection = Connection::open(server.address).await?;
        // It listens before it has read the stores.
        let first = asks.first().context("a place")?;
        connection.ask(first).await?;
        figures.add(
            "server_ready_with_a_million_stores",
            began.elapsed().as_secs_f64(),
            "s",
            None,
        );
        let mut chosen = Vec::new();
        let mut canned = Vec::new();
        for ask in &asks {
            let answer = connection.ask(ask).await?;
            let stores = String::from_utf8_lossy(&answer.body)
                .matches("store_id")
                .count();
            if (9..=11).contains(&stores) {
                if stores == 10 {
                    canned = answer.body;
                }
                chosen.push(ask.clone());
            }
            if chosen.len() == 500 {
                break;
            }
        }
        ensure!(chosen.len() > 100 && !canned.is_empty(), "too few places");
        // In a process of its own, as the server is.
        let file = self.folder.join("ready.json");
        std::fs::write(&file, canned)?;
        let ready = Process::ready(path::STORES_NEAR, &file)?;
        let (mut near, mut plain) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            near.push(round(server.address, &chosen).await?);
            plain.push(round(ready.address, &chosen).await?);
        }
        let rate = |rounds: &[Measured]| median(rounds).map(|m| m.rate).context("measured");
        let (near, plain) = (rate(&near)?, rate(&plain)?);
        figures.add("stores_near_over_http", near, "1/s", None);
        figures.add("ready_answer_over_http", plain, "1/s", None);
        figures.add(
            "stores_near_per_ready_answer",
            near / plain,
            "times",
            Some(0.75),
        );
        ready.stop()?;
        server.stop()
    }
}

async fn round(address: std::net::SocketAddr, asks: &[Vec<u8>]) -> Result<Measured> {
    let asks = (0..CONNECTIONS)
        .map(|n| {
            asks.iter()
                .cycle()
                .skip(7 * n)
                .take(EACH)
                .cloned()
                .collect()
        })
        .collect();
    let (measured, _) = load::run(address, asks, 200, None).await?;
    tokio::time::sleep(Duration::from_millis(200)).await;
    Ok(measured)
}
