//! A campaign at a store near.

use app::{
    api::shopper::{NearbyCampaign, NearbyStore},
    id::StoreId,
};
use leptos::prelude::*;

use crate::markup::view;

use super::text;
use crate::{
    format,
    lang::{lang, lang_of, t, tf},
    ui::{Icon, IconName},
};

/// The whole card is the link to the game; the distance shows the store in the picture.
#[component]
pub fn StoreCard(
    metres: u32,
    store: NearbyStore,
    campaign: NearbyCampaign,
    selected: RwSignal<Option<StoreId>>,
    #[prop(into)] on_show: Callback<StoreId>,
) -> impl IntoView {
    let id = store.store_id;
    let href = format!("/play/{}/{}/{id}", store.retailer_id, campaign.campaign_id);
    let (minimum, left, ends) = (campaign.min_purchase, campaign.plays_left, campaign.ends_at);
    let name = store.name.clone();
    view! {
        <li
            class="store"
            class:store-selected=move || selected.get() == Some(id)
            class:store-done=left == 0
            data-testid="store-card"
            data-store=id.to_string()
        >
            <a class="store-link" href=href>
                <span class="store-retailer">{store.retailer_name}</span>
                <span class="store-name" lang=lang_of(&store.name)>
                    {store.name}
                </span>
                <span class="store-campaign">{campaign.name}</span>
            </a>
            <button
                type="button"
                class="store-where number"
                data-testid="store-where"
                aria-label=move || tf(text::SHOW_WHERE, &[&name, &format::distance(metres)])
                on:click=move |_| on_show.run(id)
            >
                <Icon name=IconName::Pin />
                {format::distance(metres)}
            </button>
            <p class="store-top">
                <span class="store-top-label">{t(text::TOP_PRIZE)}</span>
                <strong class="number">{campaign.top_value.to_string()}</strong>
            </p>
            <p class="store-plays">
                {move || {
                    if left > 0 {
                        tf(text::PLAYS_LEFT, &[&left.to_string()])
                    } else {
                        t(text::PLAYED)().to_owned()
                    }
                }}
            </p>
            <p class="store-facts">
                {move || format::until(ends, lang())} " ・ "
                {move || {
                    if minimum.get() > 0 {
                        tf(text::MIN_PURCHASE, &[&minimum.to_string()])
                    } else {
                        t(text::NO_MINIMUM)().to_owned()
                    }
                }}
            </p>
        </li>
    }
}
