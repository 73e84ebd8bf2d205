//! A play whose answer has not arrived. It is kept until the server has said what became of it, because the same number and
//! nonce give the same result: a lost answer loses no prize.

use app::{
    api::shopper::PlayRequest,
    id::{CampaignId, RetailerId},
    problem::ProblemKind,
};

use crate::{
    browser::{Keep, kept, set_kept},
    http::HttpError,
    json,
};

fn key(retailer_id: RetailerId, campaign_id: CampaignId) -> String {
    format!("raiten.play.{retailer_id}.{campaign_id}")
}

/// The play of this campaign that waits for its answer.
pub fn find(retailer_id: RetailerId, campaign_id: CampaignId) -> Option<PlayRequest> {
    let text = kept(Keep::Session, &key(retailer_id, campaign_id))?;
    json::from_str(&text).ok()
}

/// Keeps it before it is sent.
pub fn keep(play: &PlayRequest) {
    let text = serde_json::to_string(play).ok();
    set_kept(
        Keep::Session,
        &key(play.retailer_id, play.campaign_id),
        text.as_deref(),
    );
}

/// Keeps the fingerprints that were shown before a play under its nonce: whoever checks the draw later need not take the server's word for them.
pub fn keep_seen(play: &PlayRequest, commitment: &str) {
    set_kept(
        Keep::Always,
        &format!("raiten.seen.{}", play.client_nonce),
        Some(&format!("{commitment} {}", play.odds_hash)),
    );
}

/// Its answer is here.
pub fn forget(retailer_id: RetailerId, campaign_id: CampaignId) {
    set_kept(Keep::Session, &key(retailer_id, campaign_id), None);
}

/// Whether the draw may have happened although the answer is no result.
pub fn may_have_drawn(error: &HttpError) -> bool {
    match error {
        HttpError::Offline | HttpError::Unexpected(_) => true,
        HttpError::Problem(problem) => match problem.known_kind() {
            Some(ProblemKind::TooManyRequests | ProblemKind::IdempotencyKeyInFlight) => true,
            _ => problem.status >= 500,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{HttpError, ProblemKind, may_have_drawn};
    use app::{lang::Lang, problem::Problem};

    #[test]
    fn a_play_is_given_up_only_after_a_plain_no() {
        let problem = |kind| HttpError::Problem(Box::new(Problem::new(kind, Lang::Ja)));
        assert!(may_have_drawn(&HttpError::Offline));
        assert!(may_have_drawn(&HttpError::Unexpected(502)));
        assert!(may_have_drawn(&problem(ProblemKind::TimedOut)));
        assert!(may_have_drawn(&problem(ProblemKind::Internal)));
        assert!(may_have_drawn(&problem(ProblemKind::TooManyRequests)));
        assert!(may_have_drawn(&problem(
            ProblemKind::IdempotencyKeyInFlight
        )));
        assert!(!may_have_drawn(&problem(ProblemKind::OddsChanged)));
        assert!(!may_have_drawn(&problem(ProblemKind::NoPlaysLeft)));
        assert!(!may_have_drawn(&problem(ProblemKind::CampaignNotRunning)));
    }
}
