use app::lang::{Counted, Text};

const fn t(ja: &'static str, en: &'static str) -> Text {
    Text::new(ja, en)
}

pub const TITLE: Text = t("お知らせ", "Messages");
pub const LEAD: Text = t(
    "近くのお店のタイムセールや、お持ちのクーポンの期限をお知らせします。届くのは、許可したときだけです。",
    "Time sales of stores near you, and coupons of yours that end soon. Only if you allow it.",
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
pub const STOP_BROWSERS: Text = t("ブラウザへのお知らせを止める", "Stop messages to browsers");
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

pub const BROWSER: Text = t("ブラウザの通知", "By this browser");
pub const LOOK_AGAIN: Text = t("いまの状態を見る", "See how it stands now");

pub const MAIL: Text = t("メール", "E-mail");
pub const MAIL_ADDRESS: Text = t("メールアドレス", "E-mail address");
pub const MAIL_HINT: Text = t(
    "確認のメールが 1 通届きます。リンクを開いてボタンを押すまで、お知らせは送られません。アドレスは暗号化して保管し、お知らせのほかには使いません。",
    "One message comes that asks whether it is yours. Nothing else is sent until you open its link and press the button. The address is kept encrypted, and used for these messages only.",
);
pub const MAIL_ASK: Text = t("確認のメールを送る", "Send the message that asks");
pub const MAIL_ASKED: Text = t("{} に確認のメールを送りました", "A message was sent to {}");
pub const MAIL_ASKED_ADVICE: Text = t(
    "24 時間以内に、メールのリンクを開いてボタンを押してください。届かないときは、迷惑メールのフォルダーとアドレスを見てください。同じアドレスへ送るのは 1 日 3 通までです。",
    "Open its link within 24 hours and press the button. If it does not come, look among the spam, and at the address. At most three a day go to one address.",
);
pub const MAIL_AGAIN: Text = t("もう一度送る", "Send it again");
pub const MAIL_SENT_AGAIN: Text = t("もう一度送りました", "Sent again");
pub const MAIL_FORGET: Text = t("アドレスを消す", "Forget the address");
pub const MAIL_FORGOTTEN: Text = t("アドレスを消しました", "The address is erased");
pub const MAIL_ON: Text = t("{} に届きます", "Messages go to {}");
pub const MAIL_STOP: Text = t(
    "メールを止めて、アドレスを消す",
    "Stop e-mails and erase the address",
);
pub const MAIL_BOUNCED: Text = t("{} には届きません", "Nothing arrives at {}");
pub const MAIL_BOUNCED_ADVICE: Text = t(
    "宛先が見つからないと返ってきました。アドレスを確かめて、もう一度登録してください。",
    "There is no such mailbox. Check the address and give it again.",
);

pub const LINE_HOW: Text = t(
    "公式アカウントのトークで、コードを 1 回送るとつながります。",
    "Send a code in the chat with the official account, once.",
);
pub const LINE_ASK: Text = t("LINE で受け取る", "Messages by LINE");
pub const LINE_FRIEND: Text = t(
    "LINE で公式アカウントを友だちに追加する",
    "Add the official account as a friend in LINE",
);
pub const LINE_SEND: Text = t("トークで、下のコードを送る", "Send this code in the chat");
pub const LINE_LOOK: Text = t(
    "ここに戻って「いまの状態を見る」を押す",
    "Come back here and press “See how it stands now”",
);
pub const LINE_UNTIL: Text = t("{} まで使えます。", "It works until {}.");
pub const LINE_ON: Text = t("LINE に届きます", "Messages come by LINE");
pub const LINE_STOP: Text = t("LINE のお知らせを止める", "Stop messages by LINE");
pub const LINE_STOPPED: Text = t(
    "LINE のお知らせを止めました",
    "Messages by LINE are stopped",
);
