//! Markup that never changes, as a piece of HTML.

use super::element::{Tag, attributes, is_component};
use rstml::node::{KeyedAttribute, Node};

/// Elements without an end tag.
const VOID: [&str; 8] = ["area", "br", "col", "hr", "img", "input", "source", "wbr"];

/// A value that stands in the source: `None` is one that is worked out, `Some(None)` leaves the attribute out.
pub fn value(attribute: &KeyedAttribute) -> Option<Option<String>> {
    if attribute.possible_value.to_value().is_none() {
        return Some(Some(String::new()));
    }
    match attribute.value_literal_string()?.as_str() {
        "true" if is_bool(attribute) => Some(Some(String::new())),
        "false" if is_bool(attribute) => Some(None),
        text => Some(Some(text.to_owned())),
    }
}

fn is_bool(attribute: &KeyedAttribute) -> bool {
    matches!(
        attribute.value(),
        Some(syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Bool(_),
            ..
        }))
    )
}

/// A node as HTML, if nothing in it changes.
pub fn html(node: &Node) -> Option<String> {
    match node {
        Node::Text(text) => Some(escaped(&text.value_string())),
        Node::Element(element) if !is_component(element) => element_html(element),
        _ => None,
    }
}

fn element_html(element: &Tag) -> Option<String> {
    let name = element.name().to_string();
    let mut out = format!("<{name}");
    for attribute in attributes(element).ok()? {
        let key = attribute.key.to_string();
        if key.contains(':') || key == "node_ref" || key == "inner_html" {
            return None;
        }
        if let Some(value) = value(attribute)? {
            out += &format!(" {key}");
            if !value.is_empty() {
                out += &format!("=\"{}\"", escaped(&value));
            }
        }
    }
    out.push('>');
    for child in &element.children {
        out += &html(child)?;
    }
    if !VOID.contains(&name.as_str()) {
        out += &format!("</{name}>");
    }
    Some(out)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
