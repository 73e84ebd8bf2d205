//! `shopper.html` shows the first page's words before the program runs: the same words, or something would change under the
//! reader's eyes.

use super::{place::text as place, text};
use crate::ui::IconName;

const PAGE: &str = include_str!("../../shopper.html");

#[test]
fn the_page_says_what_the_program_says() {
    for text in [
        place::HEADLINE,
        place::LEAD,
        place::HERE_TITLE,
        place::HERE_PURPOSE,
        place::HERE_SENT,
        place::HERE_KEPT,
        place::USE_HERE,
        place::OR,
        place::CHOOSE_AREA,
        text::NEARBY,
        text::WALLET,
        text::CARD,
        text::ABOUT,
    ] {
        let both = format!(
            "<span lang=\"ja\">{}</span><span lang=\"en\">{}</span>",
            text.ja, text.en
        );
        assert!(PAGE.contains(&both), "{both}");
    }
    for icon in [
        IconName::Pin,
        IconName::Lock,
        IconName::Clock,
        IconName::Locate,
        IconName::Shop,
        IconName::Ticket,
        IconName::Scan,
        IconName::Info,
    ] {
        assert!(PAGE.contains(icon.path()), "{icon:?}");
    }
}

#[test]
fn what_it_says_in_one_language_it_says_in_the_other() {
    let main = PAGE.split_once("<main").map_or("", |(_, main)| main);
    let (ja, en) = (
        main.matches("<span lang=\"ja\">").count(),
        main.matches("</span><span lang=\"en\">").count(),
    );
    assert!(ja > 10);
    assert_eq!(ja, en);
}
