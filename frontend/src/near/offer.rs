//! The quiet word at the foot of the page when somebody comes to a store: once for each store while the page is open, never beside the game, and gone
//! when they leave.

use app::{
    api::{
        Items, path,
        shopper::{Coupon, CouponStatus, Nearby, NearbyRequest, StorePlace},
    },
    geo::Cell,
    id::StoreId,
    lang::Lang,
};
use std::{cell::RefCell, collections::HashSet};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

use super::text;
use crate::{
    browser, http,
    lang::{lang_of, set_lang, t, tf, tn},
};

/// The element.
const OFFER: &str = ".near-offer";
/// How far around campaigns are asked for: one of the store's is to be among them.
const RADIUS_KM: u32 = 1;

thread_local! {
    static MADE: RefCell<HashSet<StoreId>> = RefCell::default();
}

/// What can be done at a store.
struct Offer {
    says: String,
    does: String,
    href: String,
}

/// Says what can be done at a store, if there is something and it was not said before.
pub(super) async fn make(store: &StorePlace, cell: Cell) {
    follow_page();
    let is_new = MADE.with_borrow_mut(|made| made.insert(store.store_id));
    if !is_new || plays() {
        return;
    }
    if let Some(offer) = offer(store, cell).await
        && !plays()
    {
        // A page that does not take it goes on without.
        let _ = show(store, &offer);
    }
}

/// A coupon that is there already comes before another play.
async fn offer(store: &StorePlace, cell: Cell) -> Option<Offer> {
    let wallet: Option<Items<Coupon>> = http::get(path::WALLET).await.ok();
    let coupon = wallet
        .into_iter()
        .flat_map(|wallet| wallet.items)
        .find(|coupon| coupon.status == CouponStatus::Issued && coupon.store_id == store.store_id);
    if let Some(coupon) = coupon {
        return Some(Offer {
            says: t(text::COUPON)().to_owned(),
            does: t(text::SHOW_COUPON)().to_owned(),
            href: format!("/wallet/{}/{}", coupon.retailer_id, coupon.coupon_id),
        });
    }
    let request = NearbyRequest {
        cell,
        radius_km: Some(RADIUS_KM),
    };
    let near: Nearby = http::post(path::NEARBY, &request).await.ok()?;
    let here = near
        .stores
        .into_iter()
        .find(|near| near.store_id == store.store_id)?;
    let campaign = here
        .campaigns
        .into_iter()
        .find(|campaign| campaign.plays_left > 0)?;
    Some(Offer {
        says: tn(text::PLAYS, u64::from(campaign.plays_left), &[]),
        does: t(text::PLAY)().to_owned(),
        href: format!(
            "/play/{}/{}/{}",
            store.retailer_id, campaign.campaign_id, store.store_id
        ),
    })
}

/// The language that the page has now.
fn follow_page() {
    let tag = web_sys::window()
        .and_then(|w| w.document())
        .and_then(|d| d.document_element())
        .and_then(|root| root.get_attribute("lang"));
    if let Some(lang) = tag.and_then(|tag| Lang::from_tag(&tag)) {
        set_lang(lang);
    }
}

/// Whether the game is open, which nothing is to disturb.
fn plays() -> bool {
    web_sys::window()
        .and_then(|w| w.location().pathname().ok())
        .is_some_and(|path| path.starts_with("/play/"))
}

fn show(store: &StorePlace, offer: &Offer) -> Result<(), JsValue> {
    take_away();
    let document = web_sys::window()
        .and_then(|w| w.document())
        .ok_or(JsValue::NULL)?;
    let element = |kind: &str, class: &str, says: &str| -> Result<web_sys::Element, JsValue> {
        let element = document.create_element(kind)?;
        element.set_class_name(class);
        element.set_text_content(Some(says));
        Ok(element)
    };
    let aside = element("aside", "near-offer", "")?;
    aside.set_attribute("role", "status")?;
    aside.set_attribute("data-testid", "near-offer")?;
    aside.set_attribute("data-store", &store.store_id.to_string())?;
    let words = element("div", "near-offer-words", "")?;
    let title = element("p", "near-offer-title", &tf(text::HERE, &[&store.name]))?;
    if let Some(lang) = lang_of(&store.name) {
        title.set_attribute("lang", lang)?;
    }
    words.append_child(&title)?;
    words.append_child(&*element("p", "near-offer-says", &offer.says)?)?;
    let link = element("a", "button button-primary", &offer.does)?;
    link.set_attribute("href", &offer.href)?;
    let close = element("button", "near-offer-close", "×")?;
    close.set_attribute("type", "button")?;
    close.set_attribute("aria-label", t(text::CLOSE)())?;
    for part in [&words, &close, &link] {
        aside.append_child(part)?;
    }
    for part in [&link, &close] {
        // The link's own work goes on: the page hears of the click as well.
        let gone = Closure::<dyn Fn()>::new(take_away);
        part.add_event_listener_with_callback("click", gone.as_ref().unchecked_ref())?;
        gone.forget();
    }
    let body = document.body().ok_or(JsValue::NULL)?;
    body.append_child(&aside)?;
    Ok(())
}

/// Takes away what stands there.
pub(super) fn take_away() {
    browser::remove(OFFER);
}

/// Takes away what stands there of a store.
pub(super) fn take_away_of(store_id: StoreId) {
    browser::remove(&format!("{OFFER}[data-store=\"{store_id}\"]"));
}
