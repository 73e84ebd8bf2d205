//! What is kept of a shopper, to be seen, taken along and erased by them.

use app::{
    api::shopper::{History, HistoryAt, SeenVisit},
    geo::Cell,
    holdout::Arm,
    id::{RetailerId, ShopperId},
    lang::Lang,
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{
    Db, corrupt, lift, members,
    sql::{Names, execute, sql},
    visits::{self, Affected, Source},
};

/// Retailers that know anything of a shopper, with their names.
async fn retailers_of(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
) -> Result<Vec<(RetailerId, Names)>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        retailer_id: String,
        name: String,
        name_en: Option<String>,
    }
    let knows = |table: &str| {
        format!(
            "EXISTS (SELECT 1 FROM {table} t WHERE t.retailer_id = r.retailer_id AND t.shopper_id = $1)"
        )
    };
    let any: Vec<String> = [
        "visits",
        "exposures",
        "member_links",
        "redemptions",
        "link_arrivals",
        "ratings",
    ]
    .map(knows)
    .into();
    Row::find_by_statement(sql(
        connection,
        &format!(
            "SELECT r.retailer_id, r.name, r.name_en FROM retailers r
             WHERE {} OR EXISTS (SELECT 1 FROM coupons c WHERE c.shopper_id = $1 AND c.retailer_id = r.retailer_id)
             ORDER BY r.retailer_id",
            any.join(" OR ")
        ),
        [shopper_id.to_string().into()],
    ))
    .all(connection)
    .await?
    .into_iter()
    .map(|row| {
        let names = Names {
            ja: row.name,
            en: row.name_en,
        };
        Ok((
            row.retailer_id.parse().map_err(corrupt("retailer id"))?,
            names,
        ))
    })
    .collect()
}

#[derive(FromQueryResult)]
struct VisitRow {
    store_id: String,
    store_name: String,
    began_at: i64,
    sources: i32,
}

/// A shopper's visits at a retailer's stores, oldest first.
async fn visits_of(
    connection: &impl ConnectionTrait,
    key: [Value; 2],
) -> Result<Vec<VisitRow>, DbErr> {
    VisitRow::find_by_statement(sql(
        connection,
        "SELECT v.store_id, s.name AS store_name, v.began_at, v.sources FROM visits v
         JOIN stores s ON s.retailer_id = v.retailer_id AND s.store_id = v.store_id
         WHERE v.retailer_id = $1 AND v.shopper_id = $2 ORDER BY v.began_at, v.store_id",
        key,
    ))
    .all(connection)
    .await
}

/// Everything that is kept of a shopper.
///
/// # Errors
/// When the database objects.
pub async fn of_shopper(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
    lang: Lang,
) -> Result<History, DbErr> {
    #[derive(FromQueryResult)]
    struct Day {
        day: i32,
        cell: String,
    }
    let cells = Day::find_by_statement(sql(
        connection,
        "SELECT day, cell FROM shopper_cells WHERE shopper_id = $1 ORDER BY day",
        [shopper_id.to_string().into()],
    ))
    .all(connection)
    .await?;
    let mut history = History {
        shopper_id,
        cells: cells
            .into_iter()
            .map(|row| {
                let cell: Cell = row.cell.parse().map_err(corrupt("cell"))?;
                Ok((app::day::Day(row.day).to_string(), cell))
            })
            .collect::<Result<_, DbErr>>()?,
        retailers: Vec::new(),
    };
    for (retailer_id, names) in retailers_of(connection, shopper_id).await? {
        let at = at_retailer(connection, retailer_id, shopper_id, names.get(lang)).await?;
        history.retailers.push(at);
    }
    Ok(history)
}

async fn at_retailer(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    shopper_id: ShopperId,
    name: &str,
) -> Result<HistoryAt, DbErr> {
    #[derive(FromQueryResult)]
    struct Exposed {
        exposed_at: i64,
        arm: String,
    }
    #[derive(FromQueryResult)]
    struct Counts {
        coupons: i64,
        redeemed: i64,
    }
    let key = || {
        [
            Value::from(retailer_id.to_string()),
            shopper_id.to_string().into(),
        ]
    };
    let visits = visits_of(connection, key()).await?;
    let visits = visits.into_iter().map(|row| {
        let sources = Source::ALL.into_iter().filter(|s| s.is_in(row.sources));
        let mut sources: Vec<String> = sources.map(|s| s.slug().to_owned()).collect();
        sources.sort_unstable();
        SeenVisit {
            store_name: row.store_name,
            began_at: row.began_at,
            sources,
        }
    });
    let visits = visits.collect();
    let exposed = Exposed::find_by_statement(sql(
        connection,
        "SELECT exposed_at, arm FROM exposures WHERE retailer_id = $1 AND shopper_id = $2 ORDER BY exposed_at",
        key(),
    ))
    .all(connection)
    .await?;
    let counts = Counts::find_by_statement(sql(
        connection,
        "SELECT COUNT(*) AS coupons, COUNT(CASE WHEN status = 'redeemed' THEN 1 END) AS redeemed FROM coupons
         WHERE retailer_id = $1 AND shopper_id = $2",
        key(),
    ))
    .one(connection)
    .await?;
    let count = |n: i64| u64::try_from(n).map_err(corrupt("count"));
    Ok(HistoryAt {
        retailer_id,
        retailer_name: name.to_owned(),
        member_since: members::linked_at(connection, retailer_id, shopper_id).await?,
        visits,
        first_offered_at: exposed.first().map(|row| row.exposed_at),
        is_held_out: exposed.iter().any(|row| row.arm == Arm::Control.slug()),
        coupons: count(counts.as_ref().map_or(0, |c| c.coupons))?,
        redeemed: count(counts.as_ref().map_or(0, |c| c.redeemed))?,
    })
}

/// Erases a shopper: visits, but those that a redemption shows, which the retailer's books need; exposures, of which what was counted stays in the sums
/// without who it was; member numbers; cells, sessions and the shopper. One transaction for each retailer, the shopper's own last: cut off in
/// between it can be asked for again.
///
/// # Errors
/// When the database objects; what was erased stays so.
pub async fn erase(db: &Db, shopper_id: ShopperId) -> Result<(), DbErr> {
    for (retailer_id, _) in retailers_of(db.read(), shopper_id).await? {
        let transaction = db.begin_alone().await?;
        // Ends the link first: what was imported is then nobody's.
        lift::erase(&transaction, retailer_id, shopper_id).await?;
        let key = [
            Value::from(retailer_id.to_string()),
            shopper_id.to_string().into(),
        ];
        let left = visits_of(&transaction, key.clone()).await?;
        execute(
            &transaction,
            "DELETE FROM visit_evidence WHERE retailer_id = $1 AND source <> 'redemption' AND shopper_id = $2",
            key.clone(),
        )
        .await?;
        for table in ["link_arrivals", "ratings"] {
            execute(
                &transaction,
                &format!("DELETE FROM {table} WHERE retailer_id = $1 AND shopper_id = $2"),
                key.clone(),
            )
            .await?;
        }
        let affected = left
            .iter()
            .map(|visit| {
                Ok(Affected {
                    shopper_id,
                    store_id: visit.store_id.parse().map_err(corrupt("store id"))?,
                    from: visit.began_at,
                })
            })
            .collect::<Result<Vec<_>, DbErr>>()?;
        visits::tell_apart(&transaction, retailer_id, &affected, None).await?;
        transaction.commit().await?;
    }
    let transaction = db.begin().await?;
    for table in [
        "rating_questions",
        "contacts",
        "contact_mutes",
        "contact_consents",
        "push_subscriptions",
        "contact_mails",
        "contact_lines",
        "contact_line_codes",
        "contact_preferences",
        "shopper_cells",
        "shopper_sessions",
        "shoppers",
    ] {
        execute(
            &transaction,
            &format!("DELETE FROM {table} WHERE shopper_id = $1"),
            [shopper_id.to_string().into()],
        )
        .await?;
    }
    transaction.commit().await
}
