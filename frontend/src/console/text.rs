//! Sentences of the console's frame and of what its pages share.
#![allow(missing_docs, reason = "the names say which sentence it is")]

use app::lang::{Counted, Text};

const fn t(ja: &'static str, en: &'static str) -> Text {
    Text::new(ja, en)
}

const fn n(ja: &'static str, one: &'static str, many: &'static str) -> Counted {
    Counted::new(ja, one, many)
}

pub const NAME: Text = t("管理", "Console");
pub const LEAD: Text = t(
    "店舗・キャンペーン・スタッフを管理し、来店の記録を見る画面です。",
    "Where owners run stores, campaigns and staff, and see the visits.",
);
pub const SKIP: Text = t("本文へ", "Skip to content");
pub const PAGES: Text = t("管理メニュー", "Console pages");
pub const NAV_STORES: Text = t("店舗", "Stores");
pub const NAV_CAMPAIGNS: Text = t("キャンペーン", "Campaigns");
pub const NAV_STAFF: Text = t("スタッフ", "Staff");
pub const NAV_REPORT: Text = t("レポート", "Report");
pub const NAV_ACTIVITY: Text = t("操作記録", "Activity");
pub const KEEP: Text = t("やめておく", "Keep it");
pub const TO_TILL: Text = t("レジの画面へ", "To the till");
pub const NOT_FOUND: Text = t("ページが見つかりません", "No such page");
pub const NOT_FOUND_ADVICE: Text = t(
    "メニューから選び直してください。",
    "Choose a page from the menu.",
);

pub const SAVE: Text = t("保存する", "Save");
pub const CANCEL: Text = t("キャンセル", "Cancel");
pub const BACK: Text = t("一覧へ戻る", "Back to the list");
pub const CLOSE: Text = t("閉じる", "Close");
pub const FIX_FIELDS: Text = t("入力内容を確認してください", "Some fields need attention");
pub const FIX_FIELDS_ADVICE: Text = t(
    "赤い文字の項目を直してから、もう一度保存してください。",
    "Correct the fields marked in red and save again.",
);
pub const NOT_A_NUMBER: Text = t("数字で入力してください。", "Enter a number.");
pub const NOT_A_DAY: Text = t("日付を選んでください。", "Choose a day.");
pub const MORE: Text = t("さらに表示", "Show more");
pub const SHOWN_OF: Text = t("{} 件中 {} 件を表示", "{} in all, {} shown");
pub const COPY: Text = t("コピー", "Copy");
pub const COPIED: Text = t("コピーしました", "Copied");
pub const YEN_UNIT: Text = t("円", "yen");
pub const DAYS_UNIT: Text = t("日", "days");
pub const TIMES_UNIT: Text = t("回", "times");
pub const DAYS_N: Counted = n("{} 日", "{} day", "{} days");
pub const TIMES_N: Counted = n("{} 回", "{} time", "{} times");
