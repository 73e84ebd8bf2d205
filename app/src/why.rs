//! Why somebody is offered what they are offered, in one plain sentence.
//!
//! [`Reason`]s are the parts of a sizing; a shopper in a street wants one sentence. It names what counted most and never
//! claims more than the sizing gave: who is at the floor is told so.

use crate::{lang::Text, policy::Reason};

/// The one sentence, made of a sizing's reasons.
#[must_use]
pub fn plainly(why: &[Reason]) -> Text {
    let has = |reason| why.contains(&reason);
    if has(Reason::SameForAll) {
        return Text::new(
            "このキャンペーンの当選確率は、どなたも同じです。",
            "Everybody has the same odds in this campaign.",
        );
    }
    if has(Reason::AtFloor) {
        return if has(Reason::RecentVisit) {
            Text::new(
                "最近お店に来られているので、どなたにもお約束している基本の確率です。",
                "You were at the shop lately, so these are the basic odds that everybody is promised.",
            )
        } else {
            Text::new(
                "どなたにもお約束している、基本の確率です。",
                "These are the basic odds that everybody is promised.",
            )
        };
    }
    if has(Reason::Learned) {
        return Text::new(
            "これまでの抽選の結果をもとに、大きな賞の出やすさを決めています。",
            "How likely bigger prizes are follows from how earlier draws turned out.",
        );
    }
    // Somebody who comes often is told that, not that the way is long: it is what the odds were lowered for.
    if has(Reason::ComesAnyway) {
        return Text::new(
            "よく来てくださっているので、大きな賞の上乗せは少なめです。",
            "You come often, so only a little is added to the bigger prizes.",
        );
    }
    match (has(Reason::Newcomer), has(Reason::Lapsed), has(Reason::Far)) {
        (true, _, true) => Text::new(
            "ご来店の記録がまだなく、お店まで少し遠いので、大きな賞が出やすくなっています。",
            "No visit of yours is on record yet and the shop is some way off, so bigger prizes are likelier.",
        ),
        (true, _, false) => Text::new(
            "ご来店の記録がまだないので、大きな賞が出やすくなっています。",
            "No visit of yours is on record yet, so bigger prizes are likelier.",
        ),
        (false, true, true) => Text::new(
            "前のご来店から日がたち、お店まで少し遠いので、大きな賞が出やすくなっています。",
            "Your last visit was a while ago and the shop is some way off, so bigger prizes are likelier.",
        ),
        (false, true, false) => Text::new(
            "前のご来店から日がたっているので、大きな賞が出やすくなっています。",
            "Your last visit was a while ago, so bigger prizes are likelier.",
        ),
        (false, false, true) => Text::new(
            "お店まで少し遠いので、大きな賞が出やすくなっています。",
            "The shop is some way off, so bigger prizes are likelier.",
        ),
        (false, false, false) => Text::new(
            "お店からの近さと、前のご来店からの日数で決まる確率です。",
            "Your odds follow from how near you are and how long ago you last came.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::plainly;
    use crate::{
        context::{Context, Frequency, Recency, RedemptionRate},
        day::JST,
        geo::Band,
        policy::{CampaignRules, Policy, Reason, size},
        yen::{MilliYen, Yen},
    };

    /// Over every context: who is told that bigger prizes are likelier is offered more than the floor, and who is offered no more
    /// than the floor is told that these are the basic odds.
    #[test]
    fn nobody_is_told_more_than_they_are_given() {
        let rules = |ceiling| CampaignRules {
            limits: crate::odds::Limits {
                floor: Yen(100),
                ceiling: Yen(ceiling),
            },
            base_mean: MilliYen(150_000),
        };
        let mut told = std::collections::BTreeSet::new();
        for ceiling in [100, 300] {
            for band in Band::ALL {
                for recency in [
                    Recency::Never,
                    Recency::Within7,
                    Recency::Within14,
                    Recency::Over60,
                ] {
                    for frequency in [Frequency::None, Frequency::EightOrMore] {
                        for used in [MilliYen::ZERO, MilliYen(i64::MAX)] {
                            let context = Context::at(
                                0,
                                JST,
                                band,
                                recency,
                                frequency,
                                RedemptionRate::of(0, 0),
                            );
                            let sizing =
                                size(Policy::DistanceLapse, &context, &rules(ceiling), used);
                            let sentence = plainly(&sizing.why);
                            let more = sizing.target > MilliYen::from(Yen(100));
                            assert_eq!(
                                sentence.ja.contains("基本の確率"),
                                !more,
                                "{sentence:?} for {context:?}"
                            );
                            assert_eq!(sentence.en.contains("basic odds"), !more);
                            if sentence.en.contains("some way off") {
                                assert!(sizing.distance_bonus > MilliYen::ZERO, "{context:?}");
                            }
                            told.insert(sentence.en);
                        }
                    }
                }
            }
        }
        assert!(told.len() >= 7, "{told:?}");
    }

    #[test]
    fn sentences_are_short_enough_for_the_place_beside_the_button() {
        for why in [
            vec![Reason::SameForAll],
            vec![Reason::AtFloor, Reason::RecentVisit],
            vec![Reason::Newcomer, Reason::Far],
            vec![Reason::Lapsed, Reason::Far],
            vec![Reason::Lapsed, Reason::ComesAnyway],
        ] {
            let sentence = plainly(&why);
            assert!(sentence.ja.chars().count() <= 42, "{}", sentence.ja);
            assert!(sentence.en.len() <= 100, "{}", sentence.en);
            // One sentence.
            assert_eq!(sentence.ja.matches('。').count(), 1);
        }
    }
}
