//! What a page's first load fetches, as a release build makes it.

use super::Figure;
use crate::cli;
use crate::demo;
use crate::places::Places;
use crate::web::{Profile, sizes};
use anyhow::Result;

/// kB of 1,000 bytes in brotli. A shopper's first load may take 180 at first; 100 is the aim.
const SHOPPER_AIM: f64 = 180.0;

pub fn measure(places: &Places, wanted: &cli::Bench) -> Result<Vec<Figure>> {
    demo::web(places, wanted.yes, Profile::Release)?;
    let mut figures = Vec::new();
    for size in sizes(places)? {
        figures.push(Figure::new(
            format!("{}_raw", size.page),
            size.raw as f64 / 1e3,
            "kB",
        ));
        if let Some(brotli) = size.brotli {
            figures.push(Figure {
                aim: (size.page == "shopper").then_some(SHOPPER_AIM),
                ..Figure::new(format!("{}_brotli", size.page), brotli as f64 / 1e3, "kB")
            });
        }
    }
    Ok(figures)
}
