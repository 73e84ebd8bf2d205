//! A station from the list.

use app::{api::shopper::Area, lang::Lang};
use leptos::{prelude::*, task::spawn_local};

use crate::markup::view;

use super::text;
use crate::{
    http::HttpError,
    lang::{lang, t, tf},
    load::{Load, load},
    shopper::{
        session::{areas, use_shopper},
        trouble::PageTrouble,
    },
    ui::{Button, ButtonKind, Icon, IconName, ProblemNotice, Skeleton, TextField},
};

/// The list, narrowed by typing in either language.
#[component]
pub fn AreaPicker(
    /// Goes back to the other way, where there is one.
    on_back: Option<Callback<()>>,
) -> impl IntoView {
    let shopper = use_shopper();
    let list = load(areas);
    let wanted = RwSignal::new(String::new());
    let failed = RwSignal::new(None::<HttpError>);
    let choose = move |area: Area| {
        failed.set(None);
        spawn_local(async move {
            if let Err(error) = shopper.choose(area).await {
                failed.set(Some(error));
            }
        });
    };
    let found = move |all: &[Area]| -> Vec<Area> {
        let wanted = wanted.get();
        all.iter().filter(|a| fits(a, &wanted)).cloned().collect()
    };
    view! {
        <section class="card stack" aria-labelledby="area-title">
            <div class="stack-tight">
                <h2 id="area-title">{t(text::AREA_TITLE)}</h2>
                <p class="small soft">{t(text::AREA_HINT)}</p>
            </div>
            <TextField
                id="area-search"
                kind="search"
                label=Signal::derive(move || t(text::AREA_SEARCH)().to_owned())
                value=wanted
                optional=true
                testid="area-search"
            />
            {move || failed.get().map(|error| view! { <ProblemNotice error=error /> })}
            {move || match list.state.get() {
                Load::Loading => view! { <Skeleton blocks=2 /> }.into_any(),
                Load::Failed(error) => {
                    view! { <PageTrouble error=error on_retry=move |()| list.retry() /> }.into_any()
                }
                Load::Ready(all) => {
                    let found = found(&all);
                    let count = tf(text::AREA_COUNT, &[&found.len().to_string()]);
                    view! {
                        <p class="visually-hidden" role="status">
                            {count}
                        </p>
                        {found.is_empty().then(|| view! { <p class="soft" data-testid="no-area">{t(text::AREA_NONE)}</p> })}
                        <ul class="areas">
                            {found
                                .into_iter()
                                .map(|area| view! { <AreaButton area=area on_choose=choose /> })
                                .collect::<Vec<_>>()}
                        </ul>
                    }
                        .into_any()
                }
            }}
            {on_back
                .map(|back| {
                    view! {
                        <Button kind=ButtonKind::Quiet icon=IconName::Back on_press=back>
                            {t(text::BACK)}
                        </Button>
                    }
                })}
        </section>
    }
}

#[component]
fn AreaButton(area: Area, #[prop(into)] on_choose: Callback<Area>) -> impl IntoView {
    let (ja, en) = (area.name.clone(), area.name_en.clone());
    let (first, second) = match lang() {
        Lang::Ja => ((ja, "ja"), (en, "en")),
        Lang::En => ((en, "en"), (ja, "ja")),
    };
    view! {
        <li>
            <button
                type="button"
                class="area"
                data-testid=format!("area-{}", area.area_id)
                on:click=move |_| on_choose.run(area.clone())
            >
                <span class="area-name" lang=first.1>
                    {first.0}
                </span>
                <span class="area-other" lang=second.1>
                    {second.0}
                </span>
                <Icon name=IconName::Forward />
            </button>
        </li>
    }
}

fn fits(area: &Area, wanted: &str) -> bool {
    // Latin letters alone have two cases here, and the tables of all the others weigh.
    let wanted = wanted.trim().trim_end_matches('駅').to_ascii_lowercase();
    wanted.is_empty()
        || area.name.contains(&wanted)
        || area.name_en.to_ascii_lowercase().contains(&wanted)
}

#[cfg(test)]
mod tests {
    use super::{Area, fits};

    #[test]
    fn areas_are_found_in_both_languages() {
        let area = Area {
            area_id: "shinjuku".into(),
            name: "新宿".into(),
            name_en: "Shinjuku".into(),
            lat: 35.69,
            lng: 139.70,
        };
        for wanted in ["", " ", "新宿", "新宿駅", "宿", "SHIN", "juku "] {
            assert!(fits(&area, wanted), "{wanted}");
        }
        assert!(!fits(&area, "渋谷"));
    }
}
