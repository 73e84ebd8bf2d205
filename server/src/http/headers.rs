//! The headers that tell a browser what a page of ours may do.

use axum::{extract::Request, response::Response};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderName, HeaderValue, header};
use sha2::{Digest, Sha256};

/// The headers that do not change while the server runs.
#[derive(Clone)]
pub(super) struct Policies {
    page: HeaderValue,
    https: bool,
}

const PERMISSIONS: &str = "geolocation=(self), camera=(self), microphone=(), payment=(), usb=()";

impl Policies {
    /// `scripts` are the inline scripts of our pages, by which the bundler starts the wasm.
    pub(super) fn new(scripts: &[String], https: bool) -> Self {
        let policy = content_security_policy(scripts);
        Self {
            // Base 64 and ASCII only; the fallback is unreachable and forbids everything.
            page: HeaderValue::from_str(&policy)
                .unwrap_or(HeaderValue::from_static("default-src 'none'")),
            https,
        }
    }
}

/// The content security policy: nothing from elsewhere, nothing inline but the scripts named by their hash.
fn content_security_policy(scripts: &[String]) -> String {
    let mut hashes: Vec<String> = scripts.iter().map(|text| script_hash(text)).collect();
    hashes.sort();
    hashes.dedup();
    let mut script_src = vec!["'self'".to_owned(), "'wasm-unsafe-eval'".to_owned()];
    script_src.extend(hashes);
    format!(
        "default-src 'self'; script-src {}; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; \
         connect-src 'self'; worker-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'",
        script_src.join(" ")
    )
}

/// The hash source of CSP level 3 for an inline script: of exactly the bytes between its tags.
fn script_hash(text: &str) -> String {
    format!(
        "'sha256-{}'",
        STANDARD.encode(Sha256::digest(text.as_bytes()))
    )
}

/// The texts of the inline scripts of a page.
pub(super) fn inline_scripts(html: &str) -> Vec<String> {
    let lower = html.to_ascii_lowercase();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = lower[at..].find("<script").map(|i| at + i) {
        let Some(open) = lower[start..].find('>').map(|i| start + i) else {
            break;
        };
        let Some(close) = lower[open..].find("</script").map(|i| open + i) else {
            break;
        };
        let is_external = lower[start..open]
            .split_ascii_whitespace()
            .any(|attribute| attribute.starts_with("src="));
        if !is_external {
            found.push(html[open + 1..close].to_owned());
        }
        at = close + "</script".len();
    }
    found
}

/// Gives an answer its headers.
pub(super) async fn secure<F>(
    policies: &Policies,
    request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response
where
    F: Future<Output = Response>,
{
    let is_api = is_api(request.uri().path());
    let mut response = next(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    set(header::CONTENT_SECURITY_POLICY, policies.page.clone());
    set(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    set(
        header::REFERRER_POLICY,
        HeaderValue::from_static("strict-origin-when-cross-origin"),
    );
    set(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(PERMISSIONS),
    );
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    if policies.https {
        set(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
    if is_api {
        set(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Whether a path belongs to the API rather than to a page.
pub(super) fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

#[cfg(test)]
mod tests {
    use super::{content_security_policy, inline_scripts, script_hash};

    #[test]
    fn hashes_what_a_browser_hashes() {
        // printf 'const inline = 1;' | openssl dgst -sha256 -binary | base64
        assert_eq!(
            script_hash("const inline = 1;"),
            "'sha256-2XA6OeWgx7rumjOswMWkHzvY7xYWT9JsRykQhkmJXi0='"
        );
    }

    #[test]
    fn finds_inline_scripts_only() {
        let html = "<HTML><script src=\"/a.js\"></script><SCRIPT type=module>\nstart('<b>');\n</SCRIPT >\
                    <script defer\nsrc='/b.js'></script><script>x</script>";
        assert_eq!(inline_scripts(html), ["\nstart('<b>');\n", "x"]);
        assert!(inline_scripts("<script>never ends").is_empty());
    }

    #[test]
    fn allows_nothing_inline_but_the_hashes() {
        let policy = content_security_policy(&["x".to_owned(), "x".to_owned()]);
        assert_eq!(policy.matches("sha256-").count(), 1);
        // The one that WebAssembly needs compiles bytes, never text.
        assert!(!policy.replace("wasm-unsafe-eval", "").contains("unsafe"));
        for of_ours_only in ["worker-src 'self';", "manifest-src 'self';"] {
            assert!(policy.contains(of_ours_only), "{policy}");
        }
    }
}
