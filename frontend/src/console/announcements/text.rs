//! Sentences of what is announced to shoppers.

use app::lang::{Counted, Text};

const fn t(ja: &'static str, en: &'static str) -> Text {
    Text::new(ja, en)
}

const fn n(ja: &'static str, one: &'static str, many: &'static str) -> Counted {
    Counted::new(ja, one, many)
}

pub const TITLE: Text = t("お知らせ", "Messages");
pub const LEAD: Text = t(
    "通知を許可したお客様のうち、近くにいる人へキャンペーンをお知らせします。1 人に 1 日 1 通、週 3 通まで（他社の分も合わせて）。夜 9 時〜朝 9 時は送りません。",
    "Tell shoppers near you, of those who allowed it, about a campaign. One a day and three a week for each, other companies’ included; nothing from 21 to 9 h.",
);
pub const TO_CAMPAIGNS: Text = t("キャンペーンへ", "To the campaigns");
pub const NEW: Text = t("新しいお知らせ", "A new message");
pub const CAMPAIGN: Text = t("キャンペーン", "Campaign");
pub const NO_CAMPAIGN: Text = t(
    "公開中のキャンペーンがありません",
    "No campaign is published",
);
pub const NO_CAMPAIGN_ADVICE: Text = t(
    "お知らせは、公開中のキャンペーンについて送れます。先にキャンペーンを公開してください。",
    "A message is about a campaign that is published. Publish one first.",
);
pub const KIND: Text = t("どんなお知らせ", "What about");
pub const TITLE_FIELD: Text = t("タイトル", "Title");
pub const TITLE_EN: Text = t("タイトル（英語）", "Title in English");
pub const BODY: Text = t("本文", "Text");
pub const BODY_EN: Text = t("本文（英語）", "Text in English");
pub const WITHIN: Text = t("お店から", "Within");
pub const WITHIN_HINT: Text = t(
    "対象店舗からこの距離にいた人へ送ります。",
    "To those who were this near to one of the campaign’s stores.",
);
pub const KM_UNIT: Text = t("km 以内", "km of a store");
pub const WHO: Text = t("誰に", "To whom");
pub const EVERYBODY: Text = t("来店の有無を問わず", "Whoever is near");
pub const REGULARS: Text = t("30 日以内に来店した人", "Who came in the last 30 days");
pub const LAPSED: Text = t("31 日以上来ていない人", "Who has not come for 31 days");
pub const STRANGERS: Text = t("来店の記録がない人", "Who never came, as far as is known");
pub const MONTH: Text = t("お誕生月", "Month of birth");
pub const MONTH_N: Text = t("{} 月", "Month {}");
pub const STARTS: Text = t("送り始め", "From");
pub const STARTS_HINT: Text = t("空なら、すぐに送ります。", "Empty: now.");
pub const OVER: Text = t("終わり", "Until");
pub const OVER_HINT: Text = t(
    "この時刻を過ぎたら送りません。日本時間です。",
    "Nothing is sent after it. Japanese time.",
);
pub const NO_MOMENT: Text = t("日付と時刻を入れてください。", "Enter a day and a time.");
pub const NO_NUMBER: Text = t("半角の数字で入力してください。", "Enter a number.");
pub const LOOK: Text = t("人数と見え方を確かめる", "See to whom, and how it looks");
pub const ABOUT_N: Counted = n(
    "約 {} 人に届く見込みです",
    "It would go to about {}",
    "It would go to about {}",
);
pub const FEW: Text = t("10 人より少ない見込みです", "It would go to fewer than ten");
pub const PREVIEW_NOTE: Text = t(
    "このうち、比較のためにお送りしない人（ホールドアウト）と、今週すでに十分お知らせが届いた人には送られません。",
    "Of these, who is held out for comparison, and who was written to often enough this week, hears nothing.",
);
pub const REASON_SAMPLE: Text = t("今日いた場所の近く", "near where you were today");
pub const SEND: Text = t("配信する", "Send it");
pub const SEND_WHAT: Text = t(
    "お客様の端末に通知が届きます。送った分は取り消せません。",
    "It comes to people’s phones. What is sent cannot be taken back.",
);
pub const SEND_REALLY: Text = t("はい、配信する", "Yes, send it");
pub const CHANGE: Text = t("直す", "Change it");
pub const SENT_NOTE: Text = t("配信を始めました", "It is being sent");
pub const LIST: Text = t("配信したお知らせ", "What was sent");
pub const LIST_NONE: Text = t("まだありません。", "Nothing yet.");
pub const SELECTING: Text = t("相手を探しています", "Finding out for whom");
pub const SENDING: Text = t("配信中", "Sending");
pub const WAITS: Text = t("開始待ち", "Waits for its time");
pub const STOPPED: Text = t("停止", "Stopped");
pub const DONE: Text = t("完了", "Done");
pub const STOP: Text = t("止める", "Stop");
pub const STOP_WHAT: Text = t(
    "まだ送っていない人には、もう送られません。",
    "Who has not got it yet will not get it.",
);
pub const STOP_REALLY: Text = t("はい、止める", "Yes, stop it");
pub const SENT: Text = t("送った", "Sent");
pub const WAITING: Text = t("これから", "To come");
pub const NOT_SENT: Text = t("送らない", "Not sent");
pub const OPENED: Text = t("表示 {} · 開封 {}", "Shown {} · opened {}");
pub const ONLY_BROWSERS: Text = t(
    "表示と開封が分かるのは、ブラウザの通知だけです",
    "only browsers tell what was shown and opened",
);
pub const WHY_NOT: Text = t("送らなかった理由", "Why not");
pub const HELD_OUT: Text = t("比較のため（ホールドアウト）", "Held out for comparison");
pub const CAPPED: Text = t("お知らせの上限（週 3 通）", "Written to often enough");
pub const TOO_LATE: Text = t(
    "夜間のまま期限切れ、または終了",
    "It was night until its end, or it was over",
);
pub const MUTED: Text = t(
    "この会社を受け取らない設定",
    "Want to hear nothing of this company",
);
pub const NO_CONSENT: Text = t(
    "許可の取り消し・端末や場所が不明",
    "No longer allow it, no phone, or nowhere known",
);
pub const FAILED: Text = t("届かなかった", "Could not be delivered");
pub const NOT_ANY_MORE: Text = t("停止した", "Stopped before");
pub const AFTERWARDS: Text = t("お知らせの後の動き", "What they did afterwards");
pub const AFTERWARDS_NOTE: Text = t(
    "送った人の {} 日間の動きです。お知らせがなくても来た人を含みます。お知らせの効果は、レポートでホールドアウトと比べてください。",
    "Of those who were sent it, within {} days. Who would have come anyway is among them: what messages do is in the report, against the holdout.",
);
pub const NARROWER: Text = t("さらに絞り込む", "More narrowly");
pub const TIMES: Text = t("90 日間の来店", "Visits in 90 days");
pub const HOWEVER_OFTEN: Text = t("回数を問わず", "However often");
pub const NO_TIMES: Text = t("なし", "None");
pub const ONE_TIME: Text = t("1 回", "Once");
pub const TWO_TIMES: Text = t("2〜3 回", "2 or 3 times");
pub const FOUR_TIMES: Text = t("4〜7 回", "4 to 7 times");
pub const EIGHT_TIMES: Text = t("8 回以上", "8 times and more");
pub const COUPONS: Text = t("自社のクーポン", "Your coupons");
pub const ANY_COUPONS: Text = t("問わない", "Whatever they did");
pub const USED_LATELY: Text = t("最近使った人", "Used one lately");
pub const HOLDS_ONE: Text = t("使える 1 枚を持っている人", "Hold one that is good");
pub const NEVER_USED: Text = t("使ったことがない人", "Never used any");
pub const USED_WITHIN: Text = t("使った時期（この日数以内）", "Used within");
pub const AREA: Text = t("お客様が選んだエリア", "Area that they chose");
pub const ANY_AREA: Text = t("問わない", "Whichever, or none");
