//! Reading a plot: what it stands at, by finger, mouse and keyboard.

use leptos::{html, prelude::*};

/// Where a key leads among `count` things from `at`; `None` for a key that leads nowhere.
#[must_use]
pub fn step(key: &str, at: Option<usize>, count: usize) -> Option<Option<usize>> {
    let last = count.checked_sub(1)?;
    let to = match key {
        "ArrowRight" | "ArrowDown" => at.map_or(0, |at| at + 1),
        "ArrowLeft" | "ArrowUp" => at.map_or(last, |at| at.saturating_sub(1)),
        "PageDown" => at.map_or(0, |at| at + 10),
        "PageUp" => at.map_or(last, |at| at.saturating_sub(10)),
        "Home" => 0,
        "End" => last,
        "Escape" => return Some(None),
        _ => return None,
    };
    Some(Some(to.min(last)))
}

/// The width of an element in CSS pixels, followed while the window changes; `first` until it is on the page.
pub fn width_of(node: NodeRef<html::Div>, first: f64) -> Signal<f64> {
    let width = RwSignal::new(first);
    let measure = move || {
        let Some(now) = node.try_get_untracked().flatten().map(|e| e.client_width()) else {
            return;
        };
        // Nothing is measured while it is folded away.
        if now > 0 && (width.get_untracked() - f64::from(now)).abs() >= 1.0 {
            width.set(f64::from(now));
        }
    };
    Effect::new(move |_| {
        if node.get().is_some() {
            measure();
            // Once more when all is in its place: a scroll bar may have come.
            request_animation_frame(measure);
        }
    });
    let listener = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || listener.remove());
    width.into()
}

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn keys_lead_from_one_end_to_the_other() {
        assert_eq!(step("ArrowRight", None, 3), Some(Some(0)));
        assert_eq!(step("ArrowRight", Some(2), 3), Some(Some(2)));
        assert_eq!(step("ArrowLeft", Some(0), 3), Some(Some(0)));
        assert_eq!(step("ArrowUp", None, 3), Some(Some(2)));
        assert_eq!(step("End", Some(0), 3), Some(Some(2)));
        assert_eq!(step("PageDown", Some(1), 90), Some(Some(11)));
        assert_eq!(step("Escape", Some(1), 3), Some(None));
        assert_eq!(step("Tab", Some(1), 3), None);
        assert_eq!(step("Home", None, 0), None);
    }
}
