//! `view!`: the markup of leptos, made into calls of `frontend::markup::El`.
//!
//! Leptos makes a type of its own of every piece of markup, and the compiler a copy of the whole machinery for each: a third of
//! the shopper's program was that. Here every element is one and the same type. What is static becomes a piece of HTML, what
//! changes a boxed function, and components are still leptos's.

mod element;
mod fixed;

use proc_macro2::TokenStream;
use quote::quote;
use rstml::node::Node;

/// Markup as leptos writes it: elements, `{blocks}`, `"text"`, components. Attributes may be closures; `class:name`, `prop:name` and
/// `on:event` are known. One element gives an `El`, one component what it gives, several nodes an `AnyView`.
#[proc_macro]
pub fn view(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand(tokens.into())
        .unwrap_or_else(|error| {
            let error = error.into_compile_error();
            quote!({ #error })
        })
        .into()
}

fn expand(tokens: TokenStream) -> syn::Result<TokenStream> {
    let nodes = rstml::parse2(tokens)?;
    root(&nodes)
}

/// What several nodes are together: the one there is, or a fragment.
fn root(nodes: &[Node]) -> syn::Result<TokenStream> {
    match nodes {
        [Node::Element(one)] if element::is_component(one) => element::component(one),
        [Node::Element(one)] => element::element(one),
        several => {
            let views = several
                .iter()
                .filter(|node| !matches!(node, Node::Comment(_)))
                .map(element::any_view)
                .collect::<syn::Result<Vec<_>>>()?;
            Ok(quote!(crate::markup::fragment(::std::vec![#(#views),*])))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::expand;
    use quote::quote;

    fn expanded(tokens: proc_macro2::TokenStream) -> syn::Result<String> {
        Ok(expand(tokens)?.to_string().replace(' ', ""))
    }

    #[test]
    fn what_is_static_becomes_html() -> syn::Result<()> {
        let made = expanded(quote! {
            <p class="a"><b title="<&\">">"1 < 2"</b><br/>" end"</p>
        })?;
        assert_eq!(
            made,
            "crate::markup::El::html(\"p\").fixed(\"class\",\"a\")\
             .markup(\"<btitle=\\\"&lt;&amp;&quot;&gt;\\\">1&lt;2</b><br>end\")"
        );
        Ok(())
    }

    #[test]
    fn text_alone_needs_no_parser_and_no_escapes() -> syn::Result<()> {
        let made = expanded(quote!(<p>"a < b"</p>))?;
        assert_eq!(made, "crate::markup::El::html(\"p\").text(\"a<b\")");
        Ok(())
    }

    #[test]
    fn drawings_are_drawings() -> syn::Result<()> {
        let made = expanded(quote!(<svg viewBox="0 0 1 1"><path d=path></path></svg>))?;
        assert_eq!(
            made,
            "crate::markup::El::svg(\"svg\").fixed(\"viewBox\",\"0011\")\
             .el(crate::markup::El::svg(\"path\").set(\"d\",path))"
        );
        Ok(())
    }

    #[test]
    fn attributes_have_their_kinds() -> syn::Result<()> {
        let made = expanded(quote! {
            <input type="text" required hidden=false class:on=x prop:value=v on:input=f aria-label=move || l />
        })?;
        assert_eq!(
            made,
            "crate::markup::El::html(\"input\").fixed(\"type\",\"text\").fixed(\"required\",\"\").flag(\"on\",x)\
             .prop(\"value\",v).on(::leptos::ev::input,f).set(\"aria-label\",move||l)"
        );
        assert!(expanded(quote!(<p node_ref=x></p>)).is_err());
        assert!(expanded(quote!(<p use:x></p>)).is_err());
        Ok(())
    }

    #[test]
    fn what_changes_is_a_function_and_components_are_leptoss() -> syn::Result<()> {
        let made = expanded(quote!(<p>{move || n.get()} {x} <Icon name=n /></p>))?;
        assert_eq!(
            made,
            "crate::markup::El::html(\"p\").live(move||n.get()).view(crate::markup::any(x))\
             .view(crate::markup::any(::leptos::prelude::view!{<Iconname=n/>}))"
        );
        let made = expanded(quote!(<Field id=i><b>"x"</b></Field>))?;
        assert_eq!(
            made,
            "::leptos::prelude::view!{<Fieldid=i>{crate::markup::El::html(\"b\").text(\"x\")}</Field>}"
        );
        let made = expanded(quote!(<b>"x"</b> {y}))?;
        assert_eq!(
            made,
            "crate::markup::fragment(::std::vec![crate::markup::any(crate::markup::El::html(\"b\").text(\"x\")),\
             crate::markup::any(y)])"
        );
        Ok(())
    }
}
