//! The shopper program: mounted into its own page, so that nobody downloads another role's code.

use leptos::prelude::*;

fn main() {
    console_error_panic_hook::set_once();
    frontend::browser::remove(".splash");
    mount_to_body(frontend::shopper::App);
}
