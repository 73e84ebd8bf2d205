//! Counts of a period: aggregates in SQL that both databases read, over the retailer's own tables only.

use std::collections::{BTreeMap, HashMap};

use app::{
    api::retailer::StoreRow,
    day::Day,
    id::RetailerId,
    report::{Counted, Period},
    yen::Yen,
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{
    corrupt,
    sql::{placeholders, sql},
};

#[derive(FromQueryResult)]
struct Draws {
    day: i32,
    plays: i64,
    issued: i64,
    issued_value: i64,
}

#[derive(FromQueryResult)]
struct Redemptions {
    day: i32,
    redeemed: i64,
    cost: i64,
}

#[derive(FromQueryResult)]
struct Visits {
    day: i32,
    visits: i64,
}

#[derive(FromQueryResult)]
struct Frequency {
    times: i64,
    shoppers: i64,
}

#[derive(FromQueryResult)]
struct AtStore {
    store_id: String,
    issued: i64,
    redeemed: i64,
    cost: i64,
    visits: i64,
}

#[derive(FromQueryResult)]
struct Place {
    store_id: String,
    name: String,
    lat: f64,
    lng: f64,
}

fn count(number: i64) -> Result<u64, DbErr> {
    u64::try_from(number).map_err(corrupt("count"))
}

/// Whose report, and of when.
#[derive(Clone, Copy)]
struct Asked {
    retailer_id: RetailerId,
    period: Period,
}

impl Asked {
    /// A condition that a visit is of the period, day by day: the index of days begins with them. By parameters from `$first` on, and the parameters.
    fn of_its_days(self, first: usize) -> (String, Vec<Value>) {
        let (from, to) = (self.period.from().0, self.period.to().0);
        let days: Vec<Value> = (from..=to).map(Value::from).collect();
        (
            format!("day IN ({})", placeholders(first, days.len())),
            days,
        )
    }

    /// The retailer, the first day and the last.
    fn days(self) -> [Value; 3] {
        [
            self.retailer_id.to_string().into(),
            self.period.from().0.into(),
            self.period.to().0.into(),
        ]
    }
}

/// Everything a report needs. A coupon counts on the day of its draw, a redemption unless it was undone.
///
/// # Errors
/// When the database objects.
pub async fn counted(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    period: Period,
) -> Result<Counted, DbErr> {
    let asked = Asked {
        retailer_id,
        period,
    };
    let mut out = Counted::default();
    by_day(connection, asked, &mut out).await?;
    let (of_its_days, days) = asked.of_its_days(2);
    let frequency = Frequency::find_by_statement(sql(
        connection,
        &format!(
            "SELECT times, COUNT(*) AS shoppers FROM (
                 SELECT COUNT(*) AS times FROM visits WHERE retailer_id = $1 AND {of_its_days} GROUP BY shopper_id
             ) AS per_shopper GROUP BY times"
        ),
        std::iter::once(retailer_id.to_string().into()).chain(days),
    ))
    .all(connection)
    .await?;
    out.frequency = frequency
        .into_iter()
        .map(|row| Ok((count(row.times)?, count(row.shoppers)?)))
        .collect::<Result<BTreeMap<_, _>, DbErr>>()?;
    out.stores = by_store(connection, asked).await?;
    Ok(out)
}

async fn by_day(
    connection: &impl ConnectionTrait,
    asked: Asked,
    out: &mut Counted,
) -> Result<(), DbErr> {
    // PostgreSQL sums whole numbers into decimals, hence the casts.
    let draws = Draws::find_by_statement(sql(
        connection,
        "SELECT d.day AS day, COUNT(*) AS plays, COUNT(c.coupon_id) AS issued,
                CAST(COALESCE(SUM(c.value_yen), 0) AS BIGINT) AS issued_value
         FROM draws d LEFT JOIN coupons c ON c.retailer_id = d.retailer_id AND c.draw_id = d.draw_id
         WHERE d.retailer_id = $1 AND d.day BETWEEN $2 AND $3 GROUP BY d.day",
        asked.days(),
    ))
    .all(connection)
    .await?;
    for row in draws {
        let day = out.days.entry(Day(row.day)).or_default();
        day.plays = count(row.plays)?;
        day.issued = count(row.issued)?;
        day.issued_value = Yen(row.issued_value);
    }
    let redemptions = Redemptions::find_by_statement(sql(
        connection,
        "SELECT day, COUNT(*) AS redeemed, CAST(SUM(cost_yen) AS BIGINT) AS cost FROM redemptions
         WHERE retailer_id = $1 AND day BETWEEN $2 AND $3 AND reversed_at IS NULL GROUP BY day",
        asked.days(),
    ))
    .all(connection)
    .await?;
    for row in redemptions {
        let day = out.days.entry(Day(row.day)).or_default();
        day.redeemed = count(row.redeemed)?;
        day.cost = Yen(row.cost);
    }
    let (of_its_days, days) = asked.of_its_days(2);
    let visits = Visits::find_by_statement(sql(
        connection,
        &format!("SELECT day, COUNT(*) AS visits FROM visits WHERE retailer_id = $1 AND {of_its_days} GROUP BY day"),
        std::iter::once(asked.retailer_id.to_string().into()).chain(days),
    ))
    .all(connection)
    .await?;
    for row in visits {
        out.days.entry(Day(row.day)).or_default().visits = count(row.visits)?;
    }
    Ok(())
}

/// Stores with anything at all. Each part is aggregated before they are put together: a join of the three would multiply rows.
async fn by_store(connection: &impl ConnectionTrait, asked: Asked) -> Result<Vec<StoreRow>, DbErr> {
    let (of_its_days, days) = asked.of_its_days(4);
    let rows = AtStore::find_by_statement(sql(
        connection,
        &format!("SELECT store_id, CAST(SUM(issued) AS BIGINT) AS issued, CAST(SUM(redeemed) AS BIGINT) AS redeemed,
                CAST(SUM(cost) AS BIGINT) AS cost, CAST(SUM(visits) AS BIGINT) AS visits
         FROM (
             SELECT c.store_id AS store_id, COUNT(*) AS issued, 0 AS redeemed, 0 AS cost, 0 AS visits
             FROM draws d JOIN coupons c ON c.retailer_id = d.retailer_id AND c.draw_id = d.draw_id
             WHERE d.retailer_id = $1 AND d.day BETWEEN $2 AND $3 GROUP BY c.store_id
             UNION ALL
             SELECT store_id, 0, COUNT(*), SUM(cost_yen), 0 FROM redemptions
             WHERE retailer_id = $1 AND day BETWEEN $2 AND $3 AND reversed_at IS NULL GROUP BY store_id
             UNION ALL
             SELECT store_id, 0, 0, 0, COUNT(*) FROM visits
             WHERE retailer_id = $1 AND {of_its_days} GROUP BY store_id
         ) AS parts GROUP BY store_id"),
        asked.days().into_iter().chain(days),
    ))
    .all(connection)
    .await?;
    let places: HashMap<String, Place> = Place::find_by_statement(sql(
        connection,
        "SELECT store_id, name, lat, lng FROM stores WHERE retailer_id = $1",
        [asked.retailer_id.to_string().into()],
    ))
    .all(connection)
    .await?
    .into_iter()
    .map(|place| (place.store_id.clone(), place))
    .collect();
    rows.into_iter()
        .map(|row| {
            let place = places
                .get(&row.store_id)
                .ok_or_else(|| corrupt("store")(row.store_id.as_str()))?;
            Ok(StoreRow {
                store_id: row.store_id.parse().map_err(corrupt("store id"))?,
                name: place.name.clone(),
                lat: place.lat,
                lng: place.lng,
                issued: count(row.issued)?,
                redeemed: count(row.redeemed)?,
                cost: Yen(row.cost),
                visits: count(row.visits)?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use app::{
        day::{Day, JST},
        id::{RetailerId, StoreId},
        report::{Counts, Period},
        yen::Yen,
    };
    use sea_orm::{ConnectionTrait, DbErr};

    use super::counted;
    use crate::db::{ConnectError, Db, connect};

    #[derive(Debug, thiserror::Error)]
    enum Failed {
        #[error(transparent)]
        Connect(#[from] ConnectError),
        #[error(transparent)]
        Db(#[from] DbErr),
        #[error("no period")]
        Period,
    }

    fn retailer() -> RetailerId {
        RetailerId::new(0, [1; 10])
    }
    fn store(n: u8) -> StoreId {
        StoreId::new(0, [n; 10])
    }

    /// On day 10 shopper a plays three times (one blank), redeems two coupons at store 1, one of which is undone; on day 11 shopper b plays,
    /// redeems at store 2. Day 12 lies outside of the period.
    async fn database() -> Result<Db, Failed> {
        let db = connect("sqlite::memory:").await?;
        let transaction = db.begin().await?;
        let r = retailer();
        let mut rows = vec![
            format!("retailers VALUES ('{r}', 'R', NULL, 0)"),
            format!("accounts VALUES ('{r}', 'acc', 'e', 'n', 'staff', 'h', 0)"),
            format!(
                "campaigns VALUES ('{r}', 'cam', 'published', 'C', NULL, 0, 9, 9, 9, 0, 0, 0, 9, 9, 0, 0, 'flat', 3, 0, 0)"
            ),
            format!("prizes VALUES ('{r}', 'cam', 'prz', 0, 'P', NULL, 500, 1, NULL, NULL)"),
        ];
        for n in [1, 2, 3] {
            let id = store(n);
            rows.push(format!(
                "stores VALUES ('{r}', '{id}', 'S{n}', 35, 139, NULL, NULL, 0)"
            ));
            rows.push(format!("campaign_stores VALUES ('{r}', 'cam', '{id}')"));
        }
        for (shopper, day) in [("a", 10), ("b", 11), ("b", 12)] {
            rows.push(format!(
                "offers VALUES ('{r}', 'cam', '{shopper}', {day}, 0, 'o', 'h', 0, 0, 0, 'flat@1', 'c', 'r', 0, NULL)"
            ));
        }
        let draws = [
            ("d1", "a", 10, 1, 1, 0),
            ("d2", "a", 10, 2, 1, 300),
            ("d3", "a", 10, 3, 1, 500),
            ("d4", "b", 11, 1, 2, 500),
            ("d5", "b", 12, 1, 2, 500),
        ];
        for (id, shopper, day, play, n, value) in draws {
            let at = store(n);
            rows.push(format!(
                "draws VALUES ('{r}', '{id}', 'cam', '{shopper}', '{at}', {day}, {play}, 0, 'h', 'n', 1, 'prz', {value}, 0)"
            ));
            if value > 0 {
                rows.push(format!(
                    "coupons VALUES ('{r}', 'c{id}', 'cam', 'prz', '{at}', '{shopper}', '{id}', 'k{id}', {value}, 0, 'issued', 0, 0, 9, NULL)"
                ));
            }
        }
        let redemptions = [
            ("d2", "a", 10, 1, 300, "NULL"),
            ("d3", "a", 10, 1, 500, "5"),
            ("d4", "b", 11, 2, 450, "NULL"),
            ("d5", "b", 12, 2, 500, "NULL"),
        ];
        for (id, shopper, day, n, cost, undone) in redemptions {
            let at = store(n);
            rows.push(format!(
                "redemptions VALUES ('{r}', 'r{id}', 'c{id}', 'cam', '{at}', '{shopper}', 'acc', 1, 500, {cost}, NULL, 0, {day}, {undone})"
            ));
        }
        for (id, shopper, day, n) in [
            (1, "a", 10, 1),
            (2, "a", 11, 3),
            (3, "b", 11, 2),
            (4, "b", 12, 2),
        ] {
            let at = store(n);
            // The first and the last moment of a day belong to it.
            let began = if id < 3 {
                Day(day).start(JST)
            } else {
                Day(day).end(JST) - 1
            };
            rows.push(format!(
                "visits VALUES ('{r}', '{shopper}', '{at}', {began}, {day}, 1)"
            ));
        }
        for row in rows {
            transaction
                .execute_unprepared(&format!("INSERT INTO {row}"))
                .await?;
        }
        transaction.commit().await?;
        Ok(db)
    }

    #[tokio::test]
    async fn counts_what_happened_and_was_not_undone() -> Result<(), Failed> {
        let db = database().await?;
        let period = Period::new(Some("1970-01-11"), Some("1970-01-12"), Day(0))
            .map_err(|_| Failed::Period)?;
        let counted_in = |id| counted(db.scan(), id, period);
        let found = counted_in(retailer()).await?;
        let counts = |plays, issued, value, redeemed, cost, visits| Counts {
            plays,
            issued,
            issued_value: Yen(value),
            redeemed,
            cost: Yen(cost),
            visits,
        };
        let expected = [
            (Day(10), counts(3, 2, 800, 1, 300, 1)),
            (Day(11), counts(1, 1, 500, 1, 450, 2)),
        ];
        assert_eq!(found.days, expected.into());
        assert_eq!(found.frequency, [(1, 1), (2, 1)].into());
        let mut stores: Vec<_> = found
            .stores
            .iter()
            .map(|s| {
                (
                    s.name.as_str(),
                    s.issued,
                    s.redeemed,
                    s.cost.get(),
                    s.visits,
                )
            })
            .collect();
        stores.sort_unstable();
        assert_eq!(
            stores,
            [
                ("S1", 2, 1, 300, 1),
                ("S2", 1, 1, 450, 1),
                ("S3", 0, 0, 0, 1)
            ]
        );

        let other = counted_in(RetailerId::new(0, [2; 10])).await?;
        assert!(other.days.is_empty() && other.stores.is_empty() && other.frequency.is_empty());
        Ok(())
    }
}
