//! What an entry's details say, as people read it: yen, counts and settings; what was before and what is since. Ids are left out.

use app::{
    audit::Action,
    campaign::CampaignStatus,
    lang::{Lang, Text},
    policy::Policy,
    yen::Yen,
};

use super::text;
use crate::{format, json::Json, lang::fill};

/// One thing that an entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    /// What it is.
    pub name: String,
    /// What it was before, where it was changed.
    pub before: Option<String>,
    /// What it is.
    pub now: String,
}

/// How a member is read.
#[derive(Clone, Copy)]
enum Kind {
    Yen,
    /// Yen in the member `total` of an object.
    Total,
    Count,
    Percent,
    Words,
    /// A moment: the day it falls on.
    FirstDay,
    /// The first moment after: the day before it.
    LastDay,
    /// A list that is too long to be read: how many there are.
    HowMany,
    Prizes,
    Status,
    Policy,
    /// What it was and is says nothing to people: that it changed does.
    Silent,
}

/// Members in the order in which they are said.
const MEMBERS: &[(&str, Text, Kind)] = &[
    ("status", text::STATUS, Kind::Status),
    ("name", text::NAME, Kind::Words),
    ("name_en", text::NAME_EN, Kind::Words),
    ("cost", text::DISCOUNT, Kind::Yen),
    ("value", text::FACE_VALUE, Kind::Yen),
    ("basket", text::BASKET, Kind::Yen),
    ("coupons", text::COUPON_COUNT, Kind::Count),
    ("released", text::RELEASED, Kind::Yen),
    ("reason", text::REASON, Kind::Words),
    ("budget", text::BUDGET, Kind::Total),
    ("prizes", text::PRIZES, Kind::Prizes),
    ("floor", text::FLOOR, Kind::Yen),
    ("ceiling", text::CEILING, Kind::Yen),
    ("starts_at", text::STARTS, Kind::FirstDay),
    ("ends_at", text::ENDS, Kind::LastDay),
    ("store_ids", text::STORE_COUNT, Kind::HowMany),
    ("valid_days", text::VALID_DAYS, Kind::Count),
    ("min_purchase", text::MIN_PURCHASE, Kind::Yen),
    ("expected_sales", text::EXPECTED_SALES, Kind::Yen),
    ("policy", text::POLICY, Kind::Policy),
    ("plays_per_day", text::PLAYS_PER_DAY, Kind::Count),
    ("programme", text::HELD_OUT, Kind::Percent),
    ("campaigns", text::HELD_OUT_OF_EACH, Kind::Percent),
    ("lat", text::POSITION, Kind::Silent),
    ("lng", text::POSITION, Kind::Silent),
    ("external_id", text::NUMBER, Kind::Words),
    ("address", text::ADDRESS, Kind::Words),
    ("rows", text::ROWS, Kind::Count),
    ("imported", text::IMPORTED, Kind::Count),
];

/// What an action's details say. `known` are names that stand beside them already.
pub(super) fn facts(
    action: Option<Action>,
    details: &Json,
    known: &[Option<&str>],
    lang: Lang,
) -> Vec<Fact> {
    let changed = matches!(
        action,
        Some(
            Action::CampaignChanged
                | Action::CampaignPublished
                | Action::CampaignPaused
                | Action::StoreChanged
                | Action::HoldoutChanged
        )
    );
    let mut out: Vec<Fact> = Vec::new();
    for (member, name, kind) in MEMBERS {
        let Some(value) = details.get(member) else {
            continue;
        };
        let fact = match value.list() {
            Some([before, now]) if changed => change(*kind, before, now, lang),
            _ => said(*kind, value, lang).map(|now| (None, now)),
        };
        let Some((before, now)) = fact else { continue };
        // A play that won nothing, and names that stand there already, need no further words.
        let repeats = before.is_none() && known.contains(&Some(now.as_str()));
        let is_nothing = *member == "value" && value.whole() == Some(0);
        // A coupon is nearly always worth what is written on it.
        let as_written = *member == "value" && details.get("cost") == Some(value);
        let fact = Fact {
            name: name.get(lang).to_owned(),
            before,
            now,
        };
        if !repeats && !is_nothing && !as_written && !out.contains(&fact) {
            out.push(fact);
        }
    }
    out
}

/// Before and after, unless people would read the same twice.
fn change(kind: Kind, before: &Json, now: &Json, lang: Lang) -> Option<(Option<String>, String)> {
    let nothing = || text::NOTHING.get(lang).to_owned();
    if matches!(kind, Kind::Silent) {
        return Some((None, text::CHANGED.get(lang).to_owned()));
    }
    let [then, since] = [before, now].map(|value| said(kind, value, lang));
    if then == since {
        // As many stores as before, others among them.
        return matches!(kind, Kind::HowMany).then(|| (None, text::CHANGED.get(lang).to_owned()));
    }
    Some((
        Some(then.unwrap_or_else(nothing)),
        since.unwrap_or_else(nothing),
    ))
}

fn said(kind: Kind, value: &Json, lang: Lang) -> Option<String> {
    match kind {
        Kind::Yen => value.whole().map(|yen| Yen(yen).to_string()),
        Kind::Total => said(Kind::Yen, value.get("total")?, lang),
        Kind::Count => value.whole().map(format::grouped),
        Kind::Percent => value.whole().map(|n| format!("{n} %")),
        Kind::Words => value
            .text()
            .filter(|words| !words.is_empty())
            .map(ToOwned::to_owned),
        Kind::FirstDay => value.whole().map(|at| format::day_and_year(at, lang)),
        Kind::LastDay => value.whole().map(|at| format::day_and_year(at - 1, lang)),
        Kind::HowMany => value.list().map(|all| format::count(all.len() as u64)),
        Kind::Prizes => value.list().map(|prizes| {
            let prizes: Vec<String> = prizes
                .iter()
                .filter_map(|prize| a_prize(prize, lang))
                .collect();
            prizes.join(match lang {
                Lang::Ja => "、",
                Lang::En => ", ",
            })
        }),
        Kind::Status => {
            CampaignStatus::from_slug(value.text()?).map(|s| s.label().get(lang).to_owned())
        }
        Kind::Policy => value
            .text()?
            .parse::<Policy>()
            .ok()
            .map(|policy| policy.label().get(lang).to_owned()),
        Kind::Silent => None,
    }
}

/// `¥500 (weight 10)`: value and weight, which are what a prize table decides by, and how many there are.
fn a_prize(prize: &Json, lang: Lang) -> Option<String> {
    let value = said(Kind::Yen, prize.get("value")?, lang)?;
    let weight = said(Kind::Count, prize.get("weight")?, lang)?;
    let stock = prize
        .get("stock")
        .and_then(|stock| said(Kind::Count, stock, lang));
    Some(match stock {
        Some(stock) => fill(text::PRIZE_OF.get(lang), &[&value, &weight, &stock]),
        None => fill(text::PRIZE.get(lang), &[&value, &weight]),
    })
}

#[cfg(test)]
mod tests {
    use app::{audit::Action, lang::Lang};
    use serde_json::{Value, json};

    use super::facts;
    use crate::json::{self, Json};

    fn as_read(details: &Value) -> Json {
        json::from_str(&details.to_string()).unwrap_or(Json::Null)
    }

    /// `name: before → now` of each.
    fn read(action: Action, details: &Value, lang: Lang) -> Vec<String> {
        facts(
            Some(action),
            &as_read(details),
            &[Some("喫茶ガチャ"), None],
            lang,
        )
        .into_iter()
        .map(|fact| match fact.before {
            Some(before) => format!("{}: {before} → {}", fact.name, fact.now),
            None => format!("{}: {}", fact.name, fact.now),
        })
        .collect()
    }

    #[test]
    fn yen_are_yen_and_ids_are_left_out() {
        let redeemed = json!({"coupon_id": "cpn_1", "value": 300, "cost": 300, "basket": 1200});
        assert_eq!(
            read(Action::CouponRedeemed, &redeemed, Lang::Ja),
            ["値引き: ¥300", "お会計: ¥1,200"]
        );
        let partly = json!({"coupon_id": "cpn_1", "value": 500, "cost": 300, "basket": null});
        assert_eq!(
            read(Action::CouponRedeemed, &partly, Lang::En),
            ["Discount: ¥300", "Face value: ¥500"]
        );
        let blank = json!({"campaign_id": "cam_1", "draw_id": "drw_1", "value": 0});
        assert!(read(Action::PlayedForNothing, &blank, Lang::En).is_empty());
        let expired = json!({"coupons": 1200, "released": 36000});
        assert_eq!(
            read(Action::CouponsExpired, &expired, Lang::En),
            ["Coupons: 1,200", "Back to the budget: ¥36,000"]
        );
    }

    #[test]
    fn a_change_says_before_and_after() {
        let budget = |total| json!({"total": total, "available": 1, "reserved": 0, "spent": 0});
        let details = json!({
            "budget": [budget(100_000), budget(120_000)],
            "name_en": [null, "Capsules"],
            "store_ids": [["sto_1"], ["sto_1", "sto_2"]],
            "ends_at": [1_795_338_000_000_i64, 1_795_424_400_000_i64],
            "published_at": [null, 1],
        });
        assert_eq!(
            read(Action::CampaignChanged, &details, Lang::En),
            [
                "Name in English: none → Capsules",
                "Budget: ¥100,000 → ¥120,000",
                "Last day: Sun 22 Nov 2026 → Mon 23 Nov 2026",
                "Stores: 1 → 2",
            ]
        );
        let published = json!({
            "status": ["draft", "published"],
            "budget": [budget(100), budget(100)],
            "prizes": [[{"value": 500, "weight": 1, "stock": 2, "stock_left": 2}], [{"value": 500, "weight": 1, "stock": 2, "stock_left": 1}]],
        });
        assert_eq!(
            read(Action::CampaignPublished, &published, Lang::Ja),
            ["状態: 下書き → 公開中"]
        );
        let moved = json!({"lat": [35.0, 35.1], "lng": [139.0, 139.1], "address": ["A", null]});
        assert_eq!(
            read(Action::StoreChanged, &moved, Lang::En),
            ["Position: changed", "Address: A → none"]
        );
        let others = json!({"store_ids": [["sto_1"], ["sto_2"]]});
        assert_eq!(
            read(Action::CampaignChanged, &others, Lang::En),
            ["Stores: changed"]
        );
        let prizes = json!({"prizes": [[{"value": 500, "weight": 1}], [{"value": 500, "weight": 2, "stock": 1000}]]});
        assert_eq!(
            read(Action::CampaignChanged, &prizes, Lang::En),
            ["Prize table: ¥500 (weight 1) → ¥500 (weight 2, 1,000 of them)"]
        );
    }

    #[test]
    fn a_list_of_two_is_a_change_only_where_something_was_changed() {
        let invited = json!({"name": "喫茶ガチャ", "store_ids": ["sto_1", "sto_2"]});
        assert_eq!(
            read(Action::PersonInvited, &invited, Lang::En),
            ["Stores: 2"]
        );
        // What a newer server may send is no reason to fail.
        let strange = json!({"budget": 5, "name": 7, "coupons": "many", "store_ids": null});
        assert!(read(Action::CampaignCreated, &strange, Lang::En).is_empty());
        assert!(facts(None, &Json::Null, &[], Lang::Ja).is_empty());
    }
}
