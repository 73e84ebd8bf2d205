//! Links that a retailer shares: their codes, where they lead, how often they were opened, and who came by them.

use std::collections::HashSet;

use app::{
    api::reach::{LinkInput, ShareLink, Utm},
    day::{Day, JST},
    id::{AccountId, CampaignId, LinkId, RetailerId, ShopperId, StoreId},
    journey::WINDOW_MS,
    link::{LinkCode, LinkKind},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{
    Db, corrupt,
    sql::{execute, sql},
};

/// A link that somebody opened.
#[derive(Clone, Debug)]
pub struct Link {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The link.
    pub link_id: LinkId,
    /// Its code.
    pub code: LinkCode,
    /// The campaign that it opens.
    pub campaign_id: Option<CampaignId>,
    /// The store that it is for.
    pub store_id: Option<StoreId>,
    /// What is put on what it leads to.
    pub utm: Utm,
}

#[derive(FromQueryResult)]
struct Row {
    retailer_id: String,
    link_id: String,
    code: String,
    kind: String,
    name: String,
    campaign_id: Option<String>,
    store_id: Option<String>,
    utm_source: Option<String>,
    utm_medium: Option<String>,
    utm_campaign: Option<String>,
    created_at: i64,
    withdrawn_at: Option<i64>,
}

impl Row {
    fn link(&self) -> Result<Link, DbErr> {
        let campaign_id = self.campaign_id.as_deref().map(str::parse).transpose();
        let store_id = self.store_id.as_deref().map(str::parse).transpose();
        Ok(Link {
            retailer_id: self.retailer_id.parse().map_err(corrupt("retailer id"))?,
            link_id: self.link_id.parse().map_err(corrupt("link id"))?,
            code: self.code.parse().map_err(corrupt("code"))?,
            campaign_id: campaign_id.map_err(corrupt("campaign id"))?,
            store_id: store_id.map_err(corrupt("store id"))?,
            utm: Utm {
                source: self.utm_source.clone(),
                medium: self.utm_medium.clone(),
                campaign: self.utm_campaign.clone(),
            },
        })
    }

    fn wire(self, public_url: &str) -> Result<ShareLink, DbErr> {
        let link = self.link()?;
        Ok(ShareLink {
            link_id: link.link_id,
            code: link.code,
            url: address(public_url, link.code),
            name: self.name,
            kind: LinkKind::from_slug(&self.kind)
                .ok_or_else(|| corrupt("kind")(self.kind.as_str()))?,
            campaign_id: link.campaign_id,
            store_id: link.store_id,
            utm: link.utm,
            created_at: self.created_at,
            withdrawn_at: self.withdrawn_at,
        })
    }
}

/// The whole address of a code.
#[must_use]
pub fn address(public_url: &str, code: LinkCode) -> String {
    format!("{public_url}/s/{code}")
}

/// Claims a code for a link that is about to be written; `false`: somebody has it.
///
/// # Errors
/// When the database objects.
pub async fn claim(
    db: &Db,
    code: LinkCode,
    (retailer_id, link_id): (RetailerId, LinkId),
    now: i64,
) -> Result<bool, DbErr> {
    let transaction = db.begin().await?;
    let claimed = execute(
        &transaction,
        "INSERT INTO link_codes (code, retailer_id, link_id, claimed_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        [
            code.to_string().into(),
            retailer_id.to_string().into(),
            link_id.to_string().into(),
            now.into(),
        ],
    )
    .await?;
    transaction.commit().await?;
    Ok(claimed == 1)
}

/// Writes a link whose code is claimed.
///
/// # Errors
/// When the database objects.
pub async fn insert(
    transaction: &impl ConnectionTrait,
    (retailer_id, account_id): (RetailerId, AccountId),
    (link_id, code): (LinkId, LinkCode),
    input: &LinkInput,
    now: i64,
) -> Result<(), DbErr> {
    execute(
        transaction,
        "INSERT INTO links (retailer_id, link_id, code, kind, name, campaign_id, store_id, utm_source, utm_medium, utm_campaign,
             account_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        [
            retailer_id.to_string().into(),
            link_id.to_string().into(),
            code.to_string().into(),
            input.kind.slug().into(),
            input.name.clone().into(),
            input.campaign_id.map(|id| id.to_string()).into(),
            input.store_id.map(|id| id.to_string()).into(),
            input.utm.source.clone().into(),
            input.utm.medium.clone().into(),
            input.utm.campaign.clone().into(),
            account_id.to_string().into(),
            now.into(),
        ],
    )
    .await?;
    Ok(())
}

/// A retailer's links, the newest first; or one of them.
///
/// # Errors
/// When the database objects.
pub async fn list(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    only: Option<LinkId>,
    public_url: &str,
) -> Result<Vec<ShareLink>, DbErr> {
    let which = only.map_or("", |_| "AND link_id = $2");
    let values = std::iter::once(Value::from(retailer_id.to_string()))
        .chain(only.map(|id| Value::from(id.to_string())));
    Row::find_by_statement(sql(
        connection,
        &format!(
            "SELECT * FROM links WHERE retailer_id = $1 {which} ORDER BY created_at DESC, link_id DESC"
        ),
        values,
    ))
    .all(connection)
    .await?
    .into_iter()
    .map(|row| row.wire(public_url))
    .collect()
}

/// How many links of a retailer's were not withdrawn.
///
/// # Errors
/// When the database objects.
pub async fn working(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
) -> Result<usize, DbErr> {
    let row = connection
        .query_one_raw(sql(
            connection,
            "SELECT COUNT(*) AS n FROM links WHERE retailer_id = $1 AND withdrawn_at IS NULL",
            [retailer_id.to_string().into()],
        ))
        .await?;
    let n: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
    usize::try_from(n).map_err(corrupt("count"))
}

/// Withdraws a link. `None`: there is none; otherwise whether it was not withdrawn before.
///
/// # Errors
/// When the database objects.
pub async fn withdraw(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    link_id: LinkId,
    now: i64,
) -> Result<Option<bool>, DbErr> {
    let changed = execute(
        transaction,
        "UPDATE links SET withdrawn_at = CASE WHEN created_at > $3 THEN created_at ELSE $3 END
         WHERE retailer_id = $1 AND link_id = $2 AND withdrawn_at IS NULL",
        [
            retailer_id.to_string().into(),
            link_id.to_string().into(),
            now.into(),
        ],
    )
    .await?;
    let known = list(transaction, retailer_id, Some(link_id), "").await?;
    Ok((!known.is_empty()).then_some(changed == 1))
}

/// The link of a code, unless it was withdrawn.
///
/// # Errors
/// When the database objects.
pub async fn by_code(
    connection: &impl ConnectionTrait,
    code: LinkCode,
) -> Result<Option<Link>, DbErr> {
    Row::find_by_statement(sql(
        connection,
        "SELECT l.* FROM link_codes c JOIN links l ON l.retailer_id = c.retailer_id AND l.link_id = c.link_id AND l.code = c.code
         WHERE c.code = $1 AND l.withdrawn_at IS NULL",
        [code.to_string().into()],
    ))
    .one(connection)
    .await?
    .as_ref()
    .map(Row::link)
    .transpose()
}

/// Counts that a link was opened.
///
/// # Errors
/// When the database objects.
pub async fn opened(db: &Db, link: &Link, now: i64) -> Result<(), DbErr> {
    let transaction = db.begin().await?;
    execute(
        &transaction,
        "INSERT INTO link_days (retailer_id, link_id, day, opened) VALUES ($1, $2, $3, 1)
         ON CONFLICT (retailer_id, link_id, day) DO UPDATE SET opened = link_days.opened + 1",
        [
            link.retailer_id.to_string().into(),
            link.link_id.to_string().into(),
            Day::of(now, JST).0.into(),
        ],
    )
    .await?;
    transaction.commit().await
}

/// How often a link was opened.
///
/// # Errors
/// When the database objects.
pub async fn openings(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    link_id: LinkId,
) -> Result<i64, DbErr> {
    let row = connection
        .query_one_raw(sql(
            connection,
            "SELECT CAST(COALESCE(SUM(opened), 0) AS BIGINT) AS n FROM link_days WHERE retailer_id = $1 AND link_id = $2",
            [retailer_id.to_string().into(), link_id.to_string().into()],
        ))
        .await?;
    row.map_or(Ok(0), |row| row.try_get("", "n"))
}

/// Notes that a shopper came by a link to a campaign, once a day.
///
/// # Errors
/// When the database objects.
pub async fn arrived(
    db: &Db,
    link: &Link,
    campaign_id: CampaignId,
    shopper_id: ShopperId,
    utm: &Utm,
    now: i64,
) -> Result<(), DbErr> {
    let transaction = db.begin().await?;
    execute(
        &transaction,
        "INSERT INTO link_arrivals (retailer_id, campaign_id, shopper_id, link_id, day, arrived_at, utm_source, utm_medium, utm_campaign)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
        [
            link.retailer_id.to_string().into(),
            campaign_id.to_string().into(),
            shopper_id.to_string().into(),
            link.link_id.to_string().into(),
            Day::of(now, JST).0.into(),
            now.into(),
            utm.source.clone().into(),
            utm.medium.clone().into(),
            utm.campaign.clone().into(),
        ],
    )
    .await?;
    transaction.commit().await
}

/// The newest campaign that runs at a store and is for everybody, and whether a campaign runs.
const RUNS: &str = "c.status = 'published' AND c.starts_at <= $3 AND c.ends_at > $3";

/// The campaign that a link opens now: its own as long as that runs, otherwise the newest for everybody at its store.
///
/// # Errors
/// When the database objects.
pub async fn opens(
    connection: &impl ConnectionTrait,
    link: &Link,
    now: i64,
) -> Result<Option<CampaignId>, DbErr> {
    let retailer_id = || Value::from(link.retailer_id.to_string());
    if let Some(campaign_id) = link.campaign_id {
        let runs = connection
            .query_one_raw(sql(
                connection,
                &format!(
                    "SELECT 1 AS one FROM campaigns c WHERE c.retailer_id = $1 AND c.campaign_id = $2 AND {RUNS}"
                ),
                [retailer_id(), campaign_id.to_string().into(), now.into()],
            ))
            .await?;
        if runs.is_some() {
            return Ok(Some(campaign_id));
        }
    }
    let Some(store_id) = link.store_id else {
        return Ok(None);
    };
    let newest = connection
        .query_one_raw(sql(
            connection,
            &format!(
                "SELECT c.campaign_id FROM campaign_stores cs
                 JOIN campaigns c ON c.retailer_id = cs.retailer_id AND c.campaign_id = cs.campaign_id
                 WHERE cs.retailer_id = $1 AND cs.store_id = $2 AND {RUNS}
                   AND NOT EXISTS (SELECT 1 FROM partner_only g WHERE g.retailer_id = c.retailer_id AND g.campaign_id = c.campaign_id)
                 ORDER BY c.published_at DESC, c.campaign_id DESC LIMIT 1"
            ),
            [retailer_id(), store_id.to_string().into(), now.into()],
        ))
        .await?;
    newest
        .map(|row| {
            let id: String = row.try_get("", "campaign_id")?;
            id.parse().map_err(corrupt("campaign id"))
        })
        .transpose()
}

/// The campaigns of a retailer's that are for those only who came by a partner's link.
///
/// # Errors
/// When the database objects.
pub async fn partner_only(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
) -> Result<Vec<CampaignId>, DbErr> {
    connection
        .query_all_raw(sql(
            connection,
            "SELECT campaign_id FROM partner_only WHERE retailer_id = $1 ORDER BY campaign_id",
            [retailer_id.to_string().into()],
        ))
        .await?
        .iter()
        .map(|row| {
            let id: String = row.try_get("", "campaign_id")?;
            id.parse().map_err(corrupt("campaign id"))
        })
        .collect()
}

/// Makes a campaign one for those only who came by a partner's link, or one for everybody. Gives whether that changed anything.
///
/// # Errors
/// When the database objects.
pub async fn set_partner_only(
    transaction: &impl ConnectionTrait,
    (retailer_id, campaign_id): (RetailerId, CampaignId),
    partner_only: bool,
    now: i64,
) -> Result<bool, DbErr> {
    let (text, since) = if partner_only {
        (
            "INSERT INTO partner_only (retailer_id, campaign_id, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            Some(Value::from(now)),
        )
    } else {
        (
            "DELETE FROM partner_only WHERE retailer_id = $1 AND campaign_id = $2",
            None,
        )
    };
    let key = [
        Value::from(retailer_id.to_string()),
        campaign_id.to_string().into(),
    ];
    let changed = execute(transaction, text, key.into_iter().chain(since)).await?;
    Ok(changed == 1)
}

/// The campaigns to which a shopper came by a partner's link within 30 days, of all retailers.
///
/// # Errors
/// When the database objects.
pub async fn introduced(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
    now: i64,
) -> Result<HashSet<CampaignId>, DbErr> {
    connection
        .query_all_raw(sql(
            connection,
            "SELECT DISTINCT a.campaign_id FROM link_arrivals a
             JOIN links l ON l.retailer_id = a.retailer_id AND l.link_id = a.link_id
             WHERE a.shopper_id = $1 AND a.arrived_at > $2 AND l.kind = 'partner'",
            [shopper_id.to_string().into(), (now - WINDOW_MS).into()],
        ))
        .await?
        .iter()
        .map(|row| {
            let id: String = row.try_get("", "campaign_id")?;
            id.parse().map_err(corrupt("campaign id"))
        })
        .collect()
}

/// Whether a campaign is for those only who came by a partner's link.
///
/// # Errors
/// When the database objects.
pub async fn is_partner_only(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
) -> Result<bool, DbErr> {
    Ok(connection
        .query_one_raw(sql(
            connection,
            "SELECT 1 AS one FROM partner_only WHERE retailer_id = $1 AND campaign_id = $2",
            [
                retailer_id.to_string().into(),
                campaign_id.to_string().into(),
            ],
        ))
        .await?
        .is_some())
}
