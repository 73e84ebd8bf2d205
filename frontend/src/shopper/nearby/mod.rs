//! What is near: a picture and a list.

mod card;
mod map;
mod marks;
mod text;

use app::{
    geo::{Cell, LatLng},
    id::StoreId,
};
use leptos::prelude::*;

use crate::markup::{live, view};

use super::{
    place::{AccuracyNotice, Welcome, WherePicker, place_name, station_name, text as place_text},
    session::{Around, Place, use_shopper},
    text as shopper_text, title,
    trouble::PageTrouble,
};
use crate::{
    browser,
    http::HttpError,
    lang::{t, tf, tn},
    load::{Load, load},
    ui::{Button, ButtonKind, EmptyState, Icon, IconName, Skeleton, Spinner},
};
use card::StoreCard;
use map::StoreMap;

/// How far around to look, kilometres: wider when nothing is there.
const RADII_KM: [u32; 3] = [5, 20, 50];
/// Cards shown before "more".
const FIRST_CARDS: usize = 12;

/// The first page.
#[component]
pub fn NearbyPage() -> impl IntoView {
    let shopper = use_shopper();
    Effect::new(|_| browser::set_title(&title(t(text::TITLE)())));
    let changing = RwSignal::new(false);
    Effect::new(move |_| {
        shopper.place.track();
        changing.set(false);
    });
    live(move || match shopper.place.get() {
        Place::Settling => view! { <Skeleton /> }.into_any(),
        Place::Locating => view! {
            <div class="locating" data-testid="locating">
                <h1 class="visually-hidden" tabindex="-1">
                    {t(text::TITLE)}
                </h1>
                <Spinner label=Signal::derive(move || t(place_text::LOCATING)().to_owned()) />
            </div>
        }
        .into_any(),
        Place::Unset => view! { <Welcome /> }.into_any(),
        Place::Failed(HttpError::Offline) => view! {
            <PageTrouble
                error=HttpError::Offline
                heading=text::TITLE
                offline=shopper_text::OFFLINE_NEARBY
                on_retry=move |()| shopper.start()
            />
        }
        .into_any(),
        Place::NoFix(_) | Place::Failed(_) => view! {
            <div class="stack">
                <h1 tabindex="-1">{t(place_text::WHERE)}</h1>
                <WherePicker />
            </div>
        }
        .into_any(),
        place @ (Place::Here(_) | Place::Area(_)) => {
            let Some(origin) = place.origin() else {
                return view! { <Welcome /> }.into_any();
            };
            let named = place.clone();
            let fix = match place {
                Place::Here(fix) => Some(fix),
                _ => None,
            };
            view! {
                <div class="stack">
                    <div class="near-head">
                        <h1 tabindex="-1">{t(text::TITLE)}</h1>
                        <p class="near-from">
                            <Icon name=IconName::Pin />
                            <span>{move || place_name(&named)}</span>
                            <Button
                                kind=ButtonKind::Quiet
                                testid="change-place"
                                on_press=move |()| changing.update(|c| *c = !*c)
                            >
                                {t(place_text::CHANGE)}
                            </Button>
                        </p>
                    </div>
                    {move || changing.get().then(|| view! { <WherePicker /> })}
                    {fix.map(|fix| view! { <AccuracyNotice fix=fix /> })}
                    <Stores
                        origin=origin
                        cell=fix.map(|fix| Cell::of(fix.at))
                        middle=Signal::derive(move || middle(&place))
                    />
                </div>
            }
            .into_any()
        }
    })
}

/// What lies in the middle of the picture.
fn middle(place: &Place) -> String {
    match place {
        Place::Area(area) => tf(text::MIDDLE_AREA, &[station_name(area)]),
        _ => t(text::MIDDLE_HERE)().to_owned(),
    }
}

/// The stores around a point.
#[component]
fn Stores(
    origin: LatLng,
    cell: Option<Cell>,
    #[prop(into)] middle: Signal<String>,
) -> impl IntoView {
    let shopper = use_shopper();
    let before = shopper
        .around
        .with_untracked(|a| a.clone().filter(|a| a.origin == origin));
    let radius = RwSignal::new(before.as_ref().map_or(RADII_KM[0], |a| a.radius_km));
    let list = load(move || {
        let radius = radius.get();
        async move { shopper.look_around(origin, radius).await }
    });
    // Coming back from another page: what was there is there at once, and then brought up to date.
    if let Some(before) = before {
        list.state.set(Load::Ready(before));
    }
    let wider = move |()| {
        let next = RADII_KM.into_iter().find(|r| *r > radius.get_untracked());
        if let Some(next) = next {
            list.state.set(Load::Loading);
            radius.set(next);
        }
    };
    live(move || match list.state.get() {
        Load::Loading => view! { <Skeleton blocks=4 /> }.into_any(),
        Load::Failed(error) => view! {
            <PageTrouble
                error=error
                offline=shopper_text::OFFLINE_NEARBY
                on_retry=move |()| list.retry()
            />
        }
        .into_any(),
        Load::Ready(around) => {
            view! { <Found around=around cell=cell middle=middle on_wider=wider /> }.into_any()
        }
    })
}

/// The picture and the list, or that there is nothing.
#[component]
fn Found(
    around: Around,
    cell: Option<Cell>,
    middle: Signal<String>,
    #[prop(into)] on_wider: Callback<()>,
) -> impl IntoView {
    let next = RADII_KM.into_iter().find(|r| *r > around.radius_km);
    let wider = move |kind: ButtonKind| {
        next.map(|next| {
            view! {
                <Button kind=kind wide=true on_press=on_wider testid="wider">
                    {move || tf(text::WIDER, &[&next.to_string()])}
                </Button>
            }
        })
    };
    if around.stores.is_empty() {
        let km = around.radius_km.to_string();
        return view! {
            <EmptyState
                icon=IconName::Shop
                title=Signal::derive(move || tf(text::EMPTY, &[&km]))
                testid="no-stores"
            >
                <p>{t(text::EMPTY_ADVICE)}</p>
                {wider(ButtonKind::Primary)}
            </EmptyState>
        }
        .into_any();
    }
    let selected = RwSignal::new(None);
    let shown = RwSignal::new(FIRST_CARDS);
    let cards: Vec<_> = around
        .stores
        .iter()
        .flat_map(|(metres, store)| {
            store
                .campaigns
                .iter()
                .map(|campaign| (*metres, store.clone(), campaign.clone()))
        })
        .collect();
    let all = cards.len();
    // A store picked in the picture may be further down than what is shown.
    let store_order: Vec<_> = cards.iter().map(|(_, store, _)| store.store_id).collect();
    let pick = move |id: StoreId| {
        if let Some(at) = store_order.iter().position(|s| *s == id) {
            shown.update(|n| *n = (*n).max(at + 1));
        }
        selected.set(Some(id));
        request_animation_frame(move || browser::reveal(&format!("[data-store=\"{id}\"]")));
    };
    let show = move |id: StoreId| {
        selected.set(Some(id));
        browser::reveal("#map");
    };
    view! {
        <StoreMap around=around cell=cell middle=middle selected=selected on_pick=pick />
        <p class="visually-hidden" role="status">
            {move || tn(text::COUNT, all as u64, &[])}
        </p>
        <ul class="near-list">
            {move || {
                cards
                    .iter()
                    .take(shown.get())
                    .cloned()
                    .map(|(metres, store, campaign)| {
                        view! {
                            <StoreCard
                                metres=metres
                                store=store
                                campaign=campaign
                                selected=selected
                                on_show=show
                            />
                        }
                    })
                    .collect::<Vec<_>>()
            }}
        </ul>
        {move || {
            let rest = all.saturating_sub(shown.get());
            if rest > 0 {
                view! {
                    <Button
                        kind=ButtonKind::Secondary
                        wide=true
                        on_press=move |()| shown.update(|n| *n += 24)
                    >
                        {move || tf(text::MORE, &[&rest.to_string()])}
                    </Button>
                }
                    .into_any()
            } else {
                wider(ButtonKind::Secondary).into_any()
            }
        }}
    }
    .into_any()
}
