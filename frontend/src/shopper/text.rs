use app::lang::Text;

pub const SKIP: Text = Text::new("本文へ", "Skip to content");
pub const MENU: Text = Text::new("メニュー", "Menu");
pub const NEARBY: Text = Text::new("近くのお店", "Nearby");
pub const WALLET: Text = Text::new("クーポン", "Coupons");
pub const ABOUT: Text = Text::new("しくみ", "How it works");
pub const NO_SESSION: Text = Text::new("はじめられませんでした", "We could not start");
pub const NOT_FOUND: Text = Text::new("ページが見つかりません", "Page not found");
pub const NOT_FOUND_ADVICE: Text = Text::new(
    "リンクが古いか、まちがっているようです。",
    "The link seems to be old or mistyped.",
);
pub const TO_NEARBY: Text = Text::new("近くのお店を見る", "See shops nearby");
pub const RETRY: Text = Text::new("もう一度試す", "Try again");
pub const OFFLINE: Text = Text::new("オフラインです", "You are offline");
pub const OFFLINE_ADVICE: Text = Text::new(
    "電波の届く場所でお試しください。つながると、自動で続きが出ます。",
    "Move to where there is a signal. The page goes on by itself.",
);
pub const OFFLINE_NEARBY: Text = Text::new(
    "お店を探すには接続が必要です。つながると、自動で表示します。",
    "Looking for shops needs a connection. They appear by themselves once there is one.",
);
pub const OFFLINE_PLAY: Text = Text::new(
    "カプセルをまわすには接続が必要です。つながると、自動で表示します。きょうの回数は減りません。",
    "The capsule machine needs a connection. It appears by itself once there is one, and no turn is lost.",
);
pub const OFFLINE_NOT_KEPT: Text = Text::new(
    "この端末には、まだ保存されていません。つながると、自動で表示します。",
    "Nothing is kept on this phone yet. It appears by itself once there is a connection.",
);
pub const OFFLINE_WALLET: Text = Text::new("持っているクーポンを見る", "See the coupons I hold");
pub const NO_COOKIES: Text = Text::new(
    "続きを覚えておけません",
    "This browser does not remember you",
);
pub const NO_COOKIES_ADVICE: Text = Text::new(
    "ブラウザの設定で Cookie を許可するか、Safari や Chrome で開きなおしてください。",
    "Allow cookies in its settings, or open the page in Safari or Chrome.",
);
pub const CARD: Text = Text::new("カード", "Card");
