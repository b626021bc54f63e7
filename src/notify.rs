//! Tells systemd how we are (`sd_notify(3)`): ready, reloading, stopping, alive.
use crate::config::process_environment;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// The service manager that started us, if one wants to hear of us.
#[derive(Debug)]
pub struct Manager {
    socket: Option<UnixDatagram>,
    watchdog: Option<Duration>,
}

impl Manager {
    /// By `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`.
    pub fn of_this_process() -> Self {
        let socket = process_environment("NOTIFY_SOCKET").and_then(|name| connect(&name).ok());
        let own_pid = std::process::id().to_string();
        let is_meant = process_environment("WATCHDOG_PID").is_none_or(|pid| pid == own_pid);
        let limit = process_environment("WATCHDOG_USEC").filter(|_| is_meant);
        let limit = limit.and_then(|text| text.parse().ok()).filter(|limit| *limit > 0);
        Self { socket, watchdog: limit.map(Duration::from_micros) }
    }

    /// Say something; a manager that does not listen is no reason to stop.
    pub fn tell(&self, state: &str) {
        let Some(socket) = &self.socket else { return };
        if let Err(error) = socket.send(state.as_bytes()) {
            tracing::warn!(error = %error, "the service manager does not listen");
        }
    }

    /// Say that we are alive, twice as often as asked for, for as long as this is polled: a
    /// runtime that hangs falls silent and is started again.
    pub async fn keep_alive(&self) {
        let Some(limit) = self.watchdog else { return std::future::pending().await };
        let mut beat = interval(limit / 2);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            beat.tick().await;
            self.tell("WATCHDOG=1");
        }
    }
}

/// A name that begins with `@` is no file.
fn connect(name: &str) -> std::io::Result<UnixDatagram> {
    let address = match name.strip_prefix('@') {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(name)?,
    };
    let socket = UnixDatagram::unbound()?;
    socket.connect_addr(&address)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}
