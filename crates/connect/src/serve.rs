//! The server: takes connections until it is told to stop.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::Engine;
use lang::{Error, ErrorKind, Result};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

use crate::protocol::SparkConnectServiceServer;
use crate::service::Service;
use crate::settings::Timeouts;

/// Spark's limit for one message in either direction.
const MAX_MESSAGE_BYTES: usize = 128 * 1024 * 1024;
/// How long running requests may take after the server was told to stop.
const GRACE: Duration = Duration::from_secs(10);
/// How often executions and sessions without a client are looked for, unless they are to go sooner.
const SWEEP_EVERY: Duration = Duration::from_secs(10);
const SWEEP_AT_MOST_EVERY: Duration = Duration::from_millis(100);
/// Connections that nothing was heard of for this long are asked whether they live, and closed if no answer comes: the
/// other end may have vanished without a word.
const KEEPALIVE_EVERY: Duration = Duration::from_secs(60);
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(20);
/// HTTP/2 windows: large enough that a batch does not wait for acknowledgements.
const STREAM_WINDOW_BYTES: u32 = 8 * 1024 * 1024;
const CONNECTION_WINDOW_BYTES: u32 = 16 * 1024 * 1024;

/// Serves Spark Connect on `listener` until `shutdown` resolves; running requests get [`GRACE`] to finish then.
///
/// Plans are resolved and run on `work`, whose threads they may keep busy; this future belongs on another runtime. The threads
/// of both need large stacks (16 MB): plans nest deeply.
///
/// # Errors
/// When the transport fails, or a setting of the server is malformed.
pub async fn serve(
    engine: Arc<Engine>,
    listener: TcpListener,
    work: Handle,
    shutdown: impl Future<Output = ()>,
) -> Result<()> {
    let timeouts = Timeouts::read(&engine)?;
    let service = Service::new(engine, work, timeouts.detached);
    let sweeper = tokio::spawn(sweep(service.clone(), timeouts));
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
        .http2_keepalive_interval(Some(KEEPALIVE_EVERY))
        .http2_keepalive_timeout(Some(KEEPALIVE_TIMEOUT))
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

/// Ends, again and again, what clients have left behind.
async fn sweep(service: Service, timeouts: Timeouts) {
    let shortest = timeouts.detached.min(timeouts.session);
    let mut interval = tokio::time::interval((shortest / 2).clamp(SWEEP_AT_MOST_EVERY, SWEEP_EVERY));
    loop {
        interval.tick().await;
        service.executions.remove_abandoned(Instant::now());
        for (user, session) in service.engine.close_idle_sessions(timeouts.session) {
            log::info!("session {session} was closed, for nobody used it");
            service.executions.remove_session(&user, &session);
            service.errors.remove_session(&user, &session);
        }
    }
}
