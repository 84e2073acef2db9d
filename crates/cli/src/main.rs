//! The `firesteel` binary: composes the engine with its connectors and opens one of its front doors.
//!
//! ```text
//! firesteel serve   ──► Engine + Spark Connect server
//! firesteel submit  ──► the same on a free port, and a Python program that talks to it
//! firesteel sql     ──► Engine, statements from a prompt, a string or a file
//! ```
//!
//! # Guarantees
//! - This is the only place that names concrete connectors.
//! - The exit status is 0 for success, 1 for a failed statement or server, 2 for wrong usage; `submit` passes its program's on.
//!
//! # Does not
//! Know SQL, plans or protobuf.
//!
//! # Where to start
//! [`arguments`], then one module a subcommand.

#![allow(clippy::print_stdout, reason = "a command-line tool answers on standard output")]

mod arguments;
mod compose;
mod logging;
mod serve;
mod sql;
mod submit;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

// Arrow buffers and hash tables are allocated and freed from many threads; mimalloc is measurably faster at that than
// the C library's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    logging::start(arguments.verbose);
    let outcome = match arguments.command {
        Command::Serve(options) => serve::run(options),
        Command::Submit(options) => submit::run(options),
        Command::Sql(options) => sql::run(options),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
