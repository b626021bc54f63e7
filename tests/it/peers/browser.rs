//! A real browser: Chromium without a window, led by the programs in `tests/browser/`.
//!
//! Those programs are JavaScript because the browser's remote control is. They get their orders
//! through the environment, print a line for each thing done, and end badly after a complaint.
use super::tests_folder;
use std::process::Command;
use std::sync::LazyLock;
use std::thread::available_parallelism;
use tokio::sync::Semaphore;

/// The longest that one program may run, in seconds; it is stopped then.
const LIMIT: &str = "600";

/// A core carries one browser at a time.
static BROWSERS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, usize::from)));

/// How a program ended.
pub(crate) struct Outcome {
    good: bool,
    log: String,
}

impl Outcome {
    /// What the program said, when it has nothing to complain about.
    #[track_caller]
    pub(crate) fn praise(self) -> String {
        assert!(self.good, "{}", self.log);
        self.log
    }

    /// What the program said, when it has something to complain about.
    #[track_caller]
    pub(crate) fn complaint(self) -> String {
        assert!(!self.good, "nothing to complain about: {}", self.log);
        self.log
    }
}

/// Runs `tests/browser/<program>` with these settings; with `PICTURES=1` pictures go to `tests/artefacts/`.
pub(crate) async fn run(program: &str, settings: &[(&str, &str)]) -> Outcome {
    let mut command = Command::new("timeout");
    command.args(["--kill-after=10", LIMIT, "node", program]);
    command.current_dir(tests_folder("browser"));
    command.env("ARTEFACTS", tests_folder("artefacts")).envs(settings.iter().copied());

    let _turn = BROWSERS.acquire().await.expect("never closed");
    let ended = tokio::task::spawn_blocking(move || command.output()).await;

    let output = ended.expect("the thread ends").expect("node: make needs");
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    let log = format!("{said}{complained}({})", output.status);
    Outcome { good: output.status.success(), log }
}

#[cfg(test)]
mod tests;
