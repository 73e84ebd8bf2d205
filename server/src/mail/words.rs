//! What mails say besides what a retailer says. `{}` is filled in.

use app::lang::Text;

const fn t(ja: &'static str, en: &'static str) -> Text {
    Text::new(ja, en)
}

pub(super) const SEE: Text = t("くわしく見る", "See it");
pub(super) const WHY: Text = t("届いた理由：{}", "Why you get this: {}");
pub(super) const AGREED: Text = t(
    "お知らせをメールで受け取ることに同意された方へ、お送りしています。",
    "It goes to those who agreed to get messages by e-mail.",
);
pub(super) const STOP: Text = t("お知らせを止める", "Stop messages");
pub(super) const CHOOSE: Text = t("受け取り方を変える", "Change how you get them");
pub(super) const ADVERTISER: Text = t("広告主：{}", "Advertiser: {}");
pub(super) const OPERATOR: Text = t("送信者：{}", "Sent by: {}");
pub(super) const PLACE: Text = t("住所：{}", "Address: {}");
pub(super) const CONTACT: Text = t("お問い合わせ・苦情：{}", "Questions and complaints: {}");

pub(super) const QUESTION: Text = t("メールアドレスの確認", "Is this your e-mail address?");
pub(super) const QUESTION_BODY: Text = t(
    "{} で、このアドレスにお知らせを送るよう申し込みがありました。ご本人なら、24 時間以内に下のリンクを開いて、ボタンを押してください。それまで、お知らせは送られません。",
    "Somebody asked at {} for messages to this address. If it was you, open the link below within 24 hours and press the button. Until then no messages are sent.",
);
pub(super) const CONFIRM: Text = t("確認の画面を開く", "Open the page that asks");
pub(super) const NOT_ME: Text = t(
    "お心当たりがなければ、何もしないでください。このアドレスにお知らせが届くことはありません。",
    "If it was not you, do nothing: no messages will come to this address.",
);
