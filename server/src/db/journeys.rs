//! What shoppers did after they came, put down to what they came by ([`app::journey`]); and what happened between a retailer and one shopper.

use std::collections::HashMap;

use app::{
    api::{
        contact::{FunnelStep, Touchpoint},
        reach::{
            CameBy, KeptArrival, KeptRating, Moment, ReachKept, TimelineEntry, Utm, WayFunnel,
        },
    },
    cohort::is_crowd,
    id::{CampaignId, LinkId, RetailerId, ShopperId},
    journey::{Act, Path, Tally, Touch, tally},
    lang::Lang,
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, QueryResult, Value};

use super::{Names, corrupt, sql::sql};

/// The most entries of a shopper's path.
const ENTRIES: i64 = 200;

/// Who is counted: shoppers with a campaign, by parameters from `$1` on, the first of which is the retailer.
struct Counted {
    people: &'static str,
    values: [Value; 2],
}

type Paths<T> = HashMap<(CampaignId, ShopperId), Path<T>>;

/// A row of who, where and when.
fn key_of(row: &QueryResult) -> Result<((CampaignId, ShopperId), i64), DbErr> {
    let campaign: String = row.try_get("", "campaign_id")?;
    let shopper: String = row.try_get("", "shopper_id")?;
    let key = (
        campaign.parse().map_err(corrupt("campaign id"))?,
        shopper.parse().map_err(corrupt("shopper id"))?,
    );
    Ok((key, row.try_get("", "at")?))
}

/// Reads what the people did.
async fn acts<T>(
    connection: &impl ConnectionTrait,
    counted: &Counted,
    paths: &mut Paths<T>,
) -> Result<(), DbErr> {
    const OF_CAMPAIGN: &str =
        "t.retailer_id = $1 AND t.campaign_id = p.campaign_id AND t.shopper_id = p.shopper_id";
    let sources = [
        (Act::Offered, "offered_at", "offers", "AND t.revision = 1"),
        (Act::Played, "drawn_at", "draws", ""),
        (Act::Won, "issued_at", "coupons", ""),
        (
            Act::Redeemed,
            "redeemed_at",
            "coupons",
            "AND t.redeemed_at IS NOT NULL",
        ),
    ]
    .map(|(act, at, table, also)| (act, at, table, format!("{OF_CAMPAIGN} {also}")));
    let visits = (
        Act::Visited,
        "began_at",
        "visits",
        "t.retailer_id = $1 AND t.shopper_id = p.shopper_id".to_owned(),
    );
    for (act, at, table, condition) in sources.into_iter().chain([visits]) {
        let rows = connection
            .query_all_raw(sql(
                connection,
                &format!(
                    "SELECT p.campaign_id, p.shopper_id, t.{at} AS at FROM ({}) p JOIN {table} t ON {condition}",
                    counted.people
                ),
                counted.values.clone(),
            ))
            .await?;
        for row in &rows {
            let (key, at) = key_of(row)?;
            if let Some(path) = paths.get_mut(&key) {
                path.acts.push((at, act));
            }
        }
    }
    Ok(())
}

fn note<T>(paths: &mut Paths<T>, key: (CampaignId, ShopperId)) -> &mut Path<T> {
    paths.entry(key).or_insert_with(|| Path {
        touches: Vec::new(),
        acts: Vec::new(),
    })
}

fn count<T: Copy + Ord>(paths: Paths<T>) -> std::collections::BTreeMap<Option<T>, Tally> {
    tally(
        paths
            .into_iter()
            .map(|((_, shopper_id), path)| (shopper_id, path)),
    )
}

/// As it is told: fewer than ten are not told apart.
pub fn told(count: i64) -> Result<Option<u64>, DbErr> {
    let shown = u64::try_from(count).map_err(corrupt("count"))?;
    Ok(is_crowd(count).then_some(shown))
}

/// The steps of a funnel; `came` only where coming is a step of its own.
fn steps(tally: Tally, came: bool) -> Result<Vec<FunnelStep>, DbErr> {
    let arrived = came.then_some((Touchpoint::Arrived, tally.came));
    let did = Act::ALL.into_iter().zip(tally.did).map(|(act, people)| {
        let touchpoint = match act {
            Act::Offered => Touchpoint::Offered,
            Act::Played => Touchpoint::Played,
            Act::Won => Touchpoint::Won,
            Act::Visited => Touchpoint::Visited,
            Act::Redeemed => Touchpoint::Redeemed,
        };
        (touchpoint, people)
    });
    arrived
        .into_iter()
        .chain(did)
        .map(|(touchpoint, people)| {
            Ok(FunnelStep {
                touchpoint,
                people: told(people)?,
            })
        })
        .collect()
}

/// How far those came who came by a link.
///
/// # Errors
/// When the database objects.
pub async fn of_link(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    link_id: LinkId,
) -> Result<Vec<FunnelStep>, DbErr> {
    let counted = Counted {
        people: "SELECT DISTINCT campaign_id, shopper_id FROM link_arrivals WHERE retailer_id = $1 AND link_id = $2",
        values: [retailer_id.to_string().into(), link_id.to_string().into()],
    };
    let mut paths: Paths<LinkId> = HashMap::new();
    // All their touches: another link may have been the first.
    let touches = connection
        .query_all_raw(sql(
            connection,
            &format!(
                "SELECT a.campaign_id, a.shopper_id, a.arrived_at AS at, a.link_id FROM ({}) p
                 JOIN link_arrivals a ON a.retailer_id = $1 AND a.campaign_id = p.campaign_id AND a.shopper_id = p.shopper_id",
                counted.people
            ),
            counted.values.clone(),
        ))
        .await?;
    for row in &touches {
        let (key, at) = key_of(row)?;
        let by: String = row.try_get("", "link_id")?;
        let by = by.parse().map_err(corrupt("link id"))?;
        note(&mut paths, key).touches.push(Touch { at, by });
    }
    acts(connection, &counted, &mut paths).await?;
    let tally = count(paths).remove(&Some(link_id)).unwrap_or_default();
    steps(tally, true)
}

/// How far those came who came to a campaign by each way.
///
/// # Errors
/// When the database objects.
pub async fn of_campaign(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
) -> Result<Vec<WayFunnel>, DbErr> {
    let counted = Counted {
        people: "SELECT campaign_id, shopper_id FROM offers WHERE retailer_id = $1 AND campaign_id = $2
            UNION SELECT campaign_id, shopper_id FROM link_arrivals WHERE retailer_id = $1 AND campaign_id = $2
            UNION SELECT a.campaign_id, c.shopper_id FROM announcements a JOIN contacts c ON c.announcement_id = a.announcement_id
                WHERE a.retailer_id = $1 AND a.campaign_id = $2 AND c.opened_at IS NOT NULL",
        values: [
            retailer_id.to_string().into(),
            campaign_id.to_string().into(),
        ],
    };
    let mut paths: Paths<CameBy> = HashMap::new();
    let people = connection
        .query_all_raw(sql(
            connection,
            &format!(
                "SELECT p.campaign_id, p.shopper_id, CAST(0 AS BIGINT) AS at FROM ({}) p",
                counted.people
            ),
            counted.values.clone(),
        ))
        .await?;
    for row in &people {
        note(&mut paths, key_of(row)?.0);
    }
    let links =
        "SELECT campaign_id, shopper_id, arrived_at AS at, 'link' AS channel FROM link_arrivals
        WHERE retailer_id = $1 AND campaign_id = $2";
    let messages =
        "SELECT a.campaign_id, c.shopper_id, c.opened_at AS at, c.channel FROM announcements a
        JOIN contacts c ON c.announcement_id = a.announcement_id
        WHERE a.retailer_id = $1 AND a.campaign_id = $2 AND c.opened_at IS NOT NULL";
    for text in [links, messages] {
        let touches = connection
            .query_all_raw(sql(connection, text, counted.values.clone()))
            .await?;
        for row in &touches {
            let (key, at) = key_of(row)?;
            let channel: String = row.try_get("", "channel")?;
            let by = match channel.as_str() {
                "link" => CameBy::Link,
                other => CameBy::of_channel(other).ok_or_else(|| corrupt("channel")(other))?,
            };
            note(&mut paths, key).touches.push(Touch { at, by });
        }
    }
    acts(connection, &counted, &mut paths).await?;
    let mut tallies = count(paths);
    CameBy::ALL
        .into_iter()
        .map(|came_by| {
            let is_direct = came_by == CameBy::Direct;
            let by = (!is_direct).then_some(came_by);
            Ok(WayFunnel {
                came_by,
                steps: steps(tallies.remove(&by).unwrap_or_default(), !is_direct)?,
            })
        })
        .collect()
}

/// What happened between a retailer and a shopper, the newest first. Where is not told, nor by how much.
///
/// # Errors
/// When the database objects.
pub async fn of_shopper(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    shopper_id: ShopperId,
    lang: Lang,
) -> Result<Vec<TimelineEntry>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        at: i64,
        name: Option<String>,
        name_en: Option<String>,
        by: Option<String>,
    }
    let campaign = |table: &str| {
        format!(
            "LEFT JOIN campaigns k ON k.retailer_id = $1 AND k.campaign_id = {table}.campaign_id"
        )
    };
    let of = |at: &str, by: &str, table: &str, also: &str| {
        format!(
            "SELECT t.{at} AS at, k.name, k.name_en, {by} AS by FROM {table} t {} {also}
             WHERE t.retailer_id = $1 AND t.shopper_id = $2 AND t.{at} IS NOT NULL",
            campaign("t")
        )
    };
    let message = |at: &str| {
        format!(
            "SELECT t.{at} AS at, k.name, k.name_en, t.channel AS by FROM contacts t
             LEFT JOIN announcements a ON a.retailer_id = $1 AND a.announcement_id = t.announcement_id {}
             WHERE t.shopper_id = $2 AND t.retailer_id = $1 AND t.{at} IS NOT NULL",
            campaign("a")
        )
    };
    let nothing = "CAST(NULL AS TEXT)";
    let link = "JOIN links l ON l.retailer_id = t.retailer_id AND l.link_id = t.link_id";
    let visits = format!(
        "SELECT t.began_at AS at, {nothing} AS name, {nothing} AS name_en, {nothing} AS by FROM visits t
         WHERE t.retailer_id = $1 AND t.shopper_id = $2"
    );
    let sources = [
        (
            Moment::Arrived,
            of("arrived_at", "l.name", "link_arrivals", link),
        ),
        (
            Moment::Offered,
            format!(
                "{} AND t.revision = 1",
                of("offered_at", nothing, "offers", "")
            ),
        ),
        (Moment::Sent, message("sent_at")),
        (Moment::Shown, message("shown_at")),
        (Moment::Opened, message("opened_at")),
        (Moment::Played, of("drawn_at", nothing, "draws", "")),
        (Moment::Won, of("issued_at", nothing, "coupons", "")),
        (Moment::Visited, visits),
        (
            Moment::Redeemed,
            of("redeemed_at", nothing, "redemptions", ""),
        ),
        (
            Moment::Undone,
            of("reversed_at", nothing, "redemptions", ""),
        ),
        (Moment::Rated, of("rated_at", nothing, "ratings", "")),
    ];
    let mut entries = Vec::new();
    for (moment, text) in sources {
        let rows = Row::find_by_statement(sql(
            connection,
            &format!("{text} ORDER BY 1 DESC LIMIT $3"),
            [
                retailer_id.to_string().into(),
                shopper_id.to_string().into(),
                ENTRIES.into(),
            ],
        ))
        .all(connection)
        .await?;
        entries.extend(rows.into_iter().map(|row| {
            let names = row.name.map(|ja| Names {
                ja,
                en: row.name_en,
            });
            TimelineEntry {
                at: row.at,
                moment,
                campaign: names.map(|names| names.get(lang).to_owned()),
                by: row.by,
            }
        }));
    }
    entries.sort_by_key(|entry| std::cmp::Reverse((entry.at, entry.moment)));
    entries.truncate(usize::try_from(ENTRIES).unwrap_or(usize::MAX));
    Ok(entries)
}

/// What is kept of a shopper about how they came and what they thought, of all retailers.
///
/// # Errors
/// When the database objects.
pub async fn kept(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
) -> Result<ReachKept, DbErr> {
    let ask = async |text: &str| {
        connection
            .query_all_raw(sql(connection, text, [shopper_id.to_string().into()]))
            .await
    };
    let arrivals = ask(
        "SELECT a.retailer_id, a.campaign_id, a.arrived_at, a.utm_source, a.utm_medium, a.utm_campaign, l.name FROM link_arrivals a
         JOIN links l ON l.retailer_id = a.retailer_id AND l.link_id = a.link_id
         WHERE a.shopper_id = $1 ORDER BY a.arrived_at, a.link_id",
    )
    .await?;
    let ratings = ask(
        "SELECT retailer_id, redemption_id, stars, comment, rated_at FROM ratings WHERE shopper_id = $1 ORDER BY rated_at",
    )
    .await?;
    let asked = ask("SELECT asked_at FROM rating_questions WHERE shopper_id = $1").await?;
    let id = |row: &QueryResult, name: &str| row.try_get::<String>("", name);
    Ok(ReachKept {
        arrivals: arrivals
            .iter()
            .map(|row| {
                Ok(KeptArrival {
                    retailer_id: id(row, "retailer_id")?
                        .parse()
                        .map_err(corrupt("retailer id"))?,
                    link: row.try_get("", "name")?,
                    campaign_id: id(row, "campaign_id")?
                        .parse()
                        .map_err(corrupt("campaign id"))?,
                    arrived_at: row.try_get("", "arrived_at")?,
                    utm: Utm {
                        source: row.try_get("", "utm_source")?,
                        medium: row.try_get("", "utm_medium")?,
                        campaign: row.try_get("", "utm_campaign")?,
                    },
                })
            })
            .collect::<Result<_, DbErr>>()?,
        ratings: ratings
            .iter()
            .map(|row| {
                let stars: i32 = row.try_get("", "stars")?;
                Ok(KeptRating {
                    retailer_id: id(row, "retailer_id")?
                        .parse()
                        .map_err(corrupt("retailer id"))?,
                    redemption_id: id(row, "redemption_id")?
                        .parse()
                        .map_err(corrupt("redemption id"))?,
                    stars: u8::try_from(stars).map_err(corrupt("stars"))?,
                    comment: row.try_get("", "comment")?,
                    rated_at: row.try_get("", "rated_at")?,
                })
            })
            .collect::<Result<_, DbErr>>()?,
        asked_at: asked
            .first()
            .map(|row| row.try_get("", "asked_at"))
            .transpose()?,
    })
}
