//! The gallery of components: mounted into its own page, for developers; no part of what ships.

use leptos::prelude::*;

fn main() {
    console_error_panic_hook::set_once();
    mount_to_body(frontend::gallery::Gallery);
}
