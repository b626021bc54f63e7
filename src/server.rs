//! The running service: listeners, watching of the files, signals, the way down.
use crate::app::Parts;
use crate::audit::{Event, Trace};
use crate::dispatch::files::{SETTLED, watch};
use crate::health;
use actix_web::dev::ServerHandle;
use anyhow::{Context, Result};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Serve until SIGTERM or Ctrl+C; SIGHUP reads the files again.
pub async fn run(parts: Parts) -> Result<()> {
    let listen = parts.config.http.listen;
    let listener =
        TcpListener::bind(listen).with_context(|| format!("cannot listen on {listen}"))?;
    run_on(parts, listener).await
}

/// The same on a socket that is open already.
pub async fn run_on(parts: Parts, listener: TcpListener) -> Result<()> {
    // First of all: whoever sees us ready may send a signal at once.
    let signals = Signals::listen().context("signals cannot be listened to")?;
    let health = health::serve(&parts)?;
    let follow = follow_files(&parts)?;
    let lookup = parts.lookup.clone().map(|lookup| tokio::spawn(lookup.run()));
    note(&parts, "service.start").await?;
    let address = parts.config.http.origin();
    tracing::info!(address, "serving {address}");

    let server = parts.clone().serve(listener)?;
    let handle = server.handle();
    let obeying = tokio::spawn(obey(parts.clone(), handle, signals));
    server.await?;
    obeying.abort();
    drop(follow);
    if let Some(lookup) = lookup {
        lookup.abort();
    }
    if let Some(health) = health {
        health.stop(true).await;
    }
    note(&parts, "service.stop").await?;
    parts.db.close().await;
    Ok(())
}

/// Read the files again whenever they change on the disk.
fn follow_files(parts: &Parts) -> Result<crate::dispatch::files::Watch> {
    let reloader = parts.reloader.clone();
    let files = Arc::clone(&reloader.files);
    let told = move |outcome| {
        let reloader = reloader.clone();
        tokio::spawn(async move {
            if let Err(error) = reloader.record(&outcome, None, &Trace::default()).await {
                tracing::error!(error = %error, "a reload could not be recorded");
            }
        });
    };
    watch(files, parts.clock.clone(), SETTLED, told).context("the files cannot be watched")
}

/// What we are told from outside.
struct Signals {
    hangup: Signal,
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            hangup: signal(SignalKind::hangup())?,
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }
}

/// SIGHUP reloads; SIGTERM and Ctrl+C end gently, a second one at once. After SIGTERM balancers
/// have `[http] drain` to see `/readyz` and to send nobody any more (REL-22).
async fn obey(parts: Parts, handle: ServerHandle, mut signals: Signals) {
    let mut is_ending = false;
    let mut drain = parts.config.http.drain;
    loop {
        tokio::select! {
            _ = signals.hangup.recv() => {
                if let Err(error) = parts.reloader.reload(None, Trace::default()).await {
                    tracing::error!(error = %error, "the reload could not be recorded");
                }
                continue;
            }
            _ = signals.terminate.recv() => {}
            _ = signals.interrupt.recv() => drain = Duration::ZERO,
        }
        if is_ending {
            std::process::exit(1);
        }
        is_ending = true;
        tracing::info!("ending: requests that are under way are finished first");
        health::draining();
        let handle = handle.clone();
        tokio::spawn(async move {
            tokio::time::sleep(drain).await;
            handle.stop(true).await;
        });
    }
}

async fn note(parts: &Parts, event: &'static str) -> Result<()> {
    let mut tx = parts.db.write().await?;
    let version = env!("CARGO_PKG_VERSION");
    let event = Event::ok(event).field("version", version);
    event.record(&mut tx, &Trace::default(), parts.clock.now()).await?;
    Ok(tx.commit().await?)
}
