//! Finding a QR code in a camera frame, for browsers without a detector of their own.
//!
//! Pure: pixels in, text out, so that it is tried natively with drawn codes.

use rxing::{
    BarcodeFormat, BinaryBitmap, DecodeHints, Luma8LuminanceSource, Reader,
    common::{GlobalHistogramBinarizer, HybridBinarizer},
    qrcode::QRCodeReader,
};

/// Luma (ITU-R BT.601, in 1/256) of RGBA pixels, four bytes each; an incomplete last pixel is left out.
#[must_use]
pub fn luma(rgba: &[u8]) -> Vec<u8> {
    rgba.as_chunks::<4>()
        .0
        .iter()
        .map(|[r, g, b, _]| {
            let sum = 77 * u32::from(*r) + 150 * u32::from(*g) + 29 * u32::from(*b);
            // At most 255 × 256, so the shifted sum fits a byte.
            (sum >> 8) as u8
        })
        .collect()
}

/// The text of a QR code in a picture of `width` × `height` luma pixels, if one is found. `thorough` looks in more
/// orientations and costs about twice the time.
///
/// Two ways of telling black from white are tried: a local one, which stands uneven light, and a global one, which
/// stands the large even modules of a code held close.
#[must_use]
pub fn decode(luma: Vec<u8>, width: u32, height: u32, thorough: bool) -> Option<String> {
    let pixels = usize::try_from(u64::from(width) * u64::from(height)).ok()?;
    if width < 21 || height < 21 || luma.len() != pixels {
        return None;
    }
    let hints = DecodeHints {
        PossibleFormats: Some([BarcodeFormat::QR_CODE].into()),
        TryHarder: Some(thorough),
        ..DecodeHints::default()
    };
    let source = Luma8LuminanceSource::new(luma, width, height).ok()?;
    let mut local = BinaryBitmap::new(HybridBinarizer::new(source.clone()));
    let mut reader = QRCodeReader;
    if let Ok(found) = reader.decode_with_hints(&mut local, &hints) {
        return Some(found.getText().to_owned());
    }
    let mut global = BinaryBitmap::new(GlobalHistogramBinarizer::new(source));
    reader
        .decode_with_hints(&mut global, &hints)
        .ok()
        .map(|found| found.getText().to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        reason = "a test stops at the first thing that is not as it should be"
    )]
    use super::{decode, luma};
    use qrcode::QrCode;

    /// A code drawn with `module` pixels a module, black `dark` on `light`, in a frame of the given size, turned by
    /// `turn` radians about the middle.
    fn frame(text: &str, module: f64, size: u32, dark: u8, light: u8, turn: f64) -> Vec<u8> {
        let code = QrCode::new(text).unwrap();
        let width = code.width();
        let colors = code.to_colors();
        let (sin, cos) = turn.sin_cos();
        let middle = f64::from(size) / 2.0;
        (0..size * size)
            .map(|i| {
                let (x, y) = (f64::from(i % size) - middle, f64::from(i / size) - middle);
                let half = width as f64 / 2.0;
                let (u, v) = (
                    (x * cos + y * sin) / module + half,
                    (y * cos - x * sin) / module + half,
                );
                let inside = |t: f64| t >= 0.0 && t < width as f64;
                if inside(u)
                    && inside(v)
                    && colors[v as usize * width + u as usize] == qrcode::Color::Dark
                {
                    dark
                } else {
                    light
                }
            })
            .collect()
    }

    #[test]
    fn reads_what_a_phone_shows() {
        let text = "RT-7K2M-9QXW-4D";
        for (module, dark, light, turn) in [
            (6.0, 0, 255, 0.0),
            (9.5, 40, 190, 0.3),
            (4.0, 20, 230, -0.7),
            (3.0, 90, 160, 1.6),
        ] {
            let picture = frame(text, module, 400, dark, light, turn);
            assert_eq!(
                decode(picture, 400, 400, true).as_deref(),
                Some(text),
                "{module} {turn}"
            );
        }
    }

    #[test]
    fn finds_nothing_where_nothing_is() {
        assert_eq!(decode(vec![128; 300 * 300], 300, 300, true), None);
        assert_eq!(decode(vec![0; 10], 300, 300, false), None);
        assert_eq!(decode(Vec::new(), 0, 0, false), None);
    }

    #[test]
    fn luma_weighs_the_colours() {
        assert_eq!(
            luma(&[255, 255, 255, 0, 0, 0, 0, 255, 0, 255, 0, 255, 9]),
            vec![255, 0, 149]
        );
    }
}
