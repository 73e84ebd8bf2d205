//! Elements of one type, for a program that weighs little. [`view!`] is leptos's macro for them, without what we do not use.
//!
//! Leptos gives every piece of markup a type of its own: quick to update, and each a copy of the machinery. Here an element is made
//! when its markup is reached, what changes is a boxed function, and something that is made anew replaces what was there. What it
//! gives is a leptos view like any other. `docs/light.md` says what it saves.

mod value;

pub use ::markup::view;
pub use value::{Flag, IntoFlag, IntoValue, Value};

use std::sync::{Arc, Mutex};

use leptos::{
    attr::any_attribute::AnyAttribute,
    ev::EventDescriptor,
    prelude::*,
    tachys::{
        hydration::Cursor,
        no_attrs,
        view::{Position, PositionState, any_view::AnyViewState, iterators::StaticVec},
    },
};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

const SVG: &str = "http://www.w3.org/2000/svg";

/// An element that exists, not yet on the page.
pub struct El(SendWrapper<Made>);

/// An element with what keeps it alive. Dropping it ends that; the element goes where its parent goes.
pub struct Made {
    node: web_sys::Element,
    kept: Vec<Kept>,
}

/// Held for its end.
enum Kept {
    Effect(#[allow(dead_code, reason = "ends when dropped")] RenderEffect<()>),
    View(#[allow(dead_code, reason = "ends when dropped")] AnyViewState),
    Listener(#[allow(dead_code, reason = "ends when dropped")] Listener),
}

/// A function that an element calls.
struct Listener {
    node: web_sys::Element,
    event: String,
    function: Closure<dyn FnMut(web_sys::Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.node.remove_event_listener_with_callback(
            &self.event,
            self.function.as_ref().unchecked_ref(),
        );
    }
}

#[allow(
    clippy::missing_panics_doc,
    reason = "a page without a document, or that refuses an element, cannot go on"
)]
impl El {
    fn new(node: web_sys::Element) -> Self {
        Self(SendWrapper::new(Made {
            node,
            kept: Vec::new(),
        }))
    }

    /// An element of HTML.
    #[must_use]
    pub fn html(tag: &str) -> Self {
        Self::new(document().create_element(tag).expect("an element of HTML"))
    }

    /// An element of a drawing.
    #[must_use]
    pub fn svg(tag: &str) -> Self {
        Self::new(
            document()
                .create_element_ns(Some(SVG), tag)
                .expect("an element of SVG"),
        )
    }

    /// An attribute that stays.
    #[must_use]
    pub fn fixed(self, name: &str, value: &str) -> Self {
        let _ = self.0.node.set_attribute(name, value);
        self
    }

    /// An attribute: there or not there, fixed or following.
    #[must_use]
    pub fn set(self, name: &'static str, value: impl IntoValue) -> Self {
        self.put(name, value.into_value())
    }

    fn put(mut self, name: &'static str, value: Value) -> Self {
        let node = self.0.node.clone();
        self.follow(value, move |value| match value {
            Some(value) => drop(node.set_attribute(name, &value)),
            None => drop(node.remove_attribute(name)),
        });
        self
    }

    /// A class that is there while something holds.
    #[must_use]
    pub fn flag(self, name: &'static str, on: impl IntoFlag) -> Self {
        self.put_flag(name, on.into_flag())
    }

    fn put_flag(mut self, name: &'static str, on: Flag) -> Self {
        let classes = self.0.node.class_list();
        let apply = move |on: bool| {
            let _ = classes.toggle_with_force(name, on);
        };
        match on {
            Flag::Fixed(on) => apply(on),
            Flag::Live(mut on) => self.keep(move || apply(on())),
        }
        self
    }

    /// A property of the element, which people change too: the text of a field.
    #[must_use]
    pub fn prop(mut self, name: &'static str, value: impl IntoValue) -> Self {
        let node = self.0.node.clone();
        self.follow(value.into_value(), move |value| {
            let value = JsValue::from_str(&value.unwrap_or_default());
            let _ = js_sys::Reflect::set(&node, &JsValue::from_str(name), &value);
        });
        self
    }

    /// Does something when something happens.
    #[must_use]
    pub fn on<E>(self, event: E, mut does: impl FnMut(E::EventType) + 'static) -> Self
    where
        E: EventDescriptor,
        E::EventType: JsCast,
    {
        let function = Box::new(move |event: web_sys::Event| does(event.unchecked_into()));
        self.listen(event.name().into_owned(), function)
    }

    fn listen(mut self, event: String, does: Box<dyn FnMut(web_sys::Event)>) -> Self {
        let function = Closure::wrap(does);
        let _ = self
            .0
            .node
            .add_event_listener_with_callback(&event, function.as_ref().unchecked_ref());
        let node = self.0.node.clone();
        self.0.kept.push(Kept::Listener(Listener {
            node,
            event,
            function,
        }));
        self
    }

    /// Text that stays.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        let _ = self.0.node.append_child(&document().create_text_node(text));
        self
    }

    /// Markup that stays: from the source, never from a person.
    #[must_use]
    pub fn markup(self, html: &'static str) -> Self {
        let _ = self.0.node.insert_adjacent_html("beforeend", html);
        self
    }

    /// All that is inside, as markup: from the source, never from a person.
    #[must_use]
    pub fn inner(mut self, html: impl IntoValue) -> Self {
        let node = self.0.node.clone();
        self.follow(html.into_value(), move |html| {
            node.set_inner_html(&html.unwrap_or_default());
        });
        self
    }

    /// An element inside.
    #[must_use]
    pub fn el(mut self, child: El) -> Self {
        let Made { node, kept } = child.0.take();
        let _ = self.0.node.append_child(&node);
        self.0.kept.extend(kept);
        self
    }

    /// Any view inside.
    #[must_use]
    pub fn view(mut self, view: AnyView) -> Self {
        let mut state = view.build();
        state.mount(&self.0.node, None);
        self.0.kept.push(Kept::View(state));
        self
    }

    /// A view inside that changes.
    #[must_use]
    pub fn live<V>(self, view: impl FnMut() -> V + Send + 'static) -> Self
    where
        V: IntoView + 'static,
    {
        self.view(live(view))
    }

    fn follow(&mut self, value: Value, mut apply: impl FnMut(Option<String>) + 'static) {
        match value {
            Value::Fixed(value) => {
                // What is not there need not be taken away.
                if value.is_some() {
                    apply(value);
                }
            }
            Value::Live(mut value) => self.keep(move || apply(value().now())),
        }
    }

    fn keep(&mut self, mut effect: impl FnMut() + 'static) {
        let effect = RenderEffect::new(move |_| effect());
        self.0.kept.push(Kept::Effect(effect));
    }
}

fn document() -> web_sys::Document {
    leptos::tachys::dom::document()
}

/// Any view, as one type.
pub fn any(view: impl IntoView + 'static) -> AnyView {
    view.into_any()
}

/// Several views, one after the other.
#[must_use]
pub fn fragment(views: Vec<AnyView>) -> AnyView {
    StaticVec::from(views).into_any()
}

/// A view that changes with what it reads.
pub fn live<V>(mut view: impl FnMut() -> V + Send + 'static) -> AnyView
where
    V: IntoView + 'static,
{
    let view: Arc<Mutex<dyn FnMut() -> AnyView + Send>> =
        Arc::new(Mutex::new(move || view().into_any()));
    any_live(view)
}

fn any_live(view: Arc<Mutex<dyn FnMut() -> AnyView + Send>>) -> AnyView {
    view.into_any()
}

impl Mountable for Made {
    fn unmount(&mut self) {
        self.node.remove();
    }

    fn mount(&mut self, parent: &web_sys::Element, marker: Option<&web_sys::Node>) {
        let _ = parent.insert_before(&self.node, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let Some(parent) = self.node.parent_element() else {
            return false;
        };
        child.mount(&parent, Some(&self.node));
        true
    }

    fn elements(&self) -> Vec<web_sys::Element> {
        vec![self.node.clone()]
    }
}

impl Render for El {
    type State = Made;

    fn build(self) -> Made {
        self.0.take()
    }

    fn rebuild(self, state: &mut Made) {
        let mut new = self.build();
        state.insert_before_this(&mut new);
        state.unmount();
        *state = new;
    }
}

no_attrs!(El);

// Pages of ours are made in the browser alone: nothing is written on a server, nor taken over from it.
impl RenderHtml for El {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        _: &mut String,
        _: &mut Position,
        _: bool,
        _: bool,
        _: Vec<AnyAttribute>,
    ) {
    }

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> Made {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}
