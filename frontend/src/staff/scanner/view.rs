//! The viewfinder.

use std::time::Duration;

use leptos::{html, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::JsFuture;

use super::camera::{Camera, CameraError};
use crate::{
    lang::t,
    staff::text,
    ui::{Button, ButtonKind, IconName, Notice, Spinner, Tone},
};

/// Between two looks at the picture: the page stays responsive and the phone cool.
const PAUSE: Duration = Duration::from_millis(90);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    Opening,
    Running { torch: bool },
    Failed(CameraError),
}

async fn sleep(time: Duration) {
    let promise = js_sys::Promise::new(&mut |done, _| {
        let wake = Closure::once_into_js(move || {
            let _ = done.call0(&wasm_bindgen::JsValue::NULL);
        });
        if let Some(window) = web_sys::window() {
            let milliseconds = i32::try_from(time.as_millis()).unwrap_or(i32::MAX);
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(
                wake.unchecked_ref(),
                milliseconds,
            );
        }
    });
    let _ = JsFuture::from(promise).await;
}

fn hidden() -> bool {
    web_sys::window()
        .and_then(|w| w.document())
        .is_some_and(|d| d.hidden())
}

/// A short buzz, where the device has one and the browser lets us.
pub fn vibrate(milliseconds: u32) {
    if let Some(window) = web_sys::window() {
        // Safari has no such member; calling it blindly would throw.
        let navigator = window.navigator();
        if js_sys::Reflect::has(&navigator, &"vibrate".into()).unwrap_or(false) {
            navigator.vibrate_with_duration(milliseconds);
        }
    }
}

/// The camera's picture, searched for a code until there is one, the page is left, or the person stops it.
#[component]
pub fn Scanner(
    /// What a code does. The camera is off by then.
    on_code: Callback<String>,
    /// What stopping does.
    on_stop: Callback<()>,
) -> impl IntoView {
    let video = NodeRef::<html::Video>::new();
    let state = RwSignal::new(View::Opening);
    let light = RwSignal::new(false);
    let begun = StoredValue::new(false);
    // Gone with the component: the loop sees it and lets the camera go.
    let alive = StoredValue::new(());
    Effect::new(move |_| {
        let Some(video) = video.get() else { return };
        if begun.get_value() {
            return;
        }
        begun.set_value(true);
        spawn_local(async move {
            let camera = match Camera::open(video).await {
                Ok(camera) => camera,
                Err(error) => {
                    let _ = state.try_set(View::Failed(error));
                    return;
                }
            };
            let torch = camera.has_torch();
            let _ = state.try_set(View::Running { torch });
            let mut lit = false;
            while alive.try_get_value().is_some() {
                if hidden() {
                    drop(camera);
                    on_stop.run(());
                    return;
                }
                if let Some(wanted) = light.try_get_untracked()
                    && wanted != lit
                {
                    lit = wanted;
                    camera.set_torch(lit).await;
                }
                if let Some(text) = camera.read().await {
                    drop(camera);
                    if alive.try_get_value().is_some() {
                        vibrate(60);
                        on_code.run(text);
                    }
                    return;
                }
                sleep(PAUSE).await;
            }
        });
    });
    let failed = move || match state.get() {
        View::Failed(error) => {
            let (title, advice) = match error {
                CameraError::Denied => (text::CAMERA_DENIED, text::CAMERA_DENIED_ADVICE),
                CameraError::Missing => (text::CAMERA_MISSING, text::CAMERA_MISSING_ADVICE),
                CameraError::Busy => (text::CAMERA_BUSY, text::CAMERA_BUSY_ADVICE),
                CameraError::Unsupported => {
                    (text::CAMERA_UNSUPPORTED, text::CAMERA_UNSUPPORTED_ADVICE)
                }
            };
            Some(view! {
                <Notice
                    tone=Tone::Warn
                    title=Signal::derive(move || t(title)().to_owned())
                    testid="camera-problem"
                >
                    <p>{t(advice)}</p>
                </Notice>
            })
        }
        _ => None,
    };
    let is_failed = move || matches!(state.get(), View::Failed(_));
    view! {
        <div class="scanner" data-testid="scanner">
            {failed}
            <div class="scanner-view" class:is-off=is_failed>
                <video
                    node_ref=video
                    class="scanner-video"
                    autoplay=true
                    prop:muted=true
                    playsinline=true
                    aria-label=t(text::SCAN_AIM)
                ></video>
                <svg class="scanner-frame" viewBox="0 0 100 100" aria-hidden="true">
                    <path d="M18 34V24a6 6 0 0 1 6-6h10M66 18h10a6 6 0 0 1 6 6v10M82 66v10a6 6 0 0 1-6 6H66M34 82H24a6 6 0 0 1-6-6V66" />
                </svg>
                <div class="scanner-words">
                    {move || match state.get() {
                        View::Opening => {
                            view! {
                                <Spinner label=Signal::derive(move || {
                                    t(text::SCAN_OPENING)().to_owned()
                                }) />
                            }
                                .into_any()
                        }
                        _ => view! { <p>{t(text::SCAN_AIM)}</p> }.into_any(),
                    }}
                </div>
            </div>
            <div class="scanner-actions">
                <Button kind=ButtonKind::Secondary icon=IconName::Cross on_press=on_stop testid="till-scan-stop">
                    {move || if is_failed() { t(text::CLOSE)() } else { t(text::SCAN_STOP)() }}
                </Button>
                {move || {
                    (state.get() == View::Running { torch: true })
                        .then(|| {
                            view! {
                                <Button
                                    kind=ButtonKind::Secondary
                                    icon=IconName::Sun
                                    on_press=Callback::new(move |()| light.update(|on| *on = !*on))
                                    testid="till-torch"
                                >
                                    {t(text::TORCH)}
                                </Button>
                            }
                        })
                }}
            </div>
        </div>
    }
}
