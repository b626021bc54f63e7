//! `aiguillage reindex`
use super::{ConfigFile, say};
use crate::config::Config;
use crate::db::Db;
use crate::lookup::index::{Index, IndexError, IndexRules, Progress, RebuildRequest, rebuild};
use anyhow::{Result, bail, ensure};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::process::ExitCode;
use std::time::Duration;
use tokio::time::Instant;

/// How often the progress of a running server is read.
const LOOK: Duration = Duration::from_millis(200);
/// A server that follows the database takes a request up within seconds.
const PATIENCE: Duration = Duration::from_mins(1);

/// Which installation.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) file: ConfigFile,
}

pub(super) async fn run(config: Config) -> Result<ExitCode> {
    let bar = bar();
    let rules = IndexRules { with_pupils: config.lookup.pupils };
    match Index::open(&config.index, rules) {
        Ok(index) => {
            let db = Db::open(&config.database).await?;
            db.prepare(config.migrate).await?;
            rebuild(&index, &db, |progress| show(&bar, progress)).await?;
            bar.finish_and_clear();
            say(&format!("{} people can be found", index.state().documents));
        }
        Err(IndexError::InUse { .. }) => {
            ask(&config, &bar, PATIENCE).await?;
            bar.finish_and_clear();
            say("the running server has made a new index and searches it");
        }
        Err(error) => return Err(error.into()),
    }
    Ok(ExitCode::SUCCESS)
}

/// Let the process that holds the folder do it, and watch.
async fn ask(config: &Config, bar: &ProgressBar, patience: Duration) -> Result<()> {
    let before = RebuildRequest::copy_in(&config.index.path);
    let request = RebuildRequest::make(&config.index.path)?;
    let start = Instant::now();
    while let Some(progress) = request.progress() {
        show(bar, progress);
        if progress.total == 0 && start.elapsed() > patience {
            request.done();
            bail!(
                "the process that holds the index does not hear: its log and /readyz tell \
                 why; when it is stopped, aiguillage reindex works without it"
            );
        }
        tokio::time::sleep(LOOK).await;
    }
    let after = RebuildRequest::copy_in(&config.index.path);
    ensure!(before != after, "the running server could not make a new index: its log says why");
    Ok(())
}

fn bar() -> ProgressBar {
    let look = "{wide_bar} {pos}/{len} {per_sec}, {eta} to go";
    let bar = ProgressBar::new(0);
    bar.set_style(
        ProgressStyle::with_template(look).unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    bar
}

fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_length(progress.total);
    bar.set_position(progress.done);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_process_that_does_not_hear_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let text = "[http]\npublic_url = http://localhost:8080\n[index]\npath = index\n";
        let file = folder.path().join("aiguillage.ini");
        let (config, _) = Config::read(&file, text.as_bytes(), &|_| None).unwrap();
        let holder = Index::open(&config.index, IndexRules { with_pupils: false }).unwrap();

        let asked = ask(&config, &bar(), Duration::from_millis(300)).await;

        assert!(asked.unwrap_err().to_string().contains("/readyz"));
        assert!(!config.index.path.join("rebuild").exists(), "nothing is left for later");
        drop(holder);
    }
}
