//! Words for the person at the terminal. Log lines go through `tracing`.
use serde::Serialize;
use std::io::Write;

/// A line on standard output. A reader who went away (`| head`) is no error.
pub(super) fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A line on standard error.
pub(super) fn say_error(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// One JSON value on standard output.
pub(super) fn say_json(value: &impl Serialize) -> anyhow::Result<()> {
    say(&serde_json::to_string_pretty(value)?);
    Ok(())
}
