//! Every bug that can be planted is caught by a named test, for the reason it is planted for.
//!
//! The bugs stand in the server's code as `planted!("name")`, which is `false` in every build but the one with the feature `planted`.
//! In that build each test here runs the test that has to catch its bug twice, as a process of its own: with the bug planted it has to
//! fail and say why; without it the test passes, which is tried once for each test.

/// One of them.
#[derive(Debug)]
pub struct Bug {
    /// As in `planted!("name")`.
    pub name: &'static str,
    /// The test that catches it.
    pub test: &'static str,
    /// What that test says then: one of these, by what the bug harms first.
    pub says: &'static [&'static str],
}

macro_rules! bugs {
    ($($name:ident: $test:literal says $($says:literal)or+;)+) => {
        /// All of them.
        pub const BUGS: &[Bug] = &[$(Bug { name: stringify!($name), test: $test, says: &[$($says),+] },)+];

        #[cfg(feature = "planted")]
        mod caught {
            $(
                #[test]
                fn $name() -> anyhow::Result<()> {
                    super::harness::caught(stringify!($name))
                }
            )+
        }
    };
}

bugs! {
    redeem_without_condition: "races::sqlite::one_code_is_taken_once" says "CouponRefused, got Internal";
    code_of_any_retailer: "authorization::sqlite::every_route_knows_who_may" says "another's long code at our store";
    staff_may_what_owners_may: "authorization::sqlite::every_route_knows_who_may" says "by Staff: wanted [403]";
    till_of_any_store: "authorization::sqlite::every_route_knows_who_may" says "by OtherStoreStaff: wanted [404]";
    key_in_another_transaction: "torture::crash_kill9::sqlite::crash_kill9" says "409 Conflict";
    answered_before_commit: "torture::crash_kill9::sqlite::crash_kill9" says "acknowledged and lost" or "404 Not Found" or "401 Unauthorized";
    told_before_the_group_commits: "torture::crash_kill9::sqlite::crash_kill9" says "acknowledged and lost" or "404 Not Found" or "401 Unauthorized";
    effect_without_audit_entry: "torture::stories::sqlite::stories" says "raiten verify";
    fingerprint_ignored: "once::sqlite::a_key_is_needed_and_is_for_one_act" says "not problem details";
    refusal_not_kept: "once::sqlite::the_same_key_gives_the_same_bytes" says "coupon-refused";
    key_forgotten_with_its_answer: "once::sqlite::a_key_outlives_its_answer" says "not problem details";
    stock_off_by_one: "races::sqlite::the_last_piece_is_given_once" says "of 3 pieces given";
    budget_without_condition: "races::sqlite::the_last_yen_is_given_once" says "internal";
    synchronous_normal: "torture::power_cut::sqlite::power_cut" says "acknowledged and lost" or "404 Not Found" or "401 Unauthorized";
    goes_on_after_a_failed_sync: "torture::io_error::sqlite::io_error" says "it went on although";
    a_full_disk_is_a_fault: "torture::disk_full::sqlite::disk_full" says "faults instead of 503" or "500 Internal Server Error";
    a_lost_line_is_a_fault: "torture::pg_kill::postgres::pg_kill" says "faults instead of 503";
    undo_gives_back_face: "torture::stories::sqlite::stories" says "Undo {";
    undo_without_end: "torture::stories::sqlite::stories" says "Undo {";
    expiry_releases_nothing: "torture::stories::sqlite::stories" says "available, reserved, spent are" or "raiten verify";
    expired_is_taken: "torture::stories::sqlite::stories" says "Redeem {";
    spelling_is_another_code: "torture::stories::sqlite::stories" says "Typed(";
    plays_without_cap: "torture::stories::sqlite::stories" says "Play {";
    odds_unseen: "torture::stories::sqlite::stories" says "unseen: true";
    drawn_from_a_public_seed: "fair::sqlite::a_day_is_published_when_it_is_over" says "not problem details";
    odds_made_anew: "fair::sqlite::reloading_never_gives_other_odds" says "offers were logged";
    each_campaign_by_itself: "law::sqlite::campaigns_at_one_store_share_two_percent_of_its_sales" says "not problem details";
    pass_for_ever: "torture::stories::sqlite::stories" says "OldScreen";
    redeemed_and_not_written_down: "torture::stories::sqlite::stories" says "raiten verify";
    funded_again_when_resumed: "torture::stories::sqlite::stories" says "raiten verify";
}

#[cfg(feature = "planted")]
mod harness {
    use std::process::{Command, Output};

    use anyhow::{Context, Result, ensure};

    use super::BUGS;
    use crate::harness::PLANTED;

    /// Tried one after the other: a story may happen not to come near a bug.
    const SEEDS: [&str; 5] = ["7", "8", "9", "10", "11"];

    /// One test of this very program as a process of its own, with a bug or without.
    fn run(test: &str, bug: Option<&str>, seed: &str) -> Result<(bool, String)> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args([test, "--exact", "--nocapture"])
            .env_remove(PLANTED)
            .env("RUST_BACKTRACE", "0")
            .env("RAITEN_TEST_SEED", seed);
        if test.contains("::crash_kill9::") {
            // A few kills find what is planted for them.
            command.env("RAITEN_TEST_ROUNDS", "6");
        }
        if let Some(bug) = bug {
            command.env(PLANTED, bug);
        }
        let Output {
            status,
            stdout,
            stderr,
        } = command.output()?;
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&stdout),
            String::from_utf8_lossy(&stderr)
        );
        ensure!(
            said.contains("running 1 test"),
            "there is no test {test}: {said}"
        );
        Ok((status.success(), said))
    }

    /// Why a test failed, without the story that it tells afterwards.
    fn reason(said: &str) -> &str {
        let from = said.find("Error: ").unwrap_or(0);
        let rest = &said[from..];
        rest.split("\n    0 ").next().unwrap_or(rest)
    }

    pub fn caught(name: &str) -> Result<()> {
        let bug = BUGS
            .iter()
            .find(|bug| bug.name == name)
            .context("such a bug")?;
        let mut said = None;
        for seed in SEEDS {
            let (passed, words) = run(bug.test, Some(name), seed)?;
            if !passed {
                said = Some(words);
                break;
            }
        }
        let said = said.with_context(|| format!("{} does not catch {name}", bug.test))?;
        ensure!(
            bug.says.iter().any(|says| reason(&said).contains(says)),
            "{} fails with {name}, but not because of {:?}: {said}",
            bug.test,
            bug.says
        );
        // Once for each test.
        if BUGS
            .iter()
            .find(|other| other.test == bug.test)
            .map(|first| first.name)
            == Some(name)
        {
            let (passed, said) = run(bug.test, None, SEEDS[0])?;
            ensure!(passed, "{} fails without {name} too: {said}", bug.test);
        }
        Ok(())
    }
}

#[cfg(not(feature = "planted"))]
mod ordinary {
    use std::{
        collections::BTreeSet,
        fs,
        path::{Path, PathBuf},
        process::Command,
    };

    use anyhow::{Context, Result, ensure};

    use super::BUGS;
    use crate::harness::PLANTED;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    fn sources(folder: &Path, text: &mut String) -> Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                sources(&path, text)?;
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                text.push_str(&fs::read_to_string(path)?);
            }
        }
        Ok(())
    }

    /// A bug that stands in the code and in no list would never be looked for, and one that stands only here was never planted.
    #[test]
    fn the_list_is_that_of_the_code() -> Result<()> {
        let mut text = String::new();
        sources(&root().join("server/src"), &mut text)?;
        let planted: BTreeSet<&str> = text
            .split("planted!(\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            // The macro's own documentation.
            .filter(|name| *name != "name")
            .collect();
        let listed: BTreeSet<&str> = BUGS.iter().map(|bug| bug.name).collect();
        ensure!(
            planted == listed,
            "planted: {planted:?}, listed: {listed:?}"
        );
        ensure!(listed.len() == BUGS.len(), "one is listed twice");
        Ok(())
    }

    #[test]
    fn the_documentation_has_all_of_them() -> Result<()> {
        let text = fs::read_to_string(root().join("docs/reliability.md"))?;
        for bug in BUGS {
            let row = text
                .lines()
                .find(|line| line.contains(&format!("| `{}` |", bug.name)))
                .with_context(|| format!("docs/reliability.md has no row for {}", bug.name))?;
            // Without the kind of database, which is a module of the tests.
            let test = bug.test.replace("sqlite::", "").replace("postgres::", "");
            let test = test.strip_prefix("torture::").unwrap_or(&test);
            let name = test.split("::").next().unwrap_or(test);
            ensure!(
                row.contains(name) && bug.says.iter().all(|says| row.contains(says)),
                "{row} does not say that {test} says {:?}",
                bug.says
            );
        }
        Ok(())
    }

    /// Whether a text stands in the program.
    fn knows(text: &str) -> Result<bool> {
        let found = Command::new("grep")
            .args([
                "--binary-files=text",
                "--quiet",
                "--fixed-strings",
                "-e",
                text,
            ])
            .arg(env!("CARGO_BIN_EXE_raiten-under-test"))
            .status()
            .context("starting grep")?;
        match found.code() {
            Some(0) => Ok(true),
            Some(1) => Ok(false),
            _ => anyhow::bail!("grep: {found}"),
        }
    }

    /// The program without the feature has neither a bug's name nor that of the variable that would plant it.
    #[test]
    fn the_ordinary_program_knows_none_of_them() -> Result<()> {
        ensure!(knows("idempotency-key-reused")?, "the search finds nothing");
        ensure!(!knows(PLANTED)?, "it reads {PLANTED}");
        for bug in BUGS {
            ensure!(!knows(bug.name)?, "it knows {}", bug.name);
        }
        Ok(())
    }
}
