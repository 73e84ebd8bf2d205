use std::{io::IsTerminal, path::PathBuf, time::Duration};

use anyhow::{Context as _, bail};
use app::{api::retailer::LineError, id::RetailerId, lang::Lang};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::{
    config::Flags,
    db::audit::{Actor, Seen},
    import::{self, Outcome, Progress},
};

/// So many problems are shown to a person; `--json` lists more.
const SHOWN: usize = 20;

#[derive(clap::Args, Debug)]
pub(super) struct Import {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Import a retailer's stores from a CSV file
    ///
    /// UTF-8 or Shift_JIS. The first line names the columns: name, lat and lng are needed, external_id and address are read too (the
    /// usual Japanese names do as well), others are passed over. Exact repeats are skipped, stores of the same name within 50 m imported and
    /// counted as near. With anything wrong in the file nothing is imported.
    Stores(FileOf),
    /// Import visits that a retailer's till or member card knows from a CSV file
    ///
    /// UTF-8 or Shift_JIS. The first line names the columns: member, store (its id or the retailer's number for it) and time are needed, yen and
    /// receipt are read too (the usual Japanese names do as well), others are passed over. What is known already is passed over; with
    /// anything wrong in the file nothing is imported.
    Visits(FileOf),
}

#[derive(clap::Args, Debug)]
struct FileOf {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Whose stores they are
    #[arg(long, value_name = "ID")]
    retailer: RetailerId,
    /// Only say what would happen
    #[arg(long)]
    dry_run: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Import {
    pub(super) fn run(self, flags: &Flags) -> anyhow::Result<()> {
        match self.command {
            Command::Stores(file) => file.stores(flags),
            Command::Visits(file) => file.visits(flags),
        }
    }
}

impl FileOf {
    fn read(&self) -> anyhow::Result<Vec<u8>> {
        let name = self.file.display();
        let size = std::fs::metadata(&self.file)
            .with_context(|| format!("cannot read {name}"))?
            .len();
        if size > import::MAX_BYTES as u64 {
            bail!("{name} has {size} bytes; at most 20 MB are read");
        }
        std::fs::read(&self.file).with_context(|| format!("cannot read {name}"))
    }

    fn visits(self, flags: &Flags) -> anyhow::Result<()> {
        let config = super::configure(flags)?;
        let bytes = self.read()?;
        let bar = Bar::new();
        let outcome = super::runtime()?.block_on(async {
            let opened = super::open(&config).await?;
            let outcome = import::visits::import(
                (&opened.db, &opened.keys),
                (
                    self.retailer,
                    Actor::Command("import visits"),
                    &Seen::default(),
                ),
                bytes.into(),
                self.dry_run,
                opened.clock.now(),
                |progress| bar.show(progress),
            )
            .await;
            opened.db.close().await?;
            anyhow::Ok(outcome?)
        })?;
        bar.end();
        let report = outcome.report(lang());
        if self.json {
            println!("{}", serde_json::to_string(&report)?);
        }
        self.wrong(&report.errors, report.error_count)?;
        if !self.json {
            let made = if self.dry_run { "would be" } else { "are" };
            println!(
                "{} rows ({}): {} visits {made} imported, {} of them of shoppers here, {} rows say what was known.",
                report.rows, report.encoding, report.imported, report.linked, report.repeats,
            );
        }
        Ok(())
    }

    /// Shows what is wrong with the file; a failure where anything is.
    fn wrong(&self, errors: &[LineError], count: u64) -> anyhow::Result<()> {
        if count == 0 {
            return Ok(());
        }
        let name = self.file.display();
        for error in errors.iter().take(SHOWN) {
            let column = match error.column.as_str() {
                "" => String::new(),
                column => format!("{column}: "),
            };
            eprintln!("{name}:{}: {column}{}", error.line, error.reason);
        }
        if count > SHOWN as u64 {
            eprintln!("… {} more", count - SHOWN as u64);
        }
        bail!("nothing was imported: {count} of the file's lines or cells are wrong");
    }

    fn stores(self, flags: &Flags) -> anyhow::Result<()> {
        let config = super::configure(flags)?;
        let bytes = self.read()?;
        let bar = Bar::new();
        let outcome = super::runtime()?.block_on(async {
            let opened = super::open(&config).await?;
            let outcome = import::import(
                &opened.db,
                (
                    self.retailer,
                    Actor::Command("import stores"),
                    &Seen::default(),
                ),
                bytes.into(),
                self.dry_run,
                opened.clock.now(),
                |progress| bar.show(progress),
            )
            .await;
            opened.db.close().await?;
            anyhow::Ok(outcome?)
        })?;
        bar.end();
        self.say(&outcome, lang())
    }

    fn say(&self, outcome: &Outcome, lang: Lang) -> anyhow::Result<()> {
        let report = outcome.report(lang);
        if self.json {
            let answer = json!({
                "rows": report.rows,
                "imported": report.imported,
                "duplicates": report.duplicates,
                "near_duplicates": report.near_duplicates,
                "errors": report.errors,
            });
            println!("{answer}");
        }
        self.wrong(&report.errors, report.error_count)?;
        if !self.json {
            let made = if self.dry_run {
                "would be imported"
            } else {
                "imported"
            };
            println!(
                "{} rows ({}): {} stores {made}, {} exact repeats skipped, {} of those imported lie within 50 m of another of the same name.",
                report.rows,
                report.encoding,
                report.imported,
                report.duplicates,
                report.near_duplicates,
            );
        }
        Ok(())
    }
}

/// The language of this terminal, as the environment says.
fn lang() -> Lang {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty())
        .and_then(|value| Lang::from_tag(&value))
        .unwrap_or(Lang::En)
}

/// Progress for a person who watches; nothing where stderr is a file or a pipe.
struct Bar(Option<ProgressBar>);

impl Bar {
    fn new() -> Self {
        Self(std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner().with_message("reading");
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        }))
    }

    fn show(&self, progress: Progress) {
        let Some(bar) = &self.0 else { return };
        match progress {
            Progress::Read(rows) => bar.set_message(format!("comparing {rows} rows")),
            Progress::Written(done, total) => {
                if bar.length() != Some(total) {
                    bar.set_length(total);
                    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len}, {eta}") {
                        bar.set_style(style);
                    }
                }
                bar.set_position(done);
            }
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
