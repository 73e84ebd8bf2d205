//! Reaching shoppers who asked for it: messages to browsers, to mailboxes and to LINE, and what retailers announce.

mod announcements;
mod browser;
mod line;
mod links;
mod mail;
mod push;
mod ratings;
mod relay;
mod segments;
mod timeline;
mod ways;
