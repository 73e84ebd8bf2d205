//! A campaign's learning, once a day: what its draws led to is read, the response fitted, the price of budget moved, and the table that the day's offers go
//! by is worked out ([`app::learn`]). Everything is read anew each day, so that an import that is undone or comes late is learned from as if it had always been so.

mod summary;

use app::{
    context::{Context, RedemptionRate},
    day::{Day, JST},
    goal::Goals,
    learn::{
        choice::Ladder,
        policy::Learned,
        price::{Lately, Price, clearing},
        response::{CELLS, Cell, Response},
        targets::Targets,
    },
    policy::{CampaignRules, Policy, size},
    yen::{MilliYen, Yen},
};
use sea_orm::ConnectionTrait;

use crate::{
    db::{
        goals,
        holdout::DAY_MS,
        learning::{self, Key, Offered, Settings, Window, WorkedOut},
        running::{self, Campaign},
    },
    state::App,
};

/// A visit within two weeks counts as what a draw led to, and imports have three days more to tell of it.
pub const WAITS: Window = Window {
    days: 14,
    grace_days: app::holdout::GRACE_DAYS,
};
/// Days by which it is told what comes next.
const WEEK: i32 = 7;

/// What a visit is worth: as set for the campaign, or else the most that one may cost by the retailer's goals.
#[must_use]
pub fn margin(settings: Settings, goals: Goals) -> Option<Yen> {
    settings.visit_margin.or(goals.yen_per_visit)
}

/// Works out the day for every campaign that has to. Gives how many.
///
/// # Errors
/// When the database objects; what was worked out before stays.
pub async fn work(app: &App) -> anyhow::Result<u64> {
    let now = app.clock.now();
    let today = Day::of(now, JST);
    let mut done = 0;
    for key in learning::due(app.db.scan(), today, now).await? {
        let settings = learning::settings(app.db.scan(), key).await?;
        let goals = goals::find(app.db.scan(), key.retailer_id).await?;
        let Some(margin) = margin(settings, goals) else {
            continue;
        };
        let Some(campaign) =
            running::campaign(app.db.scan(), key.retailer_id, key.campaign_id).await?
        else {
            continue;
        };
        let Some(of) = work_out(app.db.scan(), key, &campaign, margin, today, now).await? else {
            continue;
        };
        let transaction = app.db.begin().await?;
        done += u64::from(learning::keep(&transaction, key, &of, now).await?);
        transaction.commit().await?;
    }
    Ok(done)
}

/// What the offers of a day go by; `None`: nothing can be learned yet, or nothing can be offered.
///
/// # Errors
/// When the database objects.
pub async fn work_out(
    connection: &impl ConnectionTrait,
    key: Key,
    campaign: &Campaign,
    margin: Yen,
    today: Day,
    now: i64,
) -> anyhow::Result<Option<WorkedOut>> {
    let seen = learning::seen(connection, key, WAITS, campaign.starts_at, now).await?;
    if seen.draws() == 0.0 {
        return Ok(None);
    }
    let Ok(ladder) = Ladder::new(&campaign.table, campaign.rules.limits, campaign.available) else {
        return Ok(None);
    };
    let before = learning::worked_out(connection, key, today.plus(-1)).await?;
    // Exact: a visit earns a million yen at most.
    #[allow(clippy::cast_precision_loss)]
    let margin = margin.get() as f64;
    let price = before
        .as_ref()
        .map_or_else(Price::default, |was| Price::resumed(was.lambda, was.drift));
    let mut learned = Learned::new(margin, price);
    learned.response = Response::fit(&seen, None)?;
    if let Some(was) = &before {
        learned = learned.continued(was.targets.iter());
    }
    let week = learning::offered_lately(connection, key, today.plus(-WEEK), today).await?;
    let plan = plan(campaign, now);
    let spent = expected_cost(&learned, &ladder, &week, today.plus(-1));
    let expected = expected(&week, today);
    let traffic = learned.traffic(&ladder, &expected);
    if !traffic.is_empty() {
        if before.is_none() {
            learned.price = Price::new(clearing(&ladder, &traffic, plan));
        }
        // Where the price is nothing the plan is not meant to be reached.
        let held = before
            .as_ref()
            .filter(|was| was.lambda > 0.0 && was.day == today.plus(-1))
            .map(|was| (spent, was.plan));
        learned.price.next(&ladder, &traffic, plan, held);
    }
    learned.next_day(&ladder, |cell| rule_of(cell, &campaign.rules));
    let targets = Targets::try_from(learned.targets(|cell| rule_of(cell, &campaign.rules)))?;
    let summary = summary::of(&learned, &ladder, &seen, &expected);
    Ok(Some(WorkedOut {
        day: today,
        targets,
        lambda: learned.price.lambda(),
        drift: learned.price.drift(),
        plan,
        before: spent,
        learned: summary,
    }))
}

/// The rule of thumb for a context of which no more is known than its cell.
fn rule_of(cell: Cell, rules: &CampaignRules) -> MilliYen {
    let (band, recency, frequency) = cell.bands();
    let context = Context::at(0, JST, band, recency, frequency, RedemptionRate::of(0, 0));
    size(Policy::DistanceLapse, &context, rules, MilliYen::ZERO).target
}

/// What the day's offers may cost, yen: what is not promised, evenly over the days that are left.
fn plan(campaign: &Campaign, now: i64) -> f64 {
    // Yen and days stay far below 2^53.
    #[allow(clippy::cast_precision_loss)]
    let (available, left) = (
        campaign.available.get() as f64,
        (campaign.ends_at - now) as f64 / DAY_MS as f64,
    );
    available.max(0.0) / left.max(1.0)
}

/// What the offers of a day were expected to cost, by what is believed now.
fn expected_cost(learned: &Learned, ladder: &Ladder, week: &[Offered], day: Day) -> f64 {
    week.iter()
        .filter(|of| of.day == day)
        .map(|of| {
            let stakes = learned.stakes(ladder, of.cell);
            of.draws * stakes.costs(ladder.nearest(of.target))
        })
        .sum()
}

/// How often each context is expected on a day, of those that came in the week before.
fn expected(week: &[Offered], today: Day) -> Vec<(Cell, f64)> {
    let mut lately = Lately::default();
    let first = week.iter().map(|of| of.day).min();
    for back in (1..=WEEK).rev() {
        let day = today.plus(-back);
        // Days before there was anything are not days on which nothing came.
        if first.is_none_or(|first| day < first) {
            continue;
        }
        let mut came = vec![0.0; CELLS];
        for of in week.iter().filter(|of| of.day == day) {
            came[of.cell.index()] += of.draws;
        }
        lately.add(came);
    }
    if lately.is_empty() {
        return Vec::new();
    }
    Cell::all()
        .zip(lately.expected())
        .filter(|(_, often)| *often > 0.0)
        .collect()
}
