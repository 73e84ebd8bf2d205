//! The campaigns of a retailer: drafts, and what may happen to them once published.

use std::collections::{HashMap, HashSet};

use app::{
    amend,
    api::retailer::{Budget, Campaign, CampaignInput, Prize},
    campaign::CampaignStatus,
    id::{AccountId, CampaignId, PrizeId, RetailerId, StoreId},
    ledger::Shift,
    prize_rules::Share,
    yen::Yen,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::LockType,
};

use super::{
    corrupt,
    entity::{campaign_stores, campaigns, prizes, stores},
    journal::{self, About, Entry},
    places,
    sql::{execute, one_at_a_time},
};
use crate::new_id;

/// So many rows of two or three values go into one statement; SQLite takes 32,766 values.
const BATCH: usize = 5_000;

/// The retailer's campaigns, newest first.
///
/// # Errors
/// When the database objects.
pub async fn list(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    now: i64,
) -> Result<Vec<Campaign>, DbErr> {
    let rows = campaigns::Entity::find()
        .filter(campaigns::Column::RetailerId.eq(retailer_id.to_string()))
        .order_by_desc(campaigns::Column::CreatedAt)
        .order_by_desc(campaigns::Column::CampaignId)
        .all(connection)
        .await?;
    complete(connection, retailer_id, rows, now).await
}

/// One campaign.
///
/// # Errors
/// When the database objects.
pub async fn find(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
    now: i64,
) -> Result<Option<Campaign>, DbErr> {
    let row = campaigns::Entity::find_by_id((retailer_id.to_string(), campaign_id.to_string()))
        .one(connection)
        .await?;
    Ok(
        complete(connection, retailer_id, row.into_iter().collect(), now)
            .await?
            .pop(),
    )
}

/// Whose a campaign is.
///
/// # Errors
/// When the database objects.
pub async fn owner_of(
    connection: &impl ConnectionTrait,
    campaign_id: CampaignId,
) -> Result<Option<RetailerId>, DbErr> {
    campaigns::Entity::find()
        .filter(campaigns::Column::CampaignId.eq(campaign_id.to_string()))
        .one(connection)
        .await?
        .map(|row| row.retailer_id.parse().map_err(corrupt("retailer id")))
        .transpose()
}

/// The same inside a transaction that is about to change it: others who would wait until it ends.
///
/// # Errors
/// When the database objects.
pub async fn lock(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
    now: i64,
) -> Result<Option<Campaign>, DbErr> {
    let row = campaigns::Entity::find_by_id((retailer_id.to_string(), campaign_id.to_string()))
        .lock(LockType::NoKeyUpdate)
        .one(transaction)
        .await?;
    Ok(
        complete(transaction, retailer_id, row.into_iter().collect(), now)
            .await?
            .pop(),
    )
}

/// Adds stores and prizes to rows, keeping their order.
async fn complete(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    rows: Vec<campaigns::Model>,
    now: i64,
) -> Result<Vec<Campaign>, DbErr> {
    let ids = || rows.iter().map(|row| row.campaign_id.clone());
    let mut store_ids: HashMap<String, Vec<StoreId>> = HashMap::new();
    let mut prize_rows: HashMap<String, Vec<Prize>> = HashMap::new();
    if !rows.is_empty() {
        let links = campaign_stores::Entity::find()
            .filter(campaign_stores::Column::RetailerId.eq(retailer_id.to_string()))
            .filter(campaign_stores::Column::CampaignId.is_in(ids()))
            .order_by_asc(campaign_stores::Column::StoreId)
            .all(connection)
            .await?;
        for link in links {
            store_ids
                .entry(link.campaign_id)
                .or_default()
                .push(link.store_id.parse().map_err(corrupt("store id"))?);
        }
        let found = prizes::Entity::find()
            .filter(prizes::Column::RetailerId.eq(retailer_id.to_string()))
            .filter(prizes::Column::CampaignId.is_in(ids()))
            .order_by_asc(prizes::Column::Position)
            .all(connection)
            .await?;
        for row in found {
            prize_rows
                .entry(row.campaign_id.clone())
                .or_default()
                .push(prize_of(row)?);
        }
    }
    rows.into_iter()
        .map(|row| {
            let store_ids = store_ids.remove(&row.campaign_id).unwrap_or_default();
            let prizes = prize_rows.remove(&row.campaign_id).unwrap_or_default();
            campaign_of(row, store_ids, prizes, now)
        })
        .collect()
}

fn prize_of(row: prizes::Model) -> Result<Prize, DbErr> {
    let count = |n: Option<i32>| n.map(u32::try_from).transpose().map_err(corrupt("stock"));
    Ok(Prize {
        prize_id: row.prize_id.parse().map_err(corrupt("prize id"))?,
        name: row.name,
        name_en: row.name_en,
        value: Yen(row.value_yen),
        weight: u32::try_from(row.weight).map_err(corrupt("weight"))?,
        stock: count(row.stock)?,
        stock_left: count(row.stock_left)?,
    })
}

fn campaign_of(
    row: campaigns::Model,
    store_ids: Vec<StoreId>,
    prizes: Vec<Prize>,
    now: i64,
) -> Result<Campaign, DbErr> {
    let status = CampaignStatus::from_slug(&row.status)
        .ok_or_else(|| corrupt("status")(row.status.as_str()))?;
    Ok(Campaign {
        campaign_id: row.campaign_id.parse().map_err(corrupt("campaign id"))?,
        status: amend::status_at(status, row.ends_at, now),
        name: row.name,
        name_en: row.name_en,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        store_ids,
        prizes,
        budget: Budget {
            total: Yen(row.budget_yen),
            available: Yen(row.available_yen),
            reserved: Yen(row.reserved_yen),
            spent: Yen(row.spent_yen),
        },
        floor: Yen(row.floor_yen),
        ceiling: Yen(row.ceiling_yen),
        valid_days: u32::try_from(row.valid_days).map_err(corrupt("validity"))?,
        min_purchase: Yen(row.min_purchase_yen),
        expected_sales: Yen(row.expected_sales_yen),
        policy: row.policy.parse().map_err(corrupt("policy"))?,
        plays_per_day: u32::try_from(row.plays_per_day).map_err(corrupt("number of plays"))?,
        created_at: row.created_at,
        published_at: row.published_at,
    })
}

/// Which of the stores are not the retailer's, as places in the list.
///
/// # Errors
/// When the database objects.
pub async fn strange_stores(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    store_ids: &[StoreId],
) -> Result<Vec<usize>, DbErr> {
    let mut own: HashSet<String> = HashSet::new();
    for batch in store_ids.chunks(BATCH) {
        let found = stores::Entity::find()
            .filter(stores::Column::RetailerId.eq(retailer_id.to_string()))
            .filter(stores::Column::StoreId.is_in(batch.iter().map(ToString::to_string)))
            .all(connection)
            .await?;
        own.extend(found.into_iter().map(|row| row.store_id));
    }
    Ok(store_ids
        .iter()
        .enumerate()
        .filter(|(_, id)| !own.contains(&id.to_string()))
        .map(|(i, _)| i)
        .collect())
}

/// What else is given by chance at a campaign's stores while it runs, by campaigns that were published. Until the transaction ends, no other campaign
/// of the retailer is looked at in this way, so that two cannot both fit where only one does.
///
/// # Errors
/// When the database objects.
pub async fn beside(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
    input: &CampaignInput,
) -> Result<Vec<Share>, DbErr> {
    one_at_a_time(transaction, &format!("prize pool {retailer_id}")).await?;
    let rows = campaigns::Entity::find()
        .filter(campaigns::Column::RetailerId.eq(retailer_id.to_string()))
        .filter(campaigns::Column::CampaignId.ne(campaign_id.to_string()))
        .filter(campaigns::Column::Status.is_in([
            CampaignStatus::Published.slug(),
            CampaignStatus::Paused.slug(),
        ]))
        .filter(campaigns::Column::StartsAt.lt(input.ends_at))
        .filter(campaigns::Column::EndsAt.gt(input.starts_at))
        .all(transaction)
        .await?;
    let own: HashSet<String> = input.store_ids.iter().map(ToString::to_string).collect();
    let mut out = Vec::new();
    for row in rows {
        let links = campaign_stores::Entity::find()
            .filter(campaign_stores::Column::RetailerId.eq(retailer_id.to_string()))
            .filter(campaign_stores::Column::CampaignId.eq(row.campaign_id.clone()))
            .all(transaction)
            .await?;
        if links.iter().any(|link| own.contains(&link.store_id)) {
            out.push(Share {
                starts_at: row.starts_at,
                ends_at: row.ends_at,
                budget: Yen(row.budget_yen),
                expected_sales: Yen(row.expected_sales_yen),
            });
        }
    }
    Ok(out)
}

/// A number that was checked to fit the column.
fn column<T: TryInto<i32>>(number: T) -> Result<i32, DbErr> {
    number
        .try_into()
        .map_err(|_| DbErr::Custom("a number is too large for its column".to_owned()))
}

/// Enters a draft. Its whole budget is available; the journal begins when it is published.
///
/// # Errors
/// When the database objects.
pub async fn insert_draft(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
    input: &CampaignInput,
    now: i64,
) -> Result<(), DbErr> {
    let row = draft_row(retailer_id, campaign_id, input)?;
    campaigns::Entity::insert(campaigns::ActiveModel {
        created_at: Set(now),
        published_at: Set(None),
        ..row
    })
    .exec_without_returning(transaction)
    .await?;
    insert_prizes(transaction, retailer_id, campaign_id, input, now).await?;
    insert_stores(transaction, retailer_id, campaign_id, &input.store_ids).await
}

/// Writes a draft anew. The caller holds the row's lock and has seen that it is one.
///
/// # Errors
/// When the database objects.
pub async fn replace_draft(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
    input: &CampaignInput,
    now: i64,
) -> Result<(), DbErr> {
    campaigns::Entity::update(draft_row(retailer_id, campaign_id, input)?)
        .exec(transaction)
        .await?;
    prizes::Entity::delete_many()
        .filter(prizes::Column::RetailerId.eq(retailer_id.to_string()))
        .filter(prizes::Column::CampaignId.eq(campaign_id.to_string()))
        .exec(transaction)
        .await?;
    campaign_stores::Entity::delete_many()
        .filter(campaign_stores::Column::RetailerId.eq(retailer_id.to_string()))
        .filter(campaign_stores::Column::CampaignId.eq(campaign_id.to_string()))
        .exec(transaction)
        .await?;
    insert_prizes(transaction, retailer_id, campaign_id, input, now).await?;
    insert_stores(transaction, retailer_id, campaign_id, &input.store_ids).await
}

fn draft_row(
    retailer_id: RetailerId,
    campaign_id: CampaignId,
    input: &CampaignInput,
) -> Result<campaigns::ActiveModel, DbErr> {
    Ok(campaigns::ActiveModel {
        retailer_id: Set(retailer_id.to_string()),
        campaign_id: Set(campaign_id.to_string()),
        status: Set(CampaignStatus::Draft.slug().to_owned()),
        name: Set(input.name.clone()),
        name_en: Set(input.name_en.clone()),
        starts_at: Set(input.starts_at),
        ends_at: Set(input.ends_at),
        budget_yen: Set(input.budget.get()),
        available_yen: Set(input.budget.get()),
        reserved_yen: Set(0),
        spent_yen: Set(0),
        floor_yen: Set(input.floor.get()),
        ceiling_yen: Set(input.ceiling.get()),
        valid_days: Set(column(input.valid_days)?),
        min_purchase_yen: Set(input.min_purchase.get()),
        expected_sales_yen: Set(input.expected_sales.get()),
        policy: Set(input.policy.slug().to_owned()),
        plays_per_day: Set(column(input.plays_per_day)?),
        ..Default::default()
    })
}

async fn insert_prizes(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
    input: &CampaignInput,
    now: i64,
) -> Result<(), DbErr> {
    let rows = input
        .prizes
        .iter()
        .enumerate()
        .map(|(position, prize)| {
            let stock = prize.stock.map(column).transpose()?;
            Ok(prizes::ActiveModel {
                retailer_id: Set(retailer_id.to_string()),
                campaign_id: Set(campaign_id.to_string()),
                prize_id: Set(new_id!(PrizeId, now).to_string()),
                position: Set(column(position)?),
                name: Set(prize.name.clone()),
                name_en: Set(prize.name_en.clone()),
                value_yen: Set(prize.value.get()),
                weight: Set(column(prize.weight)?),
                stock: Set(stock),
                stock_left: Set(stock),
            })
        })
        .collect::<Result<Vec<_>, DbErr>>()?;
    if !rows.is_empty() {
        prizes::Entity::insert_many(rows)
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(())
}

async fn insert_stores(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
    store_ids: &[StoreId],
) -> Result<(), DbErr> {
    for batch in store_ids.chunks(BATCH) {
        let rows = batch.iter().map(|store_id| campaign_stores::ActiveModel {
            retailer_id: Set(retailer_id.to_string()),
            campaign_id: Set(campaign_id.to_string()),
            store_id: Set(store_id.to_string()),
        });
        campaign_stores::Entity::insert_many(rows)
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(())
}

/// Changes of a published campaign that are safe ([`amend::frozen`]). `current` was read under the row's lock. `false`: the budget would fall
/// below what is promised and spent; nothing was changed.
///
/// # Errors
/// When the database objects.
pub async fn amend(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    account_id: AccountId,
    current: &Campaign,
    wanted: &CampaignInput,
    now: i64,
) -> Result<bool, DbErr> {
    let changed = execute(
        transaction,
        "UPDATE campaigns SET name = $1, name_en = $2, ends_at = $3, expected_sales_yen = $4,
             budget_yen = $5, available_yen = $5 - reserved_yen - spent_yen
         WHERE retailer_id = $6 AND campaign_id = $7 AND status IN ('published', 'paused')
           AND reserved_yen + spent_yen <= $5 AND budget_yen = $8",
        [
            wanted.name.clone().into(),
            wanted.name_en.clone().into(),
            wanted.ends_at.into(),
            wanted.expected_sales.get().into(),
            wanted.budget.get().into(),
            retailer_id.to_string().into(),
            current.campaign_id.to_string().into(),
            current.budget.total.get().into(),
        ],
    )
    .await?;
    if changed != 1 {
        return Ok(false);
    }
    let more = wanted
        .budget
        .checked_sub(current.budget.total)
        .ok_or_else(|| corrupt("budget")("its change is beyond 64 bits"))?;
    if more != Yen::ZERO {
        fund(
            transaction,
            retailer_id,
            current.campaign_id,
            account_id,
            more,
            now,
        )
        .await?;
    }
    let there: HashSet<StoreId> = current.store_ids.iter().copied().collect();
    let added: Vec<StoreId> = wanted
        .store_ids
        .iter()
        .copied()
        .filter(|id| !there.contains(id))
        .collect();
    insert_stores(transaction, retailer_id, current.campaign_id, &added).await?;
    places::changed(transaction, retailer_id).await?;
    Ok(true)
}

/// Publishes a draft, which opens its journal with the whole budget, or resumes a paused campaign. `current` was read under the row's lock.
/// `false`: it is neither any more.
///
/// # Errors
/// When the database objects.
pub async fn publish(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    account_id: AccountId,
    current: &Campaign,
    now: i64,
) -> Result<bool, DbErr> {
    let changed = execute(
        transaction,
        "UPDATE campaigns SET status = 'published', published_at = COALESCE(published_at, $1)
         WHERE retailer_id = $2 AND campaign_id = $3 AND status = $4 AND status IN ('draft', 'paused')",
        [
            now.into(),
            retailer_id.to_string().into(),
            current.campaign_id.to_string().into(),
            current.status.slug().into(),
        ],
    )
    .await?;
    if changed != 1 {
        return Ok(false);
    }
    if current.status == CampaignStatus::Draft || planted!("funded_again_when_resumed") {
        let whole = current.budget.total;
        fund(
            transaction,
            retailer_id,
            current.campaign_id,
            account_id,
            whole,
            now,
        )
        .await?;
    }
    places::changed(transaction, retailer_id).await?;
    Ok(true)
}

/// Pauses a published campaign; `false` where it is not published.
///
/// # Errors
/// When the database objects.
pub async fn pause(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
) -> Result<bool, DbErr> {
    let changed = execute(
        transaction,
        "UPDATE campaigns SET status = 'paused' WHERE retailer_id = $1 AND campaign_id = $2 AND status = 'published'",
        [retailer_id.to_string().into(), campaign_id.to_string().into()],
    )
    .await?;
    if changed == 1 {
        places::changed(transaction, retailer_id).await?;
    }
    Ok(changed == 1)
}

async fn fund(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
    account_id: AccountId,
    yen: Yen,
    now: i64,
) -> Result<(), DbErr> {
    journal::enter(
        transaction,
        Entry {
            retailer_id,
            campaign_id,
            about: About::Budget,
            shift: Shift::fund(yen),
            account_id: Some(account_id),
            at: now,
        },
    )
    .await
}

#[cfg(test)]
mod tests {
    use app::{
        api::retailer::{CampaignInput, PrizeInput},
        campaign::CampaignStatus,
        id::{AccountId, CampaignId, RetailerId, StoreId},
        policy::Policy,
        yen::Yen,
    };
    use sea_orm::{ConnectionTrait, DbErr, Statement};

    use super::{
        amend, find, insert_draft, list, lock, pause, publish, replace_draft, strange_stores,
    };
    use crate::db::{ConnectError, Db, Transaction, connect};

    #[derive(Debug, thiserror::Error)]
    enum Failed {
        #[error(transparent)]
        Connect(#[from] ConnectError),
        #[error(transparent)]
        Db(#[from] DbErr),
        #[error("no campaign")]
        None,
    }

    fn ours() -> RetailerId {
        RetailerId::new(0, [1; 10])
    }
    fn theirs() -> RetailerId {
        RetailerId::new(0, [2; 10])
    }
    fn store(n: u8) -> StoreId {
        StoreId::new(0, [n; 10])
    }
    fn campaign_id() -> CampaignId {
        CampaignId::new(0, [1; 10])
    }
    fn account_id() -> AccountId {
        AccountId::new(0, [1; 10])
    }

    /// Two retailers; stores 1 and 2 are ours, 3 is theirs.
    async fn database() -> Result<Db, Failed> {
        let db = connect("sqlite::memory:").await?;
        let transaction = db.begin().await?;
        for id in [ours(), theirs()] {
            let retailer = format!("INSERT INTO retailers VALUES ('{id}', 'A', NULL, 0)");
            transaction.execute_unprepared(&retailer).await?;
        }
        let owner = format!(
            "INSERT INTO accounts VALUES ('{}', '{}', 'a@b.example', 'A', 'owner', '', 0)",
            ours(),
            account_id()
        );
        transaction.execute_unprepared(&owner).await?;
        for (n, owner) in [(1, ours()), (2, ours()), (3, theirs())] {
            let id = store(n);
            let row = format!(
                "INSERT INTO stores VALUES ('{owner}', '{id}', 'S', 35, 139, NULL, NULL, 0)"
            );
            transaction.execute_unprepared(&row).await?;
        }
        transaction.commit().await?;
        Ok(db)
    }

    fn input() -> CampaignInput {
        let prize = |name: &str, value, stock| PrizeInput {
            name: name.to_owned(),
            name_en: None,
            value: Yen(value),
            weight: 10,
            stock,
        };
        CampaignInput {
            name: "秋".to_owned(),
            name_en: Some("Autumn".to_owned()),
            starts_at: 1_000,
            ends_at: 9_000,
            store_ids: vec![store(1)],
            prizes: vec![prize("はずれ", 0, None), prize("割引", 500, Some(7))],
            budget: Yen(10_000),
            floor: Yen(10),
            ceiling: Yen(200),
            valid_days: 14,
            min_purchase: Yen(500),
            expected_sales: Yen(1_000_000),
            policy: Policy::DistanceLapse,
            plays_per_day: 1,
        }
    }

    /// The three balances and, from the journal, their sums.
    async fn books(db: &Db) -> Result<Vec<i64>, Failed> {
        let text = "SELECT available_yen, reserved_yen, spent_yen,
             (SELECT COALESCE(SUM(available_yen), 0) FROM journal) AS entered, (SELECT COUNT(*) FROM journal) AS entries
             FROM campaigns";
        let row = db
            .read()
            .query_one_raw(Statement::from_string(db.backend(), text))
            .await?
            .ok_or(Failed::None)?;
        [
            "available_yen",
            "reserved_yen",
            "spent_yen",
            "entered",
            "entries",
        ]
        .into_iter()
        .map(|name| Ok(row.try_get("", name)?))
        .collect()
    }

    async fn published(db: &Db) -> Result<(), Failed> {
        let transaction = db.begin().await?;
        insert_draft(&transaction, ours(), campaign_id(), &input(), 5).await?;
        let draft = locked(&transaction).await?;
        assert!(publish(&transaction, ours(), account_id(), &draft, 6).await?);
        transaction.commit().await?;
        Ok(())
    }

    async fn locked(t: &Transaction) -> Result<app::api::retailer::Campaign, Failed> {
        lock(t, ours(), campaign_id(), 5).await?.ok_or(Failed::None)
    }

    #[tokio::test]
    async fn a_draft_is_kept_as_typed_and_may_change_wholly() -> Result<(), Failed> {
        let db = database().await?;
        let transaction = db.begin().await?;
        insert_draft(&transaction, ours(), campaign_id(), &input(), 5).await?;
        transaction.commit().await?;
        let kept = find(db.read(), ours(), campaign_id(), 5)
            .await?
            .ok_or(Failed::None)?;
        assert_eq!(app::amend::as_input(&kept), input());
        assert_eq!(
            (kept.status, kept.budget.available),
            (CampaignStatus::Draft, Yen(10_000))
        );
        assert_eq!(kept.prizes.last().and_then(|p| p.stock_left), Some(7));

        let mut other = input();
        other.prizes.truncate(1);
        other.store_ids = vec![store(1), store(2)];
        other.budget = Yen(1);
        let transaction = db.begin().await?;
        replace_draft(&transaction, ours(), campaign_id(), &other, 6).await?;
        transaction.commit().await?;
        let changed = list(db.read(), ours(), 5)
            .await?
            .pop()
            .ok_or(Failed::None)?;
        assert_eq!(app::amend::as_input(&changed), other);
        assert_eq!(changed.created_at, 5);
        Ok(())
    }

    #[tokio::test]
    async fn publishing_opens_the_journal_once() -> Result<(), Failed> {
        let db = database().await?;
        published(&db).await?;
        assert_eq!(books(&db).await?, [10_000, 0, 0, 10_000, 1]);
        let transaction = db.begin().await?;
        assert!(pause(&transaction, ours(), campaign_id()).await?);
        assert!(
            !pause(&transaction, ours(), campaign_id()).await?,
            "paused already"
        );
        let paused = locked(&transaction).await?;
        assert!(publish(&transaction, ours(), account_id(), &paused, 99).await?);
        assert!(
            !publish(&transaction, ours(), account_id(), &paused, 99).await?,
            "no longer paused"
        );
        let resumed = locked(&transaction).await?;
        assert_eq!(
            (resumed.status, resumed.published_at),
            (CampaignStatus::Published, Some(6))
        );
        transaction.commit().await?;
        assert_eq!(books(&db).await?, [10_000, 0, 0, 10_000, 1]);
        let over = find(db.read(), ours(), campaign_id(), 9_000).await?;
        assert_eq!(over.map(|c| c.status), Some(CampaignStatus::Ended));
        Ok(())
    }

    #[tokio::test]
    async fn a_budget_is_never_cut_below_what_is_promised_and_spent() -> Result<(), Failed> {
        let db = database().await?;
        published(&db).await?;
        let transaction = db.begin().await?;
        transaction
            .execute_unprepared(
                "UPDATE campaigns SET available_yen = 7000, reserved_yen = 2000, spent_yen = 1000",
            )
            .await?;
        transaction.commit().await?;
        for (budget, fits, available) in [
            (2_999, false, 7_000),
            (3_000, true, 0),
            (12_000, true, 9_000),
        ] {
            let transaction = db.begin().await?;
            let current = locked(&transaction).await?;
            let wanted = CampaignInput {
                budget: Yen(budget),
                store_ids: vec![store(2), store(1)],
                ..input()
            };
            assert_eq!(
                amend(&transaction, ours(), account_id(), &current, &wanted, 7).await?,
                fits
            );
            transaction.commit().await?;
            assert_eq!(books(&db).await?.first(), Some(&available), "{budget}");
        }
        // 10,000 when published, 7,000 taken away, 9,000 added.
        assert_eq!(books(&db).await?, [9_000, 2_000, 1_000, 12_000, 3]);
        let stores = find(db.read(), ours(), campaign_id(), 5)
            .await?
            .map(|c| c.store_ids);
        assert_eq!(stores, Some(vec![store(1), store(2)]));
        Ok(())
    }

    #[tokio::test]
    async fn another_retailer_sees_and_changes_nothing() -> Result<(), Failed> {
        let db = database().await?;
        published(&db).await?;
        assert!(list(db.read(), theirs(), 5).await?.is_empty());
        assert!(find(db.read(), theirs(), campaign_id(), 5).await?.is_none());
        let transaction = db.begin().await?;
        assert!(!pause(&transaction, theirs(), campaign_id()).await?);
        let ids = [store(1), store(3), store(9)];
        assert_eq!(strange_stores(&transaction, ours(), &ids).await?, [1, 2]);
        // Even if a check were forgotten, the database keeps a campaign from another's store.
        let stray = CampaignInput {
            store_ids: vec![store(3)],
            ..input()
        };
        let id = CampaignId::new(0, [9; 10]);
        assert!(
            insert_draft(&transaction, ours(), id, &stray, 5)
                .await
                .is_err()
        );
        Ok(())
    }
}
