//! Sentences of the gallery.

use app::lang::Text;

const fn t(ja: &'static str, en: &'static str) -> Text {
    Text::new(ja, en)
}

pub const TITLE: Text = t("部品見本 | 来店", "Gallery | Raiten");
pub const NAME: Text = t("部品見本", "Gallery");
pub const LEAD: Text = t(
    "デザイントークンと部品の一覧です。開発とテストのためのページで、公開する版には入りません。",
    "Every token and component. For developers and tests only: no part of what ships.",
);
pub const AGREE: Text = t("抽選の計算", "Draws");
pub const AGREE_HINT: Text = t(
    "100,000 回分の抽選をこのブラウザーで計算し、サーバーと同じ結果になるかを確かめます。",
    "Computes 100,000 draws in this browser and looks whether they come to what the server’s code comes to.",
);
pub const AGREE_COMPUTE: Text = t("計算する", "Compute");
pub const COLOURS: Text = t("色", "Colours");
pub const DAY: Text = t("昼", "By day");
pub const NIGHT: Text = t("夜", "By night");
pub const PAIRS: Text = t("文字と地の組み合わせ", "Text and ground");
pub const PAIR: Text = t("組み合わせ", "Pair");
pub const NEEDS: Text = t("必要", "Needs");
pub const WHERE: Text = t("使う場所", "Where");
pub const TYPE: Text = t("文字", "Type");
pub const SAMPLE: Text = t("お近くの店で ¥1,200 引き", "¥1,200 off at a shop near you");
pub const HEADING: Text = t(
    "はずれの日も、となり町の店までの散歩を楽しみに変える抽選",
    "A draw that makes the walk to the next town’s shop worth it, even on a day without luck",
);
pub const SPACE: Text = t("余白", "Space");
pub const MOTION: Text = t("動き", "Motion");
pub const MOTION_HINT: Text = t(
    "触れると、それぞれの速さで動きます。動きを減らす設定では動きません。",
    "Point at one to see its pace. With reduced motion nothing moves.",
);
pub const BUTTONS: Text = t("ボタン", "Buttons");
pub const FIELDS: Text = t("入力欄", "Fields");
pub const NOTICES: Text = t("お知らせ", "Notices");
pub const PROBLEMS: Text = t("問題の表示", "Problems");
pub const WAITING: Text = t("待っている間", "Waiting");
pub const EMPTY: Text = t("空の状態", "Empty");
pub const ICONS: Text = t("アイコン", "Icons");
pub const MONEY: Text = t("金額", "Yen");
pub const BRAND: Text = t(
    "ロゴ・言語の切り替え・QR コード",
    "Mark, languages, QR code",
);
pub const PRESS: Text = t("保存する", "Save");
pub const OFF: Text = t("押せない", "Off");
pub const BUSY: Text = t("送信中", "At work");
pub const LINK: Text = t("一覧へ戻る", "Back to the list");
pub const LABEL: Text = t("店舗名", "Name of the store");
pub const HINT: Text = t(
    "レシートに印刷される名前です。",
    "As it is printed on receipts.",
);
pub const WRONG: Text = t("店舗名を入力してください。", "Enter the name of the store.");
pub const YEN: Text = t("円", "yen");
pub const SAYS: Text = t("保存しました", "It was saved");
pub const SAYS_MORE: Text = t(
    "変更は、すぐにお客様の画面に反映されます。",
    "Shoppers see the change at once.",
);
pub const BARS: Text = t("棒グラフ", "Bars");
pub const BARS_POINT: Text = t("棒に触れると読めます", "Point at a bar to read it");
pub const VISITS: Text = t("来店（回）", "Visits");
pub const METER: Text = t("予算の帯", "Meter");
pub const SPENT: Text = t("利用済み", "Spent");
pub const RESERVED: Text = t("配布中", "Reserved");
pub const AVAILABLE: Text = t("残り", "Available");
pub const MAP: Text = t("位置の図", "Map");
pub const MAP_POINT: Text = t("点に触れると読めます", "Point at a mark to read it");
pub const MARKS: Text = t("印", "Marks");
