//! One fix of the device's position. It stays on the device: what is sent is made of it in `shopper::session` and `near`.

use app::geo::LatLng;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A fix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fix {
    /// Where.
    pub at: LatLng,
    /// Radius that the device gives for it, metres, rounded up.
    pub accuracy_m: u32,
}

/// Why there is no fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoFix {
    /// The shopper or the browser's settings said no.
    Denied,
    /// The device cannot tell.
    Unavailable,
    /// It took too long.
    Timeout,
    /// This browser, or this insecure connection, has no positions.
    Unsupported,
}

/// Long enough for a cold satellite fix in a street, short enough to wait for.
const TIMEOUT_MS: u32 = 12_000;
/// A fix as old as this is as good as a new one for somebody who looks around.
pub const A_MINUTE: u32 = 60_000;

/// Asks the device for a fix that is so many milliseconds old at most; the browser asks the shopper where it has not yet.
///
/// # Errors
/// See [`NoFix`].
pub async fn fix(maximum_age_ms: u32) -> Result<Fix, NoFix> {
    let geolocation = web_sys::window()
        .and_then(|w| w.navigator().geolocation().ok())
        .ok_or(NoFix::Unsupported)?;
    let options = web_sys::PositionOptions::new();
    options.set_enable_high_accuracy(true);
    options.set_timeout(TIMEOUT_MS);
    options.set_maximum_age(maximum_age_ms);
    let asked = js_sys::Promise::new(&mut |resolve, reject| {
        let begun = geolocation.get_current_position_with_error_callback_and_options(
            &resolve,
            Some(&reject),
            &options,
        );
        if let Err(error) = begun {
            let _ = reject.call1(&JsValue::NULL, &error);
        }
    });
    let position: web_sys::Position = JsFuture::from(asked)
        .await
        .map_err(|error| why(&error))?
        .unchecked_into();
    let coords = position.coords();
    Ok(Fix {
        at: LatLng::new(coords.latitude(), coords.longitude()).map_err(|_| NoFix::Unavailable)?,
        // `as` saturates, and an accuracy that is no number becomes 0: the device says nothing, so the worst is assumed.
        accuracy_m: match coords.accuracy().ceil() as u32 {
            0 => u32::MAX,
            metres => metres,
        },
    })
}

fn why(error: &JsValue) -> NoFix {
    match error.unchecked_ref::<web_sys::PositionError>().code() {
        web_sys::PositionError::PERMISSION_DENIED => NoFix::Denied,
        web_sys::PositionError::TIMEOUT => NoFix::Timeout,
        _ => NoFix::Unavailable,
    }
}
