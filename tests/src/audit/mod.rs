//! The audit log as an owner has it: read by parts, exported whole.

mod export;

use anyhow::{Context, Result, ensure};
use app::{
    api::{
        audit::{AuditEntry, AuditPage},
        path,
    },
    audit::{Action, ActorKind, Group},
    id::{RetailerId, StoreId},
    lang::Lang,
    problem::ProblemKind,
};
use reqwest::Method;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use server::db::audit::{Actor, Record, Seen, enter, seal};

use crate::{
    harness::{
        DAY_MS, Fresh, HOUR_MS, PASSWORD, Retailer, START, Server, TODAY, campaign, login, store,
    },
    on_both_databases,
};

/// Enters so many entries as a job would, one a millisecond from `at` on.
async fn many(server: &Server, retailer_id: RetailerId, count: i64, at: i64) -> Result<()> {
    let transaction = server.db().begin_alone().await?;
    for n in 0..count {
        let record = Record {
            retailer_id,
            actor: Actor::System("a test"),
            action: Action::CouponsExpired,
            subject: "cam_a_test".to_owned(),
            store_id: None,
            // What JSON has to escape, so that a text differs from what it stands for.
            details: serde_json::json!({ "n": n, "said": "\"円\"\n\u{7f}\t\\" }),
        };
        enter(&transaction, &record, &Seen::default(), at + n).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// The ids of a retailer's entries, newest first, from behind the server.
async fn all_ids(connection: &DatabaseConnection, retailer: &Retailer) -> Result<Vec<String>> {
    let rows = connection
        .query_all_raw(Statement::from_sql_and_values(
            connection.get_database_backend(),
            "SELECT entry_id FROM audit_entries WHERE retailer_id = $1",
            [retailer.me.retailer_id.to_string().into()],
        ))
        .await?;
    let mut ids = rows
        .iter()
        .map(|row| Ok(row.try_get_by_index::<String>(0)?))
        .collect::<Result<Vec<_>>>()?;
    ids.sort_unstable_by(|a, b| b.cmp(a));
    Ok(ids)
}

async fn part(retailer: &Retailer, query: &str) -> Result<AuditPage> {
    retailer
        .client
        .get(&format!("{}?{query}", path::AUDIT))
        .await
}

/// Follows the cursor to the end.
async fn walk(retailer: &Retailer, query: &str) -> Result<Vec<AuditEntry>> {
    let mut entries = Vec::new();
    let mut before = String::new();
    for _ in 0..1_000 {
        let page = part(retailer, &format!("{query}&before={before}")).await?;
        entries.extend(page.entries);
        match page.next {
            Some(next) => before = next.to_string(),
            None => return Ok(entries),
        }
    }
    anyhow::bail!("the log has no end")
}

fn ids(entries: &[AuditEntry]) -> Vec<String> {
    entries
        .iter()
        .map(|entry| entry.entry_id.to_string())
        .collect()
}

on_both_databases! {
    async fn parts_follow_each_other_without_gap_or_double(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let connection = database.connect().await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        many(&server, retailer.me.retailer_id, 230, server.clock.now()).await?;
        // All of one millisecond: their ids alone say which is newer.
        for n in 0..7 {
            retailer.store(store(&format!("{n} 号店"))).await?;
        }
        let all = all_ids(&connection, &retailer).await?;
        ensure!(all.len() == 230 + 7 + 2, "set-up, sign-in, and those: {}", all.len());
        for limit in [1, 5, 7, 50, 119, 120, 200] {
            let entries = walk(&retailer, &format!("limit={limit}")).await?;
            ensure!(ids(&entries) == all, "by parts of {limit}");
        }
        ensure!(part(&retailer, "").await?.entries.len() == 50, "unless told");
        ensure!(part(&retailer, "limit=9999").await?.entries.len() == 200, "at most");
        ensure!(part(&retailer, "limit=0").await?.entries.len() == 1, "at least");
        // Exactly as many as there are: there is no older part.
        let last = part(&retailer, &format!("limit=100&before={}", all[138])).await?;
        ensure!(ids(&last.entries) == all[139..] && last.next.is_none(), "{last:?}");

        // What is entered while somebody reads moves nothing they have not read.
        let first = part(&retailer, "limit=20").await?;
        server.clock.advance(1_000);
        retailer.store(store("あとの店")).await?;
        let next = first.next.context("an older part")?;
        let second = part(&retailer, &format!("limit=20&before={next}")).await?;
        ensure!(ids(&second.entries) == all[20..40], "the second part moved");
        connection.close().await?;
        server.stop().await
    }

    async fn each_filter_finds_its_own(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("一号店")).await?;
        let other_shop = retailer.store(store("二号店")).await?;
        let staff = retailer
            .staff(server.anonymous()?, "one@raiten.example", &[shop.store_id])
            .await?;
        let running = retailer.publish(&campaign(&server, &[shop.store_id])).await?;
        // The next day: 00:30 in Japan, which is still the day before in UTC.
        server.clock.advance(14 * HOUR_MS + HOUR_MS / 2);
        staff.client.post(path::LOGIN, &login("one@raiten.example", PASSWORD)).await?.done()?;
        let shopper = server.shopper().await?;
        let coupon = shopper.win(&retailer, &running).await?;
        let shown = shopper.shows(&coupon).await?;
        staff.redeem(shop.store_id, &shown, Some(1_200)).await?.done()?;
        server.clock.advance(DAY_MS);
        // A session does not last a night; this sign-in is of the third day.
        let retailer = Retailer::sign_in(server.anonymous()?, "owner@raiten.example").await?;

        let all = walk(&retailer, "").await?;
        let found = |query: String| {
            let retailer = retailer.clone();
            async move { walk(&retailer, &query).await }
        };
        let expect = async |query: String, wanted: &dyn Fn(&AuditEntry) -> bool, least: usize| {
            let entries = found(query.clone()).await?;
            let right: Vec<_> = all.iter().filter(|entry| wanted(entry)).cloned().collect();
            ensure!(entries == right, "{query}: {entries:#?}\nrather than\n{right:#?}");
            ensure!(right.len() >= least && right.len() < all.len(), "{query} tells nothing apart");
            anyhow::Ok(())
        };
        for group in Group::ALL {
            expect(format!("about={}", group.slug()), &|e| e.about == Some(group), 2).await?;
        }
        let who = staff.me.account_id;
        expect(format!("account_id={who}"), &|e| e.account_id == Some(who), 2).await?;
        for shop in [shop.store_id, other_shop.store_id] {
            expect(format!("store_id={shop}"), &|e| e.store_id == Some(shop), 1).await?;
        }
        let midnight = START + 14 * HOUR_MS;
        expect(format!("until={TODAY}"), &|e| e.at < midnight, 5).await?;
        expect("from=2026-12-02".to_owned(), &|e| e.at >= midnight, 4).await?;
        let second_day = midnight..midnight + DAY_MS;
        expect("from=2026-12-02&until=2026-12-02".to_owned(), &|e| second_day.contains(&e.at), 3).await?;
        expect("from=2026-12-03".to_owned(), &|e| e.at >= second_day.end, 1).await?;
        ensure!(found("from=2026-12-04".to_owned()).await?.is_empty(), "the day after");
        let together = format!("about=coupons&account_id={who}&store_id={}&from=2026-12-02&limit=1", shop.store_id);
        let redeemed = found(together).await?;
        let [redeemed] = redeemed.as_slice() else { anyhow::bail!("{redeemed:#?}") };
        ensure!(redeemed.action == Action::CouponRedeemed.slug(), "{redeemed:#?}");
        ensure!(redeemed.actor_kind == ActorKind::Account, "{redeemed:#?}");
        ensure!(redeemed.actor_name.as_deref() == Some("佐藤 花"), "{redeemed:#?}");
        ensure!(redeemed.store_name.as_deref() == Some("一号店"), "{redeemed:#?}");
        ensure!(redeemed.details["basket"] == 1_200, "{redeemed:#?}");

        // A shopper is nobody in particular, and neither are two plays of one.
        let page = retailer.client.send(Method::GET, path::AUDIT, None).await?;
        ensure!(!page.text().contains("shp_"), "a shopper's id: {}", page.text());
        ensure!(!page.text().contains(&shopper.me.shopper_id.to_string()));
        let won = all
            .iter()
            .find(|entry| entry.action == Action::CouponIssued.slug())
            .context("the coupon")?;
        ensure!(won.actor_kind == ActorKind::Shopper && won.actor_name.is_none(), "{won:?}");
        ensure!(won.origin.is_none() && won.request_id.is_none(), "{won:?}");
        let published = all
            .iter()
            .find(|entry| entry.action == Action::CampaignPublished.slug())
            .context("published")?;
        ensure!(published.subject_name.as_deref() == Some(running.name.as_str()), "{published:?}");
        ensure!(published.origin.is_some() && published.request_id.is_some(), "{published:?}");

        // A number and a link come with the seal.
        ensure!(all.iter().all(|entry| entry.number.is_none() && entry.link.is_none()));
        seal(server.db()).await?;
        let sealed = walk(&retailer, "").await?;
        let numbers: Vec<_> = sealed.iter().filter_map(|entry| entry.number).collect();
        let count = i64::try_from(all.len())?;
        ensure!(numbers == (1..=count).rev().collect::<Vec<_>>(), "{numbers:?}");
        server.stop().await
    }

    async fn what_cannot_be_filtered_by_is_refused_field_by_field(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let english = retailer.client.reading(Lang::En);
        for (query, field, word) in [
            ("about=money", "about", "coupons"),
            ("account_id=sto_1", "account_id", "login"),
            ("store_id=all", "store_id", "store"),
            ("from=yesterday", "from", "2026-11-22"),
            ("until=2026-02-30", "until", "2026-11-22"),
            ("from=2026-12-02&until=2026-12-01", "until", "before"),
            ("before=1", "before", "next"),
        ] {
            let target = format!("{}?{query}", path::AUDIT);
            for (client, is_japanese) in [(&english, false), (&retailer.client, true)] {
                let answer = client.send(Method::GET, &target, None).await?;
                let problem = answer.refused(ProblemKind::InvalidFields)?;
                let [error] = problem.errors.as_slice() else { anyhow::bail!("{problem:?}") };
                ensure!(error.field == field, "{query}: {error:?}");
                ensure!(is_japanese || error.reason.contains(word), "{query}: {error:?}");
                ensure!(error.reason.contains(['を', 'は']) == is_japanese, "{query}: {error:?}");
            }
        }
        let both = format!("{}?about=x&from=y", path::AUDIT);
        let both = retailer.client.send(Method::GET, &both, None).await?;
        ensure!(both.refused(ProblemKind::InvalidFields)?.errors.len() == 2, "both at once");
        for query in ["limit=many", "limit=-1"] {
            let target = format!("{}?{query}", path::AUDIT);
            let answer = retailer.client.send(Method::GET, &target, None).await?;
            answer.refused(ProblemKind::MalformedRequest)?;
        }
        let target = format!("{}?format=pdf", path::AUDIT_EXPORT);
        let answer = retailer.client.send(Method::GET, &target, None).await?;
        answer.refused(ProblemKind::MalformedRequest)?;
        // A form sends what was left empty.
        let empty = part(&retailer, "about=&account_id=&store_id=&from=&until=&before=").await?;
        ensure!(empty.entries.len() == 2, "{empty:?}");
        server.stop().await
    }

    async fn nobody_reads_another_retailers_log(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let connection = database.connect().await?;
        let ours = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let theirs = server.retailer("茶房となり", "owner@other.example").await?;
        let mut shops: Vec<StoreId> = Vec::new();
        for n in 0..6 {
            // One after the other, so that any mixing shows.
            server.clock.advance(1_000);
            ours.store(store(&format!("うち {n}"))).await?;
            shops.push(theirs.store(store(&format!("となり {n}"))).await?.store_id);
        }
        seal(server.db()).await?;
        let (our_ids, their_ids) = (all_ids(&connection, &ours).await?, all_ids(&connection, &theirs).await?);
        ensure!(ids(&walk(&ours, "limit=3").await?) == our_ids);
        ensure!(ids(&walk(&theirs, "limit=3").await?) == their_ids);
        ensure!(part(&ours, &format!("store_id={}", shops[0])).await?.entries.is_empty());
        ensure!(part(&ours, &format!("account_id={}", theirs.me.account_id)).await?.entries.is_empty());
        // Their entry as a cursor is a moment, no way in.
        let page = part(&ours, &format!("before={}", their_ids[0])).await?;
        ensure!(ids(&page.entries).iter().all(|id| our_ids.contains(id)), "{page:?}");
        for format in ["jsonl", "csv"] {
            let target = format!("{}?format={format}", path::AUDIT_EXPORT);
            let file = ours.client.send(Method::GET, &target, None).await?.text();
            ensure!(our_ids.iter().all(|id| file.contains(id)), "{format} is not whole");
            ensure!(!their_ids.iter().any(|id| file.contains(id)) && !file.contains("となり"), "{format}");
            ensure!(!file.contains(&theirs.me.retailer_id.to_string()), "{format}");
        }
        connection.close().await?;
        server.stop().await
    }
}
