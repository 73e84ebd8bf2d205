//! Sentences of the report.
#![allow(missing_docs, reason = "the names say which sentence it is")]

use app::lang::{Counted, Text};

const fn t(ja: &'static str, en: &'static str) -> Text {
    Text::new(ja, en)
}

const fn n(ja: &'static str, one: &'static str, many: &'static str) -> Counted {
    Counted::new(ja, one, many)
}

pub const REPORT: Text = t("レポート", "Report");
pub const PERIOD: Text = t("期間", "Period");
pub const LAST_7: Text = t("7 日間", "7 days");
pub const LAST_30: Text = t("30 日間", "30 days");
pub const LAST_90: Text = t("90 日間", "90 days");
pub const VISITS: Text = t("来店", "Visits");
pub const REDEEMED: Text = t("利用されたクーポン", "Coupons redeemed");
pub const ISSUED: Text = t("配布したクーポン", "Coupons issued");
pub const COST: Text = t("値引きの合計", "Discounts given");
pub const VISITORS: Text = t("来店したお客様", "Shoppers who came");
pub const FREQUENCY_30: Text = t("1 人あたりの来店（30 日）", "Visits per shopper, 30 days");
pub const OF_ISSUED: Text = t("配布の {}", "{} of those issued");
pub const ISSUED_VALUE: Text = t("額面 {}", "Face value {}");
pub const PER_VISIT: Text = t("来店 1 回あたり {}", "{} per visit");
pub const PLAYS: Counted = n("抽選 {} 回", "{} play", "{} plays");
pub const NOT_LIFT: Text = t(
    "この来店数は「効果」ではありません",
    "These visits are no lift",
);
pub const NOT_LIFT_WHAT: Text = t(
    "ここに数えるのは、クーポンの利用や会員カードの取り込みで分かった来店だけです。クーポンがなくても来たお客様が含まれるため、増えた来店の数は分かりません。",
    "Only visits known from a redeemed coupon or an imported member card are counted, and some of these shoppers would have come anyway. So this does not say how many visits were gained.",
);
pub const LIFT: Text = t(
    "オファーで来店は増えたか",
    "Did they come more often because of it?",
);
pub const LIFT_OF: Text = t("「{}」で来店は増えたか", "Did “{}” bring more visits?");
pub const LIFT_NOBODY: Text = t(
    "まだ比べられるお客様がいません。公開中のキャンペーンがお客様の目にふれると、測定が始まります。",
    "There is nobody to compare yet. It begins when a running campaign is first seen.",
);
pub const VERDICT_UP: Text = t("増えました", "Yes, more often");
pub const VERDICT_DOWN: Text = t("減りました", "No, less often");
pub const VERDICT_NO_EFFECT: Text = t("変わりません", "It makes no difference");
pub const VERDICT_CANNOT_TELL: Text = t("まだ分かりません", "Cannot tell yet");
pub const VERDICT_WITHHELD: Text = t(
    "振り分けに問題があり、結果を出せません",
    "Withheld: the arms are not as large as they should be",
);
pub const LIFT_INTERVAL: Text = t(
    "来店 {}（95 % の幅 {}。毎日見ても、この幅は正しいままです）",
    "{} visits (95 % interval {}, which holds however often you look)",
);
pub const PRICE: Text = t(
    "来店が 1 回増えるのにかかった値引きは {}（95 % の幅 {}）",
    "A visit more took {} of discounts (95 % interval {})",
);
pub const PRICE_UNKNOWN: Text = t(
    "来店が 1 回増えるのにかかった値引きは、まだ言えません（増えた数が 0 かもしれないため）。",
    "What a visit more took in discounts cannot be told yet: there may have been none.",
);
pub const NAIVE: Text = t(
    "前の 30 日と比べるだけなら {} です。これは効果ではありません。対照群も同じように変わるからです。",
    "Compared with the 30 days before alone it would be {}. That is no lift: those held out change just as much.",
);
pub const NO_LOW_END: Text = t("下限なし", "no lower end");
pub const NO_HIGH_END: Text = t("上限なし", "no upper end");
pub const NARROWER: Text = t(
    "前の 30 日の来店を考えに入れて、幅が {} 変わりました。",
    "Taking the visits of the 30 days before into account changed the interval’s width by {}.",
);
pub const ARM: Text = t("グループ", "Group");
pub const TREATED: Text = t("オファーを届けた方", "Offered");
pub const HELD_OUT: Text = t("届けなかった方", "Held out");
pub const VISITS_EACH: Text = t("1 人あたり来店（30 日）", "Visits each, 30 days");
pub const EXPOSED: Text = t(
    "これまでに {} 人が対象になり、{} % には届けていません。",
    "{} shoppers so far, {} % of them held out.",
);
pub const MEASURED_SINCE: Text = t(
    "{} から測っています。1 人を数えるのは、対象になってから {} 日後です。",
    "Measured since {}. A shopper counts {} days after their first exposure.",
);
pub const TOO_EARLY: Text = t("まだ早すぎます", "Too early");
pub const TOO_EARLY_WHAT: Text = t(
    "会員番号を登録した方の、レジや会員カードの来店で比べます。来店を CSV で取り込むと、数えられる方が増えていきます。",
    "Compared by visits that your till or member card knows, of shoppers who gave their member number. Import visits by CSV, and there will be more of them.",
);
pub const RECORDED: Text = t(
    "記録された来店での比較（参考）",
    "By recorded visits, for what it is worth",
);
pub const RECORDED_WHAT: Text = t(
    "会員コードの読み取りやチェックインは、よく遊ぶ方ほど残りやすいので、これだけでは「増えた」とは言えません。",
    "Scanned member codes and check-ins are likelier of those who play, so these alone never say “more often”.",
);
pub const HOLDOUT: Text = t("対照群", "Who is held out");
pub const HOLDOUT_WHAT: Text = t(
    "抽選で選んだ一部のお客様にはオファーを届けず、届けたお客様と来店を比べます。比べる相手がいなければ、クーポンで来店が増えたかどうかは誰にも分かりません。",
    "Some shoppers chosen by lot are made no offers, and their visits are compared with those of the others. Without them nobody can know whether coupons bring more visits.",
);
pub const HOLDOUT_PROGRAMME: Text = t("オファーを届けない割合", "Made no offers at all");
pub const HOLDOUT_PROGRAMME_HINT: Text = t(
    "すべてのキャンペーンの合計の効果が分かります。ふつうは 10 %、0〜50 %。",
    "Tells what all campaigns do together. 10 % is usual, 0 to 50.",
);
pub const HOLDOUT_CAMPAIGNS: Text = t(
    "キャンペーンごとに届けない割合",
    "Left out of each campaign",
);
pub const HOLDOUT_CAMPAIGNS_HINT: Text = t(
    "1 つのキャンペーンだけの効果が分かります。キャンペーンごとに選び直します。",
    "Tells what one campaign does. Chosen anew for each.",
);
pub const HOLDOUT_ANEW: Text = t(
    "割合を変えると、その測定は最初からやり直しになります。",
    "Where a share changes, what is measured begins anew.",
);
pub const HOLDOUT_SAVE: Text = t("割合を保存", "Save the shares");
pub const HOLDOUT_SAVED: Text = t("保存しました", "Saved");
pub const PERCENT: Text = t("%", "%");
pub const NO_PERCENT: Text = t(
    "0〜50 の整数にしてください。",
    "A whole number from 0 to 50.",
);
pub const PER_DAY: Text = t("日ごとの来店", "Visits per day");
pub const PER_STORE: Text = t("店舗ごと", "By store");
pub const EVERY_STORE: Text = t("すべての店舗", "Every store");
pub const PER_SHOPPER: Text = t("お客様ごとの来店回数", "How often shoppers came");
pub const AS_TABLE: Text = t("表で見る", "Show as a table");
pub const DAY: Text = t("日", "Day");
pub const STORE: Text = t("店舗", "Store");
pub const TIMES: Text = t("来店回数", "Visits");
pub const SHOPPERS: Text = t("お客様", "Shoppers");
pub const PLAYS_COLUMN: Text = t("抽選", "Plays");
pub const ISSUED_COLUMN: Text = t("配布", "Issued");
pub const REDEEMED_COLUMN: Text = t("利用", "Redeemed");
pub const TIMES_N: Counted = n("{} 回", "{} visit", "{} visits");
pub const TIMES_10: Text = t("10 回以上", "10 visits or more");
pub const VISITS_N: Counted = n("来店 {} 回", "{} visit", "{} visits");
pub const SHOPPERS_N: Counted = n("{} 人", "{} shopper", "{} shoppers");
pub const REDEEMED_N: Counted = n("利用 {} 件", "{} coupon redeemed", "{} coupons redeemed");
pub const READING: Text = t("{}　{}", "{}: {}");
pub const STORE_READING: Text = t("{}　{}・{}・値引き {}", "{}: {}, {}, {} given");
pub const AXIS_VISITS: Text = t("来店（回）", "Visits");
pub const AXIS_SHOPPERS: Text = t("お客様（人）", "Shoppers");
pub const AXIS_TIMES: Text = t("期間中の来店回数（回）", "Visits in the period");
pub const WORKDAYS: Text = t("平日", "Monday to Friday");
pub const WEEKENDS: Text = t("土日", "Saturday, Sunday");
pub const POINT_DAY: Text = t(
    "棒に触れると、その日の数が出ます",
    "Point at a bar to read its day",
);
pub const POINT_TIMES: Text = t("棒に触れると、人数が出ます", "Point at a bar to read it");
pub const POINT_STORE: Text = t(
    "点に触れると、その店舗の数が出ます",
    "Point at a dot to read its store",
);
pub const MAP: Text = t("店舗の位置と来店", "Where the stores are, and their visits");
pub const MAP_NOTE: Text = t(
    "点が大きいほど来店が多い店舗です。上が北、マス目の 1 辺は目盛りの長さです。",
    "The larger the dot, the more visits. North is up; a square of the grid is as wide as the scale.",
);
pub const COST_COLUMN: Text = t("値引き", "Given");
pub const CSV: Text = t("CSV をダウンロード", "Download CSV");
pub const EMPTY: Text = t(
    "この期間の記録はまだありません",
    "Nothing in this period yet",
);
pub const EMPTY_WHAT: Text = t(
    "キャンペーンを公開すると、配布・利用・来店がここに並びます。",
    "Once a campaign is published, what is issued, redeemed and visited appears here.",
);
pub const ALL_STORES: Counted = n(
    "全 {} 店舗を表で見る",
    "The {} store as a table",
    "All {} stores as a table",
);
