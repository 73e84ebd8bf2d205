//! Components: they know no routes and no requests. Each has its stylesheet beside it; a program's HTML page links those it
//! uses.

mod amount;
mod brand;
mod button;
mod empty;
mod field;
mod icon;
mod lang_switch;
mod notice;
mod problem;
mod qr;
mod skeleton;
pub(crate) mod text;

pub use amount::Amount;
pub use brand::Brand;
pub use button::{Button, ButtonKind, LinkButton};
pub use empty::EmptyState;
pub use field::{Field, TextField};
pub use icon::{Icon, IconName};
pub use lang_switch::LanguageSwitch;
pub use notice::{Notice, Tone};
pub use problem::ProblemNotice;
pub use qr::QrCode;
pub use skeleton::{Skeleton, Spinner};
