//! What stands around the API: health, figures, the document, headers, limits, an orderly end.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use app::{api::path, problem::ProblemKind};
use reqwest::Method;
use server::state::RateLimit;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    harness::{Fresh, Kind, Server, raiten, run},
    on_both_databases,
};

on_both_databases! {
    async fn it_says_how_it_is(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let neighbour = server.anonymous()?;
        for target in ["/healthz", "/readyz"] {
            neighbour.send(Method::GET, target, None).await?.done()?;
        }
        let shopper = server.shopper().await?;
        let id = shopper.me.shopper_id.to_string();
        neighbour.send(Method::GET, &format!("/api/v1/retailer/stores/{id}"), None).await?;
        // Figures are for this machine; the others come through a proxy from 10.0.0.0/8.
        let outside = neighbour.send(Method::GET, "/metrics", None).await?;
        ensure!(outside.status.is_client_error(), "figures for everybody: {}", outside.status);
        let figures = server.local()?.send(Method::GET, "/metrics", None).await?;
        figures.done()?;
        ensure!(figures.text().contains("# TYPE"), "no Prometheus text: {}", figures.text());
        ensure!(!figures.text().contains(&id), "an id in the figures");
        server.stop().await
    }

    /// A stopping server finishes what it accepted, and accepts nothing more.
    async fn it_ends_in_order(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let address = server.address();
        let body = serde_json::json!({"email": "nobody@raiten.example", "password": "wrong horse battery"}).to_string();
        let mut stream = TcpStream::connect(address).await?;
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
             expect: 100-continue\r\nconnection: close\r\n\r\n",
            path::LOGIN,
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        let mut go_on = [0; 25];
        stream.read_exact(&mut go_on).await?;
        ensure!(go_on.starts_with(b"HTTP/1.1 100"), "{}", String::from_utf8_lossy(&go_on));
        // The handler waits for the body; the server is told to stop meanwhile.
        let stopping = tokio::spawn(server.stop());
        let mut closed = false;
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            closed = TcpStream::connect(address).await.is_err();
            if closed {
                break;
            }
        }
        ensure!(closed, "a stopping server takes new connections");
        ensure!(!stopping.is_finished(), "it did not wait for what it had accepted");
        stream.write_all(body.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        ensure!(answer.starts_with("HTTP/1.1 401") && answer.contains("wrong-login"), "{answer}");
        stopping.await??;
        Ok(())
    }
}

#[test]
fn every_answer_is_guarded() -> Result<()> {
    async fn check(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let somebody = server.anonymous()?;
        for target in [
            "/",
            "/console/",
            "/missing.js",
            path::AREAS,
            "/api/v1/nothing",
            "/api/docs/",
        ] {
            let answer = somebody.send(Method::GET, target, None).await?;
            let header = |name| {
                answer
                    .header(name)
                    .with_context(|| format!("{target} has no {name}"))
            };
            let policy = header("content-security-policy")?;
            ensure!(
                !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
                "{target}: {policy}"
            );
            ensure!(
                policy.contains("default-src") && !policy.contains('*'),
                "{target}: {policy}"
            );
            ensure!(header("x-content-type-options")? == "nosniff", "{target}");
            ensure!(!header("x-request-id")?.is_empty(), "{target}");
            header("referrer-policy")?;
        }
        server.stop().await
    }
    run(Kind::Sqlite, check)
}

#[test]
fn the_document_is_served_and_printed() -> Result<()> {
    async fn check(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let somebody = server.anonymous()?;
        let served: serde_json::Value = somebody.get("/api/openapi.json").await?;
        let printed = raiten(&database, &["openapi"])?.json()?;
        ensure!(
            served == printed,
            "`raiten openapi` prints another document than is served"
        );
        ensure!(
            served["openapi"]
                .as_str()
                .is_some_and(|v| v.starts_with("3.")),
            "{}",
            served["openapi"]
        );
        let page = somebody.send(Method::GET, "/api/docs/", None).await?;
        page.done()?;
        ensure!(page.text().contains("swagger"), "{}", page.text());
        let packed = somebody
            .send_with(Method::GET, "/api/openapi.json", |request| {
                request.header("accept-encoding", "br")
            })
            .await?;
        ensure!(
            packed.header("content-encoding") == Some("br"),
            "{:?}",
            packed.headers
        );
        let version = raiten(&database, &["--version"])?;
        ensure!(
            version.code == 0 && version.stdout.contains(env!("CARGO_PKG_VERSION")),
            "{version:?}"
        );
        server.stop().await
    }
    run(Kind::Sqlite, check)
}

/// One address that asks too often waits; another does not.
#[test]
fn too_many_requests_wait() -> Result<()> {
    async fn check(database: Fresh) -> Result<()> {
        let limit = RateLimit {
            per_second: 1,
            burst: 5,
        };
        let server = Server::start_with(&database, |setup| setup.rate_limit = limit).await?;
        let (eager, patient) = (server.anonymous()?, server.anonymous()?);
        let mut refused = None;
        for _ in 0..20 {
            let answer = eager.send(Method::GET, path::AREAS, None).await?;
            if !answer.status.is_success() {
                refused = Some(answer);
                break;
            }
        }
        let answer = refused.context("20 requests at once from one address")?;
        answer.refused(ProblemKind::TooManyRequests)?;
        ensure!(
            answer.header("retry-after").is_some(),
            "{:?}",
            answer.headers
        );
        patient.send(Method::GET, path::AREAS, None).await?.done()?;
        server.stop().await
    }
    run(Kind::Sqlite, check)
}
