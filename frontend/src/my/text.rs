use app::lang::{Counted, Text};

const fn t(ja: &'static str, en: &'static str) -> Text {
    Text::new(ja, en)
}

pub const SKIP: Text = t("本文へ", "Skip to content");
pub const MENU: Text = t("メニュー", "Menu");
pub const NEARBY: Text = t("近くのお店", "Nearby");
pub const WALLET: Text = t("クーポン", "Coupons");
pub const CARD: Text = t("カード", "Card");
pub const ABOUT: Text = t("しくみ", "How it works");
pub const NOT_FOUND: Text = t("ページが見つかりません", "No such page");
pub const TO_CARD: Text = t("カードへ", "To the card");

pub const CARD_TITLE: Text = t("マイカード", "My card");
pub const CARD_LEAD: Text = t(
    "お会計のときに見せてください。来店ごとにスタンプが 1 つ付きます。",
    "Show it when you pay. Each visit gives one stamp.",
);
pub const CARD_MOMENT: Text = t(
    "このコードは 1 分ごとに変わります。",
    "The code changes every minute.",
);
pub const OFFLINE: Text = t("電波がありません", "No connection");
pub const OFFLINE_ADVICE: Text = t(
    "カードを出すには通信が必要です。つながると、自動で表示します。",
    "The card needs a connection. It appears by itself once there is one.",
);
pub const STAMPS: Text = t("スタンプ", "Stamps");
pub const STAMPS_NONE: Text = t("まだスタンプはありません。", "No stamps yet.");
pub const STAMPS_N: Counted = Counted::new("{} 個", "{} stamp", "{} stamps");
pub const LAST: Text = t("最後の来店 {}", "Last visit {}");
pub const FAIR: Text = t(
    "スタンプとチェックインは、当選確率には影響しません。",
    "Stamps and check-ins never change your odds.",
);
pub const TO_HISTORY: Text = t(
    "わたしの記録を見る・消す",
    "See or erase what is kept of me",
);

pub const TO_DRAWS: Text = t("抽選を確かめる", "Check my draws");

pub const CHECK_IN: Text = t("チェックイン", "Check in");
pub const CHECKING_IN: Text = t("チェックインしています", "Checking in");
pub const CHECKED_IN: Text = t("チェックインしました", "You are checked in");
pub const CHECKED_IN_AT: Text = t("{} に記録しました。", "Noted at {}.");
pub const GOES_ON: Text = t(
    "さきほどの来店の続きとして記録しました。",
    "It counts as part of your visit just now.",
);
pub const NO_CODE: Text = t(
    "お店の QR コードを読み取ってください",
    "Scan the store’s QR code",
);
pub const NO_CODE_ADVICE: Text = t(
    "お店の画面に出ているコードを、スマートフォンのカメラで読み取ると、この画面にチェックインが出ます。",
    "Point your phone’s camera at the code on the store’s screen, and the check-in appears here.",
);

pub const HISTORY: Text = t("わたしの記録", "What is kept of me");
pub const HISTORY_LEAD: Text = t(
    "名前もメールも持っていません。この端末の番号に結びついた来店とクーポンの記録です。",
    "We have no name and no e-mail. These visits and coupons are kept by the number of this browser.",
);
pub const HISTORY_NONE: Text = t("まだ何もありません。", "Nothing yet.");
pub const CELLS: Counted = Counted::new(
    "約 1 km 四方のマス目: {} 日分（30 日で消えます）",
    "Squares of about 1 km: {} day (erased after 30)",
    "Squares of about 1 km: {} days (erased after 30)",
);
pub const VISITS: Counted = Counted::new("来店 {} 回", "{} visit", "{} visits");
pub const COUPONS: Counted = Counted::new("クーポン {} 枚", "{} coupon", "{} coupons");
pub const HELD_OUT: Text = t(
    "効果を確かめるため、この会社のオファーをお届けしていない期間があります。抽選で決まったもので、理由はほかにありません。",
    "To see what offers do, this company made you none for a while. It was drawn by lot, for no other reason.",
);
pub const BY_REDEMPTION: Text = t("クーポン", "coupon");
pub const BY_IMPORT: Text = t("会員番号", "member number");
pub const BY_CARD: Text = t("スタンプ", "stamp");
pub const BY_CHECK_IN: Text = t("チェックイン", "check-in");
pub const BY_DWELL: Text = t("お店での滞在", "stay at the store");
pub const MEMBER: Text = t("会員番号", "Member number");
pub const MEMBER_HINT: Text = t(
    "この会社の会員カードをお持ちなら、番号を登録できます。レジの記録があなたの来店として数えられます。番号そのものは残しません。",
    "If you have this company’s member card, give its number: visits that its tills know are then yours. The number itself is not kept.",
);
pub const MEMBER_SINCE: Text = t("会員番号を登録済み（{}）", "Member number given ({})");
pub const LINK: Text = t("登録する", "Give the number");
pub const UNLINK: Text = t("登録をやめる", "Take it back");
pub const EXPORT: Text = t("ファイルに保存", "Save as a file");
pub const ERASE: Text = t("すべて消す", "Erase everything");
pub const ERASE_WARNING: Text = t(
    "使っていないクーポンもスタンプもなくなり、元に戻せません。お店の帳簿に残る使用済みクーポンからは、あなたのものだと分からなくなります。",
    "Coupons you have not used and your stamps go too, and cannot be brought back. Coupons you used stay in the stores’ books, no longer as yours.",
);
pub const ERASE_REALLY: Text = t("ほんとうに消す", "Yes, erase everything");
pub const KEEP: Text = t("やめておく", "Keep it");
pub const ERASED: Text = t("すべて消しました", "Everything is erased");
pub const TO_START: Text = t("はじめの画面へ", "To the start");
