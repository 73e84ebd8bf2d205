//! Sentences of the till.
#![allow(missing_docs, reason = "the names say which sentence it is")]

use app::lang::{Counted, Text};

const fn t(ja: &'static str, en: &'static str) -> Text {
    Text::new(ja, en)
}

const fn n(ja: &'static str, one: &'static str, many: &'static str) -> Counted {
    Counted::new(ja, one, many)
}

pub const NAME: Text = t("レジ", "Till");
pub const LEAD: Text = t(
    "お店のスタッフがクーポンを受け付ける画面です。",
    "Where staff take coupons at the counter.",
);
pub const TAB_TILL: Text = t("受付", "Take");
pub const TAB_TODAY: Text = t("今日の利用", "Today");
pub const TAB_SETTINGS: Text = t("設定", "Settings");
pub const TABS: Text = t("画面の切り替え", "Pages");
pub const SKIP: Text = t("本文へ", "Skip to content");

// Choosing a store.
pub const AT_STORE: Text = t("受付する店舗", "Store of this till");
pub const CHANGE_STORE: Text = t("変更", "Change");
pub const CHOOSE_STORE: Text = t("どの店舗で受け付けますか", "Which store is this till at?");
pub const CHOOSE_STORE_LEAD: Text = t(
    "この端末に記憶します。あとで設定から変えられます。",
    "This device remembers it. You can change it later in the settings.",
);
pub const FIND_STORE: Text = t("店舗名で探す", "Find by name");
pub const NO_STORE_FOUND: Text = t("その名前の店舗はありません。", "No store of that name.");
pub const NO_STORES: Text = t("受付できる店舗がまだありません", "No store to stand at yet");
pub const NO_STORES_ADVICE: Text = t(
    "責任者に、このアカウントを店舗に加えてもらってください。",
    "Ask the owner to add this account to a store.",
);

// Ready.
pub const READY: Text = t("クーポンを読み取る", "Take a coupon");
pub const SCAN: Text = t("カメラで読み取る", "Scan with the camera");
pub const SCAN_STOP: Text = t("カメラを止める", "Stop the camera");
pub const CLOSE: Text = t("閉じる", "Close");
pub const SCAN_AIM: Text = t(
    "QR コードを枠に入れてください",
    "Hold the QR code inside the frame",
);
pub const SCAN_OPENING: Text = t("カメラを準備しています", "Starting the camera");
pub const TORCH: Text = t("ライト", "Light");
pub const OR_TYPE: Text = t("番号を入力", "Type the digits");
pub const CODE: Text = t("クーポンのコード", "Coupon code");
pub const CODE_HINT: Text = t(
    "QR コードの下の 8 けた。紙のクーポンは 18 文字のコードです。空白や全角はそのままで大丈夫です。",
    "The eight digits under the QR code; on paper a code of 18 characters. Blanks and full-width forms do not matter.",
);
pub const PASTE: Text = t("貼り付け", "Paste");
pub const LOOK_UP: Text = t("内容を確認", "Look it up");
pub const LOOKING: Text = t("確認しています", "Looking it up");

// The camera says no.
pub const CAMERA_DENIED: Text = t(
    "カメラの使用が許可されていません",
    "The camera is not allowed",
);
pub const CAMERA_DENIED_ADVICE: Text = t(
    "アドレスバーの鍵のマークから、このサイトにカメラを許可してください。コードの入力でも受け付けられます。",
    "Allow the camera for this site from the lock in the address bar. Typing the code works as well.",
);
pub const CAMERA_MISSING: Text = t("カメラが見つかりません", "There is no camera");
pub const CAMERA_MISSING_ADVICE: Text = t(
    "QR コードの下に出ている 8 けたの番号を入力してください。",
    "Type the eight digits below the QR code.",
);
pub const CAMERA_BUSY: Text = t("カメラを使えません", "The camera is busy");
pub const CAMERA_BUSY_ADVICE: Text = t(
    "ほかのアプリを閉じて、もう一度お試しください。",
    "Close the other app that uses it and try again.",
);
pub const CAMERA_UNSUPPORTED: Text = t(
    "この画面ではカメラを開けません",
    "The camera cannot be opened here",
);
pub const CAMERA_UNSUPPORTED_ADVICE: Text = t(
    "Safari や Chrome で開き直すか、コードを入力してください。",
    "Open this page in Safari or Chrome, or type the code.",
);

// What it is worth.
pub const VALUE_OFF: Text = t(" 引き", " off");
pub const VALID_UNTIL: Text = t("有効期限", "Valid");
pub const MIN_PURCHASE: Text = t("条件", "Condition");
pub const MIN_PURCHASE_IS: Text = t("お会計 {} 以上", "Purchase of {} or more");
pub const NO_MIN_PURCHASE: Text = t("最低金額なし", "No minimum purchase");
pub const YEN_UNIT: Text = t("円", "yen");
pub const BASKET: Text = t("お会計の金額", "Amount of the purchase");
pub const BASKET_HINT: Text = t(
    "値引き前の金額。{} 以上で使えます。",
    "Before the discount. {} or more is needed.",
);
pub const BASKET_HINT_FREE: Text = t(
    "入力すると、値引きがお会計を超えません。",
    "With it, the discount never exceeds the purchase.",
);
pub const BASKET_NEEDED: Text = t(
    "お会計の金額を入力してください。",
    "Enter the amount of the purchase.",
);
pub const BASKET_NOT_YEN: Text = t("数字だけで入力してください。", "Digits only, please.");
pub const BASKET_BELOW: Text = t(
    "お会計が {} 以上のときに使えます。",
    "It can be used from {} on.",
);
pub const GIVES: Text = t("値引き {}", "Discount {}");
pub const REDEEM: Text = t("使う", "Redeem");
pub const REDEEMING: Text = t("受け付けています", "Redeeming");
pub const LEAVE_IT: Text = t("使わずに戻る", "Back, do not redeem");

// Yes.
pub const YES: Text = t("受け付けました", "Redeemed");
pub const YES_DO: Text = t("会計から {} を引いてください", "Take {} off the bill");
pub const YES_EARLIER: Text = t(
    "先ほどの送信が届いていました。二重には使われていません。",
    "Your earlier attempt had arrived. It was not used twice.",
);
pub const NEXT: Text = t("次のお客様", "Next customer");
pub const NEXT_SCAN: Text = t("次を読み取る", "Scan the next one");
pub const UNDO: Text = t("取り消す（あと {}）", "Undo ({} left)");
pub const UNDONE: Text = t("取り消しました", "Undone");
pub const UNDONE_ADVICE: Text = t(
    "クーポンは使う前の状態に戻りました。値引きも取り消してください。",
    "The coupon is as it was before. Take the discount back as well.",
);
pub const UNDO_OVER: Text = t("取り消せる時間を過ぎました", "Too late to undo");

// No.
pub const NO: Text = t("使えません", "Cannot be used");
pub const NO_UNKNOWN: Text = t(
    "この番号のクーポンはありません。",
    "No coupon has these digits now.",
);
pub const NO_NOT_OURS: Text = t(
    "来店のクーポンではない QR コードです。",
    "This QR code is not a Raiten coupon.",
);
pub const DO_NOT_OURS: Text = t(
    "アプリのクーポン画面を開いてもらい、そこの QR コードを読み取ってください。",
    "Ask for the coupon page of the app and scan the QR code there.",
);
pub const WHAT_TO_DO: Text = t("どうする？", "What to do");
pub const DO_ALREADY: Text = t(
    "値引きはしないでください。このレジの間違いなら、「今日の利用」から 10 分以内に取り消せます。",
    "Give no discount. If it was a slip at this till, undo it under “Today” within 10 minutes.",
);
pub const DO_EXPIRED: Text = t(
    "期限を過ぎているため、値引きはできません。アプリで次の抽選ができることをお伝えください。",
    "It is over, so no discount. Tell the customer that the next draw is open to them.",
);
pub const DO_OTHER_STORE: Text = t(
    "使える店舗をお伝えください。",
    "Tell the customer which store takes it.",
);
pub const DO_VOIDED: Text = t(
    "このクーポンは無効になっています。値引きはできません。",
    "This coupon was taken back. Give no discount.",
);
pub const DO_STALE: Text = t(
    "お客様にクーポンの画面を開いてもらい、いま出ている QR コードを読み取ってください。写真では受け付けないでください。",
    "Ask the customer to open the coupon and scan the QR code it shows now. Take no photos of it.",
);
pub const DO_BELOW: Text = t(
    "お会計の金額を確かめてください。条件に届けば使えます。",
    "Check the amount. It works once the minimum is reached.",
);
pub const DO_UNKNOWN: Text = t(
    "番号は 2 分で変わります。いま画面に出ている番号を確かめるか、画面を明るくして QR コードを読み取ってください。",
    "The digits change every two minutes: check what the screen shows now, or ask for a brighter screen and scan the QR code.",
);
pub const DO_PROBLEM: Text = t(
    "クーポンは使われていません。もう一度お試しください。",
    "The coupon was not used. Try again.",
);
pub const USED_AT: Text = t("{} に利用済み", "Redeemed {}");
pub const EXPIRED_AT: Text = t("{} に期限切れ", "Expired {}");
pub const AT_PLACE: Text = t("店舗: {}", "Store: {}");
pub const FIX_BASKET: Text = t("金額を直す", "Correct the amount");
pub const ANOTHER: Text = t("別のコード", "Another code");

// Unsure.
pub const UNSURE: Text = t("つながりません", "No connection");
pub const UNSURE_LOOKUP: Text = t(
    "クーポンを確認できませんでした。まだ何も使われていません。",
    "The coupon could not be looked up. Nothing was used.",
);
pub const UNSURE_REDEEM: Text = t(
    "受け付けを確認できませんでした。まだ値引きをしないでください。",
    "The redemption is not confirmed. Give no discount yet.",
);
pub const UNSURE_DO: Text = t(
    "電波の届く場所で、同じコードをもう一度送ってください。二重に使われることはありません。",
    "Send the same code again where there is a signal. It cannot be used twice.",
);
pub const SEND_AGAIN: Text = t("もう一度送る", "Send again");
pub const OFFLINE_NOW: Text = t(
    "いまオフラインです。つながるまで受け付けできません。",
    "You are offline. Coupons can be taken once you are connected.",
);

// Today.
pub const TODAY: Text = t("今日の利用", "Redeemed today");
pub const TODAY_SUM: Counted = n(
    "{} 件・値引き合計 {}",
    "{} coupon, {} given",
    "{} coupons, {} given",
);
pub const TODAY_NONE: Text = t("今日はまだありません", "None yet today");
pub const TODAY_NONE_ADVICE: Text = t(
    "受け付けたクーポンがここに並びます。間違えたときは 10 分以内に取り消せます。",
    "Coupons taken at this store appear here. A slip can be undone for 10 minutes.",
);
pub const CODE_ENDS: Text = t("コードの末尾 {}", "Code ends {}");
pub const REVERSED: Text = t("{} に取り消し", "Undone {}");
pub const RELOAD: Text = t("更新", "Reload");

// Stamps.
pub const STAMPED: Text = t("スタンプを押しました", "Stamp given");
pub const STAMPED_BEFORE: Text = t(
    "この来店のスタンプは押してあります",
    "This visit has its stamp",
);
pub const STAMPS_N: Counted = n("これで {} 個", "{} stamp now", "{} stamps now");
pub const STAMPED_DO: Text = t(
    "クーポンがあれば、続けて読み取ってください。",
    "If there is a coupon, scan it next.",
);

// The store's screen.
pub const SCREEN_TITLE: Text = t("来店チェックイン", "Check in here");
pub const SCREEN_LEAD: Text = t(
    "スマートフォンのカメラで読み取ってください。",
    "Point your phone’s camera at the code.",
);
pub const SCREEN_EVERY: Text = t(
    "コードは 30 秒ごとに変わります。",
    "The code changes every half minute.",
);
pub const SCREEN_LEAVE: Text = t("設定に戻る", "Back to the settings");
pub const SCREEN_SHOW: Text = t(
    "お客様用のチェックイン画面を出す",
    "Show the check-in screen for shoppers",
);

// Settings.
pub const SETTINGS: Text = t("設定", "Settings");
pub const LANGUAGE: Text = t("表示の言語", "Language");
pub const SIGNED_IN_AS: Text = t("ログイン中", "Signed in as");

// Invitation.
pub const INVITED: Text = t("{} からの招待", "Invited by {}");
pub const INVITED_LEAD: Text = t(
    "名前とパスワードを決めると、レジでクーポンを受け付けられます。",
    "Choose a name and a password to take coupons at the till.",
);
pub const INVITED_STORES: Text = t("受付できる店舗", "Stores");
pub const INVITED_UNTIL: Text = t("招待の期限", "Invitation valid");
pub const YOUR_NAME: Text = t("お名前", "Your name");
pub const YOUR_NAME_HINT: Text = t(
    "「今日の利用」に表示されます。",
    "Shown in the list of redemptions.",
);
pub const NEW_PASSWORD: Text = t("パスワード", "Password");
pub const NEW_PASSWORD_HINT: Text = t(
    "10 文字以上。覚えやすい言葉をいくつか並べるのがおすすめです。",
    "10 characters or more. A few words in a row are easy to remember.",
);
pub const PASSWORD_SHORT: Text = t("10 文字以上にしてください。", "At least 10 characters.");
pub const NAME_EMPTY: Text = t("お名前を入力してください。", "Enter your name.");
pub const ACCEPT: Text = t("はじめる", "Start");
pub const TO_LOGIN: Text = t("ログイン画面へ", "To the login");
pub const LOADING: Text = t("読み込み中", "Loading");
pub const NOT_FOUND: Text = t("ページが見つかりません", "No such page");
pub const TO_START: Text = t("レジの画面へ", "To the till");
