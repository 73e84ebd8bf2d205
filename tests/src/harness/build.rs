//! Things with believable defaults; a test overrides what it is about.

use anyhow::Result;
use app::{
    announcement::{Kind, Segment},
    api::{
        contact::AnnouncementInput,
        retailer::{CampaignInput, PrizeInput, StoreInput},
    },
    id::{CampaignId, StoreId},
    lang::Lang,
    policy::Policy,
    yen::Yen,
};
use chrono_tz::Tz;
use server::{
    clock::Clock,
    db::contact::{Browser, Consent},
    push::{BrowserKeys, Services, Subscription},
};

use super::server::{DAY_MS, HOUR_MS, Server};

/// Shibuya station: where stores are unless a test says otherwise.
const LAT: f64 = 35.6580;
const LNG: f64 = 139.7016;

/// A browser that nothing reaches: for what is kept of one.
pub fn some_browser(name: &str) -> Result<Browser> {
    Ok(Browser {
        subscription: Subscription {
            endpoint: Services::default()
                .endpoint(&format!("https://fcm.googleapis.com/fcm/send/{name}"))?,
            keys: BrowserKeys {
                p256dh: [4; 65],
                auth: [1; 16],
            },
            vapid_key: 1,
        },
        consent: Consent {
            zone: Tz::Asia__Tokyo,
            lang: Lang::Ja,
            text_version: 1,
        },
    })
}

/// A time sale of a campaign, to who is near.
pub fn time_sale(campaign_id: CampaignId, over_at: i64) -> AnnouncementInput {
    AnnouncementInput {
        campaign_id,
        kind: Kind::TimeSale,
        title: "今日 16〜19 時だけ".to_owned(),
        title_en: Some("Today 16–19 h".to_owned()),
        body: "カプセルを回して、あたたかい一杯を。".to_owned(),
        body_en: Some("Play for a warm cup.".to_owned()),
        segment: Segment::around(3),
        starts_at: None,
        over_at,
    }
}

/// A store at Shibuya station.
pub fn store(name: &str) -> StoreInput {
    StoreInput {
        name: name.to_owned(),
        lat: LAT,
        lng: LNG,
        external_id: None,
        address: None,
    }
}

/// A point so many kilometres north of Shibuya station (111.195 km a degree on haversine's sphere).
pub fn km_north(km: f64) -> (f64, f64) {
    (LAT + km / 111.195, LNG)
}

/// A prize without limit of stock.
pub fn prize(name: &str, value: i64, weight: u32) -> PrizeInput {
    PrizeInput {
        name: name.to_owned(),
        name_en: None,
        value: Yen(value),
        weight,
        stock: None,
    }
}

/// A campaign that runs now, for a month, in which everybody wins 300 or 500 yen: a test that needs a coupon gets one.
pub fn campaign(server: &Server, store_ids: &[StoreId]) -> CampaignInput {
    campaign_at(server.clock.now(), store_ids)
}

/// Now, by the system's clock, which a server in a process of its own goes by.
pub fn system_now() -> i64 {
    Clock::System.now()
}

/// The same campaign for a server that goes by another clock.
pub fn campaign_at(now: i64, store_ids: &[StoreId]) -> CampaignInput {
    CampaignInput {
        name: "秋の来店ガチャ".to_owned(),
        name_en: Some("Autumn capsules".to_owned()),
        starts_at: now - HOUR_MS,
        ends_at: now + 30 * DAY_MS,
        store_ids: store_ids.to_vec(),
        prizes: vec![prize("300 円引き", 300, 9), prize("500 円引き", 500, 1)],
        budget: Yen(100_000),
        floor: Yen(310),
        ceiling: Yen(450),
        valid_days: 14,
        min_purchase: Yen(0),
        expected_sales: Yen(10_000_000),
        policy: Policy::DistanceLapse,
        plays_per_day: 1,
    }
}
