//! Ways to shoppers besides browsers, as a configuration names them.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Result, anyhow};
use base64::{Engine, engine::general_purpose::STANDARD};
use server::{line, mail, serve::Setup};
use sha2::{Digest, Sha256};

/// What LINE signs with.
const LINE_SECRET: &str = "the channel's secret";
/// What lets the server speak at LINE.
pub const LINE_TOKEN: &str = "the channel's token";
/// A port at which nobody listens.
const NOBODY: u16 = 9;

/// A relay on this machine.
pub fn relay_at(address: SocketAddr) -> Result<Option<mail::Settings>> {
    let raw = mail::settings::Raw {
        host: address.ip().to_string(),
        port: address.port(),
        tls: "none".to_owned(),
        user: String::new(),
        password: String::new().into(),
        from: "coupon@raiten.example".to_owned(),
        from_name: "来店 Raiten".to_owned(),
        operator: "株式会社れいてん".to_owned(),
        place: "東京都千代田区一番町1-1".to_owned(),
        contact: "03-0000-0000".to_owned(),
        per_second: 1_000,
    };
    raw.check()
        .map_err(|(key, wanted)| anyhow!("{key}: {wanted}"))
}

/// The Messaging API on this machine.
pub fn line_at(address: SocketAddr) -> Result<Option<line::Settings>> {
    let raw = line::settings::Raw {
        api: format!("http://{address}"),
        token: LINE_TOKEN.to_owned().into(),
        secret: LINE_SECRET.to_owned().into(),
        friend_url: "https://line.me/R/ti/p/@raiten".to_owned(),
    };
    raw.check()
        .map_err(|(key, wanted)| anyhow!("{key}: {wanted}"))
}

/// All of them, with nobody at the other end.
pub fn with_all_ways(setup: &mut Setup) {
    let nobody = SocketAddr::from((Ipv4Addr::LOCALHOST, NOBODY));
    setup.mail = relay_at(nobody).ok().flatten();
    setup.line = line_at(nobody).ok().flatten();
}

/// LINE's signature of a body.
pub fn signed_by_line(body: &[u8]) -> String {
    STANDARD.encode(hmac(LINE_SECRET.as_bytes(), body))
}

/// HMAC-SHA256 as RFC 2104 has it, from the hash alone, for keys of at most 64 bytes.
pub fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let inner = Sha256::digest([block.map(|b| b ^ 0x36).as_slice(), text].concat());
    Sha256::digest([block.map(|b| b ^ 0x5c).as_slice(), &inner].concat()).to_vec()
}
