//! Contact: who may be sent a message now, who later, and who not at all.
//!
//! A message costs the shopper attention and the retailer the shopper's goodwill, so there has to be a reason for each, and silence is what happens
//! otherwise. Everything here is asked again at the moment of sending, whatever was decided when the message was written.
//!
//! - **Consent** for the channel, given for a text that is known by its version, and not withdrawn.
//! - **Quiet hours**: from [`QUIET_FROM`] to [`QUIET_UNTIL`] by the clock where the shopper is.
//! - **The cap**: over all retailers together at most [`PER_DAY`] in any 24 hours and [`PER_WEEK`] in any 7 days; a shopper may choose fewer a week.
//! - **The holdout**: whoever is held out is offered nothing, by no way.

use serde::{Deserialize, Serialize};

use crate::lang::Text;

/// The local hour at which messages stop.
pub const QUIET_FROM: u16 = 21;
/// The local hour from which they may come again.
pub const QUIET_UNTIL: u16 = 9;
/// The most messages in any 24 hours.
pub const PER_DAY: usize = 1;
/// The most messages in any 7 days.
pub const PER_WEEK: usize = 3;
/// The version of the words by which a shopper agrees to be written to: another text is another number, and the old ones stay with who agreed to them.
pub const CONSENT_TEXT: u16 = 1;

const MINUTE_MS: i64 = 60_000;
/// Milliseconds of a day, as the cap counts them: 24 hours, whatever is done to clocks.
pub const DAY_MS: i64 = 86_400_000;
const MINUTES_A_DAY: u16 = 24 * 60;

/// A way to reach somebody. Each is agreed to by itself; a message goes by one of them, the first in this order that leads to its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// Web push, to a browser.
    Push,
    /// A message of a LINE official account.
    Line,
    /// E-mail.
    Mail,
}

impl Channel {
    /// All of them, the preferred first: what is on the screen at once, then what is looked at several times a day, then what is looked at some day.
    pub const ALL: [Self; 3] = [Self::Push, Self::Line, Self::Mail];

    /// As the database says it.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::Line => "line",
            Self::Mail => "mail",
        }
    }

    /// As people call it.
    #[must_use]
    pub const fn name(self) -> Text {
        match self {
            Self::Push => Text::new("ブラウザの通知", "Browser"),
            Self::Line => Text::new("LINE", "LINE"),
            Self::Mail => Text::new("メール", "E-mail"),
        }
    }

    /// The channel of a slug.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.slug() == slug)
    }
}

/// Whether a message that went a way may still go the next one: only where it is known that nobody got it, and only when it was never tried before. Whoever has
/// two messages about the same was written to once too often.
#[must_use]
pub const fn may_go_another_way(refused_for_good: bool, tried_before: bool) -> bool {
    refused_for_good && !tried_before
}

/// How many messages a week a shopper wants: 1 to [`PER_WEEK`]. None at all is no consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "u8", into = "u8")]
pub struct PerWeek(u8);

/// A shopper may be written to one to three times a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("one to three messages a week")]
pub struct PerWeekError;

impl PerWeek {
    /// What holds until the shopper chooses fewer.
    pub const MOST: Self = Self(PER_WEEK as u8);

    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for PerWeek {
    type Error = PerWeekError;
    fn try_from(n: u8) -> Result<Self, PerWeekError> {
        if n > 0 && n <= Self::MOST.0 {
            Ok(Self(n))
        } else {
            Err(PerWeekError)
        }
    }
}

impl From<PerWeek> for u8 {
    fn from(n: PerWeek) -> Self {
        n.0
    }
}

/// When somebody was last written to, the newest first, over all retailers and channels: as many as the cap can count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contacts(pub [Option<i64>; PER_WEEK]);

impl Contacts {
    /// The moment (unix milliseconds) from which there is room for another message. May lie in the past.
    #[must_use]
    pub fn room_from(&self, per_week: PerWeek) -> i64 {
        let after = |nth: usize, days: i64| {
            let at = self.0.get(nth - 1).copied().flatten();
            at.map_or(i64::MIN, |at| at.saturating_add(days * DAY_MS))
        };
        after(PER_DAY, 1).max(after(usize::from(per_week.get()), 7))
    }

    /// With one more.
    #[must_use]
    pub fn and(self, at: i64) -> Self {
        let [first, second, _] = self.0;
        Self([Some(at), first, second])
    }
}

/// Whether a local time lies in the quiet hours.
#[must_use]
pub const fn is_quiet(minute_of_day: u16) -> bool {
    minute_of_day < QUIET_UNTIL * 60 || minute_of_day >= QUIET_FROM * 60
}

/// The first moment from `now` on that does not lie in the quiet hours. `local` gives the minute of the local day, 0 to 1,439, of a moment.
///
/// Where clocks are changed in the night the morning is looked for again from where it was expected, so the moment found is never a quiet one.
#[must_use]
pub fn awake_from(now: i64, local: impl Fn(i64) -> u16) -> i64 {
    let mut at = now;
    // A night has one morning, and clocks are changed at most once in it.
    for _ in 0..8 {
        let minute = local(at).min(MINUTES_A_DAY - 1);
        if !is_quiet(minute) {
            return at;
        }
        let left = (QUIET_UNTIL * 60 + MINUTES_A_DAY - minute) % MINUTES_A_DAY;
        // To the minute, so that it is nine o'clock and not some seconds after.
        at = at.div_euclid(MINUTE_MS) * MINUTE_MS + i64::from(left) * MINUTE_MS;
    }
    at
}

/// Why somebody is not written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Silence {
    /// Did not agree, or no longer; or has no device that could be reached.
    NoConsent,
    /// Does not want to hear of this retailer.
    Muted,
    /// Is held out, so that it can be seen what offers do.
    HeldOut,
    /// Was written to often enough.
    Capped,
    /// It is night until the offer is over.
    TooLate,
}

impl Silence {
    /// All reasons.
    pub const ALL: [Self; 5] = [
        Self::NoConsent,
        Self::Muted,
        Self::HeldOut,
        Self::Capped,
        Self::TooLate,
    ];
}

/// What is to be done about one shopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Send, if the cap can still be reserved.
    Send,
    /// Ask again at this moment.
    Wait(i64),
    /// Nothing is sent, for this reason.
    Silent(Silence),
}

/// What is known of a shopper when a message is to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Addressee {
    /// Agreed to a channel, and can be reached by it.
    pub consents: bool,
    /// Does not want to hear of the retailer.
    pub mutes: bool,
    /// Is held out of the programme or of the campaign.
    pub held_out: bool,
    /// How many messages a week are wanted.
    pub per_week: PerWeek,
    /// The last ones.
    pub contacts: Contacts,
}

/// Decides about one shopper at `now`; the message is worth nothing any more from `over` on.
#[must_use]
pub fn decide(addressee: &Addressee, now: i64, over: i64, local: impl Fn(i64) -> u16) -> Decision {
    if !addressee.consents {
        return Decision::Silent(Silence::NoConsent);
    }
    if addressee.mutes {
        return Decision::Silent(Silence::Muted);
    }
    if addressee.held_out {
        return Decision::Silent(Silence::HeldOut);
    }
    if now >= over {
        return Decision::Silent(Silence::TooLate);
    }
    let awake = awake_from(now, local);
    // That there is room later on is no reason to wait: other messages will want it too.
    if addressee.contacts.room_from(addressee.per_week) > awake {
        return Decision::Silent(Silence::Capped);
    }
    if awake == now {
        Decision::Send
    } else if awake < over {
        Decision::Wait(awake)
    } else {
        Decision::Silent(Silence::TooLate)
    }
}

#[cfg(test)]
mod tests {
    use super::{Addressee, Contacts, DAY_MS, Decision, PerWeek, Silence, awake_from, decide};

    const HOUR: i64 = 3_600_000;

    /// A place whose clock shows UTC.
    fn utc(at: i64) -> u16 {
        u16::try_from(at.rem_euclid(DAY_MS) / 60_000).unwrap_or(0)
    }

    fn somebody() -> Addressee {
        Addressee {
            consents: true,
            mutes: false,
            held_out: false,
            per_week: PerWeek::MOST,
            contacts: Contacts::default(),
        }
    }

    #[test]
    fn the_night_ends_at_nine() {
        assert_eq!(awake_from(9 * HOUR, utc), 9 * HOUR);
        assert_eq!(awake_from(21 * HOUR - 1, utc), 21 * HOUR - 1);
        assert_eq!(awake_from(21 * HOUR, utc), 33 * HOUR);
        assert_eq!(awake_from(3 * HOUR + 1_234, utc), 9 * HOUR);
        assert_eq!(awake_from(9 * HOUR - 1, utc), 9 * HOUR);
    }

    #[test]
    fn each_reason_for_silence_is_said() {
        let noon = 12 * HOUR;
        let of = |who: &Addressee| decide(who, noon, noon + HOUR, utc);
        assert_eq!(of(&somebody()), Decision::Send);
        let no = |who: Addressee| match of(&who) {
            Decision::Silent(why) => Some(why),
            Decision::Send | Decision::Wait(_) => None,
        };
        let one = |change: fn(&mut Addressee)| {
            let mut who = somebody();
            change(&mut who);
            no(who)
        };
        assert_eq!(one(|w| w.consents = false), Some(Silence::NoConsent));
        assert_eq!(one(|w| w.mutes = true), Some(Silence::Muted));
        assert_eq!(one(|w| w.held_out = true), Some(Silence::HeldOut));
        assert_eq!(
            one(|w| w.contacts = Contacts::default().and(11 * HOUR)),
            Some(Silence::Capped)
        );
        let night = 22 * HOUR;
        assert_eq!(
            decide(&somebody(), night, 33 * HOUR, utc),
            Decision::Silent(Silence::TooLate)
        );
        assert_eq!(
            decide(&somebody(), night, 33 * HOUR + 1, utc),
            Decision::Wait(33 * HOUR)
        );
        assert_eq!(
            decide(&somebody(), noon, noon, utc),
            Decision::Silent(Silence::TooLate)
        );
    }

    #[test]
    fn the_cap_counts_any_day_and_any_week() {
        let mut contacts = Contacts::default();
        for day in 0..3 {
            assert!(contacts.room_from(PerWeek::MOST) <= day * DAY_MS);
            contacts = contacts.and(day * DAY_MS);
            assert_eq!(
                contacts.room_from(PerWeek::MOST),
                if day == 2 {
                    7 * DAY_MS
                } else {
                    (day + 1) * DAY_MS
                }
            );
        }
        let one = PerWeek::try_from(1);
        assert_eq!(one.map(|n| contacts.room_from(n)), Ok(9 * DAY_MS));
        assert!(PerWeek::try_from(0).is_err() && PerWeek::try_from(4).is_err());
    }
}
