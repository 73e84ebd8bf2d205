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
pub const COULD_TELL: Text = t(
    "今の人数で見つけられるのは {} 以上の差です。{} の差を見つけるには約 {} 人が要り、今の増え方なら {} ごろです。",
    "With these shoppers a difference of {} or more would be found. Finding one of {} takes about {} of them, at the present pace around {}.",
);
pub const COULD_TELL_FAR: Text = t(
    "今の人数で見つけられるのは {} 以上の差です。{} の差を見つけるには約 {} 人が要ります。",
    "With these shoppers a difference of {} or more would be found. Finding one of {} takes about {} of them.",
);
pub const BASKET: Text = t(
    "お買い上げは 1 人あたり {}、届けなかった方は {} です（差の 95 % の幅 {}）。",
    "Bought per shopper: {}, by those held out {} (95 % interval of the difference {}).",
);
pub const RETURNED: Text = t(
    "値引き 100 円あたり、お買い上げは {} 増えました（95 % の幅 {}）。",
    "For every 100 yen of discounts {} more were bought (95 % interval {}).",
);
pub const RETURNED_UNKNOWN: Text = t(
    "値引き 100 円あたりのお買い上げの増え方は、まだ言えません。",
    "How much more was bought for the discounts cannot be told yet.",
);
pub const PAID_ANYWAY: Text = t(
    "値引きのうち {} は、届けなくても来たはずの来店に使われた計算です。",
    "By these figures {} of the discounts went to visits that would have been made anyway.",
);
pub const DETECTION_GAP: Text = t(
    "届けた方の来店が {} 多く記録に残るだけで、この差はすべて説明できてしまいます。",
    "If visits of those made offers were recorded {} more completely, that alone would explain all of this difference.",
);
pub const EVIDENCE: Text = t("根拠を見る", "Show the evidence");
pub const EVIDENCE_BY: Text = t(
    "レジや会員カードで分かった来店で比べています。",
    "By visits that your till or member card knows.",
);
pub const EVIDENCE_BY_RECORDED: Text = t(
    "記録された来店で比べています（参考）。",
    "By recorded visits, for what they are worth.",
);
pub const DISTRIBUTION: Text = t("30 日間に何回来たか", "How often they came in 30 days");
pub const AXIS_PART: Text = t("お客様の割合", "Part of the shoppers");
pub const AXIS_VISITS_30: Text = t("30 日間の来店（回）", "Visits in 30 days");
pub const TWIN_READING: Text = t(
    "{}　届けた方 {}・届けなかった方 {}",
    "{}: {} of those offered, {} of those held out",
);
pub const OVER_TIME: Text = t("効果の移り変わり", "Lift over time");
pub const AXIS_LIFT: Text = t("来店の増え方", "More visits");
pub const OVER_TIME_NOTE: Text = t(
    "帯は 95 % の幅で、いつ何度見ても正しいままです。点線が「変わらない」です。",
    "The band is the 95 % interval, which holds however often you look. The dashed line is no difference.",
);
pub const POINT_ROW: Text = t("行に触れると、数が出ます", "Point at a row to read it");
pub const OTHERS: Text = t("ほか", "other");
pub const OTHER_TIMES: Text = t("そのほかの回数", "Any other number");
pub const LIFT_READING: Text = t("{}　{}（{}）", "{}: {} ({})");
pub const LIFT_READING_NONE: Text = t("{}　まだ言えません", "{}: cannot be told yet");
pub const BY_STORE: Text = t("店舗ごとの効果", "Lift by store");
pub const BY_DISTANCE: Text = t("店舗までの距離ごとの効果", "Lift by distance to the store");
pub const BY_RECENCY: Text = t(
    "最後の来店からの日数ごとの効果",
    "Lift by days since the last visit",
);
pub const BY_CHANNEL: Text = t("届き方ごとの効果", "Lift by how the offer was seen");
pub const EXPLORATORY: Text = t(
    "参考です。分けて見ると、たまたま大きく見えるところが必ずあります。",
    "Exploratory: among many parts some look large by chance.",
);
pub const TOGETHER: Text = t(
    "人数の少ないところは、全体に近づけて見積もっています（経験ベイズ）。",
    "Parts with few shoppers are drawn towards the whole (empirical Bayes).",
);
pub const KEPT_BACK: Counted = n(
    "ほかの {} 人は、1 人ひとりが分からない人数になるまで表示しません。",
    "{} other shopper is not shown until there are enough that nobody can be told.",
    "{} others are not shown until there are enough that nobody can be told.",
);
pub const CELL: Text = t("区分", "Part");
pub const LIFT_COLUMN: Text = t("効果", "Lift");
pub const INTERVAL_COLUMN: Text = t("95 % の幅", "95 % interval");
pub const OFFERED_N: Text = t("届けた方（人）", "Offered");
pub const HELD_OUT_N: Text = t("届けなかった方（人）", "Held out");
pub const LIFT_MAP: Text = t("店舗の位置と効果", "Where the stores are, and their lift");
pub const LIFT_MAP_NOTE: Text = t(
    "▲ は増えた、▼ は減ったと言える店舗、● はまだ言えない店舗です。大きさは人数です。",
    "▲ clearly more, ▼ clearly fewer, ● cannot be told. The larger, the more shoppers.",
);
pub const FUNNEL: Text = t(
    "届けた方がどこまで進んだか",
    "How far those who were made offers came",
);
pub const STEP: Text = t("段階", "Step");
pub const OF_SHOWN: Text = t("見た方のうち", "Of those shown");
pub const STAGE_SHOWN: Text = t("オファーを見た", "Shown");
pub const STAGE_PLAYED: Text = t("抽選した", "Played");
pub const STAGE_WON: Text = t("当たった", "Won");
pub const STAGE_VISITED: Text = t("来店した", "Visited");
pub const STAGE_REDEEMED: Text = t("使った", "Redeemed");
pub const STAGE_RETURNED: Text = t("また来た", "Returned");
pub const PRE_PERIOD: Text = t(
    "届ける前の 30 日の差は {} 回（95 % の幅 {} – {}）。0 をはさんでいれば、振り分けに偏りはありません。",
    "In the 30 days before, they differed by {} visits (95 % interval {} – {}). With zero inside, the arms were alike.",
);
pub const RATIO: Text = t(
    "人数の割合の検査　証拠の強さ {}（1,000 以上なら結果を出しません）",
    "Check of the arms’ sizes: evidence {} against them (from 1,000 on nothing is said)",
);
pub const DATE: Text = t("日付", "Day");
pub const NEARBY: Text = t("近くのお店の一覧から", "Among those near");
pub const PUSH: Text = t("お知らせから", "By a message");
pub const LINE: Text = t("LINE から", "By LINE");
pub const MAIL: Text = t("メールから", "By e-mail");
pub const LINK: Text = t("リンクから", "By a link");
pub const RECENCY_NEVER: Text = t("来店の記録なし", "No visit known");
pub const RECENCY_7: Text = t("7 日以内", "Up to 7 days");
pub const RECENCY_14: Text = t("8〜14 日", "8 to 14 days");
pub const RECENCY_30: Text = t("15〜30 日", "15 to 30 days");
pub const RECENCY_60: Text = t("31〜60 日", "31 to 60 days");
pub const RECENCY_OVER: Text = t("61 日以上", "More than 60 days");
pub const BAND_500M: Text = t("500 m 未満", "Under 500 m");
pub const BAND_1KM: Text = t("500 m〜1 km", "500 m to 1 km");
pub const BAND_2KM: Text = t("1〜2 km", "1 to 2 km");
pub const BAND_5KM: Text = t("2〜5 km", "2 to 5 km");
pub const BAND_10KM: Text = t("5〜10 km", "5 to 10 km");
pub const BAND_OVER: Text = t("10 km 以上", "10 km and more");
pub const PRINT: Text = t("印刷する", "Print");
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

// Goals.
pub const GOALS: Text = t("目標", "Goals");
pub const GOALS_NONE: Text = t(
    "目標はまだありません。決めておくと、ここで達成かどうかが分かります。",
    "No goals yet. Set some, and this says whether they are reached.",
);
pub const GOALS_SET: Text = t("目標を決める", "Set goals");
pub const GOALS_SAVE: Text = t("保存", "Save");
pub const GOAL_MORE: Text = t("来店を {} % 以上増やす", "At least {} % more visits");
pub const GOAL_PRICE: Text = t("増えた来店 1 回あたり {} 以下", "At most {} per visit more");
pub const GOAL_MORE_LABEL: Text = t("来店の増加", "More visits");
pub const GOAL_PRICE_LABEL: Text = t("増えた来店 1 回の費用", "Cost of a visit more");
pub const GOAL_NOW: Text = t("いま {}（{}）", "Now {} ({})");
pub const GOAL_REACHED: Text = t("達成", "Reached");
pub const GOAL_MISSED: Text = t("届いていません", "Not reached");
pub const GOAL_OPEN: Text = t("まだ言えません", "Cannot tell yet");
pub const GOAL_UNMEASURED: Text = t("まだ測れていません", "Not measured yet");
pub const GOAL_NO_NUMBER: Text = t("整数で入力してください。", "Enter a whole number.");
pub const YEN_UNIT: Text = t("円", "yen");
pub const TO_VISITS: Text = t("来店データを取り込む", "Import visit data");
pub const TO_RATINGS: Text = t("お客様の評価", "Ratings");
