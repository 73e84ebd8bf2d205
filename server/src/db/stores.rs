//! The stores of a retailer.

use std::collections::HashMap;

use app::{
    api::retailer::{Store, StorePage},
    geo::LatLng,
    id::{RetailerId, StoreId},
    store::{CheckedStore, name_key},
    store_import::KnownStore,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, DerivePartialModel, EntityTrait,
    FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Func, LikeExpr, LockType},
};

use super::{
    corrupt,
    entity::{retailers, stores},
    places,
    sql::{placeholders, sql},
};

/// So many stores are written by one statement: eight values each stay far below what SQLite (32,766) and PostgreSQL
/// (65,535) take.
pub const INSERT_BATCH: usize = 1_000;

fn store_of(row: stores::Model) -> Result<Store, DbErr> {
    Ok(Store {
        store_id: row.store_id.parse().map_err(corrupt("store id"))?,
        name: row.name,
        lat: row.lat,
        lng: row.lng,
        external_id: row.external_id,
        address: row.address,
        created_at: row.created_at,
    })
}

fn row_of(
    retailer_id: RetailerId,
    store_id: StoreId,
    store: &CheckedStore,
    now: i64,
) -> stores::ActiveModel {
    stores::ActiveModel {
        retailer_id: Set(retailer_id.to_string()),
        store_id: Set(store_id.to_string()),
        name: Set(store.name.clone()),
        lat: Set(store.position.lat()),
        lng: Set(store.position.lng()),
        external_id: Set(store.external_id.clone()),
        address: Set(store.address.clone()),
        created_at: Set(now),
    }
}

#[derive(FromQueryResult)]
struct Counted {
    total: i64,
}

/// A part of the retailer's stores by name: those whose name, number or address holds `search` (upper and lower case alike),
/// `limit` of them after the store `after`. A store `after` that there is not gives the first part.
///
/// # Errors
/// When the database objects.
pub async fn page(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    search: Option<&str>,
    after: Option<StoreId>,
    limit: u64,
) -> Result<StorePage, DbErr> {
    let mut query =
        stores::Entity::find().filter(stores::Column::RetailerId.eq(retailer_id.to_string()));
    // No store has a control character in its texts, and PostgreSQL takes no NUL at all.
    let search = search.map(|text| text.replace(char::is_control, ""));
    if let Some(search) = search.as_deref().map(str::trim).filter(|s| !s.is_empty()) {
        query = query.filter(holding(search));
    }
    let counted: Option<Counted> = query
        .clone()
        .select_only()
        .column_as(stores::Column::StoreId.count(), "total")
        .into_model()
        .one(connection)
        .await?;
    let total = counted.map_or(0, |counted| counted.total);
    let total = u64::try_from(total).map_err(corrupt("count"))?;
    if let Some(after) = after
        && let Some(last) = find_row(connection, retailer_id, after).await?
    {
        query = query.filter(
            Condition::any()
                .add(stores::Column::Name.gt(last.name.clone()))
                .add(
                    Condition::all()
                        .add(stores::Column::Name.eq(last.name))
                        .add(stores::Column::StoreId.gt(last.store_id)),
                ),
        );
    }
    let mut rows = query
        .order_by_asc(stores::Column::Name)
        .order_by_asc(stores::Column::StoreId)
        .limit(limit.saturating_add(1))
        .all(connection)
        .await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let stores = rows
        .into_iter()
        .map(store_of)
        .collect::<Result<Vec<_>, _>>()?;
    let next = stores.last().filter(|_| more).map(|store| store.store_id);
    Ok(StorePage {
        stores,
        total,
        next,
    })
}

/// Upper and lower case alike, as far as the database knows them: SQLite does for ASCII only, so what is written alike is found too.
fn holding(search: &str) -> Condition {
    let pattern = |text: &str| {
        let escaped: String = text
            .chars()
            .flat_map(|c| {
                let escape = matches!(c, '%' | '_' | '\\').then_some('\\');
                escape.into_iter().chain([c])
            })
            .collect();
        LikeExpr::new(format!("%{escaped}%")).escape('\\')
    };
    [
        stores::Column::Name,
        stores::Column::ExternalId,
        stores::Column::Address,
    ]
    .into_iter()
    .fold(Condition::any(), |any, column| {
        any.add(Expr::col(column).like(pattern(search)))
            .add(Expr::expr(Func::lower(Expr::col(column))).like(pattern(&search.to_lowercase())))
    })
}

async fn find_row(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    store_id: StoreId,
) -> Result<Option<stores::Model>, DbErr> {
    stores::Entity::find_by_id((retailer_id.to_string(), store_id.to_string()))
        .one(connection)
        .await
}

/// One store of the retailer.
///
/// # Errors
/// When the database objects.
pub async fn find(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    store_id: StoreId,
) -> Result<Option<Store>, DbErr> {
    find_row(connection, retailer_id, store_id)
        .await?
        .map(store_of)
        .transpose()
}

/// Another store of the same name at exactly the same position, if there is one.
///
/// # Errors
/// When the database objects.
pub async fn same(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    store: &CheckedStore,
) -> Result<Option<StoreId>, DbErr> {
    let key = name_key(&store.name);
    stores::Entity::find()
        .filter(stores::Column::RetailerId.eq(retailer_id.to_string()))
        .filter(stores::Column::Lat.eq(store.position.lat()))
        .filter(stores::Column::Lng.eq(store.position.lng()))
        .all(connection)
        .await?
        .into_iter()
        .find(|row| name_key(&row.name) == key)
        .map(|row| row.store_id.parse().map_err(corrupt("store id")))
        .transpose()
}

/// Names and positions of some stores.
///
/// # Errors
/// When the database objects.
pub async fn places(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    store_ids: &[&str],
) -> Result<HashMap<String, (String, f64, f64)>, DbErr> {
    #[derive(FromQueryResult)]
    struct Place {
        store_id: String,
        name: String,
        lat: f64,
        lng: f64,
    }
    let mut out = HashMap::new();
    for some in store_ids.chunks(2_000) {
        let rows = Place::find_by_statement(sql(
            connection,
            &format!(
                "SELECT store_id, name, lat, lng FROM stores WHERE retailer_id = $1 AND store_id IN ({})",
                placeholders(2, some.len())
            ),
            std::iter::once(retailer_id.to_string().into())
                .chain(some.iter().map(|id| (*id).to_owned().into())),
        ))
        .all(connection)
        .await?;
        out.extend(
            rows.into_iter()
                .map(|row| (row.store_id, (row.name, row.lat, row.lng))),
        );
    }
    Ok(out)
}

/// Enters one store.
///
/// # Errors
/// When the database objects.
pub async fn insert(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    store_id: StoreId,
    store: &CheckedStore,
    now: i64,
) -> Result<(), DbErr> {
    stores::Entity::insert(row_of(retailer_id, store_id, store, now))
        .exec_without_returning(connection)
        .await?;
    places::changed(connection, retailer_id).await
}

/// Enters at most [`INSERT_BATCH`] stores by one statement; gives how many.
///
/// # Errors
/// When the database objects.
pub async fn insert_many<'a>(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    many: impl Iterator<Item = (StoreId, &'a CheckedStore)>,
    now: i64,
) -> Result<u64, DbErr> {
    let rows: Vec<_> = many
        .map(|(store_id, store)| row_of(retailer_id, store_id, store, now))
        .collect();
    let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    if count > 0 {
        stores::Entity::insert_many(rows)
            .exec_without_returning(connection)
            .await?;
        places::changed(connection, retailer_id).await?;
    }
    Ok(count)
}

/// Changes a store; `None` where the retailer has none of that id.
///
/// # Errors
/// When the database objects.
pub async fn update(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    store_id: StoreId,
    store: &CheckedStore,
) -> Result<Option<Store>, DbErr> {
    stores::Entity::update_many()
        .col_expr(stores::Column::Name, Expr::value(store.name.clone()))
        .col_expr(stores::Column::Lat, Expr::value(store.position.lat()))
        .col_expr(stores::Column::Lng, Expr::value(store.position.lng()))
        .col_expr(
            stores::Column::ExternalId,
            Expr::value(store.external_id.clone()),
        )
        .col_expr(stores::Column::Address, Expr::value(store.address.clone()))
        .filter(stores::Column::RetailerId.eq(retailer_id.to_string()))
        .filter(stores::Column::StoreId.eq(store_id.to_string()))
        .exec(connection)
        .await?;
    places::changed(connection, retailer_id).await?;
    find(connection, retailer_id, store_id).await
}

/// Whether there is such a retailer.
///
/// # Errors
/// When the database objects.
pub async fn retailer_exists(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
) -> Result<bool, DbErr> {
    Ok(retailers::Entity::find_by_id(retailer_id.to_string())
        .one(connection)
        .await?
        .is_some())
}

/// Makes others that enter stores for the retailer wait until the transaction ends; `false` where there is no such retailer.
///
/// # Errors
/// When the database objects.
pub async fn lock_retailer(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
) -> Result<bool, DbErr> {
    // The weaker lock, so that rows which merely point to the retailer need not wait. SQLite has one writer anyway.
    Ok(retailers::Entity::find_by_id(retailer_id.to_string())
        .lock(LockType::NoKeyUpdate)
        .one(transaction)
        .await?
        .is_some())
}

/// The retailer's stores by what a file may call them: their ids, and the retailer's own numbers; of two with one number the older.
///
/// # Errors
/// When the database objects.
pub async fn numbers(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
) -> Result<HashMap<String, StoreId>, DbErr> {
    #[derive(DerivePartialModel)]
    #[sea_orm(entity = "stores::Entity")]
    struct Row {
        store_id: String,
        external_id: Option<String>,
    }
    let rows: Vec<Row> = stores::Entity::find()
        .filter(stores::Column::RetailerId.eq(retailer_id.to_string()))
        .order_by_asc(stores::Column::StoreId)
        .into_partial_model()
        .all(connection)
        .await?;
    let mut out = HashMap::with_capacity(2 * rows.len());
    for row in rows {
        let store_id: StoreId = row.store_id.parse().map_err(corrupt("store id"))?;
        if let Some(number) = row.external_id {
            out.entry(number).or_insert(store_id);
        }
        out.insert(row.store_id, store_id);
    }
    Ok(out)
}

/// All stores of the retailer, as far as an import compares with them, the oldest first.
///
/// # Errors
/// When the database objects.
pub async fn known(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
) -> Result<Vec<KnownStore>, DbErr> {
    #[derive(DerivePartialModel)]
    #[sea_orm(entity = "stores::Entity")]
    struct Row {
        store_id: String,
        name: String,
        lat: f64,
        lng: f64,
    }
    let rows: Vec<Row> = stores::Entity::find()
        .filter(stores::Column::RetailerId.eq(retailer_id.to_string()))
        .order_by_asc(stores::Column::StoreId)
        .into_partial_model()
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(KnownStore {
                id: row.store_id.parse().map_err(corrupt("store id"))?,
                name: row.name,
                position: LatLng::new(row.lat, row.lng).map_err(corrupt("position"))?,
            })
        })
        .collect()
}
