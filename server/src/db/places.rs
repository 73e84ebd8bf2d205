//! What the stores in memory are read from, and by what they are known to have changed: a number for each retailer that goes up with every change of its
//! stores or campaigns, in the same transaction.

use std::{collections::HashMap, sync::Arc};

use app::{
    geo::LatLng,
    id::{CampaignId, RetailerId},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{
    Names, bulk, corrupt,
    sql::{execute, sql},
};
use crate::places::{Dated, Owner, Placed, Stock};

/// Says that stores or campaigns of a retailer change in this transaction. Others who change some of the same retailer wait for its end, so it comes
/// last.
///
/// # Errors
/// When the database objects.
pub async fn changed(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
) -> Result<(), DbErr> {
    execute(
        transaction,
        "INSERT INTO place_revisions (retailer_id, revision) VALUES ($1, 1)
         ON CONFLICT (retailer_id) DO UPDATE SET revision = place_revisions.revision + 1",
        [retailer_id.to_string().into()],
    )
    .await?;
    Ok(())
}

/// How often each retailer changed something; who is not there never did.
///
/// # Errors
/// When the database objects.
pub async fn revisions(
    connection: &impl ConnectionTrait,
) -> Result<HashMap<RetailerId, i64>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        retailer_id: String,
        revision: i64,
    }
    Row::find_by_statement(sql(
        connection,
        "SELECT retailer_id, revision FROM place_revisions",
        [],
    ))
    .all(connection)
    .await?
    .into_iter()
    .map(|row| {
        let retailer_id = row.retailer_id.parse().map_err(corrupt("retailer id"))?;
        Ok((retailer_id, row.revision))
    })
    .collect()
}

#[derive(FromQueryResult)]
struct OwnerRow {
    retailer_id: String,
    name: String,
    name_en: Option<String>,
}

#[derive(FromQueryResult)]
struct StoreRow {
    retailer_id: String,
    store_id: String,
    name: String,
    lat: f64,
    lng: f64,
}

#[derive(FromQueryResult)]
struct CampaignRow {
    store_id: String,
    campaign_id: String,
    starts_at: i64,
    ends_at: i64,
    partner_only: i64,
}

/// All stores of some retailers, or of all, with what is published there and not over.
///
/// # Errors
/// When the database objects.
pub async fn stocks(
    connection: &impl ConnectionTrait,
    only: Option<&[RetailerId]>,
    now: i64,
) -> Result<Vec<Stock>, DbErr> {
    let these = |column: &str, first: usize| match only {
        None => (String::new(), Vec::new()),
        Some(some) => {
            let (them, ids) = bulk::one_of(connection, first, some.iter().map(ToString::to_string));
            (format!(" AND {column} {them}"), ids)
        }
    };
    let (whose, ids) = these("retailer_id", 1);
    let owners = OwnerRow::find_by_statement(sql(
        connection,
        &format!("SELECT retailer_id, name, name_en FROM retailers WHERE 1 = 1{whose}"),
        ids.clone(),
    ))
    .all(connection)
    .await?;
    let stores = StoreRow::find_by_statement(sql(
        connection,
        &format!(
            "SELECT retailer_id, store_id, name, lat, lng FROM stores WHERE 1 = 1{whose} ORDER BY retailer_id, store_id"
        ),
        ids,
    ))
    .all(connection)
    .await?;
    let (whose, ids) = these("c.retailer_id", 2);
    let campaigns = CampaignRow::find_by_statement(sql(
        connection,
        &format!(
            "SELECT cs.store_id, c.campaign_id, c.starts_at, c.ends_at,
                CAST(CASE WHEN EXISTS (SELECT 1 FROM partner_only g
                    WHERE g.retailer_id = c.retailer_id AND g.campaign_id = c.campaign_id) THEN 1 ELSE 0 END AS BIGINT) AS partner_only
             FROM campaigns c
             JOIN campaign_stores cs ON cs.retailer_id = c.retailer_id AND cs.campaign_id = c.campaign_id
             WHERE c.status = 'published' AND c.ends_at > $1{whose} ORDER BY c.campaign_id"
        ),
        std::iter::once(Value::from(now)).chain(ids),
    ))
    .all(connection)
    .await?;
    let mut dated: HashMap<String, Vec<Dated>> = HashMap::new();
    for row in campaigns {
        let campaign_id: CampaignId = row.campaign_id.parse().map_err(corrupt("campaign id"))?;
        dated.entry(row.store_id).or_default().push(Dated {
            campaign_id,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            partner_only: row.partner_only == 1,
        });
    }
    let mut out: HashMap<String, (Arc<Owner>, Vec<Placed>)> = HashMap::new();
    for row in owners {
        let owner = Owner {
            retailer_id: row.retailer_id.parse().map_err(corrupt("retailer id"))?,
            names: Names {
                ja: row.name,
                en: row.name_en,
            },
        };
        out.insert(row.retailer_id, (Arc::new(owner), Vec::new()));
    }
    for row in stores {
        // Entered between the two statements: its retailer changed, and is read again.
        let Some((owner, places)) = out.get_mut(&row.retailer_id) else {
            continue;
        };
        places.push(Placed {
            owner: Arc::clone(owner),
            campaigns: dated.remove(&row.store_id).unwrap_or_default().into(),
            store_id: row.store_id.parse().map_err(corrupt("store id"))?,
            name: row.name.into(),
            at: LatLng::new(row.lat, row.lng).map_err(corrupt("position"))?,
        });
    }
    let stock = |(owner, places): (Arc<Owner>, Vec<Placed>)| Stock {
        retailer_id: owner.retailer_id,
        places,
    };
    Ok(out.into_values().map(stock).collect())
}
