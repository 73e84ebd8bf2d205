//! Scanning a coupon's QR code with the phone's camera.

mod camera;
pub mod decode;
mod view;

pub use view::{Scanner, vibrate};

/// The code in a scanned text: the text itself, or the last part of an address that ends in it.
#[must_use]
pub fn code_in(scanned: &str) -> &str {
    let scanned = scanned.trim();
    if !scanned.contains("://") {
        return scanned;
    }
    let end = scanned.find(['?', '#']).unwrap_or(scanned.len());
    let path = scanned.get(..end).unwrap_or(scanned).trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::code_in;

    #[test]
    fn finds_the_code() {
        assert_eq!(code_in(" 7K2M-9QXW-4D3P\n"), "7K2M-9QXW-4D3P");
        assert_eq!(
            code_in("https://raiten.example/c/7K2M9QXW4D3P?x=1"),
            "7K2M9QXW4D3P"
        );
        assert_eq!(
            code_in("https://raiten.example/c/7K2M9QXW4D3P/"),
            "7K2M9QXW4D3P"
        );
    }
}
