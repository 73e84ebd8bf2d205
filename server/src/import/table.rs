//! From text to rows: finds the columns by their names and tells physical lines.

use app::store::RawRow;
use csv::{ReaderBuilder, StringRecord};

use super::{Problem, decode::LineCounter};
use crate::error::LocalText;

/// Most rows of one file.
pub const MAX_ROWS: u64 = 100_000;
/// A cell longer than this (bytes) is not a cell but the rest of a file behind a quotation mark that was never closed.
const MAX_CELL: usize = 4_000;

/// A column that is read, by the names it goes by (already folded), the best first.
struct Column {
    field: &'static str,
    names: &'static [&'static str],
}

const NAME: Column = Column {
    field: "name",
    names: &["name", "店舗名", "名称", "店名", "storename"],
};
const LAT: Column = Column {
    field: "lat",
    names: &["lat", "latitude", "緯度"],
};
const LNG: Column = Column {
    field: "lng",
    names: &["lng", "lon", "long", "longitude", "経度"],
};
const EXTERNAL_ID: Column = Column {
    field: "external_id",
    names: &[
        "externalid",
        "店舗番号",
        "店番",
        "店舗コード",
        "storeid",
        "rowid",
        "id",
    ],
};
const ADDRESS: Column = Column {
    field: "address",
    names: &["address", "住所", "所在地"],
};

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
    name: usize,
    lat: usize,
    lng: usize,
    external_id: Option<usize>,
    address: Option<usize>,
}

impl Header {
    /// What the file calls a field of a store.
    #[must_use]
    pub fn called(&self, field: &str) -> &str {
        let index = match field {
            "name" => Some(self.name),
            "lat" => Some(self.lat),
            "lng" => Some(self.lng),
            "external_id" => self.external_id,
            "address" => self.address,
            _ => None,
        };
        index
            .and_then(|i| self.cells.get(i))
            .map_or("", String::as_str)
    }

    fn read(record: &StringRecord, line: u64) -> Result<Self, Vec<Problem>> {
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        let folded: Vec<String> = cells.iter().map(|cell| fold(cell)).collect();
        let found = [&NAME, &LAT, &LNG].map(|column| (column.field, column.find(&folded)));
        if let [(_, Some(name)), (_, Some(lat)), (_, Some(lng))] = found {
            return Ok(Self {
                name,
                lat,
                lng,
                external_id: EXTERNAL_ID.find(&folded),
                address: ADDRESS.find(&folded),
                cells,
            });
        }
        let there = listed(&cells);
        Err(found
            .into_iter()
            .filter(|(_, index)| index.is_none())
            .map(|(field, _)| missing(field, &there, line))
            .collect())
    }
}

fn missing(field: &str, there: &str, line: u64) -> Problem {
    let (ja, en) = match field {
        "name" => ("店舗名（name、店舗名、名称）", "name (also 店舗名, 名称)"),
        "lat" => ("緯度（lat、latitude、緯度）", "lat (also latitude, 緯度)"),
        _ => (
            "経度（lng、lon、longitude、経度）",
            "lng (also lon, longitude, 経度)",
        ),
    };
    Problem {
        line,
        column: field.to_owned(),
        reason: LocalText::new(
            format!(
                "{ja}の列がありません。1 行目に列名 name、lat、lng が必要です。ファイルにある列：{there}"
            ),
            format!(
                "The column {en} is missing. The first line must name the columns name, lat and lng. The file has: {there}"
            ),
        ),
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
    fn row(&mut self, header: &Header, line: u64, row: RawRow<'_>);
    /// Something wrong with the table.
    fn problem(&mut self, problem: Problem);
}

/// Reads the whole text; gives how many rows there were, the header and empty ones not counted.
pub fn read(text: &str, sink: &mut impl Sink) -> u64 {
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
            match Header::read(&record, line) {
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
    let needed = header.name.max(header.lat).max(header.lng);
    if record.len() <= needed {
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
    let cell = |index: usize| record.get(index).unwrap_or_default();
    sink.row(
        header,
        line,
        RawRow {
            name: cell(header.name),
            lat: cell(header.lat),
            lng: cell(header.lng),
            external_id: header.external_id.map(cell),
            address: header.address.map(cell),
        },
    );
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
