//! Sentences of the activity log. What somebody did is said by [`app::audit::Action::sentence`].
#![allow(missing_docs, reason = "the names say which sentence it is")]

use app::lang::Text;

const fn t(ja: &'static str, en: &'static str) -> Text {
    Text::new(ja, en)
}

pub const LOG: Text = t("操作記録", "Activity log");
pub const LEAD: Text = t(
    "いつ、誰が、どこで、何をしたかの記録です。鍵と番号の付いた記録は前の記録とつながっていて、あとから変えたり消したりすると分かります。",
    "Who did what, when and where. An entry with a lock and a number is chained to the one before it: changing or removing it later would show.",
);
pub const EXPORT: Text = t("全件の書き出し", "Export all");
pub const AS_CSV: Text = t("CSV", "CSV");
pub const AS_LINES: Text = t("JSON Lines（検証用）", "JSON Lines (to verify)");

pub const FILTERS: Text = t("絞り込み", "Filter");
pub const FILTERS_ON: Text = t("絞り込み（{}）", "Filter ({})");
pub const NO_FILTERS: Text = t("条件をすべて外す", "Clear all");
pub const ABOUT: Text = t("種類", "About");
pub const PERSON: Text = t("人", "Person");
pub const STORE: Text = t("店舗", "Store");
pub const FIND_STORE: Text = t("店舗名で探す", "Find a store");
pub const FROM: Text = t("開始日", "First day");
pub const UNTIL: Text = t("最終日", "Last day");
pub const EVERYTHING: Text = t("すべて", "Everything");
pub const EVERYBODY: Text = t("全員", "Everybody");
pub const EVERYWHERE: Text = t("すべての店舗", "All stores");
pub const COUPONS: Text = t("クーポン", "Coupons");
pub const CAMPAIGNS: Text = t("キャンペーン", "Campaigns");
pub const STORES: Text = t("店舗", "Stores");
pub const PEOPLE: Text = t("人とログイン", "People and sign-ins");

pub const NONE: Text = t("まだ記録がありません", "Nothing has happened yet");
pub const NONE_ADVICE: Text = t(
    "誰かが何かをすると、ここに残ります。",
    "Whatever anybody does will stand here.",
);
pub const NONE_FOUND: Text = t("条件に合う記録はありません", "Nothing matches");
pub const NONE_FOUND_ADVICE: Text = t(
    "期間を広げるか、条件を外してください。",
    "Choose other days, or fewer conditions.",
);
pub const OLDER: Text = t("さらに古い記録", "Older entries");
pub const ALL_SHOWN: Text = t("これより古い記録はありません。", "There is nothing older.");
pub const SEALED: Text = t("改ざん検知の番号", "Chained as number");
pub const BEFORE: Text = t("変更前", "before:");
pub const AFTER: Text = t("変更後", "after:");
pub const NOTHING: Text = t("なし", "none");
pub const CHANGED: Text = t("変更", "changed");

// What changed, or how much.
pub const DISCOUNT: Text = t("値引き", "Discount");
pub const FACE_VALUE: Text = t("額面", "Face value");
pub const BASKET: Text = t("お会計", "Purchase");
pub const COUPON_COUNT: Text = t("枚数", "Coupons");
pub const RELEASED: Text = t("予算に戻した額", "Back to the budget");
pub const REASON: Text = t("理由", "Why");
pub const BUDGET: Text = t("予算", "Budget");
pub const NAME: Text = t("名前", "Name");
pub const NAME_EN: Text = t("英語の名前", "Name in English");
pub const ROWS: Text = t("読み取った行", "Rows read");
pub const IMPORTED: Text = t("追加した店舗", "Stores added");
pub const STORE_COUNT: Text = t("店舗の数", "Stores");
pub const PRIZES: Text = t("景品表", "Prize table");
pub const PRIZE: Text = t("{}（重み {}）", "{} (weight {})");
pub const PRIZE_OF: Text = t("{}（重み {}・{} 本）", "{} (weight {}, {} of them)");
pub const FLOOR: Text = t("期待値の下限", "Lowest expected value");
pub const CEILING: Text = t("期待値の上限", "Highest expected value");
pub const VALID_DAYS: Text = t("有効期間（日）", "Days valid");
pub const MIN_PURCHASE: Text = t("最低お会計金額", "Minimum purchase");
pub const EXPECTED_SALES: Text = t("売上予定", "Expected sales");
pub const POLICY: Text = t("期待値の決め方", "Sizing");
pub const HELD_OUT: Text = t("対照群", "Held out");
pub const HELD_OUT_OF_EACH: Text = t("各キャンペーンの対照群", "Held out of each campaign");
pub const PLAYS_PER_DAY: Text = t("1 人 1 日の回数", "Plays per day");
pub const STARTS: Text = t("開始日", "First day");
pub const ENDS: Text = t("最終日", "Last day");
pub const STATUS: Text = t("状態", "Status");
pub const POSITION: Text = t("位置", "Position");
pub const NUMBER: Text = t("店舗番号", "Store number");
pub const ADDRESS: Text = t("住所", "Address");
pub const TO_SUPPORT: Text = t("お客様の履歴を照会", "Look a shopper up");
