//! Writes a whole town with its past at once: for the demo, not for the path of a request.

mod rows;

pub use rows::*;

use std::collections::BTreeMap;

use app::{
    api::{account::Role, retailer::Holdout},
    holdout::Share,
    id::{EntryId, ImportId, RetailerId},
    yen::Yen,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    sea_query::OnConflict,
};

use super::{
    Db, audit,
    entity::{
        account_stores, accounts, campaign_stores, campaigns, coupons, database_facts, draw_seeds,
        draws, journal, login_directory, offers, prizes, redemptions, retailers, shopper_cells,
        shoppers, stores, visit_evidence, visits,
    },
    holdout::{self, DAY_MS},
    lift, members,
    sql::execute,
    visit_imports::{self, Line},
    visits::Source,
};

/// Rows in one statement: 20 columns times this stays below SQLite's 32,766 and PostgreSQL's 65,535 parameters.
const CHUNK: usize = 400;

/// Sets the demo's mark.
///
/// # Errors
/// When the database objects.
pub async fn set_fact(db: &Db, value: &str) -> Result<(), DbErr> {
    let tx = db.begin_alone().await?;
    database_facts::Entity::insert(database_facts::ActiveModel {
        name: Set(super::facts::DEMO.to_owned()),
        value: Set(value.to_owned()),
    })
    .on_conflict(
        OnConflict::column(database_facts::Column::Name)
            .update_column(database_facts::Column::Value)
            .to_owned(),
    )
    .exec_without_returning(&tx)
    .await?;
    tx.commit().await
}

/// Whether anybody uses this database.
///
/// # Errors
/// When the database objects.
pub async fn in_use(connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(retailers::Entity::find().one(connection).await?.is_some()
        || shoppers::Entity::find().one(connection).await?.is_some()
        || login_directory::Entity::find()
            .one(connection)
            .await?
            .is_some())
}

/// Writes everything: the directory first, then one transaction a retailer, then the shoppers.
///
/// # Errors
/// When the database objects.
pub async fn write(
    db: &Db,
    retailers: &[RetailerRow],
    history: &History,
    progress: &(dyn Fn(&str, u64, u64) + Sync),
) -> Result<(), DbErr> {
    let steps = retailers.len() as u64 + 2;
    progress("logins", 0, steps);
    let tx = db.begin_alone().await?;
    let directory = retailers
        .iter()
        .flat_map(|r| r.accounts.iter().map(move |a| (r, a)));
    insert(
        &tx,
        directory.map(|(retailer, account)| login_directory::ActiveModel {
            email: Set(account.email.clone()),
            retailer_id: Set(retailer.retailer_id.to_string()),
            account_id: Set(account.account_id.to_string()),
            claimed_at: Set(retailer.created_at),
        }),
    )
    .await?;
    tx.commit().await?;
    for (done, retailer) in (1..).zip(retailers) {
        progress(&retailer.name, done, steps);
        let tx = db.begin_alone().await?;
        write_retailer(&tx, retailer, history).await?;
        write_past(&tx, retailer.retailer_id, history).await?;
        write_measured(&tx, retailer, history).await?;
        tx.commit().await?;
    }
    progress("shoppers", steps - 1, steps);
    let tx = db.begin_alone().await?;
    write_shoppers(&tx, &history.shoppers).await?;
    tx.commit().await?;
    let tx = db.begin_alone().await?;
    for statement in migrations::TOLD_AFTERWARDS {
        tx.execute_unprepared(statement).await?;
    }
    tx.commit().await?;
    audit::seal(db).await?;
    measure(db, history, progress).await?;
    progress("done", steps, steps);
    Ok(())
}

/// Folds and publishes lift as the town's days went by.
async fn measure(
    db: &Db,
    history: &History,
    progress: &(dyn Fn(&str, u64, u64) + Sync),
) -> Result<(), DbErr> {
    let (Some(first), Some(last)) = (history.exposures.first(), history.until) else {
        return Ok(());
    };
    let days = u64::try_from((last - first.at) / DAY_MS).unwrap_or(0) + 1;
    for day in 0..days {
        let at = first.at + i64::try_from(day).unwrap_or(0) * DAY_MS;
        lift::fold(db, at).await?;
        lift::publish(db, at).await?;
        progress("lift", day, days);
    }
    Ok(())
}

async fn write_measured(
    tx: &impl ConnectionTrait,
    retailer: &RetailerRow,
    history: &History,
) -> Result<(), DbErr> {
    let chosen = Holdout {
        programme: retailer.programme.share,
        campaigns: Share::NOBODY,
    };
    let id = retailer.retailer_id;
    holdout::choose(tx, id, chosen, retailer.created_at).await?;
    holdout::insert(tx, &retailer.programme).await?;
    for exposure in history
        .exposures
        .iter()
        .filter(|e| e.epoch.retailer_id == id)
    {
        holdout::insert_exposure(tx, exposure).await?;
    }
    for (_, shopper_id, at) in history.members.iter().filter(|m| m.0 == id) {
        // Of no card that anybody has.
        let hash = format!("demo {shopper_id}");
        members::link(tx, id, *shopper_id, &hash, *at).await?;
    }
    write_imports(tx, id, history).await
}

/// The till's files, one for each thirty days.
async fn write_imports(
    tx: &impl ConnectionTrait,
    retailer_id: RetailerId,
    history: &History,
) -> Result<(), DbErr> {
    const MONTH_MS: i64 = 30 * holdout::DAY_MS;
    let mut files: BTreeMap<i64, Vec<&PastBasket>> = BTreeMap::new();
    for line in history
        .baskets
        .iter()
        .filter(|b| b.retailer_id == retailer_id)
    {
        files
            .entry(line.at.div_euclid(MONTH_MS))
            .or_default()
            .push(line);
    }
    for (month, lines) in files {
        let last = lines.iter().map(|line| line.at).max().unwrap_or(0);
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&month.to_be_bytes());
        let import_id = ImportId::new(last, bytes);
        execute(
            tx,
            "INSERT INTO visit_imports (retailer_id, import_id, imported_at, visits, placed_at) VALUES ($1, $2, $3, $4, $3)",
            [
                retailer_id.to_string().into(),
                import_id.to_string().into(),
                last.into(),
                (lines.len() as i64).into(),
            ],
        )
        .await?;
        let lines = lines.into_iter().map(|line| Line {
            reference: visit_imports::reference(line.at, &line.reference),
            member_hash: format!("demo {}", line.shopper_id),
            store_id: line.store_id,
            at: line.at,
            basket: Some(line.basket.get()),
        });
        let lines: Vec<Line> = lines.collect();
        visit_imports::write(tx, retailer_id, import_id, &lines).await?;
    }
    Ok(())
}

async fn insert<A>(
    connection: &impl ConnectionTrait,
    rows: impl IntoIterator<Item = A>,
) -> Result<(), DbErr>
where
    A: ActiveModelTrait + Send,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        A::Entity::insert_many(rows.by_ref().take(CHUNK))
            .exec_without_returning(connection)
            .await?;
    }
    Ok(())
}

async fn write_retailer(
    tx: &impl ConnectionTrait,
    retailer: &RetailerRow,
    history: &History,
) -> Result<(), DbErr> {
    let id = || Set(retailer.retailer_id.to_string());
    insert(
        tx,
        [retailers::ActiveModel {
            retailer_id: id(),
            name: Set(retailer.name.clone()),
            name_en: Set(Some(retailer.name_en.clone())),
            created_at: Set(retailer.created_at),
        }],
    )
    .await?;
    insert(
        tx,
        retailer.stores.iter().map(|store| stores::ActiveModel {
            retailer_id: id(),
            store_id: Set(store.store_id.to_string()),
            name: Set(store.name.clone()),
            lat: Set(store.position.lat()),
            lng: Set(store.position.lng()),
            external_id: Set(Some(store.external_id.clone())),
            address: Set(None),
            created_at: Set(retailer.created_at),
        }),
    )
    .await?;
    insert(
        tx,
        retailer
            .accounts
            .iter()
            .map(|account| accounts::ActiveModel {
                retailer_id: id(),
                account_id: Set(account.account_id.to_string()),
                email: Set(account.email.clone()),
                name: Set(account.name.clone()),
                role: Set(match account.role {
                    Role::Owner => "owner".to_owned(),
                    Role::Staff => "staff".to_owned(),
                }),
                password_hash: Set(account.password_hash.clone()),
                created_at: Set(retailer.created_at),
            }),
    )
    .await?;
    let works = retailer
        .accounts
        .iter()
        .flat_map(|a| a.stores.iter().map(move |s| (a, s)));
    insert(
        tx,
        works.map(|(account, store)| account_stores::ActiveModel {
            retailer_id: id(),
            account_id: Set(account.account_id.to_string()),
            store_id: Set(store.to_string()),
        }),
    )
    .await?;
    for campaign in &retailer.campaigns {
        write_campaign(tx, retailer, campaign, history).await?;
    }
    Ok(())
}

async fn write_campaign(
    tx: &impl ConnectionTrait,
    retailer: &RetailerRow,
    campaign: &CampaignRow,
    history: &History,
) -> Result<(), DbErr> {
    let id = || Set(retailer.retailer_id.to_string());
    let campaign_id = || Set(campaign.campaign_id.to_string());
    let (available, reserved, spent) = history
        .balances
        .iter()
        .find(|(of, ..)| *of == campaign.campaign_id)
        .map_or((campaign.budget, Yen::ZERO, Yen::ZERO), |(_, a, r, s)| {
            (*a, *r, *s)
        });
    insert(
        tx,
        [campaigns::ActiveModel {
            retailer_id: id(),
            campaign_id: campaign_id(),
            status: Set("published".to_owned()),
            name: Set(campaign.name.clone()),
            name_en: Set(Some(campaign.name_en.clone())),
            starts_at: Set(campaign.starts_at),
            ends_at: Set(campaign.ends_at),
            budget_yen: Set(campaign.budget.get()),
            available_yen: Set(available.get()),
            reserved_yen: Set(reserved.get()),
            spent_yen: Set(spent.get()),
            floor_yen: Set(campaign.floor.get()),
            ceiling_yen: Set(campaign.ceiling.get()),
            valid_days: Set(small(campaign.valid_days)),
            min_purchase_yen: Set(campaign.min_purchase.get()),
            expected_sales_yen: Set(campaign.expected_sales.get()),
            policy: Set(campaign.policy.slug().to_owned()),
            plays_per_day: Set(small(campaign.plays_per_day)),
            created_at: Set(campaign.starts_at),
            published_at: Set(Some(campaign.starts_at)),
        }],
    )
    .await?;
    insert(
        tx,
        campaign
            .stores
            .iter()
            .map(|store| campaign_stores::ActiveModel {
                retailer_id: id(),
                campaign_id: campaign_id(),
                store_id: Set(store.to_string()),
            }),
    )
    .await?;
    insert(
        tx,
        (0..)
            .zip(&campaign.prizes)
            .map(|(position, prize)| prizes::ActiveModel {
                retailer_id: id(),
                campaign_id: campaign_id(),
                prize_id: Set(prize.prize_id.to_string()),
                position: Set(position),
                name: Set(prize.name.clone()),
                name_en: Set(Some(prize.name_en.clone())),
                value_yen: Set(prize.value.get()),
                weight: Set(small(prize.weight)),
                stock: Set(None),
                stock_left: Set(None),
            }),
    )
    .await?;
    insert(
        tx,
        [journal::ActiveModel {
            retailer_id: id(),
            entry_id: Set(crate::new_id!(EntryId, campaign.starts_at).to_string()),
            campaign_id: campaign_id(),
            coupon_id: Set(None),
            redemption_id: Set(None),
            step: Set(None),
            kind: Set(super::journal::FUND.to_owned()),
            available_yen: Set(campaign.budget.get()),
            reserved_yen: Set(0),
            spent_yen: Set(0),
            account_id: Set(None),
            entered_at: Set(campaign.starts_at),
        }],
    )
    .await
}

async fn write_past(
    tx: &impl ConnectionTrait,
    retailer: RetailerId,
    past: &History,
) -> Result<(), DbErr> {
    let id = || Set(retailer.to_string());
    insert(
        tx,
        past.seeds.iter().filter(|s| s.0 == retailer).map(
            |(_, campaign, day, wrapped, commitment, at)| draw_seeds::ActiveModel {
                retailer_id: id(),
                campaign_id: Set(campaign.to_string()),
                day: Set(day.0),
                wrapped_seed: Set(wrapped.clone()),
                commitment: Set(commitment.to_string()),
                created_at: Set(*at),
                revealed_at: Set(None),
            },
        ),
    )
    .await?;
    let offered: Vec<_> = past
        .offers
        .iter()
        .filter(|o| o.retailer_id == retailer)
        .map(offer_row)
        .collect::<Result<_, _>>()?;
    insert(tx, offered).await?;
    insert(
        tx,
        past.draws
            .iter()
            .filter(|d| d.retailer_id == retailer)
            .map(draw_row),
    )
    .await?;
    insert(
        tx,
        past.coupons
            .iter()
            .filter(|c| c.retailer_id == retailer)
            .map(coupon_row),
    )
    .await?;
    insert(
        tx,
        past.redemptions
            .iter()
            .filter(|r| r.retailer_id == retailer)
            .map(redemption_row),
    )
    .await?;
    insert(
        tx,
        past.journal
            .iter()
            .filter(|e| e.retailer_id == retailer)
            .map(|e| journal::ActiveModel {
                retailer_id: id(),
                entry_id: Set(e.entry_id.to_string()),
                campaign_id: Set(e.campaign_id.to_string()),
                coupon_id: Set(Some(e.coupon_id.to_string())),
                redemption_id: Set(e.redemption_id.map(|id| id.to_string())),
                step: Set(Some(small(e.step))),
                kind: Set(e.kind.to_owned()),
                available_yen: Set(e.moved.0),
                reserved_yen: Set(e.moved.1),
                spent_yen: Set(e.moved.2),
                account_id: Set(e.account_id.map(|a| a.to_string())),
                entered_at: Set(e.entered_at),
            }),
    )
    .await?;
    let of_us = || past.visits.iter().filter(|v| v.retailer_id == retailer);
    insert(
        tx,
        of_us().map(|v| visits::ActiveModel {
            retailer_id: id(),
            shopper_id: Set(v.shopper_id.to_string()),
            store_id: Set(v.store_id.to_string()),
            began_at: Set(v.began_at),
            day: Set(v.day.0),
            sources: Set(sources_of(&v.evidence)),
        }),
    )
    .await?;
    insert(
        tx,
        of_us()
            .flat_map(|v| v.evidence.iter().map(move |e| (v, e)))
            // What was imported stands in its lines.
            .filter(|(_, (source, ..))| *source != Source::Import.slug())
            .map(
                |(v, (source, reference, seen_at))| visit_evidence::ActiveModel {
                    retailer_id: id(),
                    source: Set((*source).to_owned()),
                    reference: Set(reference.clone()),
                    shopper_id: Set(v.shopper_id.to_string()),
                    store_id: Set(v.store_id.to_string()),
                    began_at: Set(v.began_at),
                    seen_at: Set(*seen_at),
                },
            ),
    )
    .await
}

/// What a visit says of its sources.
fn sources_of(evidence: &[Evidence]) -> i32 {
    Source::ALL
        .into_iter()
        .filter(|source| evidence.iter().any(|(slug, ..)| *slug == source.slug()))
        .map(Source::bit)
        .sum()
}

fn offer_row(offer: &PastOffer) -> Result<offers::ActiveModel, DbErr> {
    let json = |error: serde_json::Error| DbErr::Json(error.to_string());
    Ok(offers::ActiveModel {
        retailer_id: Set(offer.retailer_id.to_string()),
        campaign_id: Set(offer.campaign_id.to_string()),
        shopper_id: Set(offer.shopper_id.to_string()),
        day: Set(offer.day.0),
        revision: Set(1),
        odds: Set(serde_json::to_string(&offer.odds).map_err(json)?),
        odds_hash: Set(offer.hash.to_string()),
        expected_milli_yen: Set(offer.odds.expected_value().get()),
        target_milli_yen: Set(offer.sizing.target.get()),
        distance_bonus_milli_yen: Set(offer.sizing.distance_bonus.get()),
        policy: Set(format!(
            "{}@{}",
            offer.sizing.policy.slug(),
            offer.sizing.version
        )),
        context: Set(serde_json::to_string(&offer.context).map_err(json)?),
        reasons: Set(offer.reasons.clone()),
        offered_at: Set(offer.offered_at),
        pseudonym: Set(Some(offer.pseudonym.to_string())),
    })
}

fn draw_row(draw: &PastDraw) -> draws::ActiveModel {
    draws::ActiveModel {
        retailer_id: Set(draw.retailer_id.to_string()),
        draw_id: Set(draw.draw_id.to_string()),
        campaign_id: Set(draw.campaign_id.to_string()),
        shopper_id: Set(draw.shopper_id.to_string()),
        store_id: Set(draw.store_id.to_string()),
        day: Set(draw.day.0),
        play_number: Set(1),
        offer_revision: Set(1),
        odds_hash: Set(draw.hash.to_string()),
        client_nonce: Set(draw.nonce.clone()),
        ticket: Set(small(draw.ticket)),
        prize_id: Set(draw.prize_id.to_string()),
        value_yen: Set(draw.value.get()),
        drawn_at: Set(draw.drawn_at),
    }
}

fn coupon_row(coupon: &PastCoupon) -> coupons::ActiveModel {
    coupons::ActiveModel {
        retailer_id: Set(coupon.retailer_id.to_string()),
        coupon_id: Set(coupon.coupon_id.to_string()),
        campaign_id: Set(coupon.campaign_id.to_string()),
        prize_id: Set(coupon.prize_id.to_string()),
        store_id: Set(coupon.store_id.to_string()),
        shopper_id: Set(coupon.shopper_id.to_string()),
        draw_id: Set(coupon.draw_id.to_string()),
        code: Set(coupon.code.clone()),
        value_yen: Set(coupon.value.get()),
        min_purchase_yen: Set(coupon.min_purchase.get()),
        status: Set(coupon.status.to_owned()),
        uses: Set(i32::from(coupon.redeemed_at.is_some())),
        issued_at: Set(coupon.issued_at),
        valid_until: Set(coupon.valid_until),
        redeemed_at: Set(coupon.redeemed_at),
    }
}

fn redemption_row(redemption: &PastRedemption) -> redemptions::ActiveModel {
    redemptions::ActiveModel {
        retailer_id: Set(redemption.retailer_id.to_string()),
        redemption_id: Set(redemption.redemption_id.to_string()),
        coupon_id: Set(redemption.coupon_id.to_string()),
        campaign_id: Set(redemption.campaign_id.to_string()),
        store_id: Set(redemption.store_id.to_string()),
        shopper_id: Set(redemption.shopper_id.to_string()),
        account_id: Set(redemption.account_id.to_string()),
        use_number: Set(1),
        value_yen: Set(redemption.value.get()),
        cost_yen: Set(redemption.cost.get()),
        basket_yen: Set(Some(redemption.basket.get())),
        redeemed_at: Set(redemption.redeemed_at),
        day: Set(redemption.day.0),
        reversed_at: Set(None),
    }
}

async fn write_shoppers(tx: &impl ConnectionTrait, all: &[PastShopper]) -> Result<(), DbErr> {
    insert(
        tx,
        all.iter().map(|shopper| shoppers::ActiveModel {
            shopper_id: Set(shopper.shopper_id.to_string()),
            created_at: Set(shopper.created_at),
            location_consent_at: Set(shopper.consents.then_some(shopper.created_at)),
            area_id: Set(None),
            last_cell: Set(shopper.cells.last().map(|(_, cell)| cell.to_string())),
            last_cell_at: Set(shopper.last_seen_at),
        }),
    )
    .await?;
    let cells = all.iter().flat_map(|s| s.cells.iter().map(move |c| (s, c)));
    insert(
        tx,
        cells.map(|(shopper, (day, cell))| shopper_cells::ActiveModel {
            shopper_id: Set(shopper.shopper_id.to_string()),
            day: Set(day.0),
            cell: Set(cell.to_string()),
        }),
    )
    .await
}

/// Counts of ours stay far below 2³¹; more would be a fault of the generator and shows as a CHECK violation.
fn small(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}
