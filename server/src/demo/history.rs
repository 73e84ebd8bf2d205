//! The 90 days: people open the page, are made an offer, play, win, come or do not come. `app` sizes, draws and decides.

use std::collections::{BTreeMap, HashMap};

use app::{
    code::CouponCode,
    context::{Context, Frequency, Recency, RedemptionRate},
    coupon::cost_of,
    day::{Day, JST},
    draw::{ClientNonce, ServerSeed, draw, outcome},
    geo::{Band, DayCell, LastSeen, LatLng, Sighting, effective_band, established_area},
    holdout::Arm,
    id::{CampaignId, CouponId, DrawId, EntryId, RedemptionId, ShopperId, StoreId},
    ledger::Verb,
    policy::{CampaignRules, offer},
    prize::{Prize, PrizeTable},
    pseudonym::Pseudonym,
    yen::{MilliYen, Yen},
};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use super::town::{PAST_DAYS, Person, Town, id_bytes};
use crate::{
    db::holdout::{Channel, Exposure},
    db::town::{
        CampaignRow, Evidence, History, PastBasket, PastCoupon, PastDraw, PastEntry, PastOffer,
        PastRedemption, PastShopper, PastVisit, RetailerRow,
    },
    keys::Keys,
};

const HOUR_MS: i64 = 3_600_000;
/// Days before the past in which members came already.
const BEFORE_DAYS: i32 = 30;

/// A campaign while it runs.
struct Running<'a> {
    retailer: &'a RetailerRow,
    campaign: &'a CampaignRow,
    table: PrizeTable,
    rules: CampaignRules,
    available: i64,
    reserved: i64,
    spent: i64,
}

/// What a retailer knows of one shopper.
#[derive(Default)]
struct Known {
    visits: Vec<Day>,
    issued: u32,
    redeemed: u32,
    bonus: HashMap<CampaignId, i64>,
}

/// A retailer's nearest store, and how many metres away it is.
fn distance(retailer: &RetailerRow, from: LatLng) -> (StoreId, f64) {
    let by_metres =
        |store: &crate::db::town::StoreRow| (store.store_id, store.position.distance_m(from));
    retailer
        .stores
        .iter()
        .map(by_metres)
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap_or((StoreId::from_bits(0), f64::INFINITY))
}

enum Event {
    /// A person (by index) opens the page at a place.
    Open(usize),
    /// A person visits a store of a retailer (both by index), seen or not.
    Visit(usize, usize),
    /// A coupon's time is over, unless it was redeemed.
    Expire(usize),
}

/// What is true of the town, which nobody in it can see.
#[derive(Clone, Copy, Debug)]
pub struct Truth {
    /// By what part offers raise the visits of those who are made some: 0.25 is a quarter more.
    pub effect: f64,
    /// Chance that a member's visit is known to the retailer's own till.
    pub imported: f64,
    /// Chance that staff scan the member code.
    pub card: f64,
    /// Chance that the store's code is scanned.
    pub check_in: f64,
}

impl Default for Truth {
    fn default() -> Self {
        Self {
            effect: 0.4,
            imported: 0.97,
            card: 0.3,
            check_in: 0.1,
        }
    }
}

struct Life<'a> {
    rng: ChaCha8Rng,
    town: &'a Town,
    running: Vec<Running<'a>>,
    seeds: HashMap<(CampaignId, Day), ServerSeed>,
    known: HashMap<(usize, usize), Known>,
    truth: Truth,
    /// Visits a day by person and retailer, without offers.
    rates: Vec<Vec<f64>>,
    /// Since when a person is exposed to a retailer's offers, or would be.
    exposed: HashMap<(usize, usize), i64>,
    /// Coupons not used yet, by person and retailer.
    wallets: HashMap<(usize, usize), Vec<usize>>,
    cells: Vec<Vec<DayCell>>,
    last: Vec<Option<LastSeen>>,
    events: BTreeMap<(i64, u64), Event>,
    count: u64,
    receipts: u64,
    out: History,
}

/// Lets the town live until `now`.
///
/// # Errors
/// When a campaign of the plans contradicts itself, or a seed cannot be wrapped.
pub fn live(
    town: &Town,
    keys: &Keys,
    truth: Truth,
    now: i64,
    progress: &(dyn Fn(&str, u64, u64) + Sync),
) -> anyhow::Result<History> {
    let mut life = Life::new(town, truth)?;
    // Members came before there was anything to play, and the till knew them.
    for past in (PAST_DAYS + 1..=PAST_DAYS + BEFORE_DAYS).rev() {
        let day = town.today.plus(-past);
        life.plan_visits(day);
        life.run_until(day.end(JST))?;
    }
    for past in (1..=PAST_DAYS).rev() {
        let day = town.today.plus(-past);
        life.plan_day(day, keys)?;
        life.plan_visits(day);
        life.run_until(day.end(JST).min(now))?;
        let done = u64::try_from(PAST_DAYS - past + 1).unwrap_or(0);
        progress("history", done, u64::try_from(PAST_DAYS).unwrap_or(0));
    }
    life.run_until(now)?;
    life.out.until = Some(now);
    Ok(life.finish())
}

impl<'a> Life<'a> {
    fn new(town: &'a Town, truth: Truth) -> anyhow::Result<Self> {
        let mut running = Vec::new();
        for retailer in &town.retailers {
            for campaign in &retailer.campaigns {
                let prizes = campaign
                    .prizes
                    .iter()
                    .map(|p| Prize {
                        id: p.prize_id,
                        value: p.value,
                        weight: p.weight,
                        stock_left: None,
                    })
                    .collect();
                let table = PrizeTable::new(prizes)?;
                running.push(Running {
                    retailer,
                    campaign,
                    rules: CampaignRules::new(campaign.floor, campaign.ceiling, &table),
                    table,
                    available: campaign.budget.get(),
                    reserved: 0,
                    spent: 0,
                });
            }
        }
        Ok(Self {
            // Another stream than the one that made the people.
            rng: ChaCha8Rng::seed_from_u64(town.seed ^ 0x7261_6974_656e),
            town,
            running,
            seeds: HashMap::new(),
            known: HashMap::new(),
            truth,
            // Half as many for every two kilometres.
            rates: town
                .people
                .iter()
                .map(|person| {
                    town.retailers
                        .iter()
                        .map(|retailer| {
                            let metres = distance(retailer, person.home)
                                .1
                                .min(distance(retailer, person.weekday).1);
                            person.comes * f64::exp(-metres / 2_900.0)
                        })
                        .collect()
                })
                .collect(),
            exposed: HashMap::new(),
            wallets: HashMap::new(),
            cells: vec![Vec::new(); town.people.len()],
            last: vec![None; town.people.len()],
            events: BTreeMap::new(),
            count: 0,
            receipts: 0,
            out: History::default(),
        })
    }

    fn schedule(&mut self, at: i64, event: Event) {
        self.count += 1;
        self.events.insert((at, self.count), event);
    }

    /// A moment while shops are open.
    fn open_hours(&mut self, day: Day) -> i64 {
        day.start(JST) + 9 * HOUR_MS + self.rng.random_range(0..12 * HOUR_MS)
    }

    fn plan_day(&mut self, day: Day, keys: &Keys) -> anyhow::Result<()> {
        for running in &self.running {
            let seed = ServerSeed::new(self.rng.random());
            let (retailer, campaign) = (running.retailer.retailer_id, running.campaign.campaign_id);
            let purpose = crate::db::draw_seeds::purpose(retailer, campaign, day);
            self.out.seeds.push((
                retailer,
                campaign,
                day,
                keys.wrap(&purpose, seed.reveal())?,
                seed.commitment(),
                day.start(JST),
            ));
            self.seeds.insert((campaign, day), seed);
        }
        for who in 0..self.town.people.len() {
            let person = &self.town.people[who];
            if person.since > day {
                continue;
            }
            let weekend = if day.is_weekend() { 1.4 } else { 1.0 };
            if self.rng.random_bool((person.opens * weekend).min(0.9)) {
                let at = self.open_hours(day);
                self.schedule(at, Event::Open(who));
            }
        }
        Ok(())
    }

    /// Who comes on a day. Those who do not play yet are seen as members only.
    fn plan_visits(&mut self, day: Day) {
        let weekend = if day.is_weekend() { 1.4 } else { 1.0 };
        for who in 0..self.town.people.len() {
            let person = &self.town.people[who];
            if person.since > day && !person.member {
                continue;
            }
            for retailer in 0..self.town.retailers.len() {
                let lifted = match self.exposed.get(&(who, retailer)) {
                    Some(_) if self.arm(who, retailer) == Arm::Treatment => 1.0 + self.truth.effect,
                    _ => 1.0,
                };
                let chance = self.rates[who][retailer] * lifted * weekend / 1.1;
                if self.rng.random_bool(chance.min(0.9)) {
                    let at = self.open_hours(day);
                    self.schedule(at, Event::Visit(who, retailer));
                }
            }
        }
    }

    fn run_until(&mut self, until: i64) -> anyhow::Result<()> {
        while let Some(entry) = self.events.first_entry() {
            let at = entry.key().0;
            if at >= until {
                break;
            }
            match entry.remove() {
                Event::Open(who) => self.open(who, at)?,
                Event::Expire(coupon) => self.expire(coupon, at),
                Event::Visit(who, retailer) => self.come(who, retailer, at),
            }
        }
        Ok(())
    }

    fn arm(&self, who: usize, retailer: usize) -> Arm {
        let programme = &self.town.retailers[retailer].programme;
        programme.arm(self.town.people[who].shopper_id)
    }

    /// Somebody is at a store. What is seen of it depends on the coupons they have and on luck.
    fn come(&mut self, who: usize, retailer: usize, at: i64) {
        let campaign = self.town.retailers[retailer].campaigns[0].campaign_id;
        let Some(which) = self
            .running
            .iter()
            .position(|r| r.campaign.campaign_id == campaign)
        else {
            return;
        };
        let coupons = &self.out.coupons;
        let usable = |i: &usize| coupons[*i].status == "issued" && at < coupons[*i].valid_until;
        let wallet = self.wallets.entry((who, retailer)).or_default();
        wallet.retain(usable);
        // The one that is best, mostly at its store.
        let best = wallet
            .iter()
            .copied()
            .max_by_key(|i| (coupons[*i].value, *i));
        let coupon = best.filter(|_| self.rng.random_bool(0.75));
        let store = match coupon {
            Some(coupon) => self.out.coupons[coupon].store_id,
            None => self.choose_store(which, self.town.people[who].home),
        };
        if let Some(coupon) = coupon {
            self.redeem(coupon, at);
        }
        self.receipts += 1;
        let reference = format!("receipt-{:06}", self.receipts);
        let truth = self.truth;
        if self.town.people[who].member && self.rng.random_bool(truth.imported) {
            self.visit(who, which, store, at, ("import", reference.clone(), at));
            self.out.baskets.push(PastBasket {
                retailer_id: self.running[which].retailer.retailer_id,
                shopper_id: self.town.people[who].shopper_id,
                store_id: store,
                reference: reference.clone(),
                at,
                // No dice: they would make another town.
                basket: Yen(300 + 10 * (self.receipts as i64 * 7_919 % 180)),
            });
        }
        if self.town.people[who].since > Day::of(at, JST) {
            return;
        }
        if self.rng.random_bool(truth.card) {
            self.visit(who, which, store, at, ("card", reference.clone(), at));
        }
        if self.rng.random_bool(truth.check_in) {
            self.visit(who, which, store, at, ("check_in", reference, at));
        }
    }

    /// Whoever opens the page is exposed to every retailer that is near, or would be.
    fn expose(&mut self, who: usize, place: LatLng, also: usize, at: i64) {
        for retailer in 0..self.town.retailers.len() {
            let (store_id, metres) = distance(&self.town.retailers[retailer], place);
            let is_near = metres <= 5_000.0 || retailer == also;
            if !is_near || self.exposed.contains_key(&(who, retailer)) {
                continue;
            }
            self.exposed.insert((who, retailer), at);
            let day = Day::of(at, JST);
            let last = self
                .known
                .get(&(who, retailer))
                .and_then(|known| known.visits.last().copied());
            self.out.exposures.push(Exposure {
                epoch: self.town.retailers[retailer].programme,
                shopper_id: self.town.people[who].shopper_id,
                store_id,
                distance: Band::of_m(metres),
                recency: Recency::between(last, day),
                channel: if metres <= 5_000.0 {
                    Channel::Nearby
                } else {
                    Channel::Link
                },
                at,
            });
        }
    }

    /// The nearer, the likelier: weight exp(−km / 2).
    fn choose_store(&mut self, which: usize, from: LatLng) -> StoreId {
        let stores = &self.running[which].retailer.stores;
        let weights: Vec<f64> = stores
            .iter()
            .map(|s| (-s.position.distance_m(from) / 2_000.0).exp().max(1e-9))
            .collect();
        let mut left = self.rng.random::<f64>() * weights.iter().sum::<f64>();
        for (store, weight) in stores.iter().zip(weights) {
            left -= weight;
            if left <= 0.0 {
                return store.store_id;
            }
        }
        stores[stores.len() - 1].store_id
    }

    fn open(&mut self, who: usize, at: i64) -> anyhow::Result<()> {
        let day = Day::of(at, JST);
        let person = &self.town.people[who];
        let place = person.place(day, &mut self.rng);
        let cell = Person::cell(place);
        let which = self.rng.random_range(0..self.running.len());
        let retailer = self.retailer_of(which);
        self.expose(who, place, retailer, at);
        let person = &self.town.people[who];
        let nearest = self.running[which]
            .retailer
            .stores
            .iter()
            .map(|s| s.position)
            .min_by(|a, b| a.distance_m(place).total_cmp(&b.distance_m(place)))
            .unwrap_or(place);
        let sighting = person.consents.then(|| Sighting {
            cell,
            claimed: Band::of_m(nearest.distance_m(place)),
            accuracy_m: 30,
            at,
        });
        let established = established_area(&self.cells[who], day);
        let band = effective_band(sighting, nearest, self.last[who], established);
        if person.consents {
            self.last[who] = Some(LastSeen { cell, at });
            if self.cells[who].last().is_none_or(|c| c.day < day) {
                self.cells[who].push(DayCell { day, cell });
            }
        }
        // Not everybody who looks plays.
        if self.rng.random_bool(0.8) && self.arm(who, retailer) == Arm::Treatment {
            self.play(who, which, place, band, at)?;
        }
        Ok(())
    }

    fn play(
        &mut self,
        who: usize,
        which: usize,
        place: LatLng,
        band: app::geo::EffectiveBand,
        at: i64,
    ) -> anyhow::Result<()> {
        let day = Day::of(at, JST);
        let shopper_id = self.town.people[who].shopper_id;
        let running = &self.running[which];
        let (retailer_id, campaign) = (running.retailer.retailer_id, running.campaign);
        let campaign_id = campaign.campaign_id;
        let known = self.known.entry((who, which)).or_default();
        let recent = known
            .visits
            .iter()
            .filter(|v| day.since(**v) < Frequency::WINDOW_DAYS)
            .count();
        let context = Context::at(
            at,
            JST,
            band.band,
            Recency::between(known.visits.last().copied(), day),
            Frequency::of_visits(u32::try_from(recent).unwrap_or(u32::MAX)),
            RedemptionRate::of(known.redeemed, known.issued),
        );
        let used = MilliYen(known.bonus.get(&campaign_id).copied().unwrap_or(0));
        let Ok((sizing, odds)) = offer(
            campaign.policy,
            &context,
            &running.rules,
            &running.table,
            Yen(running.available),
            used,
            None,
        ) else {
            // The budget is used up: the campaign has nothing to offer.
            return Ok(());
        };
        *known.bonus.entry(campaign_id).or_default() += sizing.distance_bonus.get();
        let pseudonym = Pseudonym::new(self.rng.random());
        let hash = odds.hash(campaign_id, pseudonym, day);
        let nonce: ClientNonce = hex::encode(self.rng.random::<[u8; 16]>()).parse()?;
        let seed = &self.seeds[&(campaign_id, day)];
        let ticket = draw(seed, campaign_id, pseudonym, 1, &nonce, hash);
        let Some(won) = outcome(&odds, ticket).copied() else {
            anyhow::bail!("a ticket outside the odds");
        };
        self.out.offers.push(PastOffer {
            retailer_id,
            campaign_id,
            shopper_id,
            day,
            hash,
            pseudonym,
            reasons: serde_json::json!({ "why": sizing.why, "band": band.reason }).to_string(),
            odds,
            sizing,
            context,
            offered_at: at,
        });
        let store_id = self.choose_store(which, place);
        let draw_id = DrawId::new(at, id_bytes(&mut self.rng));
        self.out.draws.push(PastDraw {
            retailer_id,
            draw_id,
            campaign_id,
            shopper_id,
            store_id,
            day,
            hash,
            nonce: nonce.as_str().to_owned(),
            ticket,
            prize_id: won.prize_id,
            value: won.value,
            drawn_at: at,
        });
        if won.value > Yen::ZERO {
            self.issue(who, which, store_id, &won, draw_id, at);
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments)] // each is one fact of the win; a struct for one call would only rename them
    fn issue(
        &mut self,
        who: usize,
        which: usize,
        store_id: StoreId,
        won: &app::odds::Odds,
        draw_id: DrawId,
        at: i64,
    ) {
        let person = &self.town.people[who];
        let running = &mut self.running[which];
        let value = won.value.get();
        running.available -= value;
        running.reserved += value;
        let (retailer_id, campaign) = (running.retailer.retailer_id, running.campaign);
        let valid_until = Day::of(at, JST)
            .plus(i32::try_from(campaign.valid_days).unwrap_or(1))
            .end(JST);
        self.known.entry((who, which)).or_default().issued += 1;
        let coupon_id = CouponId::new(at, id_bytes(&mut self.rng));
        let index = self.out.coupons.len();
        self.out.coupons.push(PastCoupon {
            retailer_id,
            coupon_id,
            campaign_id: campaign.campaign_id,
            prize_id: won.prize_id,
            store_id,
            shopper_id: person.shopper_id,
            draw_id,
            code: CouponCode::from_random(self.rng.random()).compact(),
            value: won.value,
            min_purchase: campaign.min_purchase,
            status: "issued",
            issued_at: at,
            valid_until,
            redeemed_at: None,
        });
        self.entry(index, Verb::Issue, 0, (-value, value, 0), None, at);
        let retailer = self.retailer_of(which);
        self.wallets.entry((who, retailer)).or_default().push(index);
        self.schedule(valid_until, Event::Expire(index));
    }

    fn entry(
        &mut self,
        coupon: usize,
        verb: Verb,
        uses: u32,
        moved: (i64, i64, i64),
        by: Option<(app::id::AccountId, RedemptionId)>,
        at: i64,
    ) {
        let of = &self.out.coupons[coupon];
        let (retailer_id, campaign_id, coupon_id) = (of.retailer_id, of.campaign_id, of.coupon_id);
        self.out.journal.push(PastEntry {
            retailer_id,
            entry_id: EntryId::new(at, id_bytes(&mut self.rng)),
            campaign_id,
            coupon_id,
            redemption_id: by.map(|(_, redemption)| redemption),
            step: verb.step(uses),
            kind: verb.slug(),
            moved,
            account_id: by.map(|(account, _)| account),
            entered_at: at,
        });
    }

    /// The retailer of a campaign, by index.
    fn retailer_of(&self, which: usize) -> usize {
        let id = self.running[which].retailer.retailer_id;
        let retailers = &self.town.retailers;
        retailers
            .iter()
            .position(|r| r.retailer_id == id)
            .unwrap_or(0)
    }

    /// Person and campaign of a coupon, by index.
    fn owner_of(&self, coupon: &PastCoupon) -> Option<(usize, usize)> {
        let who = self
            .town
            .people
            .iter()
            .position(|p| p.shopper_id == coupon.shopper_id)?;
        let which = self
            .running
            .iter()
            .position(|r| r.campaign.campaign_id == coupon.campaign_id)?;
        Some((who, which))
    }

    fn redeem(&mut self, index: usize, at: i64) {
        let coupon = self.out.coupons[index].clone();
        let Some((who, which)) = self.owner_of(&coupon) else {
            return;
        };
        if coupon.status != "issued" || at >= coupon.valid_until {
            return;
        }
        let basket = Yen(coupon.min_purchase.get().max(300) + 10 * self.rng.random_range(0..180));
        let cost = cost_of(coupon.value, Some(basket));
        let running = &mut self.running[which];
        running.reserved -= coupon.value.get();
        running.spent += cost.get();
        running.available += coupon.value.get() - cost.get();
        // The owner of the retailer stands for the staff of the stores that have no login of their own.
        let taker = running
            .retailer
            .accounts
            .iter()
            .find(|a| a.stores.contains(&coupon.store_id))
            .or(running.retailer.accounts.first())
            .map(|a| a.account_id);
        let Some(account_id) = taker else { return };
        let released = coupon.value.get() - cost.get();
        let redemption_id = RedemptionId::new(at, id_bytes(&mut self.rng));
        self.entry(
            index,
            Verb::Redeem,
            1,
            (released, -coupon.value.get(), cost.get()),
            Some((account_id, redemption_id)),
            at,
        );
        self.out.coupons[index].status = "redeemed";
        self.out.coupons[index].redeemed_at = Some(at);
        self.out.redemptions.push(PastRedemption {
            retailer_id: coupon.retailer_id,
            redemption_id,
            coupon_id: coupon.coupon_id,
            campaign_id: coupon.campaign_id,
            store_id: coupon.store_id,
            shopper_id: coupon.shopper_id,
            account_id,
            value: coupon.value,
            cost,
            basket,
            redeemed_at: at,
            day: Day::of(at, JST),
        });
        self.known.entry((who, which)).or_default().redeemed += 1;
        self.visit(
            who,
            which,
            coupon.store_id,
            at,
            ("redemption", redemption_id.to_string(), at),
        );
    }

    fn expire(&mut self, index: usize, at: i64) {
        let coupon = self.out.coupons[index].clone();
        let Some((_, which)) = self.owner_of(&coupon) else {
            return;
        };
        if coupon.status != "issued" {
            return;
        }
        let value = coupon.value.get();
        self.running[which].reserved -= value;
        self.running[which].available += value;
        self.out.coupons[index].status = "expired";
        self.entry(index, Verb::Expire, 0, (value, -value, 0), None, at);
    }

    /// One visit per shopper, store and three hours from its first evidence; what is seen within them joins it.
    fn visit(&mut self, who: usize, which: usize, store_id: StoreId, at: i64, evidence: Evidence) {
        let shopper_id: ShopperId = self.town.people[who].shopper_id;
        let going_on = self
            .out
            .visits
            .iter_mut()
            .rev()
            .take_while(|v| at - v.began_at < 3 * HOUR_MS)
            .find(|v| v.shopper_id == shopper_id && v.store_id == store_id);
        if let Some(visit) = going_on {
            visit.evidence.push(evidence);
            return;
        }
        let day = Day::of(at, JST);
        self.known.entry((who, which)).or_default().visits.push(day);
        self.out.visits.push(PastVisit {
            retailer_id: self.running[which].retailer.retailer_id,
            store_id,
            shopper_id,
            began_at: at,
            day,
            evidence: vec![evidence],
        });
    }

    fn finish(mut self) -> History {
        let today = self.town.today;
        self.out.balances = self
            .running
            .iter()
            .map(|r| {
                (
                    r.campaign.campaign_id,
                    Yen(r.available),
                    Yen(r.reserved),
                    Yen(r.spent),
                )
            })
            .collect();
        for retailer in &self.town.retailers {
            let members = self.town.people.iter().filter(|person| person.member);
            self.out.members.extend(members.map(|person| {
                (
                    retailer.retailer_id,
                    person.shopper_id,
                    person.since.start(JST),
                )
            }));
        }
        self.out.shoppers = self
            .town
            .people
            .iter()
            .zip(self.cells.iter().zip(&self.last))
            .map(|(person, (cells, last))| PastShopper {
                shopper_id: person.shopper_id,
                created_at: person.since.start(JST),
                consents: person.consents,
                cells: cells
                    .iter()
                    .filter(|c| today.since(c.day) < app::geo::HISTORY_DAYS)
                    .map(|c| (c.day, c.cell))
                    .collect(),
                last_seen_at: last.map(|l| l.at),
            })
            .collect();
        self.out
    }
}
