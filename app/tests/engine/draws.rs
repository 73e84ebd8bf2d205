use app::{
    day::Day,
    digest::Digest,
    draw::{ClientNonce, Revealed, ServerSeed, VerifyError, draw, outcome, verify},
    id::{CampaignId, PrizeId},
    odds::{Odds, OddsTable, WHOLE},
    pseudonym::{Drawer, Pseudonym},
    yen::Yen,
};
use serde::Deserialize;
use statrs::distribution::{ChiSquared, ContinuousCDF};

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    seed: Digest,
    commitment: Digest,
    campaign: CampaignId,
    drawer: String,
    day: Day,
    play_number: u32,
    client_nonce: ClientNonce,
    odds: OddsTable,
    odds_hash: Digest,
    rejected_words: u32,
    ticket: u32,
    prize_id: PrizeId,
}

impl Vector {
    fn drawer(&self) -> Drawer {
        match self.drawer.parse::<Pseudonym>() {
            Ok(pseudonym) => pseudonym.into(),
            Err(_) => Drawer::Shopper(self.drawer.parse().expect("a shopper's id")),
        }
    }
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
        drawer: vector.drawer(),
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
    assert!(vectors.iter().filter(|v| v.rejected_words > 0).count() >= 6);
    for version in [1, 2] {
        assert!(
            vectors
                .iter()
                .filter(|v| v.drawer().version() == version)
                .count()
                >= 17
        );
    }
    for vector in &vectors {
        let seed = ServerSeed::new(vector.seed.0);
        assert_eq!(seed.commitment(), vector.commitment);
        assert_eq!(
            vector
                .odds
                .hash(vector.campaign, vector.drawer(), vector.day),
            vector.odds_hash
        );
        let ticket = draw(
            &seed,
            vector.campaign,
            vector.drawer(),
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
    let other = vectors
        .iter()
        .find(|other| other.odds != vector.odds)
        .expect("vectors of other odds");
    assert_eq!(
        verify(&Revealed {
            odds: &other.odds,
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

/// Pearson's χ² over a million draws for each of three seeds; the chance of failing was decided once, when the seeds were written down.
#[test]
fn draws_come_as_often_as_the_odds_say() {
    const DRAWS: u32 = 1_000_000;
    // Down to a prize that comes five times in a million.
    let shares = [600_000, 300_000, 90_000, 9_500, 495, 5];
    let entries = (0_u8..).zip(shares).map(|(n, ppm)| Odds {
        prize_id: PrizeId::new(0, [n; 10]),
        value: Yen(i64::from(n)),
        ppm,
    });
    let table = OddsTable::new(entries.collect()).expect("a table");
    let campaign = CampaignId::new(1, [1; 10]);
    let nonce: ClientNonce = "0123456789abcdef".parse().expect("a nonce");
    let p_value = |seen: &[u32], expected: &[f64]| {
        let chi: f64 = seen
            .iter()
            .zip(expected)
            .map(|(seen, expected)| (f64::from(*seen) - expected).powi(2) / expected)
            .sum();
        let freedom = f64::from(u32::try_from(seen.len()).expect("few") - 1);
        ChiSquared::new(freedom).expect("a distribution").sf(chi)
    };
    for seed in [42, 43, 44] {
        let pseudonym = Pseudonym::new([seed; 16]);
        let hash = table.hash(campaign, pseudonym, Day(20_000));
        let seed = ServerSeed::new([seed; 32]);
        let mut prizes = [0_u32; 6];
        let mut tenths = [0_u32; 10];
        for play in 0..DRAWS {
            let ticket = draw(&seed, campaign, pseudonym, play, &nonce, hash);
            let won = outcome(&table, ticket).expect("below a million");
            prizes[usize::try_from(won.value.get()).expect("an index")] += 1;
            tenths[(ticket / 100_000) as usize] += 1;
        }
        let shown = shares.map(|ppm| f64::from(DRAWS) * f64::from(ppm) / f64::from(WHOLE));
        let by_prize = p_value(&prizes, &shown);
        let by_tenth = p_value(&tenths, &[f64::from(DRAWS) / 10.0; 10]);
        println!("p by prize {by_prize:.4} {prizes:?}, by tenth {by_tenth:.4}");
        assert!(
            by_prize > 0.001 && by_tenth > 0.001,
            "{by_prize} {by_tenth}"
        );
    }
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
