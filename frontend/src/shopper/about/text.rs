use app::lang::Text;

pub const TITLE: Text = Text::new("しくみ", "How it works");
pub const STEP_1: Text = Text::new("近くのお店をえらぶ", "Pick a shop nearby");
pub const STEP_1_TEXT: Text = Text::new(
    "当たる金額と、あなたの当選確率が先に分かります。",
    "You see what can be won and your exact odds first.",
);
pub const STEP_2: Text = Text::new("カプセルをまわす", "Turn the capsule machine");
pub const STEP_2_TEXT: Text = Text::new(
    "無料です。登録もいりません。1 日の回数はキャンペーンごとに決まっています。",
    "It is free and needs no sign-up. Each campaign says how often a day.",
);
pub const STEP_3: Text = Text::new("お店で見せる", "Show it at the shop");
pub const STEP_3_TEXT: Text = Text::new(
    "当たったクーポンは「クーポン」に入ります。お会計のときに QR コードを見せてください。",
    "What you win is under “Coupons”. Show the QR code when you pay.",
);
pub const ODDS: Text = Text::new("当選確率について", "About the odds");
pub const ODDS_1: Text = Text::new(
    "当選確率はお客様により異なります。お店からの距離や、前の来店からの日数で変わり、どの人にも賞品ごとの下限と上限があります。",
    "Odds differ from shopper to shopper: they depend on the distance to the shop and the days since your last visit, within a lowest and a highest chance of each prize for anybody.",
);
pub const ODDS_2: Text = Text::new(
    "表示した確率のとおりに抽選します。1 日のあいだは変わりません。賞品や予算がなくなって変わったときは、抽選せずに新しい確率をお見せします。",
    "We draw by exactly the odds shown, and they stay the same all day. Should a prize or the budget run out, nothing is drawn before you have seen the new odds.",
);
pub const ODDS_3: Text = Text::new(
    "抽選の種はまわす前に決まり、その指紋を先に公開します。あとから誰でも計算しなおせます。",
    "The seed of the draw is fixed before you turn, and its fingerprint is shown first. Anybody can recompute it afterwards.",
);
pub const ODDS_4: Text = Text::new(
    "抽選に購入はいりません。クーポンを使うときに最低のお会計がある場合は、先に表示します。",
    "No purchase is needed to play. If a coupon asks for a minimum purchase, it says so first.",
);
pub const LOCATION: Text = Text::new("位置情報", "Your position");
pub const LOCATION_1: Text = Text::new(
    "使うのは、許可したときだけ。近くのお店を探し、距離を当選確率に数え、来店を記録するためです。",
    "Used only if you agreed, to find shops near you, to count distance into your odds, and to note your visits.",
);
pub const LOCATION_2: Text = Text::new(
    "正確な位置はこの端末の中だけで使います。送るのは約 1 km 四方のマス目、お店までの距離の段階 (6 段階)、どのお店にいるかだけです。",
    "Your exact position is used on this phone only. We send a square of about 1 km, one of six steps of distance to a shop, and which shop you are in.",
);
pub const LOCATION_3: Text = Text::new(
    "マス目は 30 日で消えます。画面を閉じているあいだに追いかけることはありません。",
    "Squares are erased after 30 days. Nothing follows you while the page is closed.",
);
pub const LOCATION_ON: Text = Text::new(
    "いま、位置情報の利用を許可しています。",
    "You have agreed to the use of your position.",
);
pub const LOCATION_OFF: Text = Text::new(
    "いま、位置情報は使っていません。",
    "Your position is not in use.",
);
pub const WITHDRAW: Text = Text::new("取り消して、すぐに消す", "Take it back and erase");
pub const WITHDRAWN: Text = Text::new(
    "取り消しました。マス目を消しました。",
    "Done. The squares are erased.",
);
pub const PRIVACY: Text = Text::new("プライバシー", "Privacy");
pub const PRIVACY_1: Text = Text::new(
    "名前もメールも聞きません。この端末のブラウザに、本人を見分けるためのクッキーを 1 つ置きます。",
    "We ask for no name and no e-mail. One cookie in this browser tells you apart.",
);
pub const PRIVACY_2: Text = Text::new(
    "お店には、何人が来たかなどの数だけが見えます。あなたの位置は見えません。",
    "Shops see counts, such as how many came. They do not see where you are.",
);
pub const PRIVACY_HOLDOUT: Text = Text::new(
    "効果を確かめるため、お店は抽選で選んだ一部の方に、しばらくオファーをお届けしません。",
    "To see what offers do, shops make none for a while to some people chosen by lot.",
);
pub const PRIVACY_3: Text = Text::new(
    "ブラウザのデータを消すと、持っているクーポンも使えなくなります。",
    "If you clear this browser's data, your coupons are gone, too.",
);
pub const LOCATION_ASKED: Text = Text::new(
    "現在の設定を確認しています…",
    "Checking your present choice…",
);
pub const LOCATION_UNKNOWN: Text = Text::new(
    "現在の設定は、つながったときに表示します。",
    "Your present choice is shown once there is a connection.",
);
