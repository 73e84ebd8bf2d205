//! The command `raiten`, built beside the tests.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::main()
}
