//! A page of A4 that hangs on a door: whose it is, what it is, a QR code, and the address for whoever has no camera.

use std::fmt::Write as _;

use app::lang::{Lang, Text};
use qrcode::{Color, EcLevel, QrCode};

/// What stands on it.
#[derive(Clone, Copy, Debug)]
pub struct Poster<'a> {
    /// The retailer's name.
    pub retailer: &'a str,
    /// The campaign's, if the link is of one.
    pub campaign: Option<&'a str>,
    /// The store's, if the link is for one.
    pub store: Option<&'a str>,
    /// The whole address.
    pub url: &'a str,
}

const ANY_CAMPAIGN: Text = Text::new("クーポンが当たる", "Play for a coupon");
const HOW: Text = Text::new(
    "スマートフォンのカメラで読み取ってください",
    "Scan it with your phone’s camera",
);
const OR_TYPE: Text = Text::new("または、次のアドレスへ", "Or go to");
const ODDS: Text = Text::new(
    "当選確率はお客様により異なります。確率は、抽選の前に画面に表示します。",
    "Odds differ from customer to customer. Yours are shown before you play.",
);

/// The page, millimetres.
const WIDTH: f64 = 210.0;
const HEIGHT: f64 = 297.0;
/// As wide as a line of words may be.
const LINE: f64 = 178.0;
/// The side of the code with its quiet zone.
const CODE: f64 = 130.0;
/// The quiet zone that ISO/IEC 18004 asks for, modules.
const QUIET: usize = 4;
/// Where the code begins.
const CODE_TOP: f64 = 106.0;

/// How wide a letter is, in its own height: those of Chinese and Japanese fill a square, the others about half of one.
fn width_of(c: char) -> f64 {
    if c.is_ascii() { 0.6 } else { 1.0 }
}

/// Breaks a text into lines that are at most so wide, in heights of a letter: at blanks where there are any, otherwise anywhere.
fn lines(text: &str, width: f64) -> Vec<String> {
    let mut out = Vec::new();
    let mut line = String::new();
    let mut used = 0.0;
    for c in text.chars() {
        if used + width_of(c) > width && !line.is_empty() {
            let rest = match line
                .rfind(' ')
                .filter(|at| c != ' ' && !line[..*at].trim().is_empty())
            {
                Some(blank) => line.split_off(blank),
                None => String::new(),
            };
            out.push(std::mem::take(&mut line).trim().to_owned());
            rest.trim_start().clone_into(&mut line);
            used = line.chars().map(width_of).sum();
        }
        line.push(c);
        used += width_of(c);
    }
    out.push(line.trim().to_owned());
    out.retain(|line| !line.is_empty());
    out
}

/// The largest of the sizes at which a text takes no more lines than go with it, millimetres; the last one fits or is cut.
fn set(text: &str, sizes: &[(f64, usize)]) -> (f64, Vec<String>) {
    let mut last = (0.0, Vec::new());
    for (size, most) in sizes {
        let broken = lines(text, LINE / size);
        let fits = broken.len() <= *most;
        last = (*size, broken.into_iter().take(*most).collect());
        if fits {
            break;
        }
    }
    last
}

/// As it stands inside of an element.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML has no place for them.
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A line in the middle of the page.
fn line(out: &mut String, y: f64, size: f64, more: &str, text: &str) {
    // Writing into a text does not fail.
    let _ = write!(
        out,
        "<text x=\"{:.1}\" y=\"{y:.1}\" font-size=\"{size:.1}\" {more}>{}</text>",
        WIDTH / 2.0,
        escaped(text)
    );
}

/// The page as SVG.
///
/// # Errors
/// When the address is too long for a QR code.
pub fn drawn(poster: &Poster<'_>, lang: Lang) -> anyhow::Result<String> {
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}mm\" height=\"{HEIGHT}mm\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         lang=\"{}\" text-anchor=\"middle\" fill=\"#111\" font-family=\"'Hiragino Sans', 'Noto Sans JP', 'Yu Gothic', Meiryo, sans-serif\">\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>",
        lang.tag()
    );
    let (size, broken) = set(poster.retailer, &[(8.0, 1), (6.0, 2)]);
    let mut y = 24.0;
    for text in broken {
        line(&mut out, y, size, "", &text);
        y += size * 1.3;
    }
    let headline = poster.campaign.unwrap_or(ANY_CAMPAIGN.get(lang));
    let (size, broken) = set(
        headline,
        &[
            (16.0, 1),
            (13.0, 1),
            (14.0, 2),
            (12.0, 2),
            (9.0, 3),
            (7.0, 4),
        ],
    );
    y += size;
    for text in broken {
        line(&mut out, y, size, "font-weight=\"700\"", &text);
        y += size * 1.35;
    }
    if let Some(store) = poster.store {
        let (size, broken) = set(store, &[(7.0, 1), (5.0, 2)]);
        for text in broken {
            line(&mut out, y + 2.0, size, "", &text);
            y += size * 1.3;
        }
    }
    code(&mut out, poster.url)?;
    y = CODE_TOP + CODE + 10.0;
    line(&mut out, y, 7.0, "", HOW.get(lang));
    line(&mut out, y + 11.0, 4.5, "fill=\"#444\"", OR_TYPE.get(lang));
    let (size, broken) = set(poster.url, &[(7.0, 1), (5.0, 1), (3.5, 2)]);
    for (n, text) in (0_i32..).zip(broken) {
        let below = f64::from(n) * size * 1.3;
        line(
            &mut out,
            y + 20.0 + below,
            size,
            "font-family=\"ui-monospace, monospace\" font-weight=\"700\"",
            &text,
        );
    }
    line(
        &mut out,
        HEIGHT - 12.0,
        4.0,
        "fill=\"#444\"",
        ODDS.get(lang),
    );
    out.push_str("</svg>");
    Ok(out)
}

/// The code with its quiet zone, at level Q: a quarter of it may be dirt or a torn corner.
fn code(out: &mut String, url: &str) -> anyhow::Result<()> {
    let code = QrCode::with_error_correction_level(url, EcLevel::Q)?;
    let side = code.width() + 2 * QUIET;
    let _ = write!(
        out,
        "<svg x=\"{:.1}\" y=\"{CODE_TOP}\" width=\"{CODE}\" height=\"{CODE}\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path fill=\"#000\" d=\"",
        (WIDTH - CODE) / 2.0
    );
    for (y, row) in code.to_colors().chunks(code.width()).enumerate() {
        for (x, module) in row.iter().enumerate() {
            if *module == Color::Dark {
                let _ = write!(out, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
            }
        }
    }
    out.push_str("\"/></svg>");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Poster, drawn, escaped, lines, set};
    use app::lang::Lang;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_too_wide(text in "[a-z あ-ん]{0,80}", width in 4.0..40.0_f64) {
            let broken = lines(&text, width);
            let bare = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(bare(&broken.concat()), bare(&text));
            for line in broken {
                let wide: f64 = line.chars().map(super::width_of).sum();
                prop_assert!(wide <= width + 1e-9, "{line}");
            }
        }

        #[test]
        fn the_longest_name_fits(text in "[あ-ん]{80}") {
            let (_, broken) = set(&text, &[(16.0, 2), (12.0, 2), (9.0, 3), (7.0, 4)]);
            prop_assert_eq!(broken.concat(), text);
        }
    }

    #[test]
    fn stands_on_the_page_as_text() -> anyhow::Result<()> {
        let poster = Poster {
            retailer: "喫茶 <ライテン> & \"Co\"",
            campaign: None,
            store: Some("渋谷店"),
            url: "https://raiten.example/s/0123abcd",
        };
        let page = drawn(&poster, Lang::Ja)?;
        assert!(page.contains("喫茶 &lt;ライテン&gt; &amp; &quot;Co&quot;"));
        assert!(page.contains("当選確率はお客様により異なります"));
        assert!(page.contains(">https://raiten.example/s/0123abcd</text>"));
        assert!(
            !page.contains("style"),
            "the page’s policy takes no styles of its own"
        );
        assert!(drawn(&poster, Lang::En)?.contains("Odds differ from customer to customer"));
        assert_eq!(escaped("a\u{0}\u{1b}b"), "ab");
        Ok(())
    }
}
