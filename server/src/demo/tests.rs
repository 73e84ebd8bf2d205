use std::collections::HashMap;

use super::{Town, Truth, history::live};
use crate::keys::Keys;
use app::day::{Day, JST};

fn quiet(_: &str, _: u64, _: u64) {}

#[test]
fn the_town_is_alive_and_its_books_balance() -> anyhow::Result<()> {
    let keys = Keys::from_hex(&Keys::generate_hex())?;
    let today = Day(20_000);
    let now = today.start(JST) + 10 * 3_600_000;
    let town = Town::new(7, today)?;
    let past = live(&town, &keys, Truth::default(), now, &quiet)?;
    assert!(past.draws.len() > 2_000, "{} draws", past.draws.len());
    assert!(
        past.redemptions.len() > 300,
        "{} redemptions",
        past.redemptions.len()
    );
    assert!(past.visits.len() > past.redemptions.len() / 2);
    let mut sums: HashMap<_, (i64, i64, i64)> = HashMap::new();
    for entry in &past.journal {
        let sum = sums.entry(entry.campaign_id).or_default();
        sum.0 += entry.moved.0;
        sum.1 += entry.moved.1;
        sum.2 += entry.moved.2;
    }
    for campaign in town.retailers.iter().flat_map(|r| &r.campaigns) {
        let (_, available, reserved, spent) = past
            .balances
            .iter()
            .find(|b| b.0 == campaign.campaign_id)
            .ok_or_else(|| anyhow::anyhow!("no balance"))?;
        let sum = sums[&campaign.campaign_id];
        assert_eq!(available.get(), campaign.budget.get() + sum.0);
        assert_eq!((reserved.get(), spent.get()), (sum.1, sum.2));
        assert!(available.get() >= 0 && reserved.get() >= 0 && spent.get() > 0);
    }
    assert!(
        past.coupons
            .iter()
            .all(|c| c.status != "issued" || c.valid_until >= now)
    );
    // Who is lapsed or far is offered more than who comes anyway.
    let targets: Vec<i64> = past.offers.iter().map(|o| o.sizing.target.get()).collect();
    assert!(targets.iter().max() > targets.iter().min());
    Ok(())
}

#[test]
fn the_same_seed_gives_the_same_town() -> anyhow::Result<()> {
    let keys = Keys::from_hex(&Keys::generate_hex())?;
    let (today, now) = (Day(20_000), Day(20_000).start(JST));
    let tickets = |seed| -> anyhow::Result<Vec<u32>> {
        let past = live(
            &Town::new(seed, today)?,
            &keys,
            Truth::default(),
            now,
            &quiet,
        )?;
        Ok(past.draws.iter().map(|d| d.ticket).collect())
    };
    assert_eq!(tickets(1)?, tickets(1)?);
    assert_ne!(tickets(1)?, tickets(2)?);
    Ok(())
}
