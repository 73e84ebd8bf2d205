//! What is announced to a million shoppers: encrypting a message, sending it, and finding out for whom it is, also across a server that is killed.

use std::{
    hint::black_box,
    net::SocketAddr,
    path::Path,
    process::Command,
    sync::atomic::AtomicBool,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use app::{
    announcement::{Kind, Segment},
    api::contact::AnnouncementInput,
    geo::{Cell, LatLng},
    id::{AccountId, AnnouncementId, CampaignId, RetailerId, ShopperId, StoreId},
};
use axum::{Router, http::StatusCode, routing::post};
use rusqlite::{Connection, OptionalExtension, params};
use sea_orm::ConnectionTrait;
use server::{
    channel::Outcome,
    clock::Clock,
    db::{announcements, connect},
    push::{
        BrowserKeys, Sender, Services, Subscription,
        seal::seal,
        send::Letter,
        vapid::{self, Vapid},
    },
};

use crate::{Figures, process::Process};

/// Shoppers who agree to messages.
const SHOPPERS: u32 = 1_000_000;
/// Stores that they are around.
const STORES: u32 = 100;
/// Messages encrypted in a round.
const MESSAGES: usize = 20_000;
/// Messages sent to a service on this machine.
const SENT: usize = 20_000;
/// On their way at once.
const AT_ONCE: usize = 64;
const ROUNDS: usize = 3;
const DAY_MS: i64 = 86_400_000;

/// A browser's key: that of RFC 8291, appendix A.
fn browser() -> Result<BrowserKeys> {
    BrowserKeys::read(
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
    )
    .context("a browser's key")
}

fn message() -> Vec<u8> {
    // As long as one with a title, two lines, a path and its number.
    vec![b'x'; 420]
}

fn middle(mut all: Vec<f64>) -> Result<f64> {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().context("measured")
}

/// Encrypts on one thread, beside npm's `web-push` where its folder is given.
pub fn encrypt(npm: Option<&Path>, figures: &mut Figures) -> Result<()> {
    let (keys, message) = (browser()?, message());
    let vapid = Vapid::read(1, &vapid::make()?, "https://raiten.example")?;
    let endpoint = Services::default().endpoint("https://fcm.googleapis.com/fcm/send/a")?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let began = Instant::now();
        for _ in 0..MESSAGES {
            black_box(seal(&keys, &message)?);
            black_box(vapid.authorization(&endpoint, Clock::System.now())?);
        }
        ours.push(MESSAGES as f64 / began.elapsed().as_secs_f64());
        if let Some(folder) = npm {
            let told = Command::new("node")
                .arg("web-push.mjs")
                .current_dir(folder)
                .output()
                .context("node")?;
            ensure!(
                told.status.success(),
                "{}",
                String::from_utf8_lossy(&told.stderr)
            );
            theirs.push(String::from_utf8_lossy(&told.stdout).trim().parse()?);
        }
    }
    let ours = middle(ours)?;
    figures.add("push_encrypted_a_core", ours, "1/s", None);
    if npm.is_some() {
        let theirs = middle(theirs)?;
        figures.add("npm_web_push_a_core", theirs, "1/s", None);
        figures.add(
            "push_as_fast_as_npm_web_push",
            ours / theirs,
            "times",
            Some(5.0),
        );
    }
    Ok(())
}

/// Encrypts and sends to a service in this process, over HTTP.
pub async fn send(figures: &mut Figures) -> Result<()> {
    let address = service().await?;
    let services = Services::with(&[format!("http://{address}")])?;
    let subscription = Subscription {
        endpoint: services.endpoint(&format!("http://{address}/push"))?,
        keys: browser()?,
        vapid_key: 1,
    };
    let vapid = Vapid::read(1, &vapid::make()?, "https://raiten.example")?;
    let (subscription, vapid) = (
        std::sync::Arc::new(subscription),
        std::sync::Arc::new(vapid),
    );
    let sender = Sender::new(1_000_000)?;
    let mut rates = Vec::new();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let mut at_work = tokio::task::JoinSet::new();
        for _ in 0..AT_ONCE {
            let (sender, subscription, vapid) =
                (sender.clone(), subscription.clone(), vapid.clone());
            at_work.spawn(async move {
                let message = message();
                for _ in 0..SENT / AT_ONCE {
                    let letter = Letter {
                        message: &message,
                        ttl_s: 3_600,
                        topic: "bench",
                        recalled: &AtomicBool::new(false),
                    };
                    let now = Clock::System.now();
                    let outcome = sender.send(&subscription, &vapid, letter, now).await;
                    ensure!(outcome == Outcome::Taken, "{outcome:?}");
                }
                Ok(())
            });
        }
        while let Some(done) = at_work.join_next().await {
            done??;
        }
        rates.push((SENT / AT_ONCE * AT_ONCE) as f64 / began.elapsed().as_secs_f64());
    }
    figures.add("push_sent_to_a_local_service", middle(rates)?, "1/s", None);
    Ok(())
}

async fn service() -> Result<SocketAddr> {
    let router = Router::new().route("/push", post(async || StatusCode::CREATED));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

/// Finds out for whom a time sale is, of a million shoppers around a hundred stores; then once more, with the server killed in the middle.
pub async fn select(raiten: &Path, folder: &Path, figures: &mut Figures) -> Result<()> {
    let file = folder.join("announce.sqlite");
    let url = format!("sqlite://{}", file.display());
    connect(&url).await?.close().await?;
    let began = Instant::now();
    let tenant = fill(&file)?;
    eprintln!(
        "  a million shoppers written in {:.0} s",
        began.elapsed().as_secs_f64()
    );
    let first = announce(&url, &tenant).await?;
    let began = Instant::now();
    let server = Process::raiten(raiten, folder, &url)?;
    wait(&file, first, "status <> 'selecting'").await?;
    figures.add(
        "time_sale_selected_for_a_million",
        began.elapsed().as_secs_f64(),
        "s",
        Some(20.0),
    );
    server.stop()?;
    check(&file, first)?;

    let second = announce(&url, &tenant).await?;
    let began = Instant::now();
    let killed = Process::raiten(raiten, folder, &url)?;
    wait(&file, second, "looked_at >= 400000").await?;
    // As SIGKILL ends it: nothing is told, nothing is written any more.
    drop(killed);
    let until: i64 = ask(&file, second, "looked_at")?;
    ensure!(
        until < i64::from(SHOPPERS),
        "it was done before it was killed"
    );
    let server = Process::raiten(raiten, folder, &url)?;
    wait(&file, second, "status <> 'selecting'").await?;
    figures.add(
        "time_sale_selected_across_a_kill",
        began.elapsed().as_secs_f64(),
        "s",
        None,
    );
    server.stop()?;
    check(&file, second)
}

struct Tenant {
    retailer: RetailerId,
    account: AccountId,
    campaign: CampaignId,
}

/// Writes the town as rows: a retailer with a hundred stores in a campaign, and the shoppers around them.
fn fill(file: &Path) -> Result<Tenant> {
    let tenant = Tenant {
        retailer: RetailerId::from_bits(1),
        account: AccountId::from_bits(1),
        campaign: CampaignId::from_bits(1),
    };
    let (retailer, account, campaign) = (
        tenant.retailer.to_string(),
        tenant.account.to_string(),
        tenant.campaign.to_string(),
    );
    let now = Clock::System.now();
    let mut connection = Connection::open(file)?;
    let transaction = connection.transaction()?;
    transaction.execute(
        "INSERT INTO retailers VALUES (?1, '喫茶ライテン', NULL, 0)",
        [&retailer],
    )?;
    transaction.execute(
        "INSERT INTO accounts (retailer_id, account_id, email, name, role, password_hash, created_at)
         VALUES (?1, ?2, 'owner@raiten.example', '店長', 'owner', '', 0)",
        [&retailer, &account],
    )?;
    transaction.execute(
        "INSERT INTO campaigns (retailer_id, campaign_id, status, name, starts_at, ends_at, budget_yen, available_yen,
             reserved_yen, spent_yen, floor_yen, ceiling_yen, valid_days, min_purchase_yen, expected_sales_yen, policy,
             plays_per_day, created_at, published_at)
         VALUES (?1, ?2, 'published', '秋の来店ガチャ', 0, ?3, 0, 0, 0, 0, 0, 0, 14, 0, 0, 'flat@1', 1, 0, 0)",
        params![retailer, campaign, now + 30 * DAY_MS],
    )?;
    let mut stores = Vec::new();
    for n in 0..STORES {
        let at = LatLng::new(
            34.0 + 0.04 * f64::from(n / 10),
            135.0 + 0.05 * f64::from(n % 10),
        )?;
        let id = StoreId::from_bits(u128::from(n) + 1).to_string();
        transaction.execute(
            "INSERT INTO stores VALUES (?1, ?2, '店', ?3, ?4, NULL, NULL, 0)",
            params![retailer, id, at.lat(), at.lng()],
        )?;
        transaction.execute(
            "INSERT INTO campaign_stores (retailer_id, campaign_id, store_id) VALUES (?1, ?2, ?3)",
            params![retailer, campaign, id],
        )?;
        stores.push(at);
    }
    {
        let mut shopper =
            transaction.prepare("INSERT INTO shoppers VALUES (?1, 0, 0, NULL, ?2, ?3)")?;
        let mut preferences = transaction.prepare(
            "INSERT INTO contact_preferences (shopper_id, zone, lang, per_week, push_since, changed_at)
             VALUES (?1, 'Asia/Tokyo', 'ja', 3, 0, 0)",
        )?;
        for n in 0..SHOPPERS {
            let id = ShopperId::from_bits(u128::from(n) + 1).to_string();
            let around = stores.get((n % STORES) as usize).context("a store")?;
            // Somewhere within about two kilometres.
            let (a, b) = (
                f64::from(n / 100 % 97) / 97.0,
                f64::from(n / 9_700 % 101) / 101.0,
            );
            let place = LatLng::new(
                around.lat() + 0.02 * (a - 0.5),
                around.lng() + 0.02 * (b - 0.5),
            )?;
            shopper.execute(params![id, Cell::of(place).to_string(), now])?;
            preferences.execute([&id])?;
        }
    }
    transaction.commit()?;
    Ok(tenant)
}

async fn announce(url: &str, tenant: &Tenant) -> Result<AnnouncementId> {
    let now = Clock::System.now();
    let db = connect(url).await?;
    let transaction = db.begin().await?;
    let count = transaction
        .query_one_raw(sea_orm::Statement::from_string(
            db.backend(),
            "SELECT COUNT(*) AS n FROM announcements",
        ))
        .await?
        .context("a count")?;
    let id = AnnouncementId::from_bits(u128::try_from(count.try_get::<i64>("", "n")?)? + 1);
    let input = AnnouncementInput {
        campaign_id: tenant.campaign,
        kind: Kind::TimeSale,
        title: "今日だけ".to_owned(),
        title_en: None,
        body: "カプセルを回してください。".to_owned(),
        body_en: None,
        segment: Segment::around(3),
        // Sent tomorrow: here it is found out for whom.
        starts_at: Some(now + DAY_MS),
        over_at: now + 2 * DAY_MS,
    };
    let by = (tenant.retailer, tenant.account);
    announcements::insert(&transaction, by, id, &input, now).await?;
    transaction.commit().await?;
    db.close().await?;
    Ok(id)
}

fn ask<T: rusqlite::types::FromSql>(file: &Path, id: AnnouncementId, what: &str) -> Result<T> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    Ok(connection.query_row(
        &format!("SELECT {what} FROM announcements WHERE announcement_id = ?1"),
        [id.to_string()],
        |row| row.get(0),
    )?)
}

async fn wait(file: &Path, id: AnnouncementId, until: &str) -> Result<()> {
    let began = Instant::now();
    let connection = Connection::open(file)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    loop {
        let there: Option<i64> = connection
            .query_row(
                &format!("SELECT 1 FROM announcements WHERE announcement_id = ?1 AND {until}"),
                [id.to_string()],
                |row| row.get(0),
            )
            .optional()?;
        if there.is_some() {
            return Ok(());
        }
        ensure!(began.elapsed() < Duration::from_secs(180), "not {until}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Everybody is in a batch, and nobody in two.
fn check(file: &Path, id: AnnouncementId) -> Result<()> {
    let connection = Connection::open(file)?;
    let mut rows = connection
        .prepare("SELECT shoppers, people FROM announcement_batches WHERE announcement_id = ?1")?;
    let mut rows = rows.query([id.to_string()])?;
    let mut all = Vec::with_capacity(SHOPPERS as usize);
    while let Some(row) = rows.next()? {
        let (ids, people): (String, i64) = (row.get(0)?, row.get(1)?);
        let before = all.len();
        all.extend(ids.split(' ').map(ToOwned::to_owned));
        ensure!(
            i64::try_from(all.len() - before)? == people,
            "a wrong count"
        );
    }
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    ensure!(
        count == SHOPPERS as usize && all.len() == count,
        "{count} in batches, {} shoppers",
        all.len()
    );
    Ok(())
}
