//! Apache without its system service, for the modules that others sign in with.
use super::process::{Process, listening};
use super::tests_folder;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = "/usr/sbin/apache2";
const MODULES: &str = "/usr/lib/apache2/modules";
/// How long it may take to send its workers home.
const FAREWELL: Duration = Duration::from_secs(5);

/// An Apache on loopback, closed with its owner.
pub(crate) struct Apache {
    server: Process,
    log: PathBuf,
}

impl Apache {
    /// Start it in `root` by a configuration below `tests/`, which finds `ROOT`, `PORT`, `MODULES`
    /// and `more` in its environment and writes to `ROOT/error.log`.
    pub(crate) async fn start(
        root: &Path,
        port: u16,
        configuration: &str,
        more: &[(&str, &str)],
    ) -> Self {
        let mut apache = Command::new(PROGRAM);
        apache.env("ROOT", root).env("PORT", port.to_string()).env("MODULES", MODULES);
        apache.envs(more.iter().copied()).arg("-D").arg("FOREGROUND");
        apache.arg("-f").arg(tests_folder(configuration));
        if fs::metadata(root).expect("the folder is there").uid() == 0 {
            apache.arg("-D").arg("AS_ROOT");
        }
        let started = Process::start(apache.stdin(Stdio::null()));
        let server = started.expect("apache2 is installed: make needs");
        let mut apache = Self { server, log: root.join("error.log") };
        let open = listening(port, || apache.server.ended().is_some()).await;
        assert!(open, "{}", apache.log());
        apache
    }

    /// What it has to say so far; the reasons of modules for a refusal stand here.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Apache {
    fn drop(&mut self) {
        if self.server.ended().is_some() {
            return;
        }
        // Asked politely it takes its workers along; killed, it would leave them behind.
        self.server.signal("TERM");
        let begin = Instant::now();
        while self.server.ended().is_none() && begin.elapsed() < FAREWELL {
            std::thread::park_timeout(Duration::from_millis(10));
        }
    }
}
