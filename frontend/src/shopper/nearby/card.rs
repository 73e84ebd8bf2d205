//! A campaign at a store near.

use app::{
    api::shopper::{NearbyCampaign, NearbyStore},
    id::StoreId,
};
use leptos::prelude::*;

use super::text;
use crate::{
    format,
    lang::{lang, t, tf},
    ui::{Icon, IconName},
};

/// The whole card is the link to the game.
#[component]
pub fn StoreCard(
    metres: u32,
    store: NearbyStore,
    campaign: NearbyCampaign,
    selected: RwSignal<Option<StoreId>>,
) -> impl IntoView {
    let id = store.store_id;
    let href = format!("/play/{}/{}/{id}", store.retailer_id, campaign.campaign_id);
    let (minimum, left, ends) = (campaign.min_purchase, campaign.plays_left, campaign.ends_at);
    view! {
        <li>
            <a
                class="store"
                class:store-selected=move || selected.get() == Some(id)
                class:store-done=left == 0
                href=href
                data-testid="store-card"
                data-store=id.to_string()
            >
                <span class="store-head">
                    <span class="store-retailer">{store.retailer_name}</span>
                    <span class="store-distance number">{format::distance(metres)}</span>
                </span>
                <span class="store-name">{store.name}</span>
                <span class="store-campaign">{campaign.name}</span>
                <span class="store-foot">
                    <span class="store-top">
                        <span class="store-top-label">{t(text::TOP_PRIZE)}</span>
                        <strong class="number">{campaign.top_value.to_string()}</strong>
                    </span>
                    <span class="store-plays">
                        <Icon name=IconName::Capsule />
                        {move || {
                            if left > 0 {
                                tf(text::PLAYS_LEFT, &[&left.to_string()])
                            } else {
                                t(text::PLAYED)().to_owned()
                            }
                        }}
                    </span>
                    <span class="store-facts">
                        <span>
                            {move || {
                                if minimum.get() > 0 {
                                    tf(text::MIN_PURCHASE, &[&minimum.to_string()])
                                } else {
                                    t(text::NO_MINIMUM)().to_owned()
                                }
                            }}
                        </span>
                        <span>{move || format::until(ends, lang())}</span>
                    </span>
                </span>
            </a>
        </li>
    }
}
