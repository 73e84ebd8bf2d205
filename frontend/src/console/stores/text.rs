//! Sentences of the stores' pages.
#![allow(missing_docs, reason = "the names say which sentence it is")]

use app::lang::{Counted, Text};

const fn t(ja: &'static str, en: &'static str) -> Text {
    Text::new(ja, en)
}

const fn n(ja: &'static str, one: &'static str, many: &'static str) -> Counted {
    Counted::new(ja, one, many)
}

pub const STORES: Text = t("店舗", "Stores");
pub const COUNT: Counted = n("{} 店舗", "{} store", "{} stores");
pub const NEW: Text = t("店舗を追加", "Add a store");
pub const IMPORT: Text = t("CSV で取り込む", "Import a CSV");
pub const SEARCH: Text = t("店舗名で探す", "Find by name");
pub const NONE: Text = t("まだ店舗がありません", "No stores yet");
pub const NONE_ADVICE: Text = t(
    "1 店舗ずつ追加するか、CSV でまとめて取り込めます。店舗の位置から、お客様までの距離を計算します。",
    "Add them one by one, or import a CSV. Distances to shoppers start from their positions.",
);
pub const NONE_FOUND: Text = t("その名前の店舗はありません。", "No store of that name.");
pub const NAME: Text = t("店舗名", "Name");
pub const LAT: Text = t("緯度", "Latitude");
pub const LAT_HINT: Text = t(
    "例: 35.6917。地図の「35.69, 139.77」をそのまま貼り付けられます。",
    "As 35.6917. You can paste “35.69, 139.77” from a map.",
);
pub const LNG: Text = t("経度", "Longitude");
pub const LNG_HINT: Text = t("例: 139.7709", "As 139.7709");
pub const EXTERNAL_ID: Text = t("店舗番号", "Your own number");
pub const ADDRESS: Text = t("住所", "Address");
pub const EDIT_OF: Text = t("店舗を編集", "Edit the store");
pub const ADDED: Text = t("店舗を追加しました", "The store was added");
pub const SAVED: Text = t("店舗を保存しました", "The store was saved");

pub const IMPORT_TITLE: Text = t("店舗を CSV で取り込む", "Import stores from a CSV");
pub const IMPORT_LEAD: Text = t(
    "まず内容を確認します。取り込むまで、店舗は何も変わりません。",
    "The file is checked first. No store changes until you import.",
);
pub const COLUMNS: Text = t("列の名前", "Columns");
pub const COLUMNS_NEEDED: Text = t(
    "必須: name（店舗名）、lat（緯度）、lng（経度）",
    "Needed: name (店舗名), lat (緯度), lng (経度)",
);
pub const COLUMNS_OPTIONAL: Text = t(
    "任意: external_id（店舗番号）、address（住所）",
    "Optional: external_id (店舗番号), address (住所)",
);
pub const ENCODINGS: Text = t(
    "文字コードは UTF-8 と Shift_JIS に対応しています。",
    "UTF-8 and Shift_JIS are both read.",
);
pub const CHOOSE_FILE: Text = t("CSV ファイルを選ぶ", "Choose a CSV file");
pub const READING: Text = t("ファイルを読んでいます", "Reading the file");
pub const CHECKING: Text = t("{} を確認しています（{} KB）", "Checking {} ({} kB)");
pub const IMPORTING: Counted = n(
    "{} 店舗を取り込んでいます",
    "Importing {} store",
    "Importing {} stores",
);
pub const UNREADABLE: Text = t("ファイルを開けません", "The file cannot be opened");
pub const UNREADABLE_ADVICE: Text = t(
    "別のアプリで開いていないか確認して、選び直してください。",
    "Check that no other program holds it and choose it again.",
);
pub const PREVIEW: Text = t("確認結果", "What was found");
pub const ROWS: Text = t("行数", "Rows");
pub const WILL_IMPORT: Text = t("取り込む店舗", "Stores to import");
pub const DID_IMPORT: Text = t("取り込んだ店舗", "Stores imported");
pub const DUPLICATES: Text = t("重複（取り込まない）", "Exact repeats, skipped");
pub const NEARS: Text = t("よく似た店舗（取り込む）", "Much alike, imported");
pub const ERRORS: Text = t("直す必要がある行", "Rows to correct");
pub const ENCODING: Text = t("文字コード", "Encoding");
pub const HAS_ERRORS: Text = t(
    "直す必要がある行があるため、まだ取り込めません",
    "Some rows must be corrected first",
);
pub const HAS_ERRORS_ADVICE: Text = t(
    "下の行を直して、ファイルを選び直してください。何も取り込まれていません。",
    "Correct the rows below and choose the file again. Nothing was imported.",
);
pub const NOTHING_NEW: Text = t(
    "新しい店舗はありません。すべて登録済みです。",
    "Nothing new: all of them are there already.",
);
pub const PICTURE: Text = t("位置", "Where they lie");
pub const PICTURE_LONG: Text = t("ファイルの店舗の位置", "Where the stores of the file lie");
pub const PICTURE_POINT: Text = t(
    "点に触れると、その行の内容が出ます",
    "Point at a mark to read its row",
);
pub const PICTURE_FINE: Text = t("問題のない行", "Nothing wrong");
pub const PICTURE_WRONG: Text = t("直す必要がある行", "To correct");
pub const PICTURE_UNPLACED: Counted = n(
    "ほかに、位置を読めない行が {} 行あります。",
    "{} more line has no position that can be read.",
    "{} more lines have no position that can be read.",
);
pub const PICTURE_ROW: Text = t("{} 行目　{}", "Line {}: {}");
pub const PICTURE_FLAG: Text = t("{}: {}", "{}: {}");
pub const PICTURE_SAYS: Text = t("{}（{}）", "{} ({})");
pub const SUMMARY_N: Text = t("{}（{} 件）", "{} ({})");
pub const PICTURE_PLAIN: Text = t("取り込む店舗", "To import");
pub const PICTURE_NEAR: Text = t("よく似た店舗", "Much alike");
pub const PICTURE_EXACT: Text = t("重複", "Exact repeat");
pub const FLAGGED: Text = t("重複とよく似た店舗", "Repeats and stores much alike");
pub const FLAGGED_FIRST: Counted = n(
    "最初の {} 件を表示しています。",
    "The first one is shown.",
    "The first {} are shown.",
);
pub const LINE: Text = t("行", "Line");
pub const COLUMN: Text = t("列", "Column");
pub const REASON: Text = t("理由", "Reason");
pub const KIND: Text = t("種類", "Kind");
pub const LIKE: Text = t("似ている相手", "Like");
pub const LIKE_LINE: Text = t("{} 行目・{} m", "line {}, {} m");
pub const LIKE_STORE: Text = t("登録済みの店舗・{} m", "a store already there, {} m");
pub const IMPORT_N: Counted = n("{} 店舗を取り込む", "Import {} store", "Import {} stores");
pub const ANOTHER_FILE: Text = t("別のファイルを選ぶ", "Choose another file");
pub const DONE: Counted = n(
    "{} 店舗を取り込みました",
    "{} store was imported",
    "{} stores were imported",
);
pub const TO_LIST: Text = t("店舗の一覧へ", "To the stores");
