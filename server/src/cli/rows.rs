//! Anybody's CSV files: every bad row is named with its line before anything is computed.

use std::{io::Read as _, path::Path};

use anyhow::{Context as _, bail};
use csv::StringRecord;

use crate::import;

/// So many bad rows are shown.
const SHOWN: usize = 20;

/// A file with a header.
pub(super) struct Rows {
    name: String,
    header: StringRecord,
    text: String,
}

impl Rows {
    /// Reads a file; `-` is stdin.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let name = path.display().to_string();
        let bytes = bytes_of(path)?;
        let (text, _) = import::decode(&bytes)
            .map_err(|problem| anyhow::anyhow!("{name}: {}", problem.reason.en))?;
        let mut header = StringRecord::new();
        let mut reader = reader(&text);
        let there = reader.read_record(&mut header).context(name.clone())?;
        anyhow::ensure!(there, "{name}: the file is empty");
        Ok(Self { name, header, text })
    }

    /// Where a column is, if it is there.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|cell| cell.trim() == name)
    }

    /// The same for one that has to be there.
    pub(super) fn needed(&self, name: &str) -> anyhow::Result<usize> {
        self.column(name).with_context(|| {
            format!(
                "{}: line 1: there is no column “{name}”. The file has: {}",
                self.name,
                self.columns().collect::<Vec<_>>().join(", ")
            )
        })
    }

    /// The names of all columns.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        self.header.iter().map(str::trim)
    }

    /// Reads every row that is not empty.
    ///
    /// # Errors
    /// Where some are wrong: they were told on stderr by their lines.
    pub(super) fn read<T>(
        &self,
        mut row: impl FnMut(&Row<'_>) -> Result<T, String>,
    ) -> anyhow::Result<Vec<T>> {
        let mut reader = reader(&self.text);
        let mut record = StringRecord::new();
        reader.read_record(&mut record)?;
        let (mut out, mut wrong) = (Vec::new(), 0_usize);
        while reader.read_record(&mut record).context(self.name.clone())? {
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let line = record.position().map_or(0, csv::Position::line);
            match row(&Row(&record)) {
                Ok(read) => out.push(read),
                Err(what) => {
                    wrong += 1;
                    if wrong <= SHOWN {
                        eprintln!("{}:{line}: {what}", self.name);
                    }
                }
            }
        }
        if wrong > SHOWN {
            eprintln!("… {} more", wrong - SHOWN);
        }
        if wrong > 0 {
            bail!("nothing was computed: {wrong} of the file's rows are wrong");
        }
        Ok(out)
    }
}

/// One row.
pub(super) struct Row<'a>(&'a StringRecord);

impl<'a> Row<'a> {
    /// What a cell says, without blanks around it.
    pub(super) fn cell(&self, column: usize) -> &'a str {
        self.0.get(column).map(str::trim).unwrap_or_default()
    }

    /// A cell that holds a finite number.
    pub(super) fn number(&self, column: usize, what: &str) -> Result<f64, String> {
        let text = self.cell(column);
        let number = text.parse::<f64>().ok().filter(|n| n.is_finite());
        number.ok_or_else(|| format!("the {what} “{text}” is no number"))
    }
}

fn reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

fn bytes_of(path: &Path) -> anyhow::Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .context("cannot read stdin")?;
        return Ok(bytes);
    }
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}
