//! What is said when somebody comes to a store.

use app::lang::{Counted, Text};

/// The store's name in it.
pub(super) const HERE: Text = Text::new("{}の近くです", "You are near {}");
pub(super) const COUPON: Text = Text::new(
    "この店で使えるクーポンがあります。",
    "You have a coupon for this shop.",
);
pub(super) const SHOW_COUPON: Text = Text::new("クーポンを見る", "Show the coupon");
pub(super) const PLAYS: Counted = Counted::new(
    "きょう、あと {} 回まわせます。",
    "You can play once more today.",
    "You can play {} more times today.",
);
pub(super) const PLAY: Text = Text::new("カプセルをまわす", "Turn the capsule");
pub(super) const CLOSE: Text = Text::new("閉じる", "Close");
