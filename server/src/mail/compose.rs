//! A letter as a mail: in two forms that say the same, with the headers by which a mail program ends it at once (RFC 2369, RFC 8058), and with who answers for
//! it, as 特定電子メール法 wants it said.
//!
//! Every header is written by `lettre`, which encodes whatever could end a line; what a retailer wrote is cleaned of such characters all the same.

use std::fmt::Write;

use app::{id::ContactId, lang::Lang};
use lettre::{
    Message,
    message::{
        Mailbox, MessageBuilder, MultiPart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};

use super::{Address, Settings, words};
use crate::{
    channel::{Letter, link::Links},
    random,
};

/// Why no mail was written.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// The library objects.
    #[error(transparent)]
    Mail(#[from] lettre::error::Error),
    /// A header's name is none.
    #[error(transparent)]
    Header(#[from] lettre::message::header::InvalidHeaderName),
}

/// A letter to somebody.
///
/// # Errors
/// When the library objects, which it does for no letter of ours.
pub fn letter(
    settings: &Settings,
    to: &Address,
    letter: &Letter,
    links: &Links,
) -> Result<Message, ComposeError> {
    let lang = letter.lang;
    let see = format!("{}{}", links.public_url, letter.path);
    let choose = format!("{}/my/contact", links.public_url);
    let why = match lang {
        Lang::Ja => format!("{}・{}", letter.retailer, letter.why),
        Lang::En => format!("{} · {}", letter.retailer, letter.why),
    };
    let parts = [
        Part::Title(one_line(&letter.title)),
        Part::Text(one_line(&letter.body)),
        Part::Link(words::SEE.get(lang), see),
        Part::Rule,
        Part::Small(fill(words::WHY.get(lang), &why)),
        Part::Small(words::AGREED.get(lang).to_owned()),
        Part::SmallLink(words::STOP.get(lang), links.stop.clone()),
        Part::SmallLink(words::CHOOSE.get(lang), choose),
        Part::Small(fill(words::ADVERTISER.get(lang), &letter.retailer)),
    ];
    let mut parts = Vec::from(parts);
    parts.extend(operator(settings, lang));
    let header = |name: &str, value: String| {
        let name = HeaderName::new_from_ascii(name.to_owned())?;
        Ok::<_, ComposeError>(HeaderValue::new(name, value))
    };
    let builder = begin(settings, to, lang, &letter.title)
        .message_id(Some(message_id(settings, &id_of(letter.contact_id))))
        .raw_header(header("List-Unsubscribe", format!("<{}>", links.stop))?)
        .raw_header(header(
            "List-Unsubscribe-Post",
            "List-Unsubscribe=One-Click".to_owned(),
        )?);
    Ok(builder.multipart(both_forms(&parts, lang, &letter.title))?)
}

/// The question whether a mailbox is somebody's.
///
/// # Errors
/// As [`letter`].
pub fn question(
    settings: &Settings,
    to: &Address,
    lang: Lang,
    link: &str,
    public_url: &str,
) -> Result<Message, ComposeError> {
    let title = words::QUESTION.get(lang);
    let here = format!(
        "{} ({public_url})",
        settings.from.name.as_deref().unwrap_or("Raiten")
    );
    let mut parts = vec![
        Part::Title(title.to_owned()),
        Part::Text(fill(words::QUESTION_BODY.get(lang), &here)),
        Part::Link(words::CONFIRM.get(lang), link.to_owned()),
        Part::Text(words::NOT_ME.get(lang).to_owned()),
        Part::Rule,
    ];
    parts.extend(operator(settings, lang));
    let mark = hex::encode(random::mark::<16>());
    let builder = begin(settings, to, lang, title).message_id(Some(message_id(settings, &mark)));
    Ok(builder.multipart(both_forms(&parts, lang, title))?)
}

fn begin(settings: &Settings, to: &Address, lang: Lang, subject: &str) -> MessageBuilder {
    let builder = Message::builder()
        .from(settings.from.clone())
        .to(Mailbox::new(None, to.text.clone()))
        .subject(one_line(subject));
    // Nobody is to be answered by a machine; an answer "I am away" to this one least of all.
    [
        ("Content-Language", lang.tag()),
        ("Auto-Submitted", "auto-generated"),
    ]
    .into_iter()
    .fold(builder, |builder, (name, value)| {
        match HeaderName::new_from_ascii(name.to_owned()) {
            Ok(name) => builder.raw_header(HeaderValue::new(name, value.to_owned())),
            // Both are names.
            Err(_) => builder,
        }
    })
}

/// The same for a message however often it is sent, so that a mail program that has it already knows it.
fn message_id(settings: &Settings, id: &str) -> String {
    format!("<{id}@{}>", settings.from.email.domain())
}

fn id_of(contact_id: ContactId) -> String {
    contact_id.to_string()
}

fn operator(settings: &Settings, lang: Lang) -> [Part; 3] {
    let of = &settings.operator;
    [
        Part::Small(fill(words::OPERATOR.get(lang), &of.name)),
        Part::Small(fill(words::PLACE.get(lang), &of.place)),
        Part::Small(fill(words::CONTACT.get(lang), &of.contact)),
    ]
}

/// A piece of a mail.
enum Part {
    Title(String),
    Text(String),
    Link(&'static str, String),
    Rule,
    Small(String),
    SmallLink(&'static str, String),
}

fn fill(words: &str, with: &str) -> String {
    words.replacen("{}", &one_line(with), 1)
}

/// Without what ends a line or hides what is read.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

fn both_forms(parts: &[Part], lang: Lang, title: &str) -> MultiPart {
    let mut text = String::new();
    let mut html = format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{}</title></head>\n<body style=\"font-family:sans-serif;font-size:16px;line-height:1.6;max-width:36em;margin:0 auto;padding:16px\">\n",
        lang.tag(),
        escape(title)
    );
    for part in parts {
        // Writing to a text does not fail.
        let _ = match part {
            Part::Title(title) => {
                let _ = writeln!(text, "{title}\n");
                writeln!(html, "<h1 style=\"font-size:20px\">{}</h1>", escape(title))
            }
            Part::Text(words) => {
                let _ = writeln!(text, "{words}\n");
                writeln!(html, "<p>{}</p>", escape(words))
            }
            Part::Link(words, to) => {
                let _ = writeln!(text, "{words}:\n{to}\n");
                writeln!(
                    html,
                    "<p><a href=\"{}\"><strong>{words}</strong></a></p>",
                    escape(to)
                )
            }
            Part::Rule => {
                let _ = writeln!(text, "----");
                writeln!(html, "<hr>")
            }
            Part::Small(words) => {
                let _ = writeln!(text, "{words}");
                writeln!(
                    html,
                    "<p style=\"font-size:13px;margin:4px 0\">{}</p>",
                    escape(words)
                )
            }
            Part::SmallLink(words, to) => {
                let _ = writeln!(text, "{words}: {to}");
                writeln!(
                    html,
                    "<p style=\"font-size:13px;margin:4px 0\"><a href=\"{}\">{words}</a></p>",
                    escape(to)
                )
            }
        };
    }
    html.push_str("</body></html>\n");
    MultiPart::alternative()
        .singlepart(
            lettre::message::SinglePart::builder()
                .header(ContentType::TEXT_PLAIN)
                .body(text),
        )
        .singlepart(
            lettre::message::SinglePart::builder()
                .header(ContentType::TEXT_HTML)
                .body(html),
        )
}

/// As text of a page or of an attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
