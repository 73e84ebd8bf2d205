//! Who is playing and from where. Coordinates are kept in memory only and never sent: the server gets the coarse cell, and
//! for a store the band of the distance.

use app::{
    api::{
        Items, path,
        shopper::{
            Area, AreaChoice, BandClaim, ConsentRequest, Nearby, NearbyRequest, NearbyStore,
            PositionClaim, ShopperMe,
        },
    },
    geo::{Band, Cell, LatLng},
    id::StoreId,
};
use leptos::{prelude::*, task::spawn_local};

use super::shell;
use crate::{
    browser::{self, Keep, kept, set_kept},
    geolocation::{self, Fix, NoFix},
    http::{self, HttpError},
    load::Load,
    online,
};

/// Who was here last, so that the wallet need not wait for a session that cannot be begun.
const WHO: &str = "raiten.shopper";
/// Which way was chosen last, so that a reload goes the same way.
const WAY: &str = "raiten.where";

/// From where distances are measured.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// Not known yet whether there is one.
    Settling,
    /// Not chosen.
    Unset,
    /// The device is being asked.
    Locating,
    /// The device's position.
    Here(Fix),
    /// An area from the list.
    Area(Area),
    /// The device would not say.
    NoFix(NoFix),
    /// The choice could not be saved.
    Failed(HttpError),
}

impl Place {
    /// The point, if there is one.
    pub fn origin(&self) -> Option<LatLng> {
        match self {
            Self::Here(fix) => Some(fix.at),
            Self::Area(area) => LatLng::new(area.lat, area.lng).ok(),
            _ => None,
        }
    }

    /// Whether it may still become a point by itself.
    pub const fn is_pending(&self) -> bool {
        matches!(self, Self::Settling | Self::Locating)
    }
}

/// Everything near a point, as it was last heard.
#[derive(Clone, Debug, PartialEq)]
pub struct Around {
    /// The point.
    pub origin: LatLng,
    /// How far around, kilometres.
    pub radius_km: u32,
    /// The stores, nearest first by the exact distance in metres.
    pub stores: Vec<(u32, NearbyStore)>,
}

/// The session: a context of the whole program.
#[derive(Clone, Copy)]
pub struct Shopper {
    /// The shopper as the server knows them.
    pub me: RwSignal<Load<ShopperMe>>,
    /// The shopper of this browser's last session, known without asking.
    pub known: RwSignal<Option<String>>,
    /// From where.
    pub place: RwSignal<Place>,
    /// What is near, for pages that come after.
    pub around: RwSignal<Option<Around>>,
}

/// The session of this program.
pub fn use_shopper() -> Shopper {
    expect_context::<Shopper>()
}

impl Shopper {
    /// A session that is being begun.
    pub fn begin() -> Self {
        // Who never chose a way gets the choice at once, not after the session.
        let place = match kept(Keep::Always, WAY) {
            Some(_) => Place::Settling,
            None => Place::Unset,
        };
        let shopper = Self {
            me: RwSignal::new(Load::Loading),
            known: RwSignal::new(kept(Keep::Always, WHO)),
            place: RwSignal::new(place),
            around: RwSignal::new(None),
        };
        shopper.start();
        Effect::new(move |_| {
            online::chances();
            let waits = matches!(
                *shopper.me.read_untracked(),
                Load::Failed(HttpError::Offline)
            ) || *shopper.place.read_untracked() == Place::Failed(HttpError::Offline);
            if waits {
                spawn_local(shopper.meet());
            }
        });
        shopper
    }

    /// Begins, or tries again to begin.
    pub fn start(self) {
        self.me.set(Load::Loading);
        spawn_local(self.meet());
    }

    async fn meet(self) {
        match http::post_empty::<ShopperMe>(path::SHOPPER_SESSION).await {
            Ok(me) => {
                let who = me.shopper_id.to_string();
                let before = self.known.get_untracked();
                if before.as_ref() != Some(&who) {
                    if before.is_some() {
                        shell::ask(shell::FORGET);
                    }
                    set_kept(Keep::Always, WHO, Some(&who));
                    self.known.set(Some(who));
                }
                self.me.set(Load::Ready(me.clone()));
                self.settle(me).await;
            }
            Err(error) => self.me.set(Load::Failed(error)),
        }
    }

    /// Waits until the session has begun, or could not.
    async fn begun(self) {
        while matches!(*self.me.read_untracked(), Load::Loading) {
            browser::sleep(50).await;
        }
    }

    /// Goes the way that was chosen last, unless one was chosen while the session began.
    async fn settle(self, me: ShopperMe) {
        let chosen = !matches!(
            *self.place.read_untracked(),
            Place::Settling | Place::Unset | Place::Failed(_)
        );
        if chosen {
            return;
        }
        let by_area = kept(Keep::Always, WAY).as_deref() == Some("area");
        if me.location_consent && !(by_area && me.area_id.is_some()) {
            self.find().await;
        } else if let Some(id) = me.area_id {
            self.place.set(match areas().await {
                Ok(areas) => areas
                    .into_iter()
                    .find(|a| a.area_id == id)
                    .map_or(Place::Unset, Place::Area),
                Err(error) => Place::Failed(error),
            });
        } else if !matches!(*self.place.read_untracked(), Place::Unset) {
            self.place.set(Place::Unset);
        }
    }

    /// The shopper agreed: asks the device, then keeps the consent.
    pub fn locate(self) {
        spawn_local(self.find());
    }

    async fn find(self) {
        self.place.set(Place::Locating);
        // The device first: without its yes there is nothing to consent to.
        let fix = match geolocation::fix(geolocation::A_MINUTE).await {
            Ok(fix) => fix,
            Err(no) => {
                self.place.set(Place::NoFix(no));
                return;
            }
        };
        self.begun().await;
        if !self.consented() {
            let consent = ConsentRequest { location: true };
            match http::put::<ShopperMe>(path::SHOPPER_CONSENT, &consent).await {
                Ok(me) => self.me.set(Load::Ready(me)),
                Err(error) => {
                    self.place.set(Place::Failed(error));
                    return;
                }
            }
        }
        set_kept(Keep::Always, WAY, Some("here"));
        self.place.set(Place::Here(fix));
        shell::ask(shell::NEAR);
    }

    /// Whether the shopper agreed to the use of the cell.
    pub fn consented(self) -> bool {
        matches!(&*self.me.read(), Load::Ready(me) if me.location_consent)
    }

    /// Takes the consent back; the server erases the kept cells.
    pub async fn withdraw(self) -> Result<(), HttpError> {
        let consent = ConsentRequest { location: false };
        let me = http::put::<ShopperMe>(path::SHOPPER_CONSENT, &consent).await?;
        self.me.set(Load::Ready(me));
        self.around.set(None);
        shell::ask(shell::FAR);
        if matches!(*self.place.read_untracked(), Place::Here(_)) {
            self.place.set(Place::Unset);
        }
        Ok(())
    }

    /// Picks an area.
    pub async fn choose(self, area: Area) -> Result<(), HttpError> {
        let choice = AreaChoice {
            area_id: Some(area.area_id.clone()),
        };
        self.begun().await;
        let me = http::put::<ShopperMe>(path::SHOPPER_AREA, &choice).await?;
        self.me.set(Load::Ready(me));
        set_kept(Keep::Always, WAY, Some("area"));
        self.place.set(Place::Area(area));
        Ok(())
    }

    /// Asks what is near; the server sees the cell, the device sorts by the exact distance.
    pub async fn look_around(self, origin: LatLng, radius_km: u32) -> Result<Around, HttpError> {
        let request = NearbyRequest {
            cell: Cell::of(origin),
            radius_km: Some(radius_km),
        };
        let nearby: Nearby = http::post(path::NEARBY, &request).await?;
        let mut stores: Vec<(u32, NearbyStore)> = nearby
            .stores
            .into_iter()
            .filter_map(|store| {
                let at = LatLng::new(store.lat, store.lng).ok()?;
                Some((metres(origin, at), store))
            })
            .collect();
        stores.sort_unstable_by_key(|(metres, store)| (*metres, store.store_id));
        let around = Around {
            origin,
            radius_km,
            stores,
        };
        self.around.set(Some(around.clone()));
        Ok(around)
    }

    /// What is claimed about the position when a store's odds are asked for: nothing without consent and fix.
    pub async fn claim(self, store_id: StoreId) -> Option<PositionClaim> {
        let Place::Here(fix) = self.place.get_untracked() else {
            return None;
        };
        if !self.consented() {
            return None;
        }
        let known = self
            .around
            .with_untracked(|a| a.clone().filter(|a| a.origin == fix.at));
        let around = match known {
            Some(around) => Some(around),
            // A page that was opened by its link: the store's position is not known yet.
            None => self.look_around(fix.at, 50).await.ok(),
        };
        let bands = around
            .into_iter()
            .flat_map(|a| a.stores)
            .filter(|(_, store)| store.store_id == store_id)
            .filter_map(|(_, store)| {
                let at = LatLng::new(store.lat, store.lng).ok()?;
                Some(BandClaim {
                    store_id,
                    band: Band::of_m(fix.at.distance_m(at)),
                })
            })
            .collect();
        Some(PositionClaim {
            cell: Cell::of(fix.at),
            accuracy_m: fix.accuracy_m,
            bands,
        })
    }
}

/// Forgets on this device what was erased on the server: the way that was chosen, and the wallet as it was last seen. Who was here stays known until
/// somebody else is, who then finds nothing of them.
pub fn forget() {
    set_kept(Keep::Always, WAY, None);
    shell::ask(shell::FORGET);
}

/// The areas to pick from.
pub async fn areas() -> Result<Vec<Area>, HttpError> {
    http::get::<Items<Area>>(path::AREAS).await.map(|a| a.items)
}

/// Distance in whole metres, for showing and sorting.
pub fn metres(from: LatLng, to: LatLng) -> u32 {
    // At most 20,004 km: fits.
    from.distance_m(to).round() as u32
}
