//! Who may do what: every route of the document × every identity × ids that are somebody else's.
//!
//! The document comes from the router itself, so a route cannot be forgotten: one without an entry in [`table`] fails the test,
//! and so does an entry without a route.

mod audited;
pub mod table;
pub mod world;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use app::api::path;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use serde_json::Value;

use self::{
    table::{Access, Call, Route},
    world::{Who, World},
};
use crate::{
    harness::{Answer, Fresh, Server, signed_by_line, with_all_ways},
    on_both_databases,
};

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Method and path of every operation in an OpenAPI document.
fn operations(document: &Value) -> BTreeSet<(String, String)> {
    let mut out = BTreeSet::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let methods = item.as_object().into_iter().flatten();
        // Beside its operations a path item may have members such as `parameters`.
        for (method, _) in methods.filter(|(name, _)| METHODS.contains(&name.as_str())) {
            out.insert((method.to_uppercase(), path.clone()));
        }
    }
    out
}

/// What is in one of document and table and not in the other.
fn unlisted(document: &BTreeSet<(String, String)>, table: &[(String, String)]) -> Vec<String> {
    let listed: BTreeSet<_> = table.iter().cloned().collect();
    let mut out: Vec<String> = document
        .difference(&listed)
        .map(|(method, path)| format!("{method} {path} has no entry in the authorization table"))
        .collect();
    out.extend(
        listed
            .difference(document)
            .map(|(method, path)| format!("{method} {path} is in the table and no route")),
    );
    if listed.len() != table.len() {
        out.push("a route is in the table twice".to_owned());
    }
    out
}

/// The text of every row of every table, except for counters of attempts.
async fn contents(connection: &DatabaseConnection) -> Result<BTreeMap<&'static str, String>> {
    let backend = connection.get_database_backend();
    let mut out = BTreeMap::new();
    for (table, _) in migrations::TABLES {
        if *table == "throttles" {
            continue;
        }
        let sql = if backend == DbBackend::Sqlite {
            let columns = connection
                .query_all_raw(Statement::from_string(
                    backend,
                    format!("SELECT name FROM pragma_table_info('{table}')"),
                ))
                .await?
                .iter()
                .map(|row| Ok(format!("quote({})", row.try_get_by_index::<String>(0)?)))
                .collect::<Result<Vec<_>>>()?
                .join(" || ',' || ");
            format!(
                "SELECT coalesce(group_concat(r, char(10)), '') FROM (SELECT {columns} AS r FROM {table} ORDER BY r)"
            )
        } else {
            format!(
                "SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '') FROM {table} t"
            )
        };
        let row = connection
            .query_one_raw(Statement::from_string(backend, sql))
            .await?
            .context("a row")?;
        out.insert(*table, row.try_get_by_index(0)?);
    }
    Ok(out)
}

/// What an identity must get for a call, or nothing when it must get through.
fn refusal(route: &Route, call: &Call, who: Who) -> Option<Vec<u16>> {
    let enters = match route.access {
        Access::Anybody => true,
        Access::Shopper => who.is_shopper(),
        Access::SignedIn => who.is_signed_in(),
        Access::Owner => who.is_owner(),
        Access::System => who.is_system(),
    };
    if !enters {
        let status = if route.access == Access::Owner && who.is_signed_in() {
            403
        } else {
            401
        };
        return Some(vec![status]);
    }
    (!call.theirs.contains(&who)).then(|| call.refusals.clone())
}

async fn ask(world: &World, who: Who, route: &Route, call: &Call) -> Result<Answer> {
    let parameters: Vec<&str> = call.parameters.iter().map(String::as_str).collect();
    let target = format!("{}{}", path::fill(route.path, &parameters), call.query);
    let client = world.client(who)?;
    if let Some(csv) = &call.csv {
        return client.upload(&target, csv.as_bytes()).await;
    }
    if let (true, Some(body)) = (call.by_line, &call.body) {
        let body = body.to_string();
        return client
            .send_with(route.method.clone(), &target, |request| {
                request
                    .header("x-line-signature", signed_by_line(body.as_bytes()))
                    .body(body)
            })
            .await;
    }
    client
        .send(route.method.clone(), &target, call.body.as_ref())
        .await
}

/// Every call of a route by everybody: first those who must not, with the whole database compared, then those who may.
async fn walk(world: &World, connection: &DatabaseConnection, route: &Route) -> Result<()> {
    for call in &route.calls {
        let before = contents(connection).await?;
        for who in Who::ALL {
            let Some(wanted) = refusal(route, call, who) else {
                continue;
            };
            let answer = ask(world, who, route, call).await?;
            let told = format!(
                "{} {} ({}) by {who:?}: wanted {wanted:?}, got {} {}",
                route.method,
                route.path,
                call.name,
                answer.status,
                answer.text()
            );
            ensure!(wanted.contains(&answer.status.as_u16()), "{told}");
            answer.problem().context(told)?;
        }
        let after = contents(connection).await?;
        for (table, rows) in &before {
            ensure!(
                after.get(table) == Some(rows),
                "{} {} ({}): a refused request changed {table}:\n{rows}\nbecame\n{:?}",
                route.method,
                route.path,
                call.name,
                after.get(table)
            );
        }
        for who in Who::ALL {
            if refusal(route, call, who).is_some() {
                continue;
            }
            let answer = ask(world, who, route, call).await?;
            let status = answer.status.as_u16();
            let told = format!(
                "{} {} ({}) by {who:?}: {status} {}",
                route.method,
                route.path,
                call.name,
                answer.text()
            );
            ensure!(status < 500 && ![401, 403, 404].contains(&status), "{told}");
            // What anybody may ask shows the same to all.
            let secrets = match route.access {
                Access::Anybody => Vec::new(),
                _ => world.secrets_from(who),
            };
            for secret in secrets {
                ensure!(!answer.text().contains(&secret), "shows {secret}: {told}");
            }
        }
    }
    Ok(())
}

on_both_databases! {
    async fn every_route_knows_who_may(database: Fresh) -> Result<()> {
        let server = Server::start_with(&database, with_all_ways).await?;
        let world = World::build(&server).await?;
        let connection = database.connect().await?;
        for route in table::routes(&world) {
            walk(&world, &connection, &route).await?;
        }
        connection.close().await?;
        server.stop().await
    }
}

/// The document and the table name the same routes.
#[test]
fn no_route_is_unlisted() -> Result<()> {
    let document = serde_json::to_value(server::http::api().into_openapi())?;
    let operations = operations(&document);
    let missing = unlisted(&operations, &table::listed());
    ensure!(missing.is_empty(), "{missing:#?}");
    ensure!(operations.len() > 25, "the document is empty");
    Ok(())
}

/// The check has to fail for a route without an entry, and for an entry without a route.
#[test]
fn a_planted_route_is_noticed() -> Result<()> {
    let mut document = serde_json::json!({"paths": {}});
    for (method, path) in table::listed() {
        document["paths"][path][method.to_lowercase()] = serde_json::json!({});
    }
    ensure!(unlisted(&operations(&document), &table::listed()).is_empty());
    document["paths"]["/api/v1/retailer/secrets"] = serde_json::json!({"get": {}});
    ensure!(unlisted(&operations(&document), &table::listed()).len() == 1);
    let mut table = table::listed();
    table.push(("GET".to_owned(), "/api/v1/retailer/secrets".to_owned()));
    ensure!(unlisted(&operations(&document), &table).is_empty());
    table.push(("GET".to_owned(), "/api/v1/gone".to_owned()));
    ensure!(unlisted(&operations(&document), &table).len() == 1);
    Ok(())
}
