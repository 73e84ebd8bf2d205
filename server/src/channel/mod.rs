//! Ways to a shopper, behind one interface: who decides that a message goes out says what it is and to whom, not whether it is pushed to a browser, said in LINE
//! or mailed.
//!
//! - [`Letter`]: what is said, whatever the way.
//! - [`Way`]: one that leads to somebody, as the database knows it.
//! - [`link`]: what confirms and what ends, in messages that leave no button.
//! - [`Post`]: sends by the first that leads there; by another one only where nobody can have it yet.

pub mod link;
mod post;

use std::time::Duration;

use app::{
    contact::Channel,
    id::ContactId,
    lang::{Lang, Text},
};

use crate::{line, mail, push::Subscription};

pub(crate) use post::{Fate, Post, To};

/// The words on what ends all messages.
pub(crate) const STOP: Text = Text::new("お知らせを止める", "Stop messages");

/// What became of a message at whoever was to carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// They have it.
    Taken,
    /// Nobody is there any more: this way is to be forgotten. It did not arrive.
    Gone,
    /// Not now, or nobody knows: to be tried again, not before so long.
    Later(Duration),
    /// Never: they do not take it, for a reason that another try does not change. It did not arrive.
    Refused,
}

impl Outcome {
    /// For the server's figures.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Gone => "gone",
            Self::Later(_) => "later",
            Self::Refused => "refused",
        }
    }
}

/// What is said to somebody.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The message; it is the same one however often it is tried.
    pub contact_id: ContactId,
    /// What it is about: takes the place of what has the same, where a way can do that.
    pub about: String,
    /// The language of the words.
    pub lang: Lang,
    /// The first line.
    pub title: String,
    /// What it says.
    pub body: String,
    /// Who says it.
    pub retailer: String,
    /// Why it comes.
    pub why: String,
    /// Where it leads, a path of ours.
    pub path: String,
    /// From when on it is worth nothing any more.
    pub over_at: i64,
}

/// A way that leads to somebody.
#[derive(Clone, Debug)]
pub enum Way {
    /// To their browsers, with the ids by which they are forgotten.
    Push(Vec<(String, Subscription)>),
    /// To their account at LINE.
    Line(line::User),
    /// To their mailbox.
    Mail(mail::Address),
}

impl Way {
    /// Which it is.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Push(_) => Channel::Push,
            Self::Line(_) => Channel::Line,
            Self::Mail(_) => Channel::Mail,
        }
    }
}

/// A way that was found to lead to nobody any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lost {
    /// A browser, by its id.
    Browser(String),
    /// The account at LINE, by its hash.
    Line(String),
    /// The mailbox, by the hash of its address.
    Mail(String),
}
