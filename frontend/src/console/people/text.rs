//! Sentences of the staff page.
#![allow(missing_docs, reason = "the names say which sentence it is")]

use app::lang::Text;

const fn t(ja: &'static str, en: &'static str) -> Text {
    Text::new(ja, en)
}

pub const STAFF: Text = t("スタッフ", "Staff");
pub const MEMBERS: Text = t("ログインできる人", "Who can sign in");
pub const OWNER: Text = t("責任者", "Owner");
pub const MEMBER: Text = t("スタッフ", "Staff");
pub const ALL_STORES: Text = t("すべての店舗", "All stores");
pub const INVITE: Text = t("スタッフを招待", "Invite somebody");
pub const INVITE_LEAD: Text = t(
    "招待リンクを作って、本人に渡してください。本人が名前とパスワードを決めると、選んだ店舗で受付できるようになります。",
    "Make a link and hand it over. Once they choose a name and a password, they can take coupons at the stores you choose.",
);
pub const EMAIL: Text = t("メールアドレス", "E-mail");
pub const NAME: Text = t("お名前", "Name");
pub const STORES_HINT: Text = t(
    "クーポンを受け付けられる店舗です。",
    "Where they can take coupons.",
);
pub const MAKE_LINK: Text = t("招待リンクを作る", "Make the link");
pub const LINK_READY: Text = t("招待リンクができました", "The link is ready");
pub const LINK_ONCE: Text = t(
    "このリンクは今だけ表示されます。コピーして {} さんに渡してください。{}有効です。",
    "It is shown only now. Copy it and hand it to {}. It is valid {}.",
);
pub const LINK: Text = t("招待リンク", "Invitation link");
pub const INVITATIONS: Text = t("招待", "Invitations");
pub const ACCEPTED: Text = t("{} に承諾", "Accepted {}");
pub const EXPIRED: Text = t("期限切れ", "Expired");
pub const WAITING: Text = t("承諾待ち・{}", "Waiting, {}");
pub const NO_EMAIL: Text = t(
    "メールアドレスを入力してください。",
    "Enter an e-mail address.",
);
pub const NO_NAME: Text = t("お名前を入力してください。", "Enter a name.");
pub const NO_STORE: Text = t(
    "店舗を 1 つ以上選んでください。",
    "Choose at least one store.",
);
