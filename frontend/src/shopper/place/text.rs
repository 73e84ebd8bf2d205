use app::lang::Text;

pub const HEADLINE: Text = Text::new(
    "行くと、ちょっといいこと。",
    "Something nice for dropping by.",
);
pub const LEAD: Text = Text::new(
    "お店のカプセルをまわして、その店で使えるクーポンを当てよう。登録なし、無料です。",
    "Turn a shop's capsule machine and win a coupon for that shop. Free, no sign-up.",
);
pub const WHERE: Text = Text::new("どこで探しますか?", "Where shall we look?");
pub const HERE_TITLE: Text = Text::new("現在地から探す", "Look around you");
pub const HERE_PURPOSE: Text = Text::new(
    "近くのお店を探し、距離を当選確率に、お店にいることを来店の記録に使います。",
    "To find shops near you, to count distance into your odds, and to note your visits.",
);
pub const HERE_SENT: Text = Text::new(
    "送るのは約 1 km 四方のマス目、お店までのおおまかな距離、どのお店にいるかだけ。正確な位置はこの端末から出ません。",
    "We send a square of about 1 km, a rough distance to each shop, and which shop you are in. Your exact position never leaves this phone.",
);
pub const HERE_KEPT: Text = Text::new(
    "マス目は 30 日で消えます。いつでも「しくみ」から取り消せて、すぐに消せます。",
    "Squares are kept for 30 days. Take it back under “How it works” at any time and they are erased at once.",
);
pub const USE_HERE: Text = Text::new("現在地を使う", "Use my position");
pub const OR: Text = Text::new("または", "or");
pub const CHOOSE_AREA: Text = Text::new("駅をえらぶ", "Pick a station");
pub const AREA_TITLE: Text = Text::new("駅をえらぶ", "Pick a station");
pub const AREA_HINT: Text = Text::new(
    "位置情報を使わずに、駅のまわりのお店を探します。",
    "Finds shops around a station, without your position.",
);
pub const AREA_SEARCH: Text = Text::new("駅名でさがす", "Search by name");
pub const AREA_NONE: Text = Text::new(
    "その名前の駅は一覧にありません。",
    "No station of that name is on the list.",
);
pub const AREA_COUNT: Text = Text::new("{} 件", "{} found");
pub const BACK: Text = Text::new("もどる", "Back");
pub const LOCATING: Text = Text::new("現在地を調べています…", "Finding your position…");
pub const DENIED: Text = Text::new(
    "位置情報が許可されていません",
    "Your position is not shared",
);
pub const DENIED_ADVICE: Text = Text::new(
    "駅をえらべば、このまま遊べます。位置情報を使うには、ブラウザの設定でこのサイトに許可してください。",
    "You can pick a station and play all the same. To use your position, allow it for this site in your browser's settings.",
);
pub const UNAVAILABLE: Text = Text::new("現在地が分かりません", "Your position cannot be found");
pub const UNAVAILABLE_ADVICE: Text = Text::new(
    "端末の位置情報サービスがオンか確かめるか、駅をえらんでください。",
    "See whether location services are on, or pick a station.",
);
pub const TIMEOUT: Text = Text::new(
    "現在地を調べるのに時間がかかっています",
    "Finding your position takes too long",
);
pub const TIMEOUT_ADVICE: Text = Text::new(
    "空の見える場所でもう一度試すか、駅をえらんでください。",
    "Try again where you can see the sky, or pick a station.",
);
pub const UNSUPPORTED: Text = Text::new(
    "このブラウザでは現在地を使えません",
    "This browser cannot share a position",
);
pub const UNSUPPORTED_ADVICE: Text = Text::new(
    "アプリの中のブラウザなら Safari や Chrome で開きなおすか、駅をえらんでください。",
    "Inside another app, open the page in Safari or Chrome instead; or pick a station.",
);
pub const RETRY: Text = Text::new("もう一度試す", "Try again");
pub const POOR: Text = Text::new("位置がおおまかです", "Your position is rough");
pub const POOR_ADVICE: Text = Text::new(
    "誤差が約 {} あります。距離の順番がずれることがあり、当選確率には距離を数えません。",
    "It may be off by about {}. The order by distance may be wrong, and distance does not count into your odds.",
);
pub const FROM_HERE: Text = Text::new("現在地から", "From where you are");
pub const FROM_AREA: Text = Text::new("{}駅から", "From {} Station");
pub const CHANGE: Text = Text::new("変更", "Change");
