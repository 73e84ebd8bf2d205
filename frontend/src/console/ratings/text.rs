//! Sentences of the page of ratings.
#![allow(missing_docs, reason = "the names say which sentence it is")]

use app::lang::{Counted, Text};

const fn t(ja: &'static str, en: &'static str) -> Text {
    Text::new(ja, en)
}

pub const TITLE: Text = t("お客様の評価", "What shoppers thought");
pub const LEAD: Text = t(
    "クーポンを使った人に、14 日に 1 回まで、ひと押しで聞いています。{} 日分です。",
    "Who used a coupon is asked once in 14 days at most, and answers by one tap. Of the last {} days.",
);
pub const TO_REPORT: Text = t("レポートへ", "To the report");
pub const CSV: Text = t("感想も含めて CSV で保存", "Save with comments as CSV");
pub const NOT_ENOUGH: Text = t("まだ十分な回答がありません", "Not enough answers yet");
pub const NOT_ENOUGH_ADVICE: Text = t(
    "10 人以上が答えると、ここに表示されます。だれの評価かは分からないようにしています。",
    "They are shown once ten people have answered, so that nobody can be told apart.",
);
pub const STARS: Counted = Counted::new("星 {}", "{} star", "{} stars");
pub const ANSWERS: Counted = Counted::new("{} 件", "{} answer", "{} answers");
pub const COLUMN_STARS: Text = t("評価", "Stars");
pub const COLUMN_ANSWERS: Text = t("件数", "Answers");
pub const ALL: Text = t("回答", "Answers");
