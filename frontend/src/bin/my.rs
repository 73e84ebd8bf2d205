//! The shopper's own pages: mounted into a page of its own, so that the game's first load does not carry them.

use leptos::prelude::*;

fn main() {
    console_error_panic_hook::set_once();
    mount_to_body(frontend::my::App);
}
