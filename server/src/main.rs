//! The command `raiten`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::main()
}
