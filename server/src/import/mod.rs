//! Importing stores, and visits, from a file: bytes → text → rows → stores, all or nothing.
//!
//! What is a repeat and what is only near is decided in [`app::store_import`]; here the file is read and everything that is
//! wrong with it is told by line.

mod decode;
pub mod posted;
mod run;
mod table;
pub mod visits;

use app::{
    api::retailer::{FlaggedRow, ImportReport, LineError},
    lang::{Lang, Text},
    store::RawRow,
    store_import::ImportRow,
};

pub use decode::{Encoding, decode};
pub use run::{ImportError, Progress, import};
use table::Column;
pub use table::MAX_ROWS;

use crate::error::LocalText;

/// Largest file, bytes.
pub const MAX_BYTES: usize = 20 * 1024 * 1024;
/// So many problems are listed; the rest is counted.
pub const MAX_LISTED: usize = 1_000;
/// So many flagged rows are listed; the rest is counted.
pub const MAX_FLAGGED: usize = 500;

/// Something wrong with a line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The physical line, from 1, the header included; 0 where the whole file is meant.
    pub line: u64,
    /// The column as the file calls it; empty where the whole line is meant.
    pub column: String,
    /// What is wrong and what to do.
    pub reason: LocalText,
}

impl Problem {
    /// In the reader's language.
    #[must_use]
    pub fn in_lang(&self, lang: Lang) -> LineError {
        LineError {
            line: self.line,
            column: self.column.clone(),
            reason: self.reason.get(lang).to_owned(),
        }
    }
}

/// What an import did, or would do, in all languages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Rows read.
    pub rows: u64,
    /// Stores made, or that would be made.
    pub imported: u64,
    /// Exact repeats, skipped.
    pub duplicates: u64,
    /// Imported and flagged.
    pub near_duplicates: u64,
    /// What is wrong, the first [`MAX_LISTED`].
    pub problems: Vec<Problem>,
    /// How many problems there are.
    pub problem_count: u64,
    /// The first [`MAX_FLAGGED`] repeats and near ones.
    pub flagged: Vec<FlaggedRow>,
    /// The encoding, if it was recognized.
    pub encoding: Option<Encoding>,
    /// Whether nothing was written on purpose.
    pub dry_run: bool,
}

impl Outcome {
    /// As it goes over the wire.
    #[must_use]
    pub fn report(&self, lang: Lang) -> ImportReport {
        ImportReport {
            rows: self.rows,
            imported: self.imported,
            duplicates: self.duplicates,
            near_duplicates: self.near_duplicates,
            errors: self.problems.iter().map(|p| p.in_lang(lang)).collect(),
            error_count: self.problem_count,
            flagged: self.flagged.clone(),
            dry_run: self.dry_run,
            encoding: self
                .encoding
                .map_or_else(String::new, |e| e.name().to_owned()),
        }
    }
}

/// A file that was read: its good rows, and what is wrong with the others.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The encoding, if it was recognized.
    pub encoding: Option<Encoding>,
    /// Rows read.
    pub rows: u64,
    /// The good ones.
    pub stores: Vec<ImportRow>,
    /// What is wrong, the first [`MAX_LISTED`].
    pub problems: Vec<Problem>,
    /// How many problems there are.
    pub problem_count: u64,
}

/// Reads a file. It never fails: what is wrong is in `problems`.
#[must_use]
pub fn parse(bytes: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    if bytes.len() > MAX_BYTES {
        parsed.add(too_large());
        return parsed;
    }
    match decode::decode(bytes) {
        Ok((text, encoding)) => {
            parsed.encoding = Some(encoding);
            parsed.rows = table::read(&text, STORES, &mut parsed);
        }
        Err(problem) => parsed.add(problem),
    }
    parsed
}

fn too_large() -> Problem {
    Problem {
        line: 0,
        column: String::new(),
        reason: LocalText::new(
            "ファイルが大きすぎます（20 MB まで）。",
            "The file is too large (at most 20 MB).",
        ),
    }
}

impl Parsed {
    fn add(&mut self, problem: Problem) {
        self.problem_count += 1;
        if self.problems.len() < MAX_LISTED {
            self.problems.push(problem);
        }
    }
}

/// The columns of a file of stores.
const STORES: &[Column] = &[
    Column {
        field: "name",
        names: &["name", "店舗名", "名称", "店名", "storename"],
        needed: Some(Text::new(
            "店舗名（name、店舗名、名称）",
            "name (also 店舗名, 名称)",
        )),
    },
    Column {
        field: "lat",
        names: &["lat", "latitude", "緯度"],
        needed: Some(Text::new(
            "緯度（lat、latitude、緯度）",
            "lat (also latitude, 緯度)",
        )),
    },
    Column {
        field: "lng",
        names: &["lng", "lon", "long", "longitude", "経度"],
        needed: Some(Text::new(
            "経度（lng、lon、longitude、経度）",
            "lng (also lon, longitude, 経度)",
        )),
    },
    Column {
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
        needed: None,
    },
    Column {
        field: "address",
        names: &["address", "住所", "所在地"],
        needed: None,
    },
];

impl table::Sink for Parsed {
    fn row(&mut self, line: u64, cells: table::Cells<'_>) {
        let row = RawRow {
            name: cells.get("name").unwrap_or_default(),
            lat: cells.get("lat").unwrap_or_default(),
            lng: cells.get("lng").unwrap_or_default(),
            external_id: cells.get("external_id"),
            address: cells.get("address"),
        };
        match row.check() {
            Ok(store) => self.stores.push(ImportRow { line, store }),
            Err(problems) => problems.into_iter().for_each(|p| {
                self.add(Problem {
                    line,
                    column: cells.called(p.field).to_owned(),
                    reason: LocalText::new(p.text.ja, p.text.en),
                });
            }),
        }
    }

    fn problem(&mut self, problem: Problem) {
        self.add(problem);
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_LISTED, Parsed, parse};

    fn wrong(parsed: &Parsed) -> Vec<(u64, &str)> {
        parsed
            .problems
            .iter()
            .map(|p| (p.line, p.column.as_str()))
            .collect()
    }

    #[test]
    fn finds_the_columns_by_any_of_their_names() {
        for (header, id) in [
            ("name,lat,lng,external_id,address", Some("7")),
            ("店舗名,緯度,経度,店舗番号,住所", Some("7")),
            ("名称,ＬＡＴＩＴＵＤＥ,Longitude,Row ID,所在地", Some("7")),
            ("Name,Lat,Lon,other,住所", None),
        ] {
            let parsed = parse(format!("{header}\n東京店,35.68,139.76,7,丸の内 1\n").as_bytes());
            assert_eq!(wrong(&parsed), [], "{header}");
            let store = parsed.stores.first().map(|row| (row.line, &row.store));
            assert!(
                store.is_some_and(|(line, s)| line == 2
                    && s.name == "東京店"
                    && s.external_id.as_deref() == id
                    && s.address.as_deref() == Some("丸の内 1")),
                "{header}: {store:?}"
            );
        }
    }

    #[test]
    fn lines_are_those_of_the_file() {
        // A blank line, a name over three lines (which is wrong), a row of empty cells, a short row; CR LF throughout.
        let text = "\r\nname,lat,lng\r\n\r\n\"A\r\nB\r\nC\",35,139\r\nD,200,139\r\n,,\r\nE,35\r\n\"F, G\",x,999\r\n";
        let parsed = parse(text.as_bytes());
        assert_eq!(
            wrong(&parsed),
            [(4, "name"), (7, "lat"), (9, ""), (10, "lat"), (10, "lng")]
        );
        assert_eq!(parsed.rows, 4);
        // The same with the line ends of an old Mac.
        let parsed = parse(text.replace("\r\n", "\r").as_bytes());
        assert_eq!(
            wrong(&parsed).iter().map(|w| w.0).collect::<Vec<_>>(),
            [4, 7, 9, 10, 10]
        );
    }

    #[test]
    fn a_missing_column_says_what_is_there() {
        let parsed = parse("名称,lat,都市\nA,35,x\n".as_bytes());
        assert_eq!(wrong(&parsed), [(1, "lng")]);
        let reason = &parsed.problems[0].reason;
        assert!(reason.ja.contains("名称, lat, 都市") && reason.en.contains("名称, lat, 都市"));
        assert_eq!(parsed.rows, 0);
    }

    #[test]
    fn columns_are_called_as_in_the_file() {
        let parsed = parse("店舗名,緯度,経度\nA,200,139\n".as_bytes());
        assert_eq!(wrong(&parsed), [(2, "緯度")]);
    }

    #[test]
    fn shifted_cells_and_open_quotes_are_told() {
        let parsed = parse("name,lat,lng\nA, B,35,139\n".as_bytes());
        assert_eq!(wrong(&parsed), [(2, "")]);
        let open = format!(
            "name,lat,lng\nA,35,139\n\"B,35,139\n{}",
            "C,35,139\n".repeat(1000)
        );
        assert_eq!(wrong(&parse(open.as_bytes())), [(3, "name")]);
    }

    #[test]
    fn files_without_rows_are_refused() {
        assert_eq!(wrong(&parse(b"")), [(1, "")]);
        assert_eq!(wrong(&parse(b"name,lat,lng\n\n")), [(1, "")]);
    }

    #[test]
    fn ten_megabytes_of_wrong_rows_are_counted_and_not_all_listed() {
        let mut text = String::from("name,lat,lng\n");
        while text.len() < 10_000_000 {
            text.push_str("noise,noise,noise noise noise noise noise noise noise noise noise noise noise noise noise noise noise noise\n");
        }
        let parsed = parse(text.as_bytes());
        assert_eq!(parsed.problems.len(), MAX_LISTED);
        assert_eq!(parsed.problem_count, parsed.rows * 2);
        let tail = "A,35,139\n".repeat(100_001);
        let parsed = parse(format!("name,lat,lng\n{tail}").as_bytes());
        assert_eq!(wrong(&parsed), [(100_002, "")]);
    }
}
