//! The `firesteel` binary: composes the engine with its connectors and opens one of its front doors.
//!
//! ```text
//! firesteel serve   ──► Engine + Spark Connect server
//! firesteel submit  ──► the same on a free port, and a Python program that talks to it
//! firesteel sql     ──► Engine, statements from a prompt, a string, a file or a pipe
//! firesteel load    ──► Engine, loads from YAML files
//! ```
//!
//! # Guarantees
//! - This is the only place that names concrete connectors.
//! - Clients, signals and the terminal are heard while queries keep all threads busy: they have a runtime of their own.
//! - The exit status is 0 for success, 1 for a failed statement or server, 2 for wrong usage; `submit` passes its program's on.
//!
//! # Does not
//! Know SQL, plans or protobuf.
//!
//! # Where to start
//! [`arguments`], then one module a subcommand.

#![allow(clippy::print_stdout, reason = "a command-line tool answers on standard output")]

mod allocator;
mod arguments;
mod compose;
mod load;
mod logging;
mod serve;
mod sql;
mod submit;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    allocator::give_back_soon();
    let arguments = Arguments::parse();
    logging::start(arguments.verbose);
    let outcome = match arguments.command {
        Command::Serve(options) => serve::run(options),
        Command::Submit(options) => submit::run(options),
        Command::Sql(options) => sql::run(options),
        Command::Load(options) => load::run(options),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
