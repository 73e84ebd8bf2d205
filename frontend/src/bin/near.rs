//! What watches the stores near while the shopper's page is open: fetched by that page once its position may be used.

fn main() {
    console_error_panic_hook::set_once();
    frontend::near::start();
}
