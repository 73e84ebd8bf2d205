//! A QR code as vectors. What it says is drawn by who says it; here it is only shown.

use leptos::prelude::*;

use crate::markup::view;
use std::fmt::Write;

use super::text;
use crate::lang::t;

/// The quiet zone that ISO/IEC 18004 asks for, modules.
const QUIET: usize = 4;

/// A QR code, always dark on white: scanners do not read the inverse.
#[component]
pub fn QrCode(
    /// Its modules without the quiet zone, a row each: `1` is dark.
    rows: Vec<String>,
) -> impl IntoView {
    let side = rows.len() + 2 * QUIET;
    let path = picture(&rows);
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
}

/// The dark modules as one path, a run of them at a time.
fn picture(rows: &[String]) -> String {
    let mut path = String::new();
    for (y, row) in rows.iter().enumerate() {
        let mut x = 0;
        for run in row.split('0') {
            if !run.is_empty() {
                // Writing into a String cannot fail.
                let _ = write!(
                    path,
                    "M{} {}h{n}v1h-{n}z",
                    x + QUIET,
                    y + QUIET,
                    n = run.len()
                );
            }
            x += run.len() + 1;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::{QUIET, picture};

    /// The path, painted on a grid, is the modules that were given.
    #[test]
    fn path_paints_the_modules() -> Result<(), Box<dyn std::error::Error>> {
        let code = qrcode::QrCode::new("ABCD-EFGH-JKMN-PQ")?;
        let width = code.width();
        let colors = code.to_colors();
        let rows: Vec<String> = colors
            .chunks(width)
            .map(|row| row.iter().map(|c| c.select('1', '0')).collect())
            .collect();
        let mut painted = vec![false; width * width];
        for part in picture(&rows).split('M').skip(1) {
            let (at, rest) = part.split_once('h').ok_or("no run")?;
            let (x, y) = at.split_once(' ').ok_or("no point")?;
            let (run, _) = rest.split_once('v').ok_or("no height")?;
            let (x, y, run): (usize, usize, usize) = (x.parse()?, y.parse()?, run.parse()?);
            let from = (y - QUIET) * width + x - QUIET;
            painted[from..from + run].fill(true);
        }
        let dark: Vec<bool> = colors.iter().map(|c| c.select(true, false)).collect();
        assert_eq!(painted, dark);
        Ok(())
    }
}
