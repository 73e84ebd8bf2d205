//! Which official account, and by which keys it is spoken for.

use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// What LINE is spoken to with, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the Messaging API is, without a trailing slash.
    pub api: String,
    /// Lets us speak for the account.
    pub token: SecretString,
    /// Signs what LINE tells.
    pub secret: SecretString,
    /// Where the account is added as a friend, where that was said.
    pub friend_url: Option<String>,
}

/// As it is written in the configuration.
#[derive(Clone, Debug)]
pub struct Raw {
    /// `line_api`.
    pub api: String,
    /// `line_channel_token`.
    pub token: SecretString,
    /// `line_channel_secret`.
    pub secret: SecretString,
    /// `line_friend_url`.
    pub friend_url: String,
}

impl Raw {
    /// The settings; `None` where neither key is given.
    ///
    /// # Errors
    /// The key that is wrong, and what would be right.
    pub fn check(self) -> Result<Option<Settings>, (&'static str, &'static str)> {
        let is_set = |text: &SecretString| !text.expose_secret().trim().is_empty();
        match (is_set(&self.token), is_set(&self.secret)) {
            (false, false) => return Ok(None),
            (true, true) => {}
            _ => {
                return Err((
                    "line_channel_token and line_channel_secret",
                    "both, or neither",
                ));
            }
        }
        let api = self.api.trim().trim_end_matches('/').to_owned();
        let is_here =
            |url: &Url| matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        let good = Url::parse(&api)
            .is_ok_and(|url| url.scheme() == "https" || (url.scheme() == "http" && is_here(&url)));
        if !good {
            return Err(("line_api", "an address that begins with https://"));
        }
        let friend_url = self.friend_url.trim().to_owned();
        let good = friend_url.is_empty()
            || Url::parse(&friend_url).is_ok_and(|url| url.scheme() == "https");
        if !good {
            return Err(("line_friend_url", "an address that begins with https://"));
        }
        Ok(Some(Settings {
            api,
            token: self.token,
            secret: self.secret,
            friend_url: (!friend_url.is_empty()).then_some(friend_url),
        }))
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::Raw;

    fn wrong(change: impl FnOnce(&mut Raw)) -> Option<&'static str> {
        let mut raw = Raw {
            api: "https://api.line.me/".to_owned(),
            token: SecretString::from("token"),
            secret: SecretString::from("secret"),
            friend_url: "https://line.me/R/ti/p/@raiten".to_owned(),
        };
        change(&mut raw);
        raw.check().err().map(|(key, _)| key)
    }

    #[test]
    fn both_keys_or_neither() {
        assert_eq!(wrong(|_| {}), None);
        let keys = Some("line_channel_token and line_channel_secret");
        assert_eq!(wrong(|r| r.token = SecretString::default()), keys);
        assert_eq!(wrong(|r| r.secret = SecretString::from(" ")), keys);
        assert_eq!(
            wrong(|r| r.api = "http://api.line.me".to_owned()),
            Some("line_api")
        );
        assert_eq!(wrong(|r| r.api = "http://127.0.0.1:8000".to_owned()), None);
        assert_eq!(
            wrong(|r| r.friend_url = "javascript:x".to_owned()),
            Some("line_friend_url")
        );
        assert_eq!(wrong(|r| r.friend_url.clear()), None);
    }
}
