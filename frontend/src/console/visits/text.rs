use app::lang::{Counted, Text};

const fn t(ja: &'static str, en: &'static str) -> Text {
    Text::new(ja, en)
}

const fn n(ja: &'static str, one: &'static str, many: &'static str) -> Counted {
    Counted::new(ja, one, many)
}

pub const TITLE: Text = t("来店データ", "Visit data");
pub const LEAD: Text = t(
    "レジや会員カードの来店を取り込むと、クーポンを使わなかった来店も数えられ、効果をはっきり言えるようになります。",
    "Visits that your tills or member cards know count those made without a coupon too. Only with them can it be said what coupons do.",
);
pub const FILE: Text = t("ファイルから取り込む", "Import a file");
pub const CHOOSE: Text = t("CSV ファイルをえらぶ", "Choose a CSV file");
pub const COLUMNS: Text = t(
    "必要な列: 会員番号、店舗番号、日時。あれば金額とレシート番号も読みます。UTF-8 か Shift_JIS、10 万行まで。",
    "Columns needed: member, store, time. An amount (yen) and a receipt number are read too. UTF-8 or Shift_JIS, up to 100,000 rows.",
);
pub const UNREADABLE: Text = t("ファイルを読めませんでした", "The file could not be read");
pub const CHECKING: Text = t("「{}」を確認しています", "Checking “{}”");
pub const IMPORTING: Counted = n(
    "{} 件を取り込んでいます",
    "Importing {} visit",
    "Importing {} visits",
);
pub const ROWS: Text = t("行", "Rows");
pub const NEW: Text = t("新しい来店", "New visits");
pub const REPEATS: Text = t("取り込み済み・重複", "Known or repeated");
pub const LINKED: Text = t(
    "会員番号を登録したお客様の来店",
    "Of shoppers who gave their number",
);
pub const WRONG: Text = t("まちがい", "Wrong");
pub const WRONG_TITLE: Text = t(
    "まちがいがあるので、まだ何も取り込んでいません",
    "Something is wrong, so nothing was imported",
);
pub const WRONG_LINE: Text = t("{} 行目 {}: {}", "Line {} {}: {}");
pub const WRONG_MORE: Counted = n("ほか {} か所", "and {} more", "and {} more");
pub const NOTHING_NEW: Text = t(
    "新しい来店はありません。すべて取り込み済みです。",
    "Nothing new: all of it is known.",
);
pub const IMPORT_N: Counted = n("{} 件を取り込む", "Import {} visit", "Import {} visits");
pub const ANOTHER: Text = t("別のファイル", "Another file");
pub const DONE: Counted = n(
    "{} 件を取り込みました",
    "{} visit imported",
    "{} visits imported",
);
pub const IMPORTS: Text = t("取り込みの一覧", "Imports");
pub const IMPORTS_NONE: Text = t("まだありません。", "None yet.");
pub const BY_FILE: Text = t("ファイル", "file");
pub const VISITS_N: Counted = n("来店 {} 件", "{} visit", "{} visits");
pub const UNDO: Text = t("取り消す", "Take back");
pub const UNDO_REALLY: Text = t("ほんとうに取り消す", "Yes, take it back");
pub const UNDO_WHAT: Text = t(
    "この取り込みだけが示す来店は、なくなります。",
    "Visits that only this import shows will be no more.",
);
pub const UNDONE: Text = t("{} に取り消し", "Taken back {}");
pub const KEYS: Text = t("システムから送る（API）", "From your systems (API)");
pub const KEYS_LEAD: Text = t(
    "予約や注文のシステムは、来店を 1 件ずつ送れます。キーを発行し、POST /api/v1/integration/visits に送ってください。",
    "A reservation or order system can post visits one by one: make a key and send them to POST /api/v1/integration/visits.",
);
pub const KEY_NAME: Text = t("システムの名前", "The system’s name");
pub const KEY_MAKE: Text = t("キーを発行", "Make a key");
pub const KEY_MADE: Text = t("キーを発行しました", "The key is made");
pub const KEY_ONCE: Text = t(
    "このキーは一度だけ表示します。システムに貼り付けてください。",
    "It is shown this once. Paste it into the system now.",
);
pub const KEY: Text = t("API キー", "API key");
pub const KEY_USED: Text = t("最後の利用 {}", "Last used {}");
pub const KEY_UNUSED: Text = t("まだ使われていません", "Not used yet");
pub const KEY_WITHDRAWN: Text = t("{} に無効化", "Withdrawn {}");
pub const WITHDRAW: Text = t("無効にする", "Withdraw");
pub const WITHDRAW_WHAT: Text = t(
    "このキーでは、もう送れなくなります。送られた来店は残ります。",
    "Nothing can be posted by it any more. What was posted stays.",
);
pub const WITHDRAW_REALLY: Text = t("ほんとうに無効にする", "Yes, withdraw it");
pub const NO_NAME: Text = t("名前を入力してください。", "Enter a name.");
pub const TO_REPORT: Text = t("レポートへ", "To the report");
