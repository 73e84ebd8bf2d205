use app::lang::{Counted, Text};

pub const TITLE: Text = Text::new("近くのお店", "Shops nearby");
pub const COUNT: Counted = Counted::new("{} 件", "{} offer", "{} offers");
pub const EMPTY: Text = Text::new(
    "半径 {} km に、\u{200b}いま遊べるお店が\u{200b}ありません",
    "No shop to play at within {} km",
);
pub const EMPTY_ADVICE: Text = Text::new(
    "もっと広く探すか、別の駅をえらんでみてください。",
    "Look further around, or pick another station.",
);
pub const WIDER: Text = Text::new("半径 {} km まで広げる", "Look within {} km");
pub const MORE: Text = Text::new("あと {} 件を見る", "Show {} more");
pub const TOP_PRIZE: Text = Text::new("最高", "up to");
pub const MIN_PURCHASE: Text = Text::new("{} 以上のお会計で", "with {} or more spent");
pub const NO_MINIMUM: Text = Text::new("お会計の金額は問いません", "no minimum purchase");
pub const PLAYS_LEFT: Text = Text::new("きょう あと {} 回", "{} left today");
pub const PLAYED: Text = Text::new("きょうは終了", "Done for today");
pub const MAP_LABEL: Text = Text::new(
    "まわりのお店の図。北が上、半径 {}。お店は下の一覧にもあります。",
    "Picture of the shops around, north up, radius {}. The shops are in the list below, too.",
);
pub const ZOOM_IN: Text = Text::new("せまく", "Closer");
pub const ZOOM_OUT: Text = Text::new("ひろく", "Wider");
pub const NORTH: Text = Text::new("北", "N");
pub const SHOW_WHERE: Text = Text::new(
    "{}、ここから {}。図で場所を見る",
    "{}, {} from here. Show it in the picture",
);
pub const MIDDLE_HERE: Text = Text::new("現在地", "you are here");
pub const MIDDLE_AREA: Text = Text::new("{}駅", "{} Station");
pub const MANY_NOTE: Text = Text::new("重なっているお店の数", "shops close together");
pub const CELL_NOTE: Text = Text::new("送ったおおまかなマス目", "the rough square that was sent");
