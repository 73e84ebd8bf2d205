//! Sentences of the page on which a shopper's path is looked up.
#![allow(missing_docs, reason = "the names say which sentence it is")]

use app::{api::reach::Moment, lang::Text};

const fn t(ja: &'static str, en: &'static str) -> Text {
    Text::new(ja, en)
}

pub const TITLE: Text = t("お客様の履歴を照会", "Look a shopper up");
pub const LEAD: Text = t(
    "お問い合わせを受けたときに使います。自社とのやりとりだけを表示し、場所は表示しません。照会したことは操作記録に残ります。",
    "For when somebody asks for help. Shows what happened with your company only, and not where. Each look is entered in the activity log.",
);
pub const TO_ACTIVITY: Text = t("操作記録へ", "To the activity log");
pub const BY: Text = t("何で探しますか", "Look up by");
pub const BY_COUPON: Text = t("クーポンの番号", "Coupon code");
pub const BY_MEMBER: Text = t("会員番号", "Member number");
pub const NUMBER: Text = t("番号", "Code or number");
pub const NUMBER_HINT: Text = t(
    "クーポンは英数字 18 文字の番号です。ハイフンは省けます。",
    "A coupon’s code has 18 letters and digits. Hyphens do not matter.",
);
pub const LOOK: Text = t("照会する", "Look up");
pub const NOBODY: Text = t("見つかりません", "Nobody found");
pub const NOBODY_ADVICE: Text = t(
    "番号を確かめてください。他社のクーポンは表示できません。",
    "Check the number. Coupons of other companies cannot be shown.",
);
pub const EMPTY: Text = t("記録はまだありません。", "Nothing happened yet.");
pub const FOUND: Text = t("新しい順", "The newest first");
pub const WHEN: Text = t("日時", "When");
pub const WHAT: Text = t("できごと", "What");
pub const CAMPAIGN: Text = t("キャンペーン", "Campaign");
pub const HOW: Text = t("経路", "By");
pub const NO_NUMBER: Text = t("番号を入力してください。", "Enter a code or number.");

pub const fn name_of(moment: Moment) -> Text {
    match moment {
        Moment::Arrived => t("リンクから来た", "Came by a link"),
        Moment::Offered => t("確率を見た", "Saw the odds"),
        Moment::Sent => t("お知らせを送った", "Message sent"),
        Moment::Shown => t("お知らせが表示された", "Message shown"),
        Moment::Opened => t("お知らせを開いた", "Message opened"),
        Moment::Played => t("まわした", "Played"),
        Moment::Won => t("クーポンが当たった", "Won a coupon"),
        Moment::Visited => t("来店した", "Visited"),
        Moment::Redeemed => t("クーポンを使った", "Used a coupon"),
        Moment::Undone => t("利用を取り消した", "Use undone"),
        Moment::Rated => t("評価した", "Gave a rating"),
    }
}
