//! While the shopper's page is open: who comes to a store, stays and leaves, told from positions that never leave the device.
//!
//! A program of its own beside the shopper's, without its framework: the first page does not wait for it. It asks the device now and then, tells
//! the server that the page is inside a store's area (never where), and says once, at the foot of the page, what can be done there. A page in the
//! background knows nothing, and this does not pretend to.

mod offer;
mod text;
mod watch;

use app::{
    api::{
        path,
        shopper::{Dwell, DwellRequest, NearbyRequest, StoresNear},
    },
    geo::{Cell, Reading, Transition},
    problem::ProblemKind,
};
use std::{cell::Cell as Mutable, rc::Rc};
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::spawn_local;

use crate::{browser, geolocation, http};
use watch::Watch;

/// How often the device is asked while somebody looks at the page.
const EVERY_MS: i32 = 10_000;
/// Only a new fix tells who is inside now: one from before may be of the street outside.
const FRESH_MS: u32 = 0;
/// How far around stores are watched, kilometres: further than anybody walks before the next cell.
const RADIUS_KM: u32 = 3;
/// The position may be used from now on, or not any more: the events by which the page says so. The first of them had this program fetched.
const NEAR: &str = "raiten-near";
const FAR: &str = "raiten-far";

/// Watches, except after the page has said that its position may not be used any more.
pub fn start() {
    let allowed = Rc::new(Mutable::new(true));
    for (event, allows) in [(NEAR, true), (FAR, false)] {
        let allowed = Rc::clone(&allowed);
        let heard = Closure::<dyn Fn()>::new(move || allowed.set(allows));
        if let Some(window) = web_sys::window() {
            let _ = window.add_event_listener_with_callback(event, heard.as_ref().unchecked_ref());
        }
        // It lives as long as the page.
        heard.forget();
    }
    spawn_local(async move {
        let mut watch = Watch::default();
        loop {
            if !allowed.get() {
                // Nothing of before is known any more.
                watch = Watch::default();
                offer::take_away();
            } else if browser::visible() && look(&mut watch).await.is_err() {
                allowed.set(false);
            }
            browser::sleep(EVERY_MS).await;
        }
    });
}

/// Nothing more is to be told: the server knows of no consent.
struct NotAllowed;

async fn look(watch: &mut Watch) -> Result<(), NotAllowed> {
    let Ok(fix) = geolocation::fix(FRESH_MS).await else {
        return Ok(());
    };
    let cell = Cell::of(fix.at);
    if watch.is_elsewhere(cell) {
        let request = NearbyRequest {
            cell,
            radius_km: Some(RADIUS_KM),
        };
        // Without an answer what was known is still true; the next look asks again.
        if let Ok(near) = http::post::<StoresNear>(path::STORES_NEAR, &request).await {
            watch.keep(cell, near.stores);
        }
    }
    let reading = Reading {
        at: browser::steady_ms(),
        place: fix.at,
        accuracy_m: f64::from(fix.accuracy_m),
    };
    for (store, transition) in watch.read(reading) {
        match transition {
            Transition::Enter => offer::make(&store, cell).await,
            Transition::Dwell => {}
            Transition::Exit => offer::take_away_of(store.store_id),
        }
    }
    for (store_id, request) in watch.to_tell(browser::steady_ms()) {
        match tell(&request).await {
            Ok(dwell) => watch.told(store_id, dwell, browser::steady_ms()),
            Err(Some(ProblemKind::Conflict | ProblemKind::NotSignedIn)) => return Err(NotAllowed),
            // The next look tells it again.
            Err(_) => {}
        }
    }
    Ok(())
}

async fn tell(request: &DwellRequest) -> Result<Dwell, Option<ProblemKind>> {
    http::post(path::DWELLS, request)
        .await
        .map_err(|error| error.kind())
}
