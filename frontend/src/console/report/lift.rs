//! Whether offers bring more visits, in words first.

use app::{
    api::lift::{EpochLift, Lift, Money},
    lang::Text,
    lift::{Analysis, Interval, Needed, Ratio, Region, Verdict},
    yen::Yen,
};
use leptos::prelude::*;

use super::{evidence::EvidenceOf, text};
use crate::{
    console::table::Folded,
    format::{self, count, signed_percent as percent},
    lang::{lang, t, tf},
    load::{Load, Loaded},
    ui::{ProblemNotice, Skeleton},
};

/// What is measured of the programme and of campaigns that go on.
#[component]
pub(super) fn LiftCards(
    /// Fetched with the report, so that the page comes as a whole.
    lift: Loaded<Lift>,
) -> impl IntoView {
    let retry = Callback::new(move |()| lift.retry());
    move || match lift.state.get() {
        Load::Loading => view! { <Skeleton blocks=3 /> }.into_any(),
        Load::Failed(error) => view! { <ProblemNotice error=error on_retry=retry /> }.into_any(),
        Load::Ready(lift) => {
            let going_on = |epoch: &&EpochLift| epoch.ended_at.is_none();
            let mut epochs: Vec<EpochLift> = lift.epochs.iter().filter(going_on).cloned().collect();
            epochs.sort_by_key(|epoch| epoch.campaign_id.is_some());
            if epochs.is_empty() {
                return view! {
                    <section class="card stack" data-testid="lift-none">
                        <h2>{t(text::LIFT)}</h2>
                        <p>{t(text::LIFT_NOBODY)}</p>
                    </section>
                }
                .into_any();
            }
            epochs.into_iter().map(card).collect_view().into_any()
        }
    }
}

/// Whole yen.
pub(super) fn yen(value: f64) -> String {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "rounded; what is beyond is shown as the largest number"
    )]
    let whole = value.round() as i64;
    if whole < 0 {
        // A line must not end behind the sign.
        format!("−\u{2060}{}", Yen(whole.saturating_neg()))
    } else {
        Yen(whole).to_string()
    }
}

/// From where to where, in words where an end is open.
pub(super) fn range(interval: Interval) -> String {
    let end = |end: Option<f64>, open: Text| end.map_or_else(|| t(open)().to_owned(), percent);
    format!(
        "{} – {}",
        end(interval.low, text::NO_LOW_END),
        end(interval.high, text::NO_HIGH_END)
    )
}

/// Hundredths, as visits per shopper.
pub(super) fn mean(value: f64) -> String {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "means of counts are neither negative nor large"
    )]
    let hundredths = (value * 100.0).round() as u64;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

const fn words(verdict: Verdict) -> Text {
    match verdict {
        Verdict::Up => text::VERDICT_UP,
        Verdict::Down => text::VERDICT_DOWN,
        Verdict::NoEffect => text::VERDICT_NO_EFFECT,
        Verdict::CannotTell => text::VERDICT_CANNOT_TELL,
        Verdict::Withheld => text::VERDICT_WITHHELD,
    }
}

fn card(epoch: EpochLift) -> impl IntoView {
    let name = epoch.campaign_name.clone();
    let heading = move || match &name {
        Some(name) => tf(text::LIFT_OF, &[name]),
        None => t(text::LIFT)().to_owned(),
    };
    let exposed = epoch.exposed.map(|n| {
        let (all, share) = (
            count(n.control.saturating_add(n.treatment)),
            epoch.share.percent().to_string(),
        );
        move || tf(text::EXPOSED, &[&all, &share])
    });
    let (began, days) = (epoch.began_at, epoch.days_to_count.to_string());
    let since = move || tf(text::MEASURED_SINCE, &[&format::day(began, lang()), &days]);
    let by_till = epoch
        .imported
        .map(|analysis| finding(&analysis, "imported"));
    let gap = epoch.detection_gap;
    let recorded = epoch.recorded.map(|analysis| {
        let gap =
            gap.map(|gap| move || tf(text::DETECTION_GAP, &[&format!("{:.0} %", gap * 100.0)]));
        view! {
            <details class="more" data-testid="lift-by-recorded">
                <summary>{t(text::RECORDED)}</summary>
                <div class="stack">
                    <p class="soft small">{t(text::RECORDED_WHAT)}</p>
                    {finding(&analysis, "recorded")}
                    {gap.map(|words| view! { <p class="small">{words}</p> })}
                </div>
            </details>
        }
    });
    let up_or_down = |analysis: &Analysis| matches!(analysis.verdict, Verdict::Up | Verdict::Down);
    let is_told = epoch.imported.as_ref().is_some_and(up_or_down);
    let price = epoch
        .money
        .and_then(|money| money.yen_per_visit)
        .filter(|_| is_told)
        .map(|price| move || of_ratio(price, text::PRICE, text::PRICE_UNKNOWN));
    let naive = epoch
        .before_and_after
        .map(|part| move || tf(text::NAIVE, &[&percent(part)]));
    let wait = epoch
        .needed
        .filter(|_| {
            let verdict = epoch.imported.as_ref().map(|analysis| analysis.verdict);
            verdict == Some(Verdict::CannotTell)
        })
        .map(|needed| move || when(&needed));
    let nothing = by_till.is_none();
    let is_programme = epoch.campaign_id.is_none();
    let has_figures = epoch.imported.is_some() || epoch.recorded.is_some();
    let evidence = StoredValue::new(epoch.clone());
    view! {
        <section class="card stack" data-testid="lift">
            <h2>{heading}</h2>
            {by_till}
            {nothing
                .then(|| {
                    view! {
                        <p class="lift-verdict" data-testid="lift-early">
                            {t(text::TOO_EARLY)}
                        </p>
                        <p>{t(text::TOO_EARLY_WHAT)}</p>
                    }
                })}
            {wait.map(|words| view! { <p data-testid="lift-wait">{words}</p> })}
            {price.map(|words| view! { <p data-testid="lift-price">{words}</p> })}
            {naive.map(|words| view! { <p class="soft small" data-testid="lift-naive">{words}</p> })}
            {epoch.money.map(|money| spent(&money))}
            {exposed.map(|words| view! { <p class="soft">{words}</p> })}
            <p class="soft small">{since}</p>
            {recorded}
            {has_figures
                .then(|| {
                    view! {
                        <Folded
                            words=Signal::derive(move || t(text::EVIDENCE)().to_owned())
                            inside=move || {
                                view! { <EvidenceOf epoch=evidence.get_value() /> }
                            }
                            testid=if is_programme { "evidence" } else { "evidence-campaign" }
                        />
                    }
                })}
        </section>
    }
}

/// A ratio with its region, in the words for one that has ends or in those for one that has none.
fn of_ratio(ratio: Ratio, known: Text, unknown: Text) -> String {
    match ratio.region {
        Region::Between { low, high } => {
            let range = format!("{} – {}", yen(low), yen(high));
            tf(known, &[&yen(ratio.estimate), &range])
        }
        Region::Outside { .. } | Region::Anywhere => t(unknown)().to_owned(),
    }
}

/// When a tenth could be told.
fn when(needed: &Needed) -> String {
    let findable = format!("{:.0} %", needed.findable * 100.0);
    let (wanted, shoppers) = (
        format!("{:.0} %", needed.wanted * 100.0),
        count(needed.shoppers),
    );
    match needed.at {
        Some(at) => tf(
            text::COULD_TELL,
            &[
                &findable,
                &wanted,
                &shoppers,
                &format::day_and_year(at, lang()),
            ],
        ),
        None => tf(text::COULD_TELL_FAR, &[&findable, &wanted, &shoppers]),
    }
}

/// What was given, and what was bought.
fn spent(money: &Money) -> impl IntoView + use<> {
    let money = *money;
    let basket = money.basket.zip(money.basket_more).map(|(basket, more)| {
        move || {
            let end = |end: Option<f64>| end.map_or_else(|| "–".to_owned(), yen);
            let range = format!("{} – {}", end(more.low), end(more.high));
            let [held_out, offered] = [basket.control, basket.treatment].map(yen);
            tf(text::BASKET, &[&offered, &held_out, &range])
        }
    });
    let returned = money.returned.map(|ratio| {
        move || match ratio.region {
            Region::Between { low, high } => tf(
                text::RETURNED,
                &[
                    &yen(ratio.estimate * 100.0),
                    &format!("{} – {}", yen(low * 100.0), yen(high * 100.0)),
                ],
            ),
            Region::Outside { .. } | Region::Anywhere => t(text::RETURNED_UNKNOWN)().to_owned(),
        }
    });
    let anyway = money
        .paid_anyway
        .map(|part| move || tf(text::PAID_ANYWAY, &[&format!("{:.0} %", part * 100.0)]));
    view! {
        <ul class="lift-facts small" data-testid="lift-money">
            {basket.map(|words| view! { <li>{words}</li> })}
            {returned.map(|words| view! { <li>{words}</li> })}
            {anyway.map(|words| view! { <li>{words}</li> })}
        </ul>
    }
}

/// The verdict, how sure it is, and what it rests on.
fn finding(analysis: &Analysis, which: &'static str) -> impl IntoView + use<> {
    let verdict = analysis.verdict;
    let slug = match verdict {
        Verdict::Up => "up",
        Verdict::Down => "down",
        Verdict::NoEffect => "no_effect",
        Verdict::CannotTell => "cannot_tell",
        Verdict::Withheld => "withheld",
    };
    let interval = analysis
        .anytime
        .and_then(|anytime| anytime.relative)
        .filter(|_| verdict != Verdict::Withheld)
        .map(|interval| {
            let estimate = percent(interval.estimate);
            move || tf(text::LIFT_INTERVAL, &[&estimate, &range(interval)])
        });
    let reduction = analysis.cuped.map(|cuped| {
        let narrower = percent((1.0 - cuped.variance_reduction).max(0.0).sqrt() - 1.0);
        move || tf(text::NARROWER, &[&narrower])
    });
    let row = |name: Text, n: u64, value: f64| {
        view! {
            <tr>
                <th scope="row">{t(name)}</th>
                <td class="number">{count(n)}</td>
                <td class="number">{mean(value)}</td>
            </tr>
        }
    };
    view! {
        <p class="lift-verdict" data-testid=format!("lift-{which}") data-verdict=slug>
            {t(words(verdict))}
        </p>
        {interval.map(|words| view! { <p>{words}</p> })}
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">{t(text::ARM)}</th>
                    <th scope="col" class="figures-head">
                        {t(text::SHOPPERS)}
                    </th>
                    <th scope="col" class="figures-head">
                        {t(text::VISITS_EACH)}
                    </th>
                </tr>
            </thead>
            <tbody>
                {row(text::TREATED, analysis.n.treatment, analysis.mean.treatment)}
                {row(text::HELD_OUT, analysis.n.control, analysis.mean.control)}
            </tbody>
        </table>
        {reduction.map(|words| view! { <p class="soft small">{words}</p> })}
    }
}
