use app::lang::Text;

pub const NEWER: Text = Text::new("新しい版があります", "A new version is ready");
pub const UPDATE: Text = Text::new("更新", "Update");
pub const LATER: Text = Text::new("あとで", "Later");

pub const INSTALL_TITLE: Text = Text::new("ホーム画面に置く", "Keep it on your home screen");
pub const INSTALL_WHY: Text = Text::new(
    "お店で、すぐにクーポンを出せます。アプリのダウンロードは要りません。",
    "Your coupons are one tap away at the till. No app to download.",
);
pub const INSTALL_ADD: Text = Text::new("ホーム画面に追加", "Add to home screen");
pub const INSTALL_SHARE: Text = Text::new("共有ボタンをタップ", "Tap the share button");
pub const INSTALL_HOME: Text = Text::new(
    "「ホーム画面に追加」をえらぶ",
    "Choose “Add to Home Screen”",
);
pub const INSTALL_APART: Text = Text::new(
    "いま持っているクーポンは、これまでどおり Safari の中にあります。",
    "The coupons you hold now stay in Safari.",
);
pub const INSTALL_NO: Text = Text::new("いまはしない", "Not now");

pub const AN_APP: Text = Text::new("アプリ", "another app");
pub const INSIDE: Text = Text::new("{} の中で開いています", "You are inside {}");
pub const OUTSIDE_START: Text = Text::new(
    "ここで当てたクーポンは {} の中に残り、消えることもあります。ブラウザで開いてから遊ぶのがおすすめです。",
    "What you win here stays inside {} and may be forgotten by it. Better open the page in your browser first.",
);
pub const OUTSIDE_POSITION: Text = Text::new(
    "{} の中では、現在地を使えないことがあります。ブラウザで開くか、駅をえらんでください。",
    "Your position may not be available inside {}. Open the page in your browser, or pick a station.",
);
pub const OUTSIDE_WALLET: Text = Text::new(
    "クーポンは {} の中にだけ残っています。お店でも、ここから開いてください。リンクを自分あてに送っておくと安心です。",
    "Your coupons are kept inside {} only. Open the page from there at the shop as well; sending yourself the link helps.",
);
pub const OPEN_BROWSER: Text = Text::new("ブラウザで開く", "Open in the browser");
pub const OPEN_SAFARI: Text = Text::new("Safari で開く", "Open in Safari");
pub const OPEN_CHROME: Text = Text::new("Chrome で開く", "Open in Chrome");
pub const MENU_LINE: Text = Text::new(
    "開かないときは、画面のすみの「︙」から「ブラウザで開く」をえらびます。",
    "If that does nothing: choose “Open in browser” under “⋮” in the corner.",
);
pub const MENU_CORNER: Text = Text::new(
    "画面右上の「…」から「ブラウザで開く」をえらんでも開けます。",
    "Or choose “Open in browser” under “…” at the top right.",
);
pub const MENU_SOMEWHERE: Text = Text::new(
    "メニューの「ブラウザで開く」「Safari で開く」からも開けます。",
    "Or choose “Open in browser” or “Open in Safari” in the app's menu.",
);
pub const COPY: Text = Text::new("リンクをコピー", "Copy the link");
pub const COPIED: Text = Text::new("コピーしました", "Copied");
