//! What the lift rests on: plots, each with the table behind it.

use app::{
    api::{
        lift::{Breakdown, CellLift, Dimension, EpochLift, Evidence, VisitsRow},
        path::{self, fill},
    },
    cohort::{Measure, Stage},
    lang::Text,
    lift::{Both, Interval},
};
use leptos::prelude::*;

use super::{
    lift::{mean, range},
    text,
};
use crate::{
    account::Account,
    chart::{
        Band, BandPoint, BarKey, Forest, ForestRow, Mark, MarkMap, Tone, Twin, Twins, Whisker,
        Words,
    },
    console::table::{Cell, Column, Folded, Table},
    format::{self, count, signed_percent},
    http,
    lang::{lang, t, tf, tn},
    load::{Load, load},
    ui::{ProblemNotice, Skeleton},
};

/// Everything about an epoch, fetched when it is opened.
#[component]
pub(super) fn EvidenceOf(
    /// The epoch.
    epoch: EpochLift,
) -> impl IntoView {
    let account = Account::here();
    let id = epoch.epoch_id.to_string();
    let csv = fill(path::LIFT_EVIDENCE_CSV, &[&id]);
    let evidence = load(move || {
        let path = fill(path::LIFT_EVIDENCE, &[&id]);
        async move { account.watch(http::get::<Evidence>(&path).await) }
    });
    let retry = Callback::new(move |()| evidence.retry());
    move || match evidence.state.get() {
        Load::Loading => view! { <Skeleton blocks=4 /> }.into_any(),
        Load::Failed(error) => view! { <ProblemNotice error=error on_retry=retry /> }.into_any(),
        Load::Ready(evidence) => shown(evidence, csv.clone()).into_any(),
    }
}

fn shown(evidence: Evidence, csv: String) -> impl IntoView {
    let by = match evidence.measure {
        Measure::Imported => text::EVIDENCE_BY,
        _ => text::EVIDENCE_BY_RECORDED,
    };
    let lift = &evidence.lift;
    let before = lift.pre_period.map(|before| {
        let ends = [
            before.estimate,
            before.low.unwrap_or(f64::NAN),
            before.high.unwrap_or(f64::NAN),
        ];
        move || {
            let [estimate, low, high] = ends.map(signed);
            tf(text::PRE_PERIOD, &[&estimate, &low, &high])
        }
    });
    let ratio = lift.exposed_ratio.map(|ratio| {
        move || {
            let e_value = if ratio.e_value < 0.01 {
                "< 0.01".to_owned()
            } else {
                mean(ratio.e_value)
            };
            tf(text::RATIO, &[&e_value])
        }
    });
    let has_points = evidence.over_time.iter().any(|p| p.relative.is_some());
    let evidence = StoredValue::new(evidence);
    let breakdowns = evidence.with_value(|e| {
        e.breakdowns
            .iter()
            .filter(|breakdown| breakdown.cells.iter().any(|cell| best(cell).is_some()))
            .cloned()
            .map(|breakdown| told_apart(breakdown).into_any())
            .collect_view()
    });
    view! {
        <div class="stack evidence">
            <p class="soft small">{t(by)}</p>
            <section class="stack-tight">
                <h3>{t(text::DISTRIBUTION)}</h3>
                {distribution(evidence)}
            </section>
            {has_points
                .then(|| {
                    view! {
                        <section class="stack-tight">
                            <h3>{t(text::OVER_TIME)}</h3>
                            {over_time(evidence)}
                        </section>
                    }
                })}
            {funnel(evidence)}
            {breakdowns}
            <ul class="lift-facts small">
                {before.map(|words| view! { <li data-testid="lift-before">{words}</li> })}
                {ratio.map(|words| view! { <li data-testid="lift-ratio">{words}</li> })}
            </ul>
            <a class="csv-link" href=csv download="" data-testid="csv-lift">
                {t(text::CSV)}
            </a>
        </div>
    }
}

/// Hundredths with their sign, as a difference of visits.
fn signed(value: f64) -> String {
    if value < 0.0 {
        format!("−{}", mean(-value))
    } else {
        format!("+{}", mean(value))
    }
}

/// A part of one as whole percent.
fn percent(part: f64) -> String {
    format!("{:.0} %", part * 100.0)
}

fn as_table(
    columns: Vec<Column>,
    name: Text,
    rows: impl Fn() -> Vec<Vec<Cell>> + Copy + Send + Sync + 'static,
    testid: &'static str,
) -> impl IntoView {
    view! {
        <Folded
            words=Signal::derive(move || t(text::AS_TABLE)().to_owned())
            inside=move || {
                view! { <Table name=name columns=columns.clone() rows=rows testid=testid /> }
            }
            testid=format!("fold-{testid}")
        />
    }
}

/// A class of shoppers by how often they came: what is written below the axis and in words, and how many.
struct Class {
    tick: String,
    name: String,
    shoppers: Both<u64>,
}

/// The classes that may be shown, and all others as one: they are a crowd or nobody. Where they came more often than any that are shown, it says so.
fn classes(evidence: &Evidence) -> (Vec<Class>, Both<u64>) {
    let said = match evidence.measure {
        Measure::Imported => evidence.lift.imported,
        _ => evidence.lift.recorded,
    };
    let shown = |of: fn(&VisitsRow) -> u64| evidence.distribution.iter().map(of).sum::<u64>();
    let whole = said.map_or(
        Both {
            control: 0,
            treatment: 0,
        },
        |said| said.n,
    );
    let mut classes: Vec<Class> = evidence
        .distribution
        .iter()
        .map(|row| {
            let number = count(row.visits.into());
            let (tick, name) = if row.or_more {
                let tick = format!("{number}+");
                (tick.clone(), tick)
            } else {
                (number, tn(text::TIMES_N, row.visits.into(), &[]))
            };
            Class {
                tick,
                name,
                shoppers: row.shoppers,
            }
        })
        .collect();
    let others = Both {
        control: whole.control.saturating_sub(shown(|r| r.shoppers.control)),
        treatment: whole
            .treatment
            .saturating_sub(shown(|r| r.shoppers.treatment)),
    };
    if others.control > 0 || others.treatment > 0 {
        let next = evidence.distribution.len();
        let is_contiguous = evidence
            .distribution
            .iter()
            .enumerate()
            .all(|(i, row)| usize::try_from(row.visits) == Ok(i) && !row.or_more);
        let (tick, name) = if is_contiguous && next > 0 {
            let tick = format!("{next}+");
            (tick.clone(), tick)
        } else {
            (
                t(text::OTHERS)().to_owned(),
                t(text::OTHER_TIMES)().to_owned(),
            )
        };
        classes.push(Class {
            tick,
            name,
            shoppers: others,
        });
    }
    (classes, whole)
}

fn distribution(evidence: StoredValue<Evidence>) -> impl IntoView {
    let plot = move || {
        let (classes, whole) = evidence.with_value(classes);
        let part = |n: u64, of: u64| n as f64 / of.max(1) as f64;
        let twins = classes
            .into_iter()
            .map(|class| {
                let parts = [
                    part(class.shoppers.control, whole.control),
                    part(class.shoppers.treatment, whole.treatment),
                ];
                let [held_out, offered] = parts.map(percent);
                Twin {
                    reading: tf(text::TWIN_READING, &[&class.name, &offered, &held_out]),
                    tick: class.tick,
                    parts,
                }
            })
            .collect::<Vec<_>>();
        let words = Words {
            name: t(text::DISTRIBUTION)().to_owned(),
            counted: t(text::AXIS_PART)().to_owned(),
            along: t(text::AXIS_VISITS_30)().to_owned(),
            rest: t(text::POINT_TIMES)().to_owned(),
            testid: "plot-distribution".to_owned(),
        };
        view! { <Twins twins=twins words=words /> }
    };
    let rows = move || {
        let (classes, _) = evidence.with_value(classes);
        classes
            .into_iter()
            .map(|class| {
                vec![
                    class.name.into(),
                    class.shoppers.treatment.into(),
                    class.shoppers.control.into(),
                ]
            })
            .collect::<Vec<Vec<Cell>>>()
    };
    let columns = vec![
        Column::Words(text::TIMES),
        Column::Figures(text::OFFERED_N),
        Column::Figures(text::HELD_OUT_N),
    ];
    view! {
        {plot}
        <ul class="keys small">
            <li>
                <BarKey quiet=true />
                {t(text::HELD_OUT)}
            </li>
            <li>
                <BarKey />
                {t(text::TREATED)}
            </li>
        </ul>
        {as_table(columns, text::DISTRIBUTION, rows, "table-distribution")}
    }
}

fn whisker(interval: Interval) -> Whisker {
    Whisker {
        value: interval.estimate,
        low: interval.low,
        high: interval.high,
    }
}

/// What a plot says of an estimate.
fn reading(name: &str, interval: Interval) -> String {
    tf(
        text::LIFT_READING,
        &[name, &signed_percent(interval.estimate), &range(interval)],
    )
}

fn over_time(evidence: StoredValue<Evidence>) -> impl IntoView {
    let plot = move || {
        let points = evidence.with_value(|e| {
            e.over_time
                .iter()
                .filter_map(|point| {
                    let interval = point.relative?;
                    let wall = format::wall(point.at);
                    Some(BandPoint {
                        at: point.at,
                        tick: format::month_day_short(wall.month, wall.day, lang()),
                        reading: reading(&format::day(point.at, lang()), interval),
                        whisker: whisker(interval),
                    })
                })
                .collect::<Vec<_>>()
        });
        let words = Words {
            name: t(text::OVER_TIME)().to_owned(),
            counted: t(text::AXIS_LIFT)().to_owned(),
            rest: t(text::POINT_DAY)().to_owned(),
            testid: "plot-lift".to_owned(),
            ..Words::default()
        };
        view! { <Band points=points words=words /> }
    };
    let rows = move || {
        evidence.with_value(|e| {
            e.over_time
                .iter()
                .map(|point| {
                    let [lift, ends] = in_words(point.relative);
                    vec![
                        format::day(point.at, lang()).into(),
                        point.n.treatment.into(),
                        point.n.control.into(),
                        lift.into(),
                        ends.into(),
                    ]
                })
                .collect::<Vec<Vec<Cell>>>()
        })
    };
    let columns = vec![
        Column::Words(text::DATE),
        Column::Figures(text::OFFERED_N),
        Column::Figures(text::HELD_OUT_N),
        Column::Figures(text::LIFT_COLUMN),
        Column::Figures(text::INTERVAL_COLUMN),
    ];
    view! {
        {plot}
        <p class="soft small">{t(text::OVER_TIME_NOTE)}</p>
        {as_table(columns, text::OVER_TIME, rows, "table-lift")}
    }
}

/// An estimate and its interval for a table.
fn in_words(interval: Option<Interval>) -> [String; 2] {
    interval.map_or_else(
        || ["–".to_owned(), "–".to_owned()],
        |interval| [signed_percent(interval.estimate), range(interval)],
    )
}

const fn step_name(stage: Stage) -> Text {
    match stage {
        Stage::Shown => text::STAGE_SHOWN,
        Stage::Played => text::STAGE_PLAYED,
        Stage::Won => text::STAGE_WON,
        Stage::Visited => text::STAGE_VISITED,
        Stage::Redeemed => text::STAGE_REDEEMED,
        Stage::Returned => text::STAGE_RETURNED,
    }
}

fn funnel(evidence: StoredValue<Evidence>) -> impl IntoView {
    let top = evidence.with_value(|e| e.funnel.first().map_or(0, |step| step.shoppers));
    let rows = move || {
        evidence.with_value(|e| {
            e.funnel
                .iter()
                .map(|step| {
                    vec![
                        t(step_name(step.stage))().to_owned().into(),
                        step.shoppers.into(),
                        Cell::Share(step.shoppers, top),
                        percent(step.shoppers as f64 / top.max(1) as f64).into(),
                    ]
                })
                .collect::<Vec<Vec<Cell>>>()
        })
    };
    (top > 0).then(|| {
        view! {
            <section class="stack-tight">
                <h3>{t(text::FUNNEL)}</h3>
                <Table
                    name=text::FUNNEL
                    columns=[
                        Column::Words(text::STEP),
                        Column::Figures(text::SHOPPERS),
                        Column::Bar,
                        Column::Figures(text::OF_SHOWN),
                    ]
                    rows=rows
                    testid="table-funnel"
                />
            </section>
        }
    })
}

const fn heading_of(dimension: Dimension) -> Text {
    match dimension {
        Dimension::Store => text::BY_STORE,
        Dimension::Distance => text::BY_DISTANCE,
        Dimension::Recency => text::BY_RECENCY,
        Dimension::Channel => text::BY_CHANNEL,
    }
}

/// Bands and channels in the order in which people think of them.
const NAMES: [(&str, Text); 17] = [
    ("under500m", text::BAND_500M),
    ("under1km", text::BAND_1KM),
    ("under2km", text::BAND_2KM),
    ("under5km", text::BAND_5KM),
    ("under10km", text::BAND_10KM),
    ("from10km", text::BAND_OVER),
    ("within7", text::RECENCY_7),
    ("within14", text::RECENCY_14),
    ("within30", text::RECENCY_30),
    ("within60", text::RECENCY_60),
    ("over60", text::RECENCY_OVER),
    ("never", text::RECENCY_NEVER),
    ("nearby", text::NEARBY),
    ("link", text::LINK),
    ("push", text::PUSH),
    ("line", text::LINE),
    ("mail", text::MAIL),
];

fn place_of(cell: &str) -> usize {
    let place = NAMES.iter().position(|(slug, _)| *slug == cell);
    place.unwrap_or(NAMES.len())
}

fn name_of(cell: &CellLift) -> String {
    match (&cell.name, NAMES.get(place_of(&cell.cell))) {
        (Some(name), _) => name.clone(),
        (None, Some((_, name))) => t(*name)().to_owned(),
        (None, None) => cell.cell.clone(),
    }
}

fn best(cell: &CellLift) -> Option<Interval> {
    cell.together.or(cell.alone)
}

/// Rows of a forest; the rest is in the table.
const MOST_ROWS: usize = 16;

fn told_apart(breakdown: Breakdown) -> impl IntoView {
    let dimension = breakdown.dimension;
    let heading = heading_of(dimension);
    let mut cells = breakdown.cells;
    cells.sort_by_key(|cell| {
        let shoppers = cell.n.control.saturating_add(cell.n.treatment);
        (place_of(&cell.cell), std::cmp::Reverse(shoppers))
    });
    let are_drawn = cells.iter().any(|cell| cell.together.is_some());
    let kept_back = breakdown.kept_back;
    let slug = dimension.slug();
    let cells = StoredValue::new(cells);
    let forest = move || {
        let rows = cells.with_value(|cells| {
            cells
                .iter()
                .filter_map(|cell| {
                    let (name, interval) = (name_of(cell), best(cell)?);
                    Some(ForestRow {
                        reading: reading(&name, interval),
                        name,
                        whisker: whisker(interval),
                    })
                })
                .take(MOST_ROWS)
                .collect::<Vec<_>>()
        });
        let words = Words {
            name: t(heading)().to_owned(),
            counted: t(text::AXIS_LIFT)().to_owned(),
            rest: t(text::POINT_ROW)().to_owned(),
            testid: format!("plot-{slug}"),
            ..Words::default()
        };
        view! { <Forest rows=rows words=words /> }
    };
    let rows = move || {
        cells.with_value(|cells| {
            cells
                .iter()
                .map(|cell| {
                    let [lift, ends] = in_words(best(cell));
                    vec![
                        name_of(cell).into(),
                        cell.n.treatment.into(),
                        cell.n.control.into(),
                        mean(cell.mean.treatment).into(),
                        mean(cell.mean.control).into(),
                        lift.into(),
                        ends.into(),
                    ]
                })
                .collect::<Vec<Vec<Cell>>>()
        })
    };
    let columns = vec![
        Column::Words(text::CELL),
        Column::Figures(text::OFFERED_N),
        Column::Figures(text::HELD_OUT_N),
        Column::Figures(text::TREATED),
        Column::Figures(text::HELD_OUT),
        Column::Figures(text::LIFT_COLUMN),
        Column::Figures(text::INTERVAL_COLUMN),
    ];
    let map = (dimension == Dimension::Store).then(|| store_map(cells));
    view! {
        <section class="stack-tight" data-testid=format!("lift-{slug}")>
            <h3>{t(heading)}</h3>
            {map}
            {forest}
            <p class="soft small">
                {t(text::EXPLORATORY)} {are_drawn.then(|| t(text::TOGETHER))}
            </p>
            {(kept_back > 0)
                .then(|| {
                    view! {
                        <p class="soft small">{move || tn(text::KEPT_BACK, kept_back, &[])}</p>
                    }
                })}
            {as_table(columns, heading, rows, slug_of_table(dimension))}
        </section>
    }
}

const fn slug_of_table(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Store => "table-lift-store",
        Dimension::Distance => "table-lift-distance",
        Dimension::Recency => "table-lift-recency",
        Dimension::Channel => "table-lift-channel",
    }
}

fn store_map(cells: StoredValue<Vec<CellLift>>) -> impl IntoView {
    let size = |cell: &CellLift| cell.n.control.saturating_add(cell.n.treatment);
    let pointed = RwSignal::new(None::<usize>);
    let marks: Vec<Mark> = cells.with_value(|cells| {
        let top = cells.iter().map(size).max().unwrap_or(1).max(1);
        cells
            .iter()
            .filter_map(|cell| {
                let tone = match best(cell) {
                    Some(interval) if interval.is_above(0.0) => Tone::More,
                    Some(interval) if interval.is_below(0.0) => Tone::Fewer,
                    _ => Tone::Plain,
                };
                Some(Mark {
                    lat: cell.lat?,
                    lng: cell.lng?,
                    radius: 4.0 + 8.0 * (size(cell) as f64 / top as f64).sqrt(),
                    tone,
                    name: cell.name.clone().unwrap_or_default(),
                })
            })
            .collect()
    });
    let read = Callback::new(move |i: usize| {
        cells.with_value(|cells| {
            cells
                .get(i)
                .map_or_else(String::new, |cell| match best(cell) {
                    Some(interval) => reading(&name_of(cell), interval),
                    None => tf(text::LIFT_READING_NONE, &[&name_of(cell)]),
                })
        })
    });
    let marks = StoredValue::new(marks);
    view! {
        {move || {
            view! {
                <MarkMap
                    marks=marks.get_value()
                    name=t(text::LIFT_MAP)()
                    rest=t(text::POINT_STORE)()
                    read=read
                    pointed=pointed
                    testid="plot-lift-map"
                />
            }
        }}
        <p class="soft small">{t(text::LIFT_MAP_NOTE)}</p>
    }
}
