//! The reasoned no at a till, as a sentence that can be read out to the shopper.

use app::{
    api::till::{RefusalReason, TillRefusal},
    coupon::Refusal,
    lang::Lang,
    problem::ProblemKind,
    yen::Yen,
};
use chrono::{DateTime, FixedOffset};

use crate::{
    db::coupons::CouponView,
    error::{ApiError, LocalText},
};

/// Japan, where the till stands.
const JST_SECONDS: i32 = 9 * 3_600;

/// A refusal in the reader's language; `None` for a code that no coupon has, which is a problem of its own.
pub(super) fn wire(refusal: Refusal, coupon: &CouponView, lang: Lang) -> Option<TillRefusal> {
    let mut at = None;
    let mut store_name = None;
    let mut minimum: Option<Yen> = None;
    let store = coupon.store_name.as_str();
    let (reason, sentence) = match refusal {
        Refusal::Unknown => return None,
        Refusal::Voided { .. } => (
            RefusalReason::Voided,
            LocalText::new(
                "このクーポンは取り消されています。",
                "This coupon was taken back.",
            ),
        ),
        // A coupon is for one store, so that is where it was redeemed.
        Refusal::AlreadyRedeemed { at: when, .. } => {
            at = Some(when);
            store_name = Some(store.to_owned());
            (
                RefusalReason::AlreadyRedeemed,
                LocalText::new(
                    format!(
                        "このクーポンは {} に {store} で使用済みです。",
                        moment(when, Lang::Ja)
                    ),
                    format!(
                        "This coupon was used at {store} on {}.",
                        moment(when, Lang::En)
                    ),
                ),
            )
        }
        Refusal::OtherStore { .. } => {
            store_name = Some(store.to_owned());
            (
                RefusalReason::OtherStore,
                LocalText::new(
                    format!("このクーポンは {store} でお使いいただけます。"),
                    format!("This coupon can be used at {store} only."),
                ),
            )
        }
        Refusal::Expired { at: when } => {
            at = Some(when);
            (
                RefusalReason::Expired,
                LocalText::new(
                    format!(
                        "このクーポンの有効期限は {} まででした。",
                        date(when - 1, Lang::Ja)
                    ),
                    format!("This coupon was valid until {}.", date(when - 1, Lang::En)),
                ),
            )
        }
        // Coupons are good from the moment they are issued; kept apart so that a new kind of coupon does not pass by here.
        Refusal::NotYet { from } => {
            at = Some(from);
            (
                RefusalReason::Voided,
                LocalText::new(
                    format!(
                        "このクーポンは {} からお使いいただけます。",
                        moment(from, Lang::Ja)
                    ),
                    format!("This coupon can be used from {}.", moment(from, Lang::En)),
                ),
            )
        }
        Refusal::StalePass => (
            RefusalReason::StalePass,
            LocalText::new(
                "この画面は古くなっています（写真やスクリーンショットは使えません）。クーポンの画面を開いて、いまの QR コードか 8 けたの番号をお見せください。",
                "This screen is too old; photos and screenshots cannot be used. Open the coupon and show the QR code or the eight digits of this moment.",
            ),
        ),
        Refusal::BasketNeeded { minimum: least } => {
            minimum = Some(least);
            (
                RefusalReason::BasketNeeded,
                LocalText::new(
                    format!("{least} 以上のお買い上げで使えます。金額を入力してください。"),
                    format!("Good from a purchase of {least}. Enter what is being bought."),
                ),
            )
        }
        Refusal::BelowMinimumPurchase {
            minimum: least,
            basket,
        } => {
            minimum = Some(least);
            (
                RefusalReason::BelowMinimumPurchase,
                LocalText::new(
                    format!("{least} 以上のお買い上げで使えます（今回は {basket} です）。"),
                    format!("Good from a purchase of {least}; this one is {basket}."),
                ),
            )
        }
    };
    Some(TillRefusal {
        reason,
        sentence: sentence.get(lang).to_owned(),
        at,
        store_name,
        minimum,
    })
}

/// The problem that says why a coupon is refused.
pub(super) fn refused(reason: Refusal, coupon: CouponView) -> ApiError {
    ApiError::with(ProblemKind::CouponRefused, move |lang, problem| {
        problem.refusal = wire(reason, &coupon, lang);
        if let Some(refusal) = &problem.refusal {
            problem.detail.clone_from(&refusal.sentence);
        }
    })
}

fn formatted(unix_ms: i64, pattern: &str) -> String {
    FixedOffset::east_opt(JST_SECONDS)
        .and_then(|zone| Some(DateTime::from_timestamp_millis(unix_ms)?.with_timezone(&zone)))
        .map(|local| local.format(pattern).to_string())
        .unwrap_or_default()
}

fn moment(unix_ms: i64, lang: Lang) -> String {
    formatted(
        unix_ms,
        match lang {
            Lang::Ja => "%-m月%-d日 %H:%M",
            Lang::En => "%-d %b, %H:%M",
        },
    )
}

/// A day in Japan, as a sentence has it.
pub(crate) fn day(unix_ms: i64, lang: Lang) -> String {
    formatted(
        unix_ms,
        match lang {
            Lang::Ja => "%-m月%-d日",
            Lang::En => "%-d %b",
        },
    )
}

fn date(unix_ms: i64, lang: Lang) -> String {
    formatted(
        unix_ms,
        match lang {
            Lang::Ja => "%Y年%-m月%-d日",
            Lang::En => "%-d %b %Y",
        },
    )
}
