//! Where to go and as whom, once the server answers.

use crate::cli;
use crate::process::say;
use anyhow::Result;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

/// The pages alone.
pub fn pages(port: u16) -> String {
    format!(
        "Shopper   http://127.0.0.1:{port}/\n\
         Staff     http://127.0.0.1:{port}/staff/\n\
         Retailer  http://127.0.0.1:{port}/console/\n\
         API       http://127.0.0.1:{port}/api/docs/"
    )
}

/// So many logins of a role are shown; the command itself lists all.
const SHOWN: usize = 3;

/// Pages and logins, from what `raiten demo --json` says: `{logins: [{retailer, role, email, password, stores}]}`.
pub fn text(town: &str, port: u16) -> String {
    let town: Value = serde_json::from_str(town).unwrap_or_default();
    let logins = town["logins"].as_array().map_or(&[][..], Vec::as_slice);
    let mut lines = vec![
        pages(port),
        String::new(),
        "Logins: e-mail, password".into(),
    ];
    let mut shown: Vec<(&str, usize)> = Vec::new();
    for login in logins {
        let text = |key: &str| login[key].as_str().unwrap_or_default();
        let role = text("role");
        if !shown.iter().any(|(known, _)| *known == role) {
            shown.push((role, 0));
        }
        let Some((_, count)) = shown.iter_mut().find(|(known, _)| *known == role) else {
            continue;
        };
        *count += 1;
        if *count <= SHOWN {
            let store = login["stores"][0].as_str();
            let place = store.map(|store| format!(", {store}")).unwrap_or_default();
            lines.push(format!(
                "{role:<9} {}   {}   ({}{place})",
                text("email"),
                text("password"),
                text("retailer"),
            ));
        }
    }
    for (role, count) in shown.iter().filter(|(_, count)| *count > SHOWN) {
        lines.push(format!(
            "          and {} more {role}: raiten demo --json",
            count - SHOWN
        ));
    }
    let areas: Vec<&str> = town["areas"]
        .as_array()
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .filter_map(Value::as_str)
        .collect();
    lines.push(String::new());
    if !areas.is_empty() {
        lines.push(format!(
            "Areas where something is going on: {}",
            areas.join(", ")
        ));
    }
    lines.push("A shopper needs no login. Ctrl-C ends it.".into());
    lines.join("\n")
}

/// Waits until the server answers, then prints. A process of its own, since demo has become the server by then.
pub fn announce(wanted: &cli::Announce) -> Result<()> {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(60) {
        if answers(wanted.port) {
            let rule = "─".repeat(60);
            say(format!("\n{rule}\n{}\n{rule}\n", wanted.text));
            return Ok(());
        }
        thread::sleep(Duration::from_millis(100));
    }
    // The server has said by itself what is wrong.
    Ok(())
}

fn answers(port: u16) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(
            stream,
            "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
        )?;
        let mut head = [0; 12];
        stream.read_exact(&mut head)?;
        Ok(String::from_utf8_lossy(&head).into_owned())
    };
    ask().is_ok_and(|head| head.ends_with(" 200"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_shown_by_role_and_not_all_of_them() {
        let staff = r#"{"retailer": "R", "role": "staff", "email": "s@x.test", "password": "p", "stores": ["渋谷"]}"#;
        let town = format!(
            r#"{{"logins": [{{"retailer": "R", "role": "owner", "email": "o@x.test", "password": "p", "stores": []}},
                 {staff}, {staff}, {staff}, {staff}], "areas": ["新宿"]}}"#
        );
        let text = text(&town, 3000);
        assert!(text.contains("owner     o@x.test   p   (R)\n"), "{text}");
        assert_eq!(
            text.matches("staff     s@x.test   p   (R, 渋谷)").count(),
            3,
            "{text}"
        );
        assert!(text.contains("and 1 more staff"), "{text}");
        assert!(text.contains("新宿"), "{text}");
    }

    #[test]
    fn the_pages_are_shown_whatever_the_town_says() {
        assert!(text("no JSON", 3100).contains("http://127.0.0.1:3100/console/"));
    }
}
