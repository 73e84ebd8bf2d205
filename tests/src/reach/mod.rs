//! Reaching shoppers who asked for it: messages to browsers, and what retailers announce.

mod announcements;
mod browser;
mod links;
mod push;
mod ratings;
mod segments;
mod timeline;
