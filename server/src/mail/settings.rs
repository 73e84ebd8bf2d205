//! Which relay mails go to, in whose name, and who answers for them.

use lettre::message::Mailbox;
use secrecy::{ExposeSecret, SecretString};

/// How the relay is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Encrypted from the first byte, usually at port 465.
    Wrapped,
    /// Encrypted after STARTTLS, usually at port 587; a relay that does not know it is sent nothing.
    Start,
    /// In the clear: a relay on this machine, or behind the same wall.
    None,
}

/// What mails are sent with, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The relay's name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it is spoken to.
    pub tls: Tls,
    /// User and password, where it wants them.
    pub login: Option<(String, SecretString)>,
    /// In whose name.
    pub from: Mailbox,
    /// Who is responsible, as the law wants it said.
    pub operator: Operator,
    /// How many mails a second this server sends at most.
    pub per_second: u32,
}

/// Who sends mails for retailers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The name.
    pub name: String,
    /// The postal address.
    pub place: String,
    /// Where questions and complaints go: a mail address, a telephone number, a page.
    pub contact: String,
}

/// As it is written in the configuration.
#[derive(Clone, Debug)]
pub struct Raw {
    /// `smtp_host`.
    pub host: String,
    /// `smtp_port`.
    pub port: u16,
    /// `smtp_tls`.
    pub tls: String,
    /// `smtp_user`.
    pub user: String,
    /// `smtp_password`.
    pub password: SecretString,
    /// `mail_from`.
    pub from: String,
    /// `mail_from_name`.
    pub from_name: String,
    /// `mail_operator`.
    pub operator: String,
    /// `mail_operator_address`.
    pub place: String,
    /// `mail_operator_contact`.
    pub contact: String,
    /// `mails_per_second`.
    pub per_second: u32,
}

impl Raw {
    /// The settings; `None` where no relay is named.
    ///
    /// # Errors
    /// The key that is wrong, and what would be right.
    pub fn check(self) -> Result<Option<Settings>, (&'static str, &'static str)> {
        let host = self.host.trim().to_owned();
        if host.is_empty() {
            return Ok(None);
        }
        let tls = match self.tls.trim() {
            "tls" => Tls::Wrapped,
            "starttls" => Tls::Start,
            "none" => Tls::None,
            _ => return Err(("smtp_tls", "tls, starttls or none")),
        };
        let user = self.user.trim().to_owned();
        let has_password = !self.password.expose_secret().is_empty();
        if user.is_empty() == has_password {
            return Err(("smtp_user and smtp_password", "both, or neither"));
        }
        let is_here = ["localhost", "127.0.0.1", "::1"].contains(&host.as_str());
        if has_password && tls == Tls::None && !is_here {
            return Err((
                "smtp_tls",
                "tls or starttls, since a password would travel in the clear",
            ));
        }
        let one_line = |text: &str| {
            let text = text.trim();
            (!text.is_empty() && !text.chars().any(char::is_control)).then(|| text.to_owned())
        };
        let from = self
            .from
            .trim()
            .parse()
            .map_err(|_| ("mail_from", "a mail address"))?;
        let name = one_line(&self.from_name).ok_or(("mail_from_name", "a name"))?;
        let line = |key, text: &str| {
            one_line(text).ok_or((key, "given: the law wants it in every mail that advertises"))
        };
        if self.per_second == 0 {
            return Err(("mails_per_second", "at least 1"));
        }
        Ok(Some(Settings {
            host,
            port: self.port,
            tls,
            login: has_password.then_some((user, self.password)),
            from: Mailbox::new(Some(name), from),
            operator: Operator {
                name: line("mail_operator", &self.operator)?,
                place: line("mail_operator_address", &self.place)?,
                contact: line("mail_operator_contact", &self.contact)?,
            },
            per_second: self.per_second,
        }))
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::{Raw, Tls};

    fn raw() -> Raw {
        Raw {
            host: "smtp.example.jp".to_owned(),
            port: 587,
            tls: "starttls".to_owned(),
            user: "raiten".to_owned(),
            password: SecretString::from("hunter2"),
            from: "coupon@raiten.example".to_owned(),
            from_name: "来店 Raiten".to_owned(),
            operator: "株式会社れい".to_owned(),
            place: "東京都千代田区1-1".to_owned(),
            contact: "https://raiten.example/contact".to_owned(),
            per_second: 10,
        }
    }

    fn wrong(change: impl FnOnce(&mut Raw)) -> Option<&'static str> {
        let mut bad = raw();
        change(&mut bad);
        bad.check().err().map(|(key, _)| key)
    }

    #[test]
    fn mail_is_off_until_a_relay_is_named_and_then_complete() {
        let off = Raw {
            host: " ".to_owned(),
            from: String::new(),
            ..raw()
        };
        assert!(matches!(off.check(), Ok(None)));
        let on = raw().check();
        assert!(
            matches!(&on, Ok(Some(settings)) if settings.tls == Tls::Start && settings.login.is_some())
        );
        assert!(!format!("{on:?}").contains("hunter2"));
        assert_eq!(wrong(|r| r.tls = "ssl".to_owned()), Some("smtp_tls"));
        assert_eq!(wrong(|r| r.tls = "none".to_owned()), Some("smtp_tls"));
        assert_eq!(
            wrong(|r| r.user.clear()),
            Some("smtp_user and smtp_password")
        );
        assert_eq!(wrong(|r| r.from = "raiten".to_owned()), Some("mail_from"));
        assert_eq!(
            wrong(|r| r.from_name = "a\r\nBcc: b".to_owned()),
            Some("mail_from_name")
        );
        assert_eq!(wrong(|r| r.operator.clear()), Some("mail_operator"));
        assert_eq!(wrong(|r| r.place.clear()), Some("mail_operator_address"));
        assert_eq!(wrong(|r| r.contact.clear()), Some("mail_operator_contact"));
        assert_eq!(wrong(|r| r.per_second = 0), Some("mails_per_second"));
        // On the machine itself nobody listens.
        assert_eq!(
            wrong(|r| {
                r.tls = "none".to_owned();
                r.host = "localhost".to_owned();
            }),
            None
        );
    }
}
