//! Many rows or keys in one statement, in the form that each database takes best: PostgreSQL one array for each column, whatever their number, which it
//! neither reads nor plans one by one; SQLite a parameter for each value.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value, sea_query::ArrayType};

use super::sql::placeholders;

/// So many parameters go into one statement of SQLite, which takes 32,766.
const PARAMETERS: usize = 14_000;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    Int,
    BigInt,
    /// `BigInt` that may be missing.
    Optional,
}

/// Stands for what is missing, in an array, which cannot miss anything.
const MISSING: i64 = i64::MIN;

impl Type {
    const fn name(self) -> &'static str {
        match self {
            Self::Text => "TEXT",
            Self::Int => "INTEGER",
            Self::BigInt | Self::Optional => "BIGINT",
        }
    }

    /// A column of the arrays' table, as it goes into the other.
    fn read(self, name: &str) -> String {
        match self {
            Self::Optional => format!("NULLIF({name}, CAST('{MISSING}' AS BIGINT))"),
            Self::Text | Self::Int | Self::BigInt => name.to_owned(),
        }
    }

    fn array(self, values: Vec<Value>) -> Value {
        let kind = match self {
            Self::Text => ArrayType::String,
            Self::Int => ArrayType::Int,
            Self::BigInt | Self::Optional => ArrayType::BigInt,
        };
        Value::Array(kind, Some(Box::new(values)))
    }
}

fn is_postgres(connection: &impl ConnectionTrait) -> bool {
    connection.get_database_backend() == DbBackend::Postgres
}

/// Inserts rows into a table: what is the same in all of them, and the columns in which they differ.
///
/// # Errors
/// When the database objects.
pub(crate) async fn insert<const M: usize, const N: usize>(
    transaction: &impl ConnectionTrait,
    table: &str,
    same: [(&str, Value); M],
    columns: [(&str, Type); N],
    rows: Vec<[Value; N]>,
) -> Result<(), DbErr> {
    let backend = transaction.get_database_backend();
    run(transaction, inserts(backend, table, same, columns, rows)).await
}

/// Runs statements one after the other.
///
/// # Errors
/// When the database objects.
pub(crate) async fn run(
    transaction: &impl ConnectionTrait,
    statements: Vec<Statement>,
) -> Result<(), DbErr> {
    for statement in statements {
        transaction.execute_raw(statement).await?;
    }
    Ok(())
}

/// The statements that insert these rows, see [`insert`]; none for no rows.
pub(crate) fn inserts<const M: usize, const N: usize>(
    backend: DbBackend,
    table: &str,
    same: [(&str, Value); M],
    columns: [(&str, Type); N],
    rows: Vec<[Value; N]>,
) -> Vec<Statement> {
    if rows.is_empty() {
        return Vec::new();
    }
    let (names_of_same, same): (Vec<&str>, Vec<Value>) = same.into_iter().unzip();
    let into = |names: &[&str]| {
        let all: Vec<&str> = names_of_same.iter().chain(names).copied().collect();
        format!("INSERT INTO {table} ({})", all.join(", "))
    };
    let names = columns.map(|(name, _)| name);
    if backend == DbBackend::Postgres {
        let mut arrays: [Vec<Value>; N] = std::array::from_fn(|_| Vec::with_capacity(rows.len()));
        for row in rows {
            for (array, value) in arrays.iter_mut().zip(row) {
                array.push(match value {
                    Value::BigInt(None) => MISSING.into(),
                    value => value,
                });
            }
        }
        let mut read: Vec<String> = (1..=M).map(|n| format!("CAST(${n} AS TEXT)")).collect();
        read.extend(columns.map(|(name, kind)| kind.read(name)));
        let places: Vec<String> = (M + 1..)
            .zip(columns)
            .map(|(n, (_, kind))| format!("CAST(${n} AS {}[])", kind.name()))
            .collect();
        let text = format!(
            "{} SELECT {} FROM UNNEST({}) AS u ({})",
            into(&names),
            read.join(", "),
            places.join(", "),
            names.join(", ")
        );
        let arrays = columns.into_iter().zip(arrays);
        let arrays = arrays.map(|((_, kind), array)| kind.array(array));
        let values = same.into_iter().chain(arrays);
        return vec![Statement::from_sql_and_values(backend, text, values)];
    }
    let mut statements = Vec::new();
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let some: Vec<[Value; N]> = rows.by_ref().take(PARAMETERS / N).collect();
        let first = if M == 0 {
            String::new()
        } else {
            format!("{}, ", placeholders(1, M))
        };
        let places: Vec<String> = (0..some.len())
            .map(|n| format!("({first}{})", placeholders(1 + M + N * n, N)))
            .collect();
        let text = format!("{} VALUES {}", into(&names), places.join(", "));
        let values = same.iter().cloned().chain(some.into_iter().flatten());
        statements.push(Statement::from_sql_and_values(backend, text, values));
    }
    statements
}

/// A condition that a text is one of these, by parameters from `$first` on, and the parameters.
pub(crate) fn one_of(
    connection: &impl ConnectionTrait,
    first: usize,
    texts: impl IntoIterator<Item = String>,
) -> (String, Vec<Value>) {
    let values: Vec<Value> = texts.into_iter().map(Value::from).collect();
    if is_postgres(connection) {
        (
            format!("= ANY (CAST(${first} AS TEXT[]))"),
            vec![Type::Text.array(values)],
        )
    } else {
        (
            format!("IN ({})", placeholders(first, values.len())),
            values,
        )
    }
}

/// A table to read from: the rows of `table` that meet a condition and have one of these texts in a column, by parameters from `$first` on, and the
/// parameters. PostgreSQL looks them up text by text: of a retailer of whom its statistics know nothing it would rather read all rows, taking them for one. It does
/// so all the same, and for each text, where another index begins with the retailer than the one that is meant.
pub(crate) fn rows_of(
    connection: &impl ConnectionTrait,
    table: &str,
    condition: &str,
    column: &str,
    (first, texts): (usize, impl IntoIterator<Item = String>),
) -> (String, Vec<Value>) {
    let (them, values) = one_of(connection, first, texts);
    if is_postgres(connection) {
        let each = format!("UNNEST(CAST(${first} AS TEXT[])) AS u (one)");
        let rows =
            format!("SELECT t.* FROM {table} t WHERE {condition} AND t.{column} = u.one OFFSET 0");
        (
            format!("(SELECT t.* FROM {each} CROSS JOIN LATERAL ({rows}) t)"),
            values,
        )
    } else {
        (
            format!("(SELECT t.* FROM {table} t WHERE {condition} AND t.{column} {them})"),
            values,
        )
    }
}

/// A table to read from, of texts in these columns and their `place` from 0 on, by parameters from `$first` on, and the parameters.
pub(crate) fn listed<const N: usize>(
    connection: &impl ConnectionTrait,
    first: usize,
    columns: [&str; N],
    rows: Vec<[String; N]>,
) -> (String, Vec<Value>) {
    let names = columns.join(", ");
    if is_postgres(connection) {
        let mut arrays: [Vec<Value>; N] = std::array::from_fn(|_| Vec::with_capacity(rows.len()));
        for row in rows {
            for (array, text) in arrays.iter_mut().zip(row) {
                array.push(text.into());
            }
        }
        let places: Vec<String> = (first..first + N)
            .map(|n| format!("CAST(${n} AS TEXT[])"))
            .collect();
        (
            format!(
                "(SELECT {names}, place - 1 AS place FROM UNNEST({}) WITH ORDINALITY AS u ({names}, place))",
                places.join(", ")
            ),
            arrays.map(|array| Type::Text.array(array)).into(),
        )
    } else {
        let places: Vec<String> = (0..rows.len())
            .map(|n| format!("({}, {n})", placeholders(first + N * n, N)))
            .collect();
        let renamed: Vec<String> = (1..)
            .zip(columns.into_iter().chain(["place"]))
            .map(|(n, name)| format!("column{n} AS {name}"))
            .collect();
        (
            format!(
                "(SELECT {} FROM (VALUES {}))",
                renamed.join(", "),
                places.join(", ")
            ),
            rows.into_iter().flatten().map(Value::from).collect(),
        )
    }
}
