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
