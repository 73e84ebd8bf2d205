//! The browser side: its files in memory, each packed once, cached by browsers for ever where their names carry a hash.
//!
//! A release build brings them packed at their best: `a.css.br` beside `a.css`. What comes without is packed here.

use std::{
    collections::HashMap,
    io::{Read, Write},
    path::Path,
    sync::Arc,
};

use axum::{
    body::{Body, Bytes},
    extract::Request,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use sha2::{Digest, Sha256};

use super::headers;

/// The files of the browser side by path, without a leading slash.
#[derive(Clone, Default)]
pub struct Web {
    assets: Arc<HashMap<String, Asset>>,
}

struct Asset {
    content_type: HeaderValue,
    immutable: bool,
    hash: String,
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

/// Why the browser side cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the browser side at {path}: {cause}")]
pub struct WebError {
    path: String,
    cause: std::io::Error,
}

/// What the program carries inside (feature `embed-web`).
#[cfg(feature = "embed-web")]
#[derive(rust_embed::RustEmbed)]
#[folder = "../dist"]
struct Embedded;

impl Web {
    /// The files that the program carries, if it was built to carry any.
    #[must_use]
    pub fn embedded() -> Option<Self> {
        #[cfg(feature = "embed-web")]
        {
            let files = <Embedded as rust_embed::RustEmbed>::iter().filter_map(|path| {
                <Embedded as rust_embed::RustEmbed>::get(&path)
                    .map(|file| (path.into_owned(), Bytes::from(file.data.into_owned())))
            });
            Some(Self::from_files(files.collect()))
        }
        #[cfg(not(feature = "embed-web"))]
        None
    }

    /// The files of a folder; none when there is no such folder. Reads, and packs what is not packed yet, so it may take its time.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn read(folder: &Path) -> Result<Self, WebError> {
        let mut files = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(next) = folders.pop() {
            let entries = match std::fs::read_dir(&next) {
                Ok(entries) => entries,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound && next == folder => {
                    break;
                }
                Err(cause) => return Err(unreadable(&next, cause)),
            };
            for entry in entries {
                let path = entry.map_err(|cause| unreadable(&next, cause))?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Ok(relative) = path.strip_prefix(folder) {
                    let name: Vec<_> = relative
                        .components()
                        .map(|part| part.as_os_str().to_string_lossy())
                        .collect();
                    let bytes = std::fs::read(&path).map_err(|cause| unreadable(&path, cause))?;
                    files.push((name.join("/"), Bytes::from(bytes)));
                }
            }
        }
        Ok(Self::from_files(files))
    }

    /// From paths and contents.
    #[must_use]
    pub fn from_files(files: Vec<(String, Bytes)>) -> Self {
        let (packed, plain): (Vec<_>, Vec<_>) = files
            .into_iter()
            .partition(|(path, _)| path.ends_with(PACKED));
        let packed: HashMap<_, _> = packed.into_iter().collect();
        // Two cores are better than one for the large wasm files.
        let assets = std::thread::scope(|scope| {
            let threads: Vec<_> = plain
                .into_iter()
                .map(|(path, bytes)| {
                    let brought = packed.get(&format!("{path}{PACKED}")).cloned();
                    scope.spawn(move || {
                        let asset = Asset::new(&path, bytes, brought);
                        (path, asset)
                    })
                })
                .collect();
            threads
                .into_iter()
                .filter_map(|thread| thread.join().ok())
                .collect()
        });
        Self {
            assets: Arc::new(assets),
        }
    }

    /// The inline scripts of all pages, which the content security policy names.
    #[must_use]
    pub(super) fn inline_scripts(&self) -> Vec<String> {
        self.assets
            .iter()
            .filter(|(path, _)| path.ends_with(".html"))
            .flat_map(|(_, asset)| headers::inline_scripts(&String::from_utf8_lossy(&asset.plain)))
            .collect()
    }

    /// Answers for every path that is no route: a file, or the page of the program that the path belongs to.
    pub(super) fn answer(&self, request: &Request) -> Response {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return (
                StatusCode::METHOD_NOT_ALLOWED,
                [(header::ALLOW, "GET, HEAD")],
            )
                .into_response();
        }
        let path = request.uri().path().trim_start_matches('/');
        if let Some(asset) = self.assets.get(path) {
            return asset.answer(request.headers());
        }
        if names_a_file(path) {
            return (StatusCode::NOT_FOUND, "not found\n").into_response();
        }
        // The gallery is not there in what ships; its path is then like any other.
        let page = self.assets.get(page_of(path)).or_else(|| {
            self.assets
                .get("index.html")
                .filter(|_| path.starts_with("gallery"))
        });
        match page {
            Some(asset) => asset.answer(request.headers()),
            None => no_pages(),
        }
    }
}

/// Which of the programs a path belongs to.
fn page_of(path: &str) -> &'static str {
    match path.split('/').next() {
        Some("my") => "my/index.html",
        Some("staff") => "staff/index.html",
        Some("console") => "console/index.html",
        // For developers, built with demo and tests only.
        Some("gallery") => "gallery/index.html",
        _ => "index.html",
    }
}

/// Whether a path ends like a file's. The token of an invitation has a dot too, but a longer end than any extension.
fn names_a_file(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    last.rsplit_once('.')
        .is_some_and(|(_, extension)| (1..=11).contains(&extension.len()))
}

fn unreadable(path: &Path, cause: std::io::Error) -> WebError {
    WebError {
        path: path.display().to_string(),
        cause,
    }
}

/// What a file's packed form has at the end of its name.
const PACKED: &str = ".br";

impl Asset {
    fn new(path: &str, plain: Bytes, brought: Option<Bytes>) -> Self {
        let mime = mime_guess::from_path(path).first_or_octet_stream();
        let is_text = mime.type_() == "text"
            || matches!(
                mime.subtype().as_str(),
                "javascript" | "json" | "wasm" | "manifest+json"
            )
            || mime.suffix().is_some_and(|s| s == "xml" || s == "json");
        let content_type = if mime.type_() == "text" {
            format!("{mime}; charset=utf-8")
        } else {
            mime.to_string()
        };
        let is_worth_it = |packed: &Bytes| packed.len() < plain.len();
        let pack = is_text && plain.len() > 256;
        // What somebody changed by hand since it was packed is not to be had in two versions.
        let brought = brought.filter(|packed| {
            let same = unpacks_to(packed, &plain);
            if !same {
                tracing::warn!(
                    path,
                    "the packed file beside it is another; packing it anew"
                );
            }
            same
        });
        Self {
            content_type: HeaderValue::from_str(&content_type)
                .unwrap_or(HeaderValue::from_static("application/octet-stream")),
            immutable: is_hashed(path),
            hash: hex::encode(&Sha256::digest(&plain)[..16]),
            brotli: brought
                .or_else(|| pack.then(|| brotli(&plain)).flatten())
                .filter(is_worth_it),
            gzip: pack.then(|| gzip(&plain)).flatten().filter(is_worth_it),
            plain,
        }
    }

    fn answer(&self, request: &HeaderMap) -> Response {
        let accepted = request
            .get(header::ACCEPT_ENCODING)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default();
        let (body, encoding) = match (&self.brotli, &self.gzip) {
            (Some(brotli), _) if accepts(accepted, "br") => (brotli, Some("br")),
            (_, Some(gzip)) if accepts(accepted, "gzip") => (gzip, Some("gzip")),
            _ => (&self.plain, None),
        };
        let tag = format!("\"{}-{}\"", self.hash, encoding.unwrap_or("plain"));
        let is_known = request
            .get(header::IF_NONE_MATCH)
            .and_then(|v| v.to_str().ok())
            .is_some_and(|known| {
                known
                    .split(',')
                    .any(|one| one.trim().trim_start_matches("W/") == tag)
            });
        let mut response = if is_known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            Body::from(body.clone()).into_response()
        };
        let headers = response.headers_mut();
        if !is_known {
            headers.insert(header::CONTENT_TYPE, self.content_type.clone());
            if let Some(encoding) = encoding {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
        }
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static(if self.immutable {
                "public, max-age=31536000, immutable"
            } else {
                // Asked for again each time, answered by 304 while it is the same.
                "no-cache"
            }),
        );
        response
    }
}

/// Whether an `Accept-Encoding` (RFC 9110 §12.5.3) takes an encoding.
fn accepts(header: &str, encoding: &str) -> bool {
    let weight = |wanted: &str| {
        header.split(',').find_map(|part| {
            let mut fields = part.split(';').map(str::trim);
            let is_it = fields
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case(wanted));
            is_it.then(|| {
                fields
                    .find_map(|field| field.strip_prefix("q="))
                    .map_or(1.0, |q| q.trim().parse::<f32>().unwrap_or(0.0))
            })
        })
    };
    weight(encoding).or_else(|| weight("*")).unwrap_or(0.0) > 0.0
}

/// Whether the bundler put a hash of the content into the name: `console-0123456789abcdef_bg.wasm`. It writes 64 bits in
/// hexadecimal without leading zeros, so now and then a digit or two fewer than 16.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.split(['-', '_', '.'])
        .any(|part| part.len() >= 12 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Whether a packed file is the plain one's.
fn unpacks_to(packed: &[u8], plain: &[u8]) -> bool {
    // One byte more than there should be is enough to know.
    let mut unpacked = Vec::with_capacity(plain.len() + 1);
    let limit = plain.len() as u64 + 1;
    brotli::Decompressor::new(packed, 64 * 1024)
        .take(limit)
        .read_to_end(&mut unpacked)
        .is_ok()
        && unpacked == plain
}

fn brotli(plain: &[u8]) -> Option<Bytes> {
    // The best takes seconds a megabyte; without optimization even the middle does.
    let quality = if cfg!(debug_assertions) { 4 } else { 9 };
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 64 * 1024, quality, 22);
    writer.write_all(plain).ok()?;
    writer.flush().ok()?;
    drop(writer);
    Some(packed.into())
}

fn gzip(plain: &[u8]) -> Option<Bytes> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    writer.write_all(plain).ok()?;
    writer.finish().ok().map(Bytes::from)
}

/// What a person sees where the browser side was not built: in both languages, since no program of ours runs there.
fn no_pages() -> Response {
    const PAGE: &str = "<!doctype html>\n<html lang=\"ja\">\n<head><meta charset=\"utf-8\"><title>Raiten 来店</title>\
        <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"></head>\n<body>\n<h1>Raiten 来店</h1>\n\
        <p>サーバーは動いていますが、画面がまだありません。<code>cargo xtask build</code> で作るか、\
        <code>--web-dir</code> で場所を指定してください。</p>\n\
        <p lang=\"en\">The server runs, but its pages are not there. Build them with <code>cargo xtask build</code>, or say \
        where they are with <code>--web-dir</code>.</p>\n<p><a href=\"/api/docs/\">API</a></p>\n</body>\n</html>\n";
    (
        StatusCode::SERVICE_UNAVAILABLE,
        [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        PAGE,
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::{Web, accepts, is_hashed};
    use axum::{
        body::{Body, Bytes},
        extract::Request,
        response::Response,
    };
    use http::{HeaderValue, StatusCode, header};

    fn web() -> Web {
        let page = |name: &str| format!("<p>{name}</p>{}", " ".repeat(500)).into();
        Web::from_files(vec![
            ("index.html".to_owned(), page("shopper")),
            ("my/index.html".to_owned(), page("my")),
            ("staff/index.html".to_owned(), page("staff")),
            ("console/index.html".to_owned(), page("console")),
            (
                "console-0123456789abcdef_bg.wasm".to_owned(),
                vec![0; 1000].into(),
            ),
        ])
    }

    fn get(path: &str, headers: &[(&str, &str)]) -> anyhow::Result<Response> {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Ok(web().answer(&request.body(Body::empty())?))
    }

    #[tokio::test]
    async fn every_page_path_gets_its_program() -> anyhow::Result<()> {
        for (path, program) in [
            ("/", "shopper"),
            ("/wallet/cpn_1", "shopper"),
            ("/staffroom", "shopper"),
            ("/my/check-in", "my"),
            ("/staff", "staff"),
            ("/staff/invite/ret_1.0123456789-abcdefg", "staff"),
            ("/console/campaigns/", "console"),
            // Not among these files, as in what ships.
            ("/gallery/", "shopper"),
        ] {
            let response = get(path, &[])?;
            let status = response.status();
            let body = axum::body::to_bytes(response.into_body(), 10_000).await?;
            assert_eq!(status, StatusCode::OK, "{path}");
            assert!(
                body.starts_with(format!("<p>{program}<").as_bytes()),
                "{path}"
            );
        }
        assert_eq!(get("/missing.js", &[])?.status(), StatusCode::NOT_FOUND);
        Ok(())
    }

    #[test]
    fn hashed_names_are_kept_for_ever_and_pages_are_asked_for_again() -> anyhow::Result<()> {
        let wasm = get(
            "/console-0123456789abcdef_bg.wasm",
            &[("accept-encoding", "gzip, br")],
        )?;
        assert_eq!(wasm.headers()[header::CONTENT_TYPE], "application/wasm");
        assert_eq!(wasm.headers()[header::CONTENT_ENCODING], "br");
        assert!(
            wasm.headers()[header::CACHE_CONTROL]
                .to_str()?
                .contains("immutable")
        );
        let page = get("/", &[])?;
        assert_eq!(page.headers()[header::CACHE_CONTROL], "no-cache");
        let tag = page.headers()[header::ETAG].to_str()?.to_owned();
        let again = get("/", &[("if-none-match", &tag)])?;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        // Another encoding is another representation.
        let other = get("/", &[("if-none-match", &tag), ("accept-encoding", "br")])?;
        assert_eq!(other.status(), StatusCode::OK);
        Ok(())
    }

    #[tokio::test]
    async fn what_was_packed_before_is_sent_as_it_is() -> anyhow::Result<()> {
        let plain = Bytes::from("p { color: red }\n".repeat(50));
        // The best that brotli can do; here it would be packed less.
        let mut best = Vec::new();
        brotli::BrotliCompress(
            &mut plain.as_ref(),
            &mut best,
            &brotli::enc::BrotliEncoderParams {
                quality: 11,
                ..Default::default()
            },
        )?;
        let of = |packed: &[u8]| {
            Web::from_files(vec![
                ("a.css".to_owned(), plain.clone()),
                ("a.css.br".to_owned(), Bytes::copy_from_slice(packed)),
            ])
        };
        let get = async |web: &Web, path: &str, accept: &str| -> anyhow::Result<_> {
            let request = Request::get(path).header("accept-encoding", accept);
            let answer = web.answer(&request.body(Body::empty())?);
            let encoding = answer.headers().get(header::CONTENT_ENCODING).cloned();
            let status = answer.status();
            let body = axum::body::to_bytes(answer.into_body(), 10_000).await?;
            Ok((status, encoding, body))
        };
        let web = of(&best);
        let (_, encoding, body) = get(&web, "/a.css", "br, gzip").await?;
        assert_eq!(
            encoding.as_ref().map(HeaderValue::as_bytes),
            Some(&b"br"[..])
        );
        assert_eq!(body, best);
        let (_, encoding, body) = get(&web, "/a.css", "identity").await?;
        assert_eq!((encoding, body), (None, plain.clone()));
        // It is a form of the file, no file of its own.
        let (status, ..) = get(&web, "/a.css.br", "br").await?;
        assert_eq!(status, StatusCode::NOT_FOUND);

        // One that is no brotli, that was cut, that is another file's, that is longer: packed anew.
        let mut longer = Vec::new();
        brotli::BrotliCompress(
            &mut [plain.as_ref(), b"}"].concat().as_slice(),
            &mut longer,
            &Default::default(),
        )?;
        for wrong in [b"no brotli".as_slice(), &best[..best.len() - 2], &longer] {
            let (_, encoding, body) = get(&of(wrong), "/a.css", "br").await?;
            assert!(encoding.is_some());
            assert_ne!(body, wrong);
            assert!(super::unpacks_to(&body, &plain));
        }
        Ok(())
    }

    #[test]
    fn what_makes_an_app_of_the_pages_is_typed_and_asked_for_again() -> anyhow::Result<()> {
        let web = Web::from_files(
            [
                "sw.js",
                "manifest.webmanifest",
                "staff/manifest.webmanifest",
                "icons/icon-192.png",
                "mark.svg",
            ]
            .map(|path| (path.to_owned(), "x".repeat(600).into()))
            .into(),
        );
        for (path, content_type, packed) in [
            ("/sw.js", "text/javascript; charset=utf-8", true),
            ("/manifest.webmanifest", "application/manifest+json", true),
            (
                "/staff/manifest.webmanifest",
                "application/manifest+json",
                true,
            ),
            ("/icons/icon-192.png", "image/png", false),
            ("/mark.svg", "image/svg+xml", true),
        ] {
            let request = Request::get(path)
                .header("accept-encoding", "br")
                .body(Body::empty())?;
            let answer = web.answer(&request);
            assert_eq!(answer.headers()[header::CONTENT_TYPE], content_type);
            // A worker that is kept for ever would keep its pages for ever.
            assert_eq!(
                answer.headers()[header::CACHE_CONTROL],
                "no-cache",
                "{path}"
            );
            assert_eq!(
                answer.headers().contains_key(header::CONTENT_ENCODING),
                packed,
                "{path}"
            );
        }
        Ok(())
    }

    #[test]
    fn negotiates_encodings() {
        assert!(accepts("gzip, br;q=0.5", "br"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(accepts("*", "gzip"));
        assert!(!accepts("*, gzip;q=0", "gzip"));
        assert!(!accepts("", "br"));
        assert!(!accepts("brx", "br"));
    }

    #[test]
    fn knows_hashed_names() {
        assert!(is_hashed("a/app-9f86d081884c7d65.js"));
        assert!(is_hashed("field-d882c502f15d96.css"));
        assert!(!is_hashed("index.html"));
        assert!(!is_hashed("staff/sw.js"));
    }
}
