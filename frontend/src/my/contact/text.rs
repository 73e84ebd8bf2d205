use app::lang::{Counted, Text};

const fn t(ja: &'static str, en: &'static str) -> Text {
    Text::new(ja, en)
}

pub const TITLE: Text = t("お知らせ", "Messages");
pub const LEAD: Text = t(
    "近くのお店のタイムセールや、お持ちのクーポンの期限を、この端末にお知らせします。届くのは、許可したときだけです。",
    "Time sales of stores near you, and coupons of yours that end soon, sent to this phone. Only if you allow it.",
);
/// The words that are agreed to: another text is another `app::contact::CONSENT_TEXT`.
pub const PROMISES: [Text; 4] = [
    t(
        "1 日 1 通、1 週間に 3 通まで。全部のお店を合わせてです。",
        "At most one a day and three a week, from all stores together.",
    ),
    t(
        "夜 9 時から朝 9 時までは届きません。",
        "Nothing between 9 in the evening and 9 in the morning.",
    ),
    t(
        "使うのは、許可した約 1 km 四方のマス目か、選んだエリアだけ。理由と、いつの場所かを添えます。",
        "By the square of about 1 km that you allowed, or the area you chose. Each says why, and of when the place is.",
    ),
    t(
        "いつでも 1 回押すだけで止められます。",
        "One tap ends it, at any time.",
    ),
];
pub const ALLOW: Text = t("お知らせを受け取る", "Allow messages");
pub const ALLOW_HERE: Text = t("この端末でも受け取る", "Also on this phone");
pub const REFUSED: Text = t("許可されませんでした", "Not allowed");
pub const REFUSED_ADVICE: Text = t(
    "お知らせは届きません。気が変わったら、もう一度押してください。",
    "Nothing will come. Press again if you change your mind.",
);
pub const FAILED: Text = t("登録できませんでした", "It could not be set up");
pub const FAILED_ADVICE: Text = t(
    "ブラウザの通知サービスにつながりません。電波のよい所で、もう一度お試しください。",
    "The browser’s push service cannot be reached. Try again where the connection is good.",
);
pub const DENIED: Text = t(
    "このブラウザで通知がオフになっています",
    "Notifications are off in this browser",
);
pub const DENIED_ADVICE: Text = t(
    "受け取るには、ブラウザの設定で、このサイトの通知を許可してください。",
    "To get messages, allow notifications for this site in the browser’s settings.",
);
pub const HOME_SCREEN: Text = t(
    "iPhone では、ホーム画面に追加すると受け取れます",
    "On an iPhone, add it to the home screen first",
);
pub const HOME_SCREEN_STEPS: [Text; 3] = [
    t(
        "Safari の共有ボタン（□に↑）を押す",
        "Press Safari’s share button (□ with ↑)",
    ),
    t("「ホーム画面に追加」を選ぶ", "Choose “Add to Home Screen”"),
    t(
        "ホーム画面の「来店」から、もう一度このページを開く",
        "Open this page again from “来店” on the home screen",
    ),
];
pub const HOME_SCREEN_NEEDS: Text = t("iOS 16.4 以降が必要です。", "iOS 16.4 or later is needed.");
pub const UNABLE: Text = t(
    "このブラウザでは受け取れません",
    "This browser cannot get messages",
);
pub const UNABLE_ADVICE: Text = t(
    "Chrome、Safari、Firefox、Edge の最新版でお試しください。",
    "Try a recent Chrome, Safari, Firefox or Edge.",
);
pub const ON: Text = t("お知らせは届きます", "Messages are on");
pub const ON_SINCE: Text = t("{} から", "Since {}");
pub const BROWSERS: Counted = Counted::new(
    "{} 台の端末",
    "{} phone or browser",
    "{} phones or browsers",
);
pub const STOP: Text = t("お知らせを止める", "Stop all messages");
pub const STOPPED: Text = t("お知らせを止めました", "Messages are stopped");
pub const CHOICE: Text = t("どのくらい", "How much");
pub const PER_WEEK: Text = t("1 週間に", "In a week");
pub const PER_WEEK_N: Counted = Counted::new("{} 通まで", "At most {}", "At most {}");
pub const BIRTH_MONTH: Text = t("お誕生月", "Month of birth");
pub const BIRTH_MONTH_HINT: Text = t(
    "お誕生月のお知らせにだけ使います。",
    "Only for messages in your birthday month.",
);
pub const NOT_TOLD: Text = t("知らせない", "Rather not say");
pub const MONTH: Text = t("{} 月", "Month {}");
pub const SAVE: Text = t("保存する", "Save");
pub const SAVED: Text = t("保存しました", "Saved");
pub const SENT: Text = t("届いたお知らせ", "What was sent");
pub const SENT_NONE: Text = t("まだありません。", "Nothing yet.");
pub const LOCATED: Text = t("{} にいた場所による", "By where you were on {}");
pub const BY_AREA: Text = t("選んだエリアによる", "By the area you chose");
pub const BY_COUPON: Text = t("お持ちのクーポンによる", "By a coupon you hold");
pub const MUTE: Text = t("この会社からは受け取らない", "Nothing from this company");
pub const MUTED: Text = t("受け取らない会社", "Companies you hear nothing of");
pub const UNMUTE: Text = t("また受け取る", "Hear of it again");
pub const TO_CONTACT: Text = t("お知らせの設定", "Messages");
