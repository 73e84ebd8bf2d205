//! What became of a campaign's draws: which were followed by a visit, and what people did before it began.

use std::collections::HashMap;

use app::{
    context::{Context, Frequency, Recency},
    day::{Day, JST},
    geo::Band,
    learn::response::{Cell, Outcome, Seen, f_of},
    odds::OddsTable,
    yen::{MilliYen, Yen},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use super::{
    super::{corrupt, holdout::DAY_MS, sql::sql, visits::Source},
    Key,
};

/// Draws are read in pieces of so many.
const PIECE: i64 = 5_000;

/// How long a visit is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// A visit within so many days counts as what a draw led to.
    pub days: u32,
    /// So many days later it is known, if it is imported.
    pub grace_days: u32,
}

/// Everything that is over and can be learned from: the draws of people who are known to imports, one for each of them and window, and what they did in
/// the window before the campaign began.
///
/// Visits are those that an import shows: a redemption is seen of winners alone. Of people before the campaign nothing is said unless imports show visits on
/// at least half of the days of that window.
///
/// # Errors
/// When the database objects.
pub async fn seen(
    connection: &impl ConnectionTrait,
    key: Key,
    window: Window,
    starts_at: i64,
    now: i64,
) -> Result<Seen, DbErr> {
    let mut seen = Seen::default();
    let mut people: HashMap<String, Band> = HashMap::new();
    let (length, wait) = (
        i64::from(window.days) * DAY_MS,
        i64::from(window.days + window.grace_days) * DAY_MS,
    );
    // Of each shopper the draws come one after the other: one counts, and the next whose moment lies beyond its window.
    let mut last = (String::new(), i32::MIN, 0_i32);
    let mut counts_from = i64::MIN;
    loop {
        let rows = draws_after(connection, key, &last, length, now - wait).await?;
        let Some(end) = rows.last() else { break };
        let next = (end.shopper_id.clone(), end.day, end.play_number);
        let is_over = rows.len() < usize::try_from(PIECE).unwrap_or(usize::MAX);
        for row in rows {
            if row.shopper_id != last.0 {
                last.0.clone_from(&row.shopper_id);
                counts_from = i64::MIN;
            }
            if row.drawn_at < counts_from {
                continue;
            }
            counts_from = row.drawn_at + length;
            let context: Context =
                serde_json::from_str(&row.context).map_err(corrupt("context"))?;
            let odds: OddsTable = serde_json::from_str(&row.odds).map_err(corrupt("odds"))?;
            people.entry(row.shopper_id).or_insert(context.band);
            seen.add(&Outcome {
                cell: Cell::of(&context),
                value: Yen(row.value_yen),
                offered: expectation(&odds),
                visited: row.visited > 0,
                redeemed: row.redeemed > 0,
            });
        }
        last = next;
        if is_over {
            break;
        }
    }
    before(connection, key, window, starts_at, &people, &mut seen).await?;
    Ok(seen)
}

/// The expectation of f under odds.
fn expectation(odds: &OddsTable) -> f64 {
    odds.entries()
        .iter()
        .map(|entry| f64::from(entry.ppm) / 1e6 * f_of(entry.value))
        .sum()
}

#[derive(FromQueryResult)]
struct DrawRow {
    shopper_id: String,
    day: i32,
    play_number: i32,
    drawn_at: i64,
    value_yen: i64,
    odds: String,
    context: String,
    visited: i64,
    redeemed: i64,
}

/// The next draws in the order of shopper and time, of people whose member number was known when they drew.
async fn draws_after(
    connection: &impl ConnectionTrait,
    key: Key,
    after: &(String, i32, i32),
    length: i64,
    until: i64,
) -> Result<Vec<DrawRow>, DbErr> {
    let [retailer_id, campaign_id] = key.values();
    let imported = Source::Import.bit();
    DrawRow::find_by_statement(sql(
        connection,
        &format!(
            "SELECT d.shopper_id, d.day, d.play_number, d.drawn_at, d.value_yen, o.odds, o.context,
                CAST(CASE WHEN EXISTS (SELECT 1 FROM visits v WHERE v.retailer_id = d.retailer_id AND v.shopper_id = d.shopper_id
                    AND v.began_at > d.drawn_at AND v.began_at <= d.drawn_at + $6 AND (v.sources & {imported}) <> 0)
                    THEN 1 ELSE 0 END AS BIGINT) AS visited,
                CAST(CASE WHEN EXISTS (SELECT 1 FROM coupons c WHERE c.retailer_id = d.retailer_id AND c.draw_id = d.draw_id
                    AND c.redeemed_at <= d.drawn_at + $6) THEN 1 ELSE 0 END AS BIGINT) AS redeemed
             FROM draws d
             JOIN member_links l ON l.retailer_id = d.retailer_id AND l.shopper_id = d.shopper_id AND l.linked_at <= d.drawn_at
             JOIN offers o ON o.retailer_id = d.retailer_id AND o.campaign_id = d.campaign_id AND o.shopper_id = d.shopper_id
                AND o.day = d.day AND o.revision = d.offer_revision
             WHERE d.retailer_id = $1 AND d.campaign_id = $2 AND (d.shopper_id, d.day, d.play_number) > ($3, $4, $5) AND d.drawn_at <= $7
             ORDER BY d.shopper_id, d.day, d.play_number LIMIT {PIECE}"
        ),
        [
            retailer_id,
            campaign_id,
            after.0.clone().into(),
            after.1.into(),
            after.2.into(),
            length.into(),
            until.into(),
        ],
    ))
    .all(connection)
    .await
}

/// What the same people did in the window before the campaign, by what was known of them when it began.
async fn before(
    connection: &impl ConnectionTrait,
    key: Key,
    window: Window,
    starts_at: i64,
    people: &HashMap<String, Band>,
    seen: &mut Seen,
) -> Result<(), DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        shopper_id: String,
        day: i32,
        sources: i32,
    }
    #[derive(Default)]
    struct Past {
        last: Option<Day>,
        visits: u32,
        came: bool,
    }
    if people.is_empty() {
        return Ok(());
    }
    let end = Day::of(starts_at, JST);
    let begin = end.plus(-i32::try_from(window.days).unwrap_or(0));
    let [retailer_id, _] = key.values();
    let rows = Row::find_by_statement(sql(
        connection,
        "SELECT shopper_id, day, sources FROM visits WHERE retailer_id = $1 AND day >= $2 AND day < $3 AND (sources & $4) <> 0",
        [
            retailer_id,
            begin.plus(-Frequency::WINDOW_DAYS).0.into(),
            end.0.into(),
            (Source::Redemption.bit() | Source::Import.bit()).into(),
        ],
    ))
    .all(connection)
    .await?;
    let mut past: HashMap<&str, Past> = HashMap::new();
    let mut days = std::collections::BTreeSet::new();
    for row in &rows {
        let day = Day(row.day);
        let imported = Source::Import.is_in(row.sources);
        if imported && day >= begin {
            days.insert(row.day);
        }
        if !people.contains_key(&row.shopper_id) {
            continue;
        }
        let of = past.entry(row.shopper_id.as_str()).or_default();
        if day >= begin {
            of.came |= imported;
        } else {
            of.visits += 1;
            of.last = of.last.max(Some(day));
        }
    }
    if 2 * days.len() < usize::try_from(window.days).unwrap_or(usize::MAX) {
        return Ok(());
    }
    for (shopper_id, band) in people {
        let nothing = Past::default();
        let of = past.get(shopper_id.as_str()).unwrap_or(&nothing);
        let cell = Cell::new(
            *band,
            Recency::between(of.last, begin),
            Frequency::of_visits(of.visits),
        );
        seen.put_before(cell, 1.0, if of.came { 1.0 } else { 0.0 });
    }
    Ok(())
}

/// What was offered to those who drew on one day.
#[derive(Clone, Copy, Debug)]
pub struct Offered {
    /// The day.
    pub day: Day,
    /// Their context.
    pub cell: Cell,
    /// What was aimed at.
    pub target: MilliYen,
    /// How many draws.
    pub draws: f64,
}

/// The draws of the days from `since` to the one before `until`, of everybody.
///
/// # Errors
/// When the database objects.
pub async fn offered_lately(
    connection: &impl ConnectionTrait,
    key: Key,
    since: Day,
    until: Day,
) -> Result<Vec<Offered>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        day: i32,
        context: String,
        target_milli_yen: i64,
        draws: i64,
    }
    let [retailer_id, campaign_id] = key.values();
    let rows = Row::find_by_statement(sql(
        connection,
        "SELECT d.day, o.context, o.target_milli_yen, COUNT(*) AS draws FROM draws d
         JOIN offers o ON o.retailer_id = d.retailer_id AND o.campaign_id = d.campaign_id AND o.shopper_id = d.shopper_id
            AND o.day = d.day AND o.revision = d.offer_revision
         WHERE d.retailer_id = $1 AND d.campaign_id = $2 AND d.day >= $3 AND d.day < $4
         GROUP BY d.day, o.context, o.target_milli_yen",
        [retailer_id, campaign_id, since.0.into(), until.0.into()],
    ))
    .all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let context: Context =
                serde_json::from_str(&row.context).map_err(corrupt("context"))?;
            // Counts stay far below 2^53.
            #[allow(clippy::cast_precision_loss)]
            let draws = row.draws as f64;
            Ok(Offered {
                day: Day(row.day),
                cell: Cell::of(&context),
                target: MilliYen(row.target_milli_yen),
                draws,
            })
        })
        .collect()
}
