//! What a retailer says to shoppers: why, to whom, until when. Whether one of them is written to is decided by [`crate::contact`].

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::{
    api::contact::AnnouncementInput,
    campaign::FieldProblem,
    context::{Frequency, Recency},
    lang::Text,
    stations::Station,
};

/// The longest first line, in characters.
pub const TITLE: usize = 40;
/// The longest text, in characters.
pub const BODY: usize = 120;
/// How far around a store shoppers can be meant, kilometres.
pub const KM: RangeInclusive<u32> = 1..=50;
/// How long ago “lately” may be for the use of a coupon, days.
pub const USED_WITHIN: RangeInclusive<u32> = 1..=365;
/// The longest time that something is worth announcing, milliseconds: 14 days.
pub const LONGEST_MS: i64 = 14 * 86_400_000;

/// Why something is sent: it is said to the shopper with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// For some hours, or tomorrow only.
    TimeSale,
    /// The shopper is near.
    NearYou,
    /// The shopper has not come for long.
    LongNotSeen,
    /// It is the month of the shopper's birth.
    BirthMonth,
    /// Something is new at the store.
    News,
    /// A coupon that the shopper holds is about to end: nobody announces it.
    CouponEnds,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::TimeSale,
        Self::NearYou,
        Self::LongNotSeen,
        Self::BirthMonth,
        Self::News,
        Self::CouponEnds,
    ];

    /// Whether a retailer can announce something for this reason.
    #[must_use]
    pub const fn is_announced(self) -> bool {
        !matches!(self, Self::CouponEnds)
    }

    /// As the database says it.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::TimeSale => "time_sale",
            Self::NearYou => "near_you",
            Self::LongNotSeen => "long_not_seen",
            Self::BirthMonth => "birth_month",
            Self::News => "news",
            Self::CouponEnds => "coupon_ends",
        }
    }

    /// The kind of a slug.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> Text {
        match self {
            Self::TimeSale => Text::new("タイムセール", "Time sale"),
            Self::NearYou => Text::new("近くにいるあなたへ", "Near you"),
            Self::LongNotSeen => Text::new("お久しぶりのあなたへ", "Long not seen"),
            Self::BirthMonth => Text::new("お誕生月", "Your birthday month"),
            Self::News => Text::new("お店のニュース", "News of a store"),
            Self::CouponEnds => Text::new("クーポンの期限", "A coupon that ends soon"),
        }
    }
}

/// For whom it is: all that is asked for has to hold. Only who agreed to messages is looked at, and who is held out is left out when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Segment {
    /// At most so many kilometres from one of the campaign's stores, by the last square that the shopper let us keep, or by the chosen area.
    pub within_km: u32,
    /// How long ago the last visit at the retailer's stores was; empty: whenever.
    #[serde(default)]
    pub recency: Vec<Recency>,
    /// The month of birth, 1 to 12.
    #[serde(default)]
    pub birth_month: Option<u8>,
    /// How often they came to the retailer's stores in the last 90 days; empty: however often.
    #[serde(default)]
    pub frequency: Vec<Frequency>,
    /// What they did with the retailer's coupons.
    #[serde(default)]
    pub coupons: Option<CouponUse>,
    /// For those who used one lately: within so many days, 1 to 365.
    #[serde(default)]
    pub used_within_days: Option<u32>,
    /// The areas that they chose, by their ids; empty: whichever, or none.
    #[serde(default)]
    pub area_ids: Vec<String>,
}

impl Segment {
    /// Everybody so many kilometres around.
    #[must_use]
    pub const fn around(within_km: u32) -> Self {
        Self {
            within_km,
            recency: Vec::new(),
            birth_month: None,
            frequency: Vec::new(),
            coupons: None,
            used_within_days: None,
            area_ids: Vec::new(),
        }
    }

    /// Whether somebody is in it, as far as it is about coupons.
    #[must_use]
    pub fn takes_coupons(&self, history: CouponHistory, now: i64) -> bool {
        match self.coupons {
            None => true,
            Some(CouponUse::UsedLately) => {
                let days = i64::from(self.used_within_days.unwrap_or(0));
                history
                    .last_used
                    .is_some_and(|at| at > now.saturating_sub(days * 86_400_000))
            }
            Some(CouponUse::HoldsOne) => history.good_until.is_some_and(|until| until > now),
            Some(CouponUse::NeverUsed) => history.last_used.is_none(),
        }
    }
}

/// What somebody did with a retailer's coupons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CouponUse {
    /// Used one within some days.
    UsedLately,
    /// Holds one that can still be used.
    HoldsOne,
    /// Never used any.
    NeverUsed,
}

/// What is known of somebody's coupons of one retailer; what was undone was not used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CouponHistory {
    /// When the last was used, unix milliseconds.
    pub last_used: Option<i64>,
    /// Until when the last of those is good that were not used.
    pub good_until: Option<i64>,
}

/// How far an announcement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum AnnouncementStatus {
    /// It is being found out for whom it is.
    Selecting,
    /// It is being sent.
    Sending,
    /// Somebody stopped it.
    Stopped,
    /// Nothing is left to be done.
    Done,
}

impl AnnouncementStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Selecting, Self::Sending, Self::Stopped, Self::Done];

    /// As the database says it.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Selecting => "selecting",
            Self::Sending => "sending",
            Self::Stopped => "stopped",
            Self::Done => "done",
        }
    }

    /// The status of a slug.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.slug() == slug)
    }

    /// Whether something is still to be done.
    #[must_use]
    pub const fn is_at_work(self) -> bool {
        matches!(self, Self::Selecting | Self::Sending)
    }
}

fn once_each<T: Clone + PartialEq>(list: &mut Vec<T>) {
    let mut seen: Vec<T> = Vec::new();
    list.retain(|one| {
        let new = !seen.contains(one);
        seen.push(one.clone());
        new
    });
}

/// With blanks taken off, and without empty translations.
#[must_use]
pub fn tidy(input: AnnouncementInput) -> AnnouncementInput {
    let optional =
        |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    let mut recency = input.segment.recency;
    once_each(&mut recency);
    let mut frequency = input.segment.frequency;
    once_each(&mut frequency);
    let mut area_ids = input.segment.area_ids;
    once_each(&mut area_ids);
    AnnouncementInput {
        title: input.title.trim().to_owned(),
        title_en: optional(input.title_en),
        body: input.body.trim().to_owned(),
        body_en: optional(input.body_en),
        segment: Segment {
            recency,
            frequency,
            area_ids,
            ..input.segment
        },
        ..input
    }
}

/// What is wrong with an announcement that is to be made at `now`, each with what to do.
#[must_use]
pub fn check(input: &AnnouncementInput, now: i64) -> Vec<FieldProblem> {
    let mut wrong = Vec::new();
    let mut say = |field: &str, ja: String, en: String| {
        wrong.push(FieldProblem {
            field: field.to_owned(),
            ja,
            en,
        });
    };
    let texts = [
        ("title", Some(&input.title), TITLE),
        ("title_en", input.title_en.as_ref(), TITLE * 2),
        ("body", Some(&input.body), BODY),
        ("body_en", input.body_en.as_ref(), BODY * 2),
    ];
    for (field, text, most) in texts {
        let Some(text) = text else { continue };
        let length = text.chars().count();
        if length == 0 || length > most || text.chars().any(char::is_control) {
            say(
                field,
                format!("1〜{most} 文字で、改行なしで書いてください。"),
                format!("Write 1 to {most} characters, without line breaks."),
            );
        }
    }
    if !input.kind.is_announced() {
        say(
            "kind",
            "この種類のお知らせは、自動で送られます。ほかの種類を選んでください。".to_owned(),
            "Messages of this kind go by themselves. Choose another.".to_owned(),
        );
    }
    if !KM.contains(&input.segment.within_km) {
        say(
            "segment.within_km",
            "1〜50 の整数にしてください。".to_owned(),
            "A whole number from 1 to 50.".to_owned(),
        );
    }
    let month = input.segment.birth_month;
    if month.is_some_and(|month| !(1..=12).contains(&month)) {
        say(
            "segment.birth_month",
            "月は 1〜12 で選んでください。".to_owned(),
            "Choose a month from 1 to 12.".to_owned(),
        );
    }
    let days = input.segment.used_within_days;
    if days.is_some_and(|days| !USED_WITHIN.contains(&days))
        || (input.segment.coupons == Some(CouponUse::UsedLately)) != days.is_some()
    {
        say(
            "segment.used_within_days",
            "「最近使った」を選ぶときだけ、1〜365 の整数を入れてください。".to_owned(),
            "A whole number from 1 to 365, for those only who used a coupon lately.".to_owned(),
        );
    }
    let areas = &input.segment.area_ids;
    if areas.iter().any(|id| Station::by_id(id).is_none()) {
        say(
            "segment.area_ids",
            "一覧にあるエリアを選んでください。".to_owned(),
            "Choose from the areas listed.".to_owned(),
        );
    }
    if (input.kind == Kind::BirthMonth) != month.is_some() {
        say(
            "segment.birth_month",
            "お誕生月のお知らせには月を、ほかのお知らせには月を選ばないでください。".to_owned(),
            "Choose a month for a birthday month, and none for the others.".to_owned(),
        );
    }
    if input.kind == Kind::LongNotSeen
        && (input.segment.recency.is_empty()
            || input
                .segment
                .recency
                .iter()
                .any(|recency| !matches!(recency, Recency::Within60 | Recency::Over60)))
    {
        say(
            "segment.recency",
            "「お久しぶり」は、最後の来店が 31 日以上前の人だけを選んでください。".to_owned(),
            "“Long not seen” is for those whose last visit was 31 days ago or more.".to_owned(),
        );
    }
    let starts = input.starts_at.unwrap_or(now);
    if starts < now.saturating_sub(86_400_000) {
        say(
            "starts_at",
            "始まりは、過去にできません。".to_owned(),
            "It cannot begin in the past.".to_owned(),
        );
    }
    if input.over_at <= starts.max(now) || input.over_at > starts.saturating_add(LONGEST_MS) {
        say(
            "over_at",
            "終わりは、始まりより後、14 日以内にしてください。".to_owned(),
            "It ends after it begins, and within 14 days.".to_owned(),
        );
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::{CouponHistory, CouponUse, Kind, LONGEST_MS, Segment, check, tidy};
    use crate::{api::contact::AnnouncementInput, context::Recency, id::CampaignId};

    const NOW: i64 = 1_800_000_000_000;

    fn input() -> AnnouncementInput {
        AnnouncementInput {
            campaign_id: CampaignId::from_bits(1),
            kind: Kind::TimeSale,
            title: "  今日 16〜19 時だけ ".to_owned(),
            title_en: Some("  ".to_owned()),
            body: "カプセルを回して、あたたかい一杯を。".to_owned(),
            body_en: None,
            segment: Segment {
                recency: vec![Recency::Over60, Recency::Over60],
                ..Segment::around(2)
            },
            starts_at: None,
            over_at: NOW + 3_600_000,
        }
    }

    #[test]
    fn takes_what_is_meant_and_says_what_is_wrong() {
        let good = tidy(input());
        assert_eq!(good.title, "今日 16〜19 時だけ");
        assert_eq!(good.title_en, None);
        assert_eq!(good.segment.recency.len(), 1);
        assert!(check(&good, NOW).is_empty());
        let wrong = |change: fn(&mut AnnouncementInput)| {
            let mut bad = good.clone();
            change(&mut bad);
            check(&bad, NOW)
                .into_iter()
                .map(|problem| problem.field)
                .collect::<Vec<_>>()
        };
        assert_eq!(wrong(|i| i.title.clear()), ["title"]);
        assert_eq!(wrong(|i| i.title = "あ".repeat(41)), ["title"]);
        assert_eq!(wrong(|i| i.body = "a\nb".to_owned()), ["body"]);
        assert_eq!(wrong(|i| i.body_en = Some(String::new())), ["body_en"]);
        assert_eq!(wrong(|i| i.segment.within_km = 0), ["segment.within_km"]);
        assert_eq!(
            wrong(|i| i.kind = Kind::BirthMonth),
            ["segment.birth_month"]
        );
        assert_eq!(
            wrong(|i| i.segment.birth_month = Some(13)),
            ["segment.birth_month", "segment.birth_month"]
        );
        assert_eq!(
            wrong(|i| {
                i.kind = Kind::LongNotSeen;
                i.segment.recency = vec![Recency::Never];
            }),
            ["segment.recency"]
        );
        let days = ["segment.used_within_days"];
        assert_eq!(wrong(|i| i.segment.used_within_days = Some(7)), days);
        assert_eq!(
            wrong(|i| i.segment.coupons = Some(CouponUse::UsedLately)),
            days
        );
        assert_eq!(
            wrong(|i| {
                i.segment.coupons = Some(CouponUse::UsedLately);
                i.segment.used_within_days = Some(366);
            }),
            days
        );
        assert_eq!(
            wrong(|i| i.segment.area_ids = vec!["nowhere".to_owned()]),
            ["segment.area_ids"]
        );
        assert_eq!(wrong(|i| i.kind = Kind::CouponEnds), ["kind"]);
        assert_eq!(wrong(|i| i.over_at = NOW), ["over_at"]);
        assert_eq!(wrong(|i| i.over_at = NOW + LONGEST_MS + 1), ["over_at"]);
        assert_eq!(
            wrong(|i| i.starts_at = Some(NOW - 2 * 86_400_000)),
            ["starts_at"]
        );
        assert_eq!(wrong(|i| i.starts_at = Some(NOW + 7_200_000)), ["over_at"]);
    }

    #[test]
    fn coupons_are_used_lately_held_or_never_used() {
        let day = 86_400_000;
        let is_in = |coupons, used_within_days, last_used, good_until| {
            let segment = Segment {
                coupons,
                used_within_days,
                ..Segment::around(1)
            };
            segment.takes_coupons(
                CouponHistory {
                    last_used,
                    good_until,
                },
                NOW,
            )
        };
        let lately = Some(CouponUse::UsedLately);
        assert!(is_in(None, None, None, None));
        assert!(is_in(lately, Some(7), Some(NOW - 7 * day + 1), None));
        assert!(!is_in(lately, Some(7), Some(NOW - 7 * day), None));
        assert!(!is_in(lately, Some(7), None, Some(NOW + 1)));
        assert!(is_in(Some(CouponUse::HoldsOne), None, None, Some(NOW + 1)));
        assert!(!is_in(
            Some(CouponUse::HoldsOne),
            None,
            Some(NOW),
            Some(NOW)
        ));
        assert!(is_in(Some(CouponUse::NeverUsed), None, None, Some(NOW + 1)));
        assert!(!is_in(Some(CouponUse::NeverUsed), None, Some(0), None));
    }
}
