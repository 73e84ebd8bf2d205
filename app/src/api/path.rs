//! The paths of the API, in one place for server, browser and tests. `{…}` are path parameters.

/// Everything below this is the API.
pub const BASE: &str = "/api/v1";

// Anybody.
/// POST [`super::account::LoginRequest`] → [`super::account::Me`], sets the session cookie.
pub const LOGIN: &str = "/api/v1/login";
/// GET [`super::account::InvitationView`] by its secret token.
pub const INVITATION: &str = "/api/v1/invitations/{token}";
/// POST [`super::account::AcceptInvitation`] → [`super::account::Me`], sets the session cookie.
pub const INVITATION_ACCEPT: &str = "/api/v1/invitations/{token}/accept";
/// GET [`super::shopper::Area`]s to pick from without a position.
pub const AREAS: &str = "/api/v1/areas";
/// POST [`super::shopper::NearbyRequest`] → [`super::shopper::StoresNear`]: where stores are. A POST, so that no cell lands in an access log.
pub const STORES_NEAR: &str = "/api/v1/stores-near";
/// GET [`super::draws::DayOfDraws`]s of a campaign, the newest first.
pub const DRAWS: &str = "/api/v1/draws/{retailer_id}/{campaign_id}";
/// GET a day's published draws as JSON Lines, see [`crate::draw_log`].
pub const DRAWS_OF_DAY: &str = "/api/v1/draws/{retailer_id}/{campaign_id}/{day}";
/// POST (no body) → [`super::shopper::ShopperMe`]: begins a shopper's session, or finds the one there is.
pub const SHOPPER_SESSION: &str = "/api/v1/shopper/session";
/// GET: leads to the shopper's page of the link's campaign (302), whoever asks. Short, since it is printed.
pub const SHARED: &str = "/s/{code}";

// Shopper.
/// GET [`super::shopper::ShopperMe`].
pub const SHOPPER_ME: &str = "/api/v1/shopper/me";
/// PUT [`super::shopper::ConsentRequest`] → [`super::shopper::ShopperMe`]. Withdrawing erases the kept cells.
pub const SHOPPER_CONSENT: &str = "/api/v1/shopper/consent";
/// PUT [`super::shopper::AreaChoice`] → [`super::shopper::ShopperMe`].
pub const SHOPPER_AREA: &str = "/api/v1/shopper/area";
/// POST [`super::shopper::NearbyRequest`] → [`super::shopper::Nearby`]. A POST, so that no cell lands in an access log.
pub const NEARBY: &str = "/api/v1/shopper/nearby";
/// POST [`super::shopper::OfferRequest`] → [`super::shopper::Offer`].
pub const OFFERS: &str = "/api/v1/shopper/offers";
/// POST [`super::shopper::PlayRequest`] → [`super::shopper::PlayResult`].
pub const PLAYS: &str = "/api/v1/shopper/plays";
/// GET `?before=` → [`super::draws::OwnDraws`], newest first.
pub const OWN_DRAWS: &str = "/api/v1/shopper/draws";
/// GET [`super::shopper::Coupon`]s, what expires first before the rest, finished ones last.
pub const WALLET: &str = "/api/v1/shopper/coupons";
/// GET [`super::shopper::Coupon`].
pub const WALLET_COUPON: &str = "/api/v1/shopper/coupons/{retailer_id}/{coupon_id}";
/// POST (no body): a [`super::shopper::CouponPass`].
pub const WALLET_PASS: &str = "/api/v1/shopper/coupons/{retailer_id}/{coupon_id}/pass";
/// GET [`super::shopper::Membership`]s.
pub const MEMBERS: &str = "/api/v1/shopper/members";
/// PUT [`super::shopper::MembershipInput`] → [`super::shopper::Membership`]; DELETE.
pub const MEMBER: &str = "/api/v1/shopper/members/{retailer_id}";
/// POST (no body): a [`super::shopper::MemberCode`].
pub const MEMBER_CODE: &str = "/api/v1/shopper/member-code";
/// GET [`super::shopper::Stamps`], by retailer.
pub const STAMPS: &str = "/api/v1/shopper/stamps";
/// POST [`super::shopper::CheckInRequest`] → [`super::shopper::CheckIn`].
pub const CHECK_INS: &str = "/api/v1/shopper/check-ins";
/// POST [`super::shopper::DwellRequest`] → [`super::shopper::Dwell`].
pub const DWELLS: &str = "/api/v1/shopper/dwells";
/// GET [`super::contact::HistoryFile`], `?download=true` as a file; DELETE (no body) → 204, and the session is over.
pub const HISTORY: &str = "/api/v1/shopper/history";
/// GET [`super::contact::ContactSettings`]; PUT [`super::contact::ContactChoice`] → [`super::contact::ContactSettings`]; DELETE: no messages any more, by no
/// way.
pub const CONTACT: &str = "/api/v1/shopper/contact";
/// PUT [`super::contact::BrowserInput`] → [`super::contact::ContactSettings`]: agrees to messages to this browser. DELETE: to none any more.
pub const CONTACT_PUSH: &str = "/api/v1/shopper/contact/push";
/// PUT [`super::contact::MailInput`] → [`super::contact::ContactSettings`]: asks for the address to be confirmed. DELETE: it is forgotten.
pub const CONTACT_MAIL: &str = "/api/v1/shopper/contact/mail";
/// PUT [`super::contact::LineInput`] → [`super::contact::LineCode`]. DELETE → [`super::contact::ContactSettings`]: no messages there any more.
pub const CONTACT_LINE: &str = "/api/v1/shopper/contact/line";
/// PUT (no body) → 204: nothing of this retailer; DELETE → 204: again.
pub const CONTACT_MUTE: &str = "/api/v1/shopper/contact/muted/{retailer_id}";
/// POST [`super::contact::ContactEventRequest`] → 204.
pub const CONTACT_EVENT: &str = "/api/v1/shopper/contacts/{contact_id}";
/// POST (no body) → [`super::reach::RatingAsk`]; DELETE → 204: not this time.
pub const RATING_QUESTION: &str = "/api/v1/shopper/rating-question";
/// PUT [`super::reach::RatingInput`] → 204.
pub const RATING: &str = "/api/v1/shopper/ratings/{retailer_id}/{redemption_id}";

// Staff and owners.
/// POST (no body): ends the session.
pub const LOGOUT: &str = "/api/v1/logout";
/// GET [`super::account::Me`].
pub const ME: &str = "/api/v1/me";
/// POST [`super::till::TillRequest`] → [`super::till::TillCoupon`]: looks, changes nothing.
pub const TILL_LOOKUP: &str = "/api/v1/till/lookup";
/// POST [`super::till::RedeemRequest`] → [`super::till::TillRedemption`].
/// GET `?store_id=` → [`super::till::TillRedemption`]s of today, newest first.
pub const TILL_REDEMPTIONS: &str = "/api/v1/till/redemptions";
/// POST (no body) → [`super::till::TillRedemption`] with `reversed_at`.
pub const TILL_UNDO: &str = "/api/v1/till/redemptions/{redemption_id}/undo";
/// POST [`super::till::StampRequest`] → [`super::till::Stamp`].
pub const TILL_STAMPS: &str = "/api/v1/till/stamps";
/// GET `?store_id=` → [`super::till::StoreCode`].
pub const TILL_STORE_CODE: &str = "/api/v1/till/store-code";

// Owners.
/// GET `?q=&after=&limit=` → [`super::retailer::StorePage`], by name; POST [`super::retailer::StoreInput`] → [`super::retailer::Store`].
pub const STORES: &str = "/api/v1/retailer/stores";
/// GET, PUT [`super::retailer::StoreInput`] → [`super::retailer::Store`].
pub const STORE: &str = "/api/v1/retailer/stores/{store_id}";
/// POST `text/csv` or `application/octet-stream` body (any of the encodings we read) → [`super::retailer::ImportReport`]. With
/// `?dry_run=true` a preview that lists in its `errors` what is wrong; without it a file with errors is the problem `invalid-file`.
pub const STORES_IMPORT: &str = "/api/v1/retailer/stores/import";
/// GET [`super::retailer::Campaign`]s, newest first; POST [`super::retailer::CampaignInput`] → [`super::retailer::Campaign`] (a draft).
pub const CAMPAIGNS: &str = "/api/v1/retailer/campaigns";
/// GET; PUT [`super::retailer::CampaignInput`] → [`super::retailer::Campaign`]. A draft takes every change; once published only names, end,
/// budget, expected sales and additional stores may change, the rest must be sent as it is.
pub const CAMPAIGN: &str = "/api/v1/retailer/campaigns/{campaign_id}";
/// POST (no body) → [`super::retailer::Campaign`].
pub const CAMPAIGN_PUBLISH: &str = "/api/v1/retailer/campaigns/{campaign_id}/publish";
/// POST (no body) → [`super::retailer::Campaign`].
pub const CAMPAIGN_PAUSE: &str = "/api/v1/retailer/campaigns/{campaign_id}/pause";
/// POST [`super::retailer::VoidRequest`] → [`super::retailer::VoidedCoupon`].
pub const COUPON_VOID: &str = "/api/v1/retailer/coupons/{coupon_id}/void";
/// GET [`super::account::StaffMember`]s.
pub const STAFF: &str = "/api/v1/retailer/staff";
/// GET, POST [`super::account::InvitationRequest`] → [`super::account::Invitation`] with its link (shown once).
pub const INVITATIONS: &str = "/api/v1/retailer/invitations";
/// GET `?from=YYYY-MM-DD&to=YYYY-MM-DD` (both included, at most 400 days; without them the last 30) → [`super::retailer::Report`].
pub const REPORT: &str = "/api/v1/retailer/report";
/// GET the same as `text/csv`, `?table=days|stores|frequency`.
pub const REPORT_CSV: &str = "/api/v1/retailer/report.csv";
/// POST a file as [`STORES_IMPORT`] takes one, of visits → [`super::retailer::VisitImportReport`]; `?dry_run=true` previews.
pub const VISITS_IMPORT: &str = "/api/v1/retailer/visits/import";
/// GET [`super::retailer::VisitImport`]s, the newest first.
pub const VISIT_IMPORTS: &str = "/api/v1/retailer/visits/imports";
/// POST (no body) → [`super::retailer::VisitImport`] with `undone_at`.
pub const VISIT_IMPORT_UNDO: &str = "/api/v1/retailer/visits/imports/{import_id}/undo";
/// GET [`super::learning::Learning`]; PUT [`super::learning::LearningInput`] → [`super::learning::Learning`].
pub const CAMPAIGN_LEARNING: &str = "/api/v1/retailer/campaigns/{campaign_id}/learning";
/// GET [`super::retailer::ApiKey`]s; POST [`super::retailer::ApiKeyInput`] → [`super::retailer::NewApiKey`], shown once.
pub const API_KEYS: &str = "/api/v1/retailer/api-keys";
/// DELETE: the key opens nothing any more.
pub const API_KEY: &str = "/api/v1/retailer/api-keys/{key_id}";
/// GET; PUT [`crate::goal::Goals`] → [`crate::goal::Goals`].
pub const GOALS: &str = "/api/v1/retailer/goals";
/// GET [`super::lift::Lift`].
pub const LIFT: &str = "/api/v1/retailer/lift";
/// GET [`super::lift::Evidence`].
pub const LIFT_EVIDENCE: &str = "/api/v1/retailer/lift/{epoch_id}";
/// GET the same as `text/csv`, one row for each figure with its interval.
pub const LIFT_EVIDENCE_CSV: &str = "/api/v1/retailer/lift/{epoch_id}/evidence.csv";
/// GET; PUT [`super::retailer::HoldoutInput`] → [`super::retailer::Holdout`].
pub const HOLDOUT: &str = "/api/v1/retailer/holdout";
/// GET `?about=&account_id=&store_id=&from=YYYY-MM-DD&until=YYYY-MM-DD&before=&limit=` → [`super::audit::AuditPage`], newest first.
pub const AUDIT: &str = "/api/v1/retailer/audit";
/// GET every sealed entry by number, as JSON Lines or with `?format=csv` as `text/csv`.
pub const AUDIT_EXPORT: &str = "/api/v1/retailer/audit/export";
/// GET [`super::contact::Announcement`]s, newest first; POST [`super::contact::AnnouncementInput`] → [`super::contact::Announcement`].
pub const ANNOUNCEMENTS: &str = "/api/v1/retailer/announcements";
/// POST [`super::contact::AnnouncementInput`] → [`super::contact::ReachPreview`]: to how many it would go.
pub const ANNOUNCEMENT_PREVIEW: &str = "/api/v1/retailer/announcements/preview";
/// GET [`super::contact::Announcement`].
pub const ANNOUNCEMENT: &str = "/api/v1/retailer/announcements/{announcement_id}";
/// GET [`super::contact::Funnel`]: what those who were written to did afterwards.
pub const ANNOUNCEMENT_FUNNEL: &str = "/api/v1/retailer/announcements/{announcement_id}/funnel";
/// POST (no body) → [`super::contact::Announcement`]: nobody is written to any more.
pub const ANNOUNCEMENT_STOP: &str = "/api/v1/retailer/announcements/{announcement_id}/stop";
/// GET [`super::reach::Links`]; POST [`super::reach::LinkInput`] → [`super::reach::ShareLink`].
pub const LINKS: &str = "/api/v1/retailer/links";
/// DELETE: it leads to the start only.
pub const LINK: &str = "/api/v1/retailer/links/{link_id}";
/// GET [`super::reach::LinkFunnel`].
pub const LINK_FUNNEL: &str = "/api/v1/retailer/links/{link_id}/funnel";
/// GET `?lang=` → `image/svg+xml`, a page of A4 to be printed.
pub const LINK_POSTER: &str = "/api/v1/retailer/links/{link_id}/poster";
/// PUT [`super::reach::PartnerOnly`] → the same.
pub const PARTNER_ONLY: &str = "/api/v1/retailer/campaigns/{campaign_id}/partner-only";
/// GET [`super::reach::CampaignFunnel`].
pub const CAMPAIGN_FUNNEL: &str = "/api/v1/retailer/campaigns/{campaign_id}/funnel";
/// GET [`super::reach::RatingReport`].
pub const RATINGS: &str = "/api/v1/retailer/ratings";
/// GET every rating as `text/csv`, without who gave it.
pub const RATINGS_CSV: &str = "/api/v1/retailer/ratings.csv";
/// POST [`super::reach::TimelineRequest`] → [`super::reach::Timeline`]. A POST, so that no code lands in an access log.
pub const TIMELINE: &str = "/api/v1/retailer/timeline";

// Links in messages: pages of their own, whose one button does what they say. The token is the authority.
/// GET: asks; POST: confirms an e-mail address.
pub const CONTACT_CONFIRM: &str = "/contact/confirm/{token}";
/// GET: asks; POST: no messages any more, by no way (RFC 8058).
pub const CONTACT_STOP: &str = "/contact/stop/{token}";

// LINE, which signs what it says.
/// POST: what happened in the chat with the official account.
pub const LINE_WEBHOOK: &str = "/api/v1/line/webhook";

// Systems of a retailer, by key.
/// POST [`super::retailer::PostedVisits`] → [`super::retailer::PostedVisitsReport`].
pub const POSTED_VISITS: &str = "/api/v1/integration/visits";

/// Fills the `{…}` parameters of a path in order. Ids need no escaping; a token is URL-safe base 64.
#[must_use]
pub fn fill(template: &str, parameters: &[&str]) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut values = parameters.iter();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (_, tail) = after.split_once('}').unwrap_or(("", ""));
        if let Some(value) = values.next() {
            out.push_str(value);
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn fills_parameters_in_order() {
        assert_eq!(
            super::fill(super::WALLET_COUPON, &["ret_1", "cpn_2"]),
            "/api/v1/shopper/coupons/ret_1/cpn_2"
        );
        assert_eq!(super::fill(super::ME, &[]), "/api/v1/me");
    }
}
