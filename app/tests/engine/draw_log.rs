//! A published day, written by Python (`vectors/draw_log.py`), and everything that can be done to it.

use app::{
    digest::Digest,
    draw_log::{Fault, Head, Line, Writer, check},
};

const LOG: &str = include_str!("../vectors/draw_log.jsonl");

fn lines() -> Vec<Vec<u8>> {
    LOG.split_inclusive('\n')
        .map(|line| line.as_bytes().to_vec())
        .collect()
}

/// The lines with a last line that fits them: what somebody does who alters a log on purpose.
fn sealed(lines: &[Vec<u8>]) -> Vec<u8> {
    let mut log = lines.concat();
    let end = format!(
        "{{\"draws\":{},\"sha256\":\"{}\"}}\n",
        lines.len() - 1,
        Digest::of(&log)
    );
    log.extend(end.as_bytes());
    log
}

#[test]
fn an_honest_day_is_found_honest() {
    assert_eq!(check(LOG.as_bytes()), []);
    let all = lines();
    let (_, body) = all.split_last().expect("lines");
    assert_eq!(sealed(body), LOG.as_bytes());
}

#[test]
fn is_written_as_python_writes_it() {
    let mut writer = Writer::default();
    let mut out = String::new();
    let all: Vec<&str> = LOG.lines().collect();
    let (first, rest) = all.split_first().expect("lines");
    let (_, draws) = rest.split_last().expect("lines");
    let head: Head = serde_json::from_str(first).expect("the first line");
    out += &writer.head(&head).expect("a line");
    for line in draws {
        let line: Line = serde_json::from_str(line).expect("a draw");
        out += &writer.draw(&line).expect("a line");
    }
    out += &writer.end().expect("a line");
    assert_eq!(out, LOG);
}

/// Each bit of a byte, and ways in which a digit or a letter becomes another one.
const CHANGES: [u8; 10] = [1, 2, 3, 4, 8, 16, 32, 64, 128, 0x54];

/// Each of the file's bytes.
#[test]
fn no_byte_can_be_altered() {
    let log = LOG.as_bytes();
    for at in 0..log.len() {
        let mut altered = log.to_vec();
        for change in CHANGES {
            altered[at] = log[at] ^ change;
            assert_ne!(check(&altered), [], "byte {at} became {}", altered[at]);
        }
    }
}

/// The same by somebody who also writes the last line anew: whatever a draw or the seed says is held by the draws themselves.
#[test]
fn no_byte_of_a_draw_can_be_altered_by_sealing_the_log_anew() {
    let all = lines();
    let (_, body) = all.split_last().expect("lines");
    let older = body[0].len() - "0}\n".len();
    for line in 0..body.len() {
        for at in 0..body[line].len() {
            if (line, at) == (0, older) {
                // How many older draws there are is said and not shown.
                continue;
            }
            let mut altered = body.to_vec();
            for change in CHANGES {
                altered[line][at] = body[line][at] ^ change;
                assert_ne!(check(&sealed(&altered)), [], "line {line}, byte {at}");
            }
        }
    }
}

#[test]
fn says_which_line_is_wrong_and_why() {
    let all = lines();
    let (_, body) = all.split_last().expect("lines");
    let altered = |line: usize, from: &str, to: &str| {
        let mut all = body.to_vec();
        let text = String::from_utf8(all[line].clone()).expect("text");
        assert!(text.contains(from), "{text}");
        all[line] = text.replacen(from, to, 1).into_bytes();
        check(&sealed(&all))
    };
    assert_eq!(
        altered(1, "\"ticket\":865454", "\"ticket\":865455"),
        [(2, Fault::Ticket(865_454))]
    );
    assert_eq!(
        altered(2, "\"ticket\":418630", "\"ticket\":518630").first(),
        Some(&(3, Fault::Ticket(418_630)))
    );
    // More to the house, nothing to the shopper.
    assert_eq!(altered(2, ",0,500000]", ",0,500001]"), [(3, Fault::Odds)]);
    assert_eq!(
        altered(
            2,
            ",0,500000],[\"prz_01jd8w0e9s0000000000000002\",50,300000]",
            ",0,500001],[\"prz_01jd8w0e9s0000000000000002\",50,299999]"
        ),
        [(3, Fault::OddsHash)]
    );
    assert_eq!(
        altered(3, "\"value\":50}", "\"value\":51}"),
        [(4, Fault::Prize)]
    );
    // The same number in another spelling.
    for (from, to) in [
        ("\"ticket\":865454", "\"ticket\": 865454"),
        ("\"ticket\":865454", "\"ticket\":865454.0"),
        ("\"ticket\":865454", "\"ticket\":865454e0"),
        ("{\"pseudonym\"", "{ \"pseudonym\""),
        ("\"client_nonce\"", "\"client\\u005fnonce\""),
    ] {
        assert_eq!(altered(1, from, to)[0], (2, Fault::Form), "{to}");
    }
    assert_eq!(
        altered(0, "\"seed\":\"a9", "\"seed\":\"a8")[0],
        (1, Fault::Commitment)
    );
}

#[test]
fn nothing_is_left_out_or_said_twice() {
    let all = lines();
    let (_, body) = all.split_last().expect("lines");
    let without = |line: usize| {
        let mut all = body.to_vec();
        all.remove(line);
        check(&sealed(&all))
    };
    // The first of three plays, the middle one.
    assert_eq!(without(4), [(5, Fault::PlayNumber(1))]);
    assert_eq!(without(5), [(6, Fault::PlayNumber(2))]);
    let mut twice = body.to_vec();
    twice.insert(2, twice[1].clone());
    assert_eq!(check(&sealed(&twice)), [(3, Fault::PlayNumber(2))]);
    let mut turned = body.to_vec();
    turned.swap(1, 2);
    assert_eq!(check(&sealed(&turned))[0], (3, Fault::Order));
    // Cut off, at the end of a line or inside of one; and what follows the end.
    assert_eq!(check(&body.concat()), [(8, Fault::CutOff)]);
    assert_eq!(
        check(LOG.trim_end().as_bytes()),
        [(8, Fault::Form), (9, Fault::CutOff)]
    );
    assert_eq!(check(format!("{LOG}\n").as_bytes()), [(9, Fault::Beyond)]);
    assert_eq!(check(b""), [(1, Fault::CutOff)]);
    // A line less than the last line counts.
    let mut less = all.clone();
    less.remove(6);
    assert!(check(&less.concat()).contains(&(7, Fault::Count(5))));
}
