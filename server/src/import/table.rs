//! From text to rows: finds the columns by their names and tells physical lines.

use app::lang::Text;
use csv::{ReaderBuilder, StringRecord};

use super::{Problem, decode::LineCounter};
use crate::error::LocalText;

/// Most rows of one file.
pub const MAX_ROWS: u64 = 100_000;
/// A cell longer than this (bytes) is not a cell but the rest of a file behind a quotation mark that was never closed.
const MAX_CELL: usize = 4_000;

/// A column that is read, by the names it goes by (already folded), the best first.
#[derive(Debug)]
pub struct Column {
    /// What the program calls it.
    pub field: &'static str,
    /// What files call it.
    pub names: &'static [&'static str],
    /// For one that has to be there, what it is called in a sentence.
    pub needed: Option<Text>,
}

impl Column {
    fn find(&self, folded: &[String]) -> Option<usize> {
        self.names
            .iter()
            .find_map(|name| folded.iter().position(|cell| cell == name))
    }
}

/// Where the columns are, and what the file calls them.
#[derive(Debug)]
pub struct Header {
    cells: Vec<String>,
    columns: &'static [Column],
    places: Vec<Option<usize>>,
}

impl Header {
    /// What the file calls a field.
    #[must_use]
    pub fn called(&self, field: &str) -> &str {
        self.place(field)
            .and_then(|i| self.cells.get(i))
            .map_or("", String::as_str)
    }

    fn place(&self, field: &str) -> Option<usize> {
        let n = self
            .columns
            .iter()
            .position(|column| column.field == field)?;
        self.places.get(n).copied().flatten()
    }

    /// The last column that has to be there.
    fn needed(&self) -> usize {
        let places = self.columns.iter().zip(&self.places);
        let needed = places.filter(|(column, _)| column.needed.is_some());
        needed.filter_map(|(_, place)| *place).max().unwrap_or(0)
    }

    fn read(
        record: &StringRecord,
        columns: &'static [Column],
        line: u64,
    ) -> Result<Self, Vec<Problem>> {
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        let folded: Vec<String> = cells.iter().map(|cell| fold(cell)).collect();
        let places: Vec<Option<usize>> = columns.iter().map(|c| c.find(&folded)).collect();
        let there = listed(&cells);
        let missing: Vec<Problem> = columns
            .iter()
            .zip(&places)
            .filter(|(_, place)| place.is_none())
            .filter_map(|(column, _)| missing(column, columns, &there, line))
            .collect();
        if missing.is_empty() {
            Ok(Self {
                cells,
                columns,
                places,
            })
        } else {
            Err(missing)
        }
    }
}

/// What is wrong where a column is not there; nothing, if it need not be.
fn missing(column: &Column, all: &[Column], there: &str, line: u64) -> Option<Problem> {
    let Text { ja, en } = column.needed?;
    let fields: Vec<&str> = all
        .iter()
        .filter(|c| c.needed.is_some())
        .map(|c| c.field)
        .collect();
    Some(Problem {
        line,
        column: column.field.to_owned(),
        reason: LocalText::new(
            format!(
                "{ja}の列がありません。1 行目に列名 {} が必要です。ファイルにある列：{there}",
                fields.join("、")
            ),
            format!(
                "The column {en} is missing. The first line must name the columns {}. The file has: {there}",
                fields.join(", ")
            ),
        ),
    })
}

/// The cells of a row, by the fields of their columns.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'a> {
    header: &'a Header,
    record: &'a StringRecord,
}

impl<'a> Cells<'a> {
    /// The cell of a field; `None` where the file has no such column.
    #[must_use]
    pub fn get(self, field: &str) -> Option<&'a str> {
        let place = self.header.place(field)?;
        Some(self.record.get(place).unwrap_or_default())
    }

    /// What the file calls a field.
    #[must_use]
    pub fn called(self, field: &str) -> &'a str {
        self.header.called(field)
    }
}

/// The names of the columns, shortened where the file is no table at all.
fn listed(cells: &[String]) -> String {
    const MOST: usize = 20;
    let mut names: Vec<String> = cells
        .iter()
        .take(MOST)
        .map(|cell| {
            let mut short: String = cell
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .take(30)
                .collect();
            if short.len() < cell.len() {
                short.push('…');
            }
            short
        })
        .collect();
    if cells.len() > MOST {
        names.push("…".to_owned());
    }
    names.join(", ")
}

/// A column's name without width, case, blanks, `_` and `-`.
fn fold(cell: &str) -> String {
    // Longer than any name: not worth folding.
    if cell.len() > 200 {
        return String::new();
    }
    app::store::name_key(cell)
        .chars()
        .filter(|c| !matches!(c, ' ' | '_' | '-'))
        .collect()
}

/// What a reader of rows is told.
pub trait Sink {
    /// A row of the table with its physical line.
    fn row(&mut self, line: u64, cells: Cells<'_>);
    /// Something wrong with the table.
    fn problem(&mut self, problem: Problem);
}

/// Reads the whole text by these columns; gives how many rows there were, the header and empty ones not counted.
pub fn read(text: &str, columns: &'static [Column], sink: &mut impl Sink) -> u64 {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut lines = Lines::new(text);
    let mut record = StringRecord::new();
    let mut header: Option<Header> = None;
    let mut rows = 0;
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                // The text is UTF-8 and rows may differ in length: nothing is left that could go wrong while reading from memory.
                sink.problem(whole(0, &error.to_string(), &error.to_string()));
                break;
            }
        }
        let line = lines.of(&record);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let Some(header) = &header else {
            match Header::read(&record, columns, line) {
                Ok(found) => header = Some(found),
                Err(problems) => {
                    problems.into_iter().for_each(|p| sink.problem(p));
                    return rows;
                }
            }
            continue;
        };
        rows += 1;
        if rows > MAX_ROWS {
            sink.problem(whole(
                line,
                "行が多すぎます。100,000 行までに分けてください。",
                "Too many rows: split the file into parts of at most 100,000.",
            ));
            break;
        }
        row(header, line, &record, sink);
    }
    if header.is_none() {
        sink.problem(whole(1, "ファイルが空です。", "The file is empty."));
    } else if rows == 0 {
        sink.problem(whole(
            1,
            "列名の行しかありません。",
            "There is nothing below the line of column names.",
        ));
    }
    rows
}

fn row(header: &Header, line: u64, record: &StringRecord, sink: &mut impl Sink) {
    if let Some((index, _)) = record
        .iter()
        .enumerate()
        .find(|(_, cell)| cell.len() > MAX_CELL)
    {
        sink.problem(Problem {
            line,
            column: header.cells.get(index).cloned().unwrap_or_default(),
            reason: LocalText::new(
                "セルが長すぎます。引用符（\"）が閉じられていない可能性があります。",
                "The cell is too long; perhaps a quotation mark (\") was never closed.",
            ),
        });
        return;
    }
    if record.len() <= header.needed() {
        let (has, wants) = (record.len(), header.cells.len());
        sink.problem(whole(
            line,
            &format!("列が足りません（{has} 列。列名の行は {wants} 列）。"),
            &format!("Too few cells: {has}, where the first line has {wants}."),
        ));
        return;
    }
    // More cells than columns: a comma that should have been quoted shifts what follows it.
    if record
        .iter()
        .skip(header.cells.len())
        .any(|c| !c.trim().is_empty())
    {
        let (has, wants) = (record.len(), header.cells.len());
        sink.problem(whole(
            line,
            &format!("列が多すぎます（{has} 列。列名の行は {wants} 列）。カンマを含むセルは引用符（\"）で囲んでください。"),
            &format!("Too many cells: {has}, where the first line has {wants}. Put cells with a comma into quotation marks (\")."),
        ));
        return;
    }
    sink.row(line, Cells { header, record });
}

fn whole(line: u64, ja: &str, en: &str) -> Problem {
    Problem {
        line,
        column: String::new(),
        reason: LocalText::new(ja, en),
    }
}

/// A comma; a tab where the first line has tabs and no comma (what Excel calls Unicode text).
fn delimiter(text: &str) -> u8 {
    let first = text
        .trim_start_matches(['\r', '\n'])
        .split(['\r', '\n'])
        .next()
        .unwrap_or_default();
    if first.contains('\t') && !first.contains(',') {
        b'\t'
    } else {
        b','
    }
}

/// The physical line of each record: the reader's own count takes a blank line for a record's first and knows no lone CR.
struct Lines<'a> {
    bytes: &'a [u8],
    counter: LineCounter<'a>,
}

impl<'a> Lines<'a> {
    const fn new(text: &'a str) -> Self {
        Self {
            bytes: text.as_bytes(),
            counter: LineCounter::new(text.as_bytes()),
        }
    }

    fn of(&mut self, record: &StringRecord) -> u64 {
        let from = record
            .position()
            .and_then(|p| usize::try_from(p.byte()).ok())
            .unwrap_or(0);
        let skipped = self
            .bytes
            .get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(|b| matches!(b, b'\r' | b'\n'))
            .count();
        self.counter.line_of(from + skipped)
    }
}
