//! Reaching shoppers who asked for it: messages to browsers, to mailboxes and to LINE, and what retailers announce.

mod announcements;
mod browser;
mod line;
mod mail;
mod push;
mod relay;
mod ways;
