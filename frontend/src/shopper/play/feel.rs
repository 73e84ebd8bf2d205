//! What the machine sounds and feels like. Sounds are made on the spot of a few tones, never before a tap, and only for those
//! who turned them on; the phone buzzes where it can, unless less motion is asked for.

use std::cell::RefCell;

use js_sys::{Array, Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AudioContext, OscillatorType};

use super::size::Size;
use crate::browser::{self, Keep, kept, set_kept};

const KEY: &str = "raiten.sound";

thread_local! {
    // One for the program: browsers allow a handful, and a second visit to the game needs no new one.
    static AUDIO: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
}

/// Sound, as chosen on this device, and buzzing.
#[derive(Clone, Copy)]
pub struct Feel {
    /// Whether there is sound.
    pub sound: RwSignal<bool>,
}

impl Feel {
    /// As it was left; silent at first.
    pub fn new() -> Self {
        Self {
            sound: RwSignal::new(kept(Keep::Always, KEY).is_some()),
        }
    }

    /// Turns the sound on or off; a click lets the ear know. To be called by a tap.
    pub fn toggle(self) {
        let on = !self.sound.get_untracked();
        self.sound.set(on);
        set_kept(Keep::Always, KEY, on.then_some("on"));
        self.wake();
        if on {
            self.click();
        }
    }

    /// Lets the browser know, during a tap, that sound is wanted.
    pub fn wake(self) {
        if !self.is_on() {
            return;
        }
        AUDIO.with_borrow_mut(|audio| {
            if audio.is_none() {
                *audio = AudioContext::new().ok();
            }
            if let Some(audio) = audio {
                let _ = audio.resume();
            }
        });
    }

    fn is_on(self) -> bool {
        self.sound.try_get_untracked() == Some(true)
    }

    /// The knob snaps over a tooth.
    pub fn click(self) {
        buzz(&[14]);
        self.play(&[
            (OscillatorType::Square, 1_900.0, 240.0, 0.0, 0.035, 0.09),
            (OscillatorType::Triangle, 210.0, 70.0, 0.004, 0.09, 0.3),
        ]);
    }

    /// The capsule lands in the tray, and bounces twice.
    pub fn land(self) {
        buzz(&[22, 170, 10, 120, 6]);
        self.play(&[
            (OscillatorType::Sine, 320.0, 85.0, 0.0, 0.16, 0.4),
            (OscillatorType::Square, 900.0, 300.0, 0.0, 0.02, 0.06),
            (OscillatorType::Sine, 380.0, 120.0, 0.2, 0.1, 0.2),
            (OscillatorType::Sine, 420.0, 150.0, 0.33, 0.07, 0.1),
        ]);
    }

    /// The capsule opens: a pop, and for a prize a chime as large as the prize.
    pub fn open(self, size: Size) {
        // Pentatonic, so that no two tones quarrel: D6, E6, A6, B6, D7.
        const D6: f32 = 1_174.7;
        const E6: f32 = 1_318.5;
        const A6: f32 = 1_760.0;
        const B6: f32 = 1_975.5;
        const D7: f32 = 2_349.3;
        let (notes, pattern): (&[f32], &[u32]) = match size {
            Size::Blank => (&[], &[10]),
            Size::Small => (&[A6], &[18]),
            Size::Middle => (&[E6, A6], &[18, 60, 24]),
            Size::Big => (&[D6, E6, A6, B6, D7], &[30, 50, 30, 50, 90]),
        };
        buzz(pattern);
        self.play(&[(OscillatorType::Sine, 520.0, 180.0, 0.0, 0.07, 0.3)]);
        let mut at = 0.16;
        for note in notes {
            self.play(&[
                (OscillatorType::Sine, *note, *note, at, 0.9, 0.16),
                (
                    OscillatorType::Sine,
                    note * 2.756,
                    note * 2.756,
                    at,
                    0.25,
                    0.03,
                ),
            ]);
            at += 0.11;
        }
    }

    fn play(self, tones: &[Tone]) {
        if !self.is_on() {
            return;
        }
        AUDIO.with_borrow(|audio| {
            if let Some(audio) = audio {
                for tone in tones {
                    // A device that cannot play stays silent.
                    let _ = sound(audio, tone);
                }
            }
        });
    }
}

/// Shape, from and to which frequency (Hz), after and for how many seconds, how loud at first.
type Tone = (OscillatorType, f32, f32, f64, f64, f32);

fn sound(audio: &AudioContext, tone: &Tone) -> Result<(), JsValue> {
    let (shape, from, to, after, length, volume) = *tone;
    let start = audio.current_time() + after;
    let end = start + length;
    let oscillator = audio.create_oscillator()?;
    oscillator.set_type(shape);
    oscillator.frequency().set_value_at_time(from, start)?;
    oscillator
        .frequency()
        .exponential_ramp_to_value_at_time(to, end)?;
    let gain = audio.create_gain()?;
    gain.gain().set_value_at_time(volume, start)?;
    gain.gain().exponential_ramp_to_value_at_time(0.001, end)?;
    oscillator.connect_with_audio_node(&gain)?;
    gain.connect_with_audio_node(&audio.destination())?;
    oscillator.start_with_when(start)?;
    oscillator.stop_with_when(end)
}

/// Buzzes: on, off, on, ... in milliseconds. Looked up by name: iPhones have no such function.
fn buzz(pattern: &[u32]) {
    if browser::reduced_motion() {
        return;
    }
    let Some(window) = web_sys::window() else {
        return;
    };
    let navigator: JsValue = window.navigator().into();
    if let Ok(vibrate) = Reflect::get(&navigator, &"vibrate".into())
        && let Some(vibrate) = vibrate.dyn_ref::<Function>()
    {
        let pattern: Array = pattern.iter().copied().map(JsValue::from).collect();
        let _ = vibrate.call1(&navigator, &pattern);
    }
}
