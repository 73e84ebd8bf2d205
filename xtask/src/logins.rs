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

/// Pages and logins, from what `raiten demo --json` says: every object in it that has an `email` is a login; its `password`
/// (its own, else the one above it) and `role` are shown beside it.
pub fn text(town: &str, port: u16) -> String {
    let mut lines = vec![pages(port), String::new()];
    match serde_json::from_str::<Value>(town) {
        Ok(town) => {
            let mut found = Vec::new();
            collect(&town, None, None, &mut found);
            if found.is_empty() {
                lines.push(format!("{town:#}"));
            }
            lines.extend(found);
        }
        // Not what was agreed, but a person can still read it.
        Err(_) => lines.push(town.trim().to_owned()),
    }
    lines.push(String::new());
    lines.push("A shopper needs no login. Ctrl-C ends it.".into());
    lines.join("\n")
}

fn collect(value: &Value, name: Option<&str>, password: Option<&str>, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            let text = |key: &str| members.get(key).and_then(Value::as_str);
            let password = text("password").or(password);
            if let Some(email) = text("email") {
                let role = text("role").or(name).unwrap_or("login");
                found.push(format!(
                    "{role:<9} {email}   {}",
                    password.unwrap_or("(no password)")
                ));
            }
            for (key, member) in members {
                collect(member, Some(key), password, found);
            }
        }
        Value::Array(members) => {
            for member in members {
                collect(member, name, password, found);
            }
        }
        _ => {}
    }
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
    fn every_login_is_shown_with_its_role_and_password() {
        let town = r#"{"password": "demo", "logins": [{"role": "staff", "email": "s@x.test"}],
                       "retailer": {"email": "r@x.test", "password": "own"}}"#;
        let text = text(town, 3000);
        assert!(text.contains("staff     s@x.test   demo"), "{text}");
        assert!(text.contains("retailer  r@x.test   own"), "{text}");
        assert!(text.contains("http://127.0.0.1:3000/console/"), "{text}");
    }

    #[test]
    fn an_unknown_answer_is_shown_as_it_is() {
        assert!(text("already a demo", 3000).contains("already a demo"));
        assert!(text("{\"seed\": 7}", 3000).contains("\"seed\": 7"));
    }
}
