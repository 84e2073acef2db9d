//! The server: takes connections until it is told to stop.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::Engine;
use lang::{Error, ErrorKind, Result};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

use crate::execute::Executions;
use crate::protocol::SparkConnectServiceServer;
use crate::service::Service;

/// Spark's limit for one message in either direction.
const MAX_MESSAGE_BYTES: usize = 128 * 1024 * 1024;
/// How often executions without a client are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(10);
/// How long running requests may take after the server was told to stop.
const GRACE: Duration = Duration::from_secs(10);
/// HTTP/2 windows: large enough that a batch does not wait for acknowledgements.
const STREAM_WINDOW_BYTES: u32 = 8 * 1024 * 1024;
const CONNECTION_WINDOW_BYTES: u32 = 16 * 1024 * 1024;

/// Serves Spark Connect on `listener` until `shutdown` resolves; running requests get [`GRACE`] to finish then.
///
/// Must run on a Tokio runtime whose threads have large stacks (16 MB): plans nest deeply.
///
/// # Errors
/// When the transport fails.
pub async fn serve(
    engine: Arc<Engine>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> Result<()> {
    let service = Service::new(engine);
    let sweeper = tokio::spawn(sweep(Arc::clone(&service.executions)));
    let server = SparkConnectServiceServer::new(service)
        .max_decoding_message_size(MAX_MESSAGE_BYTES)
        .max_encoding_message_size(MAX_MESSAGE_BYTES);
    let (stopping, stopped) = oneshot::channel();
    let shutdown = async move {
        shutdown.await;
        // The other side is only gone when the server has ended already.
        let _ = stopping.send(());
    };
    let serving = Server::builder()
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .add_service(server)
        .serve_with_incoming_shutdown(TcpIncoming::from(listener).with_nodelay(Some(true)), shutdown);
    let served = tokio::select! {
        served = serving => served,
        () = grace_period(stopped) => Ok(()),
    };
    sweeper.abort();
    served.map_err(|error| {
        Error::new(ErrorKind::Data, "INTERNAL_ERROR_NETWORK")
            .with("message", format!("the server stopped: {error}"))
    })
}

/// Resolves some time after the server was told to stop.
async fn grace_period(stopped: oneshot::Receiver<()>) {
    match stopped.await {
        Ok(()) => tokio::time::sleep(GRACE).await,
        Err(_) => std::future::pending().await,
    }
}

async fn sweep(executions: Arc<Executions>) {
    let mut interval = tokio::time::interval(SWEEP_EVERY);
    loop {
        interval.tick().await;
        executions.remove_abandoned(Instant::now());
    }
}
