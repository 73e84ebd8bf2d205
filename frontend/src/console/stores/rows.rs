//! The positions in a file of stores, for the picture beside the preview. What the rows mean is decided by the server; this
//! reads only as much as a picture needs and gives up quietly where it cannot.

use crate::parse::decimal;

/// One row's position.
#[derive(Clone, Debug, PartialEq)]
pub struct RowPosition {
    /// The line in the file, from 1.
    pub line: u64,
    /// The store's name, as it stands in the file; may be empty.
    pub name: String,
    /// Latitude, degrees.
    pub lat: f64,
    /// Longitude, degrees.
    pub lng: f64,
}

/// The fields of CSV text (RFC 4180: quotes, doubled quotes, line ends inside quotes), with the line each record begins on.
fn records(text: &str) -> Vec<(u64, Vec<String>)> {
    let mut out = Vec::new();
    let mut record = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let (mut line, mut begins) = (1_u64, 1_u64);
    let mut chars = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                line += 1;
                record.push(std::mem::take(&mut field));
                out.push((begins, std::mem::take(&mut record)));
                begins = line;
            }
            '\r' if !quoted => {}
            '\n' => {
                line += 1;
                field.push(c);
            }
            c => field.push(c),
        }
    }
    if !field.is_empty() || !record.is_empty() {
        record.push(field);
        out.push((begins, record));
    }
    out
}

fn column(header: &[String], names: &[&str]) -> Option<usize> {
    header.iter().position(|h| {
        let h = h.trim().to_lowercase();
        names.contains(&h.as_str())
    })
}

/// The positions that can be read; none where the columns are not found.
#[must_use]
pub fn positions(text: &str) -> Vec<RowPosition> {
    let mut records = records(text).into_iter();
    let Some((_, header)) = records.next() else {
        return Vec::new();
    };
    let name = column(&header, &["name", "店舗名", "名称", "店名", "storename"]);
    let (Some(lat), Some(lng)) = (
        column(&header, &["lat", "latitude", "緯度"]),
        column(&header, &["lng", "lon", "long", "longitude", "経度"]),
    ) else {
        return Vec::new();
    };
    // Full-width digits are read by the server as well.
    let number = |record: &[String], at: usize| decimal(record.get(at)?);
    records
        .filter_map(|(line, record)| {
            let (lat, lng) = (number(&record, lat)?, number(&record, lng)?);
            let name = name
                .and_then(|at| record.get(at))
                .map(|name| name.trim().to_owned())
                .unwrap_or_default();
            (lat.abs() <= 90.0 && lng.abs() <= 180.0).then_some(RowPosition {
                line,
                name,
                lat,
                lng,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{RowPosition, positions};

    #[test]
    fn reads_positions_with_their_lines() {
        let text = "\u{feff}name,LAT,lng\r\n\"神田, \"\"駅前\"\"\n店\",35.5,139.5\nx,abc,1\ny,95,1\nz,36,140";
        assert_eq!(
            positions(text),
            [
                RowPosition {
                    line: 2,
                    name: "神田, \"駅前\"\n店".to_owned(),
                    lat: 35.5,
                    lng: 139.5
                },
                RowPosition {
                    line: 6,
                    name: "z".to_owned(),
                    lat: 36.0,
                    lng: 140.0
                },
            ]
        );
        assert!(positions("").is_empty());
        assert!(positions("a,b\n1,2\n").is_empty());
        assert!(positions("\"lat").is_empty());
    }
}
