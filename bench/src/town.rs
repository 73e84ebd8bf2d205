//! What the load needs: a retailer, its campaigns, shoppers with an offer each; made over HTTP as people would.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use app::{
    api::{
        account::LoginRequest,
        path,
        retailer::{Campaign, CampaignInput, Holdout, PrizeInput, Store, StoreInput},
        shopper::{CouponPass, Offer, OfferRequest, PlayRequest, PlayResult},
        till::{RedeemRequest, TillCoupon, TillRequest},
    },
    id::{CampaignId, RetailerId, StoreId},
    policy::Policy,
    yen::Yen,
};
use serde::Serialize;
use server::{
    clock::Clock,
    db::connect,
    logins::{NewOwner, create_owner},
};

use crate::{
    http::{Answer, Connection, request},
    load,
};

const PASSWORD: &str = "correct horse battery";
/// Connections at once.
pub const CONNECTIONS: usize = 64;
/// What a campaign allows a day.
const PLAYS: u32 = 10;

/// A retailer that is open.
pub struct Town {
    address: SocketAddr,
    owner: String,
    retailer_id: RetailerId,
    store_id: StoreId,
    /// So that no two requests have the same key.
    acts: u64,
}

/// Makes a retailer with its owner, as the command line does. `email` signs in.
pub async fn found(url: &str, email: &str) -> Result<RetailerId> {
    let db = connect(url).await?;
    let new = NewOwner {
        retailer_name: "喫茶ライテン",
        retailer_name_en: None,
        name: "店長",
        email,
        password: PASSWORD,
        holdout: Holdout::NOBODY,
    };
    let (retailer_id, _) = create_owner(&db, &new, Clock::System.now()).await?;
    db.close().await?;
    Ok(retailer_id)
}

/// Signs an owner in and gives their cookie.
pub async fn sign_in(address: SocketAddr, email: &str) -> Result<String> {
    let login = LoginRequest {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
    };
    Connection::open(address)
        .await?
        .ask(&request("POST", path::LOGIN, "", None, Some(&login))?)
        .await?
        .cookie()
}

impl Town {
    /// Its store.
    pub const fn store_id(&self) -> StoreId {
        self.store_id
    }

    /// Signs the owner in and opens a store.
    pub async fn open(address: SocketAddr, retailer_id: RetailerId, email: &str) -> Result<Self> {
        let owner = sign_in(address, email).await?;
        let mut connection = Connection::open(address).await?;
        let input = StoreInput {
            name: "渋谷店".to_owned(),
            lat: 35.6580,
            lng: 139.7016,
            external_id: None,
            address: None,
        };
        let store: Store = connection
            .ask(&request("POST", path::STORES, &owner, None, Some(&input))?)
            .await?
            .json()?;
        Ok(Self {
            address,
            owner,
            retailer_id,
            store_id: store.store_id,
            acts: 0,
        })
    }

    fn key(&mut self) -> String {
        self.acts += 1;
        format!("bench-{:010}", self.acts)
    }

    /// Campaigns in which everybody wins.
    pub async fn campaigns(&mut self, count: usize) -> Result<Vec<CampaignId>> {
        const DAY_MS: i64 = 86_400_000;
        let now = Clock::System.now();
        let prize = |name: &str, value, weight| PrizeInput {
            name: name.to_owned(),
            name_en: None,
            value: Yen(value),
            weight,
            stock: None,
        };
        let input = CampaignInput {
            name: "秋の来店ガチャ".to_owned(),
            name_en: None,
            starts_at: now - DAY_MS,
            ends_at: now + 30 * DAY_MS,
            store_ids: vec![self.store_id],
            prizes: vec![prize("300 円引き", 300, 9), prize("500 円引き", 500, 1)],
            budget: Yen(1_000_000_000),
            floor: Yen(310),
            ceiling: Yen(450),
            valid_days: 14,
            min_purchase: Yen(0),
            expected_sales: Yen(100_000_000_000),
            policy: Policy::DistanceLapse,
            plays_per_day: PLAYS,
        };
        let mut connection = Connection::open(self.address).await?;
        let mut all = Vec::with_capacity(count);
        for _ in 0..count {
            let draft: Campaign = connection
                .ask(&request(
                    "POST",
                    path::CAMPAIGNS,
                    &self.owner,
                    None,
                    Some(&input),
                )?)
                .await?
                .json()?;
            let publish = path::fill(path::CAMPAIGN_PUBLISH, &[&draft.campaign_id.to_string()]);
            let key = self.key();
            let published: Campaign = connection
                .ask(&request(
                    "POST",
                    &publish,
                    &self.owner,
                    Some(&key),
                    None::<&()>,
                )?)
                .await?
                .json()?;
            all.push(published.campaign_id);
        }
        Ok(all)
    }

    /// Requests to play: for each connection those of `shoppers` new shoppers, ten each, at one of the campaigns.
    pub async fn plays(&mut self, campaigns: &[CampaignId], shoppers: usize) -> Result<Plays> {
        let begin = request("POST", path::SHOPPER_SESSION, "", None, None::<&()>)?;
        let begins = vec![vec![begin; shoppers]; CONNECTIONS];
        let (_, begun) = load::run(self.address, begins, 201, None).await?;
        let campaign = |n: usize| campaigns.get(n % campaigns.len()).context("a campaign");
        let mut asks = Vec::with_capacity(CONNECTIONS);
        for (n, answers) in begun.iter().enumerate() {
            let mut mine = Vec::with_capacity(shoppers);
            for answer in answers {
                let ask = OfferRequest {
                    retailer_id: self.retailer_id,
                    campaign_id: *campaign(n)?,
                    store_id: self.store_id,
                    position: None,
                };
                mine.push(request(
                    "POST",
                    path::OFFERS,
                    &answer.cookie()?,
                    None,
                    Some(&ask),
                )?);
            }
            asks.push(mine);
        }
        let (_, offers) = load::run(self.address, asks, 200, None).await?;
        let mut plays = Plays::default();
        for (cookies, offers) in begun.iter().zip(&offers) {
            let (mut mine, mut whose) = (Vec::new(), Vec::new());
            for (cookie, offer) in cookies.iter().zip(offers) {
                let (cookie, offer): (_, Offer) = (cookie.cookie()?, offer.json()?);
                for play_number in 1..=PLAYS {
                    let key = self.key();
                    whose.push(cookie.clone());
                    let play = PlayRequest {
                        retailer_id: self.retailer_id,
                        campaign_id: offer.campaign_id,
                        store_id: self.store_id,
                        odds_hash: offer.odds_hash.clone(),
                        play_number,
                        client_nonce: format!("nonce-of-{key}"),
                    };
                    mine.push(request(
                        "POST",
                        path::PLAYS,
                        &cookie,
                        Some(&key),
                        Some(&play),
                    )?);
                }
            }
            plays.requests.push(mine);
            plays.cookies.push(whose);
        }
        Ok(plays)
    }

    /// Requests to look at what was won, each from the connection that won it: the holders have been asked for what their screens show,
    /// which holds for a minute.
    pub async fn looks(
        &mut self,
        cookies: &[Vec<String>],
        won: &[Vec<Answer>],
    ) -> Result<Requests> {
        let mut asks = Vec::with_capacity(CONNECTIONS);
        for (cookies, answers) in cookies.iter().zip(won) {
            let mut mine = Vec::with_capacity(answers.len());
            for (cookie, answer) in cookies.iter().zip(answers) {
                let result: PlayResult = answer.json()?;
                let coupon = result.coupon.context("a coupon: everybody wins")?;
                let ids = [coupon.retailer_id.to_string(), coupon.coupon_id.to_string()];
                let [retailer_id, coupon_id] = &ids;
                let path = path::fill(path::WALLET_PASS, &[retailer_id, coupon_id]);
                let key = self.key();
                mine.push(request("POST", &path, cookie, Some(&key), None::<&()>)?);
            }
            asks.push(mine);
        }
        let (_, shown) = load::run(self.address, asks, 200, None).await?;
        self.for_each(&shown, |town, answer| {
            let look = TillRequest {
                store_id: town.store_id,
                code: answer.json::<CouponPass>()?.qr,
            };
            town.at_till(path::TILL_LOOKUP, &look)
        })
    }

    /// Requests to redeem what was looked at.
    pub fn redemptions(&mut self, seen: &[Vec<Answer>]) -> Result<Requests> {
        self.for_each(seen, |town, answer| {
            let take = RedeemRequest {
                store_id: town.store_id,
                code: answer.json::<TillCoupon>()?.ticket.context("a ticket")?,
                basket: Some(Yen(1_000)),
            };
            town.at_till(path::TILL_REDEMPTIONS, &take)
        })
    }

    fn for_each(
        &mut self,
        answers: &[Vec<Answer>],
        make: impl Fn(&mut Self, &Answer) -> Result<Vec<u8>>,
    ) -> Result<Requests> {
        let mut all = Vec::with_capacity(answers.len());
        for of_one in answers {
            let mut mine = Vec::with_capacity(of_one.len());
            for answer in of_one {
                mine.push(make(self, answer)?);
            }
            all.push(mine);
        }
        Ok(all)
    }

    fn at_till(&mut self, path: &str, body: &impl Serialize) -> Result<Vec<u8>> {
        let key = self.key();
        request("POST", path, &self.owner, Some(&key), Some(body))
    }
}

/// Requests of each connection, in their order.
pub type Requests = Vec<Vec<Vec<u8>>>;

/// Plays, and for each the cookie of who plays.
#[derive(Default)]
pub struct Plays {
    pub requests: Requests,
    pub cookies: Vec<Vec<String>>,
}
