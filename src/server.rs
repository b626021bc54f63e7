//! The running service: listeners, watching of the files, signals, the way down.
use crate::app::Parts;
use crate::audit::{self, Event, Sealer, Trace};
use crate::dispatch::files::{SETTLED, watch};
use crate::health;
use crate::jobs::Gate;
use crate::notify::Manager;
use crate::people;
use crate::sync;
use actix_web::dev::ServerHandle;
use anyhow::{Context, Result, anyhow};
use chrono::{DateTime, TimeDelta, Utc};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

/// How often it is looked whether the signing keys are still the same, and what was counted.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// How long jobs that run at the end may take; what is not done then is put back.
const JOBS_FINISH: Duration = Duration::from_secs(8);

/// Serve until SIGTERM or Ctrl+C; SIGHUP reads files and keys again.
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
    prepare_people(&parts).await?;
    make_place(&parts);
    let follow = follow_files(&parts)?;
    let lookup = parts.lookup.clone().map(|lookup| tokio::spawn(lookup.run()));
    let sync = tokio::spawn(sync::keep(parts.sync_engine(), parts.synced.clone()));
    note(&parts, "service.start").await?;
    let sealer = Sealer::new(&parts.db, &parts.clock);
    let jobs = parts.runner().start();
    let address = parts.config.http.origin();
    tracing::info!(address, "serving {address}");

    let server = parts.clone().serve(listener)?;
    let handle = server.handle();
    let manager = Arc::new(Manager::of_this_process());
    let beside = [
        tokio::spawn(obey(parts.clone(), (handle, jobs.gate()), signals, Arc::clone(&manager))),
        tokio::spawn(follow_keys(parts.clone())),
        tokio::spawn(parts.federations.clone().keep(parts.clock.clone())),
        tokio::spawn(sealer.clone().run()),
        tokio::spawn(count_refusals(parts.clone())),
        tokio::spawn(empty_spool(parts.clone())),
        tokio::spawn(async move {
            manager.tell("READY=1");
            manager.keep_alive().await;
        }),
    ];
    server.await?;
    jobs.stop(JOBS_FINISH).await;
    beside.iter().for_each(JoinHandle::abort);
    drop(follow);
    sync.abort();
    if let Some(lookup) = lookup {
        lookup.abort();
    }
    if let Some(health) = health {
        health.stop(true).await;
    }
    if let Err(error) = end_record(&parts, &sealer).await {
        tracing::error!(error = %error, "the end could not be recorded");
    }
    parts.db.close().await;
    Ok(())
}

/// Nobody who was erased comes back with a backup, and rights are those of the map in force.
async fn prepare_people(parts: &Parts) -> Result<()> {
    let (db, queue, now) = (&parts.db, &parts.jobs.queue, parts.clock.now());
    let again = parts.eraser().reapply(db, queue, now).await;
    let again = again.map_err(|failure| anyhow!("{}: {}", failure.why, failure.cause))?;
    if again > 0 {
        tracing::warn!(again, "a backup brought {again} people back; they are erased again");
    }
    Ok(people::follow_map(db, queue, &parts.config.roles, now).await?)
}

/// A folder can be watched once it is there.
fn make_place(parts: &Parts) {
    let folder = &parts.config.files.federations;
    if !parts.config.federations.is_empty()
        && let Err(error) = std::fs::create_dir_all(folder)
    {
        let folder = folder.display();
        tracing::error!(error = %error, "federations cannot be kept in {folder}: {error}");
    }
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

/// Sign with the keys of the database, whichever node or command changed them.
async fn follow_keys(parts: Parts) {
    let mut turn = interval(LOOK_EVERY);
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        look_at_keys(&parts).await;
    }
}

/// Record refusals that were too many for rows of their own, a minute later at most.
async fn count_refusals(parts: Parts) {
    let mut turn = interval(LOOK_EVERY);
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        tell_refusals(&parts, parts.clock.now()).await;
    }
}

/// Record what was counted in minutes that are over at this time.
async fn tell_refusals(parts: &Parts, until: DateTime<Utc>) {
    let events = audit::counted_events(&parts.refusals.take(until));
    if events.is_empty() {
        return;
    }
    let (trace, now) = (Trace::default(), parts.clock.now());
    if let Err(error) = parts.spool.note(&parts.db, events, &trace, now).await {
        tracing::error!(error = %error, "counted refusals could not be recorded");
    }
}

/// Have on the disk what waits for the database, and bring it in when that is back (SEC-110).
async fn empty_spool(parts: Parts) {
    let mut turn = interval(Duration::from_secs(1));
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        if let Err(error) = parts.spool.sync() {
            tracing::error!(error = %error, "audit rows that wait are not safe on the disk");
        }
        if let Err(error) = parts.spool.replay(&parts.db, parts.clock.now()).await {
            tracing::debug!(error = %error, "audit rows go on waiting");
        }
    }
}

async fn look_at_keys(parts: &Parts) {
    if let Err(error) = parts.signing.follow(parts.clock.now()).await {
        let error = anyhow::Error::from(error);
        tracing::error!("new signing keys were refused, the old ones stay: {error:#}");
    }
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
/// have `[http] drain` to see `/readyz` and to send nobody any more (REL-22); jobs are begun on other
/// nodes only.
async fn obey(
    parts: Parts,
    (handle, jobs): (ServerHandle, Gate),
    mut signals: Signals,
    manager: Arc<Manager>,
) {
    let mut is_ending = false;
    let mut drain = parts.config.http.drain;
    loop {
        tokio::select! {
            _ = signals.hangup.recv() => {
                manager.tell("RELOADING=1");
                reload(&parts).await;
                manager.tell("READY=1");
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
        manager.tell("STOPPING=1");
        health::draining();
        jobs.close();
        let handle = handle.clone();
        tokio::spawn(async move {
            tokio::time::sleep(drain).await;
            handle.stop(true).await;
        });
    }
}

async fn reload(parts: &Parts) {
    look_at_keys(parts).await;
    if let Err(error) = parts.reloader.reload(None, Trace::default()).await {
        tracing::error!(error = %error, "the reload could not be recorded");
    }
}

async fn end_record(parts: &Parts, sealer: &Sealer) -> Result<()> {
    // What was counted in the last minute would be lost with us.
    tell_refusals(parts, parts.clock.now() + TimeDelta::minutes(1)).await;
    if let Some(lookup) = &parts.lookup {
        lookup.access.keep(&parts.db, &parts.spool).await?;
    }
    note(parts, "service.stop").await?;
    parts.spool.sync()?;
    Ok(sealer.end().await?)
}

async fn note(parts: &Parts, event: &'static str) -> Result<()> {
    let event = Event::ok(event).field("version", env!("CARGO_PKG_VERSION"));
    let (trace, now) = (Trace::default(), parts.clock.now());
    Ok(parts.spool.note(&parts.db, vec![event], &trace, now).await?)
}
