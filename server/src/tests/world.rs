//! A small town: one retailer with two stores, an owner, staff, and campaigns as a test wants them.

use std::future::Future;

use app::{
    day::{Day, JST},
    id::{AccountId, CampaignId, PrizeId, RetailerId, ShopperId, StoreId},
};
use axum::{Router, body::Body};
use http::{Method, Request, StatusCode, header};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use serde_json::Value as Json;
use tower::ServiceExt as _;

use crate::{
    clock::Clock,
    db::{self, sessions},
    http::problem,
    keys::Keys,
    new_id, random,
    state::{App, Options, Parts, RateLimit},
};

/// Sunday 2026-11-22, noon in Japan.
pub const NOON: i64 = 1_795_273_200_000 + 12 * 3_600_000;
pub const MINUTE: i64 = 60_000;
pub const DAY: i64 = 86_400_000;
/// Tokyo station and, some 8 km to the west, a place beyond Shinjuku.
pub const EAST: (f64, f64) = (35.6812, 139.7671);
pub const WEST: (f64, f64) = (35.6900, 139.6800);

/// A running server without its socket.
pub struct World {
    pub app: App,
    pub router: Router,
    pub retailer: RetailerId,
    pub owner: AccountId,
    pub staff: AccountId,
    pub east: StoreId,
    pub west: StoreId,
    _folder: tempfile::TempDir,
}

/// How a campaign of a test is.
pub struct Plan {
    pub budget: i64,
    pub floor: i64,
    pub ceiling: i64,
    pub min_purchase: i64,
    pub plays_per_day: i32,
    /// Value, weight, stock.
    pub prizes: Vec<(i64, i32, Option<i32>)>,
    pub stores: Vec<StoreId>,
}

impl World {
    /// Everybody wins this much.
    pub fn everybody_wins(&self, yen: i64, budget: i64) -> Plan {
        Plan {
            budget,
            floor: 0,
            ceiling: yen,
            min_purchase: 0,
            plays_per_day: 10,
            prizes: vec![(yen, 1, None)],
            stores: vec![self.east],
        }
    }

    /// A table with blanks, sized between 20 and 200 yen.
    pub fn sized(&self) -> Plan {
        Plan {
            budget: 1_000_000,
            floor: 20,
            ceiling: 200,
            min_purchase: 0,
            plays_per_day: 3,
            prizes: vec![
                (0, 600, None),
                (100, 300, None),
                (500, 90, None),
                (1000, 10, Some(50)),
            ],
            stores: vec![self.east],
        }
    }

    pub async fn campaign(&self, plan: &Plan) -> CampaignId {
        let campaign = new_id!(CampaignId, NOON - DAY);
        self.sql(
            "INSERT INTO campaigns (retailer_id, campaign_id, status, name, name_en, starts_at, ends_at, budget_yen, available_yen,
                reserved_yen, spent_yen, floor_yen, ceiling_yen, valid_days, min_purchase_yen, expected_sales_yen, policy,
                plays_per_day, created_at, published_at)
             VALUES ($1, $2, 'published', '秋のガチャ', 'Autumn', $3, $4, $5, $5, 0, 0, $6, $7, 7, $8, 0, 'distance_lapse', $9, $3, $3)",
            [
                self.retailer.to_string().into(),
                campaign.to_string().into(),
                (NOON - DAY).into(),
                (NOON + 90 * DAY).into(),
                plan.budget.into(),
                plan.floor.into(),
                plan.ceiling.into(),
                plan.min_purchase.into(),
                plan.plays_per_day.into(),
            ],
        )
        .await;
        self.sql(
            "INSERT INTO journal (retailer_id, entry_id, campaign_id, kind, available_yen, reserved_yen, spent_yen, entered_at)
             VALUES ($1, $2, $3, 'fund', $4, 0, 0, $5)",
            [
                self.retailer.to_string().into(),
                new_id!(app::id::EntryId, NOON - DAY).to_string().into(),
                campaign.to_string().into(),
                plan.budget.into(),
                (NOON - DAY).into(),
            ],
        )
        .await;
        for store in &plan.stores {
            self.sql(
                "INSERT INTO campaign_stores (retailer_id, campaign_id, store_id) VALUES ($1, $2, $3)",
                [
                    self.retailer.to_string().into(),
                    campaign.to_string().into(),
                    store.to_string().into(),
                ],
            )
            .await;
        }
        for (position, (value, weight, stock)) in (0_i32..).zip(&plan.prizes) {
            self.sql(
                "INSERT INTO prizes (retailer_id, campaign_id, prize_id, position, name, value_yen, weight, stock, stock_left)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
                [
                    self.retailer.to_string().into(),
                    campaign.to_string().into(),
                    new_id!(PrizeId, NOON - DAY).to_string().into(),
                    position.into(),
                    format!("{value}円").into(),
                    (*value).into(),
                    (*weight).into(),
                    (*stock).into(),
                ],
            )
            .await;
        }
        campaign
    }

    async fn build(url: &str, folder: tempfile::TempDir) -> Self {
        let db = db::connect(url).await.unwrap();
        let app = App::new(Parts {
            places: crate::places::Keeper::load(&db, NOON).await.unwrap(),
            db,
            clock: Clock::manual(NOON),
            keys: Keys::from_hex(&Keys::generate_hex()).unwrap(),
            push: crate::push::Push::for_tests().unwrap(),
            mail: None,
            line: None,
            in_flight: crate::http::once::InFlight::default(),
            options: Options {
                public_url: "http://127.0.0.1:3000".to_owned(),
                trusted_proxies: Vec::new(),
                metrics_from: Vec::new(),
                rate_limit: RateLimit {
                    per_second: 1,
                    burst: 1,
                },
                demo_logins: false,
            },
        });
        let (routes, _) = crate::http::api().split_for_parts();
        let router = routes
            .layer(axum::middleware::from_fn(
                |request, next: axum::middleware::Next| {
                    problem::render(request, |request| next.run(request))
                },
            ))
            .with_state(app.clone());
        let world = Self {
            app,
            router,
            retailer: new_id!(RetailerId, NOON),
            owner: new_id!(AccountId, NOON),
            staff: new_id!(AccountId, NOON),
            east: new_id!(StoreId, NOON),
            west: new_id!(StoreId, NOON),
            _folder: folder,
        };
        world.furnish().await;
        world
    }

    async fn furnish(&self) {
        let retailer = || Value::from(self.retailer.to_string());
        self.sql(
            "INSERT INTO retailers (retailer_id, name, name_en, created_at) VALUES ($1, 'はなまる', 'Hanamaru', 0)",
            [retailer()],
        )
        .await;
        self.sql("INSERT INTO holdouts VALUES ($1, 0, 0, 0)", [retailer()])
            .await;
        for (id, name, (lat, lng)) in [(self.east, "東京駅店", EAST), (self.west, "西新宿店", WEST)]
        {
            self.sql(
                "INSERT INTO stores (retailer_id, store_id, name, lat, lng, created_at) VALUES ($1, $2, $3, $4, $5, 0)",
                [retailer(), id.to_string().into(), name.into(), lat.into(), lng.into()],
            )
            .await;
        }
        for (id, role) in [(self.owner, "owner"), (self.staff, "staff")] {
            self.sql(
                "INSERT INTO accounts (retailer_id, account_id, email, name, role, password_hash, created_at)
                 VALUES ($1, $2, $3, $4, $3, '', 0)",
                [retailer(), id.to_string().into(), role.into(), format!("{role} さん").into()],
            )
            .await;
        }
        self.sql(
            "INSERT INTO account_stores (retailer_id, account_id, store_id) VALUES ($1, $2, $3)",
            [
                retailer(),
                self.staff.to_string().into(),
                self.east.to_string().into(),
            ],
        )
        .await;
    }

    pub async fn sql(&self, text: &str, values: impl IntoIterator<Item = Value>) -> u64 {
        let transaction = self.app.db.begin().await.unwrap();
        let statement =
            Statement::from_sql_and_values(transaction.get_database_backend(), text, values);
        let done = transaction.execute_raw(statement).await.unwrap();
        transaction.commit().await.unwrap();
        done.rows_affected()
    }

    /// One number.
    pub async fn number(&self, text: &str, values: impl IntoIterator<Item = Value>) -> i64 {
        let statement = Statement::from_sql_and_values(
            self.app.db.backend(),
            format!("SELECT CAST(({text}) AS BIGINT) AS n"),
            values,
        );
        let row = self.app.db.read().query_one_raw(statement).await.unwrap();
        row.unwrap().try_get("", "n").unwrap()
    }

    /// One text.
    pub async fn text(&self, text: &str, values: impl IntoIterator<Item = Value>) -> String {
        let statement = Statement::from_sql_and_values(self.app.db.backend(), text, values);
        let row = self.app.db.read().query_one_raw(statement).await.unwrap();
        row.unwrap().try_get_by_index(0).unwrap()
    }

    /// One call through the routes: status and body (`null` where there is none).
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        cookie: &str,
        body: Option<Json>,
    ) -> (StatusCode, Json) {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, cookie)
            .header("idempotency-key", hex::encode(random::bytes::<16>()))
            .header(header::ACCEPT_LANGUAGE, "ja");
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Body::empty, |json| Body::from(json.to_string()));
        let response = self
            .router
            .clone()
            .oneshot(request.body(body).unwrap())
            .await
            .unwrap();
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20)
            .await
            .unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Json::Null))
    }

    pub async fn post(&self, path: &str, cookie: &str, body: Json) -> (StatusCode, Json) {
        self.call(Method::POST, path, cookie, Some(body)).await
    }

    pub async fn get(&self, path: &str, cookie: &str) -> (StatusCode, Json) {
        self.call(Method::GET, path, cookie, None).await
    }

    /// A new shopper and the cookie.
    pub async fn shopper(&self) -> (ShopperId, String) {
        let (id, token) = db::shoppers::create(&self.app.db, self.app.clock.now())
            .await
            .unwrap();
        (id, format!("raiten_shopper={id}.{token}"))
    }

    /// A shopper who agreed to the use of the cell and was seen around a place on ten days, a week and more ago.
    pub async fn settled_shopper(&self, place: (f64, f64)) -> (ShopperId, String) {
        let (id, cookie) = self.shopper().await;
        db::shoppers::set_consent(&self.app.db, id, true, NOON - 30 * DAY)
            .await
            .unwrap();
        let today = Day::of(self.app.clock.now(), JST);
        for ago in 8..18 {
            self.sql(
                "INSERT INTO shopper_cells (shopper_id, day, cell) VALUES ($1, $2, $3)",
                [
                    id.to_string().into(),
                    today.plus(-ago).0.into(),
                    cell(place).into(),
                ],
            )
            .await;
        }
        (id, cookie)
    }

    /// The cookie of a login.
    pub async fn login(&self, account: AccountId) -> String {
        let transaction = self.app.db.begin().await.unwrap();
        let now = self.app.clock.now();
        let token = sessions::begin_account(&transaction, self.retailer, account, now)
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        format!("raiten_account={}.{token}", self.retailer)
    }

    pub fn ask(&self, campaign: CampaignId, position: Option<Json>) -> Json {
        serde_json::json!({
            "retailer_id": self.retailer, "campaign_id": campaign, "store_id": self.east, "position": position,
        })
    }

    /// The offer at the eastern store.
    pub async fn offer(&self, cookie: &str, campaign: CampaignId, position: Option<Json>) -> Json {
        let (status, offer) = self
            .post(
                "/api/v1/shopper/offers",
                cookie,
                self.ask(campaign, position),
            )
            .await;
        assert_eq!(status, StatusCode::OK, "{offer}");
        offer
    }

    pub fn play_request(&self, offer: &Json, nonce: &str) -> Json {
        serde_json::json!({
            "retailer_id": offer["retailer_id"], "campaign_id": offer["campaign_id"], "store_id": offer["store_id"],
            "odds_hash": offer["odds_hash"], "play_number": offer["next_play"], "client_nonce": nonce,
        })
    }

    /// Plays against an offer with a random nonce.
    pub async fn play(&self, cookie: &str, offer: &Json) -> (StatusCode, Json) {
        let nonce = hex::encode(random::bytes::<12>());
        self.post(
            "/api/v1/shopper/plays",
            cookie,
            self.play_request(offer, &nonce),
        )
        .await
    }

    /// A new shopper's new coupon of a campaign where everybody wins; the code.
    pub async fn coupon(&self, campaign: CampaignId) -> (String, String) {
        let (_, cookie) = self.shopper().await;
        let offer = self.offer(&cookie, campaign, None).await;
        let (status, played) = self.play(&cookie, &offer).await;
        assert_eq!(status, StatusCode::OK, "{played}");
        (cookie, self.code(&played["coupon"]).await)
    }

    /// A coupon's long code, which no screen shows.
    pub async fn code(&self, coupon: &Json) -> String {
        let id = Value::from(coupon["coupon_id"].as_str().unwrap());
        self.text("SELECT code FROM coupons WHERE coupon_id = $1", [id])
            .await
    }

    pub async fn redeem(&self, login: &str, code: &str, basket: Option<i64>) -> (StatusCode, Json) {
        let body = serde_json::json!({ "store_id": self.east, "code": code, "basket": basket });
        self.post("/api/v1/till/redemptions", login, body).await
    }

    pub async fn undo(&self, login: &str, redemption: &Json) -> (StatusCode, Json) {
        let id = redemption["redemption_id"].as_str().unwrap();
        let path = app::api::path::fill(app::api::path::TILL_UNDO, &[id]);
        self.call(Method::POST, &path, login, None).await
    }

    /// The three balances, each of which has to be the sum of its column in the journal, and all three the budget; what is reserved has
    /// to be the face value of what can still be redeemed, what is spent the cost of what was.
    pub async fn balances(&self, campaign: CampaignId) -> [i64; 3] {
        let c = || [Value::from(campaign.to_string())];
        let mut out = [0; 3];
        for (slot, column) in out
            .iter_mut()
            .zip(["available_yen", "reserved_yen", "spent_yen"])
        {
            *slot = self
                .number(
                    &format!("SELECT {column} FROM campaigns WHERE campaign_id = $1"),
                    c(),
                )
                .await;
            let journal = self
                .number(
                    &format!("SELECT SUM({column}) FROM journal WHERE campaign_id = $1"),
                    c(),
                )
                .await;
            assert_eq!(*slot, journal, "{column}");
            assert!(*slot >= 0, "{column}");
        }
        let budget = self
            .number(
                "SELECT budget_yen FROM campaigns WHERE campaign_id = $1",
                c(),
            )
            .await;
        assert_eq!(budget, out.iter().sum::<i64>());
        let held = self
            .number(
                "SELECT COALESCE(SUM(value_yen), 0) FROM coupons WHERE campaign_id = $1 AND status = 'issued'",
                c(),
            )
            .await;
        assert_eq!(held, out[1]);
        let given = self
            .number(
                "SELECT COALESCE(SUM(cost_yen), 0) FROM redemptions WHERE campaign_id = $1 AND reversed_at IS NULL",
                c(),
            )
            .await;
        assert_eq!(given, out[2]);
        out
    }
}

/// What a device says that stands at a place.
pub fn standing(world: &World, (lat, lng): (f64, f64)) -> Json {
    let point = app::geo::LatLng::new(lat, lng).unwrap();
    let band = |(lat, lng)| {
        app::geo::Band::of_m(app::geo::LatLng::new(lat, lng).unwrap().distance_m(point))
    };
    serde_json::json!({
        "cell": cell((lat, lng)), "accuracy_m": 20,
        "bands": [{ "store_id": world.east, "band": band(EAST) }, { "store_id": world.west, "band": band(WEST) }],
    })
}

pub fn cell((lat, lng): (f64, f64)) -> String {
    app::geo::Cell::of(app::geo::LatLng::new(lat, lng).unwrap()).to_string()
}

/// Runs a body on SQLite, and on PostgreSQL where a server is named.
pub fn on_both<F: Future<Output = ()>>(body: impl Fn(World) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("raiten.db").display());
        body(World::build(&url, folder).await).await;
        if let Ok(server) = std::env::var("RAITEN_TEST_POSTGRES_URL") {
            let name = format!("raiten_test_{}", hex::encode(random::bytes::<8>()));
            let admin = sea_orm::Database::connect(server.as_str()).await.unwrap();
            assert_eq!(admin.get_database_backend(), DbBackend::Postgres);
            admin
                .execute_unprepared(&format!("CREATE DATABASE {name}"))
                .await
                .unwrap();
            let (base, _) = server.rsplit_once('/').unwrap();
            let world = World::build(&format!("{base}/{name}"), tempfile::tempdir().unwrap()).await;
            let db = world.app.db.clone();
            body(world).await;
            db.close().await.unwrap();
            admin
                .execute_unprepared(&format!("DROP DATABASE {name}"))
                .await
                .unwrap();
        }
    });
}
