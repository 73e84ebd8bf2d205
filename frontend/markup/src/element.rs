//! Elements and components as calls.

use super::{fixed, root};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use rstml::{
    Infallible,
    node::{
        KVAttributeValue, KeyedAttribute, KeyedAttributeValue, Node, NodeAttribute, NodeBlock,
        NodeElement, NodeName,
    },
};
use syn::{Expr, Stmt, spanned::Spanned};

/// An element or a component as it is written.
pub type Tag = NodeElement<Infallible>;

/// The elements of drawings that we use. `a`, `style` and `title` are HTML's here.
const SVG: [&str; 19] = [
    "circle",
    "clipPath",
    "defs",
    "ellipse",
    "filter",
    "g",
    "line",
    "linearGradient",
    "mask",
    "path",
    "pattern",
    "polygon",
    "polyline",
    "radialGradient",
    "rect",
    "stop",
    "svg",
    "text",
    "use",
];

/// Components begin with a capital letter.
pub fn is_component(element: &Tag) -> bool {
    match element.name() {
        NodeName::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident.to_string().starts_with(char::is_uppercase)),
        _ => false,
    }
}

/// A component, written by leptos; its children are written here.
pub fn component(element: &Tag) -> syn::Result<TokenStream> {
    let (name, attributes) = (element.name(), element.attributes());
    if element.children.is_empty() {
        return Ok(quote!(
            ::leptos::prelude::view! { <#name #(#attributes)* /> }
        ));
    }
    let children = match element.children.as_slice() {
        // As it stands, so that leptos sees a closure as what it is.
        [Node::Block(block)] => quote!(#block),
        several => {
            let children = root(several)?;
            quote!({ #children })
        }
    };
    Ok(quote!(
        ::leptos::prelude::view! { <#name #(#attributes)*> #children </#name> }
    ))
}

/// An element and what is in it.
pub fn element(element: &Tag) -> syn::Result<TokenStream> {
    let name = element.name().to_string();
    let kind = if SVG.contains(&name.as_str()) {
        quote!(svg)
    } else {
        quote!(html)
    };
    let mut calls = quote!(crate::markup::El::#kind(#name));
    for given in attributes(element)? {
        calls.extend(attribute(given)?);
    }
    let children: Vec<&Node> = element
        .children
        .iter()
        .filter(|node| !matches!(node, Node::Comment(_)))
        .collect();
    let mut rest = children.as_slice();
    while let Some(first) = rest.first() {
        // As much as never changes, at once.
        let run: Vec<String> = rest.iter().map_while(|node| fixed::html(node)).collect();
        if run.is_empty() {
            calls.extend(child(first)?);
            rest = &rest[1..];
            continue;
        }
        let texts: Option<String> = rest[..run.len()]
            .iter()
            .map(|node| match node {
                Node::Text(text) => Some(text.value_string()),
                _ => None,
            })
            .collect();
        calls.extend(match texts {
            Some(text) => quote!(.text(#text)),
            None => {
                let html = run.concat();
                quote!(.markup(#html))
            }
        });
        rest = &rest[run.len()..];
    }
    Ok(calls)
}

/// The attributes with a name; there are no others.
pub fn attributes(element: &Tag) -> syn::Result<Vec<&KeyedAttribute>> {
    element
        .attributes()
        .iter()
        .map(|attribute| match attribute {
            NodeAttribute::Attribute(attribute) => Ok(attribute),
            NodeAttribute::Block(block) => Err(unknown(block, "a block of attributes")),
        })
        .collect()
}

fn attribute(attribute: &KeyedAttribute) -> syn::Result<TokenStream> {
    let key = attribute.key.to_string();
    if let KeyedAttributeValue::Binding(binding) = &attribute.possible_value {
        return Err(unknown(binding, "a binding"));
    }
    if !key.contains(':')
        && let Some(value) = fixed::value(attribute)
    {
        return Ok(match value {
            Some(value) => quote!(.fixed(#key, #value)),
            None => quote!(),
        });
    }
    let Some(given) = attribute.possible_value.to_value() else {
        return Err(unknown(&attribute.key, &key));
    };
    let value = match &given.value {
        KVAttributeValue::Expr(expr) => quote!(#expr),
        KVAttributeValue::InvalidBraced(block) => quote!(#block),
    };
    Ok(match key.split_once(':') {
        None if matches!(key.as_str(), "node_ref" | "style") => {
            return Err(unknown(&attribute.key, &key));
        }
        None if key == "inner_html" => quote!(.inner(#value)),
        None => quote!(.set(#key, #value)),
        Some(("class", name)) => quote!(.flag(#name, #value)),
        Some(("prop", name)) => quote!(.prop(#name, #value)),
        Some(("on", name)) => {
            let event = format_ident!("{name}", span = attribute.key.span());
            quote!(.on(::leptos::ev::#event, #value))
        }
        Some(_) => return Err(unknown(&attribute.key, &key)),
    })
}

fn unknown(at: impl Spanned, what: &str) -> syn::Error {
    syn::Error::new(
        at.span(),
        format!("{what} is not known to this view!; leptos::prelude::view! knows more"),
    )
}

fn child(node: &Node) -> syn::Result<TokenStream> {
    if let Node::Element(one) = node
        && !is_component(one)
    {
        let made = element(one)?;
        return Ok(quote!(.el(#made)));
    }
    if let Node::Block(block) = node
        && let Some(closure) = closure(block)
    {
        return Ok(quote!(.live(#closure)));
    }
    let view = any_view(node)?;
    Ok(quote!(.view(#view)))
}

/// A node as an `AnyView`.
pub fn any_view(node: &Node) -> syn::Result<TokenStream> {
    let view = match node {
        Node::Element(one) if is_component(one) => component(one)?,
        Node::Element(one) => element(one)?,
        Node::Text(text) => {
            let text = text.value_string();
            quote!(#text)
        }
        Node::Fragment(fragment) => root(&fragment.children)?,
        Node::Block(block) => match closure(block) {
            Some(closure) => return Ok(quote!(crate::markup::live(#closure))),
            None => bare(block),
        },
        other => return Err(unknown(other, "this")),
    };
    Ok(quote!(crate::markup::any(#view)))
}

/// What is in a block of one expression, else the block.
fn bare(block: &NodeBlock) -> TokenStream {
    if let NodeBlock::ValidBlock(block) = block
        && let [Stmt::Expr(expr, None)] = block.stmts.as_slice()
    {
        return quote!(#expr);
    }
    quote!(#block)
}

/// The closure that a block is, if it is nothing else: what it gives changes.
fn closure(block: &NodeBlock) -> Option<TokenStream> {
    let NodeBlock::ValidBlock(block) = block else {
        return None;
    };
    match block.stmts.as_slice() {
        [Stmt::Expr(expr @ Expr::Closure(closure), None)] if closure.inputs.is_empty() => {
            Some(quote!(#expr))
        }
        _ => None,
    }
}
