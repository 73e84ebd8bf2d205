use app::lang::{Counted, Text};

pub const TITLE: Text = Text::new("カプセル", "Capsule");
pub const BACK: Text = Text::new("近くのお店", "Shops nearby");
pub const MACHINE: Text = Text::new("カプセルマシン", "Capsule machine");
pub const PLAY: Text = Text::new("まわす", "Turn");
pub const PLAYING: Text = Text::new("まわしています…", "Turning…");
pub const AGAIN: Text = Text::new("もう一度まわす", "Turn again");
pub const FETCH: Text = Text::new("結果を受け取る", "Get the result");
pub const FREE: Text = Text::new("無料 ・ きょう あと {} 回", "Free · {} left today");
pub const OPEN: Text = Text::new("あける", "Open it");
pub const SLOW: Text = Text::new(
    "抽選の返事を待っています。このままお待ちください。",
    "Waiting for the result. Please stay on this page.",
);
pub const SOUND: Text = Text::new("音", "Sound");
pub const ON: Text = Text::new("オン", "on");
pub const OFF_STATE: Text = Text::new("オフ", "off");
pub const TOMORROW: Text = Text::new(
    "きょうの分は終わりました。あした、またまわせます。",
    "That was all for today. You can turn again tomorrow.",
);
pub const LAST_DAY: Text = Text::new(
    "きょうの分は終わりました。このキャンペーンも、きょうまでです。",
    "That was all. This campaign ends today.",
);
pub const ODDS: Text = Text::new("あなたの当選確率", "Your odds");
pub const ODDS_DAY: Text = Text::new(
    "{} の確率です。読み込み直しても変わりません。",
    "For {}. Loading the page again does not change them.",
);
pub const PRIZE: Text = Text::new("賞品", "Prize");
pub const CHANCE: Text = Text::new("確率", "Chance");
pub const BLANK: Text = Text::new("はずれ", "Nothing");
pub const RANGE: Text = Text::new("全体 {} 〜 {}", "range {} to {}");
pub const RANGE_ONE: Text = Text::new("どなたも {}", "{} for all");
pub const DIFFERS: Text = Text::new(
    "当選確率はお客様により異なります。小さな数字は全体の範囲です。",
    "Odds differ from shopper to shopper; small figures are the range for anybody.",
);
pub const SAME: Text = Text::new("どなたも同じ確率です。", "The same odds for everybody.");
pub const AVERAGE: Text = Text::new("1 回あたりの平均 {}", "{} a turn on average");
pub const WHY: Text = Text::new("この確率になった理由", "Why these odds, in full");
pub const CONDITIONS: Text = Text::new("クーポンの条件", "About the coupon");
pub const WHERE: Text = Text::new("使えるお店", "Where");
pub const MINIMUM: Text = Text::new("最低のお会計", "Minimum purchase");
pub const NO_MINIMUM: Text = Text::new("なし", "none");
pub const VALID: Text = Text::new("有効期間", "Valid for");
pub const VALID_DAYS: Counted = Counted::new(
    "当たった日から {} 日",
    "{} day from winning",
    "{} days from winning",
);
pub const ENDS: Text = Text::new("キャンペーン", "Campaign");
pub const IN_FULL: Text = Text::new(
    "確率の理由と、公正さのしくみ",
    "The reckoning, and how it is kept fair",
);
pub const FAIR: Text = Text::new("この抽選を確かめる", "Check this draw");
pub const FAIR_TEXT: Text = Text::new(
    "きょうの抽選の種は、あなたがまわす前に決まっています。下はその指紋 (SHA-256) です。種は一日の終わりに公開され、結果が操作されていないことを誰でも計算しなおせます。",
    "Today's seed of the draw was fixed before you turn. Below is its fingerprint (SHA-256). The seed is published when the day is over, and anybody can recompute that nothing was tampered with.",
);
pub const COMMITMENT: Text = Text::new("種の指紋", "Fingerprint of the seed");
pub const ODDS_HASH: Text = Text::new("確率表の指紋", "Fingerprint of the odds");
pub const POLICY: Text = Text::new("計算の方式", "Policy");
pub const CHANGED: Text = Text::new("確率が変わりました", "The odds have changed");
pub const CHANGED_ADVICE: Text = Text::new(
    "まだ抽選していません。新しい確率を見てから、もう一度まわしてください。",
    "Nothing was drawn. Look at the new odds, then turn again.",
);
pub const LOST: Text = Text::new(
    "前回の結果を\u{200b}受け取れていません",
    "The last result did not reach you",
);
pub const LOST_ADVICE: Text = Text::new(
    "通信が途切れたようです。もう一度受け取っても、同じ結果で、回数も減りません。",
    "The connection broke off. Getting it again gives the same result and costs no turn.",
);
pub const NOT_RUNNING: Text = Text::new(
    "このキャンペーンは\u{200b}いま開催していません",
    "This campaign is not running now",
);
pub const NOT_RUNNING_ADVICE: Text = Text::new(
    "終わったか、お休み中です。持っているクーポンは期限まで使えます。",
    "It is over or taking a break. Coupons you hold stay good until they expire.",
);
pub const GONE: Text = Text::new("見つかりません", "Not found");
pub const GONE_ADVICE: Text = Text::new(
    "このお店では、このキャンペーンを行っていません。",
    "This shop does not run this campaign.",
);
pub const OTHERS: Text = Text::new("ほかのお店を見る", "See other shops");
pub const NO_RANDOM: Text = Text::new(
    "このブラウザでは\u{200b}抽選できません",
    "This browser cannot draw",
);
pub const NO_RANDOM_ADVICE: Text = Text::new(
    "安全な乱数がありません。Safari や Chrome の最新版で開いてください。",
    "It has no secure random numbers. Open the page in a recent Safari or Chrome.",
);
pub const WON_BIG: Text = Text::new("大当たり!", "A big win!");
pub const WON: Text = Text::new("当たり!", "You won!");
pub const WON_SMALL: Text = Text::new("当たりです", "You won");
pub const WON_CHANCE: Text = Text::new(
    "この賞が出る確率は {} でした。",
    "The chance of this prize was {}.",
);
pub const OFF: Text = Text::new("引きクーポン", "off coupon");
pub const LOST_DRAW: Text = Text::new("今回は、はずれでした", "Nothing this time");
pub const LOST_DRAW_CHANCE: Text = Text::new(
    "はずれの確率は {} でした。",
    "The chance of nothing was {}. ",
);
pub const LOST_THANKS: Text = Text::new(
    "まわしてくれて、ありがとうございます。",
    "Thank you for taking a turn.",
);
pub const LEFT: Text = Text::new(
    "きょうは、あと {} 回まわせます。前の結果で確率は変わりません。",
    "Turns left today: {}. What came before does not change the odds.",
);
pub const ELSEWHERE: Text = Text::new("近くでまわせるお店", "Other shops to turn at nearby");
pub const UP_TO: Text = Text::new("最高", "up to");
pub const TO_WALLET: Text = Text::new("クーポンを見る", "See my coupons");
pub const SPOKEN_WIN: Text = Text::new("当たり。{} {} のクーポン", "You won {}: {}");
