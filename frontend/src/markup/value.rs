//! What an attribute can be.

use leptos::prelude::*;

/// An attribute's value; `None` leaves the attribute out.
pub enum Value {
    /// It stays.
    Fixed(Option<String>),
    /// It follows what the function reads.
    Live(Box<dyn FnMut() -> Value>),
}

impl Value {
    /// The value of the moment.
    pub(super) fn now(self) -> Option<String> {
        match self {
            Self::Fixed(value) => value,
            Self::Live(mut value) => value().now(),
        }
    }
}

/// What can be an attribute.
pub trait IntoValue {
    /// As a value.
    fn into_value(self) -> Value;
}

impl IntoValue for Value {
    fn into_value(self) -> Value {
        self
    }
}

impl IntoValue for String {
    fn into_value(self) -> Value {
        Value::Fixed(Some(self))
    }
}

impl IntoValue for &str {
    fn into_value(self) -> Value {
        Value::Fixed(Some(self.to_owned()))
    }
}

/// Without a value: there or not there.
impl IntoValue for bool {
    fn into_value(self) -> Value {
        Value::Fixed(self.then(String::new))
    }
}

impl<V: IntoValue> IntoValue for Option<V> {
    fn into_value(self) -> Value {
        self.map_or(Value::Fixed(None), IntoValue::into_value)
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {
        $(impl IntoValue for $number {
            fn into_value(self) -> Value {
                Value::Fixed(Some(self.to_string()))
            }
        })*
    };
}

numbers!(i32, i64, u32, u64, usize);

impl<F, V> IntoValue for F
where
    F: FnMut() -> V + 'static,
    V: IntoValue,
{
    fn into_value(mut self) -> Value {
        Value::Live(Box::new(move || self().into_value()))
    }
}

macro_rules! signals {
    ($($signal:ident),*) => {
        $(
            impl<V: IntoValue + Clone + Send + Sync + 'static> IntoValue for $signal<V> {
                fn into_value(self) -> Value {
                    Value::Live(Box::new(move || self.get().into_value()))
                }
            }
        )*
    };
}

signals!(Signal, RwSignal, Memo);

/// Whether a class is there.
pub enum Flag {
    /// It stays so.
    Fixed(bool),
    /// It follows what the function reads.
    Live(Box<dyn FnMut() -> bool>),
}

/// What can say whether a class is there.
pub trait IntoFlag {
    /// As a flag.
    fn into_flag(self) -> Flag;
}

impl IntoFlag for bool {
    fn into_flag(self) -> Flag {
        Flag::Fixed(self)
    }
}

impl<F: FnMut() -> bool + 'static> IntoFlag for F {
    fn into_flag(self) -> Flag {
        Flag::Live(Box::new(self))
    }
}

impl IntoFlag for Signal<bool> {
    fn into_flag(self) -> Flag {
        Flag::Live(Box::new(move || self.get()))
    }
}

impl IntoFlag for Memo<bool> {
    fn into_flag(self) -> Flag {
        Flag::Live(Box::new(move || self.get()))
    }
}

impl IntoFlag for RwSignal<bool> {
    fn into_flag(self) -> Flag {
        Flag::Live(Box::new(move || self.get()))
    }
}
