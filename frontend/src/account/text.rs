//! Sentences of login and session.
#![allow(missing_docs, reason = "the names say which sentence it is")]

use app::lang::Text;

pub const LOG_IN: Text = Text::new("ログイン", "Sign in");
pub const LOG_OUT: Text = Text::new("ログアウト", "Sign out");
pub const EMAIL: Text = Text::new("メールアドレス", "E-mail");
pub const PASSWORD: Text = Text::new("パスワード", "Password");
pub const SHOW_PASSWORD: Text = Text::new("パスワードを表示", "Show password");
pub const ENDED: Text = Text::new("ログインの有効期限が切れました", "Your session has ended");
pub const ENDED_ADVICE: Text = Text::new("もう一度ログインしてください。", "Please sign in again.");
pub const ASKING: Text = Text::new("確認しています", "One moment");
pub const NOT_OWNER: Text = Text::new(
    "このアカウントでは管理画面を開けません",
    "This account cannot open the console",
);
pub const NOT_OWNER_ADVICE: Text = Text::new(
    "管理画面は責任者のアカウントで使えます。レジの画面はこのアカウントで開けます。",
    "The console is for the owner's account. This account can open the till.",
);
pub const TO_TILL: Text = Text::new("レジの画面を開く", "Open the till");
pub const TO_CONSOLE: Text = Text::new("管理画面を開く", "Open the console");
