//! What a page's first load fetches, as a release build makes it.

use super::Figure;
use crate::cli;
use crate::demo;
use crate::places::Places;
use crate::web::{Budget, Profile, sizes};
use anyhow::Result;

pub fn measure(places: &Places, wanted: &cli::Bench) -> Result<Vec<Figure>> {
    demo::web(places, wanted.yes, Profile::Release)?;
    let budget = Budget::read(places)?;
    let mut figures = Vec::new();
    for size in sizes(places)? {
        let name = |what: &str| format!("{}_{what}", size.page);
        figures.push(Figure::new(name("raw"), size.raw() as f64 / 1e3, "kB"));
        figures.push(Figure {
            aim: Some(budget.of(size.page)?),
            ..Figure::new(name("brotli"), size.sent() as f64 / 1e3, "kB")
        });
        figures.push(Figure::new(name("requests"), size.files.len() as f64, "1"));
    }
    Ok(figures)
}
