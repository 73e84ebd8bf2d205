//! Files that a person downloads and opens in a spreadsheet.

use std::borrow::Cow;

use app::lang::Lang;
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};

use crate::error::{ApiError, ApiResult};

/// The media type of CSV.
pub(super) const CSV: &str = "text/csv; charset=utf-8";
/// What a JSON Lines file is called on the wire.
pub(super) const JSON_LINES: &str = "application/x-ndjson";
/// What a CSV file begins with: without it Excel takes UTF-8 for Shift_JIS.
pub(super) const MARK: &[u8] = b"\xef\xbb\xbf";

/// Writes records behind what is there already.
pub(super) fn writer(into: Vec<u8>) -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(into)
}

/// A text that a spreadsheet would take for a formula gets an apostrophe before it. Numbers of ours are none.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    // The full-width signs count too: Japanese spreadsheets read them alike.
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if formula {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// An answer that a browser keeps as a file of this name.
///
/// # Errors
/// A fault of ours when the name is none that a header can carry.
pub(super) fn download(
    body: impl Into<Body>,
    media_type: &'static str,
    name: &str,
    lang: Lang,
) -> ApiResult<Response> {
    let mut response = body.into().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(lang.tag()),
    );
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::try_from(format!("attachment; filename=\"{name}\""))
            .map_err(ApiError::internal)?,
    );
    Ok(response)
}
