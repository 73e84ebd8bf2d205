//! What a login's e-mail address, name and password must look like: the browser says it early, the server decides.

use crate::lang::Text;

/// The fewest characters of a password.
pub const PASSWORD_MIN: usize = 10;
/// The most characters of a password: more would only cost the server time.
pub const PASSWORD_MAX: usize = 200;
/// The most characters of a person's or retailer's name.
pub const NAME_MAX: usize = 100;
/// The most characters of an e-mail address (RFC 5321 §4.5.3.1.3, without the angle brackets).
pub const EMAIL_MAX: usize = 254;

/// An e-mail address as we keep it: without blanks around it, in lower case, so that one person has one login.
///
/// Checked for its form only (one `@`, something before it, a domain with a dot); whether it exists shows when somebody
/// accepts the invitation.
///
/// # Errors
/// What to tell the person.
pub fn email(text: &str) -> Result<String, Text> {
    const NO: Text = Text::new(
        "メールアドレスの形で入力してください(例: hanako@example.jp)。",
        "Enter an e-mail address, such as hanako@example.jp.",
    );
    let text = text.trim();
    let is_plain = |c: char| c.is_ascii_graphic() && !"@,;:<>()[]\\\"".contains(c);
    let (user, domain) = text.split_once('@').ok_or(NO)?;
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let good = text.len() <= EMAIL_MAX
        && (1..=64).contains(&user.len())
        && user.chars().all(is_plain)
        && domain.contains('.')
        && domain.split('.').all(is_label);
    if good {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(NO)
    }
}

/// A password that may be set. Taken as typed: blanks count.
///
/// # Errors
/// What to tell the person.
pub fn check_password(password: &str) -> Result<(), Text> {
    match password.chars().count() {
        ..PASSWORD_MIN => Err(Text::new(
            "パスワードは 10 文字以上にしてください。",
            "Use at least 10 characters.",
        )),
        PASSWORD_MIN..=PASSWORD_MAX => Ok(()),
        _ => Err(Text::new(
            "パスワードは 200 文字以内にしてください。",
            "Use at most 200 characters.",
        )),
    }
}

/// A person's or retailer's name without blanks around it.
///
/// # Errors
/// What to tell the person.
pub fn name(text: &str) -> Result<String, Text> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Text::new("名前を入力してください。", "Enter a name."));
    }
    if text.chars().count() > NAME_MAX || text.chars().any(char::is_control) {
        return Err(Text::new(
            "名前は改行なしで 100 文字以内にしてください。",
            "Use at most 100 characters, on one line.",
        ));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{check_password, email, name};

    #[test]
    fn one_person_has_one_address() {
        assert_eq!(
            email(" Hanako@Example.JP ").as_deref(),
            Ok("hanako@example.jp")
        );
        for bad in [
            "",
            "hanako",
            "@example.jp",
            "a@b",
            "a@b..jp",
            "a@-b.jp",
            "a b@c.jp",
            "a@b@c.jp",
            "はな@example.jp",
            "a@b.jp\r\nBcc: x@y.jp",
        ] {
            assert!(email(bad).is_err(), "{bad}");
        }
        assert!(email(&format!("a@{}.jp", "b".repeat(260))).is_err());
    }

    #[test]
    fn counts_characters_not_bytes() {
        assert!(check_password("ひらがなでも十文字です").is_ok());
        assert!(check_password("ひらがな").is_err());
        assert!(check_password(&"x".repeat(201)).is_err());
        assert_eq!(name("  山田 花子 ").as_deref(), Ok("山田 花子"));
        assert!(name(" ").is_err());
        assert!(name("a\nb").is_err());
    }
}
