//! The load: connections that each ask one thing after the other, either as soon as the last answer came or at a steady pace.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use tokio::task::JoinSet;

use crate::http::{Answer, Connection};

/// What was measured.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// Requests a second.
    pub rate: f64,
    /// Milliseconds.
    pub p50: f64,
    /// Milliseconds.
    pub p99: f64,
}

/// Sends each connection's requests in their order. All have to be answered by `wanted`. Gives the answers in the order of the requests.
///
/// `rate`: so many a second over all connections, each at its time however late the one before was; the time of an answer counts
/// from then, so that a server that stands still does not look good. Without it: as fast as it goes.
pub async fn run(
    address: SocketAddr,
    requests: Vec<Vec<Vec<u8>>>,
    wanted: u16,
    rate: Option<f64>,
) -> Result<(Measured, Vec<Vec<Answer>>)> {
    let connections = requests.len();
    let mut open = Vec::with_capacity(connections);
    for _ in 0..connections {
        open.push(Connection::open(address).await?);
    }
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for (n, (mut connection, mine)) in open.into_iter().zip(requests).enumerate() {
        let pace = rate.map(|rate| {
            let apart = Duration::from_secs_f64(connections as f64 / rate);
            (begun + apart.mul_f64(n as f64 / connections as f64), apart)
        });
        tasks.spawn(async move {
            let mut times = Vec::with_capacity(mine.len());
            let mut answers = Vec::with_capacity(mine.len());
            for (i, request) in mine.iter().enumerate() {
                let mut from = Instant::now();
                if let Some((first, apart)) = pace {
                    from = first + apart * u32::try_from(i)?;
                    tokio::time::sleep_until(from.into()).await;
                }
                let answer = connection.ask(request).await?;
                ensure!(
                    answer.status == wanted,
                    "{} {}",
                    answer.status,
                    String::from_utf8_lossy(&answer.body)
                );
                let now = Instant::now();
                times.push((now - from, now - begun));
                answers.push(answer);
            }
            anyhow::Ok((n, times, answers))
        });
    }
    let mut all = Vec::with_capacity(connections);
    while let Some(done) = tasks.join_next().await {
        all.push(done??);
    }
    all.sort_unstable_by_key(|(n, ..)| *n);
    let (times, answers): (Vec<_>, Vec<_>) = all
        .into_iter()
        .map(|(_, times, answers)| (times, answers))
        .unzip();
    Ok((measured(&times).context("nothing was asked")?, answers))
}

/// Between the first tenth, while caches fill, and the moment when the first connection has nothing more to ask.
fn measured(times: &[Vec<(Duration, Duration)>]) -> Option<Measured> {
    let end = times
        .iter()
        .filter_map(|all| all.last())
        .map(|t| t.1)
        .min()?;
    let begin = end / 10;
    let mut took: Vec<Duration> = times
        .iter()
        .flatten()
        .filter(|(_, at)| (begin..=end).contains(at))
        .map(|(took, _)| *took)
        .collect();
    took.sort_unstable();
    let at = |percent: usize| took.get((took.len() * percent / 100).min(took.len() - 1));
    let ms = |time: &Duration| time.as_secs_f64() * 1e3;
    Some(Measured {
        rate: took.len() as f64 / (end - begin).as_secs_f64(),
        p50: at(50).map(ms)?,
        p99: at(99).map(ms)?,
    })
}

/// The middle one of each number.
pub fn median(rounds: &[Measured]) -> Option<Measured> {
    let middle = |of: fn(&Measured) -> f64| {
        let mut all: Vec<f64> = rounds.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied()
    };
    Some(Measured {
        rate: middle(|m| m.rate)?,
        p50: middle(|m| m.p50)?,
        p99: middle(|m| m.p99)?,
    })
}

#[cfg(test)]
mod tests {
    use super::{Measured, measured, median};
    use std::time::Duration;

    #[test]
    fn warm_up_and_end_do_not_count() -> Result<(), &'static str> {
        let ms = Duration::from_millis;
        // One every 10 ms, the first ones slow; another connection that goes on alone for long.
        let steady: Vec<_> = (1..=100)
            .map(|n| (ms(if n < 10 { 99 } else { 2 }), ms(n * 10)))
            .collect();
        let long: Vec<_> = (1..=100).map(|n| (ms(4), ms(n * 100))).collect();
        let found = measured(&[steady, long]).ok_or("nothing")?;
        assert!((found.rate - 101.0 / 0.9).abs() < 1.0, "{found:?}");
        assert_eq!((found.p50, found.p99), (2.0, 4.0));
        Ok(())
    }

    #[test]
    fn the_median_is_the_middle() {
        let of = |rate| Measured {
            rate,
            p50: 0.0,
            p99: 0.0,
        };
        let middle = median(&[of(5.0), of(1.0), of(3.0)]).map(|m| m.rate);
        assert_eq!(middle, Some(3.0));
        assert!(median(&[]).is_none());
    }
}
