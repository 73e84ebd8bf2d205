//! Whatever is sent: a problem of ours with a request id, never a fault.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use app::{api::path, lang::Lang, problem::ProblemKind};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    harness::{Client, Fresh, KEY, Server, campaign, new_key, store},
    on_both_databases,
};

/// Sends raw bytes as JSON; the refusal's kind.
async fn refusal_of(
    client: &Client,
    method: Method,
    target: &str,
    content_type: &str,
    body: Vec<u8>,
) -> Result<ProblemKind> {
    let size = body.len();
    let answer = client
        .send_with(method, target, |request| {
            request
                .header("content-type", content_type)
                .header(KEY, new_key())
                .body(body)
        })
        .await?;
    let told = format!("{} with {size} bytes of {content_type}", answer.asked);
    ensure!(answer.status.is_client_error(), "{told}: {}", answer.status);
    Ok(answer.problem().context(told)?.0)
}

on_both_databases! {
    async fn malformed_requests_get_problems(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let staff = retailer.staff(server.anonymous()?, "hana@raiten.example", &[shop.store_id]).await?;
        let shopper = server.shopper().await?;
        let post = |client: &Client, target: &'static str, body: &[u8]| {
            let (client, body) = (client.clone(), body.to_vec());
            async move { refusal_of(&client, Method::POST, target, "application/json", body).await }
        };
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let bodies: [&[u8]; 8] = [
            b"",
            b"{",
            b"null",
            b"[]",
            b"\"text\"",
            b"{\"email\": 7, \"store_id\": {}, \"cell\": []}",
            b"\xff\xfe\x00{",
            deep.as_bytes(),
        ];
        for body in bodies {
            for (client, target) in [
                (&shopper.client, path::LOGIN),
                (&shopper.client, path::NEARBY),
                (&shopper.client, path::PLAYS),
                (&staff.client, path::TILL_LOOKUP),
                (&retailer.client, path::STORES),
                (&retailer.client, path::CAMPAIGNS),
                (&retailer.client, path::INVITATIONS),
            ] {
                let kind = post(client, target, body).await?;
                ensure!(
                    matches!(kind, ProblemKind::MalformedRequest | ProblemKind::InvalidFields | ProblemKind::TooLarge),
                    "{target}: {kind:?}"
                );
            }
        }
        let kind = refusal_of(&retailer.client, Method::POST, path::STORES, "text/plain", b"{}".to_vec()).await?;
        ensure!(kind == ProblemKind::UnsupportedMediaType, "{kind:?}");
        // By hand: whoever sends twenty megabytes in one go may lose the answer when the server hangs up. Announced and not sent:
        // refused by the announcement alone. Sent in pieces without a word on their length: refused when it is too much.
        let address = server.address();
        let piece = format!("{:x}\r\n{}\r\n", 1024 * 1024 + 100, " ".repeat(1024 * 1024 + 100));
        for (target, length, body) in [
            (path::LOGIN, "content-length: 20000000", ""),
            (path::STORES_IMPORT, "content-length: 200000000", ""),
            (path::LOGIN, "transfer-encoding: chunked", piece.as_str()),
        ] {
            let mut stream = tokio::net::TcpStream::connect(address).await?;
            let head = format!(
                "POST {target} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n{length}\r\nconnection: close\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(body.as_bytes()).await?;
            let mut answer = String::new();
            tokio::time::timeout(Duration::from_secs(10), stream.read_to_string(&mut answer)).await??;
            ensure!(answer.starts_with("HTTP/1.1 413") && answer.contains("/problems/too-large"), "{length}: {answer}");
        }
        server.stop().await
    }

    /// Refused for its head alone, and told so when all of it is sent: who is still sending when the connection is closed may not
    /// hear the answer. So the connection is there for the next request as well.
    async fn refusals_are_heard(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let address = server.address();
        let mut stream = tokio::net::TcpStream::connect(address).await?;
        for _ in 0..2 {
            let head = format!(
                "POST {} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n",
                path::PLAYS
            );
            stream.write_all(head.as_bytes()).await?;
            let mut answer = vec![0; 4096];
            let early = tokio::time::timeout(Duration::from_millis(200), stream.read(&mut answer)).await;
            ensure!(early.is_err(), "answered before it was asked: {early:?}");
            stream.write_all(b"{}").await?;
            let read = tokio::time::timeout(Duration::from_secs(10), stream.read(&mut answer)).await??;
            let answer = String::from_utf8_lossy(&answer[..read]);
            ensure!(answer.starts_with("HTTP/1.1 4"), "{answer}");
            ensure!(!answer.to_lowercase().contains("connection: close"), "{answer}");
        }
        server.stop().await
    }

    /// What can be read and makes no sense: named field by field, never a fault. PostgreSQL takes no NUL in a text.
    async fn senseless_values_are_named(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let staff = retailer.staff(server.anonymous()?, "hana@raiten.example", &[shop.store_id]).await?;
        let running = retailer.publish(&campaign(&server, &[shop.store_id])).await?;
        let shopper = server.shopper().await?;
        let stores: [Value; 7] = [
            json!({"name": "", "lat": 35, "lng": 139}),
            json!({"name": "a\u{0}b", "lat": 35, "lng": 139}),
            json!({"name": "x".repeat(121), "lat": 35, "lng": 139}),
            json!({"name": "北", "lat": 90.1, "lng": 139}),
            json!({"name": "西", "lat": 35, "lng": -180.5}),
            json!({"name": "無", "lat": 1e308, "lng": 139}),
            json!({"name": "番", "lat": 35, "lng": 139, "external_id": "\u{0}", "address": "\u{0}"}),
        ];
        for body in stores {
            let problem = retailer.client.post(path::STORES, &body).await?.refused(ProblemKind::InvalidFields)
                .with_context(|| body.to_string())?;
            ensure!(!problem.errors.is_empty(), "no field named: {problem:?}");
        }
        // The same field's reason in both languages.
        let nameless = json!({"name": "", "lat": 35, "lng": 139});
        let mut reasons = Vec::new();
        for lang in [Lang::Ja, Lang::En] {
            let answer = retailer.client.reading(lang).post(path::STORES, &nameless).await?;
            reasons.extend(answer.refused(ProblemKind::InvalidFields)?.errors.into_iter().map(|e| e.reason));
        }
        ensure!(reasons.len() == 2 && reasons[0] != reasons[1], "{reasons:?}");

        let sound = json!(campaign(&server, &[shop.store_id]));
        for (field, value) in [
            ("budget", json!(-1)),
            ("budget", json!(i64::MAX)),
            ("name", json!("\u{0}")),
            ("prizes", json!([])),
            ("prizes", json!([{"name": "a", "value": i64::MAX, "weight": 1}])),
            ("store_ids", json!([])),
            ("starts_at", json!(i64::MIN)),
            ("ends_at", json!(i64::MAX)),
            ("valid_days", json!(4_000_000_000_u32)),
        ] {
            let mut body = sound.clone();
            body[field] = value;
            let answer = retailer.client.post(path::CAMPAIGNS, &body).await?;
            answer.refused(ProblemKind::InvalidFields).with_context(|| format!("{field}: {}", body[field]))?;
        }
        for code in ["", "\u{0}", "１", &"A".repeat(10_000), "'; DROP TABLE coupons; --", "😀"] {
            let answer = staff.look(shop.store_id, code).await?;
            let (kind, _) = answer.problem()?;
            ensure!(matches!(kind, ProblemKind::UnknownCode | ProblemKind::InvalidFields), "{code:?}: {kind:?}");
        }
        let offer = shopper.offer(&retailer, &running).await?;
        for (field, value) in [
            ("client_nonce", json!("short")),
            ("client_nonce", json!("\u{0}".repeat(20))),
            ("play_number", json!(0)),
            ("play_number", json!(u32::MAX)),
            ("odds_hash", json!("\u{0}")),
        ] {
            let mut body = json!(crate::harness::play_of(&offer));
            body[field] = value;
            let answer = shopper.client.post(path::PLAYS, &body).await?;
            ensure!(answer.status.is_client_error(), "{field}: {} {}", answer.status, answer.text());
            answer.problem()?;
        }
        ensure!(shopper.wallet().await?.is_empty(), "a senseless play won something");
        for basket in [json!(-1), json!(i64::MAX), json!(i64::MIN), json!(1.5)] {
            let body = json!({"store_id": shop.store_id, "code": "x", "basket": basket});
            let answer = staff.client.post(path::TILL_REDEMPTIONS, &body).await?;
            ensure!(answer.status.is_client_error(), "{basket}: {}", answer.status);
            answer.problem()?;
        }
        for query in ["?from=2026-13-01", "?from=x&to=y", "?from=2026-12-02&to=2026-12-01", "?from=0001-01-01&to=9999-12-31", "?from=%00"] {
            let answer = retailer.client.send(Method::GET, &format!("{}{query}", path::REPORT), None).await?;
            ensure!(answer.status.is_client_error(), "{query}: {}", answer.status);
            answer.problem()?;
        }
        let answer = retailer.client.send(Method::GET, &format!("{}?table=secrets", path::REPORT_CSV), None).await?;
        ensure!(answer.status.is_client_error(), "{}", answer.status);
        answer.problem()?;
        for query in ["?limit=-1", "?limit=99999999999", "?after=nonsense", "?q=%00"] {
            let answer = retailer.client.send(Method::GET, &format!("{}{query}", path::STORES), None).await?;
            ensure!(!answer.status.is_server_error(), "{query}: {} {}", answer.status, answer.text());
        }
        server.stop().await
    }

    async fn wrong_turns_get_problems(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let somebody = server.anonymous()?;
        for target in ["/api/v1/nothing", "/api/v1/", "/api/v1/retailer", "/api/nothing"] {
            somebody.send(Method::GET, target, None).await?.refused(ProblemKind::NotFound)?;
        }
        let answer = somebody.send(Method::DELETE, path::LOGIN, None).await?;
        answer.refused(ProblemKind::MethodNotAllowed)?;
        ensure!(answer.header("allow").is_some_and(|allow| allow.contains("POST")), "{:?}", answer.headers);
        let ids: Vec<Option<String>> = {
            let mut ids = Vec::new();
            for _ in 0..2 {
                let answer = somebody.send(Method::GET, "/api/v1/nothing", None).await?;
                ids.push(answer.problem()?.1.request_id);
            }
            ids
        };
        ensure!(ids[0] != ids[1], "one id for two requests");
        // Another site's page cannot act with a visitor's cookies.
        let foreign = somebody
            .send_with(Method::POST, path::SHOPPER_SESSION, |request| {
                request.header("origin", "https://evil.example").header("sec-fetch-site", "cross-site")
            })
            .await?;
        foreign.refused(ProblemKind::CrossSite)?;
        ensure!(foreign.header("set-cookie").is_none(), "a session for another site");
        server.stop().await
    }

    /// An unknown address and a wrong password get the same answer, and soon a pause.
    async fn guessing_logins_is_slowed(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        server.make_owner("喫茶ライテン", "owner@raiten.example").await?;
        let known = server.anonymous()?;
        let unknown = server.anonymous()?;
        let guess = |client: Client, email: &'static str| async move {
            client.post(path::LOGIN, &json!({"email": email, "password": "wrong horse battery"})).await
        };
        let wrong = guess(known.clone(), "owner@raiten.example").await?.refused(ProblemKind::WrongLogin)?;
        let nobody = guess(unknown, "nobody@raiten.example").await?.refused(ProblemKind::WrongLogin)?;
        ensure!(
            (&wrong.title, &wrong.detail, &wrong.errors) == (&nobody.title, &nobody.detail, &nobody.errors),
            "{wrong:?} {nobody:?}"
        );
        let mut slowed = None;
        for _ in 0..30 {
            let answer = guess(known.clone(), "owner@raiten.example").await?;
            if answer.problem()?.0 == ProblemKind::TooManyRequests {
                slowed = Some(answer);
                break;
            }
        }
        let answer = slowed.context("30 wrong passwords in a second and no pause")?;
        ensure!(answer.problem()?.1.retry_after.is_some() && answer.header("retry-after").is_some(), "{answer:?}");
        // Whoever knows the password is kept waiting as well, or guessing would go on unseen.
        server.clock.advance(crate::harness::DAY_MS);
        crate::harness::Retailer::sign_in(server.anonymous()?, "owner@raiten.example").await?;
        server.stop().await
    }
}
