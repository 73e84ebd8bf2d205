//! The table: every route, who may enter, and whose the ids of each call are.

use app::api::path;
use reqwest::Method;
use serde_json::{Value, json};

use super::world::{Side, Who, World};
use crate::harness::{play_of, store};

/// Which identities a route is for at all. Others get 401, staff at an owner's route 403.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Anybody,
    Shopper,
    SignedIn,
    Owner,
    /// By key.
    System,
}

/// One way of calling a route: with these ids, which are somebody's.
#[derive(Clone, Debug)]
pub struct Call {
    pub name: &'static str,
    /// Fills the path's parameters.
    pub parameters: Vec<String>,
    pub query: String,
    pub body: Option<Value>,
    pub csv: Option<String>,
    /// Whether LINE signs it.
    pub by_line: bool,
    /// Who gets through with it.
    pub theirs: Vec<Who>,
    /// What others with the right role get.
    pub refusals: Vec<u16>,
}

impl Call {
    fn new(name: &'static str, theirs: &[Who]) -> Self {
        Self {
            name,
            parameters: Vec::new(),
            query: String::new(),
            body: None,
            csv: None,
            by_line: false,
            theirs: theirs.to_vec(),
            refusals: vec![404],
        }
    }

    fn at(mut self, parameters: &[&dyn ToString]) -> Self {
        self.parameters = parameters.iter().map(|p| p.to_string()).collect();
        self
    }

    fn query(mut self, query: impl Into<String>) -> Self {
        self.query = query.into();
        self
    }

    fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    fn refused(mut self, refusals: &[u16]) -> Self {
        self.refusals = refusals.to_vec();
        self
    }
}

/// A route with its entry.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    pub calls: Vec<Call>,
}

/// Method and path of every entry, without a world.
pub fn listed() -> Vec<(String, String)> {
    ENTRIES
        .iter()
        .map(|entry| (entry.method.to_owned(), entry.path.to_owned()))
        .collect()
}

/// Every entry with its calls. A path with parameters is also called with what is no id at all.
pub fn routes(world: &World) -> Vec<Route> {
    ENTRIES
        .iter()
        .map(|entry| {
            let mut calls = (entry.calls)(world);
            let count = entry.path.matches('{').count();
            if count > 0 && entry.access != Access::Anybody {
                let nonsense: Vec<&dyn ToString> = vec![&"nonsense"; count];
                let first = calls.first().cloned();
                calls.push(Call {
                    body: first.as_ref().and_then(|call| call.body.clone()),
                    ..Call::new("no id at all", &[]).at(&nonsense)
                });
            }
            Route {
                method: Method::from_bytes(entry.method.as_bytes()).unwrap_or_default(),
                path: entry.path,
                access: entry.access,
                calls,
            }
        })
        .collect()
}

struct Entry {
    method: &'static str,
    path: &'static str,
    access: Access,
    calls: fn(&World) -> Vec<Call>,
}

/// A link's token is the authority, whoever has it; another does nothing.
fn by_token(token: &str) -> Vec<Call> {
    vec![
        Call::new("a link of ours", &Who::ALL).at(&[&token]),
        Call::new("no link of ours", &Who::ALL).at(&[&"nonsense"]),
    ]
}

const fn entry(
    method: &'static str,
    path: &'static str,
    access: Access,
    calls: fn(&World) -> Vec<Call>,
) -> Entry {
    Entry {
        method,
        path,
        access,
        calls,
    }
}

/// The owners and staff at the till of each side's first store.
const OUR_TILL: [Who; 2] = [Who::Staff, Who::Owner];
const OTHER_TILL: [Who; 2] = [Who::OtherRetailersStaff, Who::OtherOwner];

/// One's own link, and nobody else's.
fn by_link(world: &World) -> Vec<Call> {
    sides(world)
        .into_iter()
        .map(|(side, owner, _)| Call::new("one's own link", &owner).at(&[&side.link.link_id]))
        .collect()
}

/// Links name a campaign and a store.
fn linking(world: &World) -> Vec<Call> {
    let link = |campaign: &Side, store: &Side| {
        json!({
            "name": "入口のポスター",
            "kind": "poster",
            "campaign_id": campaign.running.campaign_id,
            "store_id": store.stores[0].store_id,
        })
    };
    let (ours, other) = (&world.ours, &world.other);
    vec![
        Call::new("one's own", &[Who::Owner]).body(link(ours, ours)),
        Call::new("the other's own", &[Who::OtherOwner]).body(link(other, other)),
        Call::new("another's store", &[]).body(link(ours, other)),
        Call::new("another's campaign", &[]).body(link(other, ours)),
    ]
}

fn announcing(world: &World) -> Vec<Call> {
    sides(world)
        .into_iter()
        .map(|(side, owner, _)| {
            Call::new("one's own campaign", &owner).body(json!(side.announcement))
        })
        .collect()
}

fn by_announcement(world: &World) -> Vec<Call> {
    sides(world)
        .into_iter()
        .map(|(side, owner, _)| Call::new("one's own", &owner).at(&[&side.announcement_id]))
        .collect()
}

fn sides(world: &World) -> [(&Side, [Who; 1], [Who; 2]); 2] {
    [
        (&world.ours, [Who::Owner], OUR_TILL),
        (&world.other, [Who::OtherOwner], OTHER_TILL),
    ]
}

/// The same for both sides' owners; nobody else's ids are named.
fn own(theirs: &[Who]) -> Vec<Call> {
    vec![Call::new("one's own", theirs)]
}

fn claim(side: &Side, retailer: &Side, shop: &Side) -> Value {
    json!({
        "retailer_id": retailer.retailer.me.retailer_id,
        "campaign_id": side.running.campaign_id,
        "store_id": shop.stores[0].store_id,
        "odds_hash": side.offer.odds_hash,
        "play_number": side.offer.next_play.unwrap_or(1),
        "client_nonce": "a-nonce-of-the-matrix",
    })
}

/// Offers and plays alike: whole, and with each id exchanged for one of the other retailer.
fn game(world: &World) -> Vec<Call> {
    let (ours, other) = (&world.ours, &world.other);
    let mut draft = json!(play_of(&ours.offer));
    draft["campaign_id"] = json!(ours.draft.campaign_id);
    let mut second_store = json!(play_of(&ours.offer));
    second_store["store_id"] = json!(ours.stores[1].store_id);
    vec![
        Call::new("another's campaign", &[]).body(claim(other, ours, ours)),
        Call::new("another's store", &[]).body(claim(ours, ours, other)),
        Call::new("another retailer", &[]).body(claim(ours, other, ours)),
        Call::new("a draft", &[]).body(draft).refused(&[404, 409]),
        Call::new("a store of no campaign", &[]).body(second_store),
        Call::new("whole", &Who::SHOPPERS).body(claim(ours, ours, ours)),
    ]
}

fn epochs(world: &World) -> Vec<Call> {
    sides(world)
        .into_iter()
        .map(|(side, owner, _)| Call::new("one's own epoch", &owner).at(&[&side.epoch_id]))
        .collect()
}

fn coupons(world: &World) -> Vec<Call> {
    let (ours, other) = (&world.ours, &world.other);
    let coupon = |name, theirs: &[Who], retailer: &Side, coupon: &Side| {
        Call::new(name, theirs).at(&[
            &retailer.retailer.me.retailer_id,
            &coupon.open_coupon.coupon_id,
        ])
    };
    vec![
        coupon("one's own", &[Who::Shopper], ours, ours),
        coupon("the other's", &[Who::OtherShopper], other, other),
        coupon("another retailer's", &[], other, ours),
    ]
}

fn till(world: &World) -> Vec<Call> {
    let mut calls = Vec::new();
    for (side, _, at_till) in sides(world) {
        calls.push(
            Call::new("one's own store and coupon", &at_till)
                .body(json!({"store_id": side.stores[0].store_id, "code": side.code()})),
        );
    }
    let (ours, other) = (&world.ours, &world.other);
    calls.push(
        Call::new("another's coupon at our store", &[])
            .body(json!({"store_id": ours.stores[0].store_id, "code": other.code()})),
    );
    calls.push(
        Call::new("another's long code at our store", &[])
            .body(json!({"store_id": ours.stores[0].store_id, "code": other.paper})),
    );
    calls.push(
        Call::new("our coupon at another's store", &[])
            .body(json!({"store_id": other.stores[0].store_id, "code": ours.code()})),
    );
    calls
}

/// A shopper's code is good at everybody's till, a till at its own store.
fn stamps(world: &World) -> Vec<Call> {
    let (ours, other) = (&world.ours, &world.other);
    let stamp = |name, theirs: &[Who], at: &Side, code: &str| {
        Call::new(name, theirs).body(json!({"store_id": at.stores[0].store_id, "code": code}))
    };
    vec![
        stamp("our store and shopper", &OUR_TILL, ours, &ours.member_code),
        stamp(
            "our store, the other's shopper",
            &OUR_TILL,
            ours,
            &other.member_code,
        ),
        stamp(
            "the other's store and shopper",
            &OTHER_TILL,
            other,
            &other.member_code,
        ),
        stamp("no member code", &[], ours, &ours.shown),
    ]
}

fn check_ins(world: &World) -> Vec<Call> {
    let (ours, other) = (&world.ours, &world.other);
    let check_in = |name, theirs: &[Who], retailer: &Side, code: &Side| {
        Call::new(name, theirs).body(json!({
            "retailer_id": retailer.retailer.me.retailer_id,
            "code": code.store_code,
        }))
    };
    vec![
        check_in("our screen", &Who::SHOPPERS, ours, ours),
        check_in("the other's screen as ours", &[], ours, other),
    ]
}

fn dwells(world: &World) -> Vec<Call> {
    let (ours, other) = (&world.ours, &world.other);
    let dwell = |name, theirs: &[Who], retailer: &Side, store: &Side| {
        Call::new(name, theirs).body(json!({
            "retailer_id": retailer.retailer.me.retailer_id,
            "store_id": store.stores[0].store_id,
        }))
    };
    vec![
        dwell("our store", &Who::SHOPPERS, ours, ours),
        dwell("the other's store as ours", &[], ours, other),
    ]
}

/// Visits at a side's own store, and at another's.
fn posted(world: &World) -> Vec<Call> {
    let post = |name, theirs: &[Who], side: &Side| {
        Call::new(name, theirs)
            .body(json!({"visits": [{
                "member": "77",
                "store": side.stores[0].store_id,
                "time": "2026-11-30T11:00:00+09:00",
            }]}))
            .refused(&[422])
    };
    vec![
        post("our store", &[Who::System], &world.ours),
        post("the other's store", &[Who::OtherSystem], &world.other),
    ]
}

fn by_store(world: &World, body: Option<Value>) -> Vec<Call> {
    sides(world)
        .into_iter()
        .map(|(side, owner, _)| Call {
            body: body.clone(),
            ..Call::new("one's own store", &owner).at(&[&side.stores[1].store_id])
        })
        .collect()
}

fn by_draft(world: &World) -> Vec<Call> {
    sides(world)
        .into_iter()
        .map(|(side, owner, _)| {
            Call::new("one's own campaign", &owner).at(&[&side.draft.campaign_id])
        })
        .collect()
}

/// Campaigns and invitations name stores in their bodies.
fn naming_stores(world: &World, whole: fn(&Side, Value) -> Value) -> Vec<Call> {
    let mut calls = Vec::new();
    for (side, owner, _) in sides(world) {
        let stores = json!([side.stores[0].store_id]);
        calls.push(
            Call::new("one's own stores", &owner)
                .body(whole(side, stores))
                .refused(&[404, 422]),
        );
    }
    let mixed = json!([
        world.ours.stores[0].store_id,
        world.other.stores[0].store_id
    ]);
    calls.push(
        Call::new("somebody's store among one's own", &[])
            .body(whole(&world.ours, mixed))
            .refused(&[404, 422]),
    );
    calls
}

fn with_stores(side: &Side, stores: Value) -> Value {
    let mut input = json!(side.input);
    input["store_ids"] = stores;
    input
}

fn inviting(side: &Side, stores: Value) -> Value {
    let email = format!("four.{}@somewhere.example", side.retailer.me.retailer_id);
    json!({"email": email, "name": "四郎", "store_ids": stores})
}

static ENTRIES: &[Entry] = &[
    // Anybody.
    entry("GET", path::INVITATION, Access::Anybody, |world| {
        vec![
            Call::new("a good token", &Who::ALL).at(&[&world.ours.invitation_token]),
            Call::new("no token", &[])
                .at(&[&"nonsense"])
                .refused(&[404, 410]),
        ]
    }),
    entry("GET", path::AREAS, Access::Anybody, |_| own(&Who::ALL)),
    entry("POST", path::STORES_NEAR, Access::Anybody, |_| {
        vec![Call::new("a cell", &Who::ALL).body(json!({"cell": "15078-25576"}))]
    }),
    entry("GET", path::DRAWS, Access::Anybody, |world| {
        let campaign = |name, theirs: &[Who], retailer: &Side, campaign_id| {
            Call::new(name, theirs).at(&[&retailer.retailer.me.retailer_id, &campaign_id])
        };
        let (ours, other) = (&world.ours, &world.other);
        vec![
            campaign("a campaign", &Who::ALL, ours, ours.running.campaign_id),
            campaign("a draft", &[], ours, ours.draft.campaign_id),
            campaign("as another's", &[], other, ours.running.campaign_id),
        ]
    }),
    entry("GET", path::DRAWS_OF_DAY, Access::Anybody, |world| {
        let side = &world.ours;
        let day = |name, day: &str| {
            let retailer_id = side.retailer.me.retailer_id;
            Call::new(name, &[]).at(&[&retailer_id, &side.running.campaign_id, &day])
        };
        vec![
            day("a day that is not over", &side.offer.day),
            day("a day without draws", "2026-01-01"),
            day("no day", "nonsense"),
        ]
    }),
    entry("POST", path::SHOPPER_SESSION, Access::Anybody, |_| {
        own(&Who::ALL)
    }),
    entry("GET", path::SHARED, Access::Anybody, |world| {
        vec![
            Call::new("a link", &Who::ALL).at(&[&world.ours.link.code]),
            Call::new("no link of anybody's", &Who::ALL).at(&[&"00000000"]),
            Call::new("nonsense", &Who::ALL).at(&[&"nonsense-and-more"]),
        ]
    }),
    // Shopper.
    entry("GET", path::SHOPPER_ME, Access::Shopper, |_| {
        own(&Who::SHOPPERS)
    }),
    entry("PUT", path::SHOPPER_CONSENT, Access::Shopper, |_| {
        vec![Call::new("consent", &Who::SHOPPERS).body(json!({"location": true}))]
    }),
    entry("PUT", path::SHOPPER_AREA, Access::Shopper, |_| {
        vec![Call::new("unpick", &Who::SHOPPERS).body(json!({"area_id": null}))]
    }),
    entry("POST", path::NEARBY, Access::Shopper, |_| {
        vec![Call::new("a cell", &Who::SHOPPERS).body(json!({"cell": "15078-25576"}))]
    }),
    entry("GET", path::MEMBERS, Access::Shopper, |_| {
        own(&Who::SHOPPERS)
    }),
    entry("PUT", path::MEMBER, Access::Shopper, |world| {
        let number = json!({"number": "12-34"});
        vec![
            Call::new("a retailer", &Who::SHOPPERS)
                .at(&[&world.ours.retailer.me.retailer_id])
                .body(number),
        ]
    }),
    entry("DELETE", path::MEMBER, Access::Shopper, |world| {
        vec![Call::new("a retailer", &Who::SHOPPERS).at(&[&world.ours.retailer.me.retailer_id])]
    }),
    entry("POST", path::MEMBER_CODE, Access::Shopper, |_| {
        own(&Who::SHOPPERS)
    }),
    entry("GET", path::STAMPS, Access::Shopper, |_| {
        own(&Who::SHOPPERS)
    }),
    entry("POST", path::CHECK_INS, Access::Shopper, check_ins),
    entry("POST", path::DWELLS, Access::Shopper, dwells),
    entry("POST", path::OFFERS, Access::Shopper, game),
    entry("POST", path::PLAYS, Access::Shopper, game),
    entry("GET", path::OWN_DRAWS, Access::Shopper, |_| {
        own(&Who::SHOPPERS)
    }),
    entry("GET", path::WALLET, Access::Shopper, |_| {
        own(&Who::SHOPPERS)
    }),
    entry("GET", path::WALLET_COUPON, Access::Shopper, coupons),
    entry("POST", path::WALLET_PASS, Access::Shopper, coupons),
    // Staff and owners.
    entry("GET", path::ME, Access::SignedIn, |_| own(&Who::SIGNED_IN)),
    entry("POST", path::TILL_LOOKUP, Access::SignedIn, till),
    entry("GET", path::TILL_REDEMPTIONS, Access::SignedIn, |world| {
        sides(world)
            .into_iter()
            .map(|(side, _, at_till)| {
                Call::new("one's own store", &at_till)
                    .query(format!("?store_id={}", side.stores[0].store_id))
            })
            .collect()
    }),
    entry("POST", path::TILL_REDEMPTIONS, Access::SignedIn, till),
    entry("POST", path::TILL_UNDO, Access::SignedIn, |world| {
        sides(world)
            .into_iter()
            .map(|(side, _, at_till)| {
                Call::new("one's own redemption", &at_till).at(&[&side.redemption.redemption_id])
            })
            .collect()
    }),
    entry("POST", path::TILL_STAMPS, Access::SignedIn, stamps),
    entry("GET", path::TILL_STORE_CODE, Access::SignedIn, |world| {
        sides(world)
            .into_iter()
            .map(|(side, _, at_till)| {
                Call::new("one's own store", &at_till)
                    .query(format!("?store_id={}", side.stores[0].store_id))
            })
            .collect()
    }),
    // Systems.
    entry("POST", path::POSTED_VISITS, Access::System, posted),
    // Owners.
    entry("GET", path::API_KEYS, Access::Owner, |_| own(&Who::OWNERS)),
    entry("POST", path::API_KEYS, Access::Owner, |_| {
        vec![Call::new("a system", &Who::OWNERS).body(json!({"name": "注文システム"}))]
    }),
    entry("DELETE", path::API_KEY, Access::Owner, |world| {
        sides(world)
            .into_iter()
            .map(|(side, owner, _)| {
                Call::new("one's own key", &owner).at(&[&side.old_key.key.key_id])
            })
            .collect()
    }),
    entry("GET", path::GOALS, Access::Owner, |_| own(&Who::OWNERS)),
    entry("PUT", path::GOALS, Access::Owner, |_| {
        vec![Call::new("a goal", &Who::OWNERS).body(json!({"lift_percent": 7}))]
    }),
    entry("POST", path::COUPON_VOID, Access::Owner, |world| {
        // The coupons whose redemptions were undone just before.
        sides(world)
            .into_iter()
            .map(|(side, owner, _)| {
                Call::new("one's own coupon", &owner)
                    .at(&[&side.redemption.coupon_id])
                    .body(json!({"reason": "二重に配られた"}))
            })
            .collect()
    }),
    entry("GET", path::STORES, Access::Owner, |_| own(&Who::OWNERS)),
    entry("POST", path::STORES, Access::Owner, |_| {
        vec![Call::new("a new store", &Who::OWNERS).body(json!(store("新店")))]
    }),
    entry("GET", path::STORE, Access::Owner, |world| {
        by_store(world, None)
    }),
    entry("PUT", path::STORE, Access::Owner, |world| {
        by_store(world, Some(json!(store("改名店"))))
    }),
    entry("POST", path::STORES_IMPORT, Access::Owner, |_| {
        vec![Call {
            csv: Some("name,lat,lng\n輸入店,35.1,139.1\n".to_owned()),
            ..Call::new("a file", &Who::OWNERS)
        }]
    }),
    entry("GET", path::CAMPAIGNS, Access::Owner, |_| own(&Who::OWNERS)),
    entry("POST", path::CAMPAIGNS, Access::Owner, |world| {
        naming_stores(world, with_stores)
    }),
    entry("GET", path::CAMPAIGN, Access::Owner, by_draft),
    entry("PUT", path::CAMPAIGN, Access::Owner, |world| {
        let mut calls = Vec::new();
        for (side, owner, _) in sides(world) {
            calls.push(
                Call::new("one's own draft", &owner)
                    .at(&[&side.draft.campaign_id])
                    .body(json!(side.input))
                    .refused(&[404, 422]),
            );
        }
        calls.push(
            Call::new("one's own draft with another's store", &[])
                .at(&[&world.ours.draft.campaign_id])
                .body(with_stores(
                    &world.ours,
                    json!([world.other.stores[0].store_id]),
                ))
                .refused(&[404, 422]),
        );
        calls
    }),
    entry("POST", path::CAMPAIGN_PUBLISH, Access::Owner, by_draft),
    entry("POST", path::CAMPAIGN_PAUSE, Access::Owner, by_draft),
    entry("GET", path::CAMPAIGN_LEARNING, Access::Owner, by_draft),
    entry("PUT", path::CAMPAIGN_LEARNING, Access::Owner, |world| {
        by_draft(world)
            .into_iter()
            .map(|call| call.body(json!({"mode": "kept", "visit_margin": 900})))
            .collect()
    }),
    entry("GET", path::STAFF, Access::Owner, |_| own(&Who::OWNERS)),
    entry("GET", path::INVITATIONS, Access::Owner, |_| {
        own(&Who::OWNERS)
    }),
    entry("POST", path::INVITATIONS, Access::Owner, |world| {
        naming_stores(world, inviting)
    }),
    entry("GET", path::REPORT, Access::Owner, |_| own(&Who::OWNERS)),
    entry("GET", path::REPORT_CSV, Access::Owner, |_| {
        vec![Call::new("one's own", &Who::OWNERS).query("?table=days")]
    }),
    entry("GET", path::AUDIT, Access::Owner, |world| {
        // Somebody else's ids find nothing, and say nothing.
        let mut calls = own(&Who::OWNERS);
        for (side, ..) in sides(world) {
            let (store, login) = (side.stores[0].store_id, side.staff.me.account_id);
            for query in [format!("?store_id={store}"), format!("?account_id={login}")] {
                calls.push(Call::new("one side's ids", &Who::OWNERS).query(query));
            }
        }
        calls
    }),
    entry("GET", path::AUDIT_EXPORT, Access::Owner, |_| {
        vec![
            Call::new("as lines", &Who::OWNERS),
            Call::new("as a table", &Who::OWNERS).query("?format=csv"),
        ]
    }),
    entry("POST", path::VISITS_IMPORT, Access::Owner, |world| {
        sides(world)
            .into_iter()
            .map(|(side, owner, _)| Call {
                csv: Some(format!(
                    "member,store,time\n7,{},2026-11-30 10:00\n",
                    side.stores[0].store_id
                )),
                ..Call::new("visits at one's own store", &owner).refused(&[422])
            })
            .collect()
    }),
    entry("GET", path::VISIT_IMPORTS, Access::Owner, |_| {
        own(&Who::OWNERS)
    }),
    entry("POST", path::VISIT_IMPORT_UNDO, Access::Owner, |world| {
        sides(world)
            .into_iter()
            .map(|(side, owner, _)| Call::new("one's own import", &owner).at(&[&side.import_id]))
            .collect()
    }),
    entry("GET", path::LIFT, Access::Owner, |_| own(&Who::OWNERS)),
    entry("GET", path::LIFT_EVIDENCE, Access::Owner, epochs),
    entry("GET", path::LIFT_EVIDENCE_CSV, Access::Owner, epochs),
    entry("GET", path::HOLDOUT, Access::Owner, |_| own(&Who::OWNERS)),
    entry("PUT", path::HOLDOUT, Access::Owner, |_| {
        vec![
            Call::new("one in a hundred", &Who::OWNERS)
                .body(json!({"programme": 0, "campaigns": 1})),
        ]
    }),
    entry("GET", path::CONTACT, Access::Shopper, |_| {
        own(&Who::SHOPPERS)
    }),
    entry("PUT", path::CONTACT, Access::Shopper, |_| {
        vec![
            Call::new("a choice", &Who::SHOPPERS).body(json!({"per_week": 2, "birth_month": null})),
        ]
    }),
    entry("PUT", path::CONTACT_PUSH, Access::Shopper, |world| {
        vec![Call::new("a browser", &Who::SHOPPERS).body(json!({
            "endpoint": "https://fcm.googleapis.com/fcm/send/abc",
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
            "push_key": world.push_key,
            "zone": "Asia/Tokyo",
            "text_version": 1,
        }))]
    }),
    entry("DELETE", path::CONTACT_PUSH, Access::Shopper, |_| {
        own(&Who::SHOPPERS)
    }),
    entry("PUT", path::CONTACT_MAIL, Access::Shopper, |_| {
        vec![
            Call::new("an address", &Who::SHOPPERS).body(
                json!({"address": "hanako@example.jp", "zone": "Asia/Tokyo", "text_version": 1}),
            ),
        ]
    }),
    entry("DELETE", path::CONTACT_MAIL, Access::Shopper, |_| {
        own(&Who::SHOPPERS)
    }),
    entry("PUT", path::CONTACT_LINE, Access::Shopper, |_| {
        vec![
            Call::new("a consent", &Who::SHOPPERS)
                .body(json!({"zone": "Asia/Tokyo", "text_version": 1})),
        ]
    }),
    entry("DELETE", path::CONTACT_LINE, Access::Shopper, |_| {
        own(&Who::SHOPPERS)
    }),
    // Whoever has a link of ours may do what it is for; other links do nothing.
    entry("GET", path::CONTACT_CONFIRM, Access::Anybody, |world| {
        by_token(&world.confirm_token)
    }),
    entry("POST", path::CONTACT_CONFIRM, Access::Anybody, |world| {
        by_token(&world.confirm_token)
    }),
    entry("GET", path::CONTACT_STOP, Access::Anybody, |world| {
        by_token(&world.stop_token)
    }),
    entry("POST", path::CONTACT_STOP, Access::Anybody, |world| {
        by_token(&world.stop_token)
    }),
    // What LINE did not sign is nobody's.
    entry("POST", path::LINE_WEBHOOK, Access::Anybody, |_| {
        vec![
            Call::new("not signed", &[])
                .body(json!({"events": []}))
                .refused(&[401]),
            Call {
                by_line: true,
                ..Call::new("signed", &Who::ALL).body(json!({"destination": "U0", "events": [
                    {"type": "message", "webhookEventId": "e1", "timestamp": 1, "source": {"type": "user", "userId": "U1"},
                     "message": {"type": "text", "text": "ABCD2345"}},
                    {"type": "unfollow", "webhookEventId": "e2", "timestamp": 2, "source": {"type": "user", "userId": "U1"}},
                ]}))
            },
        ]
    }),
    entry("DELETE", path::CONTACT, Access::Shopper, |_| {
        own(&Who::SHOPPERS)
    }),
    entry("PUT", path::CONTACT_MUTE, Access::Shopper, |world| {
        vec![Call::new("a retailer", &Who::SHOPPERS).at(&[&world.ours.retailer.me.retailer_id])]
    }),
    entry("DELETE", path::CONTACT_MUTE, Access::Shopper, |world| {
        vec![Call::new("a retailer", &Who::SHOPPERS).at(&[&world.ours.retailer.me.retailer_id])]
    }),
    entry("POST", path::CONTACT_EVENT, Access::Shopper, |world| {
        [
            (&world.ours, Who::Shopper),
            (&world.other, Who::OtherShopper),
        ]
        .into_iter()
        .map(|(side, holder)| {
            Call::new("one's own message", &[holder])
                .at(&[&side.contact_id])
                .body(json!({"event": "opened"}))
        })
        .collect()
    }),
    entry("GET", path::ANNOUNCEMENTS, Access::Owner, |_| {
        own(&Who::OWNERS)
    }),
    entry("POST", path::ANNOUNCEMENTS, Access::Owner, announcing),
    entry(
        "POST",
        path::ANNOUNCEMENT_PREVIEW,
        Access::Owner,
        announcing,
    ),
    entry("GET", path::ANNOUNCEMENT, Access::Owner, by_announcement),
    entry(
        "GET",
        path::ANNOUNCEMENT_FUNNEL,
        Access::Owner,
        by_announcement,
    ),
    entry(
        "POST",
        path::ANNOUNCEMENT_STOP,
        Access::Owner,
        by_announcement,
    ),
    entry("GET", path::LINKS, Access::Owner, |_| own(&Who::OWNERS)),
    entry("POST", path::LINKS, Access::Owner, linking),
    entry("GET", path::LINK_FUNNEL, Access::Owner, by_link),
    entry("GET", path::LINK_POSTER, Access::Owner, by_link),
    entry("DELETE", path::LINK, Access::Owner, by_link),
    entry("PUT", path::PARTNER_ONLY, Access::Owner, |world| {
        sides(world)
            .into_iter()
            .map(|(side, owner, _)| {
                Call::new("one's own draft", &owner)
                    .at(&[&side.second_draft.campaign_id])
                    .body(json!({"partner_only": true}))
            })
            .collect()
    }),
    entry("GET", path::CAMPAIGN_FUNNEL, Access::Owner, by_draft),
    entry("GET", path::RATINGS, Access::Owner, |_| own(&Who::OWNERS)),
    entry("GET", path::RATINGS_CSV, Access::Owner, |_| {
        own(&Who::OWNERS)
    }),
    entry("POST", path::TIMELINE, Access::Owner, |world| {
        // Somebody else's code finds nothing, and says nothing.
        [&world.ours, &world.other]
            .into_iter()
            .map(|side| {
                Call::new("a coupon's code", &Who::OWNERS)
                    .body(json!({"by": "coupon", "number": side.paper}))
            })
            .collect()
    }),
    entry("POST", path::RATING_QUESTION, Access::Shopper, |_| {
        own(&Who::SHOPPERS)
    }),
    entry("PUT", path::RATING, Access::Shopper, |world| {
        [
            (&world.ours, Who::Shopper),
            (&world.other, Who::OtherShopper),
        ]
        .into_iter()
        .map(|(side, holder)| {
            Call::new("what one was asked about", &[holder])
                .at(&[
                    &side.retailer.me.retailer_id,
                    &side.second_redemption.redemption_id,
                ])
                .body(json!({"stars": 4}))
        })
        .collect()
    }),
    entry("DELETE", path::RATING_QUESTION, Access::Shopper, |_| {
        own(&Who::SHOPPERS)
    }),
    entry("GET", path::HISTORY, Access::Shopper, |_| {
        own(&Who::SHOPPERS)
    }),
    // Last, since these end the sessions that the others need: signing in ends the one before.
    entry("DELETE", path::HISTORY, Access::Shopper, |_| {
        own(&Who::SHOPPERS)
    }),
    entry("POST", path::LOGOUT, Access::SignedIn, |_| {
        own(&Who::SIGNED_IN)
    }),
    entry("POST", path::LOGIN, Access::Anybody, |world| {
        vec![Call::new("staff's login", &Who::ALL).body(world.staff_login())]
    }),
    entry("POST", path::INVITATION_ACCEPT, Access::Anybody, |world| {
        let body = json!({"name": "三郎", "password": crate::harness::PASSWORD});
        vec![
            Call::new("no token", &[])
                .at(&[&"nonsense"])
                .body(body.clone())
                .refused(&[404, 410]),
            // The first of them becomes staff, the rest come too late: nobody is kept out for who they are.
            Call::new("a good token", &Who::ALL)
                .at(&[&world.ours.invitation_token])
                .body(body),
        ]
    }),
];
