//! What a retailer reads of lift. All figures are those of the last publication, which come in batches that reveal nobody.

use serde::{Deserialize, Serialize};

use crate::{
    cohort::{Measure, Stage},
    holdout::Share,
    id::{CampaignId, EpochId},
    lift::{Analysis, Both, Interval, Needed, Ratio, SampleRatio},
};

/// What is measured, the newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lift {
    /// Of the programme and of campaigns.
    pub epochs: Vec<EpochLift>,
}

/// What was measured of a time in which the same shoppers are held out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EpochLift {
    /// The epoch.
    pub epoch_id: EpochId,
    /// The campaign; absent for the programme, which is all campaigns together.
    pub campaign_id: Option<CampaignId>,
    /// Its name.
    pub campaign_name: Option<String>,
    /// Who is held out.
    pub share: Share,
    /// Since when.
    pub began_at: i64,
    /// Until when, if it is over.
    pub ended_at: Option<i64>,
    /// Days after the exposure in which visits count.
    pub window_days: u32,
    /// Days until somebody who is exposed today counts.
    pub days_to_count: u32,
    /// Shoppers exposed, as far as that may be said.
    pub exposed: Option<Both<u64>>,
    /// Whether they were held out as they were meant to be.
    pub exposed_ratio: Option<SampleRatio>,
    /// By the visits that the retailer's own till knows; absent until enough shoppers can be shown.
    pub imported: Option<Analysis>,
    /// What it takes to find a lift of a tenth by the same visits.
    pub needed: Option<Needed>,
    /// What it cost and brought, by the same visits.
    pub money: Option<Money>,
    /// The difference between the arms in the time before anybody was exposed, by the same visits: nothing but chance.
    pub pre_period: Option<Interval>,
    /// By what part those who were made offers came more often than in the time before: what is usually printed, and no lift.
    pub before_and_after: Option<f64>,
    /// By visits that a member code, a check-in or an import shows; never alone a reason to say that there were more.
    pub recorded: Option<Analysis>,
    /// By what part more completely visits of those made offers would have to be recorded for all of that difference to be one of recording.
    pub detection_gap: Option<f64>,
    /// When figures were published last.
    pub published_at: Option<i64>,
}

/// What coupons cost and brought. Yen per shopper are those of everybody in the arm, also of those who bought nothing (intention to treat).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Money {
    /// Yen of coupons per visit more.
    pub yen_per_visit: Option<Ratio>,
    /// Yen of coupons per shopper.
    pub cost: Both<f64>,
    /// Yen of baskets per shopper, at all of the retailer's stores; absent where no import tells them.
    pub basket: Option<Both<f64>>,
    /// The difference of them.
    pub basket_more: Option<Interval>,
    /// Yen of baskets more per yen of coupons.
    pub returned: Option<Ratio>,
    /// The part of the coupon yen that went to visits that would have been made anyway.
    pub paid_anyway: Option<f64>,
}

/// What an epoch's lift rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evidence {
    /// The lift.
    pub lift: EpochLift,
    /// By which visits: the imported ones, where there are any.
    pub measure: Measure,
    /// How many shoppers came how often. Those who cannot be told apart yet are missing.
    pub distribution: Vec<VisitsRow>,
    /// What was said at each publication, oldest first.
    pub over_time: Vec<Point>,
    /// Told apart by what was known before anybody was exposed.
    pub breakdowns: Vec<Breakdown>,
    /// How far those came who were made offers, each step with all who went on.
    pub funnel: Vec<StageRow>,
}

/// Shoppers who came so often within the window.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VisitsRow {
    /// How often.
    pub visits: u32,
    /// Or more often.
    pub or_more: bool,
    /// Shoppers.
    pub shoppers: Both<u64>,
}

/// What was said at a publication.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Point {
    /// When.
    pub at: i64,
    /// Shoppers by then.
    pub n: Both<u64>,
    /// The relative lift, however often one looks.
    pub relative: Option<Interval>,
}

/// Shoppers told apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Breakdown {
    /// By what.
    pub dimension: Dimension,
    /// The cells that may be shown.
    pub cells: Vec<CellLift>,
    /// Shoppers in cells that may not be shown yet.
    pub kept_back: u64,
}

/// By what shoppers are told apart, as it was when they were exposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// The nearest store with an offer.
    Store,
    /// How far it was.
    Distance,
    /// Days since the last visit.
    Recency,
    /// How the offer came in sight.
    Channel,
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Store, Self::Distance, Self::Recency, Self::Channel];

    /// As the database says it.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Distance => "distance",
            Self::Recency => "recency",
            Self::Channel => "channel",
        }
    }
}

/// The lift of some. Exploratory: among many cells some differ by chance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CellLift {
    /// Which: a store's id, a band of distance or recency, a channel.
    pub cell: String,
    /// A store's name.
    pub name: Option<String>,
    /// A store's latitude, degrees.
    pub lat: Option<f64>,
    /// A store's longitude, degrees.
    pub lng: Option<f64>,
    /// Shoppers.
    pub n: Both<u64>,
    /// Visits each.
    pub mean: Both<f64>,
    /// The relative lift by these alone, for one look.
    pub alone: Option<Interval>,
    /// The same drawn towards what all cells have in common; absent with fewer than eight cells.
    pub together: Option<Interval>,
}

/// How many came so far.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StageRow {
    /// How far.
    pub stage: Stage,
    /// Shoppers who came so far or farther.
    pub shoppers: u64,
}
