//! Values on their way in and out.

use std::collections::BTreeMap;

use rusqlite::{
    Row, Statement as Prepared,
    types::{ToSqlOutput, ValueRef},
};
use sea_orm::{ProxyRow, Value};

use super::Parameter;

/// What a column holds, by the type it was declared with. SQLite gives 64 bits for every whole number, readers ask for what the schema
/// says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `INTEGER`: 32 bits, as on PostgreSQL.
    Int,
    /// Anything else, and what was computed: 64 bits for whole numbers.
    Other,
}

/// The columns of a statement's rows.
pub(super) struct Columns(Vec<(String, Kind)>);

impl Columns {
    pub(super) fn of(prepared: &Prepared<'_>) -> Self {
        let kind = |name: &str, declared: Option<&str>| match declared {
            // The one of the migrations' own table, which is not ours, has 64 bits.
            Some("INTEGER") if name != "applied_at" => Kind::Int,
            _ => Kind::Other,
        };
        Self(
            prepared
                .columns()
                .iter()
                .map(|column| {
                    let name = column.name();
                    (name.to_owned(), kind(name, column.decl_type()))
                })
                .collect(),
        )
    }

    pub(super) fn read(&self, row: &Row<'_>) -> rusqlite::Result<ProxyRow> {
        let mut values = BTreeMap::new();
        for (at, (name, kind)) in self.0.iter().enumerate() {
            let value = match (row.get_ref(at)?, kind) {
                // Read as the absence of whatever is asked for.
                (ValueRef::Null, _) => Value::BigInt(None),
                (ValueRef::Integer(n), Kind::Int) => match i32::try_from(n) {
                    Ok(n) => Value::Int(Some(n)),
                    Err(_) => Value::BigInt(Some(n)),
                },
                (ValueRef::Integer(n), Kind::Other) => Value::BigInt(Some(n)),
                (ValueRef::Real(x), _) => Value::Double(Some(x)),
                (ValueRef::Text(text), _) => {
                    let text = std::str::from_utf8(text)
                        .map_err(|error| rusqlite::Error::Utf8Error(at, error))?;
                    Value::String(Some(text.to_owned()))
                }
                (ValueRef::Blob(bytes), _) => Value::Bytes(Some(bytes.to_vec())),
            };
            values.insert(name.clone(), value);
        }
        Ok(ProxyRow::new(values))
    }
}

/// A value for a parameter: of those kinds that we ever write.
pub(super) fn parameter(value: &Value) -> rusqlite::Result<Parameter<'_>> {
    fn owned<'a>(value: Option<impl Into<rusqlite::types::Value>>) -> Parameter<'a> {
        ToSqlOutput::Owned(value.map_or(rusqlite::types::Value::Null, Into::into))
    }
    Ok(match value {
        Value::Bool(v) => owned(*v),
        Value::TinyInt(v) => owned(*v),
        Value::SmallInt(v) => owned(*v),
        Value::Int(v) => owned(*v),
        Value::BigInt(v) => owned(*v),
        Value::TinyUnsigned(v) => owned(*v),
        Value::SmallUnsigned(v) => owned(*v),
        Value::Unsigned(v) => owned(*v),
        Value::BigUnsigned(Some(v)) => match i64::try_from(*v) {
            Ok(v) => owned(Some(v)),
            Err(error) => return Err(rusqlite::Error::ToSqlConversionFailure(error.into())),
        },
        Value::Float(v) => owned(v.map(f64::from)),
        Value::Double(v) => owned(*v),
        Value::String(Some(v)) => ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes())),
        Value::Bytes(Some(v)) => ToSqlOutput::Borrowed(ValueRef::Blob(v)),
        Value::BigUnsigned(None) | Value::String(None) | Value::Bytes(None) => {
            ToSqlOutput::Borrowed(ValueRef::Null)
        }
        other => {
            return Err(rusqlite::Error::ToSqlConversionFailure(
                format!("no column holds {other:?}").into(),
            ));
        }
    })
}
