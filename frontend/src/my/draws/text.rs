use app::lang::Text;

const fn t(ja: &'static str, en: &'static str) -> Text {
    Text::new(ja, en)
}

pub const TITLE: Text = t("抽選を確かめる", "Check my draws");
pub const LEAD: Text = t(
    "抽選の結果は、あなたが回す前に決めた「種」と、あなたの端末が選んだ数から計算されています。日が終わると種が公開され、この端末で同じ計算をやり直せます。",
    "Each draw was computed from a seed that was fixed before you played and a number that your device chose. When the day is over the seed is published, and this device can do the same sum again.",
);
pub const NONE: Text = t("まだ抽選はありません。", "No draws yet.");
pub const OLDER: Text = t("前の抽選を見る", "Older draws");
pub const WON: Text = t("{} {}", "{} {}");
pub const BLANK: Text = t("はずれ", "No prize");
pub const PLAY: Text = t("{}、その日の {} 回目", "{}, play {} of that day");
pub const LATER: Text = t(
    "{}から確かめられます。それまで種は秘密です。",
    "Can be checked from {}. Until then the seed is a secret.",
);
pub const CHECK: Text = t("この端末で計算し直す", "Compute it again on this device");
pub const FAIR: Text = t("計算どおりの結果です", "It is what the sum gives");
pub const UNFAIR: Text = t("計算と合いません", "It is not what the sum gives");
pub const UNFAIR_ADVICE: Text = t(
    "この画面を保存して、お店またはサイトの運営者に見せてください。",
    "Save this page and show it to the store or to whoever runs this site.",
);
pub const YES: Text = t("合っています: ", "Right: ");
pub const NO: Text = t("合っていません: ", "Wrong: ");
pub const SEED_RIGHT: Text = t(
    "公開された種は、回す前に指紋が示された種です。",
    "the published seed is the one whose fingerprint was shown before you played.",
);
pub const KEPT: Text = t(
    "回す前に見た指紋は、この端末に残っています。",
    "The fingerprint seen before you played was kept on this device.",
);
pub const NOT_KEPT: Text = t(
    "回す前に見た指紋はこの端末に残っていないため、いま届いた指紋と比べました。",
    "The fingerprint seen before you played is not kept on this device, so the one that came just now was used.",
);
pub const ODDS_RIGHT: Text = t(
    "確率は、回す前に指紋が示された表のとおりです。",
    "the odds are those whose fingerprint was shown before you played.",
);
pub const TICKET_RIGHT: Text = t(
    "種・端末の数・確率から計算した番号は {} です。",
    "seed, device’s number and odds give the number {}.",
);
pub const PRIZE_RIGHT: Text = t("その番号の賞は「{}」です。", "that number stands for “{}”.");
pub const FIGURES: Text = t("計算に使う値", "What goes into the sum");
pub const COMMITMENT: Text = t("種の指紋（SHA-256）", "Fingerprint of the seed (SHA-256)");
pub const SEED: Text = t("種", "Seed");
pub const NONCE: Text = t("端末の数", "This device’s number");
pub const ODDS_HASH: Text = t("確率表の指紋", "Fingerprint of the odds");
pub const DRAWER: Text = t(
    "公開記録でのあなたの名前（その日かぎり）",
    "Your name in the published draws (that day only)",
);
pub const TICKET: Text = t("引いた番号", "Number drawn");
pub const ODDS: Text = t("その日のあなたの確率", "Your odds that day");
pub const PRIZE: Text = t("賞", "Prize");
pub const CHANCE: Text = t("確率", "Chance");
pub const TICKETS: Text = t("番号", "Numbers");
pub const OF_DAY: Text = t(
    "この日の全員分の記録（ファイル）",
    "Everybody’s draws of that day (file)",
);
