//! A campaign as shoppers meet it: its names, prizes, rules, and what is left of stock and budget.

use app::{
    campaign::CampaignStatus,
    geo::LatLng,
    id::{CampaignId, PrizeId, RetailerId, StoreId},
    odds::{OddsError, OddsTable},
    policy::{CampaignRules, Policy},
    prize::{Prize, PrizeTable},
    yen::Yen,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::{
    Names,
    around::Around,
    corrupt,
    entity::{campaigns, prizes, retailers, stores},
    sql::sql,
};

/// A published campaign, or one that was.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The campaign.
    pub campaign_id: CampaignId,
    /// The retailer's names.
    pub retailer_names: Names,
    /// Its names.
    pub names: Names,
    /// The names of its prizes.
    pub prize_names: Vec<(PrizeId, Names)>,
    /// Where it stands.
    pub status: CampaignStatus,
    /// First moment of play.
    pub starts_at: i64,
    /// First moment at which it is over.
    pub ends_at: i64,
    /// The prizes with what is left of them.
    pub table: PrizeTable,
    /// Floor, ceiling and base mean.
    pub rules: CampaignRules,
    /// What of the budget is not promised.
    pub available: Yen,
    /// How an incentive is sized.
    pub policy: Policy,
    /// Plays a shopper has a day.
    pub plays_per_day: u32,
    /// Days a coupon is valid.
    pub valid_days: u32,
    /// Lowest purchase.
    pub min_purchase: Yen,
}

impl Campaign {
    /// Published and between its dates.
    #[must_use]
    pub fn runs_at(&self, now: i64) -> bool {
        self.status == CampaignStatus::Published && (self.starts_at..self.ends_at).contains(&now)
    }

    /// Whether stock and budget still allow what everybody is promised: odds at the floor.
    #[must_use]
    pub fn can_give_floor(&self) -> bool {
        self.sized(self.rules.limits.floor.into()).is_ok()
    }

    /// Odds with this expected value over what stock and budget allow now.
    ///
    /// # Errors
    /// See [`OddsError`]: the campaign cannot offer anything now.
    pub fn sized(&self, target: app::yen::MilliYen) -> Result<OddsTable, OddsError> {
        OddsTable::sized(&self.table, target, self.rules.limits)?
            .fit(self.available, self.rules.limits)
    }

    /// Whether every prize of the odds is in stock and fits the budget now.
    #[must_use]
    pub fn can_give(&self, odds: &OddsTable) -> bool {
        odds.entries().iter().all(|entry| {
            entry.value <= self.available
                && self
                    .table
                    .prizes()
                    .iter()
                    .any(|prize| prize.id == entry.prize_id && prize.stock_left != Some(0))
        })
    }

    /// The highest prize still to be had.
    #[must_use]
    pub fn top_value(&self) -> Yen {
        self.table
            .in_stock()
            .map(|prize| prize.value)
            .filter(|value| *value <= self.available)
            .max()
            .unwrap_or(Yen::ZERO)
    }

    /// The names of a prize.
    #[must_use]
    pub fn names_of(&self, prize_id: PrizeId) -> Option<&Names> {
        self.prize_names
            .iter()
            .find(|(id, _)| *id == prize_id)
            .map(|(_, names)| names)
    }
}

/// Campaigns by id, drafts left out; in no particular order.
///
/// # Errors
/// When the database objects.
pub async fn campaigns(
    connection: &impl ConnectionTrait,
    ids: &[(RetailerId, CampaignId)],
) -> Result<Vec<Campaign>, DbErr> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut retailer_ids: Vec<String> = ids.iter().map(|(r, _)| r.to_string()).collect();
    retailer_ids.sort_unstable();
    retailer_ids.dedup();
    let campaign_ids: Vec<String> = ids.iter().map(|(_, c)| c.to_string()).collect();
    let rows = campaigns::Entity::find()
        .filter(campaigns::Column::RetailerId.is_in(retailer_ids.clone()))
        .filter(campaigns::Column::CampaignId.is_in(campaign_ids.clone()))
        .filter(campaigns::Column::Status.ne(CampaignStatus::Draft.slug()))
        .all(connection)
        .await?;
    let owners = retailers::Entity::find()
        .filter(retailers::Column::RetailerId.is_in(retailer_ids.clone()))
        .all(connection)
        .await?;
    let prize_rows = prizes::Entity::find()
        .filter(prizes::Column::RetailerId.is_in(retailer_ids))
        .filter(prizes::Column::CampaignId.is_in(campaign_ids))
        .order_by_asc(prizes::Column::Position)
        .all(connection)
        .await?;
    rows.into_iter()
        // The two lists are independent in the query: a pair that was not asked for falls out here.
        .filter(|row| {
            ids.iter()
                .any(|(r, c)| r.to_string() == row.retailer_id && c.to_string() == row.campaign_id)
        })
        .map(|row| {
            let owner = owners
                .iter()
                .find(|owner| owner.retailer_id == row.retailer_id)
                .ok_or_else(|| corrupt("campaign")("it has no retailer"))?;
            let own_prizes = prize_rows
                .iter()
                .filter(|p| p.retailer_id == row.retailer_id && p.campaign_id == row.campaign_id);
            read(&row, owner, own_prizes)
        })
        .collect()
}

/// One campaign, unless it is a draft.
///
/// # Errors
/// When the database objects.
pub async fn campaign(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
) -> Result<Option<Campaign>, DbErr> {
    Ok(campaigns(connection, &[(retailer_id, campaign_id)])
        .await?
        .pop())
}

fn read<'a>(
    row: &campaigns::Model,
    owner: &retailers::Model,
    prize_rows: impl Iterator<Item = &'a prizes::Model>,
) -> Result<Campaign, DbErr> {
    let mut table = Vec::new();
    let mut prize_names = Vec::new();
    for prize in prize_rows {
        let id: PrizeId = prize.prize_id.parse().map_err(corrupt("prize id"))?;
        prize_names.push((
            id,
            Names {
                ja: prize.name.clone(),
                en: prize.name_en.clone(),
            },
        ));
        table.push(Prize {
            id,
            value: Yen(prize.value_yen),
            weight: u32::try_from(prize.weight).map_err(corrupt("weight"))?,
            stock_left: prize
                .stock_left
                .map(u32::try_from)
                .transpose()
                .map_err(corrupt("stock"))?,
        });
    }
    let table = PrizeTable::new(table).map_err(corrupt("prize table"))?;
    Ok(Campaign {
        retailer_id: row.retailer_id.parse().map_err(corrupt("retailer id"))?,
        campaign_id: row.campaign_id.parse().map_err(corrupt("campaign id"))?,
        retailer_names: Names {
            ja: owner.name.clone(),
            en: owner.name_en.clone(),
        },
        names: Names {
            ja: row.name.clone(),
            en: row.name_en.clone(),
        },
        prize_names,
        status: CampaignStatus::from_slug(&row.status)
            .ok_or_else(|| corrupt("status")(row.status.as_str()))?,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        rules: CampaignRules::new(Yen(row.floor_yen), Yen(row.ceiling_yen), &table),
        table,
        available: Yen(row.available_yen),
        policy: row.policy.parse().map_err(corrupt("policy"))?,
        plays_per_day: u32::try_from(row.plays_per_day).map_err(corrupt("number of plays"))?,
        valid_days: u32::try_from(row.valid_days).map_err(corrupt("validity"))?,
        min_purchase: Yen(row.min_purchase_yen),
    })
}

/// A store with its position.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedStore {
    /// The store.
    pub store_id: StoreId,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub at: LatLng,
}

pub(crate) fn placed(row: &stores::Model) -> Result<PlacedStore, DbErr> {
    Ok(PlacedStore {
        store_id: row.store_id.parse().map_err(corrupt("store id"))?,
        name: row.name.clone(),
        at: LatLng::new(row.lat, row.lng).map_err(corrupt("position"))?,
    })
}

/// All stores of a campaign.
///
/// # Errors
/// When the database objects.
pub async fn stores_of(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
) -> Result<Vec<PlacedStore>, DbErr> {
    stores::Entity::find()
        .from_raw_sql(sql(
            connection,
            "SELECT s.* FROM campaign_stores cs
             JOIN stores s ON s.retailer_id = cs.retailer_id AND s.store_id = cs.store_id
             WHERE cs.retailer_id = $1 AND cs.campaign_id = $2",
            [
                retailer_id.to_string().into(),
                campaign_id.to_string().into(),
            ],
        ))
        .all(connection)
        .await?
        .iter()
        .map(placed)
        .collect()
}

/// A store, if it is one of the campaign's.
///
/// # Errors
/// When the database objects.
pub async fn store_of(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
    store_id: StoreId,
) -> Result<Option<PlacedStore>, DbErr> {
    stores::Entity::find()
        .from_raw_sql(sql(
            connection,
            "SELECT s.* FROM stores s
             JOIN campaign_stores cs ON cs.retailer_id = s.retailer_id AND cs.store_id = s.store_id
             WHERE cs.retailer_id = $1 AND cs.campaign_id = $2 AND cs.store_id = $3",
            [
                retailer_id.to_string().into(),
                campaign_id.to_string().into(),
                store_id.to_string().into(),
            ],
        ))
        .one(connection)
        .await?
        .as_ref()
        .map(placed)
        .transpose()
}

/// The campaign's store nearest to a point. Looks in growing boxes, since a campaign may have thousands of stores.
///
/// # Errors
/// When the database objects.
pub async fn nearest_store_of(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
    point: LatLng,
) -> Result<Option<PlacedStore>, DbErr> {
    for radius_m in [5_000.0, 50_000.0, f64::INFINITY] {
        let (inside, values) = Around::new(point, radius_m).condition("s", 3);
        let rows = stores::Entity::find()
            .from_raw_sql(sql(
                connection,
                &format!(
                    "SELECT s.* FROM campaign_stores cs
                     JOIN stores s ON s.retailer_id = cs.retailer_id AND s.store_id = cs.store_id
                     WHERE cs.retailer_id = $1 AND cs.campaign_id = $2 AND {inside}"
                ),
                [
                    retailer_id.to_string().into(),
                    campaign_id.to_string().into(),
                ]
                .into_iter()
                .chain(values),
            ))
            .all(connection)
            .await?;
        let nearest = rows
            .iter()
            .map(placed)
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .map(|store| (store.at.distance_m(point), store))
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.store_id.cmp(&b.1.store_id)));
        // In the corners of the box lie stores that are farther than some outside of it.
        if let Some((metres, store)) = nearest
            && metres <= radius_m
        {
            return Ok(Some(store));
        }
    }
    Ok(None)
}

/// The campaign's store, if it has one only.
///
/// # Errors
/// When the database objects.
pub async fn only_store_of(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
) -> Result<Option<StoreId>, DbErr> {
    let rows = connection
        .query_all_raw(sql(
            connection,
            "SELECT store_id FROM campaign_stores WHERE retailer_id = $1 AND campaign_id = $2 LIMIT 2",
            [
                retailer_id.to_string().into(),
                campaign_id.to_string().into(),
            ],
        ))
        .await?;
    let [only] = rows.as_slice() else {
        return Ok(None);
    };
    let id: String = only.try_get("", "store_id")?;
    id.parse().map(Some).map_err(corrupt("store id"))
}
