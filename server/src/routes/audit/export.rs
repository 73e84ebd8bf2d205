//! The whole log as a file: byte for byte what its links are made of, or for a spreadsheet.

use app::{
    audit::{Action, ActorKind, Chained},
    day::{Day, JST},
    id::RetailerId,
    lang::{Lang, Text},
    problem::Problem,
};
use axum::{
    body::{Body, Bytes},
    extract::State,
    response::Response,
};
use chrono::DateTime;
use futures::stream;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::kind;
use crate::{
    db::audit::{self, Found},
    error::{ApiError, ApiResult},
    http::{
        authority::Owner,
        extract::{Query, Reader},
    },
    routes::spreadsheet,
    state::App,
};

/// Entries of an export that are read and written at once: some 300 kB in memory.
const AT_ONCE: u64 = 500;

/// The route of the file.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(export))
}

/// In which form.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
enum Format {
    /// JSON Lines: byte for byte what the links are made of.
    #[default]
    Jsonl,
    /// For a spreadsheet: UTF-8 with a mark, column names in the reader's language.
    Csv,
}

/// How to export.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct How {
    /// `jsonl` unless told.
    #[param(inline)]
    #[serde(default)]
    format: Format,
}

/// Every sealed entry of the retailer by its number, from 1 without a gap, to be kept and checked elsewhere. What is not sealed yet, a few
/// seconds old, comes with the next export. A line is `{"number":N,"link":"L","entry":[…]}`: `L` is SHA-256, in hexadecimal digits,
/// over the link of the line before (nothing for the first), a line feed and the bytes of the array as they stand in the line. The array
/// has the entry's id, the moment (unix milliseconds), the actor's kind, the actor, the action, its subject, the store, the origin, the
/// request's id and the details as text.
#[utoipa::path(
    get,
    path = "/api/v1/retailer/audit/export",
    tag = "audit",
    params(How),
    responses(
        (status = 200, content((String = "application/x-ndjson"), (String = "text/csv"))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn export(
    State(app): State<App>,
    owner: Owner,
    Reader(lang): Reader,
    Query(how): Query<How>,
) -> ApiResult<Response> {
    let today = Day::of(app.clock.now(), JST);
    let (media_type, ending) = match how.format {
        Format::Jsonl => (spreadsheet::JSON_LINES, "jsonl"),
        Format::Csv => (spreadsheet::CSV, "csv"),
    };
    let part = Part {
        retailer_id: owner.retailer_id,
        format: how.format,
        lang,
        after: 0,
    };
    // The first part is read before the answer begins, so that a database that is away is a problem and no broken file.
    let (first, rest) = part.write(&app).await?;
    let rest = stream::try_unfold(rest, move |part| {
        let app = app.clone();
        async move {
            let Some(part) = part else { return Ok(None) };
            part.write(&app).await.map(Some).map_err(|error| {
                // The head has gone: breaking off is what tells the reader that the file is not whole.
                tracing::error!(kind = ?error.kind, cause = ?error.cause(), "an export of the audit log broke off");
                std::io::Error::other("the export broke off")
            })
        }
    });
    let first = stream::once(std::future::ready(Ok(first)));
    let body = Body::from_stream(futures::StreamExt::chain(first, rest));
    spreadsheet::download(
        body,
        media_type,
        &format!("raiten-audit-{today}.{ending}"),
        lang,
    )
}

/// A part of an export: the entries after a number.
#[derive(Clone, Copy)]
struct Part {
    retailer_id: RetailerId,
    format: Format,
    lang: Lang,
    after: i64,
}

impl Part {
    /// Its text, and the part that follows if there is one.
    async fn write(self, app: &App) -> ApiResult<(Bytes, Option<Self>)> {
        let found =
            audit::sealed_after(app.db.scan(), self.retailer_id, self.after, AT_ONCE).await?;
        let text = match self.format {
            Format::Jsonl => found.iter().map(line).collect::<String>().into_bytes(),
            Format::Csv => table(&found, self.after == 0, self.lang).map_err(ApiError::internal)?,
        };
        let rest = found
            .last()
            .and_then(|last| last.number)
            .filter(|_| found.len() as u64 == AT_ONCE)
            .map(|after| Self { after, ..self });
        Ok((text.into(), rest))
    }
}

fn line(found: &Found) -> String {
    let chained = Chained {
        entry_id: &found.entry_id,
        at: found.entered_at,
        actor_kind: &found.actor_kind,
        actor: &found.actor,
        action: &found.action,
        subject: &found.subject,
        store_id: found.store_id.as_deref(),
        origin: found.origin.as_deref(),
        request_id: found.request_id.as_deref(),
        details: &found.details,
    };
    // Hexadecimal digits need no escaping, and what is sealed has both.
    format!(
        "{{\"number\":{},\"link\":\"{}\",\"entry\":{}}}\n",
        found.number.unwrap_or_default(),
        found.link.as_deref().unwrap_or_default(),
        chained.text()
    )
}

const COLUMNS: [Text; 15] = [
    Text::new("番号", "Number"),
    Text::new("日時（日本時間）", "Time (Japan)"),
    Text::new("内容", "What happened"),
    Text::new("対象", "Of"),
    Text::new("店舗", "Store"),
    Text::new("詳細", "Details"),
    Text::new("記録 ID", "Entry ID"),
    Text::new("時刻（UNIX ミリ秒）", "Time (unix ms)"),
    Text::new("行為者の種類", "Actor kind"),
    Text::new("行為者", "Actor"),
    Text::new("操作", "Action"),
    Text::new("対象 ID", "Subject ID"),
    Text::new("店舗 ID", "Store ID"),
    Text::new("接続元（ハッシュ）", "Origin (hash)"),
    Text::new("リクエスト ID", "Request ID"),
];

/// Entries as a spreadsheet reads them; the first part begins with the mark and the names of the columns.
fn table(found: &[Found], is_first: bool, lang: Lang) -> anyhow::Result<Vec<u8>> {
    let mut writer = spreadsheet::writer(if is_first {
        spreadsheet::MARK.to_vec()
    } else {
        Vec::new()
    });
    if is_first {
        let names = COLUMNS.iter().map(|column| column.get(lang));
        writer.write_record(names.chain(["SHA-256"]))?;
    }
    for row in found {
        let kind = kind(row)?;
        let name = match kind {
            ActorKind::Account => row.actor_name.as_deref(),
            _ => Some(row.actor.as_str()),
        };
        let what = Action::from_slug(&row.action).map_or_else(
            || row.action.clone(),
            |action| {
                let who = kind.who(name, lang);
                action.sentence().get(lang).replacen("{}", &who, 1)
            },
        );
        let (number, at) = (
            row.number.unwrap_or_default().to_string(),
            row.entered_at.to_string(),
        );
        let time = in_japan(row.entered_at);
        let or_nothing = |text: &'_ Option<String>| text.clone().unwrap_or_default();
        let cells = [
            &number,
            &time,
            &what,
            &or_nothing(&row.subject_name),
            &or_nothing(&row.store_name),
            &row.details,
            &row.entry_id,
            &at,
            &row.actor_kind,
            &row.actor,
            &row.action,
            &row.subject,
            &or_nothing(&row.store_id),
            &or_nothing(&row.origin),
            &or_nothing(&row.request_id),
            &or_nothing(&row.link),
        ]
        .map(|cell| spreadsheet::harmless(cell).into_owned());
        writer.write_record(cells)?;
    }
    writer
        .into_inner()
        .map_err(|error| anyhow::Error::from(error.into_error()))
}

/// `2026-12-01 10:00:00`, as spreadsheets read a time.
fn in_japan(at: i64) -> String {
    const AHEAD_MS: i64 = 9 * 3_600_000;
    DateTime::from_timestamp_millis(at.saturating_add(AHEAD_MS))
        .map(|time| time.format("%Y-%m-%d %H:%M:%S").to_string())
        .unwrap_or_default()
}
