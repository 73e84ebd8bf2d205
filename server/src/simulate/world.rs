//! A town in which a campaign is run, day by day.

use anyhow::Context as _;
use app::{
    context::{Context, RedemptionRate},
    day::{Day as Date, JST},
    digest::Digest,
    draw::{self, ClientNonce, ServerSeed},
    id::{CampaignId, ShopperId},
    learn::{
        choice::{Ladder, Rung, Stakes},
        policy::Learned,
        price::{Lately, Price, clearing},
        response::{self, CELLS, Cell, Response, Seen},
    },
    policy::{self, CampaignRules},
    prize::PrizeTable,
    yen::{MilliYen, Yen},
};

use super::{
    dice::{Dice, What},
    run::{Day, Outcome, Plan, Policy},
    shopper::{BEFORE, BEGINS, Drawn, Held, Shopper},
    town::{MARGIN, USE_RATE, WINDOW, campaign},
    truth::Truth,
};

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

pub(super) struct World<'a> {
    plan: &'a Plan,
    dice: Dice,
    table: PrizeTable,
    rules: CampaignRules,
    shoppers: Vec<Shopper>,
    till: Till,
    /// What can be offered while everything fits the budget.
    ladder: Ladder,
    known: Option<Truth>,
    /// What turns out to be true, where an oracle wants to know.
    truth: Option<Truth>,
    seen: Seen,
    learned: Learned,
    /// Of each context that came today: what is aimed at, and what each prize is believed to bring and cost.
    today: Vec<Option<(MilliYen, Option<Stakes>)>>,
    /// Contexts of the last days, each with how often they came: what tomorrow's are expected to be.
    came: Lately,
    campaign: CampaignId,
    refused: u64,
    issued: u64,
    redeemed: u64,
}

impl<'a> World<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        known: Option<Truth>,
        truth: Option<Truth>,
    ) -> anyhow::Result<Self> {
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
            truth,
            seen: Seen::default(),
            learned: Learned::new(MARGIN, Price::default()),
            today: vec![None; CELLS],
            came: Lately::default(),
            campaign: CampaignId::from_bits(u128::from(plan.seed)),
            refused: 0,
            issued: 0,
            redeemed: 0,
        })
    }

    pub(super) fn live(
        mut self,
        mut progress: impl FnMut(u32),
    ) -> anyhow::Result<(Outcome, Option<Truth>)> {
        for day in 0..BEFORE {
            for (id, shopper) in (0..).zip(&mut self.shoppers) {
                let visits = self.dice.uniform(What::Visits, id, day) < shopper.daily;
                shopper.history = (shopper.history << 1) | u128::from(visits);
            }
        }
        if self.plan.policy == Policy::Learned {
            for (id, shopper) in (0..).zip(&self.shoppers) {
                let cell =
                    Cell::of(&shopper.context_of(shopper.history >> WINDOW, self.dice, id, 0));
                let came = shopper.history & ((1 << WINDOW) - 1) != 0;
                self.seen
                    .put_before(cell, 1.0, if came { 1.0 } else { 0.0 });
            }
        }
        let (mut plays, mut visits) = (0, 0);
        let mut by_day = Vec::new();
        for day in 0..self.plan.days {
            let plan = self.price(day, by_day.last());
            let mut today = Day {
                plan,
                lambda: self.learned.price.lambda(),
                ..Day::default()
            };
            let mut came = vec![0.0; CELLS];
            self.today.fill(None);
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
            town: self.plan.town,
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

    /// Before the day begins: what is over is learned from, and the price is moved. Gives what the day's offers are planned to cost.
    fn price(&mut self, day: u32, yesterday: Option<&Day>) -> f64 {
        // What can still be spent is spent evenly over the days that are left.
        let left = f64::from(self.plan.days - day);
        // Yen stay far below 2^53.
        #[allow(clippy::cast_precision_loss)]
        let plan = (self.till.budget.get() - self.till.spent.get()) as f64 / left;
        if !matches!(self.plan.policy, Policy::Learned | Policy::Oracle) {
            return plan;
        }
        if self.plan.policy == Policy::Learned {
            if let Ok(response) = Response::fit(&self.seen, Some(&self.learned.response)) {
                self.learned.response = response;
            }
            let rules = &self.rules;
            self.learned
                .next_day(&self.ladder, |cell| rule_of(cell, rules));
        }
        if self.came.is_empty() {
            return plan;
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
        // Where the price is nothing the plan is not meant to be reached.
        let held = yesterday
            .filter(|day| day.lambda > 0.0)
            .map(|day| (day.liability, day.plan));
        self.learned.price.next(&self.ladder, &traffic, plan, held);
        plan
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

    /// What is aimed at for somebody in this context.
    fn target(&mut self, context: &Context, cell: Cell) -> MilliYen {
        let rules = &self.rules;
        match self.plan.policy {
            Policy::Floor => rules.limits.floor.into(),
            Policy::Flat => sized(policy::Policy::Flat, context, rules),
            Policy::DistanceLapse => sized(policy::Policy::DistanceLapse, context, rules),
            Policy::Learned | Policy::Oracle => {
                let (target, _) = self.today[cell.index()].get_or_insert_with(|| {
                    match (&self.known, self.plan.policy) {
                        (_, Policy::Learned) => (
                            self.learned.target(cell, rule_of(cell, rules)),
                            Some(self.learned.stakes(&self.ladder, cell)),
                        ),
                        (Some(truth), _) => {
                            let stakes = truth.stakes(cell);
                            let lambda = self.learned.price.lambda();
                            (self.ladder.best(&stakes, lambda).target, Some(stakes))
                        }
                        (None, _) => (rules.limits.floor.into(), None),
                    }
                });
                *target
            }
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
        let target = self.target(&context, cell);
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
        if let Some((_, Some(stakes))) = &self.today[cell.index()] {
            today.liability += stakes.costs(rung);
        }
        if let Some(truth) = &mut self.truth {
            let (town, recency) = (self.plan.town, context.recency);
            let of = |value: &Yen| shopper.truth(shopper.with(town, recency, *value), *value);
            let chances: Vec<(f64, f64)> = self.ladder.values().iter().map(of).collect();
            truth.add(cell, &chances);
        }
        today.plays += 1;
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
