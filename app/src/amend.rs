//! What becomes of a campaign after it was entered: which changes are safe once shoppers have seen it.
//!
//! A draft takes every change. Once published, the odds and the terms that people were shown have to hold: prize table, floor, ceiling, policy, plays, validity,
//! minimum purchase and start are frozen, and no store is taken away, since coupons are out for it. Names, end, budget, expected sales and
//! additional stores may change.

use std::collections::HashSet;

use crate::{
    api::retailer::{Campaign, CampaignInput, PrizeInput},
    campaign::{CampaignStatus, FieldProblem},
    id::StoreId,
    lang::Text,
};

/// The status as of now: what was published is over once its end has passed.
#[must_use]
pub const fn status_at(status: CampaignStatus, ends_at: i64, now: i64) -> CampaignStatus {
    match status {
        CampaignStatus::Published | CampaignStatus::Paused if ends_at <= now => {
            CampaignStatus::Ended
        }
        other => other,
    }
}

/// Without blanks around names and without repeated stores; an English name that is empty is absent.
#[must_use]
pub fn tidy(input: CampaignInput) -> CampaignInput {
    let optional =
        |name: Option<String>| name.map(|n| n.trim().to_owned()).filter(|n| !n.is_empty());
    let mut seen = HashSet::new();
    CampaignInput {
        name: input.name.trim().to_owned(),
        name_en: optional(input.name_en),
        store_ids: input
            .store_ids
            .into_iter()
            .filter(|id| seen.insert(*id))
            .collect(),
        prizes: input
            .prizes
            .into_iter()
            .map(|prize| PrizeInput {
                name: prize.name.trim().to_owned(),
                name_en: optional(prize.name_en),
                ..prize
            })
            .collect(),
        ..input
    }
}

/// A campaign as it would be typed in again.
#[must_use]
pub fn as_input(campaign: &Campaign) -> CampaignInput {
    CampaignInput {
        name: campaign.name.clone(),
        name_en: campaign.name_en.clone(),
        starts_at: campaign.starts_at,
        ends_at: campaign.ends_at,
        store_ids: campaign.store_ids.clone(),
        prizes: campaign
            .prizes
            .iter()
            .map(|prize| PrizeInput {
                name: prize.name.clone(),
                name_en: prize.name_en.clone(),
                value: prize.value,
                weight: prize.weight,
                stock: prize.stock,
            })
            .collect(),
        budget: campaign.budget.total,
        floor: campaign.floor,
        ceiling: campaign.ceiling,
        valid_days: campaign.valid_days,
        min_purchase: campaign.min_purchase,
        expected_sales: campaign.expected_sales,
        policy: campaign.policy,
        plays_per_day: campaign.plays_per_day,
    }
}

/// What a (tidied) change of a published campaign touches that is frozen; empty when it is safe.
#[must_use]
pub fn frozen(campaign: &Campaign, wanted: &CampaignInput) -> Vec<FieldProblem> {
    const FROZEN: Text = Text::new(
        "公開後は変更できません。お客様に示した条件が変わるためです。",
        "This cannot change after publishing: shoppers were shown it.",
    );
    let now = as_input(campaign);
    let mut out: Vec<FieldProblem> = [
        ("starts_at", now.starts_at != wanted.starts_at),
        ("prizes", now.prizes != wanted.prizes),
        ("floor", now.floor != wanted.floor),
        ("ceiling", now.ceiling != wanted.ceiling),
        ("valid_days", now.valid_days != wanted.valid_days),
        ("min_purchase", now.min_purchase != wanted.min_purchase),
        ("policy", now.policy != wanted.policy),
        ("plays_per_day", now.plays_per_day != wanted.plays_per_day),
    ]
    .into_iter()
    .filter(|(_, changed)| *changed)
    .map(|(field, _)| FieldProblem::new(field, FROZEN))
    .collect();
    let kept: HashSet<StoreId> = wanted.store_ids.iter().copied().collect();
    if now.store_ids.iter().any(|id| !kept.contains(id)) {
        out.push(FieldProblem::new(
            "store_ids",
            Text::new(
                "公開後は店舗を外せません。クーポンが発行されている可能性があります。",
                "No store can be taken away after publishing: coupons may be out for it.",
            ),
        ));
    }
    out
}

/// What besides [`crate::campaign::problems`] keeps a campaign from running from now on.
#[must_use]
pub fn too_late(ends_at: i64, now: i64) -> Option<FieldProblem> {
    (ends_at <= now).then(|| {
        FieldProblem::new(
            "ends_at",
            Text::new(
                "終了日時がすでに過ぎています。",
                "The end has passed already.",
            ),
        )
    })
}

/// Said when a budget would fall below what is promised and spent.
#[must_use]
pub fn budget_too_small(campaign: &Campaign) -> FieldProblem {
    let (reserved, spent) = (campaign.budget.reserved, campaign.budget.spent);
    // Both lie within a budget of at most a trillion.
    let least = reserved.checked_add(spent).unwrap_or(campaign.budget.total);
    FieldProblem::with(
        "budget",
        format!(
            "{least} 以上にしてください。{reserved} は発行済みのクーポンに、{spent} は利用済みの分に充てられています。"
        ),
        format!("At least {least}: {reserved} is promised by coupons, {spent} is spent."),
    )
}

#[cfg(test)]
mod tests {
    use super::{as_input, frozen, status_at, tidy};
    use crate::{
        api::retailer::{Budget, Campaign, CampaignInput, Prize},
        campaign::CampaignStatus,
        id::{CampaignId, PrizeId, StoreId},
        policy::Policy,
        yen::Yen,
    };

    fn store(n: u8) -> StoreId {
        StoreId::new(0, [n; 10])
    }

    fn campaign() -> Campaign {
        Campaign {
            campaign_id: CampaignId::new(0, [0; 10]),
            status: CampaignStatus::Published,
            name: "秋".to_owned(),
            name_en: None,
            starts_at: 10,
            ends_at: 20,
            store_ids: vec![store(1), store(2)],
            prizes: vec![Prize {
                prize_id: PrizeId::new(0, [0; 10]),
                name: "割引".to_owned(),
                name_en: None,
                value: Yen(100),
                weight: 1,
                stock: Some(9),
                stock_left: Some(3),
            }],
            budget: Budget {
                total: Yen(1000),
                available: Yen(700),
                reserved: Yen(200),
                spent: Yen(100),
            },
            floor: Yen(0),
            ceiling: Yen(100),
            valid_days: 14,
            min_purchase: Yen(0),
            expected_sales: Yen(100_000),
            policy: Policy::Flat,
            plays_per_day: 1,
            created_at: 0,
            published_at: Some(5),
        }
    }

    fn fields(change: impl FnOnce(&mut CampaignInput)) -> Vec<String> {
        let mut wanted = as_input(&campaign());
        change(&mut wanted);
        frozen(&campaign(), &wanted)
            .into_iter()
            .map(|p| p.field)
            .collect()
    }

    #[test]
    fn what_shoppers_were_shown_is_frozen() {
        assert!(fields(|_| {}).is_empty());
        assert!(
            fields(|c| {
                c.name = "冬".to_owned();
                c.ends_at = 99;
                c.budget = Yen(5_000);
                c.expected_sales = Yen(9);
                c.store_ids = vec![store(3), store(2), store(1)];
            })
            .is_empty()
        );
        assert_eq!(fields(|c| c.prizes[0].weight = 2), ["prizes"]);
        assert_eq!(fields(|c| c.prizes[0].stock = Some(3)), ["prizes"]);
        assert_eq!(
            fields(|c| c.store_ids = vec![store(2), store(3)]),
            ["store_ids"]
        );
        assert_eq!(
            fields(|c| {
                c.starts_at = 11;
                c.floor = Yen(1);
                c.ceiling = Yen(99);
                c.valid_days = 1;
                c.min_purchase = Yen(1);
                c.policy = Policy::DistanceLapse;
                c.plays_per_day = 2;
            })
            .len(),
            7
        );
    }

    #[test]
    fn is_over_when_its_end_has_come() {
        use CampaignStatus::{Draft, Ended, Paused, Published};
        assert_eq!(status_at(Published, 20, 19), Published);
        assert_eq!(status_at(Published, 20, 20), Ended);
        assert_eq!(status_at(Paused, 20, 21), Ended);
        assert_eq!(status_at(Draft, 20, 21), Draft);
    }

    #[test]
    fn tidies_names_and_stores() {
        let mut input = as_input(&campaign());
        input.name = " 秋　".to_owned();
        input.name_en = Some("  ".to_owned());
        input.store_ids = vec![store(2), store(1), store(2)];
        let tidied = tidy(input);
        assert_eq!((tidied.name.as_str(), tidied.name_en), ("秋", None));
        assert_eq!(tidied.store_ids, [store(2), store(1)]);
    }
}
