//! What is near a place: stores with running campaigns. Reads only, and keeps nothing.

use app::{
    geo::LatLng,
    id::{CampaignId, RetailerId, ShopperId, StoreId},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{
    corrupt,
    running::PlacedStore,
    sql::{placeholders, sql},
};

/// The mean radius of the earth, metres, as `app::geo` has it.
const EARTH_M: f64 = 6_371_008.8;

/// A box of latitudes and longitudes that holds every point within a radius.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Around {
    south: f64,
    north: f64,
    /// West and east; `None`: every longitude. West > east: across 180°.
    sides: Option<(f64, f64)>,
}

impl Around {
    /// The box around a point; an infinite radius gives the whole earth.
    ///
    /// With angular radius `r`: latitudes ± `r`, longitudes ± `asin(sin r / cos φ)`, every longitude where a pole is inside.
    #[must_use]
    pub fn new(point: LatLng, radius_m: f64) -> Self {
        // A metre more for what floating point loses.
        let r = ((radius_m + 1.0) / EARTH_M).min(std::f64::consts::PI);
        let (south, north) = (point.lat() - r.to_degrees(), point.lat() + r.to_degrees());
        let sides = (south > -90.0 && north < 90.0 && r < std::f64::consts::FRAC_PI_2).then(|| {
            let half = (r.sin() / point.lat().to_radians().cos())
                .clamp(-1.0, 1.0)
                .asin()
                .to_degrees();
            let wrap = |lng: f64| (lng + 180.0).rem_euclid(360.0) - 180.0;
            (wrap(point.lng() - half), wrap(point.lng() + half))
        });
        Self {
            south,
            north,
            sides,
        }
    }

    /// A condition on `lat` and `lng` of the table called `alias`, with parameters from number `first` on.
    pub(crate) fn condition(self, alias: &str, first: usize) -> (String, Vec<Value>) {
        let mut text = format!("{alias}.lat BETWEEN ${} AND ${}", first, first + 1);
        let mut values: Vec<Value> = vec![self.south.into(), self.north.into()];
        if let Some((west, east)) = self.sides {
            // 180° east is 180° west: both names of it are inside a box that touches either.
            let joint = if west <= east { "AND" } else { "OR" };
            text.push_str(&format!(
                " AND ({alias}.lng >= ${} {joint} {alias}.lng <= ${})",
                first + 2,
                first + 3
            ));
            values.extend([west.into(), east.into()]);
        }
        (text, values)
    }
}

/// A store near with the campaigns that run there.
#[derive(Clone, Debug)]
pub struct StoreNear {
    /// Its retailer.
    pub retailer_id: RetailerId,
    /// The store.
    pub store: PlacedStore,
    /// Running there now, by their dates and status; whether stock and budget allow is another question.
    pub campaign_ids: Vec<CampaignId>,
}

#[derive(FromQueryResult)]
struct Pair {
    retailer_id: String,
    store_id: String,
    name: String,
    lat: f64,
    lng: f64,
    campaign_id: String,
}

/// Stores with running campaigns within a radius, the nearest first, at most `limit`.
///
/// # Errors
/// When the database objects.
pub async fn stores_near(
    connection: &impl ConnectionTrait,
    point: LatLng,
    radius_m: f64,
    now: i64,
    limit: usize,
) -> Result<Vec<StoreNear>, DbErr> {
    let (inside, values) = Around::new(point, radius_m).condition("s", 2);
    let pairs = Pair::find_by_statement(sql(
        connection,
        &format!(
            "SELECT s.retailer_id, s.store_id, s.name, s.lat, s.lng, c.campaign_id
             FROM stores s
             JOIN campaign_stores cs ON cs.retailer_id = s.retailer_id AND cs.store_id = s.store_id
             JOIN campaigns c ON c.retailer_id = cs.retailer_id AND c.campaign_id = cs.campaign_id
             WHERE c.status = 'published' AND c.starts_at <= $1 AND c.ends_at > $1 AND {inside}
             ORDER BY s.retailer_id, s.store_id, c.campaign_id"
        ),
        [Value::from(now)].into_iter().chain(values),
    ))
    .all(connection)
    .await?;
    let mut found: Vec<(f64, StoreNear)> = Vec::new();
    for pair in pairs {
        let campaign_id = pair.campaign_id.parse().map_err(corrupt("campaign id"))?;
        let store_id: StoreId = pair.store_id.parse().map_err(corrupt("store id"))?;
        // Sorted by store: the campaigns of one store come one after the other.
        if let Some((_, last)) = found.last_mut()
            && last.store.store_id == store_id
        {
            last.campaign_ids.push(campaign_id);
            continue;
        }
        let at = LatLng::new(pair.lat, pair.lng).map_err(corrupt("position"))?;
        let metres = at.distance_m(point);
        if metres <= radius_m {
            found.push((
                metres,
                StoreNear {
                    retailer_id: pair.retailer_id.parse().map_err(corrupt("retailer id"))?,
                    store: PlacedStore {
                        store_id,
                        name: pair.name,
                        at,
                    },
                    campaign_ids: vec![campaign_id],
                },
            ));
        }
    }
    found.sort_by(|a, b| {
        a.0.total_cmp(&b.0)
            .then(a.1.store.store_id.cmp(&b.1.store.store_id))
    });
    found.truncate(limit);
    Ok(found.into_iter().map(|(_, store)| store).collect())
}

/// Plays a shopper made on a day, by campaign.
///
/// # Errors
/// When the database objects.
pub async fn plays_made(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
    day: app::day::Day,
    campaigns: &[(RetailerId, CampaignId)],
) -> Result<Vec<(CampaignId, u32)>, DbErr> {
    #[derive(FromQueryResult)]
    struct Made {
        campaign_id: String,
        made: i64,
    }
    if campaigns.is_empty() {
        return Ok(Vec::new());
    }
    let mut retailers: Vec<String> = campaigns.iter().map(|(r, _)| r.to_string()).collect();
    retailers.sort_unstable();
    retailers.dedup();
    let text = format!(
        "SELECT campaign_id, COUNT(*) AS made FROM draws
         WHERE shopper_id = $1 AND day = $2 AND retailer_id IN ({}) AND campaign_id IN ({})
         GROUP BY campaign_id",
        placeholders(3, retailers.len()),
        placeholders(3 + retailers.len(), campaigns.len()),
    );
    let values = [Value::from(shopper_id.to_string()), day.0.into()]
        .into_iter()
        .chain(retailers.into_iter().map(Value::from))
        .chain(campaigns.iter().map(|(_, c)| c.to_string().into()));
    Made::find_by_statement(sql(connection, &text, values))
        .all(connection)
        .await?
        .into_iter()
        .map(|row| {
            Ok((
                row.campaign_id.parse().map_err(corrupt("campaign id"))?,
                u32::try_from(row.made).map_err(corrupt("number of plays"))?,
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Around;
    use app::geo::{LatLng, PositionError};
    use proptest::prelude::*;

    fn holds(around: Around, point: LatLng) -> bool {
        let lat = (around.south..=around.north).contains(&point.lat());
        lat && match around.sides {
            None => true,
            Some((w, e)) if w <= e => (w..=e).contains(&point.lng()),
            Some((w, e)) => point.lng() >= w || point.lng() <= e,
        }
    }

    proptest! {
        #[test]
        fn no_point_within_the_radius_is_outside_of_the_box(
            lat in -90.0..90.0_f64, lng in -180.0..180.0_f64, dlat in -1.0..1.0_f64, dlng in -180.0..180.0_f64, km in 1.0..60.0_f64,
        ) {
            let centre = LatLng::new(lat, lng);
            let other = LatLng::new((lat + dlat).clamp(-90.0, 90.0), (lng + dlng * dlat.abs().max(0.01) + 540.0).rem_euclid(360.0) - 180.0);
            if let (Ok(centre), Ok(other)) = (centre, other) && centre.distance_m(other) <= km * 1000.0 {
                prop_assert!(holds(Around::new(centre, km * 1000.0), other));
            }
        }
    }

    #[test]
    fn wraps_and_covers_poles() -> Result<(), PositionError> {
        let fiji = Around::new(LatLng::new(-17.0, 179.99)?, 10_000.0);
        assert!(holds(fiji, LatLng::new(-17.0, -179.95)?));
        assert!(!holds(fiji, LatLng::new(-17.0, 0.0)?));
        assert!(holds(
            Around::new(LatLng::new(89.99, 0.0)?, 10_000.0),
            LatLng::new(89.99, 180.0)?
        ));
        assert!(holds(
            Around::new(LatLng::new(35.0, 139.0)?, f64::INFINITY),
            LatLng::new(-35.0, -41.0)?
        ));
        Ok(())
    }
}
