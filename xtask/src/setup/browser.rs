//! Chromium for the journeys, with fonts that know Japanese.

use super::apt;
use crate::process::find;
use std::env;
use std::path::PathBuf;

/// Where a Chromium is, `$CHROMIUM` first.
pub fn chromium() -> PathBuf {
    env::var_os("CHROMIUM")
        .map(PathBuf::from)
        .or_else(|| find("chromium"))
        .or_else(|| find("google-chrome"))
        .unwrap_or_else(|| "/usr/bin/chromium".into())
}

/// The packages to install; none where a browser was chosen by hand.
pub fn missing_packages() -> Vec<&'static str> {
    if env::var_os("CHROMIUM").is_some() {
        return Vec::new();
    }
    if !apt::available() {
        return if chromium().exists() {
            Vec::new()
        } else {
            vec!["chromium"]
        };
    }
    // Without the fonts, Japanese is boxes.
    apt::missing(&["chromium", "fonts-noto-cjk"])
}
