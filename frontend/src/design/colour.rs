//! Colours and how far they stand out from each other.

/// An sRGB colour with its opacity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Colour {
    /// Red, green and blue, 0 to 255.
    pub rgb: [f64; 3],
    /// Opacity, 0 to 1.
    pub alpha: f64,
}

impl Colour {
    /// White.
    pub const WHITE: Self = Self::opaque(255.0);
    /// Black.
    pub const BLACK: Self = Self::opaque(0.0);

    const fn opaque(grey: f64) -> Self {
        Self {
            rgb: [grey; 3],
            alpha: 1.0,
        }
    }

    /// `#rgb`, `#rrggbb`, `rgb(1 2 3)` or `rgb(1 2 3 / 0.5)`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(hex) = text.strip_prefix('#') {
            return Self::hex(hex);
        }
        let inside = text.strip_prefix("rgb(")?.strip_suffix(')')?;
        let (colour, alpha) = inside.split_once('/').unwrap_or((inside, "1"));
        let parts: Vec<f64> = colour
            .split_whitespace()
            .map(str::parse)
            .collect::<Result<_, _>>()
            .ok()?;
        Some(Self {
            rgb: parts.try_into().ok()?,
            alpha: alpha.trim().parse().ok()?,
        })
    }

    fn hex(digits: &str) -> Option<Self> {
        let long = match digits.len() {
            3 => digits.chars().flat_map(|c| [c, c]).collect(),
            6 => digits.to_owned(),
            _ => return None,
        };
        let part = |at: usize| u8::from_str_radix(long.get(at..at + 2)?, 16).ok();
        Some(Self {
            rgb: [part(0)?.into(), part(2)?.into(), part(4)?.into()],
            alpha: 1.0,
        })
    }

    /// What is seen where this lies on something opaque.
    #[must_use]
    pub fn over(self, ground: Self) -> Self {
        let mix = |i: usize| self.rgb[i] * self.alpha + ground.rgb[i] * (1.0 - self.alpha);
        Self {
            rgb: [mix(0), mix(1), mix(2)],
            alpha: 1.0,
        }
    }

    /// Relative luminance (WCAG 2.2, "relative luminance"), 0 for black to 1 for white.
    #[must_use]
    pub fn luminance(self) -> f64 {
        let linear = self.rgb.map(|part| {
            let part = part / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }
}

/// Contrast ratio of two opaque colours (WCAG 2.2, "contrast ratio"), 1 to 21.
#[must_use]
pub fn contrast(a: Colour, b: Colour) -> f64 {
    let (a, b) = (a.luminance(), b.luminance());
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::{Colour, contrast};

    fn of(a: &str, b: &str) -> f64 {
        contrast(Colour::parse(a).unwrap(), Colour::parse(b).unwrap())
    }

    /// Known values: the extremes, the grey that just passes and the one that just fails, and a brand colour on white.
    #[test]
    fn contrast_as_in_the_standard() {
        assert!((of("#000", "#ffffff") - 21.0).abs() < 1e-9);
        assert!((of("#777", "#fff") - 4.478).abs() < 0.001);
        assert!((of("#767676", "#fff") - 4.542).abs() < 0.001);
        assert!((of("#ff0000", "#fff") - 3.998).abs() < 0.001);
        assert!((of("#1a1a1a", "#1a1a1a") - 1.0).abs() < 1e-9);
    }

    #[test]
    fn reads_colours_and_nothing_else() {
        let half = Colour::parse("rgb(0 0 0 / 0.5)").unwrap();
        assert!((half.over(Colour::WHITE).rgb[0] - 127.5).abs() < 1e-9);
        for no in ["#12", "red", "rgb(1 2)", "rgb(1 2 3 / x)", "#gggggg", ""] {
            assert_eq!(Colour::parse(no), None, "{no}");
        }
    }
}
