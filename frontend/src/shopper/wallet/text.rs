use app::lang::Text;

pub const TITLE: Text = Text::new("クーポン", "Coupons");
pub const COUPON: Text = Text::new("クーポン", "Coupon");
pub const BACK: Text = Text::new("クーポン一覧", "All coupons");
pub const EMPTY: Text = Text::new("クーポンは\u{200b}まだありません", "No coupons yet");
pub const EMPTY_ADVICE: Text = Text::new(
    "近くのお店でカプセルをまわすと、ここに入ります。",
    "Turn a capsule machine at a shop nearby and what you win is kept here.",
);
pub const TO_NEARBY: Text = Text::new("近くのお店を見る", "See shops nearby");
pub const SOON: Text = Text::new("まもなく期限です", "Expiring soon");
pub const USABLE: Text = Text::new("つかえるクーポン", "Ready to use");
pub const FINISHED: Text = Text::new("終わったクーポン", "Finished");
pub const OFF: Text = Text::new("引き", "off");
pub const TODAY: Text = Text::new("きょうまで", "last day");
pub const TOMORROW: Text = Text::new("あしたまで", "until tomorrow");
pub const DAYS: Text = Text::new("あと {} 日", "{} days left");
pub const REDEEMED: Text = Text::new("使用済み", "Used");
pub const REDEEMED_AT: Text = Text::new("{} に使いました", "Used on {}");
pub const EXPIRED: Text = Text::new("期限切れ", "Expired");
pub const EXPIRED_AT: Text = Text::new("{} に期限が切れました", "Expired on {}");
pub const VOIDED: Text = Text::new("無効", "Withdrawn");
pub const VOIDED_ADVICE: Text = Text::new(
    "お店の都合で取り消されました。",
    "The shop has taken it back.",
);
pub const SHOW: Text = Text::new(
    "お会計のときに見せてください。",
    "Show this screen when you pay.",
);
pub const DIGITS: Text = Text::new("番号", "Digits");
pub const NO_SIGNAL: Text = Text::new(
    "電波の届くところで\u{200b}開いてください",
    "Open this where there is a signal",
);
pub const NO_SIGNAL_ADVICE: Text = Text::new(
    "レジで見せる QR コードは 1 分ごとに新しくなります。写真で使われないためです。つながると、ここに出ます。",
    "The QR code for the till is renewed every minute, so that nobody can use a photo of it. It appears here once you are connected.",
);
pub const BRIGHT: Text = Text::new(
    "読み取れないときは画面を明るく",
    "Not read? Turn up the brightness.",
);
pub const MINIMUM: Text = Text::new("{} 以上のお会計で", "with {} or more spent");
pub const NO_MINIMUM: Text = Text::new("お会計の金額は問いません", "no minimum purchase");
pub const ONCE: Text = Text::new(
    "1 回かぎり。このお店だけで使えます。おつりは出ません。",
    "Once only, at this shop only. No change is given.",
);
pub const CONDITIONS: Text = Text::new("使うときの条件", "Conditions");
pub const AWAY: Text = Text::new("ここから {}", "{} from here");
pub const DIRECTIONS: Text = Text::new("地図で道順を見る", "Directions on a map");
pub const DIRECTIONS_NOTE: Text = Text::new(
    "Google マップが開きます。渡すのはお店の位置だけです。",
    "Opens Google Maps. Only the shop's position is handed over.",
);
pub const GONE: Text = Text::new(
    "このクーポンは\u{200b}ありません",
    "There is no such coupon",
);
pub const GONE_ADVICE: Text = Text::new(
    "別の端末で当たったクーポンは、その端末でだけ使えます。",
    "A coupon won on another phone can be used on that phone only.",
);
pub const AS_OF: Text = Text::new("オフライン・{} 時点", "Offline, as of {}");
pub const AS_OF_NOTE: Text = Text::new(
    "オフラインのため、{} 時点の内容です。使うときは接続が必要です。",
    "You are offline: this is how it was at {}. To use it you need a connection.",
);
