//! Sentences of the campaigns' pages.
#![allow(missing_docs, reason = "the names say which sentence it is")]

use app::lang::{Counted, Text};

const fn t(ja: &'static str, en: &'static str) -> Text {
    Text::new(ja, en)
}

const fn n(ja: &'static str, one: &'static str, many: &'static str) -> Counted {
    Counted::new(ja, one, many)
}

pub const CAMPAIGNS: Text = t("キャンペーン", "Campaigns");
pub const CAMPAIGN: Text = t("キャンペーン", "Campaign");
pub const TO_ANNOUNCEMENTS: Text = t("お知らせ", "Messages");
pub const NEW: Text = t("キャンペーンを作る", "New campaign");
pub const EDIT: Text = t("編集する", "Edit");
pub const EDIT_OF: Text = t("キャンペーンを編集", "Edit the campaign");
pub const NONE: Text = t("まだキャンペーンがありません", "No campaigns yet");
pub const NONE_ADVICE: Text = t(
    "景品と予算を決めると、お客様がカプセルを引けるようになります。公開するまで誰にも見えません。",
    "Choose prizes and a budget, and shoppers can play. Nobody sees it before you publish.",
);
pub const STORES_N: Counted = n("{} 店舗", "{} store", "{} stores");
pub const SPENT: Text = t("利用済み", "Spent");
pub const RESERVED: Text = t("配布中", "Reserved");
pub const AVAILABLE: Text = t("残り", "Available");
pub const BUDGET_OF: Text = t("予算 {}", "Budget {}");
pub const SAVED: Text = t("下書きを保存しました", "Saved");

// Detail.
pub const PUBLISH: Text = t("公開する", "Publish");
pub const RESUME: Text = t("再開する", "Resume");
pub const PAUSE: Text = t("一時停止する", "Pause");
pub const PUBLISH_ASK: Text = t("公開しますか？", "Publish it?");
pub const PUBLISH_WHAT: Text = t(
    "期間中、近くのお客様に表示され、カプセルを引けるようになります。公開したあとは、景品表や当選確率の条件は変えられません。",
    "Shoppers near its stores will see it and can play between its dates. Once published, its prizes and rules cannot change.",
);
pub const PAUSE_ASK: Text = t("一時停止しますか？", "Pause it?");
pub const PAUSE_WHAT: Text = t(
    "新しく引くことはできなくなります。配布済みのクーポンは期限まで使えます。",
    "Nobody can play any more. Coupons already issued stay good until they expire.",
);
pub const PUBLISHED: Text = t("公開しました", "Published");
pub const PAUSED: Text = t("一時停止しました", "Paused");
pub const PERIOD: Text = t("期間", "Dates");
pub const PRIZES: Text = t("景品表", "Prize table");
pub const STOCK_LEFT: Text = t("残り {} / {}", "{} of {} left");
pub const UNLIMITED: Text = t("予算まで", "within the budget");
pub const RULES: Text = t("条件", "Rules");

// Form.
pub const BASICS: Text = t("基本", "Basics");
pub const NAME: Text = t("キャンペーン名", "Name");
pub const NAME_EN: Text = t("英語の名前", "Name in English");
pub const NAME_EN_HINT: Text = t(
    "空欄なら日本語の名前を表示します。",
    "The Japanese name is shown where this is empty.",
);
pub const STARTS: Text = t("開始日", "First day");
pub const ENDS: Text = t("最終日", "Last day");
pub const ENDS_HINT: Text = t(
    "この日の終わりまで（日本時間）",
    "Until the end of this day in Japan",
);
pub const STORES: Text = t("対象の店舗", "Stores");
pub const STORES_HINT: Text = t(
    "クーポンを使える店舗です。",
    "Where its coupons can be won and used.",
);
pub const FIND_STORES: Text = t("店舗名で探す", "Find by name");
pub const SELECT_ALL: Text = t("{} 店舗をすべて選ぶ", "Select all {}");
pub const SELECT_NONE: Text = t("選択を外す", "Select none");
pub const SELECTED_N: Text = t("{} 店舗を選択中", "{} selected");
pub const NO_STORES: Text = t("先に店舗を追加してください。", "Add a store first.");
pub const MORE_BY_SEARCH: Text = t(
    "最初の {} 店舗です。ほかは検索してください。",
    "The first {}. Search for others.",
);
pub const PRIZES_HINT: Text = t(
    "金額 0 は「はずれ」です。重みは当たりやすさの比で、たとえば 50 と 10 なら 5 倍当たりやすくなります。",
    "A value of 0 is a blank. Weights are proportions: 50 is five times as likely as 10.",
);
pub const PRIZE_NAME: Text = t("景品名", "Prize");
pub const PRIZE_NAME_EN: Text = t("英語名", "In English");
pub const VALUE: Text = t("金額", "Value");
pub const WEIGHT: Text = t("重み", "Weight");
pub const STOCK: Text = t("本数", "Stock");
pub const PRIZE_N: Text = t("景品 {}", "Prize {}");
pub const ADD_PRIZE: Text = t("景品を追加", "Add a prize");
pub const ADD_BLANK: Text = t("はずれを追加", "Add a blank");
pub const REMOVE: Text = t("削除", "Remove");
pub const BLANK: Text = t("はずれ", "No luck");
pub const SMALL_PRIZE: Text = t("100 円引き", "¥100 off");
pub const LARGE_PRIZE: Text = t("500 円引き", "¥500 off");
pub const MONEY: Text = t("予算と期待値", "Budget and expected value");
pub const BUDGET: Text = t("予算", "Budget");
pub const BUDGET_HINT: Text = t(
    "これを超えることはありません。使い切る目標でもありません。",
    "It is never exceeded, and it is no target either.",
);
pub const FLOOR: Text = t("期待値の下限", "Lowest expected value");
pub const FLOOR_HINT: Text = t(
    "いつも来る近くのお客様にも、1 回あたり平均でこの金額。",
    "What a loyal neighbour gets per play on average.",
);
pub const CEILING: Text = t("期待値の上限", "Highest expected value");
pub const CEILING_HINT: Text = t(
    "遠くて久しぶりのお客様でも、1 回あたり平均でこの金額まで。",
    "The most per play on average, for who is far and long away.",
);
pub const VALID_DAYS: Text = t("クーポンの有効期間", "Coupons valid for");
pub const MIN_PURCHASE: Text = t("最低お会計金額", "Minimum purchase");
pub const MIN_PURCHASE_HINT: Text = t(
    "景品の上限を決める「取引価額」にもなります。0 なら来店だけで使え、取引価額は ¥100 とみなします。",
    "Also the transaction value (取引価額) that limits the prizes. With 0 a visit is enough and counts as ¥100.",
);
pub const EXPECTED_SALES: Text = t("期間中の売上予定", "Expected sales");
pub const EXPECTED_SALES_HINT: Text = t(
    "対象店舗の期間中の売上予定総額。景品の総額（予算）はこの 2 % までです。同じ店舗・同じ時期の別のキャンペーンの予算も合算されます。",
    "Of these stores during the campaign. All prizes together (the budget) may be 2 % of it; the budgets of other campaigns at the same stores and time count too.",
);
pub const PLAYS_PER_DAY: Text = t("1 人 1 日の回数", "Plays per shopper and day");
pub const POLICY: Text = t("期待値の決め方", "How incentives are sized");
pub const POLICY_FLAT: Text = t(
    "どのお客様にも、景品表の重みのままの確率です。",
    "Everybody gets the odds of your own table.",
);
pub const POLICY_DISTANCE: Text = t(
    "遠い・しばらく来ていないお客様ほど期待値を上げ、よく来るお客様には下限に近づけます。",
    "More for those who are far or long away, near the floor for those who come anyway.",
);
pub const POLICY_LEARNED: Text = t(
    "はじめは距離と来店間隔に応じて決め、来店データの取り込みで結果がわかるにつれ、1 円がどれだけ来店を増やすかに合わせて決めます。",
    "By distance and lapse at first, and by what a yen does to visits as imported visits tell how draws turned out.",
);
pub const SAVE_DRAFT: Text = t("保存する", "Save");
pub const LOCKED: Text = t(
    "公開後に変えられない項目があります",
    "Some fields are fixed once published",
);
pub const LOCKED_ADVICE: Text = t(
    "お客様に示した確率を守るためです。名前・最終日・予算・売上予定・店舗の追加は変えられます。",
    "Shoppers were shown these odds. Names, last day, budget, expected sales and additional stores may change.",
);

// Preview.
pub const LIVE: Text = t("この内容でのお客様の見え方", "What shoppers would get");
pub const LIVE_LEAD: Text = t(
    "実際の抽選と同じ計算です。",
    "Computed by the very code that draws.",
);
pub const LIVE_INCOMPLETE: Text = t(
    "景品表を埋めると、ここに当選確率が表示されます。",
    "Fill in the prize table to see the odds here.",
);
pub const COLUMN_BASE: Text = t("重みのまま", "Your weights");
pub const COLUMN_NEAR: Text = t("近所の常連", "Near, regular");
pub const COLUMN_NEAR_LONG: Text = t(
    "500 m 以内・1 週間以内に来店・90 日に 8 回以上",
    "within 500 m, here this week, 8 visits or more in 90 days",
);
pub const COLUMN_FAR: Text = t("遠くて久しぶり", "Far, long away");
pub const COLUMN_FAR_LONG: Text = t(
    "5〜10 km・60 日以上来店なし",
    "5 to 10 km, not here for 60 days",
);
pub const EXPECTED: Text = t("期待値（1 回）", "Expected value");
pub const ODDS_FAIL_FLOOR: Text = t(
    "景品表では下限・上限の期待値に届きません。金額か下限・上限を見直してください。",
    "This table cannot reach the floor or ceiling. Change the prizes or the limits.",
);
pub const TO_BASIS: Text = t(
    "景品表示法の根拠を印刷する",
    "Print the basis under 景品表示法",
);
pub const BASIS: Text = t(
    "景品類の額の根拠（一般懸賞）",
    "Basis of the prizes’ values (general lottery, 一般懸賞)",
);
pub const BASIS_LEAD: Text = t(
    "お客様の会社の控えです。印刷するか PDF に保存して、キャンペーンの書類と一緒に保管してください。",
    "For your own files: print it or save it as a PDF, and keep it with the campaign’s papers.",
);
pub const BASIS_MADE: Text = t("作成日", "Made on");
pub const BASIS_RETAILER: Text = t("事業者", "Company");
pub const BASIS_CAMPAIGN: Text = t("キャンペーン", "Campaign");
pub const BASIS_PLAY: Text = t(
    "来店クーポンの抽選。参加は無料で、購入は参加の条件ではありません。",
    "A draw of coupons for a visit. Taking part is free and needs no purchase.",
);
pub const BASIS_TYPE: Text = t("提供の方法", "How prizes are given");
pub const BASIS_TRANSACTION: Text = t("取引価額", "Transaction value (取引価額)");
pub const BASIS_BY_VISIT: Text = t(
    "最低お会計金額を定めていないため、来店を取引とみなし、来店者への提供の原則の額である ¥100 とします。",
    "There is no minimum purchase: the visit is the transaction, and ¥100, the amount in principle for visitors, is taken.",
);
pub const BASIS_BY_PURCHASE: Text = t(
    "クーポンを使うのに必要な最低お会計金額です。",
    "It is the minimum purchase that a coupon asks for.",
);
pub const BASIS_BY_LEAST: Text = t(
    "最低お会計金額（{}）が ¥100 より低いため、原則の額である ¥100 とします。",
    "The minimum purchase ({}) is below ¥100, the amount in principle, which is taken.",
);
pub const BASIS_ONE: Text = t("景品 1 つの最高額", "Each prize");
pub const BASIS_ONE_TIMES: Text = t(
    "取引価額が ¥5,000 未満: その 20 倍まで（{} × 20 = {}）。",
    "Transaction value below ¥5,000: at most 20 times it ({} × 20 = {}).",
);
pub const BASIS_ONE_FIXED: Text = t(
    "取引価額（{}）が ¥5,000 以上: {} まで。",
    "Transaction value ({}) of ¥5,000 or more: at most {}.",
);
pub const BASIS_ALL: Text = t("景品の総額", "All prizes together");
pub const BASIS_ALL_RULE: Text = t(
    "懸賞に係る売上予定総額の 2 % まで（{} × 2 % = {}）。総額には、これを超えて発行されることのない予算を用いています。",
    "At most 2 % of the expected sales ({} × 2 % = {}). The budget is taken for the total: coupons beyond it are never issued.",
);
pub const BASIS_POOL: Text = t(
    "同じ店舗・同じ時期のキャンペーンとの合算",
    "Together with campaigns at the same stores and time",
);
pub const BASIS_POOL_RULE: Text = t(
    "重なりが最も大きい時点の {} 件の予算の合計です。売上は共通なので、最も大きい売上予定（{}）の 2 % を上限とします。",
    "The budgets of {} campaigns at the moment when most overlap. They share the same sales: the limit is 2 % of the largest expectation ({}).",
);
pub const BASIS_ALONE: Text = t(
    "期間中、同じ店舗で行うほかの公開済みキャンペーンはありません。",
    "No other published campaign runs at these stores meanwhile.",
);
pub const BASIS_LIMIT: Text = t("上限", "Limit");
pub const BASIS_IS: Text = t("このキャンペーン", "This campaign");
pub const BASIS_SUM: Text = t("合計", "Together");
pub const BASIS_WITHIN: Text = t("上限の中", "Within the limit");
pub const BASIS_OVER: Text = t("上限を超えています", "Above the limit");
pub const BASIS_SOURCE: Text = t(
    "出典: 懸賞による景品類の提供に関する事項の制限（昭和 52 年公正取引委員会告示第 3 号、平成 8 年改正）および同運用基準、景品類等の指定の告示の運用基準。",
    "Sources: 懸賞による景品類の提供に関する事項の制限 (Fair Trade Commission notice 3 of 1977, amended 1996) and its standards; 景品類等の指定の告示の運用基準.",
);
pub const BASIS_SIGNED: Text = t("確認者・日付", "Checked by, date");
pub const PRINT: Text = t("印刷する", "Print");
pub const LAW: Text = t("景品表示法の目安", "Limits for prizes (景品表示法)");
pub const LAW_ONE: Text = t(
    "景品 1 つの上限（取引価額 {}）",
    "One prize (transaction value {})",
);
pub const LAW_ALL: Text = t(
    "景品総額の上限（売上予定の 2 %）",
    "All prizes (2 % of the expected sales)",
);
pub const LAW_OK: Text = t("いまの内容は上限の中です。", "Within both limits.");
pub const LAW_OVER: Text = t(
    "上限を超えている項目があります。このままでは公開できません。",
    "Above a limit: it cannot be published like this.",
);
pub const LAW_NOTE: Text = t(
    "目安であり、法的助言ではありません。",
    "A guide, not legal advice.",
);
pub const TO_LINKS: Text = t("リンクとポスター", "Links and posters");
pub const WAYS: Text = t(
    "どこから来て、どこまで進んだか",
    "Where people came from, and how far",
);
pub const WAYS_NOTE: Text = t(
    "{} 日以内の最初のきっかけに数えます。きっかけがなくても来た人を含みます。効果は、レポートでホールドアウトと比べてください。",
    "Counted for what they came by first within {} days. Who would have come anyway is among them: what it brings about is in the report, against the holdout.",
);
pub const WAYS_NONE: Text = t("まだだれも来ていません。", "Nobody came yet.");
