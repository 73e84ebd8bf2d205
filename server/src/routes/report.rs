//! What a retailer reads about a period, as numbers and as tables for a spreadsheet.

use app::{
    api::retailer::Report,
    day::{Day, JST},
    id::RetailerId,
    lang::{Lang, Text},
    problem::{Problem, ProblemKind},
    report::{Period, put_together},
};
use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::spreadsheet;
use crate::{
    db::report,
    error::{ApiError, ApiResult},
    http::{
        authority::Owner,
        extract::{Json, Query, Reader},
    },
    state::App,
};

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read))
        .routes(routes!(read_csv))
}

/// Which days.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Days {
    /// The first, `YYYY-MM-DD` in Japan; 30 days unless told.
    from: Option<String>,
    /// The last, included; today unless told. At most 400 days.
    to: Option<String>,
}

/// Which table of which days.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct TableOfDays {
    /// The table.
    #[param(inline)]
    table: Table,
    /// The first, `YYYY-MM-DD` in Japan; 30 days unless told.
    from: Option<String>,
    /// The last, included; today unless told. At most 400 days.
    to: Option<String>,
}

/// A table of the report.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
enum Table {
    /// One row a day.
    Days,
    /// One row a store.
    Stores,
    /// One row per number of visits.
    Frequency,
}

/// Issued, redeemed, cost and visits per day and store, and visit frequency per shopper.
#[utoipa::path(
    get,
    path = "/api/v1/retailer/report",
    tag = "report",
    params(Days),
    responses(
        (status = 200, body = Report),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn read(
    State(app): State<App>,
    owner: Owner,
    Query(days): Query<Days>,
) -> ApiResult<Json<Report>> {
    let period = period(&app, days.from.as_deref(), days.to.as_deref())?;
    Ok(Json(report_of(&app, owner.retailer_id, period).await?))
}

/// One table of the report for a spreadsheet: UTF-8 with a mark, column names in the reader's language.
#[utoipa::path(
    get,
    path = "/api/v1/retailer/report.csv",
    tag = "report",
    params(TableOfDays),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn read_csv(
    State(app): State<App>,
    owner: Owner,
    Reader(lang): Reader,
    Query(what): Query<TableOfDays>,
) -> ApiResult<Response> {
    let period = period(&app, what.from.as_deref(), what.to.as_deref())?;
    let report = report_of(&app, owner.retailer_id, period).await?;
    let body = what
        .table
        .write(&report, lang)
        .map_err(ApiError::internal)?;
    let name = format!(
        "raiten-{}-{}_{}.csv",
        what.table.slug(),
        report.from,
        report.to
    );
    spreadsheet::download(body, spreadsheet::CSV, &name, lang)
}

fn period(app: &App, from: Option<&str>, to: Option<&str>) -> ApiResult<Period> {
    let blank = |text: &&str| !text.is_empty();
    Period::new(
        from.filter(blank),
        to.filter(blank),
        Day::of(app.clock.now(), JST),
    )
    .map_err(|problems| ApiError::checked(ProblemKind::InvalidFields, problems))
}

async fn report_of(app: &App, retailer_id: RetailerId, period: Period) -> ApiResult<Report> {
    let counted = report::counted(app.db.scan(), retailer_id, period).await?;
    Ok(put_together(period, counted))
}

impl Table {
    const fn slug(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Stores => "stores",
            Self::Frequency => "frequency",
        }
    }

    const fn columns(self) -> &'static [Text] {
        const fn t(ja: &'static str, en: &'static str) -> Text {
            Text::new(ja, en)
        }
        match self {
            Self::Days => {
                const {
                    &[
                        t("日付", "Day"),
                        t("プレイ数", "Plays"),
                        t("発行数", "Issued"),
                        t("発行額（円）", "Issued value (JPY)"),
                        t("利用数", "Redeemed"),
                        t("費用（円）", "Cost (JPY)"),
                        t("来店数", "Visits"),
                    ]
                }
            }
            Self::Stores => {
                const {
                    &[
                        t("店舗 ID", "Store ID"),
                        t("店舗名", "Store"),
                        t("緯度", "Latitude"),
                        t("経度", "Longitude"),
                        t("発行数", "Issued"),
                        t("利用数", "Redeemed"),
                        t("費用（円）", "Cost (JPY)"),
                        t("来店数", "Visits"),
                    ]
                }
            }
            Self::Frequency => {
                const {
                    &[
                        t("来店回数（10 は 10 回以上）", "Visits (10: 10 and more)"),
                        t("人数", "Shoppers"),
                    ]
                }
            }
        }
    }

    /// The table as a spreadsheet reads it.
    fn write(self, report: &Report, lang: Lang) -> Result<Vec<u8>, csv::Error> {
        let mut writer = spreadsheet::writer(spreadsheet::MARK.to_vec());
        writer.write_record(self.columns().iter().map(|column| column.get(lang)))?;
        match self {
            Self::Days => {
                for row in &report.days {
                    writer.write_record([
                        row.day.clone(),
                        row.plays.to_string(),
                        row.issued.to_string(),
                        row.issued_value.get().to_string(),
                        row.redeemed.to_string(),
                        row.cost.get().to_string(),
                        row.visits.to_string(),
                    ])?;
                }
            }
            Self::Stores => {
                for row in &report.stores {
                    writer.write_record([
                        row.store_id.to_string(),
                        spreadsheet::harmless(&row.name).into_owned(),
                        row.lat.to_string(),
                        row.lng.to_string(),
                        row.issued.to_string(),
                        row.redeemed.to_string(),
                        row.cost.get().to_string(),
                        row.visits.to_string(),
                    ])?;
                }
            }
            Self::Frequency => {
                for row in &report.frequency {
                    writer.write_record([row.visits.to_string(), row.shoppers.to_string()])?;
                }
            }
        }
        writer
            .into_inner()
            .map_err(|error| error.into_error().into())
    }
}

#[cfg(test)]
mod tests {
    use app::{
        api::retailer::StoreRow,
        day::Day,
        id::StoreId,
        lang::Lang,
        report::{Counted, Period, put_together},
        yen::Yen,
    };

    use super::Table;

    fn table(name: &str, table: Table, lang: Lang) -> String {
        let period = Period::new(Some("2026-11-22"), Some("2026-11-22"), Day(0));
        let counted = Counted {
            stores: vec![StoreRow {
                store_id: StoreId::new(0, [0; 10]),
                name: name.to_owned(),
                lat: -35.5,
                lng: 139.25,
                issued: 4,
                redeemed: 3,
                cost: Yen(1500),
                visits: 2,
            }],
            ..Counted::default()
        };
        period
            .ok()
            .map(|p| put_together(p, counted))
            .and_then(|report| table.write(&report, lang).ok())
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .unwrap_or_default()
    }

    #[test]
    fn names_cannot_become_formulas() {
        let line = |name| {
            let text = table(name, Table::Stores, Lang::En);
            text.split("\r\n").nth(1).unwrap_or_default().to_owned()
        };
        assert_eq!(
            line("=1+1"),
            "sto_00000000000000000000000000,'=1+1,-35.5,139.25,4,3,1500,2"
        );
        for name in ["+A", "-A", "@A", "＝A"] {
            assert!(line(name).contains(&format!(",'{name},")), "{name}");
        }
        assert!(line("A=\"B\", C").contains(",\"A=\"\"B\"\", C\","));
    }

    #[test]
    fn speaks_the_readers_language_behind_a_mark() {
        assert_eq!(
            table("A", Table::Days, Lang::Ja),
            "\u{feff}日付,プレイ数,発行数,発行額（円）,利用数,費用（円）,来店数\r\n2026-11-22,0,0,0,0,0,0\r\n"
        );
        let english = table("A", Table::Frequency, Lang::En);
        assert!(english.starts_with("\u{feff}Visits (10: 10 and more),Shoppers\r\n1,0\r\n"));
    }
}
