//! The camera: opened, shown in a video element, read frame by frame, and always closed again.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement, MediaStream,
    MediaStreamConstraints, MediaStreamTrack,
};

use super::decode;

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CameraError {
    /// The person or the browser's settings said no.
    Denied,
    /// There is no camera.
    Missing,
    /// Another program has it.
    Busy,
    /// The page is not allowed to ask (no secure connection, an in-app browser).
    Unsupported,
}

impl CameraError {
    fn of(error: &JsValue) -> Self {
        let name = Reflect::get(error, &"name".into())
            .ok()
            .and_then(|n| n.as_string())
            .unwrap_or_default();
        match name.as_str() {
            "NotAllowedError" | "SecurityError" => Self::Denied,
            "NotFoundError" | "OverconstrainedError" => Self::Missing,
            "NotReadableError" | "AbortError" => Self::Busy,
            _ => Self::Unsupported,
        }
    }
}

/// Side of the square that is searched for a code, pixels. A phone's code fills a third of the frame or more, so a
/// module keeps at least four pixels.
const SIDE: u32 = 480;

enum Reader {
    /// The browser's own `BarcodeDetector`.
    Native(JsValue),
    /// Ours, on the pixels of a canvas.
    Pixels(CanvasRenderingContext2d),
}

/// An open camera. Dropping it turns it off.
pub struct Camera {
    stream: MediaStream,
    video: HtmlVideoElement,
    reader: Reader,
    frames: std::cell::Cell<u32>,
}

impl Drop for Camera {
    fn drop(&mut self) {
        stop(&self.stream);
        self.video.set_src_object(None);
    }
}

fn stop(stream: &MediaStream) {
    for track in stream.get_tracks().iter() {
        if let Ok(track) = track.dyn_into::<MediaStreamTrack>() {
            track.stop();
        }
    }
}

/// An object of the given members, for the calls that the bindings do not have.
fn object(members: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in members {
        // Setting a member of a fresh object cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object
}

impl Camera {
    /// Opens the camera that looks away from the person and shows it in `video`.
    ///
    /// # Errors
    /// Why there is no picture; nothing stays open then.
    pub async fn open(video: HtmlVideoElement) -> Result<Self, CameraError> {
        let window = web_sys::window().ok_or(CameraError::Unsupported)?;
        let devices = window
            .navigator()
            .media_devices()
            .map_err(|_| CameraError::Unsupported)?;
        let wish = object(&[
            (
                "facingMode",
                object(&[("ideal", "environment".into())]).into(),
            ),
            ("width", object(&[("ideal", 1280.into())]).into()),
            ("height", object(&[("ideal", 720.into())]).into()),
        ]);
        let constraints = MediaStreamConstraints::new();
        constraints.set_video(&wish);
        let asked = devices
            .get_user_media_with_constraints(&constraints)
            .map_err(|e| CameraError::of(&e))?;
        let stream = JsFuture::from(asked)
            .await
            .map_err(|e| CameraError::of(&e))?
            .dyn_into::<MediaStream>()
            .map_err(|_| CameraError::Unsupported)?;
        let Some(reader) = Reader::best().await else {
            stop(&stream);
            return Err(CameraError::Unsupported);
        };
        video.set_src_object(Some(&stream));
        let camera = Self {
            stream,
            video,
            reader,
            frames: std::cell::Cell::new(0),
        };
        if let Ok(playing) = camera.video.play() {
            // A refused autoplay leaves a still picture; the frames come all the same.
            let _ = JsFuture::from(playing).await;
        }
        Ok(camera)
    }

    fn track(&self) -> Option<MediaStreamTrack> {
        self.stream.get_video_tracks().get(0).dyn_into().ok()
    }

    /// Whether the lamp can be switched.
    #[must_use]
    pub fn has_torch(&self) -> bool {
        let Some(track) = self.track() else {
            return false;
        };
        let Ok(ask) = Reflect::get(&track, &"getCapabilities".into()) else {
            return false;
        };
        ask.dyn_ref::<Function>()
            .and_then(|f| f.call0(&track).ok())
            .and_then(|c| Reflect::get(&c, &"torch".into()).ok())
            .is_some_and(|torch| torch.is_truthy())
    }

    /// Switches the lamp. A camera without one ignores it.
    pub async fn set_torch(&self, on: bool) {
        let Some(track) = self.track() else { return };
        let wish = object(&[(
            "advanced",
            Array::of1(&object(&[("torch", on.into())])).into(),
        )]);
        if let Ok(promise) = track.apply_constraints_with_constraints(&wish.unchecked_into()) {
            let _ = JsFuture::from(promise).await;
        }
    }

    /// Looks at the present frame: the text of the code in it, if there is one.
    pub async fn read(&self) -> Option<String> {
        let (width, height) = (self.video.video_width(), self.video.video_height());
        if width == 0 || height == 0 {
            return None;
        }
        match &self.reader {
            Reader::Native(detector) => native(detector, &self.video).await,
            Reader::Pixels(context) => {
                let turn = self.frames.get();
                self.frames.set(turn.wrapping_add(1));
                pixels(context, &self.video, width, height, turn)
            }
        }
    }
}

impl Reader {
    async fn best() -> Option<Self> {
        match Self::native().await {
            Some(detector) => Some(Self::Native(detector)),
            None => Self::canvas().map(Self::Pixels),
        }
    }

    /// A `BarcodeDetector` for QR codes, where the browser has one that knows them.
    async fn native() -> Option<JsValue> {
        let class: Function = Reflect::get(&js_sys::global(), &"BarcodeDetector".into())
            .ok()?
            .dyn_into()
            .ok()?;
        let ask: Function = Reflect::get(&class, &"getSupportedFormats".into())
            .ok()?
            .dyn_into()
            .ok()?;
        let promise: Promise = ask.call0(&class).ok()?.dyn_into().ok()?;
        let formats: Array = JsFuture::from(promise).await.ok()?.dyn_into().ok()?;
        formats
            .includes(&"qr_code".into(), 0)
            .then(|| object(&[("formats", Array::of1(&"qr_code".into()).into())]))
            .and_then(|options| Reflect::construct(&class, &Array::of1(&options)).ok())
    }

    fn canvas() -> Option<CanvasRenderingContext2d> {
        let canvas: HtmlCanvasElement = web_sys::window()?
            .document()?
            .create_element("canvas")
            .ok()?
            .dyn_into()
            .ok()?;
        canvas.set_width(SIDE);
        canvas.set_height(SIDE);
        canvas
            .get_context_with_context_options("2d", &object(&[("willReadFrequently", true.into())]))
            .ok()??
            .dyn_into()
            .ok()
    }
}

async fn native(detector: &JsValue, video: &HtmlVideoElement) -> Option<String> {
    let detect: Function = Reflect::get(detector, &"detect".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let promise: Promise = detect.call1(detector, video).ok()?.dyn_into().ok()?;
    let found: Array = JsFuture::from(promise).await.ok()?.dyn_into().ok()?;
    Reflect::get(&found.get(0), &"rawValue".into())
        .ok()?
        .as_string()
        .filter(|text| !text.is_empty())
}

/// Every second frame the middle at its own sharpness (a code held far away), every other the whole frame's square
/// (a code held close); every fourth look is a thorough one.
fn pixels(
    context: &CanvasRenderingContext2d,
    video: &HtmlVideoElement,
    width: u32,
    height: u32,
    turn: u32,
) -> Option<String> {
    let shorter = width.min(height);
    let side = if turn.is_multiple_of(2) {
        shorter
    } else {
        (shorter * 3 / 5).max(SIDE.min(shorter))
    };
    let (left, top) = ((width - side) / 2, (height - side) / 2);
    let target = SIDE.min(side);
    context
        .draw_image_with_html_video_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
            video,
            left.into(),
            top.into(),
            side.into(),
            side.into(),
            0.0,
            0.0,
            target.into(),
            target.into(),
        )
        .ok()?;
    let image = context
        .get_image_data(0.0, 0.0, target.into(), target.into())
        .ok()?;
    decode::decode(decode::luma(&image.data().0), target, target, turn % 4 >= 2)
}
