//! No effect without an entry, held against every route of the document that may change something: a call that succeeds leaves an entry
//! in the audit log of the retailer it was about, or the route is an exception that says why.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};
use app::{api::path, id::RetailerId};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

use super::{
    ask, operations,
    table::{self, Access, Call},
    world::{Who, World},
};
use crate::{
    harness::{Fresh, Server, with_all_ways},
    on_both_databases,
};

/// Routes that may change something and leave no entry, and why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "POST",
        path::SHOPPER_SESSION,
        "a shopper's own session, of no retailer",
    ),
    (
        "PUT",
        path::SHOPPER_CONSENT,
        "a shopper's own choice, of no retailer",
    ),
    (
        "PUT",
        path::SHOPPER_AREA,
        "a shopper's own choice, of no retailer",
    ),
    (
        "DELETE",
        path::HISTORY,
        "a shopper's own, and what is erased is not to be written down",
    ),
    ("POST", path::NEARBY, "looks, moves nothing"),
    ("POST", path::STORES_NEAR, "looks, keeps nothing"),
    (
        "POST",
        path::OFFERS,
        "shows odds, moves nothing; the offer itself is kept by its hash",
    ),
    (
        "POST",
        path::WALLET_PASS,
        "shows what a till scans, moves nothing",
    ),
    (
        "POST",
        path::MEMBER_CODE,
        "shows what a till scans, moves nothing",
    ),
    (
        "POST",
        path::CHECK_INS,
        "what a shopper shows of themselves, kept as the visit's own evidence and of no worth",
    ),
    (
        "POST",
        path::DWELLS,
        "what a shopper shows of themselves, kept as the visit's own evidence and of no worth",
    ),
    ("POST", path::TILL_LOOKUP, "looks, moves nothing"),
    (
        "PUT",
        path::CONTACT,
        "a shopper's own choice, of no retailer",
    ),
    (
        "PUT",
        path::CONTACT_PUSH,
        "a shopper's own choice, of no retailer, kept with its time and text",
    ),
    (
        "DELETE",
        path::CONTACT_PUSH,
        "a shopper's own choice, of no retailer, kept with its time",
    ),
    (
        "DELETE",
        path::CONTACT,
        "a shopper's own choice, of no retailer, kept with its time",
    ),
    (
        "PUT",
        path::CONTACT_MAIL,
        "a shopper's own choice, of no retailer, kept with its time and text",
    ),
    (
        "DELETE",
        path::CONTACT_MAIL,
        "a shopper's own choice, of no retailer, kept with its time",
    ),
    (
        "PUT",
        path::CONTACT_LINE,
        "a shopper's own choice, of no retailer, kept with its time and text",
    ),
    (
        "DELETE",
        path::CONTACT_LINE,
        "a shopper's own choice, of no retailer, kept with its time",
    ),
    (
        "POST",
        path::CONTACT_CONFIRM,
        "a shopper's own choice, of no retailer, kept with its time and text",
    ),
    (
        "POST",
        path::CONTACT_STOP,
        "a shopper's own choice, of no retailer, kept with its time",
    ),
    (
        "POST",
        path::LINE_WEBHOOK,
        "what a shopper types in a chat of the operator's, of no retailer",
    ),
    (
        "PUT",
        path::CONTACT_MUTE,
        "a shopper's own choice, which is not the retailer's to know",
    ),
    (
        "DELETE",
        path::CONTACT_MUTE,
        "a shopper's own choice, which is not the retailer's to know",
    ),
    (
        "POST",
        path::CONTACT_EVENT,
        "what a browser tells of a message, kept with the message and of no worth",
    ),
    ("POST", path::ANNOUNCEMENT_PREVIEW, "looks, moves nothing"),
    (
        "POST",
        path::RATING_QUESTION,
        "what a shopper was asked, of no retailer",
    ),
    (
        "DELETE",
        path::RATING_QUESTION,
        "a shopper's own choice, of no retailer",
    ),
    (
        "PUT",
        path::RATING,
        "what a shopper thinks, kept as the rating itself and of no worth; a log of it would say whose it is",
    ),
];

/// Method and path.
type Operation = (String, String);

/// What the successful calls of a route left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    /// No call succeeded.
    NeverTried,
    /// Each kind of call left an entry the first time it succeeded.
    Entries,
    /// One left none.
    Nothing,
}

/// What is wrong: routes that leave nothing without being excepted, exceptions that are none.
fn unaccounted(
    routes: &BTreeSet<Operation>,
    left: &BTreeMap<Operation, Left>,
    exceptions: &[(&str, &str, &str)],
) -> Vec<String> {
    let mut out = Vec::new();
    let excepted: BTreeSet<Operation> = exceptions
        .iter()
        .map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    for route in routes {
        let (method, path) = route;
        let left = left.get(route).copied().unwrap_or(Left::NeverTried);
        match (left, excepted.contains(route)) {
            (Left::Entries, false) | (Left::Nothing, true) => {}
            (Left::Entries, true) => out.push(format!(
                "{method} {path} leaves entries: it is no exception any more"
            )),
            (Left::Nothing, false) => out.push(format!(
                "{method} {path} leaves no entry in the audit log and is no exception"
            )),
            (Left::NeverTried, _) => out.push(format!(
                "{method} {path} has no call in the authorization table that succeeds"
            )),
        }
    }
    out.extend(
        excepted
            .difference(routes)
            .map(|(method, path)| format!("{method} {path} is an exception and no route")),
    );
    out
}

/// The routes of the document that may change something.
fn mutating() -> Result<BTreeSet<Operation>> {
    let document = serde_json::to_value(server::http::api().into_openapi())?;
    Ok(operations(&document)
        .into_iter()
        .filter(|(method, _)| !matches!(method.as_str(), "GET" | "HEAD" | "OPTIONS" | "TRACE"))
        .collect())
}

/// Whose log a successful call of this identity belongs into. Shoppers, and those who sign in or join, act upon our side here.
fn retailer_of(world: &World, access: Access, who: Who) -> RetailerId {
    let side = match (access, who) {
        (
            Access::SignedIn | Access::Owner | Access::System,
            Who::OtherOwner | Who::OtherRetailersStaff | Who::OtherSystem,
        ) => &world.other,
        _ => &world.ours,
    };
    side.retailer.me.retailer_id
}

/// How many entries each retailer has.
async fn counts(connection: &DatabaseConnection) -> Result<BTreeMap<String, i64>> {
    let rows = connection
        .query_all_raw(Statement::from_string(
            connection.get_database_backend(),
            "SELECT retailer_id, COUNT(*) AS entries FROM audit_entries GROUP BY retailer_id",
        ))
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "retailer_id")?, row.try_get("", "entries")?)))
        .collect()
}

/// Which of the callers that may are tried: all, since a call's second success may be a repeat that changes nothing.
fn callers(call: &Call) -> impl Iterator<Item = Who> {
    let theirs = call.theirs.clone();
    Who::ALL.into_iter().filter(move |who| theirs.contains(who))
}

on_both_databases! {
    async fn every_route_that_changes_something_is_audited(database: Fresh) -> Result<()> {
        let server = Server::start_with(&database, with_all_ways).await?;
        let world = World::build(&server).await?;
        let connection = database.connect().await?;
        let routes = mutating()?;
        let mut left = BTreeMap::new();
        for route in table::routes(&world) {
            let operation = (route.method.to_string(), route.path.to_owned());
            if !routes.contains(&operation) {
                continue;
            }
            for call in &route.calls {
                for who in callers(call) {
                    let before = counts(&connection).await?;
                    let answer = ask(&world, who, &route, call).await?;
                    if !answer.status.is_success() {
                        continue;
                    }
                    let after = counts(&connection).await?;
                    let whose = retailer_of(&world, route.access, who).to_string();
                    let mut entered = false;
                    for (retailer, now) in &after {
                        let then = before.get(retailer).copied().unwrap_or(0);
                        ensure!(*now >= then, "{operation:?}: entries are gone");
                        ensure!(
                            retailer == &whose || *now == then,
                            "{operation:?} ({}) by {who:?}: an entry in another retailer's log",
                            call.name
                        );
                        entered |= *now > then;
                    }
                    let now = if entered { Left::Entries } else { Left::Nothing };
                    let known = left.entry(operation.clone()).or_insert(now);
                    if now == Left::Nothing {
                        *known = now;
                    }
                    // Whoever comes later may find it done.
                    break;
                }
            }
        }
        let wrong = unaccounted(&routes, &left, EXCEPTIONS);
        ensure!(wrong.is_empty(), "{wrong:#?}\n{left:#?}");
        connection.close().await?;
        server.stop().await
    }
}

/// The check has to fail for a new route in neither, for one that falls silent, for one that nobody calls, and for an exception that is
/// none any more or has no route.
#[test]
fn a_planted_silent_route_is_noticed() -> Result<()> {
    let routes = mutating()?;
    ensure!(routes.len() > 12, "the document is empty: {routes:?}");
    let is_excepted = |route: &Operation| {
        EXCEPTIONS
            .iter()
            .any(|(method, path, _)| *method == route.0 && *path == route.1)
    };
    let left: BTreeMap<Operation, Left> = routes
        .iter()
        .map(|route| {
            let left = if is_excepted(route) {
                Left::Nothing
            } else {
                Left::Entries
            };
            (route.clone(), left)
        })
        .collect();
    let wrong =
        |routes: &_, left: &_, exceptions: &[_]| unaccounted(routes, left, exceptions).len();
    ensure!(wrong(&routes, &left, EXCEPTIONS) == 0);

    let operation = |method: &str, path: &str| (method.to_owned(), path.to_owned());
    let new = operation("DELETE", "/api/v1/retailer/stores/{store_id}");
    let mut more = routes.clone();
    more.insert(new.clone());
    ensure!(wrong(&more, &left, EXCEPTIONS) == 1, "in neither");
    let mut silent = left.clone();
    silent.insert(new, Left::Nothing);
    ensure!(wrong(&more, &silent, EXCEPTIONS) == 1, "silent");

    let mut silent = left.clone();
    silent.insert(operation("POST", path::STORES), Left::Nothing);
    ensure!(wrong(&routes, &silent, EXCEPTIONS) == 1, "fell silent");
    let mut loud = left.clone();
    loud.insert(operation("POST", path::NEARBY), Left::Entries);
    ensure!(wrong(&routes, &loud, EXCEPTIONS) == 1, "no exception");
    let gone = [EXCEPTIONS, &[("POST", "/api/v1/gone", "gone")]].concat();
    ensure!(wrong(&routes, &left, &gone) == 1, "no route");
    Ok(())
}
