//! Tells a story to the real servers and to the model, and compares what both say of it.

use anyhow::{Context, Result, bail, ensure};
use app::{
    amend,
    api::{
        Items, path,
        retailer::{Campaign, CampaignInput},
        shopper::{Coupon, CouponPass, CouponStatus, Offer, PlayResult},
        till::{RedeemRequest, TillRedemption},
    },
    code::CouponCode,
    id::StoreId,
    problem::ProblemKind,
    yen::Yen,
};
use reqwest::Method;
use serde_json::{Value, json};
use server::db::{coupons, idempotency, sessions};

use super::{
    model::{Model, No, Pass, Rules, State, day},
    step::{Shown, Step},
};
use crate::harness::{
    Answer, Client, DAY_MS, Fresh, HOUR_MS, Retailer, Server, Shopper, campaign_at, new_key,
    play_of, prize, store,
};

const SHOPPERS: usize = 3;
/// More say nothing that these do not.
const CAMPAIGNS: usize = 4;
/// Between two stories, so that what one left behind cannot be due in the next.
const APART_MS: i64 = 500 * DAY_MS;

/// Two servers on one database and one clock.
pub struct Stage<'a> {
    database: &'a Fresh,
    first: Server,
    second: Server,
    elsewhere: Client,
    told: std::sync::atomic::AtomicUsize,
}

impl<'a> Stage<'a> {
    pub async fn set(database: &'a Fresh) -> Result<Self> {
        let first = Server::start(database).await?;
        let second = first.beside(database).await?;
        Ok(Self {
            database,
            elsewhere: second.anonymous()?,
            first,
            second,
            told: std::sync::atomic::AtomicUsize::new(0),
        })
    }

    pub async fn strike(self) -> Result<()> {
        self.second.stop().await?;
        self.first.stop().await
    }
}

/// A request under a key, as it was sent and answered.
struct Asked {
    /// Whose cookies.
    client: Client,
    /// Whether they end after half a day.
    is_owner: bool,
    path: String,
    body: Option<Value>,
    key: String,
    answer: Answer,
    at: i64,
    is_forgotten: bool,
}

impl Asked {
    /// Whether the answer was kept with its key.
    fn is_kept(&self) -> bool {
        self.answer.status.is_success() || matches!(self.answer.status.as_u16(), 409 | 410 | 422)
    }
}

struct Played {
    shopper: usize,
    day: i64,
    campaign: usize,
    number: u32,
    body: Value,
    result: PlayResult,
}

struct Teller<'a> {
    stage: &'a Stage<'a>,
    model: Model,
    retailer: Retailer,
    /// Until when the owner's session holds, and since when.
    session: std::ops::Range<i64>,
    stores: [StoreId; 2],
    shoppers: Vec<Shopper>,
    campaigns: Vec<Campaign>,
    coupons: Vec<Coupon>,
    codes: Vec<CouponCode>,
    passes: Vec<Option<(String, Pass)>>,
    redemptions: Vec<TillRedemption>,
    plays: Vec<Played>,
    asked: Vec<Asked>,
    turn: usize,
    /// The latest moment so far: the clock may go back.
    latest: i64,
}

/// Tells one story from its beginning, with a retailer of its own; an error says at which step server and model part.
pub async fn tell(stage: &Stage<'_>, story: &[Step]) -> Result<()> {
    let mut teller = Teller::begin(stage).await?;
    for (n, step) in story.iter().enumerate() {
        teller
            .step(step)
            .await
            .with_context(|| format!("step {n}: {step:?}"))?;
    }
    // What the job would have done meanwhile, at the latest moment that there was.
    let behind = teller.latest - teller.model.now;
    teller.step(&Step::Wait(behind)).await.context("the end")?;
    teller.step(&Step::Expire).await.context("the last sweep")?;
    let report = server::verify::run(&stage.database.url).await?;
    let violated: Vec<String> = report.violated().map(|f| format!("{f:?}")).collect();
    ensure!(violated.is_empty(), "raiten verify: {violated:#?}");
    Ok(())
}

fn pick(n: usize, many: usize) -> Option<usize> {
    n.checked_rem(many)
}

/// What the server says must be what the model says.
fn agree<T>(answer: &Answer, wanted: &Result<T, No>) -> Result<()> {
    match wanted {
        Ok(_) => answer.done(),
        Err(No::Problem(kind)) => answer.refused(*kind).map(drop),
        Err(No::Coupon(reason)) => {
            let problem = answer.refused(ProblemKind::CouponRefused)?;
            let said = problem.refusal.context("why")?.reason;
            ensure!(said == *reason, "wanted {reason:?}, got {said:?}");
            Ok(())
        }
    }
}

impl<'a> Teller<'a> {
    async fn begin(stage: &'a Stage<'a>) -> Result<Self> {
        let server = &stage.first;
        let n = stage
            .told
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if n > 0 {
            // Wherever the last story left the clock.
            let began = crate::harness::START + i64::try_from(n)? * APART_MS;
            server.clock.advance(began - server.clock.now());
            coupons::expire_due(server.db(), server.clock.now()).await?;
            idempotency::forget_answers(server.db(), server.clock.now()).await?;
        }
        let email = format!("owner{n}@raiten.example");
        let retailer = server.retailer("喫茶ライテン", &email).await?;
        let mut stores = Vec::new();
        for name in ["渋谷店", "原宿店"] {
            stores.push(retailer.store(store(name)).await?.store_id);
        }
        let mut shoppers = Vec::new();
        for _ in 0..SHOPPERS {
            shoppers.push(server.shopper().await?);
        }
        let now = server.clock.now();
        Ok(Self {
            model: Model {
                now,
                ..Model::default()
            },
            session: now..now + 11 * HOUR_MS,
            stage,
            retailer,
            stores: stores
                .try_into()
                .map_err(|_| anyhow::anyhow!("two stores"))?,
            shoppers,
            campaigns: Vec::new(),
            coupons: Vec::new(),
            codes: Vec::new(),
            passes: Vec::new(),
            redemptions: Vec::new(),
            plays: Vec::new(),
            asked: Vec::new(),
            turn: 0,
            latest: now,
        })
    }

    /// The owner, with a session that holds, at either server by turns.
    async fn owner(&mut self) -> Result<Client> {
        if !self.session.contains(&self.model.now) {
            let me = &self.retailer.me;
            let transaction = self.stage.first.db().begin().await?;
            let now = self.model.now;
            let token =
                sessions::begin_account(&transaction, me.retailer_id, me.account_id, now).await?;
            transaction.commit().await?;
            let cookie = format!("raiten_account={}.{token}", me.retailer_id);
            self.retailer.client = self.retailer.client.with_cookies(cookie);
            self.session = now..now + 11 * HOUR_MS;
        }
        self.somewhere(&self.retailer.client)
    }

    fn somewhere(&self, client: &Client) -> Result<Client> {
        if self.turn.is_multiple_of(2) {
            client.frozen()
        } else {
            client.at(&self.stage.elsewhere)
        }
    }

    fn shopper(&self, n: usize) -> Result<Shopper> {
        let shopper = &self.shoppers[n];
        Ok(Shopper {
            client: self.somewhere(&shopper.client)?,
            me: shopper.me.clone(),
        })
    }

    /// Sends a request under a new key and keeps it for later.
    async fn ask(
        &mut self,
        client: Client,
        is_owner: bool,
        path: String,
        body: Option<Value>,
    ) -> Result<&Answer> {
        let key = new_key();
        let answer = client.post_under(&path, body.as_ref(), &key).await?;
        self.asked.push(Asked {
            client,
            is_owner,
            path,
            body,
            key,
            answer,
            at: self.model.now,
            is_forgotten: false,
        });
        Ok(&self.asked.last().context("just pushed")?.answer)
    }

    async fn step(&mut self, step: &Step) -> Result<()> {
        self.turn += 1;
        match step {
            Step::Publish { .. } => self.publish(step).await?,
            Step::Play {
                shopper,
                campaign,
                store,
                unseen,
            } => {
                if let Some(campaign) = pick(*campaign, self.campaigns.len()) {
                    self.play(shopper % SHOPPERS, campaign, store % 2, *unseen)
                        .await?;
                }
            }
            Step::PlayAgain { play } => self.play_again(*play).await?,
            Step::Redeem {
                coupon,
                elsewhere,
                basket,
                shown,
            } => {
                if let Some(coupon) = pick(*coupon, self.coupons.len()) {
                    self.redeem(coupon, *elsewhere, *basket, *shown).await?;
                }
            }
            Step::Undo { redemption } => self.undo(*redemption).await?,
            Step::Expire => {
                let done = coupons::expire_due(self.stage.first.db(), self.model.now).await?;
                let wanted = self.model.expire();
                ensure!(done == wanted, "{done} expired instead of {wanted}");
            }
            Step::Pause { campaign } => self.pause(*campaign, true).await?,
            Step::Resume { campaign } => self.pause(*campaign, false).await?,
            Step::Budget { campaign, percent } => self.set_budget(*campaign, *percent).await?,
            Step::Wait(ms) => {
                self.stage.first.clock.advance(*ms);
                self.model.now += ms;
                self.latest = self.latest.max(self.model.now);
            }
            Step::Repeat { request } => self.repeat(*request).await?,
            Step::Reuse { request } => self.reuse(*request).await?,
            Step::Forget => self.forget().await?,
        }
        self.compare().await
    }

    async fn publish(&mut self, step: &Step) -> Result<()> {
        let Step::Publish {
            value,
            blank,
            stock,
            pays,
            rest,
            plays_per_day,
            valid_days,
            min_purchase,
            days,
        } = *step
        else {
            bail!("no publishing");
        };
        if self.campaigns.len() == CAMPAIGNS {
            return Ok(());
        }
        let mut won = prize("割引", value, 1);
        won.stock = stock;
        let (prizes, floor, ceiling) = if blank {
            (vec![prize("はずれ", 0, 1), won], value / 4, value * 3 / 4)
        } else {
            (vec![won], value, value)
        };
        let input = CampaignInput {
            prizes,
            floor: Yen(floor),
            ceiling: Yen(ceiling),
            budget: Yen(value * pays + rest),
            plays_per_day,
            valid_days,
            min_purchase: Yen(min_purchase),
            ends_at: self.model.now + days * DAY_MS,
            ..campaign_at(self.model.now, &self.stores)
        };
        let owner = self.owner().await?;
        let draft: Campaign = owner.post(path::CAMPAIGNS, &input).await?.json()?;
        let publish = path::fill(path::CAMPAIGN_PUBLISH, &[&draft.campaign_id.to_string()]);
        let published: Campaign = self.ask(owner, true, publish, None).await?.json()?;
        self.campaigns.push(published);
        let rules = Rules {
            value,
            plays_per_day,
            valid_days,
            min_purchase,
            starts_at: input.starts_at,
            ends_at: input.ends_at,
        };
        self.model.publish(rules, input.budget.0, stock);
        Ok(())
    }

    async fn play(&mut self, who: usize, which: usize, store: usize, unseen: bool) -> Result<()> {
        let shopper = self.shopper(who)?;
        let campaign = self.campaigns[which].clone();
        let answer = shopper
            .asks(&campaign, &self.retailer, self.stores[store], None)
            .await?;
        let wanted = self.model.offer(which);
        agree(&answer, &wanted).context("the offer")?;
        if wanted.is_err() {
            return Ok(());
        }
        let offer: Offer = answer.json()?;
        let (made, cap) = (self.model.made(which, who), campaign.plays_per_day);
        let next = (made < cap).then_some(made + 1);
        ensure!(
            offer.next_play == next && offer.plays_left == cap.saturating_sub(made),
            "{made} of {cap} plays made: {offer:?}"
        );
        let mut play = play_of(&offer);
        play.play_number = made + 1;
        play.client_nonce = format!("{:032x}", rand::random::<u128>());
        if unseen {
            play.odds_hash = format!("{:064x}", rand::random::<u128>());
        }
        let body = json!(play);
        let wanted = self.model.play(which, who, unseen);
        let answer = self
            .ask(
                shopper.client,
                false,
                path::PLAYS.to_owned(),
                Some(body.clone()),
            )
            .await?;
        agree(answer, &wanted)?;
        if wanted.is_err() {
            return Ok(());
        }
        let result: PlayResult = answer.json()?;
        ensure!(
            result.proof.odds_hash == offer.odds_hash
                && result.proof.seed_commitment == offer.seed_commitment,
            "drawn otherwise than shown: {offer:?} {result:?}"
        );
        let won = result.value.0 > 0;
        ensure!(
            won == result.coupon.is_some()
                && offer
                    .odds
                    .iter()
                    .any(|o| o.prize_id == result.prize_id && o.value == result.value)
                && result.plays_left == cap - made - 1,
            "{result:?}"
        );
        let valid_until = self.model.drawn(which, who, store, won);
        if let Some(coupon) = &result.coupon {
            ensure!(
                coupon.valid_until == valid_until && coupon.store_id == self.stores[store],
                "until {valid_until}: {coupon:?}"
            );
            let code = self.stage.database.code_of(coupon.coupon_id).await?;
            self.codes.push(code.parse()?);
            self.coupons.push(coupon.clone());
            self.passes.push(None);
        }
        self.plays.push(Played {
            shopper: who,
            day: day(self.model.now),
            campaign: which,
            number: made + 1,
            body,
            result,
        });
        Ok(())
    }

    async fn play_again(&mut self, play: usize) -> Result<()> {
        let Some(play) = pick(play, self.plays.len()) else {
            return Ok(());
        };
        let Played {
            shopper,
            day: played,
            campaign,
            number,
            ..
        } = self.plays[play];
        // Told again today, and once midnight has passed.
        let wanted = match day(self.model.now) - played {
            0 => Ok(()),
            1 if self.model.made(campaign, shopper) >= number => {
                Err(No::Problem(ProblemKind::Conflict))
            }
            1 => Ok(()),
            _ => return Ok(()),
        };
        let client = self.shopper(shopper)?.client;
        let body = self.plays[play].body.clone();
        let answer = self
            .ask(client, false, path::PLAYS.to_owned(), Some(body))
            .await?;
        agree(answer, &wanted)?;
        if wanted.is_ok() {
            let again: PlayResult = answer.json()?;
            let first = &self.plays[play].result;
            let id = |result: &PlayResult| result.coupon.as_ref().map(|c| c.coupon_id);
            ensure!(
                again.draw_id == first.draw_id && id(&again) == id(first),
                "drawn again: {first:?} {again:?}"
            );
        }
        Ok(())
    }

    /// What is typed or scanned, and what the model has to know of it. `None`: the screen shows nothing that could be.
    async fn show(
        &mut self,
        coupon: usize,
        shown: Shown,
    ) -> Result<Option<(String, Option<Pass>)>> {
        match shown {
            Shown::Typed(way) => {
                let code = self.codes[coupon];
                let typed = match way % 5 {
                    0 => code.compact(),
                    1 => code.to_string(),
                    2 => code.compact().to_lowercase(),
                    3 => format!(" {} ", code.to_string().replace('-', "ー")),
                    // Full-width forms.
                    _ => code
                        .compact()
                        .chars()
                        .map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c))
                        .collect(),
                };
                Ok(Some((typed, None)))
            }
            Shown::OldScreen if self.passes[coupon].is_some() => Ok(self.passes[coupon]
                .clone()
                .map(|(text, pass)| (text, Some(pass)))),
            Shown::Screen | Shown::Digits | Shown::OldScreen => {
                let shopper = self.shopper(self.model.coupons[coupon].shopper)?;
                let of = &self.coupons[coupon];
                let ids = [of.retailer_id.to_string(), of.coupon_id.to_string()];
                let target = path::fill(path::WALLET_PASS, &[&ids[0], &ids[1]]);
                let answer = shopper.client.act(&target).await?;
                let wanted = self.model.pass(coupon);
                agree(&answer, &wanted).context("the screen")?;
                let Ok(pass) = wanted else {
                    return Ok(None);
                };
                let screen: CouponPass = answer.json()?;
                self.passes[coupon] = Some((screen.qr.clone(), pass));
                Ok(Some(match shown {
                    Shown::Digits => (screen.short_code, None),
                    _ => (screen.qr, Some(pass)),
                }))
            }
        }
    }

    async fn redeem(
        &mut self,
        coupon: usize,
        elsewhere: bool,
        basket: Option<i64>,
        shown: Shown,
    ) -> Result<()> {
        let own = self.model.coupons[coupon].store;
        // Digits are kept for their store: elsewhere nobody knows them.
        let elsewhere = elsewhere && !matches!(shown, Shown::Digits);
        let store = if elsewhere { 1 - own } else { own };
        let Some((typed, pass)) = self.show(coupon, shown).await? else {
            return Ok(());
        };
        let body = json!(RedeemRequest {
            store_id: self.stores[store],
            code: typed.clone(),
            basket: basket.map(Yen),
        });
        let owner = self.owner().await?;
        let wanted = self.model.redeem(coupon, store, basket, pass);
        let (coupon_id, value) = (self.coupons[coupon].coupon_id, self.coupons[coupon].value);
        let answer = self
            .ask(owner, true, path::TILL_REDEMPTIONS.to_owned(), Some(body))
            .await?;
        agree(answer, &wanted).with_context(|| format!("shown {typed:?}"))?;
        if let Ok(cost) = wanted {
            let taken: TillRedemption = answer.json()?;
            ensure!(
                taken.cost.0 == cost && taken.value == value && taken.coupon_id == coupon_id,
                "cost {cost}: {taken:?}"
            );
            self.redemptions.push(taken);
        }
        Ok(())
    }

    async fn undo(&mut self, redemption: usize) -> Result<()> {
        let Some(redemption) = pick(redemption, self.redemptions.len()) else {
            return Ok(());
        };
        let id = self.redemptions[redemption].redemption_id;
        let owner = self.owner().await?;
        let wanted = self.model.undo(redemption);
        let target = path::fill(path::TILL_UNDO, &[&id.to_string()]);
        let answer = self.ask(owner, true, target, None).await?;
        agree(answer, &wanted)?;
        if wanted.is_ok() {
            let undone: TillRedemption = answer.json()?;
            ensure!(
                undone.reversed_at.is_some() && undone.redemption_id == id,
                "{undone:?}"
            );
        }
        Ok(())
    }

    async fn pause(&mut self, campaign: usize, pause: bool) -> Result<()> {
        let Some(campaign) = pick(campaign, self.campaigns.len()) else {
            return Ok(());
        };
        let id = self.campaigns[campaign].campaign_id.to_string();
        let owner = self.owner().await?;
        let wanted = self.model.pause(campaign, pause);
        if pause {
            let answer = owner.act(&path::fill(path::CAMPAIGN_PAUSE, &[&id])).await?;
            return agree(&answer, &wanted);
        }
        let target = path::fill(path::CAMPAIGN_PUBLISH, &[&id]);
        agree(self.ask(owner, true, target, None).await?, &wanted)
    }

    async fn set_budget(&mut self, campaign: usize, percent: i64) -> Result<()> {
        let Some(campaign) = pick(campaign, self.campaigns.len()) else {
            return Ok(());
        };
        let owner = self.owner().await?;
        let id = self.campaigns[campaign].campaign_id.to_string();
        let target = path::fill(path::CAMPAIGN, &[&id]);
        let mut input = amend::as_input(&owner.get::<Campaign>(&target).await?);
        input.budget = Yen((input.budget.0 * percent / 100).max(1));
        let wanted = self.model.set_budget(campaign, input.budget.0);
        agree(&owner.put(&target, &input).await?, &wanted)
    }

    /// An earlier request's sender, whose cookies may be others by now.
    async fn sender(&mut self, request: usize) -> Result<Client> {
        if self.asked[request].is_owner {
            self.owner().await
        } else {
            self.somewhere(&self.asked[request].client)
        }
    }

    async fn repeat(&mut self, request: usize) -> Result<()> {
        let Some(request) = pick(request, self.asked.len()) else {
            return Ok(());
        };
        if !self.asked[request].is_kept() {
            return Ok(());
        }
        let client = self.sender(request).await?;
        let asked = &self.asked[request];
        let again = client
            .post_under(&asked.path, asked.body.as_ref(), &asked.key)
            .await?;
        if asked.is_forgotten {
            return again.refused(ProblemKind::IdempotencyKeyReused).map(drop);
        }
        ensure!(
            (again.status, &again.body) == (asked.answer.status, &asked.answer.body),
            "another answer to {} under the same key: {} {}, then {} {}",
            asked.path,
            asked.answer.status,
            asked.answer.text(),
            again.status,
            again.text()
        );
        Ok(())
    }

    async fn reuse(&mut self, request: usize) -> Result<()> {
        let Some(request) = pick(request, self.asked.len()) else {
            return Ok(());
        };
        if !self.asked[request].is_kept() {
            return Ok(());
        }
        let client = self.sender(request).await?;
        let asked = &self.asked[request];
        let mut path = asked.path.clone();
        let mut body = asked.body.clone();
        match &mut body {
            Some(body) if path == path::PLAYS => {
                body["client_nonce"] = json!(format!("{:032x}", rand::random::<u128>()));
            }
            Some(body) => body["basket"] = json!(10_000_000),
            // Another id of the same kind, so that the route is the same one.
            None => {
                let is_undo = path.ends_with("/undo");
                let mut ids = if is_undo {
                    self.redemptions
                        .iter()
                        .map(|r| path::fill(path::TILL_UNDO, &[&r.redemption_id.to_string()]))
                        .collect::<Vec<_>>()
                } else {
                    self.campaigns
                        .iter()
                        .map(|c| path::fill(path::CAMPAIGN_PUBLISH, &[&c.campaign_id.to_string()]))
                        .collect()
                };
                ids.retain(|other| *other != path);
                let Some(other) = ids.pop() else {
                    return Ok(());
                };
                path = other;
            }
        }
        client
            .post_under(&path, body.as_ref(), &asked.key)
            .await?
            .refused(ProblemKind::IdempotencyKeyReused)
            .map(drop)
    }

    async fn forget(&mut self) -> Result<()> {
        let done = idempotency::forget_answers(self.stage.first.db(), self.model.now).await?;
        let mut wanted = 0;
        for asked in &mut self.asked {
            if asked.is_kept() && !asked.is_forgotten && asked.at < self.model.now - DAY_MS {
                asked.is_forgotten = true;
                wanted += 1;
            }
        }
        ensure!(done == wanted, "{done} forgotten instead of {wanted}");
        Ok(())
    }

    /// Every campaign, and the wallet of one shopper, as the model has them.
    async fn compare(&mut self) -> Result<()> {
        let owner = self.owner().await?;
        let there: Items<Campaign> = owner.get(path::CAMPAIGNS).await?;
        ensure!(
            there.items.len() == self.campaigns.len(),
            "{} campaigns",
            there.items.len()
        );
        for (n, (campaign, model)) in self.campaigns.iter().zip(&self.model.campaigns).enumerate() {
            let now = there
                .items
                .iter()
                .find(|c| c.campaign_id == campaign.campaign_id)
                .context("a campaign vanished")?;
            let budget = &now.budget;
            let said = [
                budget.total,
                budget.available,
                budget.reserved,
                budget.spent,
            ]
            .map(Yen::get);
            let wanted = [model.budget, model.available, model.reserved, model.spent];
            ensure!(
                said == wanted,
                "campaign {n}: budget, available, reserved, spent are {said:?}, should be {wanted:?}"
            );
            ensure!(
                model.budget == model.available + model.reserved + model.spent
                    && wanted.iter().all(|yen| *yen >= 0),
                "the model itself is wrong: {model:?}"
            );
            let left = now.prizes.iter().find_map(|p| p.stock_left);
            ensure!(
                left == model.stock_left,
                "campaign {n}: {left:?} pieces left, should be {:?}",
                model.stock_left
            );
            let status = model.status_at(self.model.now);
            ensure!(
                now.status == status,
                "campaign {n}: {:?}, should be {status:?}",
                now.status
            );
        }
        let who = self.turn % SHOPPERS;
        let wallet: Items<Coupon> = self
            .shopper(who)?
            .client
            .send(Method::GET, path::WALLET, None)
            .await?
            .json()?;
        let own: Vec<usize> = (0..self.coupons.len())
            .filter(|n| self.model.coupons[*n].shopper == who)
            .collect();
        ensure!(
            wallet.items.len() == own.len(),
            "{} coupons in a wallet instead of {}",
            wallet.items.len(),
            own.len()
        );
        for n in own {
            let seen = wallet
                .items
                .iter()
                .find(|c| c.coupon_id == self.coupons[n].coupon_id)
                .context("a coupon vanished")?;
            let status = match self.model.seen(n) {
                State::Issued => CouponStatus::Issued,
                State::Redeemed => CouponStatus::Redeemed,
                State::Expired => CouponStatus::Expired,
            };
            ensure!(
                seen.status == status && seen.uses == self.model.coupons[n].uses,
                "coupon {n} should be {status:?} after {} uses: {seen:?}",
                self.model.coupons[n].uses
            );
        }
        Ok(())
    }
}
