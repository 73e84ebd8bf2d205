//! Who is in the town: retailers, stores, logins, campaigns, and shoppers with their habits.

use app::{
    api::account::Role,
    day::{Day, JST},
    geo::{Cell, LatLng},
    holdout::{GRACE_DAYS, Salt, Share, WINDOW_DAYS},
    id::{AccountId, CampaignId, EpochId, PrizeId, RetailerId, ShopperId, StoreId},
    policy::Policy,
    stations::{STATIONS, Station},
    yen::Yen,
};
use rand::{Rng, RngExt, SeedableRng, rngs::ChaCha8Rng};

use super::{Demo, EMAIL_DOMAIN, Login};
use crate::db::{
    holdout::Epoch,
    town::{AccountRow, CampaignRow, PrizeRow, RetailerRow, StoreRow},
};

/// The password of every login of the demo. `serve` lets these logins in on loopback only.
pub const PASSWORD: &str = "raiten-demo";

/// Days of the past.
pub const PAST_DAYS: i32 = 90;
/// Shoppers.
const SHOPPERS: usize = 2_000;
/// Metres of one degree of latitude.
const METRES_PER_DEGREE: f64 = 111_195.0;

/// Somebody with a home, perhaps another place of every day, and habits.
#[derive(Clone, Debug)]
pub struct Person {
    /// Who.
    pub shopper_id: ShopperId,
    /// The coarse cell of the home.
    pub home: LatLng,
    /// Where the weekdays are spent.
    pub weekday: LatLng,
    /// The first day.
    pub since: Day,
    /// Whether the position is shared.
    pub consents: bool,
    /// Chance to open the page on a day.
    pub opens: f64,
    /// Visits a day beside a store, at a retailer's, without any coupon.
    pub comes: f64,
    /// Whether a member card is shown at tills, so that visits come by import as well.
    pub member: bool,
}

/// The town on its first day.
#[derive(Clone, Debug)]
pub struct Town {
    /// What it was made from.
    pub seed: u64,
    /// The day after the past.
    pub today: Day,
    /// Who sells.
    pub retailers: Vec<RetailerRow>,
    /// Who buys.
    pub people: Vec<Person>,
}

struct Plan {
    name: &'static str,
    name_en: &'static str,
    mail: &'static str,
    branch: &'static str,
    owner: &'static str,
    staff: &'static str,
    stations: &'static [&'static str],
    campaign: (&'static str, &'static str),
    budget: i64,
    floor: i64,
    ceiling: i64,
    valid_days: u32,
    min_purchase: i64,
    policy: Policy,
    /// Percent of the shoppers who are made no offers.
    held_out: u8,
    /// Name, name in English, value, weight.
    prizes: &'static [(&'static str, &'static str, i64, u32)],
}

const PLANS: &[Plan] = &[
    Plan {
        name: "麦の穂ベーカリー",
        name_en: "Muginoho Bakery",
        mail: "muginoho",
        branch: "店",
        owner: "小麦 ひなた",
        staff: "青木 みお",
        stations: &[
            "shinjuku",
            "shibuya",
            "ikebukuro",
            "nakano",
            "kichijoji",
            "ebisu",
            "meguro",
            "takadanobaba",
            "yotsuya",
            "tokyo",
        ],
        campaign: ("焼きたてカプセル", "Fresh-baked capsule"),
        budget: 900_000,
        floor: 40,
        ceiling: 200,
        valid_days: 14,
        min_purchase: 500,
        policy: Policy::DistanceLapse,
        held_out: 20,
        prizes: &[
            ("1,000円引き", "¥1,000 off", 1_000, 10),
            ("500円引き", "¥500 off", 500, 50),
            ("200円引き", "¥200 off", 200, 180),
            ("100円引き", "¥100 off", 100, 330),
            ("はずれ", "No prize", 0, 430),
        ],
    },
    Plan {
        name: "かもめ珈琲",
        name_en: "Kamome Coffee",
        mail: "kamome",
        branch: "店",
        owner: "汐見 そら",
        staff: "浜田 りく",
        stations: &[
            "tokyo",
            "ginza",
            "shimbashi",
            "shinagawa",
            "ueno",
            "akihabara",
            "kanda",
            "asakusa",
        ],
        campaign: ("珈琲ガチャ", "Coffee gacha"),
        budget: 500_000,
        floor: 30,
        ceiling: 120,
        valid_days: 10,
        min_purchase: 0,
        policy: Policy::DistanceLapse,
        held_out: 10,
        prizes: &[
            (
                "ドリンク1杯無料（550円まで）",
                "One drink free (up to ¥550)",
                550,
                40,
            ),
            ("150円引き", "¥150 off", 150, 200),
            ("50円引き", "¥50 off", 50, 400),
            ("はずれ", "No prize", 0, 360),
        ],
    },
    Plan {
        name: "あおぞら書店",
        name_en: "Aozora Books",
        mail: "aozora",
        branch: "店",
        owner: "紙谷 ことは",
        staff: "本多 なぎ",
        stations: &[
            "shinjuku",
            "shibuya",
            "ikebukuro",
            "ueno",
            "shinagawa",
            "kichijoji",
        ],
        campaign: ("読書の秋カプセル", "Autumn reading capsule"),
        budget: 400_000,
        floor: 50,
        ceiling: 250,
        valid_days: 30,
        min_purchase: 1_500,
        policy: Policy::Flat,
        held_out: 10,
        prizes: &[
            ("2,000円引き", "¥2,000 off", 2_000, 5),
            ("500円引き", "¥500 off", 500, 80),
            ("200円引き", "¥200 off", 200, 250),
            ("はずれ", "No prize", 0, 665),
        ],
    },
];

/// A point some metres away, by the flat approximation that holds for a few kilometres.
fn near(point: LatLng, east_m: f64, north_m: f64) -> anyhow::Result<LatLng> {
    let lat = point.lat() + north_m / METRES_PER_DEGREE;
    let lng = point.lng() + east_m / (METRES_PER_DEGREE * point.lat().to_radians().cos());
    Ok(LatLng::new(lat, lng)?)
}

/// Roughly normal with deviation 1: the sum of twelve uniform numbers less six (Irwin-Hall).
fn normal(rng: &mut impl Rng) -> f64 {
    (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0
}

/// Ten random bytes for an id.
pub fn id_bytes(rng: &mut impl Rng) -> [u8; 10] {
    rng.random()
}

fn station(id: &str) -> anyhow::Result<&'static Station> {
    Station::by_id(id).ok_or_else(|| anyhow::anyhow!("no station is called {id}"))
}

impl Town {
    /// The town of a seed; `today` is the day after its past.
    ///
    /// # Errors
    /// When a plan names a station that is not in the list.
    pub fn new(seed: u64, today: Day) -> anyhow::Result<Self> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let retailers = PLANS
            .iter()
            .map(|plan| retailer(plan, today, &mut rng))
            .collect::<anyhow::Result<_>>()?;
        let people = (0..SHOPPERS)
            .map(|_| person(today, &mut rng))
            .collect::<anyhow::Result<_>>()?;
        Ok(Self {
            seed,
            today,
            retailers,
            people,
        })
    }

    /// The retailers with the password of their logins hashed.
    ///
    /// # Errors
    /// When the hash cannot be made.
    pub fn people_rows(&self) -> anyhow::Result<Vec<RetailerRow>> {
        let mut rows = self.retailers.clone();
        for account in rows.iter_mut().flat_map(|r| &mut r.accounts) {
            account.password_hash = crate::password::hash(PASSWORD)?;
        }
        Ok(rows)
    }

    /// What to tell about it.
    #[must_use]
    pub fn demo(&self, made: bool) -> Demo {
        let logins = self
            .retailers
            .iter()
            .flat_map(|retailer| {
                retailer.accounts.iter().map(|account| Login {
                    retailer: retailer.name.clone(),
                    role: match account.role {
                        Role::Owner => "owner".to_owned(),
                        Role::Staff => "staff".to_owned(),
                    },
                    email: account.email.clone(),
                    password: PASSWORD.to_owned(),
                    stores: retailer
                        .stores
                        .iter()
                        .filter(|s| account.stores.contains(&s.store_id))
                        .map(|s| s.name.clone())
                        .collect(),
                })
            })
            .collect();
        Demo {
            made,
            seed: self.seed,
            retailers: self.retailers.iter().map(|r| r.retailer_id).collect(),
            logins,
            areas: ["shinjuku", "shibuya", "tokyo", "ueno"]
                .iter()
                .filter_map(|id| station(id).ok())
                .map(|s| s.name.to_owned())
                .collect(),
        }
    }
}

fn retailer(plan: &Plan, today: Day, rng: &mut impl Rng) -> anyhow::Result<RetailerRow> {
    let start = today.plus(-PAST_DAYS).start(JST);
    let mut stores = Vec::new();
    for (number, id) in (1..).zip(plan.stations) {
        let station = station(id)?;
        // A minute or three from the station, in any direction.
        let (distance, angle) = (
            rng.random_range(60.0..240.0),
            rng.random_range(0.0..std::f64::consts::TAU),
        );
        stores.push(StoreRow {
            store_id: StoreId::new(start, id_bytes(rng)),
            name: format!("{} {}{}", plan.name, station.name, plan.branch),
            position: near(
                station.position,
                distance * f64::cos(angle),
                distance * f64::sin(angle),
            )?,
            external_id: format!("{number:03}"),
        });
    }
    let first_two = stores.iter().take(2).map(|s| s.store_id).collect();
    let accounts = vec![
        AccountRow {
            account_id: AccountId::new(start, id_bytes(rng)),
            email: format!("owner@{}.{EMAIL_DOMAIN}", plan.mail),
            name: plan.owner.to_owned(),
            role: Role::Owner,
            password_hash: String::new(),
            stores: Vec::new(),
        },
        AccountRow {
            account_id: AccountId::new(start, id_bytes(rng)),
            email: format!("staff@{}.{EMAIL_DOMAIN}", plan.mail),
            name: plan.staff.to_owned(),
            role: Role::Staff,
            password_hash: String::new(),
            stores: first_two,
        },
    ];
    let campaign = CampaignRow {
        campaign_id: CampaignId::new(start, id_bytes(rng)),
        name: plan.campaign.0.to_owned(),
        name_en: plan.campaign.1.to_owned(),
        starts_at: start,
        ends_at: today.plus(60).start(JST),
        budget: Yen(plan.budget),
        floor: Yen(plan.floor),
        ceiling: Yen(plan.ceiling),
        valid_days: plan.valid_days,
        min_purchase: Yen(plan.min_purchase),
        // Twice what the 2 % rule asks for.
        expected_sales: Yen(plan.budget * 100),
        policy: plan.policy,
        plays_per_day: 3,
        stores: stores.iter().map(|s| s.store_id).collect(),
        prizes: plan
            .prizes
            .iter()
            .map(|(name, name_en, value, weight)| PrizeRow {
                prize_id: PrizeId::new(start, id_bytes(rng)),
                name: (*name).to_owned(),
                name_en: (*name_en).to_owned(),
                value: Yen(*value),
                weight: *weight,
            })
            .collect(),
    };
    let retailer_id = RetailerId::new(start, id_bytes(rng));
    let share = Share::try_from(plan.held_out)?;
    Ok(RetailerRow {
        programme: Epoch {
            retailer_id,
            epoch_id: EpochId::new(start, id_bytes(rng)),
            campaign_id: None,
            share,
            salt: Salt::new(rng.random()),
            window_days: WINDOW_DAYS,
            grace_days: GRACE_DAYS,
            began_at: start,
            ended_at: None,
        },
        retailer_id,
        name: plan.name.to_owned(),
        name_en: plan.name_en.to_owned(),
        created_at: start,
        stores,
        accounts,
        campaigns: vec![campaign],
    })
}

fn person(today: Day, rng: &mut impl Rng) -> anyhow::Result<Person> {
    fn somewhere(rng: &mut impl Rng) -> anyhow::Result<LatLng> {
        let station = &STATIONS[rng.random_range(0..STATIONS.len())];
        near(station.position, normal(rng) * 900.0, normal(rng) * 900.0)
    }
    let home = somewhere(rng)?;
    let weekday = if rng.random_bool(0.5) {
        somewhere(rng)?
    } else {
        home
    };
    // New people come all the time; a third were there from the first day.
    let age = if rng.random_bool(0.33) {
        PAST_DAYS
    } else {
        rng.random_range(1..=PAST_DAYS)
    };
    let since = today.plus(-age);
    Ok(Person {
        shopper_id: ShopperId::new(since.start(JST), id_bytes(rng)),
        home,
        weekday,
        since,
        consents: rng.random_bool(0.8),
        // A few open it nearly daily, most once a week or less.
        opens: 0.03 + 0.5 * rng.random::<f64>().powi(3),
        // Exponential: most hardly ever, some nearly every day, so that counts of visits are overdispersed.
        comes: -0.11 * (1.0 - rng.random::<f64>()).ln(),
        member: rng.random_bool(0.6),
    })
}

impl Person {
    /// Where the page is opened on a day.
    #[must_use]
    pub fn place(&self, day: Day, rng: &mut impl Rng) -> LatLng {
        if !day.is_weekend() && rng.random_bool(0.6) {
            self.weekday
        } else {
            self.home
        }
    }

    /// The coarse cell of a place.
    #[must_use]
    pub fn cell(place: LatLng) -> Cell {
        Cell::of(place)
    }
}
