//! No schedule of messages, zones and changes of clocks is sent in quiet hours, above the cap, without consent, to the held out, or twice. What was sent is
//! judged from the outside: by another library's clocks, and by counting.

use std::collections::{BTreeMap, HashSet};

use app::{
    contact::{Addressee, Channel, Contacts, Decision, PerWeek, decide, may_go_another_way},
    holdout::{Arm, Salt, Share},
    id::ShopperId,
};
use chrono::{DateTime, TimeZone, Timelike, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use proptest::prelude::*;

const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;
/// 2026-01-01T00:00:00Z.
const BEGIN: i64 = 1_767_225_600_000;

fn local(zone: Tz, at: i64) -> DateTime<Tz> {
    let moment = Utc.timestamp_millis_opt(at).single();
    moment
        .expect("a moment of this century")
        .with_timezone(&zone)
}

fn minute_of_day(zone: Tz, at: i64) -> u16 {
    let time = local(zone, at);
    u16::try_from(time.hour() * 60 + time.minute()).expect("below 1,440")
}

#[derive(Clone, Debug)]
struct Person {
    id: ShopperId,
    zone: Tz,
    per_week: PerWeek,
    /// Agreed and withdrew, in turns, beginning with no consent.
    turns: Vec<i64>,
}

impl Person {
    fn consents(&self, at: i64) -> bool {
        self.turns.iter().filter(|turn| **turn <= at).count() % 2 == 1
    }
}

#[derive(Clone, Debug)]
struct Message {
    at: i64,
    lasts: i64,
    retailer: usize,
}

fn person() -> impl Strategy<Value = Person> {
    (
        any::<u128>(),
        0..TZ_VARIANTS.len(),
        1_u8..=3,
        prop::collection::vec(0_i64..365 * DAY, 1..6),
    )
        .prop_map(|(id, zone, per_week, mut turns)| {
            turns.sort_unstable();
            Person {
                id: ShopperId::from_bits(id),
                zone: TZ_VARIANTS[zone],
                per_week: PerWeek::try_from(per_week).expect("1 to 3"),
                turns: turns.into_iter().map(|turn| BEGIN + turn).collect(),
            }
        })
}

fn message() -> impl Strategy<Value = Message> {
    // A few days of the year, so that messages meet; any minute, so that they meet every change of clocks sooner or later.
    (0_i64..365 * 24 * 60, 1_i64..72 * 60, 0_usize..3).prop_map(|(minute, lasts, retailer)| {
        Message {
            at: BEGIN + minute * MINUTE,
            lasts: lasts * MINUTE,
            retailer,
        }
    })
}

/// A schedule as a server works through it: each message is asked about again when it said so.
fn run(people: &[Person], messages: &[Message], salts: &[Salt]) -> Vec<(usize, usize, i64)> {
    let mut due: BTreeMap<(i64, usize, usize), ()> = BTreeMap::new();
    for (n, message) in messages.iter().enumerate() {
        for who in 0..people.len() {
            due.insert((message.at, n, who), ());
        }
    }
    let mut contacts = vec![Contacts::default(); people.len()];
    let mut sent = Vec::new();
    while let Some(((now, n, who), ())) = due.pop_first() {
        let (person, message) = (&people[who], &messages[n]);
        let addressee = Addressee {
            consents: person.consents(now),
            mutes: false,
            held_out: salts[message.retailer].arm(person.id, Share::MOST) == Arm::Control,
            per_week: person.per_week,
            contacts: contacts[who],
        };
        let over = message.at + message.lasts;
        match decide(&addressee, now, over, |at| minute_of_day(person.zone, at)) {
            Decision::Send => {
                contacts[who] = contacts[who].and(now);
                sent.push((n, who, now));
            }
            Decision::Wait(until) => {
                assert!(until > now && until < over);
                due.insert((until, n, who), ());
            }
            Decision::Silent(_) => {}
        }
    }
    sent
}

/// What happens to a message on its way, and what whoever sent it is told of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Happens {
    /// It arrives, and that is told.
    Arrives,
    /// It arrives, and the answer is lost.
    ArrivesUnheard,
    /// Nobody can say what became of it, and it did not arrive.
    IsLost,
    /// It is not taken, and that is told.
    IsRefused,
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        Just(Happens::Arrives),
        Just(Happens::ArrivesUnheard),
        Just(Happens::IsLost),
        Just(Happens::IsRefused),
    ]
}

/// A message as servers try to bring it, by the first of some ways and perhaps by others; gives the ways by which it arrived.
fn bring(ways: &[Channel], tries: &[Vec<Happens>]) -> Vec<Channel> {
    let mut arrived = Vec::new();
    let mut by = 0;
    for (n, happens) in tries.iter().enumerate() {
        let mut happens = happens.iter().copied();
        loop {
            let refused = match happens.next().unwrap_or(Happens::IsLost) {
                Happens::Arrives => {
                    arrived.push(ways[by]);
                    return arrived;
                }
                Happens::ArrivesUnheard => {
                    arrived.push(ways[by]);
                    false
                }
                Happens::IsLost => false,
                Happens::IsRefused => true,
            };
            if !refused {
                // Tried again some time, by the way it went.
                break;
            }
            if by + 1 == ways.len() || !may_go_another_way(refused, n > 0) {
                return arrived;
            }
            by += 1;
        }
    }
    arrived
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_message_arrives_by_one_way(
        ways in prop::sample::subsequence(Channel::ALL.to_vec(), 1..=3),
        tries in prop::collection::vec(prop::collection::vec(happens(), 1..4), 1..5),
    ) {
        let arrived: HashSet<Channel> = bring(&ways, &tries).into_iter().collect();
        prop_assert!(arrived.len() <= 1, "by {arrived:?}");
    }

    #[test]
    fn nothing_is_sent_that_should_not_be(
        people in prop::collection::vec(person(), 1..6),
        mut messages in prop::collection::vec(message(), 1..60),
        together in 0_i64..365,
    ) {
        // Half of them within two weeks, where the cap is felt.
        let half = messages.len() / 2;
        for message in &mut messages[..half] {
            message.at = BEGIN + together * DAY + (message.at - BEGIN) % (14 * DAY);
        }
        let salts = [Salt::new([1; 32]), Salt::new([2; 32]), Salt::new([3; 32])];
        let sent = run(&people, &messages, &salts);
        let mut once = HashSet::new();
        for (n, who, at) in &sent {
            let (person, message) = (&people[*who], &messages[*n]);
            prop_assert!(once.insert((n, who)), "sent twice");
            let hour = local(person.zone, *at).hour();
            prop_assert!((9..21).contains(&hour), "at {hour} in {}", person.zone);
            prop_assert!(person.consents(*at), "without consent");
            prop_assert_eq!(salts[message.retailer].arm(person.id, Share::MOST), Arm::Treatment);
            prop_assert!(*at >= message.at && *at < message.at + message.lasts, "not in its time");
        }
        for (who, person) in people.iter().enumerate() {
            let times: Vec<i64> = sent.iter().filter(|s| s.1 == who).map(|s| s.2).collect();
            for from in &times {
                let within = |days: i64| times.iter().filter(|at| **at >= *from && **at < *from + days * DAY).count();
                prop_assert!(within(1) <= 1, "more than one in 24 hours");
                prop_assert!(within(7) <= usize::from(person.per_week.get()), "more than wanted in 7 days");
            }
        }
    }

    /// Waiting for the morning is not waiting for longer than a night, whatever is done to the clocks in it.
    #[test]
    fn the_morning_comes(zone in 0..TZ_VARIANTS.len(), minute in 0_i64..3 * 365 * 24 * 60) {
        let zone = TZ_VARIANTS[zone];
        let now = BEGIN + minute * MINUTE;
        let awake = app::contact::awake_from(now, |at| minute_of_day(zone, at));
        let hour = local(zone, awake).hour();
        prop_assert!((9..21).contains(&hour));
        prop_assert!(awake - now <= 14 * 60 * MINUTE);
    }
}

/// So that the law above is not one of an empty list: an ordinary week has messages.
#[test]
fn somebody_is_written_to() {
    let people = [Person {
        id: ShopperId::from_bits(5),
        zone: chrono_tz::Asia::Tokyo,
        per_week: PerWeek::MOST,
        turns: vec![BEGIN],
    }];
    let messages: Vec<Message> = (0..14)
        .map(|day| Message {
            at: BEGIN + day * DAY + 13 * 60 * MINUTE,
            lasts: 20 * 60 * MINUTE,
            retailer: 0,
        })
        .collect();
    // 22 o'clock in Tokyo: each waits for the morning, and of the mornings three in a week have one.
    let salts = [7, 8, 9].map(|n| Salt::new([n; 32]));
    let free: Vec<Salt> = salts
        .into_iter()
        .filter(|salt| salt.arm(people[0].id, Share::MOST) == Arm::Treatment)
        .collect();
    let sent = run(&people, &messages, &free[..1]);
    let mornings: Vec<i64> = sent.iter().map(|s| (s.2 - BEGIN) / DAY).collect();
    assert_eq!(mornings, [1, 2, 3, 8, 9, 10]);
}
