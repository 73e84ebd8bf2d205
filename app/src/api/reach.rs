//! Where people came from, what they thought, and what a retailer can look up: links with their funnels, ratings, a shopper's path.

use serde::{Deserialize, Serialize};

use crate::{
    id::{CampaignId, LinkId, RedemptionId, RetailerId, StoreId},
    link::{LinkCode, LinkKind},
};

use super::contact::FunnelStep;

/// The words by which campaigns are told apart elsewhere (`utm_source`, `utm_medium`, `utm_campaign`), each up to 60 characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Utm {
    /// `utm_source`.
    #[serde(default)]
    pub source: Option<String>,
    /// `utm_medium`.
    #[serde(default)]
    pub medium: Option<String>,
    /// `utm_campaign`.
    #[serde(default)]
    pub campaign: Option<String>,
}

/// A link to be made. With a store and no campaign it leads to whatever runs there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkInput {
    /// What the retailer calls it: where it hangs, where it is posted, who passes it on. 1 to 60 characters.
    pub name: String,
    /// What it is.
    pub kind: LinkKind,
    /// The campaign that it opens.
    #[serde(default)]
    pub campaign_id: Option<CampaignId>,
    /// The store that it is for.
    #[serde(default)]
    pub store_id: Option<StoreId>,
    /// What is put on what it leads to, whatever the address says that was opened.
    #[serde(default)]
    pub utm: Utm,
}

/// A link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShareLink {
    /// The link.
    pub link_id: LinkId,
    /// Its code.
    pub code: LinkCode,
    /// Its whole address, to be shared.
    pub url: String,
    /// What the retailer calls it.
    pub name: String,
    /// What it is.
    pub kind: LinkKind,
    /// The campaign that it opens.
    pub campaign_id: Option<CampaignId>,
    /// The store that it is for.
    pub store_id: Option<StoreId>,
    /// What is put on what it leads to.
    pub utm: Utm,
    /// When it was made.
    pub created_at: i64,
    /// Since when it leads to the start only.
    pub withdrawn_at: Option<i64>,
}

/// A retailer's links, and which of its campaigns are for those only who come by one of a partner's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Links {
    /// The newest first, those withdrawn as well.
    pub links: Vec<ShareLink>,
    /// Campaigns for those only who came by a partner's link.
    pub partner_only: Vec<CampaignId>,
}

/// Whether a campaign is for those only who came by a partner's link. Can change as long as it is a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PartnerOnly {
    /// It is.
    pub partner_only: bool,
}

/// How many came by a link, and how many of them went on, put down to it as the first touch of 30 days. Not what the link brought about: who
/// would have come anyway is among them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkFunnel {
    /// So many days a touch counts.
    pub days: u32,
    /// How often it was opened, by whatever opens addresses; absent where it was one to nine times.
    pub opened: Option<u64>,
    /// In their order.
    pub steps: Vec<FunnelStep>,
}

/// By what somebody came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CameBy {
    /// A message to the browser, which was opened.
    Push,
    /// An e-mail, of which the link was opened.
    Mail,
    /// A message in LINE, which was opened.
    Line,
    /// A link that the retailer shared.
    Link,
    /// None of these in the 30 days before.
    Direct,
}

impl CameBy {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Link, Self::Push, Self::Mail, Self::Line, Self::Direct];

    /// By which a message of a channel brings somebody.
    #[must_use]
    pub fn of_channel(slug: &str) -> Option<Self> {
        match slug {
            "push" => Some(Self::Push),
            "mail" | "email" => Some(Self::Mail),
            "line" => Some(Self::Line),
            _ => None,
        }
    }
}

/// How many came by one way, and how many of them went on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WayFunnel {
    /// By what.
    pub came_by: CameBy,
    /// In their order.
    pub steps: Vec<FunnelStep>,
}

/// How far those came who came by each way, by the first touch of 30 days. Not what the way brought about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CampaignFunnel {
    /// So many days a touch counts.
    pub days: u32,
    /// Each way.
    pub ways: Vec<WayFunnel>,
}

/// A question about a coupon that was used, if there is one to be asked now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RatingAsk {
    /// At most one in 14 days, whichever the retailer.
    pub question: Option<RatingQuestion>,
}

/// How was it?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RatingQuestion {
    /// Whose coupon it was.
    pub retailer_id: RetailerId,
    /// Which use of it.
    pub redemption_id: RedemptionId,
    /// The retailer's name.
    pub retailer_name: String,
    /// Where.
    pub store_name: String,
    /// When.
    pub redeemed_at: i64,
}

/// How it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RatingInput {
    /// 1 to 5, 5 the best.
    pub stars: u8,
    /// Up to 500 characters, which the retailer reads with the others and without who wrote it.
    #[serde(default)]
    pub comment: Option<String>,
}

/// What shoppers thought of the last 90 days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RatingReport {
    /// So many days back.
    pub days: u32,
    /// How many gave each number of stars, from one to five; absent where fewer than ten answered.
    pub stars: Option<[u64; 5]>,
}

/// By what a retailer looks somebody up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum LookUpBy {
    /// The long code of a coupon.
    Coupon,
    /// The number on a member's card.
    Member,
}

/// Looks somebody up who asks for help.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TimelineRequest {
    /// By what.
    pub by: LookUpBy,
    /// The code, or the number.
    pub number: String,
}

/// What happened between a retailer and a shopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// They came by a link.
    Arrived,
    /// They were shown odds.
    Offered,
    /// A message left.
    Sent,
    /// It stood on the screen.
    Shown,
    /// It was opened.
    Opened,
    /// They played.
    Played,
    /// They won a coupon.
    Won,
    /// A store was visited.
    Visited,
    /// A coupon was used.
    Redeemed,
    /// Its use was undone.
    Undone,
    /// They said how it was.
    Rated,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TimelineEntry {
    /// When.
    pub at: i64,
    /// What.
    pub moment: Moment,
    /// Of which campaign, by its name.
    pub campaign: Option<String>,
    /// The link's name, or which way the message went.
    pub by: Option<String>,
}

/// A shopper's path with this retailer, without where it led.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Timeline {
    /// Whether there is somebody by that code or number.
    pub found: bool,
    /// The newest first, at most 200.
    pub entries: Vec<TimelineEntry>,
}

/// What is kept of a shopper about how they came and what they thought.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReachKept {
    /// By which links they came, once for each day.
    pub arrivals: Vec<KeptArrival>,
    /// What they said.
    pub ratings: Vec<KeptRating>,
    /// When they were last asked what they thought.
    pub asked_at: Option<i64>,
}

/// That somebody came by a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeptArrival {
    /// Whose.
    pub retailer_id: RetailerId,
    /// What the retailer calls the link.
    pub link: String,
    /// The campaign that it opened.
    pub campaign_id: CampaignId,
    /// When.
    pub arrived_at: i64,
    /// What came along.
    pub utm: Utm,
}

/// What somebody said of a coupon that they used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeptRating {
    /// Whose coupon it was.
    pub retailer_id: RetailerId,
    /// Which use of it.
    pub redemption_id: RedemptionId,
    /// 1 to 5.
    pub stars: u8,
    /// What was written.
    pub comment: Option<String>,
    /// When.
    pub rated_at: i64,
}
