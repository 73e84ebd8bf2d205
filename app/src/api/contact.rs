//! Being written to: what a shopper chooses, what a retailer announces, and what a browser is sent.
//! Ways that a server is not set up for are absent from what it says.

use serde::{Deserialize, Serialize};

use crate::{
    announcement::{AnnouncementStatus, Kind, Segment},
    contact::{Channel, PerWeek},
    id::{AnnouncementId, CampaignId, ContactId, RetailerId},
    lang::Lang,
};

use super::shopper::History;

/// How a shopper is written to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContactSettings {
    /// Since when messages to browsers are allowed; absent: they are not.
    pub push_since: Option<i64>,
    /// To how many browsers they go.
    pub browsers: u32,
    /// The key that a browser subscribes with: a point of P-256, URL-safe base 64.
    pub push_key: String,
    /// E-mail; absent where the server sends none.
    pub mail: Option<MailSettings>,
    /// LINE; absent where the server has no official account.
    pub line: Option<LineSettings>,
    /// The version of the words that are agreed to.
    pub text_version: u16,
    /// The most messages a week.
    pub per_week: PerWeek,
    /// The month of birth, 1 to 12, if it was told.
    pub birth_month: Option<u8>,
    /// Retailers that nothing is to be heard of.
    pub muted: Vec<NamedRetailer>,
    /// The last messages, the newest first, at most 20.
    pub contacts: Vec<Contact>,
}

/// How a shopper is written to by e-mail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailSettings {
    /// The address and how it stands; absent where none was told.
    pub address: Option<MailAddress>,
}

/// An e-mail address that a shopper told us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailAddress {
    /// The address.
    pub address: String,
    /// How it stands.
    pub state: MailState,
    /// Since when it stands so.
    pub since: i64,
}

/// How an address stands. Messages go to confirmed ones alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum MailState {
    /// The link in the one message that was sent there has not been confirmed.
    Unconfirmed,
    /// It was.
    Confirmed,
    /// What was sent there came back: there is no such mailbox any more.
    Bounced,
}

/// How a shopper is written to by LINE.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LineSettings {
    /// Since when messages go there; absent: they do not.
    pub since: Option<i64>,
    /// Where the official account is added as a friend, where that is known.
    pub friend_url: Option<String>,
}

/// An e-mail address that agrees to be written to, once it is confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailInput {
    /// The address.
    pub address: String,
    /// The zone of the reader's clock, as IANA names it.
    pub zone: String,
    /// The version of the words that were agreed to.
    pub text_version: u16,
}

/// Agrees to be written to by LINE, once the code is typed there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LineInput {
    /// The zone of the reader's clock, as IANA names it.
    pub zone: String,
    /// The version of the words that were agreed to.
    pub text_version: u16,
}

/// What is typed into the chat with the official account, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LineCode {
    /// The code.
    pub code: String,
    /// Until when it is taken.
    pub expires_at: i64,
    /// Where the official account is added as a friend, where that is known.
    pub friend_url: Option<String>,
}

/// A retailer by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamedRetailer {
    /// The retailer.
    pub retailer_id: RetailerId,
    /// Its name, in the reader's language where there are both.
    pub name: String,
}

/// A message that was sent to the shopper, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Contact {
    /// The message.
    pub contact_id: ContactId,
    /// Whose it was.
    pub retailer: NamedRetailer,
    /// Why it was sent.
    pub reason: Kind,
    /// By which way.
    pub channel: Channel,
    /// Of when the square was by which the shopper was found near; absent where it was the chosen area.
    pub located_at: Option<i64>,
    /// When it was sent.
    pub sent_at: i64,
    /// When it was opened.
    pub opened_at: Option<i64>,
}

/// Everything that is kept of a shopper, as a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HistoryFile {
    /// Visits, cells and coupons.
    #[serde(flatten)]
    pub history: History,
    /// Messages.
    pub contact: ContactKept,
    /// Links that led here, and ratings.
    pub reach: super::reach::ReachKept,
}

/// What is kept of a shopper about messages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContactKept {
    /// The zone of the clock by which nights are kept; absent where nothing was chosen.
    pub zone: Option<String>,
    /// The month of birth, if it was told.
    pub birth_month: Option<u8>,
    /// Every consent.
    pub consents: Vec<KeptConsent>,
    /// The push services of the browsers that are written to.
    pub browsers: Vec<String>,
    /// The e-mail address, if one was told.
    pub mail: Option<KeptMail>,
    /// Since when messages go to a LINE account, if they do; which it is, LINE calls by a name that says nothing to its owner.
    pub line_since: Option<i64>,
    /// Retailers that nothing is to be heard of.
    pub muted: Vec<RetailerId>,
    /// Every message.
    pub messages: Vec<KeptMessage>,
}

/// A consent to be written to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeptConsent {
    /// By which way.
    pub channel: Channel,
    /// The version of the words.
    pub text_version: u16,
    /// When.
    pub agreed_at: i64,
    /// Until when, if it was taken back.
    pub withdrawn_at: Option<i64>,
}

/// An e-mail address, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeptMail {
    /// The address.
    pub address: String,
    /// When it was told, and the words agreed to.
    pub asked_at: i64,
    /// The version of those words.
    pub text_version: u16,
    /// When it was confirmed.
    pub confirmed_at: Option<i64>,
    /// When it was found out that nothing arrives there.
    pub bounced_at: Option<i64>,
}

/// A message that was sent, or was about to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeptMessage {
    /// Whose.
    pub retailer_id: RetailerId,
    /// Why.
    pub reason: Kind,
    /// By which way.
    pub channel: Channel,
    /// Of when the square was by which it was meant.
    pub located_at: Option<i64>,
    /// When it was to be sent.
    pub reserved_at: i64,
    /// When it was.
    pub sent_at: Option<i64>,
    /// When it stood on the screen.
    pub shown_at: Option<i64>,
    /// When it was opened.
    pub opened_at: Option<i64>,
}

/// What can be chosen about messages besides allowing them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContactChoice {
    /// The most messages a week.
    pub per_week: PerWeek,
    /// The month of birth, 1 to 12; `null`: not told.
    pub birth_month: Option<u8>,
}

/// A browser that agrees to be sent messages, as its push service knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BrowserInput {
    /// The address at the push service.
    pub endpoint: String,
    /// The browser's public key, URL-safe base 64.
    pub p256dh: String,
    /// The browser's secret, URL-safe base 64.
    pub auth: String,
    /// The key that it subscribed with.
    pub push_key: String,
    /// The zone of its clock, as IANA names it: `Asia/Tokyo`.
    pub zone: String,
    /// The version of the words that were agreed to.
    pub text_version: u16,
}

/// What became of a message at the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ContactEvent {
    /// It stands there.
    Shown,
    /// It was pressed.
    Opened,
}

/// Says it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContactEventRequest {
    /// What.
    pub event: ContactEvent,
}

/// What a browser is sent, encrypted: all that its worker needs to show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushMessage {
    /// The message; the worker tells by it what became of it.
    pub contact_id: ContactId,
    /// Replaces what has the same on the screen.
    pub tag: String,
    /// The language of the words.
    pub lang: Lang,
    /// The first line: who sends it.
    pub title: String,
    /// What it says, and why it comes.
    pub body: String,
    /// Where it leads, a path of ours.
    pub path: String,
    /// The words on the button that ends all messages.
    pub stop: String,
}

/// What a retailer wants to say to shoppers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnnouncementInput {
    /// The campaign that it leads to.
    pub campaign_id: CampaignId,
    /// Why it is sent.
    pub kind: Kind,
    /// Its first line, at most 40 characters.
    pub title: String,
    /// The same in English.
    #[serde(default)]
    pub title_en: Option<String>,
    /// What it says, at most 120 characters.
    pub body: String,
    /// The same in English.
    #[serde(default)]
    pub body_en: Option<String>,
    /// To whom.
    pub segment: Segment,
    /// From when on it is sent; absent: now.
    #[serde(default)]
    pub starts_at: Option<i64>,
    /// From when on it is worth nothing any more.
    pub over_at: i64,
}

/// An announcement and how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Announcement {
    /// The announcement.
    pub announcement_id: AnnouncementId,
    /// The campaign that it leads to.
    pub campaign_id: CampaignId,
    /// The campaign's name.
    pub campaign_name: String,
    /// The same in English.
    pub campaign_name_en: Option<String>,
    /// Why it is sent.
    pub kind: Kind,
    /// Its first line.
    pub title: String,
    /// The same in English.
    pub title_en: Option<String>,
    /// What it says.
    pub body: String,
    /// The same in English.
    pub body_en: Option<String>,
    /// To whom.
    pub segment: Segment,
    /// How far it is.
    pub status: AnnouncementStatus,
    /// From when on it is sent.
    pub starts_at: i64,
    /// From when on it is worth nothing any more.
    pub over_at: i64,
    /// When it was written.
    pub created_at: i64,
    /// When it was done or stopped.
    pub ended_at: Option<i64>,
    /// To how many it goes, and what became of it.
    pub reach: Reach,
}

/// What became of an announcement, in shoppers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reach {
    /// For whom it is, as far as they are found already.
    pub people: u64,
    /// It was sent.
    pub sent: u64,
    /// It could not be.
    pub failed: u64,
    /// They do not agree any more, or cannot be reached.
    pub no_consent: u64,
    /// They do not want to hear of the retailer.
    pub muted: u64,
    /// They are held out.
    pub held_out: u64,
    /// They were written to often enough.
    pub capped: u64,
    /// It was over before their morning came.
    pub too_late: u64,
    /// It waits: for their turn, for their morning, or for their push service.
    pub waiting: u64,
    /// It was stopped before their turn.
    pub stopped: u64,
    /// It stood on the screen.
    pub shown: u64,
    /// It was opened.
    pub opened: u64,
    /// Those to whom it was sent, by the way it went. Only browsers tell what became of a message.
    pub by: Ways,
}

/// Shoppers by the way in which they were written to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ways {
    /// To a browser.
    pub push: u64,
    /// By LINE.
    pub line: u64,
    /// By e-mail.
    pub mail: u64,
}

impl Ways {
    /// Of one way.
    #[must_use]
    pub const fn of(self, channel: Channel) -> u64 {
        match channel {
            Channel::Push => self.push,
            Channel::Line => self.line,
            Channel::Mail => self.mail,
        }
    }
}

/// A moment of contact, in the order in which they follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Touchpoint {
    /// A message left.
    Sent,
    /// It stood on the screen.
    Shown,
    /// It was opened.
    Opened,
    /// Somebody came by a link.
    Arrived,
    /// The odds of the campaign were shown.
    Offered,
    /// The campaign was played.
    Played,
    /// A coupon was won.
    Won,
    /// One of the retailer's stores was visited.
    Visited,
    /// A coupon of the campaign was used.
    Redeemed,
}

/// How many of those who were written to came to each touchpoint within some days. Not what the message brought about: who would have come anyway is
/// among them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Funnel {
    /// So many days from sending on are counted.
    pub days: u32,
    /// In their order.
    pub steps: Vec<FunnelStep>,
}

/// A step of a funnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FunnelStep {
    /// Which.
    pub touchpoint: Touchpoint,
    /// How many shoppers; absent where they are one to nine, who are not told apart.
    pub people: Option<u64>,
}

/// To how many something would go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReachPreview {
    /// How many agree to messages and are in the segment, by tens; absent below ten.
    pub people: Option<u64>,
}
