//! Decisions that were made: a campaign's draws with the chances they had, what another policy would have given them, and whether a visit followed.

use app::{
    day::{Day, JST},
    id::{CampaignId, RetailerId},
    learn::ope::Decision,
    odds::OddsTable,
    policy::{self, Policy},
    prize::PrizeTable,
    yen::{MilliYen, Yen},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{Db, corrupt, holdout::DAY_MS, learning, running, sql::sql, visits::Source};

#[derive(FromQueryResult)]
struct Row {
    shopper_id: String,
    prize_id: String,
    odds: String,
    context: String,
    visited: i64,
}

/// The draws of a campaign that are so many days old, each judged by what `policy` would have done in its place: over the whole table, as if nothing were
/// out of stock, with no distance bonus used up yet, and of `learned` by what it goes by now. The reward is a visit within those days that an import shows: a redemption
/// is seen of those alone who won something, so that larger prizes would seem to bring visits that nobody made because of them.
/// `None`: there is no such campaign.
///
/// # Errors
/// When the database objects.
pub async fn of(
    db: &Db,
    campaign_id: CampaignId,
    policy: Policy,
    window_days: u32,
    now: i64,
) -> Result<Option<Vec<Decision>>, DbErr> {
    let connection = db.scan();
    let Some(retailer_id) = owner(connection, campaign_id).await? else {
        return Ok(None);
    };
    let Some(campaign) = running::campaign(connection, retailer_id, campaign_id).await? else {
        return Ok(None);
    };
    let mut prizes = campaign.table.prizes().to_vec();
    prizes.iter_mut().for_each(|prize| prize.stock_left = None);
    let table = PrizeTable::new(prizes).map_err(corrupt("prizes"))?;
    let learned = match policy {
        Policy::Learned => {
            let key = learning::Key {
                retailer_id,
                campaign_id,
            };
            learning::worked_out(connection, key, Day::of(now, JST)).await?
        }
        _ => None,
    };
    let learned = learned.map(|latest| latest.targets);
    let window = i64::from(window_days) * DAY_MS;
    let counts = Source::Import.bit();
    let rows = Row::find_by_statement(sql(
        connection,
        &format!(
            "SELECT d.shopper_id, d.prize_id, o.odds, o.context,
                CAST(CASE WHEN EXISTS (SELECT 1 FROM visits v WHERE v.retailer_id = d.retailer_id AND v.shopper_id = d.shopper_id
                    AND v.began_at > d.drawn_at AND v.began_at <= d.drawn_at + $3 AND (v.sources & {counts}) <> 0)
                    THEN 1 ELSE 0 END AS BIGINT) AS visited
             FROM draws d JOIN offers o ON o.retailer_id = d.retailer_id AND o.campaign_id = d.campaign_id
                AND o.shopper_id = d.shopper_id AND o.day = d.day AND o.revision = d.offer_revision
             WHERE d.retailer_id = $1 AND d.campaign_id = $2 AND d.drawn_at <= $4 - $3
             ORDER BY d.drawn_at, d.draw_id"
        ),
        [
            Value::from(retailer_id.to_string()),
            campaign_id.to_string().into(),
            window.into(),
            now.into(),
        ],
    ))
    .all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let prize_id = row.prize_id.parse().map_err(corrupt("prize id"))?;
            let odds: OddsTable = serde_json::from_str(&row.odds).map_err(corrupt("odds"))?;
            let context = serde_json::from_str(&row.context).map_err(corrupt("context"))?;
            let other = policy::offer(
                policy,
                &context,
                &campaign.rules,
                &table,
                Yen(i64::MAX),
                MilliYen::ZERO,
                learned.as_ref(),
            )
            .map_err(corrupt("campaign"))?
            .1;
            let part = |odds: &OddsTable| f64::from(odds.ppm_of(prize_id)) / 1e6;
            Ok(Decision {
                unit: Some(row.shopper_id),
                reward: if row.visited > 0 { 1.0 } else { 0.0 },
                chance: part(&odds),
                other: part(&other),
                predicted: None,
            })
        })
        .collect::<Result<_, DbErr>>()
        .map(Some)
}

async fn owner(
    connection: &impl ConnectionTrait,
    campaign_id: CampaignId,
) -> Result<Option<RetailerId>, DbErr> {
    let row = connection
        .query_one_raw(sql(
            connection,
            "SELECT retailer_id FROM campaigns WHERE campaign_id = $1",
            [campaign_id.to_string().into()],
        ))
        .await?;
    row.map(|row| {
        let id: String = row.try_get("", "retailer_id")?;
        id.parse().map_err(corrupt("retailer id"))
    })
    .transpose()
}
