//! Whether offers bring more visits, and what that rests on.

use std::collections::HashMap;

use app::{
    api::lift::{
        Breakdown, CellLift, Dimension, EpochLift, Evidence, Lift, Money, Point, StageRow,
        VisitsRow,
    },
    cohort::{Measure, Stage, Sums},
    holdout::Arm,
    id::EpochId,
    lang::{Lang, Text},
    lift::{
        Analysis, Both, Interval, Moments, Options, Verdict, analyse, before_and_after, best_ratio,
        detection_gap, difference, fieller, needed, paid_anyway, sample_ratio, shrink,
    },
    problem::{Problem, ProblemKind},
};
use axum::{extract::State, response::Response};
use sea_orm::DbErr;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::spreadsheet;
use crate::{
    db::{
        holdout::{self, Epoch},
        lift::{self, Cell, MANY, Published, STAGE},
        running, stores,
    },
    error::{ApiError, ApiResult},
    http::{
        authority::Owner,
        extract::{Json, Path, Reader},
    },
    state::App,
};

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read))
        .routes(routes!(read_evidence))
        .routes(routes!(read_evidence_csv))
}

/// So many epochs are shown.
const MAX_EPOCHS: usize = 100;
/// The relative lift of which the report says how many shoppers it takes to find it.
const WANTED: f64 = 0.1;

/// What offers do to visits, as far as it can be said: of the programme and of each campaign, by epoch.
#[utoipa::path(get, path = "/api/v1/retailer/lift", tag = "lift",
    responses(
        (status = 200, body = Lift),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    ))]
async fn read(State(app): State<App>, owner: Owner, Reader(lang): Reader) -> ApiResult<Json<Lift>> {
    let connection = app.db.scan();
    let mut epochs = holdout::all(connection, owner.retailer_id).await?;
    epochs.truncate(MAX_EPOCHS);
    let names = names(&app, &epochs, lang).await?;
    let ends = lift::ends(connection, owner.retailer_id).await?;
    let of = |epoch: &Epoch| {
        let points = |measure| ends.get(&(epoch.epoch_id, measure)).map(Vec::as_slice);
        of_epoch(epoch, names.get(&epoch.epoch_id).cloned(), &points)
    };
    Ok(Json(Lift {
        epochs: epochs.iter().map(of).collect(),
    }))
}

/// What the lift of one epoch rests on.
#[utoipa::path(get, path = "/api/v1/retailer/lift/{epoch_id}", tag = "lift",
    params(("epoch_id" = EpochId, Path, description = "The epoch.")),
    responses(
        (status = 200, body = Evidence),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
async fn read_evidence(
    State(app): State<App>,
    owner: Owner,
    Reader(lang): Reader,
    Path(epoch_id): Path<EpochId>,
) -> ApiResult<Json<Evidence>> {
    Ok(Json(evidence(&app, owner, epoch_id, lang).await?))
}

/// The same for a spreadsheet: UTF-8 with a mark, column names in the reader's language, lifts as parts of one.
#[utoipa::path(get, path = "/api/v1/retailer/lift/{epoch_id}/evidence.csv", tag = "lift",
    params(("epoch_id" = EpochId, Path, description = "The epoch.")),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
async fn read_evidence_csv(
    State(app): State<App>,
    owner: Owner,
    Reader(lang): Reader,
    Path(epoch_id): Path<EpochId>,
) -> ApiResult<Response> {
    let evidence = evidence(&app, owner, epoch_id, lang).await?;
    let body = as_csv(&evidence, lang).map_err(ApiError::internal)?;
    let name = format!("raiten-lift-{epoch_id}.csv");
    spreadsheet::download(body, spreadsheet::CSV, &name, lang)
}

/// The names of the campaigns that epochs are of.
async fn names(app: &App, epochs: &[Epoch], lang: Lang) -> Result<HashMap<EpochId, String>, DbErr> {
    let ids: Vec<_> = epochs
        .iter()
        .filter_map(|epoch| Some((epoch.retailer_id, epoch.campaign_id?)))
        .collect();
    let campaigns = running::campaigns(app.db.scan(), &ids).await?;
    let named = |epoch: &Epoch| {
        let campaign = campaigns
            .iter()
            .find(|c| Some(c.campaign_id) == epoch.campaign_id)?;
        Some((epoch.epoch_id, campaign.names.get(lang).to_owned()))
    };
    Ok(epochs.iter().filter_map(named).collect())
}

async fn evidence(app: &App, owner: Owner, epoch_id: EpochId, lang: Lang) -> ApiResult<Evidence> {
    let connection = app.db.scan();
    let epoch = holdout::find(connection, owner.retailer_id, epoch_id)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    let name = names(app, std::slice::from_ref(&epoch), lang)
        .await?
        .remove(&epoch_id);
    let published = lift::published(connection, owner.retailer_id, epoch_id).await?;
    let of_stores: Vec<&str> = published
        .cells
        .keys()
        .filter(|cell| cell.dimension == Dimension::Store.slug())
        .map(|cell| cell.cell.as_str())
        .collect();
    let places = stores::places(connection, owner.retailer_id, &of_stores).await?;
    let points = |measure| published.points.get(&measure).map(Vec::as_slice);
    let lift = of_epoch(&epoch, name, &points);
    let measure = match lift.imported {
        Some(_) => Measure::Imported,
        None => Measure::Recorded,
    };
    let said = lift.imported.as_ref().or(lift.recorded.as_ref());
    let told = Told {
        published: &published,
        measure,
        options: options_of(&epoch),
        is_withheld: said.is_some_and(is_withheld),
    };
    Ok(Evidence {
        measure,
        distribution: told.distribution(),
        over_time: told.over_time(),
        breakdowns: Dimension::ALL.map(|by| told.breakdown(by, &places)).into(),
        funnel: told.funnel(),
        lift,
    })
}

fn options_of(epoch: &Epoch) -> Options {
    Options {
        share: 1.0 - epoch.share.fraction(),
        ..Options::default()
    }
}

fn is_withheld(analysis: &Analysis) -> bool {
    analysis.verdict == Verdict::Withheld
}

fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

fn shoppers([control, treatment]: &[Sums; 2]) -> Both<u64> {
    Both {
        control: count(control.n),
        treatment: count(treatment.n),
    }
}

fn of_epoch<'a>(
    epoch: &Epoch,
    campaign_name: Option<String>,
    points: &dyn Fn(Measure) -> Option<&'a [lift::Point]>,
) -> EpochLift {
    let options = options_of(epoch);
    let last = |measure| points(measure)?.last().copied();
    let analysis = |measure| {
        let (_, arms) = last(measure)?;
        let [control, treatment] = arms.map(|sums| Moments::of(&sums));
        Some(analyse(&control, &treatment, &options))
    };
    let by_till = last(Measure::Imported).map(|(_, sums)| sums);
    let before = by_till.map(|sums| sums.map(|sums| Moments::of(&sums).before()));
    let exposed = last(Measure::Exposed).map(|(_, sums)| shoppers(&sums));
    let imported = analysis(Measure::Imported);
    let pace = |analysis: &Analysis| {
        let series = points(Measure::Imported)?;
        let at = |(at, [control, treatment]): &lift::Point| (*at, count(control.n + treatment.n));
        needed(analysis, WANTED, at(series.first()?), at(series.last()?))
    };
    EpochLift {
        epoch_id: epoch.epoch_id,
        campaign_id: epoch.campaign_id,
        campaign_name,
        share: epoch.share,
        began_at: epoch.began_at,
        ended_at: epoch.ended_at,
        window_days: epoch.window_days,
        days_to_count: epoch.window_days + epoch.grace_days,
        exposed,
        exposed_ratio: exposed.map(|n| sample_ratio(n.control, n.treatment, options.share)),
        needed: imported.as_ref().and_then(pace),
        money: by_till
            .filter(|_| !imported.as_ref().is_some_and(is_withheld))
            .map(|arms| money(arms, options.alpha)),
        imported,
        pre_period: before
            .and_then(|[control, treatment]| difference(&control, &treatment))
            .map(|estimate| estimate.interval(options.alpha)),
        before_and_after: by_till
            .and_then(|[_, treatment]| before_and_after(&Moments::of(&treatment))),
        recorded: analysis(Measure::Recorded).map(Analysis::of_recorded),
        detection_gap: last(Measure::Recorded).and_then(|(_, arms)| {
            let [control, treatment] = arms.map(|sums| Moments::of(&sums));
            detection_gap(&control, &treatment)
        }),
        published_at: Measure::ALL
            .into_iter()
            .filter_map(|measure| last(measure).map(|(at, _)| at))
            .max(),
    }
}

fn money(arms: [Sums; 2], alpha: f64) -> Money {
    let both = |of: fn(&Sums) -> Moments| arms.map(|sums| of(&sums));
    let means = |[control, treatment]: [Moments; 2]| Both {
        control: control.mean(),
        treatment: treatment.mean(),
    };
    let ratio = |[control, treatment]: [Moments; 2]| fieller(&control, &treatment, alpha);
    let are_known = arms.iter().any(|sums| sums.basket > 0);
    let baskets = both(Moments::baskets);
    let [control, treatment] = both(Moments::of);
    Money {
        yen_per_visit: ratio(both(Moments::costs)),
        cost: means(both(Moments::costs)),
        basket: are_known.then(|| means(baskets)),
        basket_more: difference(&baskets[0], &baskets[1])
            .filter(|_| are_known)
            .map(|estimate| estimate.interval(alpha)),
        returned: ratio(both(Moments::returns)).filter(|_| are_known),
        paid_anyway: paid_anyway(&control, &treatment),
    }
}

/// What is told of an epoch by one kind of visits.
struct Told<'a> {
    published: &'a Published,
    measure: Measure,
    options: Options,
    /// What rests on the arms is not said.
    is_withheld: bool,
}

impl Told<'_> {
    fn at(&self, measure: Measure, dimension: &str, cell: &str, arm: Arm) -> Sums {
        let key = Cell {
            measure,
            dimension: dimension.to_owned(),
            cell: cell.to_owned(),
            arm,
        };
        self.published.cells.get(&key).copied().unwrap_or_default()
    }

    /// The cells of a dimension in which anybody may be shown, by their names.
    fn cells(&self, dimension: &str) -> Vec<(String, [Sums; 2])> {
        let mut names: Vec<&str> = self
            .published
            .cells
            .keys()
            .filter(|cell| cell.measure == self.measure && cell.dimension == dimension)
            .map(|cell| cell.cell.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        names
            .into_iter()
            .map(|name| {
                let arms = Arm::ALL.map(|arm| self.at(self.measure, dimension, name, arm));
                (name.to_owned(), arms)
            })
            .filter(|(_, arms)| arms.iter().any(|sums| sums.n > 0))
            .collect()
    }

    fn distribution(&self) -> Vec<VisitsRow> {
        let row = |(name, arms): (String, [Sums; 2])| {
            let visits = name.parse().ok()?;
            Some(VisitsRow {
                visits,
                or_more: visits == MANY,
                shoppers: shoppers(&arms),
            })
        };
        self.cells("visits").into_iter().filter_map(row).collect()
    }

    fn over_time(&self) -> Vec<Point> {
        let point = |(at, arms): &lift::Point| {
            let [control, treatment] = arms.map(|sums| Moments::of(&sums));
            let said = analyse(&control, &treatment, &self.options);
            Point {
                at: *at,
                n: shoppers(arms),
                relative: said
                    .anytime
                    .filter(|_| !self.is_withheld)
                    .and_then(|anytime| anytime.relative),
            }
        };
        let points = self.published.points.get(&self.measure);
        points.into_iter().flatten().map(point).collect()
    }

    fn breakdown(
        &self,
        dimension: Dimension,
        places: &HashMap<String, (String, f64, f64)>,
    ) -> Breakdown {
        let cells = self.cells(dimension.slug());
        let estimates: Vec<_> = cells
            .iter()
            .map(|(_, [control, treatment])| {
                if self.is_withheld {
                    return None;
                }
                best_ratio(&Moments::of(control), &Moments::of(treatment))
            })
            .collect();
        let usable: Vec<(f64, f64)> = estimates
            .iter()
            .flatten()
            .map(|estimate| (estimate.value, estimate.variance()))
            .collect();
        // Those without an estimate of their own have no part in it.
        let mut together = shrink(&usable, self.options.alpha)
            .unwrap_or_default()
            .into_iter();
        let shown: i64 = cells.iter().flat_map(|(_, arms)| arms).map(|s| s.n).sum();
        let all: i64 = self
            .published
            .points
            .get(&self.measure)
            .and_then(|points| points.last())
            .map_or(0, |(_, arms)| arms.iter().map(|sums| sums.n).sum());
        let cell = |((name, arms), estimate): ((String, [Sums; 2]), Option<_>)| {
            let place = places.get(&name).filter(|_| dimension == Dimension::Store);
            let [control, treatment] = arms.map(|sums| Moments::of(&sums));
            let alone =
                estimate.map(|estimate: app::lift::Estimate| estimate.interval(self.options.alpha));
            CellLift {
                name: place.map(|(name, ..)| name.clone()),
                lat: place.map(|(_, lat, _)| *lat),
                lng: place.map(|(.., lng)| *lng),
                n: shoppers(&arms),
                mean: Both {
                    control: control.mean(),
                    treatment: treatment.mean(),
                },
                together: alone.and_then(|_| together.next()),
                alone,
                cell: name,
            }
        };
        Breakdown {
            dimension,
            cells: cells.into_iter().zip(estimates).map(cell).collect(),
            kept_back: count(all - shown),
        }
    }

    /// Counted of everybody who was made offers, whoever knows of their visits.
    fn funnel(&self) -> Vec<StageRow> {
        let reached = Stage::ALL.map(|stage| {
            let sums = self.at(Measure::Recorded, STAGE, stage.slug(), Arm::Treatment);
            count(sums.n)
        });
        if reached.iter().all(|n| *n == 0) {
            return Vec::new();
        }
        Stage::ALL
            .into_iter()
            .enumerate()
            .map(|(i, stage)| StageRow {
                stage,
                shoppers: reached.iter().skip(i).sum(),
            })
            .collect()
    }
}

/// One row for each figure: of what, which, shoppers and means of both arms, and an interval.
fn as_csv(evidence: &Evidence, lang: Lang) -> Result<Vec<u8>, csv::Error> {
    const COLUMNS: [Text; 10] = [
        Text::new("表", "Table"),
        Text::new("区分", "Cell"),
        Text::new("名前", "Name"),
        Text::new("届けなかった方（人）", "Held out"),
        Text::new("届けた方（人）", "Offered"),
        Text::new("来店／人・届けなかった方", "Visits each, held out"),
        Text::new("来店／人・届けた方", "Visits each, offered"),
        Text::new("効果", "Lift"),
        Text::new("下限", "Low"),
        Text::new("上限", "High"),
    ];
    let mut writer = spreadsheet::writer(spreadsheet::MARK.to_vec());
    writer.write_record(COLUMNS.iter().map(|column| column.get(lang)))?;
    let number = |n: Option<f64>| n.map(|n| n.to_string()).unwrap_or_default();
    let ends = |interval: Option<Interval>| {
        [
            number(interval.map(|i| i.estimate)),
            number(interval.and_then(|i| i.low)),
            number(interval.and_then(|i| i.high)),
        ]
    };
    let mut row = |table: &str,
                   cell: &str,
                   name: &str,
                   n: Option<Both<u64>>,
                   mean: Option<Both<f64>>,
                   interval: Option<Interval>| {
        let counted =
            |of: fn(&Both<u64>) -> u64| n.as_ref().map(|n| of(n).to_string()).unwrap_or_default();
        let [estimate, low, high] = ends(interval);
        writer.write_record([
            table.to_owned(),
            cell.to_owned(),
            spreadsheet::harmless(name).into_owned(),
            counted(|n| n.control),
            counted(|n| n.treatment),
            number(mean.map(|m| m.control)),
            number(mean.map(|m| m.treatment)),
            estimate,
            low,
            high,
        ])
    };
    for (measure, said) in [
        (Measure::Imported, &evidence.lift.imported),
        (Measure::Recorded, &evidence.lift.recorded),
    ] {
        if let Some(said) = said {
            let interval = said.anytime.and_then(|anytime| anytime.relative);
            row(
                "all",
                measure.slug(),
                "",
                Some(said.n),
                Some(said.mean),
                interval,
            )?;
        }
    }
    for point in &evidence.over_time {
        let at = point.at.to_string();
        row("over_time", &at, "", Some(point.n), None, point.relative)?;
    }
    for one in &evidence.distribution {
        let visits = format!("{}{}", one.visits, if one.or_more { "+" } else { "" });
        row("visits", &visits, "", Some(one.shoppers), None, None)?;
    }
    for breakdown in &evidence.breakdowns {
        for cell in &breakdown.cells {
            let (name, interval) = (
                cell.name.as_deref().unwrap_or(""),
                cell.together.or(cell.alone),
            );
            let table = breakdown.dimension.slug();
            row(
                table,
                &cell.cell,
                name,
                Some(cell.n),
                Some(cell.mean),
                interval,
            )?;
        }
    }
    for step in &evidence.funnel {
        let n = Both {
            control: 0,
            treatment: step.shoppers,
        };
        row("funnel", step.stage.slug(), "", Some(n), None, None)?;
    }
    writer
        .into_inner()
        .map_err(|error| error.into_error().into())
}
