//! One policy in one town, day by day.

use std::{fmt, str::FromStr};

use anyhow::Context as _;
use app::{
    context::{Context, Frequency, Recency, RedemptionRate},
    day::{Day as Date, JST},
    digest::Digest,
    draw::{self, ClientNonce, ServerSeed},
    geo::Band,
    id::{CampaignId, ShopperId},
    learn::{
        choice::{Ladder, Rung, Stakes},
        logistic::logistic,
        policy::Learned,
        price::{Lately, Price, clearing},
        response::{self, CELLS, Cell, Response, Seen, f_of},
    },
    policy::{self, CampaignRules},
    prize::PrizeTable,
    yen::{MilliYen, Yen},
};
use serde::Serialize;

use super::{
    dice::{Dice, What},
    town::{MARGIN, Town, USE_RATE, WINDOW, campaign},
};

/// Days that people have lived before the campaign begins: as long as visits are looked back.
const BEFORE: u32 = 90;
/// The day of the campaign's beginning, 2026-04-01: a Wednesday.
const BEGINS: i32 = 20_544;

/// How offers are sized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// What everybody is promised, and nothing more.
    Floor,
    /// The retailer's own table.
    Flat,
    /// The rule of thumb.
    DistanceLapse,
    /// What was learned so far.
    Learned,
    /// The best of the same class: it knows what yen do to the people of each context.
    Oracle,
}

/// The text names no policy.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("not a policy: floor, flat, distance_lapse, learned or oracle")]
pub struct PolicyError;

impl Policy {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Floor,
        Self::Flat,
        Self::DistanceLapse,
        Self::Learned,
        Self::Oracle,
    ];

    /// Its name on the command line.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::Flat => "flat",
            Self::DistanceLapse => "distance_lapse",
            Self::Learned => "learned",
            Self::Oracle => "oracle",
        }
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

impl FromStr for Policy {
    type Err = PolicyError;
    fn from_str(text: &str) -> Result<Self, PolicyError> {
        Self::ALL
            .into_iter()
            .find(|policy| policy.slug() == text)
            .ok_or(PolicyError)
    }
}

/// What is to be run.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The town.
    pub town: Town,
    /// The policy.
    pub policy: Policy,
    /// How many people.
    pub shoppers: u32,
    /// How many days.
    pub days: u32,
    /// The town's seed.
    pub seed: u64,
    /// The campaign's budget; `None`: so much that its end is not felt.
    pub budget: Option<Yen>,
}

impl Plan {
    fn budget(&self) -> Yen {
        let plenty = i64::from(self.shoppers) * (300 + 20 * i64::from(self.days));
        self.budget.unwrap_or(Yen(plenty))
    }
}

/// What came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The policy.
    pub policy: Policy,
    /// The town.
    pub town: &'static str,
    /// How many people.
    pub shoppers: u32,
    /// How many days.
    pub days: u32,
    /// The town's seed.
    pub seed: u64,
    /// Draws.
    pub plays: u64,
    /// Coupons.
    pub issued: u64,
    /// Coupons that were used.
    pub redeemed: u64,
    /// What that cost.
    pub spent_yen: i64,
    /// Visits.
    pub visits: u64,
    /// Visits that would not have been made without the campaign: each shopper has a twin with the same luck who is given nothing.
    pub incremental_visits_true: i64,
    /// The same for every 10,000 yen spent; absent where nothing was.
    pub incremental_visits_per_10000_yen: Option<f64>,
    /// What those visits earned less what was spent, yen.
    pub net_value_yen: f64,
    /// The budget.
    pub budget_yen: i64,
    /// Plays that got nothing because stock or budget did not allow what is promised.
    pub refused: u64,
    /// Day by day.
    #[serde(skip)]
    pub by_day: Vec<Day>,
}

/// One day.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Day {
    /// Draws.
    pub plays: u64,
    /// Yen spent.
    pub spent: i64,
    /// Yen of the coupons issued, face value.
    pub issued: i64,
    /// What the offers were expected to cost, yen.
    pub liability: f64,
    /// Visits more than the twins'.
    pub incremental: i64,
    /// ln(1 + λ) is what moves; this is λ.
    pub lambda: f64,
    /// The mean of what was aimed at, yen a draw.
    pub target: f64,
}

/// What yen truly do to the people of each context: of each prize the visits it brings and what it costs, as means over the draws made there.
#[derive(Clone, Debug)]
struct Truth {
    cells: Vec<TrueCell>,
    overall: TrueCell,
}

#[derive(Clone, Debug, Default)]
struct TrueCell {
    draws: f64,
    brings: Vec<f64>,
    costs: Vec<f64>,
}

impl TrueCell {
    fn add(&mut self, each: &[(f64, f64)]) {
        self.draws += 1.0;
        self.brings.resize(each.len(), 0.0);
        self.costs.resize(each.len(), 0.0);
        for (i, (brings, costs)) in each.iter().enumerate() {
            self.brings[i] += brings;
            self.costs[i] += costs;
        }
    }

    fn stakes(&self) -> Stakes {
        let mean = |of: &[f64]| of.iter().map(|sum| sum / self.draws).collect();
        Stakes::new(mean(&self.brings), mean(&self.costs))
    }
}

impl Truth {
    fn new() -> Self {
        Self {
            cells: vec![TrueCell::default(); CELLS],
            overall: TrueCell::default(),
        }
    }

    fn add(&mut self, cell: Cell, each: &[(f64, f64)]) {
        self.cells[cell.index()].add(each);
        self.overall.add(each);
    }

    /// What is true of a context, of all where it never came.
    fn stakes(&self, cell: Cell) -> Stakes {
        let of = &self.cells[cell.index()];
        if of.draws > 0.0 {
            of.stakes()
        } else {
            self.overall.stakes()
        }
    }
}

/// Somebody.
struct Shopper {
    home: Band,
    /// The nearer of home and work: what their days make of the store.
    km: f64,
    work: Band,
    /// Comes in most weeks, whatever they are given.
    regular: bool,
    /// The logit of a visit within the window without a prize.
    base: f64,
    /// The same, as the chance of a day.
    daily: f64,
    /// How likely they open the game on a day.
    opens: f64,
    /// Visits of the last days, today's in the lowest bit.
    history: u128,
    held: Option<Held>,
    draw: Option<Drawn>,
    issued: u32,
    redeemed: u32,
}

#[derive(Clone, Copy)]
struct Held {
    value: Yen,
    /// The chance of a visit a day.
    daily: f64,
    until: u32,
}

#[derive(Clone, Copy)]
struct Drawn {
    day: u32,
    cell: Cell,
    value: Yen,
    offered: f64,
    visited: bool,
    redeemed: bool,
}

/// The chance of a day of which so many make the chance of the window.
fn daily(chance: f64) -> f64 {
    1.0 - (1.0 - chance).powf(1.0 / f64::from(WINDOW))
}

impl Shopper {
    fn new(town: Town, dice: Dice, id: u32) -> Self {
        let [home, work] = dice.normal([What::Home, What::Work], id, 0);
        let (home, work) = (Town::km(home), Town::km(work));
        let km = home.min(work);
        let [habit, _] = dice.normal([What::Habit, What::Kind], id, 1);
        let regular = dice.uniform(What::Kind, id, 0) < town.always_come();
        let base = if regular {
            2.5 + 0.5 * habit
        } else {
            town.base(km) + 0.7 * habit
        };
        Self {
            home: Band::of_m(home * 1_000.0),
            work: Band::of_m(work * 1_000.0),
            km,
            regular,
            base,
            daily: daily(logistic(base)),
            opens: 0.05 + 0.3 * dice.uniform(What::Opens, id, 0),
            history: 0,
            held: None,
            draw: None,
            issued: 0,
            redeemed: 0,
        }
    }

    fn context(&self, dice: Dice, id: u32, day: u32) -> Context {
        // What counts is the nearer of where they are and where they live.
        let at_work = dice.uniform(What::AtWork, id, day) < 0.4;
        let here = if at_work { self.work } else { self.home };
        let known = self.history & ((1 << BEFORE) - 1);
        let days = (known != 0).then(|| known.trailing_zeros());
        let date = Date(BEGINS + i32::try_from(day).unwrap_or(0));
        Context {
            band: here.min(self.home),
            recency: Recency::of_days(days),
            frequency: Frequency::of_visits(known.count_ones()),
            redemption_rate: RedemptionRate::of(self.redeemed, self.issued),
            weekend: date.is_weekend(),
            day_part: app::day::DayPart::of(i64::from(date.0) * 86_400_000 + 3 * 3_600_000, JST),
        }
    }

    /// The chance of a visit a day with a prize in hand.
    fn with(&self, town: Town, recency: Recency, value: Yen) -> f64 {
        let slope = if self.regular {
            0.0
        } else {
            town.slope(self.km, recency)
        };
        daily(logistic(self.base + slope * f_of(value)))
    }

    /// Of a prize the visits that it brings and what it costs, in expectation: until the coupon is used the chance of a day is the higher one.
    fn truth(&self, daily: f64, value: Yen) -> (f64, f64) {
        let used = daily * USE_RATE;
        let unused = (1.0 - used).powi(i32::try_from(WINDOW).unwrap_or(0));
        // Exact: a prize is worth a million yen at most.
        #[allow(clippy::cast_precision_loss)]
        let yen = value.get() as f64;
        // Days on which it is still there: Σ (1 − used)^t.
        let days = if used > 0.0 {
            (1.0 - unused) / used
        } else {
            f64::from(WINDOW)
        };
        if value == Yen::ZERO {
            return (0.0, 0.0);
        }
        (MARGIN * days * (daily - self.daily), yen * (1.0 - unused))
    }
}

/// A campaign and what is known of its budget.
struct Till {
    budget: Yen,
    reserved: Yen,
    spent: Yen,
}

impl Till {
    const fn available(&self) -> Yen {
        Yen(self.budget.0 - self.reserved.0 - self.spent.0)
    }
}

/// Runs a plan.
///
/// # Errors
/// None that a plan could bring about: what `app` refuses would be a mistake of the town's.
pub fn run(plan: &Plan, progress: impl FnMut(u32)) -> anyhow::Result<Outcome> {
    let truth = match plan.policy {
        // What is true of a context depends on who is found in it, which the policy changes: first as nothing is given, then as the best is.
        Policy::Oracle => {
            let mut truth = None;
            for seed in [plan.seed ^ 0x5eed, plan.seed ^ 0x0dd] {
                let policy = if truth.is_none() {
                    Policy::Floor
                } else {
                    Policy::Oracle
                };
                let pilot = Plan {
                    policy,
                    seed,
                    ..*plan
                };
                truth = Some(World::new(&pilot, truth)?.live(|_| ())?.1);
            }
            truth
        }
        _ => None,
    };
    Ok(World::new(plan, truth)?.live(progress)?.0)
}

struct World<'a> {
    plan: &'a Plan,
    dice: Dice,
    table: PrizeTable,
    rules: CampaignRules,
    shoppers: Vec<Shopper>,
    till: Till,
    /// What can be offered while everything fits the budget.
    ladder: Ladder,
    known: Option<Truth>,
    truth: Truth,
    seen: Seen,
    learned: Learned,
    /// Contexts of the last days, each with how often they came: what tomorrow's are expected to be.
    came: Lately,
    campaign: CampaignId,
    refused: u64,
    issued: u64,
    redeemed: u64,
}

impl<'a> World<'a> {
    fn new(plan: &'a Plan, known: Option<Truth>) -> anyhow::Result<Self> {
        let (table, rules) = campaign()?;
        let dice = Dice::new(plan.seed);
        let ladder = Ladder::new(&table, rules.limits, plan.budget()).context("the budget")?;
        Ok(Self {
            plan,
            dice,
            shoppers: (0..plan.shoppers)
                .map(|id| Shopper::new(plan.town, dice, id))
                .collect(),
            till: Till {
                budget: plan.budget(),
                reserved: Yen::ZERO,
                spent: Yen::ZERO,
            },
            ladder,
            table,
            rules,
            known,
            truth: Truth::new(),
            seen: Seen::default(),
            learned: Learned::new(MARGIN, Price::default()),
            came: Lately::default(),
            campaign: CampaignId::from_bits(u128::from(plan.seed)),
            refused: 0,
            issued: 0,
            redeemed: 0,
        })
    }

    fn live(mut self, mut progress: impl FnMut(u32)) -> anyhow::Result<(Outcome, Truth)> {
        for day in 0..BEFORE {
            for (id, shopper) in (0..).zip(&mut self.shoppers) {
                let visits = self.dice.uniform(What::Visits, id, day) < shopper.daily;
                shopper.history = (shopper.history << 1) | u128::from(visits);
            }
        }
        let (mut plays, mut visits) = (0, 0);
        let mut by_day = Vec::new();
        for day in 0..self.plan.days {
            let mut today = Day::default();
            self.price(day, by_day.last());
            today.lambda = self.learned.price.lambda();
            let mut came = vec![0.0; CELLS];
            let seed =
                ServerSeed::new(Digest::of(&self.dice.bits(What::Ticket, 0, day).to_be_bytes()).0);
            let mut shoppers = std::mem::take(&mut self.shoppers);
            for (id, shopper) in (0..).zip(&mut shoppers) {
                let (came_in, twin) = self.morning(shopper, id, day, &mut today);
                visits += u64::from(came_in);
                today.incremental += i64::from(came_in) - i64::from(twin);
                if shopper.draw.is_none() && self.dice.uniform(What::Plays, id, day) < shopper.opens
                {
                    self.play(shopper, id, day, &seed, &mut came, &mut today)?;
                }
            }
            self.shoppers = shoppers;
            self.came.add(came);
            plays += today.plays;
            by_day.push(today);
            progress(day + 1);
        }
        let incremental: i64 = by_day.iter().map(|day| day.incremental).sum();
        // Counts and yen stay far below 2^53.
        #[allow(clippy::cast_precision_loss)]
        let (more, spent) = (incremental as f64, self.till.spent.get() as f64);
        anyhow::ensure!(
            self.till.available() >= Yen::ZERO,
            "the budget was exceeded"
        );
        let outcome = Outcome {
            policy: self.plan.policy,
            town: self.plan.town.slug(),
            shoppers: self.plan.shoppers,
            days: self.plan.days,
            seed: self.plan.seed,
            plays,
            issued: self.issued,
            redeemed: self.redeemed,
            spent_yen: self.till.spent.get(),
            visits,
            incremental_visits_true: incremental,
            incremental_visits_per_10000_yen: (spent > 0.0).then(|| more / spent * 10_000.0),
            net_value_yen: MARGIN * more - spent,
            budget_yen: self.till.budget.get(),
            refused: self.refused,
            by_day,
        };
        Ok((outcome, self.truth))
    }

    /// Before the day begins: what is over is learned from, and the price is moved.
    fn price(&mut self, day: u32, yesterday: Option<&Day>) {
        let prices = matches!(self.plan.policy, Policy::Learned | Policy::Oracle);
        if !prices {
            return;
        }
        if self.plan.policy == Policy::Learned {
            if let Ok(response) = Response::fit(&self.seen, Some(&self.learned.response)) {
                self.learned.response = response;
            }
            let rules = &self.rules;
            self.learned
                .next_day(&self.ladder, |cell| rule_of(cell, rules));
        }
        // What can still be spent is spent evenly over the days that are left.
        let left = f64::from(self.plan.days - day);
        // As above.
        #[allow(clippy::cast_precision_loss)]
        let plan = (self.till.budget.get() - self.till.spent.get()) as f64 / left;
        if self.came.is_empty() {
            return;
        }
        let expected: Vec<(Cell, f64)> = Cell::all()
            .zip(self.came.expected())
            .filter(|(_, often)| *often > 0.0)
            .collect();
        let traffic = match &self.known {
            Some(truth) => expected
                .iter()
                .map(|(cell, often)| (truth.stakes(*cell), *often))
                .collect(),
            None => self.learned.traffic(&self.ladder, &expected),
        };
        if day == 1 {
            self.learned.price = Price::new(clearing(&self.ladder, &traffic, plan));
        }
        let held = yesterday.map(|day| (day.liability, plan));
        let binds = self.learned.price.lambda() > 0.0;
        self.learned
            .price
            .next(&self.ladder, &traffic, plan, held.filter(|_| binds));
    }

    /// A shopper's day up to the game: whether they came, and whether their twin did.
    fn morning(
        &mut self,
        shopper: &mut Shopper,
        id: u32,
        day: u32,
        today: &mut Day,
    ) -> (bool, bool) {
        shopper.history <<= 1;
        if let Some(drawn) = shopper.draw
            && day > drawn.day + WINDOW
        {
            self.seen.add(&response::Outcome {
                cell: drawn.cell,
                value: drawn.value,
                offered: drawn.offered,
                visited: drawn.visited,
                redeemed: drawn.redeemed,
            });
            shopper.draw = None;
        }
        if let Some(held) = shopper.held
            && day > held.until
        {
            self.till.reserved.0 -= held.value.0;
            shopper.held = None;
        }
        let luck = self.dice.uniform(What::Visits, id, BEFORE + day);
        let twin = luck < shopper.daily;
        let came = luck < shopper.held.map_or(shopper.daily, |held| held.daily);
        if came {
            shopper.history |= 1;
            if let Some(drawn) = &mut shopper.draw {
                drawn.visited = true;
            }
            if let Some(held) = shopper.held
                && self.dice.uniform(What::Uses, id, day) < USE_RATE
            {
                self.till.reserved.0 -= held.value.0;
                self.till.spent.0 += held.value.0;
                today.spent += held.value.0;
                self.redeemed += 1;
                shopper.redeemed += 1;
                shopper.held = None;
                if let Some(drawn) = &mut shopper.draw {
                    drawn.redeemed = true;
                }
            }
        }
        (came, twin)
    }

    /// What somebody in this context is offered.
    fn target(&self, context: &Context, cell: Cell, id: u32, day: u32) -> MilliYen {
        match self.plan.policy {
            Policy::Floor => self.rules.limits.floor.into(),
            Policy::Flat => sized(policy::Policy::Flat, context, &self.rules),
            Policy::DistanceLapse => sized(policy::Policy::DistanceLapse, context, &self.rules),
            Policy::Learned => {
                let rule = sized(policy::Policy::DistanceLapse, context, &self.rules);
                let normal = self.dice.normal([What::Sample, What::SampleToo], id, day);
                self.learned.target(cell, rule, &self.ladder, normal)
            }
            Policy::Oracle => match &self.known {
                Some(truth) => {
                    let lambda = self.learned.price.lambda();
                    self.ladder.best(&truth.stakes(cell), lambda).target
                }
                None => self.rules.limits.floor.into(),
            },
        }
    }

    fn play(
        &mut self,
        shopper: &mut Shopper,
        id: u32,
        day: u32,
        seed: &ServerSeed,
        came: &mut [f64],
        today: &mut Day,
    ) -> anyhow::Result<()> {
        let context = shopper.context(self.dice, id, day);
        let cell = Cell::of(&context);
        came[cell.index()] += 1.0;
        let target = self.target(&context, cell, id, day);
        // While the highest prize fits the budget the ladder holds.
        let fitted;
        let rung: &Rung = if self.table.top_value() <= Some(self.till.available()) {
            self.ladder.nearest(target)
        } else {
            match Ladder::new(&self.table, self.rules.limits, self.till.available()) {
                Ok(ladder) => {
                    fitted = ladder;
                    fitted.nearest(target)
                }
                Err(_) => {
                    self.refused += 1;
                    return Ok(());
                }
            }
        };
        let won = self.won(rung, id, day, seed)?;
        let chances: Vec<(f64, f64)> = self
            .ladder
            .values()
            .iter()
            .map(|value| {
                shopper.truth(
                    shopper.with(self.plan.town, context.recency, *value),
                    *value,
                )
            })
            .collect();
        let liability: f64 = self
            .ladder
            .values()
            .iter()
            .zip(&chances)
            .zip(self.table.prizes())
            .map(|((_, (_, costs)), prize)| f64::from(rung.odds.ppm_of(prize.id)) / 1e6 * costs)
            .sum();
        self.truth.add(cell, &chances);
        today.plays += 1;
        today.liability += liability;
        today.target += rung.target.as_yen_f64();
        shopper.draw = Some(Drawn {
            day,
            cell,
            value: won,
            offered: rung.offered,
            visited: false,
            redeemed: false,
        });
        if won > Yen::ZERO {
            self.issued += 1;
            shopper.issued += 1;
            today.issued += won.0;
            self.till.reserved.0 += won.0;
            shopper.held = Some(Held {
                value: won,
                daily: shopper.with(self.plan.town, context.recency, won),
                until: day + WINDOW,
            });
        }
        Ok(())
    }

    fn won(&self, rung: &Rung, id: u32, day: u32, seed: &ServerSeed) -> anyhow::Result<Yen> {
        let shopper = ShopperId::from_bits(u128::from(id));
        let date = Date(BEGINS + i32::try_from(day)?);
        let nonce: ClientNonce =
            format!("{:016x}", self.dice.bits(What::Nonce, id, day)).parse()?;
        let hash = rung.odds.hash(self.campaign, shopper, date);
        let ticket = draw::draw(seed, self.campaign, shopper, 1, &nonce, hash);
        let won = draw::outcome(&rung.odds, ticket).context("a ticket beyond the odds")?;
        Ok(won.value)
    }
}

fn sized(policy: policy::Policy, context: &Context, rules: &CampaignRules) -> MilliYen {
    policy::size(policy, context, rules, MilliYen::ZERO).target
}

/// The rule of thumb for a context of which no more is known than its cell.
fn rule_of(cell: Cell, rules: &CampaignRules) -> MilliYen {
    let (band, recency, frequency) = cell.bands();
    let rate = RedemptionRate::of(0, 0);
    let context = Context::at(0, JST, band, recency, frequency, rate);
    sized(policy::Policy::DistanceLapse, &context, rules)
}
