//! What somebody thought who used a coupon: when they are asked, and what they may say.

use crate::{api::reach::RatingInput, campaign::FieldProblem, lang::Text};

/// So long after it a use of a coupon can be asked about, milliseconds: 14 days.
pub const ASKED_WITHIN_MS: i64 = 14 * 86_400_000;
/// So long nobody is asked again, about whatever, milliseconds: 14 days. As long as the other, so that no use is ever asked about twice.
pub const ASKED_AGAIN_MS: i64 = ASKED_WITHIN_MS;
const _: () = assert!(ASKED_AGAIN_MS >= ASKED_WITHIN_MS);
/// The longest comment, in characters.
pub const COMMENT: usize = 500;
/// So many days back a retailer sees.
pub const REPORT_DAYS: i32 = 90;

/// With blanks taken off; a comment that is empty is none.
#[must_use]
pub fn tidy(input: RatingInput) -> RatingInput {
    let comment = input.comment.map(|text| text.trim().to_owned());
    RatingInput {
        comment: comment.filter(|text| !text.is_empty()),
        ..input
    }
}

/// What is wrong with a (tidied) rating.
#[must_use]
pub fn check(input: &RatingInput) -> Vec<FieldProblem> {
    let mut wrong = Vec::new();
    if !(1..=5).contains(&input.stars) {
        wrong.push(FieldProblem::new(
            "stars",
            Text::new("1〜5 で選んでください。", "Choose from 1 to 5."),
        ));
    }
    // Lines may be broken; nothing else may steer what shows the text.
    let is_text = |c: char| !c.is_control() || c == '\n' || c == '\r';
    let fits = |text: &String| text.chars().count() <= COMMENT && text.chars().all(is_text);
    if !input.comment.as_ref().is_none_or(fits) {
        wrong.push(FieldProblem::new(
            "comment",
            Text::new(
                "感想は 500 文字以内で書いてください。",
                "Write at most 500 characters.",
            ),
        ));
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::{check, tidy};
    use crate::api::reach::RatingInput;

    #[test]
    fn takes_what_may_be_said() {
        let rating = |stars, comment: Option<&str>| {
            tidy(RatingInput {
                stars,
                comment: comment.map(str::to_owned),
            })
        };
        assert_eq!(rating(5, Some("  \n ")).comment, None);
        assert!(check(&rating(1, None)).is_empty());
        assert!(check(&rating(5, Some(&"あ\n".repeat(250)))).is_empty());
        assert_eq!(check(&rating(0, None)).len(), 1);
        assert_eq!(check(&rating(6, Some(&"あ".repeat(501)))).len(), 2);
        assert_eq!(check(&rating(3, Some("a\u{7}"))).len(), 1);
    }
}
