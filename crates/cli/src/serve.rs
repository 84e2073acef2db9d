//! `firesteel serve`: a Spark Connect server until SIGTERM or Ctrl-C.

use std::process::ExitCode;

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::arguments::ServeOptions;
use crate::compose::{self, Runtimes};

pub fn run(options: ServeOptions) -> Result<ExitCode> {
    let runtimes = Runtimes::start()?;
    let folder = runtimes.front.block_on(async {
        let listener = TcpListener::bind(&options.bind).await.with_context(|| {
            format!("could not listen on {}; --bind names another address or port", options.bind)
        })?;
        let composed = compose::engine(&options.engine, None, &runtimes.work)?;
        let address = listener.local_addr().context("the listener has no address")?;
        println!("Firesteel {} listens on sc://{address}", env!("CARGO_PKG_VERSION"));
        connect::serve(composed.engine, listener, runtimes.work.handle().clone(), terminated()?).await?;
        Ok::<_, anyhow::Error>(composed.folder)
    })?;
    runtimes.shutdown();
    // The files of what still ran go after it.
    drop(folder);
    Ok(ExitCode::SUCCESS)
}

/// Resolves at SIGTERM or SIGINT.
fn terminated() -> Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate()).context("could not listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("could not listen for SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
