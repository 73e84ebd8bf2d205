use app::{
    api::retailer::{CampaignInput, PrizeInput},
    campaign::{CampaignStatus, feasibility, problems},
    id::StoreId,
    lang::Lang,
    policy::Policy,
    prize_rules::{
        self, Breach, Share, all_prizes_limit, one_prize_limit, pool, transaction_value,
    },
    yen::Yen,
};

fn prize(value: i64) -> PrizeInput {
    PrizeInput {
        name: format!("{value} 円引き"),
        name_en: None,
        value: Yen(value),
        weight: 1,
        stock: None,
    }
}

fn good() -> CampaignInput {
    CampaignInput {
        name: "秋の来店ガチャ".to_owned(),
        name_en: Some("Autumn capsules".to_owned()),
        starts_at: 1_795_273_200_000,
        ends_at: 1_795_273_200_000 + 30 * 86_400_000,
        store_ids: vec![StoreId::new(0, [1; 10])],
        prizes: vec![prize(0), prize(50), prize(500)],
        budget: Yen(100_000),
        floor: Yen(20),
        ceiling: Yen(200),
        valid_days: 14,
        min_purchase: Yen(500),
        expected_sales: Yen(5_000_000),
        policy: Policy::DistanceLapse,
        plays_per_day: 1,
    }
}

fn wrong(change: impl FnOnce(&mut CampaignInput)) -> Vec<String> {
    let mut input = good();
    change(&mut input);
    problems(&input)
        .into_iter()
        .map(|problem| problem.field)
        .collect()
}

#[test]
fn a_good_campaign_has_no_problems() {
    assert_eq!(problems(&good()), []);
    assert_eq!(prize_rules::problems(&good()), []);
}

#[test]
fn each_rule_names_its_field() {
    assert_eq!(wrong(|c| c.name = " ".to_owned()), ["name"]);
    assert_eq!(wrong(|c| c.name = "あ".repeat(81)), ["name"]);
    assert_eq!(wrong(|c| c.name_en = Some("a\nb".to_owned())), ["name_en"]);
    assert_eq!(wrong(|c| c.name_en = Some(String::new())), [] as [&str; 0]);
    assert_eq!(wrong(|c| c.ends_at = c.starts_at), ["ends_at"]);
    assert_eq!(wrong(|c| c.ends_at = i64::MAX), ["ends_at"]);
    assert_eq!(wrong(|c| c.starts_at = i64::MIN), ["starts_at"]);
    assert_eq!(wrong(|c| c.store_ids.clear()), ["store_ids"]);
    assert_eq!(wrong(|c| c.prizes.clear()), ["prizes"]);
    assert_eq!(wrong(|c| c.prizes = vec![prize(50); 21]), ["prizes"]);
    assert_eq!(wrong(|c| c.prizes[1].value = Yen(-1)), ["prizes[1].value"]);
    assert_eq!(wrong(|c| c.prizes[2].weight = 0), ["prizes[2].weight"]);
    assert_eq!(wrong(|c| c.prizes[2].stock = Some(0)), ["prizes[2].stock"]);
    assert_eq!(wrong(|c| c.budget = Yen(499)), ["budget"]);
    assert_eq!(wrong(|c| c.floor = Yen(201)), ["ceiling"]);
    assert_eq!(
        wrong(|c| (c.floor, c.ceiling) = (Yen(501), Yen(600))),
        ["floor"]
    );
    assert_eq!(
        wrong(|c| (c.prizes, c.floor, c.ceiling) = (vec![prize(50)], Yen(0), Yen(49))),
        ["ceiling"]
    );
    assert_eq!(wrong(|c| c.min_purchase = Yen(-1)), ["min_purchase"]);
    assert_eq!(
        wrong(|c| c.expected_sales = Yen(i64::MAX)),
        ["expected_sales"]
    );
    assert_eq!(wrong(|c| c.valid_days = 0), ["valid_days"]);
    assert_eq!(wrong(|c| c.valid_days = 366), ["valid_days"]);
    assert_eq!(wrong(|c| c.plays_per_day = 11), ["plays_per_day"]);
}

#[test]
fn everything_is_said_at_once_and_in_both_languages() {
    let mut input = good();
    input.name.clear();
    input.store_ids.clear();
    input.budget = Yen(0);
    input.valid_days = 0;
    let all = problems(&input);
    assert_eq!(
        all.iter().map(|p| p.field.as_str()).collect::<Vec<_>>(),
        ["name", "store_ids", "budget", "budget", "valid_days"]
    );
    assert!(
        all.iter()
            .all(|p| p.in_lang(Lang::Ja).reason.ends_with('。')
                && p.in_lang(Lang::En).reason.ends_with('.'))
    );
}

/// At each transaction value where a rule turns: the largest prize that may be, and a yen more.
#[test]
fn one_prize_ends_where_the_rule_says() {
    for (min_purchase, most) in [
        (0, 2_000),
        (99, 2_000),
        (100, 2_000),
        (101, 2_020),
        (999, 19_980),
        (1_000, 20_000),
        (4_999, 99_980),
        (5_000, 100_000),
        (5_001, 100_000),
        (1_000_000, 100_000),
    ] {
        let broken = |value| {
            let (budget, sales) = (Yen(100_000), Yen(5_000_000));
            prize_rules::breaches(&[Yen(value)], Yen(min_purchase), budget, sales).len()
        };
        assert_eq!((broken(most), broken(most + 1)), (0, 1), "{min_purchase}");
    }
}

#[test]
fn all_prizes_end_at_two_percent() {
    for (sales, most) in [
        (0, 0),
        (49, 0),
        (50, 1),
        (99, 1),
        (100, 2),
        (4_999_999, 99_999),
        (5_000_000, 100_000),
    ] {
        let broken = |budget| prize_rules::breaches(&[], Yen(0), Yen(budget), Yen(sales)).len();
        assert_eq!((broken(most), broken(most + 1)), (0, 1), "{sales}");
    }
}

/// Two campaigns at one store share its sales: their budgets are added where they overlap, and only there.
#[test]
fn campaigns_that_overlap_share_the_two_percent() {
    let share = |starts_at, ends_at, budget| Share {
        starts_at,
        ends_at,
        budget: Yen(budget),
        expected_sales: Yen(10_000_000),
    };
    let own = share(100, 200, 100_000);
    // 2 % of ten million are 200,000.
    assert_eq!(pool(own, &[]), None);
    assert_eq!(pool(own, &[share(100, 200, 100_000)]), None);
    assert_eq!(
        pool(own, &[share(100, 200, 100_001)]),
        Some(Breach::Pool {
            campaigns: 2,
            total: Yen(200_001),
            expected_sales: Yen(10_000_000),
            limit: Yen(200_000),
        })
    );
    // The last moment of the one is before the first of the other; then it is the same.
    assert_eq!(pool(own, &[share(0, 100, 200_000)]), None);
    assert!(pool(own, &[share(0, 101, 200_000)]).is_some());
    assert_eq!(pool(own, &[share(200, 300, 200_000)]), None);
    assert!(pool(own, &[share(199, 300, 200_000)]).is_some());
    // Two that do not overlap each other are not added to each other.
    let (early, late) = (share(50, 150, 100_000), share(150, 250, 100_000));
    assert_eq!(pool(own, &[early, late]), None);
    let both = pool(own, &[share(50, 151, 100_000), late]);
    assert!(
        matches!(
            both,
            Some(Breach::Pool {
                campaigns: 3,
                total: Yen(300_000),
                ..
            })
        ),
        "{both:?}"
    );
    // Whoever expects more sales raises the limit for both; expectations are not added.
    let larger = Share {
        expected_sales: Yen(15_000_000),
        ..share(100, 200, 200_000)
    };
    assert_eq!(pool(own, &[larger]), None);
    let said = pool(own, &[share(100, 200, 100_001)]).map(Breach::on_field);
    let said = said.expect("a breach");
    assert!(
        said.field == "budget" && said.en.contains("¥200,001") && said.ja.contains("2 件"),
        "{said:?}"
    );
}

/// The figures of 告示: 20 times below ¥5,000, ¥100,000 from there; a visit counts as ¥100.
#[test]
fn the_prize_rules_know_their_figures() {
    assert_eq!(one_prize_limit(transaction_value(Yen(0))), Yen(2_000));
    assert_eq!(one_prize_limit(transaction_value(Yen(1_000))), Yen(20_000));
    assert_eq!(one_prize_limit(Yen(4_999)), Yen(99_980));
    assert_eq!(one_prize_limit(Yen(5_000)), Yen(100_000));
    assert_eq!(one_prize_limit(Yen(1_000_000)), Yen(100_000));
    assert_eq!(all_prizes_limit(Yen(5_000_000)), Yen(100_000));
    assert_eq!(all_prizes_limit(Yen(149)), Yen(2));
    assert_eq!(
        all_prizes_limit(Yen(i64::MAX)),
        Yen(184_467_440_737_095_516)
    );

    let mut input = good();
    input.min_purchase = Yen(0);
    input.prizes.push(prize(2_001));
    input.expected_sales = Yen(4_999_999);
    let breaches = prize_rules::problems(&input);
    assert_eq!(
        breaches
            .iter()
            .map(|p| p.field.as_str())
            .collect::<Vec<_>>(),
        ["prizes[3].value", "budget"]
    );
    assert!(
        breaches[0].en.contains("20 times")
            && breaches[0].en.contains("¥2,000")
            && breaches[0].ja.contains("¥2,001")
    );
    assert!(breaches[1].en.contains("2 %") && breaches[1].en.contains("¥99,999"));
    let fixed = prize_rules::breaches(&[Yen(100_001)], Yen(5_000), Yen(100_001), Yen(10_000_000));
    assert!(matches!(
        fixed[..],
        [Breach::OnePrize {
            index: 0,
            limit: Yen(100_000),
            ..
        }]
    ));
}

#[test]
fn the_status_goes_only_where_it_may() {
    use CampaignStatus::{Draft, Ended, Paused, Published};
    let allowed = [
        (Draft, Published),
        (Published, Paused),
        (Paused, Published),
        (Published, Ended),
        (Paused, Ended),
    ];
    for from in CampaignStatus::ALL {
        for to in CampaignStatus::ALL {
            assert_eq!(
                from.may_become(to),
                allowed.contains(&(from, to)),
                "{from:?} {to:?}"
            );
        }
        assert_eq!(CampaignStatus::from_slug(from.slug()), Some(from));
        assert_eq!(
            serde_json::to_string(&from).expect("serializes"),
            format!("\"{}\"", from.slug())
        );
    }
}

/// Against a simulation, day by day, of a budget that is promised as soon as it is free.
#[test]
fn feasible_spend_agrees_with_a_simulation() {
    for (rate, valid, duration) in [
        (0.2, 30, 30),
        (0.2, 10, 30),
        (0.5, 7, 90),
        (0.05, 14, 60),
        (1.0, 5, 5),
        (0.0, 7, 30),
    ] {
        let budget = 1_000_000.0_f64;
        let (mut available, mut spent, mut issued) = (budget, 0.0, 0.0);
        let mut promised: Vec<(u32, f64)> = Vec::new();
        for day in 0..duration {
            for (_, yen) in promised.extract_if(.., |(until, _)| *until == day) {
                available += yen * (1.0 - rate);
                spent += yen * rate;
            }
            if available > 0.0 {
                issued += available;
                promised.push((day + valid, available));
                available = 0.0;
            }
        }
        spent += promised.iter().map(|(_, yen)| yen * rate).sum::<f64>();
        let feasible = feasibility(Yen(1_000_000), rate, valid, duration);
        assert!(
            (feasible.spendable.0 as f64 - spent).abs() <= 1.0,
            "{rate} {valid} {duration}: {feasible:?} {spent}"
        );
        assert!(
            (feasible.issuable.0 as f64 - issued).abs() <= 1.0,
            "{rate} {valid} {duration}: {feasible:?} {issued}"
        );
        assert!(feasible.spendable <= Yen(1_000_000));
    }
    assert_eq!(feasibility(Yen(100), f64::NAN, 0, 0).spendable, Yen(0));
}
