//! A QR code as vectors.

use leptos::prelude::*;

use crate::markup::view;
use qrcode::{Color, EcLevel, QrCode as Code};
use std::fmt::Write;

use super::text;
use crate::lang::t;

/// The quiet zone that ISO/IEC 18004 asks for, modules.
const QUIET: usize = 4;

/// A QR code, always dark on white: scanners do not read the inverse. Nothing where the text is too long for one.
#[component]
pub fn QrCode(
    /// What it says.
    #[prop(into)]
    data: String,
) -> impl IntoView {
    picture(&data).map(|(side, path)| {
        view! {
            <svg
                class="qr"
                viewBox=format!("0 0 {side} {side}")
                role="img"
                aria-label=t(text::QR_LABEL)
                shape-rendering="crispEdges"
            >
                <rect width=side height=side fill="#fff"></rect>
                <path d=path fill="#000"></path>
            </svg>
        }
    })
}

/// The side in modules and the dark modules as one path, a run of them at a time.
fn picture(data: &str) -> Option<(usize, String)> {
    // Level Q: a quarter of it may be glare or a crack in the glass.
    let code = Code::with_error_correction_level(data, EcLevel::Q).ok()?;
    let width = code.width();
    let colors = code.to_colors();
    let mut path = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..].iter().take_while(|c| **c == Color::Dark).count();
            if run > 0 {
                // Writing into a String cannot fail.
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
            }
            x += run.max(1);
        }
    }
    Some((width + 2 * QUIET, path))
}

#[cfg(test)]
mod tests {
    use super::{Code, Color, EcLevel, QUIET, picture};

    /// The path, painted on a grid, is the code's own modules.
    #[test]
    fn path_paints_the_modules() -> Result<(), Box<dyn std::error::Error>> {
        let data = "ABCD-EFGH-JKMN-PQ";
        let (side, path) = picture(data).ok_or("too long")?;
        let code = Code::with_error_correction_level(data, EcLevel::Q)?;
        assert_eq!(side, code.width() + 2 * QUIET);
        let mut painted = vec![false; side * side];
        for part in path.split('M').skip(1) {
            let (at, rest) = part.split_once('h').ok_or("no run")?;
            let (x, y) = at.split_once(' ').ok_or("no point")?;
            let (run, _) = rest.split_once('v').ok_or("no height")?;
            let (x, y, run): (usize, usize, usize) = (x.parse()?, y.parse()?, run.parse()?);
            painted[y * side + x..y * side + x + run].fill(true);
        }
        for (i, color) in code.to_colors().iter().enumerate() {
            let (x, y) = (i % code.width() + QUIET, i / code.width() + QUIET);
            assert_eq!(painted[y * side + x], *color == Color::Dark);
        }
        Ok(())
    }
}
