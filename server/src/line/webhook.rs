//! What LINE tells: friends who come and go, and what they type. Believed by its signature alone.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use serde::Deserialize;
use sha2::Sha256;

use super::Settings;

/// The header with the signature.
pub const SIGNATURE: &str = "x-line-signature";

/// What LINE sends in one request.
#[derive(Clone, Debug, Deserialize)]
pub struct Told {
    /// In the order in which it happened, as far as LINE knows.
    #[serde(default)]
    pub events: Vec<Event>,
}

/// Something that happened. What is not of interest has other members too.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// What kind: `follow`, `unfollow`, `message` are dealt with.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same however often it is told.
    pub webhook_event_id: String,
    /// When, unix milliseconds.
    pub timestamp: i64,
    /// Lets us answer it, once and soon.
    pub reply_token: Option<String>,
    /// By whom.
    pub source: Option<Source>,
    /// What was typed.
    pub message: Option<Message>,
}

/// Where something happened.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// `user`, or a group or room, which are let be.
    #[serde(rename = "type")]
    pub kind: String,
    /// By whom.
    pub user_id: Option<String>,
}

/// What was sent in a chat.
#[derive(Clone, Debug, Deserialize)]
pub struct Message {
    /// The text, where it was one.
    pub text: Option<String>,
}

impl Event {
    /// The person in whose own chat it happened.
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        let source = self.source.as_ref()?;
        (source.kind == "user").then_some(source.user_id.as_deref())?
    }
}

/// Whether LINE signed these bytes: HMAC-SHA256 by the account's secret, in base 64. Takes as long wherever it differs.
#[must_use]
pub fn is_signed(settings: &Settings, body: &[u8], signature: &str) -> bool {
    let Ok(given) = STANDARD.decode(signature) else {
        return false;
    };
    // HMAC takes a key of any length.
    Hmac::<Sha256>::new_from_slice(settings.secret.expose_secret().trim().as_bytes())
        .is_ok_and(|mac| mac.chain_update(body).verify_slice(&given).is_ok())
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::{Settings, Told, is_signed};

    fn settings(secret: &str) -> Settings {
        Settings {
            api: String::new(),
            token: SecretString::default(),
            secret: SecretString::from(secret),
            friend_url: None,
        }
    }

    #[test]
    fn only_what_the_accounts_secret_signed_is_believed() {
        // printf '{"events":[]}' | openssl dgst -sha256 -hmac secret -binary | base64
        let good = "pkK1lVPJPiJ+wPLziRD79xIxohl8AImYM8AEeM7IbzQ=";
        let body = br#"{"events":[]}"#;
        assert!(is_signed(&settings("secret"), body, good));
        assert!(!is_signed(&settings("other"), body, good));
        assert!(!is_signed(&settings("secret"), br#"{"events":[] }"#, good));
        for bad in ["", "%", &good[1..], "AAAA", &good.to_ascii_lowercase()] {
            assert!(!is_signed(&settings("secret"), body, bad), "{bad}");
        }
    }

    #[test]
    fn reads_what_matters_and_lets_the_rest_be() -> anyhow::Result<()> {
        let told: Told = serde_json::from_str(
            r#"{"destination":"Uxxx","events":[
                {"type":"message","message":{"type":"text","id":"1","quoteToken":"q","text":"ABCD2345"},"webhookEventId":"01F","timestamp":1,
                 "deliveryContext":{"isRedelivery":false},"source":{"type":"user","userId":"U1"},"replyToken":"r","mode":"active"},
                {"type":"unfollow","webhookEventId":"02F","timestamp":2,"source":{"type":"user","userId":"U1"},"mode":"active"},
                {"type":"message","message":{"type":"sticker","id":"1"},"webhookEventId":"03F","timestamp":3,
                 "source":{"type":"group","groupId":"C1","userId":"U1"},"replyToken":"r","mode":"active"}]}"#,
        )?;
        let [text, gone, group] = told.events.as_slice() else {
            anyhow::bail!("{told:?}");
        };
        assert_eq!(
            text.message.as_ref().and_then(|m| m.text.as_deref()),
            Some("ABCD2345")
        );
        assert_eq!(gone.user_id(), Some("U1"));
        assert_eq!(group.user_id(), None);
        Ok(())
    }
}
