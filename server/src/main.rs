//! The command `raiten`.

use std::process::ExitCode;

use mimalloc::MiMalloc;

// Two threads that take and give back memory all the time wait for each other in the C library's allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    server::cli::main()
}
