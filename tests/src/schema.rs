//! The tables as the databases themselves describe them: declared, sharded by family, durable, never newer than the program.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use migrations::{Family, Migrator, MigratorTrait, TABLES};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, QueryResult, Statement};
use server::db::{ConnectError, connect};

use crate::{
    harness::{Fresh, Kind, raiten},
    on_both_databases,
};

/// What matters of a table here.
#[derive(Clone, Debug, Default)]
struct Table {
    /// Columns of the primary key and of every unique index, in order.
    keys: Vec<Vec<String>>,
    has_primary_key: bool,
    references: Vec<Reference>,
}

/// A foreign key: its columns, the table it points to and the columns there.
#[derive(Clone, Debug)]
struct Reference {
    columns: Vec<String>,
    table: String,
    there: Vec<String>,
}

type Tables = BTreeMap<String, Table>;

/// Every way in which tables break what is declared.
fn breaches(tables: &Tables, declared: &[(&str, Family)]) -> Vec<String> {
    let families: BTreeMap<&str, Family> = declared.iter().copied().collect();
    let mut out = Vec::new();
    if families.len() != declared.len() {
        out.push("a table is declared twice".to_owned());
    }
    for name in families.keys() {
        if !tables.contains_key(*name) {
            out.push(format!("{name} is declared and does not exist"));
        }
    }
    for (name, table) in tables {
        let Some(family) = families.get(name.as_str()) else {
            out.push(format!("{name} has no family"));
            continue;
        };
        if !table.has_primary_key {
            out.push(format!("{name} has no primary key"));
        }
        let lead = match family {
            Family::Retailer => Some("retailer_id"),
            Family::Shopper => Some("shopper_id"),
            Family::Reference => None,
        };
        if let Some(lead) = lead {
            for key in &table.keys {
                if key.first().map(String::as_str) != Some(lead) {
                    out.push(format!("{name}: the key {key:?} does not lead with {lead}"));
                }
            }
        }
        for reference in &table.references {
            if families.get(reference.table.as_str()) != Some(family) {
                out.push(format!(
                    "{name}: a foreign key leaves the family to {}",
                    reference.table
                ));
            }
            let leads = [&reference.columns, &reference.there]
                .map(|columns| columns.first().map(String::as_str));
            if lead.is_some() && leads != [lead, lead] {
                out.push(format!(
                    "{name}: the foreign key {:?} to {} does not carry {lead:?}",
                    reference.columns, reference.table
                ));
            }
        }
    }
    out
}

async fn rows(connection: &DatabaseConnection, sql: &str) -> Result<Vec<QueryResult>> {
    let backend = connection.get_database_backend();
    Ok(connection
        .query_all_raw(Statement::from_string(backend, sql))
        .await?)
}

async fn introspect(connection: &DatabaseConnection) -> Result<Tables> {
    match connection.get_database_backend() {
        DbBackend::Sqlite => introspect_sqlite(connection).await,
        _ => introspect_postgres(connection).await,
    }
}

async fn introspect_sqlite(connection: &DatabaseConnection) -> Result<Tables> {
    let mut tables = Tables::new();
    let names = rows(
        connection,
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )
    .await?;
    for row in names {
        let name: String = row.try_get_by_index(0)?;
        let mut table = Table::default();
        // An INTEGER PRIMARY KEY has no index of its own, so the primary key is read from the columns.
        let key = rows(
            connection,
            &format!("SELECT name FROM pragma_table_info('{name}') WHERE pk > 0 ORDER BY pk"),
        )
        .await?;
        if !key.is_empty() {
            table.has_primary_key = true;
            table.keys.push(texts(&key)?);
        }
        let indexes = rows(
            connection,
            &format!("SELECT name FROM pragma_index_list('{name}') WHERE \"unique\" = 1 AND origin <> 'pk'"),
        )
        .await?;
        for index in texts(&indexes)? {
            let columns = rows(
                connection,
                &format!("SELECT name FROM pragma_index_info('{index}') ORDER BY seqno"),
            )
            .await?;
            table.keys.push(texts(&columns)?);
        }
        let mut references: BTreeMap<i64, Reference> = BTreeMap::new();
        for row in rows(
            connection,
            &format!("SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list('{name}') ORDER BY id, seq"),
        )
        .await?
        {
            let reference = references.entry(row.try_get("", "id")?).or_insert(Reference {
                columns: Vec::new(),
                table: row.try_get("", "table")?,
                there: Vec::new(),
            });
            reference.columns.push(row.try_get("", "from")?);
            reference.there.push(row.try_get("", "to")?);
        }
        table.references = references.into_values().collect();
        tables.insert(name, table);
    }
    Ok(tables)
}

async fn introspect_postgres(connection: &DatabaseConnection) -> Result<Tables> {
    let mut tables = Tables::new();
    for name in texts(
        &rows(
            connection,
            "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'",
        )
        .await?,
    )? {
        tables.insert(name, Table::default());
    }
    let keys = rows(
        connection,
        "SELECT c.relname::text, i.indisprimary, array_to_string(array_agg(a.attname ORDER BY u.place), ',')
         FROM pg_index i
         JOIN pg_class c ON c.oid = i.indrelid
         JOIN pg_namespace n ON n.oid = c.relnamespace
         CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS u (number, place)
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.number
         WHERE i.indisunique AND n.nspname = 'public'
         GROUP BY c.relname, i.indexrelid, i.indisprimary",
    )
    .await?;
    for row in keys {
        let name: String = row.try_get_by_index(0)?;
        let primary: bool = row.try_get_by_index(1)?;
        let table = tables.get_mut(&name).context("a key of an unknown table")?;
        table.has_primary_key |= primary;
        table.keys.push(listed(&row.try_get_by_index::<String>(2)?));
    }
    let references = rows(
        connection,
        "SELECT f.relname::text, t.relname::text,
                (SELECT string_agg(a.attname, ',' ORDER BY u.place) FROM unnest(c.conkey) WITH ORDINALITY AS u (number, place)
                 JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = u.number),
                (SELECT string_agg(a.attname, ',' ORDER BY u.place) FROM unnest(c.confkey) WITH ORDINALITY AS u (number, place)
                 JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = u.number)
         FROM pg_constraint c JOIN pg_class f ON f.oid = c.conrelid JOIN pg_class t ON t.oid = c.confrelid
         WHERE c.contype = 'f'",
    )
    .await?;
    for row in references {
        let name: String = row.try_get_by_index(0)?;
        let table = tables
            .get_mut(&name)
            .context("a foreign key of an unknown table")?;
        table.references.push(Reference {
            columns: listed(&row.try_get_by_index::<String>(2)?),
            table: row.try_get_by_index(1)?,
            there: listed(&row.try_get_by_index::<String>(3)?),
        });
    }
    Ok(tables)
}

fn texts(rows: &[QueryResult]) -> Result<Vec<String>> {
    rows.iter()
        .map(|row| Ok(row.try_get_by_index(0)?))
        .collect()
}

fn listed(columns: &str) -> Vec<String> {
    columns.split(',').map(ToOwned::to_owned).collect()
}

on_both_databases! {
    async fn every_table_keeps_to_its_family(database: Fresh) -> Result<()> {
        let db = connect(&database.url).await?;
        let tables = introspect(db.read()).await?;
        let breaches = breaches(&tables, TABLES);
        ensure!(breaches.is_empty(), "{breaches:#?}");
        // Both databases have to have been read in full, not found empty.
        let references: usize = tables.values().map(|table| table.references.len()).sum();
        ensure!(references > 20, "only {references} foreign keys were seen");
        db.close().await?;
        Ok(())
    }

    async fn migrating_again_changes_nothing(database: Fresh) -> Result<()> {
        connect(&database.url).await?.close().await?;
        let db = connect(&database.url).await?;
        let names: BTreeSet<String> = introspect(db.read()).await?.into_keys().collect();
        ensure!(names.len() == TABLES.len(), "{names:?}");
        db.close().await?;
        Ok(())
    }

    /// What an older program left is the same visits, told by what they are.
    async fn visits_with_ids_become_those_without(database: Fresh) -> Result<()> {
        let db = database.connect().await?;
        let all = Migrator::migrations();
        let before = all
            .iter()
            .position(|one| one.name() == "m20261130_000001_visits_by_place_and_time")
            .context("the migration")?;
        Migrator::up(&db, Some(u32::try_from(before)?)).await?;
        for statement in [
            "INSERT INTO retailers (retailer_id, name, created_at) VALUES ('ret_1', 'One', 0)",
            "INSERT INTO stores (retailer_id, store_id, name, lat, lng, created_at) VALUES ('ret_1', 'sto_1', 'Store', 35.0, 139.0, 0)",
            "INSERT INTO visits (retailer_id, visit_id, store_id, shopper_id, began_at, day, sources) VALUES
                ('ret_1', 'vis_a', 'sto_1', 'shp_1', 1000, 0, 5), ('ret_1', 'vis_b', 'sto_1', 'shp_1', 90000000, 1, 2)",
            "INSERT INTO visit_evidence (retailer_id, visit_id, source, reference, seen_at) VALUES
                ('ret_1', 'vis_a', 'redemption', 'red_1', 1000), ('ret_1', 'vis_a', 'card', 'mem_1', 2000)",
            "INSERT INTO visit_imports (retailer_id, import_id, imported_at, visits, placed_at) VALUES ('ret_1', 'imp_1', 5, 1, 6)",
            "INSERT INTO visit_import_stores (retailer_id, import_id, store_id) VALUES ('ret_1', 'imp_1', 'sto_1')",
            "INSERT INTO visit_import_rows (retailer_id, member_hash, reference, import_id, store_id, seen_at, basket_yen) VALUES
                ('ret_1', 'm', 'r', 'imp_1', 'sto_1', 90000000, 500)",
        ] {
            db.execute_unprepared(statement).await?;
        }
        Migrator::up(&db, None).await?;
        let all = |query: &'static str| {
            let db = &db;
            async move {
                let rows = db
                    .query_all_raw(Statement::from_string(db.get_database_backend(), query))
                    .await?;
                texts(&rows)
            }
        };
        let visits = all("SELECT shopper_id || ' ' || store_id || ' ' || began_at || ' ' || day || ' ' || sources FROM visits ORDER BY began_at").await?;
        ensure!(
            visits == ["shp_1 sto_1 1000 0 5", "shp_1 sto_1 90000000 1 2"],
            "{visits:?}"
        );
        let evidence = all(
            "SELECT source || ' ' || reference || ' ' || shopper_id || ' ' || store_id || ' ' || began_at || ' ' || seen_at
             FROM visit_evidence ORDER BY seen_at",
        )
        .await?;
        ensure!(
            evidence == ["redemption red_1 shp_1 sto_1 1000 1000", "card mem_1 shp_1 sto_1 1000 2000"],
            "{evidence:?}"
        );
        let lines = all("SELECT member_hash || ' ' || reference || ' ' || seen_at || ' ' || basket_yen FROM visit_import_rows").await?;
        ensure!(lines == ["m r 90000000 500"], "{lines:?}");
        db.close().await?;
        Ok(())
    }

    /// As SQLite does by itself: ids are in one order on both.
    async fn texts_are_compared_by_their_bytes(database: Fresh) -> Result<()> {
        let db = connect(&database.url).await?;
        if db.backend() == DbBackend::Postgres {
            let rows = db
                .read()
                .query_all_raw(Statement::from_string(
                    DbBackend::Postgres,
                    "SELECT c.table_name || '.' || c.column_name FROM information_schema.columns c
                     WHERE c.table_schema = current_schema() AND c.data_type = 'text' AND c.collation_name IS DISTINCT FROM 'C'",
                ))
                .await?;
            let others = texts(&rows)?;
            ensure!(others.is_empty(), "{others:?}");
        }
        db.close().await?;
        Ok(())
    }

    async fn a_newer_database_is_refused(database: Fresh) -> Result<()> {
        connect(&database.url).await?.close().await?;
        let behind = database.connect().await?;
        behind
            .execute_unprepared(
                "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29990101_000001_from_the_future', 0)",
            )
            .await?;
        let refused = connect(&database.url).await;
        ensure!(
            matches!(&refused, Err(ConnectError::NewerDatabase { migration }) if migration.contains("from_the_future")),
            "{refused:?}"
        );
        // The same at the command line: a sentence that says what to do, and no success.
        let outcome = raiten(&database, &["migrate"])?;
        ensure!(
            outcome.code != 0 && outcome.stderr.contains("newer than this program"),
            "{outcome:?}"
        );
        behind.close().await?;
        Ok(())
    }
}

/// Every connection, the reading ones too, has what durability rests on.
#[test]
fn sqlite_is_durable() -> Result<()> {
    // A function, not a closure: an async block would take the address only, and the folder would be gone.
    async fn check(database: Fresh) -> Result<()> {
        let db = connect(&database.url).await?;
        let writing = db.begin().await?;
        for (pragma, wanted) in [
            ("journal_mode", "wal"),
            ("synchronous", "2"),
            ("foreign_keys", "1"),
        ] {
            let sql = format!("SELECT CAST({pragma} AS TEXT) FROM pragma_{pragma}");
            let statement = Statement::from_string(DbBackend::Sqlite, sql);
            let read = db.read().query_one_raw(statement.clone()).await?;
            let write = writing.query_one_raw(statement).await?;
            for row in [read, write] {
                let found: String = row.context("an answer")?.try_get_by_index(0)?;
                ensure!(found == wanted, "PRAGMA {pragma} is {found}, not {wanted}");
            }
        }
        writing.rollback().await?;
        db.close().await?;
        Ok(())
    }
    crate::harness::run(Kind::Sqlite, check)
}

/// The check has to find what it is there for.
#[test]
fn planted_breaches_are_found() {
    let key = |columns: &[&str]| columns.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
    let sound = Table {
        keys: vec![key(&["retailer_id", "thing_id"])],
        has_primary_key: true,
        references: Vec::new(),
    };
    let reference = |table: &str, columns: &[&str]| Reference {
        columns: key(columns),
        table: table.to_owned(),
        there: key(columns),
    };
    let declared = [("things", Family::Retailer), ("people", Family::Shopper)];
    let tables = |things: Table| {
        let people = Table {
            keys: vec![key(&["shopper_id"])],
            has_primary_key: true,
            references: Vec::new(),
        };
        Tables::from([("things".to_owned(), things), ("people".to_owned(), people)])
    };
    assert_eq!(
        breaches(&tables(sound.clone()), &declared),
        Vec::<String>::new()
    );
    let planted = [
        Table {
            keys: vec![key(&["thing_id", "retailer_id"])],
            ..sound.clone()
        },
        Table {
            has_primary_key: false,
            ..sound.clone()
        },
        Table {
            references: vec![reference("people", &["shopper_id"])],
            ..sound.clone()
        },
        Table {
            references: vec![reference("things", &["thing_id"])],
            ..sound.clone()
        },
    ];
    for things in planted {
        let shown = format!("{things:?}");
        assert!(!breaches(&tables(things), &declared).is_empty(), "{shown}");
    }
    let mut undeclared = tables(sound.clone());
    undeclared.insert("forgotten".to_owned(), sound);
    assert!(!breaches(&undeclared, &declared).is_empty());
    undeclared.clear();
    assert_eq!(breaches(&undeclared, &declared).len(), declared.len());
}
