//! A database that is worth falsifying: the demo's town, and a shop where everything a till can do was done.

use anyhow::{Context, Result, ensure};
use app::{
    api::{
        Items, path,
        retailer::{Campaign, CampaignInput},
        shopper::PlayResult,
        till::TillRedemption,
    },
    contact::{CONSENT_TEXT, Channel, Silence},
    id::{AnnouncementId, ShopperId},
    lang::Lang,
    problem::ProblemKind,
    yen::Yen,
};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use server::{
    db::{
        announcements::{self, Selected, Step},
        contact::{self, About, Reservation},
    },
    line::User,
    mail::Address,
    new_id,
};

use crate::harness::{
    DAY_MS, Fresh, Retailer, Server, campaign, prize, raiten, some_browser, store, time_sale,
};

/// Fills a fresh database.
pub async fn believable(database: &Fresh) -> Result<()> {
    raiten(database, &["demo", "--json"])?.json()?;
    let server = Server::by_the_systems_clock(database).await?;
    shop(&server).await?;
    messages(&server).await?;
    server.stop().await
}

/// Plays twice a day, a stocked prize, redemptions whole and in part, undone, and taken again.
async fn shop(server: &Server) -> Result<()> {
    let retailer = server
        .retailer("喫茶ライテン", "owner@raiten.example")
        .await?;
    let shop = retailer.store(store("渋谷店")).await?;
    let other = retailer.store(store("原宿店")).await?;
    let staff = retailer
        .staff(
            server.anonymous()?,
            "hana@raiten.example",
            &[shop.store_id, other.store_id],
        )
        .await?;
    let mut mug = prize("マグカップ", 500, 5);
    mug.stock = Some(40);
    let input = CampaignInput {
        prizes: vec![prize("300 円引き", 300, 9), mug],
        min_purchase: Yen(100),
        plays_per_day: 2,
        ..campaign(server, &[shop.store_id, other.store_id])
    };
    let running = retailer.publish(&input).await?;
    retailer
        .publish(&campaign(server, &[shop.store_id]))
        .await?;
    let mut redeemed = Vec::new();
    for n in 0..16 {
        let shopper = server.shopper().await?;
        for _ in 0..=n % 2 {
            let offer = shopper.offer(&retailer, &running).await?;
            let won: PlayResult = shopper.plays(&offer).await?.json()?;
            let coupon = won.coupon.context("a coupon")?;
            let code = shopper.shows(&coupon).await?;
            if n % 4 == 3 {
                continue;
            }
            // Every other basket is smaller than any face value.
            let basket = if n % 2 == 0 { 200 } else { 5_000 };
            let answer = staff.redeem(shop.store_id, &code, Some(basket)).await?;
            redeemed.push((shopper.clone(), coupon, answer.json::<TillRedemption>()?));
        }
    }
    let mut used = String::new();
    for (n, (shopper, coupon, redemption)) in redeemed.iter().enumerate().take(6) {
        staff.undo(redemption).await?.done()?;
        if n % 2 == 0 {
            used = shopper.shows(coupon).await?;
            staff
                .redeem(shop.store_id, &used, Some(250))
                .await?
                .done()?;
        }
    }
    let again = staff.redeem(shop.store_id, &used, Some(250)).await?;
    again.refused(ProblemKind::CouponRefused)?;
    let (_, reserved, spent) = retailer.yen(running.campaign_id).await?;
    ensure!(reserved > 0 && spent > 0, "nothing is going on");
    Ok(())
}

/// Two announcements to a dozen shoppers, some days apart, at whatever hour it is: what is decided is tested elsewhere.
async fn messages(server: &Server) -> Result<()> {
    let owner = Retailer::sign_in(server.anonymous()?, "owner@raiten.example").await?;
    let campaigns: Items<Campaign> = owner.client.get(path::CAMPAIGNS).await?;
    let campaign = campaigns.items.first().context("a campaign")?;
    let (db, now) = (server.db(), server.clock.now());
    let mut people = Vec::new();
    for n in 0..12 {
        let shopper = server.shopper().await?.me.shopper_id;
        let browser = some_browser(&n.to_string())?;
        contact::subscribe(db, shopper, &browser, now - 20 * DAY_MS).await?;
        if n == 11 {
            contact::withdraw(db, shopper, &[Channel::Push], now - DAY_MS).await?;
        }
        people.push(shopper);
    }
    elsewhere(server, &people[..2], now - 20 * DAY_MS).await?;
    for days_ago in [9, 2] {
        let at = now - days_ago * DAY_MS;
        let input = time_sale(campaign.campaign_id, at + DAY_MS);
        let id = new_id!(AnnouncementId, at);
        let transaction = db.begin().await?;
        let by = (owner.me.retailer_id, owner.me.account_id);
        announcements::insert(&transaction, by, id, &input, at).await?;
        transaction.commit().await?;
        let (found, claim) = announcements::claim_selection(db, at)
            .await?
            .context("it")?;
        let some = Selected {
            shoppers: &people,
            looked_at: people.len(),
            until: people.iter().max().copied(),
        };
        let claim = announcements::select(db, &found, claim, &some, at).await?;
        let none = Selected {
            shoppers: &[],
            looked_at: 0,
            until: None,
        };
        let claim = claim.context("still ours")?;
        announcements::select(db, &found, claim, &none, at).await?;
        let batch = announcements::claim_batch(db, at)
            .await?
            .context("a batch")?;
        let about = About {
            retailer_id: by.0,
            announcement_id: Some(id),
            about: id.to_string(),
            reason: input.kind,
        };
        let wanted: Vec<Reservation> = people[..10]
            .iter()
            .map(|shopper_id| Reservation {
                shopper_id: *shopper_id,
                channel: Channel::Push,
                located_at: None,
            })
            .collect();
        let reserved = contact::reserve(db, &about, &wanted, at).await?;
        ensure!(reserved.len() == 10, "{} reserved", reserved.len());
        let sent: Vec<_> = reserved.into_iter().collect();
        contact::settle(db, &sent, &[], &[], at).await?;
        let mut step = Step {
            sent: 10,
            ..Step::default()
        };
        step.silence(Silence::Muted);
        step.silence(Silence::HeldOut);
        announcements::step(db, &batch, &[], &step, at).await?;
    }
    Ok(())
}

/// A mailbox of the first, and an account at LINE of the second: ways that they have besides.
async fn elsewhere(server: &Server, people: &[ShopperId], at: i64) -> Result<()> {
    let (db, keys) = (server.db(), &server.app().keys);
    let consent = contact::Consent {
        zone: chrono_tz::Tz::Asia__Tokyo,
        lang: Lang::Ja,
        text_version: CONSENT_TEXT,
    };
    let address = Address::new(keys, "hanako@example.jp").context("an address")?;
    contact::mail::ask(db, keys, people[0], (&address, &consent), "secret", at).await?;
    ensure!(
        contact::mail::confirm(db, keys, people[0], "secret", at).await?,
        "not confirmed"
    );
    contact::line::ask(db, keys, people[1], &consent, "ABCD2345", at).await?;
    let linked = contact::line::link(db, keys, &User::new(keys, "U1"), "ABCD2345", at).await?;
    ensure!(linked.is_some(), "not linked");
    Ok(())
}

/// The same rows in tables without keys and checks, so that they can be falsified.
pub async fn without_constraints(database: &Fresh) -> Result<DatabaseConnection> {
    let connection = database.connect_alone().await?;
    if connection.get_database_backend() == sea_orm::DbBackend::Sqlite {
        connection
            .execute_unprepared("PRAGMA foreign_keys = OFF")
            .await?;
    }
    for (table, _) in migrations::TABLES {
        for statement in [
            format!("CREATE TABLE bare AS SELECT * FROM {table}"),
            format!(
                "DROP TABLE {table}{}",
                match connection.get_database_backend() {
                    sea_orm::DbBackend::Sqlite => "",
                    _ => " CASCADE",
                }
            ),
            format!("ALTER TABLE bare RENAME TO {table}"),
        ] {
            connection.execute_unprepared(&statement).await?;
        }
    }
    few_tenants(&connection).await?;
    // A hundred times through all rows: keys to find them by, which forbid nothing.
    for (table, columns) in [
        ("coupons", "retailer_id, coupon_id"),
        ("coupons", "retailer_id, draw_id"),
        ("draws", "retailer_id, draw_id"),
        (
            "draws",
            "retailer_id, campaign_id, shopper_id, day, play_number",
        ),
        (
            "offers",
            "retailer_id, campaign_id, shopper_id, day, revision",
        ),
        ("redemptions", "retailer_id, redemption_id"),
        ("redemptions", "retailer_id, coupon_id"),
        ("journal", "retailer_id, coupon_id, step"),
        ("journal", "retailer_id, redemption_id, kind"),
        (
            "visit_evidence",
            "retailer_id, shopper_id, store_id, began_at",
        ),
        ("visit_import_stores", "retailer_id, import_id, store_id"),
        ("visit_evidence", "retailer_id, source, reference"),
        ("visits", "retailer_id, shopper_id, store_id, began_at"),
        ("visit_import_rows", "retailer_id, member_hash, reference"),
        ("member_links", "retailer_id, member_hash"),
        ("member_links", "retailer_id, shopper_id"),
        ("contact_consents", "shopper_id"),
        ("contact_preferences", "shopper_id"),
        ("contact_mails", "shopper_id"),
        ("contact_lines", "shopper_id"),
        ("campaign_stores", "retailer_id, campaign_id, store_id"),
    ] {
        let name = format!("find_{table}_{}", columns.replace(", ", "_"));
        connection
            .execute_unprepared(&format!("CREATE INDEX {name} ON {table} ({columns})"))
            .await?;
    }
    if connection.get_database_backend() != sea_orm::DbBackend::Sqlite {
        connection.execute_unprepared("ANALYZE").await?;
    }
    Ok(connection)
}

/// Two tenants are enough to mix up, and a hundred times through their rows is quick: the smallest of the town, and the shop.
async fn few_tenants(connection: &DatabaseConnection) -> Result<()> {
    let fewest =
        "SELECT retailer_id FROM draws GROUP BY retailer_id ORDER BY COUNT(*), retailer_id LIMIT 2";
    let backend = connection.get_database_backend();
    let kept = connection
        .query_all_raw(Statement::from_string(backend, fewest))
        .await?
        .iter()
        .map(|row| Ok(format!("'{}'", row.try_get_by_index::<String>(0)?)))
        .collect::<Result<Vec<_>>>()?
        .join(", ");
    for (table, family) in migrations::TABLES {
        if *family == migrations::Family::Retailer {
            connection
                .execute_unprepared(&format!(
                    "DELETE FROM {table} WHERE retailer_id NOT IN ({kept})"
                ))
                .await?;
        }
    }
    Ok(())
}
