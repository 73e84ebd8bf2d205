//! How many tests passed and failed, from the closing lines of the runners.

/// Passed and failed tests of a suite.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// What one line of output adds. Knows nextest (`Summary [ 0.5s] 3 tests run: 2 passed, 1 failed, 0 skipped`), cargo test
/// (`test result: ok. 3 passed; 0 failed; …`) and the plain line of our own runners (`3 passed, 0 failed`).
pub fn of_line(line: &str) -> Counts {
    let line = line.trim();
    let figures = if let Some(rest) = line.strip_prefix("Summary [") {
        rest.split_once(" run:").map(|(_, figures)| figures)
    } else if let Some(rest) = line.strip_prefix("test result: ") {
        rest.split_once(". ").map(|(_, figures)| figures)
    } else if is_plain(line) {
        Some(line)
    } else {
        None
    };
    let mut counts = Counts::default();
    for piece in figures.unwrap_or_default().split([',', ';']) {
        let mut words = piece.split_whitespace();
        let (Some(Ok(number)), Some(what)) = (words.next().map(str::parse::<u64>), words.next())
        else {
            continue;
        };
        match (what, words.next()) {
            ("passed", _) => counts.passed += number,
            ("failed", _) | ("timed", Some("out")) | ("exec", Some("failed")) => {
                counts.failed += number;
            }
            _ => {}
        }
    }
    counts
}

/// `N passed, N failed`, and perhaps `, N skipped`, alone on the line.
fn is_plain(line: &str) -> bool {
    let mut pieces = line.split(", ").map(|piece| {
        let (number, what) = piece.split_once(' ')?;
        number.parse::<u64>().ok().map(|_| what)
    });
    pieces.next() == Some(Some("passed"))
        && pieces.next() == Some(Some("failed"))
        && pieces.all(|piece| piece == Some("skipped"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runners_closing_lines_are_read() {
        let of = |passed, failed| Counts { passed, failed };
        for (line, expected) in [
            (
                "     Summary [   0.006s] 3 tests run: 2 passed, 1 failed, 4 skipped",
                of(2, 1),
            ),
            (
                "     Summary [  61.2s] 9 tests run: 7 passed (1 slow), 1 failed, 1 timed out, 0 skipped",
                of(7, 2),
            ),
            (
                "     Summary [   0.1s] 1 test run: 1 passed, 0 skipped",
                of(1, 0),
            ),
            (
                "     Summary [   0.1s] 3/5 tests run: 1 passed, 1 failed, 1 exec failed, 0 skipped",
                of(1, 2),
            ),
            (
                "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out",
                of(5, 0),
            ),
            (
                "test result: FAILED. 5 passed; 2 failed; 0 ignored",
                of(5, 2),
            ),
            ("12 passed, 1 failed", of(12, 1)),
            ("12 passed, 0 failed, 3 skipped", of(12, 0)),
            ("the harness said: 12 passed, 0 failed", of(0, 0)),
            ("12 passed", of(0, 0)),
            ("", of(0, 0)),
        ] {
            assert_eq!(of_line(line), expected, "{line}");
        }
    }
}
