//! Messages to this browser, as far as the browser is asked about them.

use app::api::contact::BrowserInput;
use js_sys::Reflect;
use serde::Deserialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::json;

/// Whether messages can come to this browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ability {
    /// They can; it may have to be asked for.
    Able,
    /// An iPhone that has the page in Safari and not on the home screen.
    FromHomeScreen,
    /// Somebody said no, which only the browser's settings undo.
    Denied,
    /// It has no messages.
    Unable,
}

/// Why there is no subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSubscribed {
    /// Somebody said no, or closed the question.
    Refused,
    /// The browser's push service could not be reached, or the browser has none.
    Failed,
}

impl From<JsValue> for NotSubscribed {
    fn from(_: JsValue) -> Self {
        Self::Failed
    }
}

fn has(object: &JsValue, name: &str) -> bool {
    Reflect::has(object, &name.into()).unwrap_or(false)
}

/// What can be said without asking anybody.
#[must_use]
pub fn ability() -> Ability {
    let Some(window) = web_sys::window() else {
        return Ability::Unable;
    };
    let navigator = window.navigator();
    let able = has(&window, "PushManager")
        && has(&window, "Notification")
        && has(&navigator, "serviceWorker");
    if able {
        return match web_sys::Notification::permission() {
            web_sys::NotificationPermission::Denied => Ability::Denied,
            _ => Ability::Able,
        };
    }
    // Only there `standalone` exists, and push comes with the home screen.
    let standalone = Reflect::get(&navigator, &"standalone".into()).unwrap_or(JsValue::UNDEFINED);
    if standalone == JsValue::FALSE {
        Ability::FromHomeScreen
    } else {
        Ability::Unable
    }
}

async fn registration() -> Result<web_sys::ServiceWorkerRegistration, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    JsFuture::from(window.navigator().service_worker().ready()?)
        .await?
        .dyn_into()
}

async fn subscription() -> Result<Option<web_sys::PushSubscription>, JsValue> {
    let found = JsFuture::from(registration().await?.push_manager()?.get_subscription()?).await?;
    Ok(found.dyn_into().ok())
}

/// Whether this browser has subscribed with a key.
pub async fn is_subscribed(push_key: &str) -> bool {
    matches!(subscription().await, Ok(Some(subscription)) if is_by(&subscription, push_key))
}

fn is_by(subscription: &web_sys::PushSubscription, push_key: &str) -> bool {
    subscription
        .options()
        .application_server_key()
        .ok()
        .flatten()
        .is_some_and(|key| base64url(&js_sys::Uint8Array::new(&key).to_vec()) == push_key)
}

/// Asks for the permission, where it was not given, and subscribes this browser. Only after a press: browsers ask only then.
///
/// # Errors
/// See [`NotSubscribed`].
pub async fn subscribe(push_key: &str, text_version: u16) -> Result<BrowserInput, NotSubscribed> {
    let asked = JsFuture::from(web_sys::Notification::request_permission()?).await?;
    if asked.as_string().as_deref() != Some("granted") {
        return Err(NotSubscribed::Refused);
    }
    // One by an earlier key is given up: the service would take nothing by the new one.
    if let Some(old) = subscription().await?
        && !is_by(&old, push_key)
    {
        JsFuture::from(old.unsubscribe()?).await?;
    }
    let options = web_sys::PushSubscriptionOptionsInit::new();
    options.set_user_visible_only(true);
    options.set_application_server_key(&JsValue::from_str(push_key));
    let manager = registration().await?.push_manager()?;
    let made = JsFuture::from(manager.subscribe_with_options(&options)?).await?;
    #[derive(Deserialize)]
    struct Made {
        endpoint: String,
        keys: Keys,
    }
    #[derive(Deserialize)]
    struct Keys {
        p256dh: String,
        auth: String,
    }
    let text = js_sys::JSON::stringify(&made)?
        .as_string()
        .unwrap_or_default();
    let made: Made = json::from_str(&text).map_err(|_| NotSubscribed::Failed)?;
    Ok(BrowserInput {
        endpoint: made.endpoint,
        p256dh: made.keys.p256dh,
        auth: made.keys.auth,
        push_key: push_key.to_owned(),
        zone: zone(),
        text_version,
    })
}

/// Gives the subscription up. Where it cannot be, the server knows of none any more, and nothing comes.
pub async fn unsubscribe() {
    if let Ok(Some(subscription)) = subscription().await
        && let Ok(gone) = subscription.unsubscribe()
    {
        let _ = JsFuture::from(gone).await;
    }
}

/// The zone of the device's clock.
#[must_use]
pub fn zone() -> String {
    let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new());
    Reflect::get(&format.resolved_options(), &"timeZone".into())
        .ok()
        .and_then(|zone| zone.as_string())
        .unwrap_or_else(|| "Asia/Tokyo".to_owned())
}

/// URL-safe base 64 without padding (RFC 4648 §5).
fn base64url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let bits = three
            .iter()
            .fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte))
            << (8 * (3 - three.len()));
        for n in 0..=three.len() {
            // Six bits always index inside the 64 letters.
            out.push(char::from(LETTERS[(bits >> (18 - 6 * n) & 63) as usize]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::base64url;

    /// RFC 4648 §10, without padding.
    #[test]
    fn encodes_as_the_standard_says() {
        for (plain, encoded) in [
            ("", ""),
            ("f", "Zg"),
            ("fo", "Zm8"),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg"),
            ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64url(plain.as_bytes()), encoded);
        }
        assert_eq!(base64url(&[0xfb, 0xff, 0xfe]), "-__-");
    }
}
