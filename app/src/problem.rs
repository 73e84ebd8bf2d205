//! What can be wrong with a request: one stable type each, with the sentence that tells a person what to do.
//!
//! RFC 9457 (problem details): the server sends a [`Problem`] as `application/problem+json`.

use serde::{Deserialize, Serialize};

use crate::{
    api::{shopper::Offer, till::TillRefusal},
    lang::{Lang, Text},
};

/// The kinds of problems. The slug is part of the API and never changes its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// The body, path or query could not be read.
    MalformedRequest,
    /// Readable, but some fields break a rule; they are listed in `errors`.
    InvalidFields,
    /// No session, or one that ended.
    NotSignedIn,
    /// E-mail or password wrong: deliberately the same answer for both.
    WrongLogin,
    /// Signed in, but this is for another role.
    Forbidden,
    /// Nothing of that id for this caller (another tenant's things are not found either).
    NotFound,
    /// The method is not offered here.
    MethodNotAllowed,
    /// The request contradicts the present state.
    Conflict,
    /// The odds shown are no longer those that would be drawn; nothing was drawn.
    OddsChanged,
    /// All plays of today are used.
    NoPlaysLeft,
    /// The campaign is not running (paused, over, not begun, out of budget).
    CampaignNotRunning,
    /// This shopper is among those whom the retailer makes no offers, so that it can be seen what offers do.
    HeldOut,
    /// The till may not take this coupon; `refusal` says why.
    CouponRefused,
    /// No coupon has this code.
    UnknownCode,
    /// A code of a screen whose moment is over; the screen has a new one.
    CodeTooOld,
    /// The time for an undo is over.
    TooLateToUndo,
    /// An invitation that is used, withdrawn or expired.
    InvitationOver,
    /// The e-mail address has a login already.
    EmailTaken,
    /// A request that moves coupons or money came without an `Idempotency-Key`, or with one that is none.
    IdempotencyKeyMissing,
    /// The key was used for something else, or its answer is no longer kept; nothing was done.
    IdempotencyKeyReused,
    /// The first request with this key is still at work; `Retry-After` says when to ask again.
    IdempotencyKeyInFlight,
    /// An uploaded file cannot be imported; `errors` lists line and column.
    InvalidFile,
    /// The campaign breaks a rule of 景品表示法; `errors` name rule and figure.
    AgainstPrizeRules,
    /// The body is larger than allowed.
    TooLarge,
    /// The media type is not one we read.
    UnsupportedMediaType,
    /// Too many requests or attempts; `Retry-After` says when.
    TooManyRequests,
    /// The request came from another site.
    CrossSite,
    /// It took too long.
    TimedOut,
    /// Not ready or too busy.
    Unavailable,
    /// A fault of ours; the request id finds it in the log.
    Internal,
}

impl ProblemKind {
    /// All kinds, for the documentation.
    pub const ALL: [Self; 30] = [
        Self::MalformedRequest,
        Self::InvalidFields,
        Self::NotSignedIn,
        Self::WrongLogin,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::OddsChanged,
        Self::NoPlaysLeft,
        Self::CampaignNotRunning,
        Self::HeldOut,
        Self::CouponRefused,
        Self::UnknownCode,
        Self::CodeTooOld,
        Self::TooLateToUndo,
        Self::InvitationOver,
        Self::EmailTaken,
        Self::IdempotencyKeyMissing,
        Self::IdempotencyKeyReused,
        Self::IdempotencyKeyInFlight,
        Self::InvalidFile,
        Self::AgainstPrizeRules,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::TooManyRequests,
        Self::CrossSite,
        Self::TimedOut,
        Self::Unavailable,
        Self::Internal,
    ];

    /// The stable end of the problem's `type`.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        self.parts().0
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> u16 {
        self.parts().1
    }

    /// What is wrong, in a few words.
    #[must_use]
    pub const fn title(self) -> Text {
        self.parts().2
    }

    /// What to do about it.
    #[must_use]
    pub const fn advice(self) -> Text {
        self.parts().3
    }

    /// The kind of a `type` on the wire, if it is one of ours.
    #[must_use]
    pub fn from_type(uri: &str) -> Option<Self> {
        let slug = uri.strip_prefix("/problems/")?;
        Self::ALL.into_iter().find(|k| k.slug() == slug)
    }

    const fn parts(self) -> (&'static str, u16, Text, Text) {
        const fn t(ja: &'static str, en: &'static str) -> Text {
            Text::new(ja, en)
        }
        match self {
            Self::MalformedRequest => (
                "malformed-request",
                400,
                t(
                    "リクエストを読み取れません",
                    "The request could not be read",
                ),
                t(
                    "形式を確認して、もう一度送ってください。",
                    "Check its form and send it again.",
                ),
            ),
            Self::InvalidFields => (
                "invalid-fields",
                422,
                t("入力内容を確認してください", "Some fields need attention"),
                t(
                    "下の項目を直してから、もう一度お試しください。",
                    "Correct the fields listed and try again.",
                ),
            ),
            Self::NotSignedIn => (
                "not-signed-in",
                401,
                t("ログインが必要です", "You are not signed in"),
                t(
                    "ログインしてから、もう一度お試しください。",
                    "Sign in and try again.",
                ),
            ),
            Self::WrongLogin => (
                "wrong-login",
                401,
                t(
                    "メールアドレスまたはパスワードが違います",
                    "E-mail or password is wrong",
                ),
                t(
                    "入力を確認して、もう一度お試しください。",
                    "Check both and try again.",
                ),
            ),
            Self::Forbidden => (
                "forbidden",
                403,
                t("この操作の権限がありません", "This is not yours to do"),
                t(
                    "権限のあるアカウントでログインしてください。",
                    "Sign in with an account that may do this.",
                ),
            ),
            Self::NotFound => (
                "not-found",
                404,
                t("見つかりません", "Not found"),
                t(
                    "リンクが正しいか確認してください。",
                    "Check that the link is right.",
                ),
            ),
            Self::MethodNotAllowed => (
                "method-not-allowed",
                405,
                t("この方法では受け付けていません", "Method not allowed"),
                t(
                    "API の説明を確認してください。",
                    "See the description of the API.",
                ),
            ),
            Self::Conflict => (
                "conflict",
                409,
                t(
                    "いまの状態ではできません",
                    "Not possible in the present state",
                ),
                t(
                    "画面を更新して、いまの状態を確認してください。",
                    "Reload and look at the present state.",
                ),
            ),
            Self::OddsChanged => (
                "odds-changed",
                409,
                t("当選確率が変わりました", "The odds have changed"),
                t(
                    "抽選はまだ行われていません。新しい確率を確認してから、もう一度どうぞ。",
                    "Nothing was drawn. Look at the new odds and play again if you like.",
                ),
            ),
            Self::NoPlaysLeft => (
                "no-plays-left",
                409,
                t("今日のチャレンジは終わりました", "No plays left today"),
                t("また明日お試しください。", "Come back tomorrow."),
            ),
            Self::CampaignNotRunning => (
                "campaign-not-running",
                409,
                t(
                    "このキャンペーンは現在行われていません",
                    "This campaign is not running",
                ),
                t(
                    "ほかのキャンペーンをご覧ください。",
                    "Have a look at the others near you.",
                ),
            ),
            Self::HeldOut => (
                "held-out",
                409,
                t(
                    "このお店のオファーは、いまお届けしていません",
                    "This store makes you no offers at the moment",
                ),
                t(
                    "オファーの効果を確かめるため、抽選で選ばれた一部の方にはしばらくお届けしていません。ほかのお店をご覧ください。",
                    "To see what offers do, stores leave out some people chosen by lot for a while. Have a look at the other stores.",
                ),
            ),
            Self::CouponRefused => (
                "coupon-refused",
                409,
                t("このクーポンは使えません", "This coupon cannot be used"),
                t("理由をご確認ください。", "See the reason."),
            ),
            Self::UnknownCode => (
                "unknown-code",
                404,
                t(
                    "このコードのクーポンはありません",
                    "No coupon has this code",
                ),
                t(
                    "画面の番号は 2 分で変わります。いまの番号を確かめるか、QR コードを読み取ってください。",
                    "The digits on a screen change every two minutes. Check what it shows now, or scan the QR code.",
                ),
            ),
            Self::CodeTooOld => (
                "code-too-old",
                410,
                t("コードが古くなりました", "This code is too old"),
                t(
                    "画面に出ている新しいコードを、もう一度読み取ってください。",
                    "The screen shows a new one by now: scan that.",
                ),
            ),
            Self::TooLateToUndo => (
                "too-late-to-undo",
                409,
                t("取り消せる時間を過ぎました", "Too late to undo"),
                t(
                    "取り消しは 10 分以内です。店舗の責任者にご相談ください。",
                    "An undo is possible for 10 minutes. Ask the manager.",
                ),
            ),
            Self::InvitationOver => (
                "invitation-over",
                410,
                t(
                    "この招待はもう使えません",
                    "This invitation is no longer valid",
                ),
                t(
                    "責任者に新しい招待を頼んでください。",
                    "Ask the manager for a new one.",
                ),
            ),
            Self::EmailTaken => (
                "email-taken",
                409,
                t(
                    "このメールアドレスは登録済みです",
                    "This e-mail address has a login already",
                ),
                t(
                    "別のメールアドレスを使うか、ログインしてください。",
                    "Use another address, or sign in.",
                ),
            ),
            Self::IdempotencyKeyMissing => (
                "idempotency-key-missing",
                400,
                t(
                    "Idempotency-Key がありません",
                    "The Idempotency-Key is missing",
                ),
                t(
                    "操作ごとに新しい 8〜128 文字のキーをヘッダーに付けてください。再送するときは同じキーを使います。",
                    "Send the header with a new key of 8 to 128 characters for each act, and the same key when you repeat it.",
                ),
            ),
            Self::IdempotencyKeyReused => (
                "idempotency-key-reused",
                422,
                t(
                    "このキーは別の操作に使われています",
                    "This key was used for something else",
                ),
                t(
                    "新しいキーで送ってください。今回は何も行われていません。",
                    "Send it with a new key. Nothing was done now.",
                ),
            ),
            Self::IdempotencyKeyInFlight => (
                "idempotency-key-in-flight",
                409,
                t("処理中です", "Still at work"),
                t(
                    "同じキーの最初のリクエストを処理しています。少し待って、同じキーでもう一度送ってください。",
                    "The first request with this key is being worked on. Wait a moment and send it again with the same key.",
                ),
            ),
            Self::InvalidFile => (
                "invalid-file",
                422,
                t("ファイルを取り込めません", "The file cannot be imported"),
                t(
                    "下の行を直してください。まだ何も取り込まれていません。",
                    "Correct the lines listed. Nothing was imported.",
                ),
            ),
            Self::AgainstPrizeRules => (
                "against-prize-rules",
                422,
                t(
                    "景品表示法の上限を超えています",
                    "Above the limits for prizes (景品表示法)",
                ),
                t(
                    "下の金額を直してください。法的助言ではありません。",
                    "Change the amounts listed. This is not legal advice.",
                ),
            ),
            Self::TooLarge => (
                "too-large",
                413,
                t("データが大きすぎます", "Too large"),
                t("小さく分けて送ってください。", "Send it in smaller parts."),
            ),
            Self::UnsupportedMediaType => (
                "unsupported-media-type",
                415,
                t(
                    "この形式は受け付けていません",
                    "This media type is not accepted",
                ),
                t(
                    "API の説明にある形式で送ってください。",
                    "Send one of those the API describes.",
                ),
            ),
            Self::TooManyRequests => (
                "too-many-requests",
                429,
                t("回数が多すぎます", "Too many attempts"),
                t(
                    "少し待ってからお試しください。",
                    "Wait a little and try again.",
                ),
            ),
            Self::CrossSite => (
                "cross-site",
                403,
                t(
                    "ほかのサイトからの操作は受け付けません",
                    "Requests from other sites are refused",
                ),
                t(
                    "この画面から操作してください。",
                    "Use the pages of this site.",
                ),
            ),
            Self::TimedOut => (
                "timed-out",
                504,
                t("時間がかかりすぎました", "It took too long"),
                t("もう一度お試しください。", "Try again."),
            ),
            Self::Unavailable => (
                "unavailable",
                503,
                t("ただいま混み合っています", "Busy right now"),
                t(
                    "少し待ってからお試しください。",
                    "Wait a little and try again.",
                ),
            ),
            Self::Internal => (
                "internal",
                500,
                t("エラーが発生しました", "Something went wrong on our side"),
                t(
                    "もう一度お試しください。続くときは受付番号をお知らせください。",
                    "Try again. If it stays, tell us the request id.",
                ),
            ),
        }
    }
}

/// One field or line that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// The field, as a path: `prizes[2].value`.
    pub field: String,
    /// What is wrong and what to do, in the reader's language.
    pub reason: String,
}

/// Problem details (RFC 9457). Members that do not apply are absent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `/problems/` and the stable slug of the kind.
    #[serde(rename = "type")]
    pub kind: String,
    /// What is wrong, in the reader's language.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What to do about it, in the reader's language.
    pub detail: String,
    /// The request's id: quote it when asking for help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The fields that are wrong (`invalid-fields`, `against-prize-rules`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The lines that are wrong (`invalid-file`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<crate::api::retailer::LineError>,
    /// The offer as it is now (`odds-changed`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Box<Offer>>,
    /// Why the till may not take the coupon (`coupon-refused`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<TillRefusal>,
    /// Seconds to wait (`too-many-requests`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
}

impl Problem {
    /// A problem of a kind, with the kind's own sentences.
    #[must_use]
    pub fn new(kind: ProblemKind, lang: Lang) -> Self {
        Self {
            kind: format!("/problems/{}", kind.slug()),
            title: kind.title().get(lang).to_owned(),
            status: kind.status(),
            detail: kind.advice().get(lang).to_owned(),
            request_id: None,
            errors: Vec::new(),
            lines: Vec::new(),
            offer: None,
            refusal: None,
            retry_after: None,
        }
    }

    /// The kind, if it is one this program knows.
    #[must_use]
    pub fn known_kind(&self) -> Option<ProblemKind> {
        ProblemKind::from_type(&self.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::ProblemKind;
    use std::collections::HashSet;

    #[test]
    fn slugs_are_unique_and_found_again() {
        let slugs: HashSet<_> = ProblemKind::ALL.iter().map(|k| k.slug()).collect();
        assert_eq!(slugs.len(), ProblemKind::ALL.len());
        for kind in ProblemKind::ALL {
            assert_eq!(
                ProblemKind::from_type(&format!("/problems/{}", kind.slug())),
                Some(kind)
            );
            assert!((400..600).contains(&kind.status()));
        }
    }
}
