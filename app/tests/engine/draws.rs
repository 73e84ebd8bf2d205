use std::collections::HashMap;

use app::{
    day::Day,
    digest::Digest,
    draw::{ClientNonce, Revealed, ServerSeed, VerifyError, draw, outcome, verify},
    id::{CampaignId, PrizeId, ShopperId},
    odds::{Odds, OddsTable},
    yen::Yen,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    seed: Digest,
    commitment: Digest,
    campaign: CampaignId,
    shopper: ShopperId,
    day: Day,
    play_number: u32,
    client_nonce: ClientNonce,
    odds: OddsTable,
    odds_hash: Digest,
    rejected_words: u32,
    ticket: u32,
    prize_id: PrizeId,
}

fn vectors() -> Vec<Vector> {
    let vectors: Vectors =
        serde_json::from_str(include_str!("../vectors/draw.json")).expect("the vectors");
    vectors.vectors
}

fn revealed<'a>(vector: &'a Vector, seed: &'a ServerSeed) -> Revealed<'a> {
    Revealed {
        seed,
        commitment: vector.commitment,
        campaign: vector.campaign,
        shopper: vector.shopper,
        day: vector.day,
        play_number: vector.play_number,
        nonce: &vector.client_nonce,
        odds: &vector.odds,
        odds_hash: vector.odds_hash,
        ticket: vector.ticket,
        prize: vector.prize_id,
    }
}

/// `vectors/draw.json`: Python's hashlib and hmac, see `vectors/draw.py`.
#[test]
fn agrees_with_the_independent_vectors() {
    let vectors = vectors();
    assert!(vectors.iter().filter(|v| v.rejected_words > 0).count() >= 3);
    for vector in &vectors {
        let seed = ServerSeed::new(vector.seed.0);
        assert_eq!(seed.commitment(), vector.commitment);
        assert_eq!(
            vector
                .odds
                .hash(vector.campaign, vector.shopper, vector.day),
            vector.odds_hash
        );
        let ticket = draw(
            &seed,
            vector.campaign,
            vector.shopper,
            vector.play_number,
            &vector.client_nonce,
            vector.odds_hash,
        );
        assert_eq!(ticket, vector.ticket);
        assert_eq!(
            outcome(&vector.odds, ticket).map(|odds| odds.prize_id),
            Some(vector.prize_id)
        );
        assert_eq!(verify(&revealed(vector, &seed)), Ok(()));
    }
}

#[test]
fn verification_finds_every_kind_of_cheating() {
    let vectors = vectors();
    let vector = &vectors[0];
    let seed = ServerSeed::new(vector.seed.0);
    let honest = revealed(vector, &seed);

    let other_seed = ServerSeed::new([7; 32]);
    assert_eq!(
        verify(&Revealed {
            seed: &other_seed,
            ..honest.clone()
        }),
        Err(VerifyError::Commitment)
    );
    assert_eq!(
        verify(&Revealed {
            odds: &vectors[1].odds,
            ..honest.clone()
        }),
        Err(VerifyError::Odds)
    );
    assert_eq!(
        verify(&Revealed {
            day: vector.day.plus(1),
            ..honest.clone()
        }),
        Err(VerifyError::Odds)
    );
    let ticket = vector.ticket;
    assert_eq!(
        verify(&Revealed {
            ticket: (ticket + 1) % 1_000_000,
            ..honest.clone()
        }),
        Err(VerifyError::Ticket(ticket))
    );
    assert!(matches!(
        verify(&Revealed {
            play_number: 99,
            ..honest.clone()
        }),
        Err(VerifyError::Ticket(_))
    ));
    let other_nonce: ClientNonce = "another-nonce-altogether".parse().expect("a nonce");
    assert!(matches!(
        verify(&Revealed {
            nonce: &other_nonce,
            ..honest.clone()
        }),
        Err(VerifyError::Ticket(_))
    ));
    let other_prize = vector
        .odds
        .entries()
        .iter()
        .find(|o| o.prize_id != vector.prize_id)
        .expect("five prizes");
    assert_eq!(
        verify(&Revealed {
            prize: other_prize.prize_id,
            ..honest
        }),
        Err(VerifyError::Prize)
    );
}

#[test]
fn tickets_are_laid_end_to_end() {
    let odds = |n: u8, ppm: u32| Odds {
        prize_id: PrizeId::new(0, [n; 10]),
        value: Yen(i64::from(n)),
        ppm,
    };
    let table = OddsTable::new(vec![odds(1, 1), odds(2, 999_998), odds(3, 1)]).expect("a table");
    let value = |ticket| outcome(&table, ticket).map(|o| o.value.0);
    assert_eq!(
        [0, 1, 999_998, 999_999, 1_000_000].map(value),
        [Some(1), Some(2), Some(2), Some(3), None]
    );
}

/// Pearson's χ² with a fixed seed: the chance of failing was decided once, when the seed was written down.
#[test]
fn draws_come_as_often_as_the_odds_say() {
    const DRAWS: u32 = 20_000;
    let odds = |n: u8, ppm: u32| Odds {
        prize_id: PrizeId::new(0, [n; 10]),
        value: Yen(i64::from(n)),
        ppm,
    };
    let table = OddsTable::new(vec![
        odds(0, 600_000),
        odds(1, 300_000),
        odds(2, 90_000),
        odds(3, 9_500),
        odds(4, 500),
    ])
    .expect("a table");
    let (campaign, shopper) = (CampaignId::new(1, [1; 10]), ShopperId::new(1, [2; 10]));
    let hash = table.hash(campaign, shopper, Day(20_000));
    let seed = ServerSeed::new([42; 32]);
    let nonce: ClientNonce = "0123456789abcdef".parse().expect("a nonce");
    let mut counts: HashMap<PrizeId, f64> = HashMap::new();
    let mut tenths = [0.0_f64; 10];
    for play in 0..DRAWS {
        let ticket = draw(&seed, campaign, shopper, play, &nonce, hash);
        *counts
            .entry(outcome(&table, ticket).expect("below a million").prize_id)
            .or_default() += 1.0;
        tenths[(ticket / 100_000) as usize] += 1.0;
    }
    let chi = |seen: f64, expected: f64| (seen - expected).powi(2) / expected;
    let by_prize: f64 = table
        .entries()
        .iter()
        .map(|o| {
            chi(
                counts.get(&o.prize_id).copied().unwrap_or(0.0),
                f64::from(DRAWS) * f64::from(o.ppm) / 1e6,
            )
        })
        .sum();
    // 99.9 % quantiles of χ² with 4 and 9 degrees of freedom.
    assert!(by_prize < 18.47, "{by_prize}");
    let by_tenth: f64 = tenths
        .iter()
        .map(|seen| chi(*seen, f64::from(DRAWS) / 10.0))
        .sum();
    assert!(by_tenth < 27.88, "{by_tenth}");
}

#[test]
fn nonces_are_plain_and_seeds_do_not_print() {
    for text in [
        "",
        "fifteen-chars--",
        &"a".repeat(65),
        "sixteen chars ok",
        "0123456789abcde\n",
        "０123456789abcdef",
    ] {
        assert!(text.parse::<ClientNonce>().is_err(), "{text:?}");
    }
    for text in ["0123456789abcdef", &"Az-_".repeat(16)] {
        assert!(text.parse::<ClientNonce>().is_ok(), "{text:?}");
    }
    assert!(serde_json::from_str::<ClientNonce>("\"short\"").is_err());
    assert!(!format!("{:?}", ServerSeed::new([42; 32])).contains("42"));
}
