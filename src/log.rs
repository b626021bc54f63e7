//! Log lines for operators, on standard error: text or JSON. The audit record is another thing.
use crate::config::{Log, LogFormat};
use std::io::IsTerminal;
use std::panic::PanicHookInfo;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

/// Start writing. A second call changes nothing.
pub fn start(log: &Log) {
    let filter = EnvFilter::try_new(&log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    // Colours are for terminals: in a journal or a file they are rubbish.
    let lines = lines.with_ansi(std::io::stderr().is_terminal());
    // A line that cannot be written (a full disk behind standard error) would panic otherwise.
    let lines = lines.log_internal_errors(false);
    let started = match log.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    if started.is_err() {
        tracing::debug!("log lines are written already");
    }
    std::panic::set_hook(Box::new(broken));
}

/// What broke, in one line like all others (SEC-12).
fn broken(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let words = panic.payload_as_str().unwrap_or("without a word").replace('\n', " ");
    tracing::error!(place, "broken at {place}: {words}");
}
