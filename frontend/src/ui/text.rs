use app::lang::{Counted, Text};

pub const LANGUAGE: Text = Text::new("言語", "Language");
pub const LOADING: Text = Text::new("読み込み中", "Loading");
pub const RETRY: Text = Text::new("もう一度試す", "Try again");
pub const OPTIONAL: Text = Text::new("任意", "optional");
pub const REQUEST_ID: Text = Text::new("受付番号", "Request id");
pub const OFFLINE: Text = Text::new("つながりません", "No connection");
pub const OFFLINE_ADVICE: Text = Text::new(
    "電波の届く場所で、もう一度お試しください。",
    "Move to where there is a signal and try again.",
);
pub const UNEXPECTED: Text = Text::new("うまくいきませんでした", "That did not work");
pub const UNEXPECTED_ADVICE: Text = Text::new(
    "少し待ってから、もう一度お試しください。",
    "Wait a moment and try again.",
);
pub const WAIT_SECONDS: Counted = Counted::new(
    "あと {} 秒ほどお待ちください。",
    "Please wait about {} second.",
    "Please wait about {} seconds.",
);
pub const LINE: Text = Text::new("{} 行目", "Line {}");
pub const QR_LABEL: Text = Text::new("クーポンの QR コード", "QR code of the coupon");
