//! Sentences of the page of links.
#![allow(missing_docs, reason = "the names say which sentence it is")]

use app::lang::Text;

const fn t(ja: &'static str, en: &'static str) -> Text {
    Text::new(ja, en)
}

pub const TITLE: Text = t("リンクとポスター", "Links and posters");
pub const LEAD: Text = t(
    "入口のポスター、SNS、提携先ごとにリンクを分けると、どこから来た人がどこまで進んだかが分かります。",
    "With a link of its own for the door, a post or a partner, you see where people came from and how far they got.",
);
pub const TO_CAMPAIGNS: Text = t("キャンペーンへ", "To the campaigns");
pub const NEW: Text = t("リンクを作る", "Make a link");
pub const NAME: Text = t("名前", "Name");
pub const NAME_HINT: Text = t(
    "「入口のポスター」「Instagram」、提携先の名前など。お客様には見えません。",
    "“Door poster”, “Instagram”, a partner’s name. Shoppers do not see it.",
);
pub const KIND: Text = t("種類", "Kind");
pub const CAMPAIGN: Text = t("キャンペーン", "Campaign");
pub const NO_CAMPAIGN: Text = t(
    "選ばない（店舗でいま行っているもの）",
    "None (whatever runs at the store)",
);
pub const STORE: Text = t("店舗", "Store");
pub const NO_STORE: Text = t("選ばない", "None");
pub const STORE_SEARCH: Text = t("店舗を探す", "Find a store");
pub const STORE_HINT: Text = t(
    "選ばないと、お客様の近くの店舗で開きます。",
    "Without one it opens at the store near the shopper.",
);
pub const MAKE: Text = t("作る", "Make it");
pub const MADE: Text = t("リンクを作りました", "The link is made");
pub const LIST: Text = t("リンクの一覧", "Your links");
pub const LIST_NONE: Text = t("まだリンクはありません。", "No links yet.");
pub const ADDRESS: Text = t("リンクのアドレス", "Address of the link");
pub const PRINT_JA: Text = t("ポスター（日本語・A4）", "Poster (Japanese, A4)");
pub const PRINT_EN: Text = t("ポスター（英語・A4）", "Poster (English, A4)");
pub const FUNNEL: Text = t("ここから来た人の動き", "What those did who came by it");
pub const FUNNEL_NOTE: Text = t(
    "{} 日以内に最初に通ったリンクに数えます。リンクがなくても来た人を含みます。効果は、レポートでホールドアウトと比べてください。",
    "Counted for the link they came by first within {} days. Who would have come anyway is among them: what it brings about is in the report, against the holdout.",
);
pub const OPENED: Text = t("開かれた回数: {}", "Opened {} times");
pub const FEW: Text = t("10 回未満", "fewer than 10");
pub const WITHDRAW: Text = t("無効にする", "Withdraw");
pub const WITHDRAW_WHAT: Text = t(
    "このリンクからは、はじめの画面だけが開くようになります。元に戻せません。",
    "It will lead to the start only. This cannot be taken back.",
);
pub const WITHDRAW_REALLY: Text = t("無効にします", "Yes, withdraw it");
pub const WITHDRAWN: Text = t("{} に無効", "Withdrawn on {}");
pub const PARTNERS: Text = t(
    "提携先限定のキャンペーン",
    "Campaigns for partners’ people only",
);
pub const PARTNERS_LEAD: Text = t(
    "提携先のリンクから来た人だけが、30 日間参加できます。公開すると変更できません。",
    "Only who comes by a partner’s link may take part, for 30 days. It cannot change after publishing.",
);
pub const PARTNERS_NONE: Text = t(
    "下書きのキャンペーンと、提携先限定のキャンペーンがここに並びます。",
    "Drafts, and campaigns for partners’ people only, are listed here.",
);
pub const ONLY: Text = t("提携先限定", "Partners only");
pub const EVERYBODY: Text = t("だれでも", "Everybody");
