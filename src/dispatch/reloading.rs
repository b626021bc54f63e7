//! Reading the files again: asked for by an administrator, by SIGHUP, or because they changed.
use super::files::{Files, Refused, Snapshot};
use super::partners::PartnerBook;
use crate::audit::{Event, Spool, Trace};
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::sources::Directories;
use crate::identity::{PersonId, SignedIn};
use std::sync::Arc;

/// What came of a reload.
pub type Reloaded = Result<Arc<Snapshot<PartnerBook>>, Refused>;

/// Reads the files again and records what came of it.
#[derive(Clone)]
pub struct Reloader {
    /// The files.
    pub files: Arc<Files<PartnerBook>>,
    /// Who is asked for what the files tell.
    pub directories: Directories,
    /// Where it is recorded.
    pub db: Db,
    /// Where it waits while that is away.
    pub spool: Spool,
    /// When.
    pub clock: Clock,
}

/// Who asked: person and session.
pub type Asker = Option<(PersonId, String)>;

/// The administrator who asks.
pub(super) fn by(who: &SignedIn) -> (PersonId, String) {
    (who.id(), who.session.short())
}

impl Reloader {
    /// Read them now, off the threads that serve.
    pub async fn reload(&self, asker: Asker, trace: Trace) -> crate::web::Result<Reloaded> {
        let (files, now) = (Arc::clone(&self.files), self.clock.now());
        let outcome = tokio::task::spawn_blocking(move || files.reload(now)).await;
        let outcome = outcome.map_err(crate::web::Error::internal)?;
        self.record(&outcome, asker, &trace).await?;
        Ok(outcome)
    }

    /// Follow a reload that happened, by the watcher for instance, and record it.
    pub async fn record(
        &self,
        outcome: &Reloaded,
        asker: Asker,
        trace: &Trace,
    ) -> sqlx::Result<()> {
        let event = match outcome {
            Ok(snapshot) => {
                self.directories.also_read(&snapshot.partners.attributes());
                tracing::info!(
                    generation = snapshot.generation,
                    findings = snapshot.findings.len(),
                    "the files were read again: generation {}",
                    snapshot.generation
                );
                Event::ok("config.reload")
                    .field("config_generation", snapshot.generation)
                    .field("findings", snapshot.findings.len())
            }
            Err(refused) => {
                tracing::error!(error = %refused, "new files were refused, the old ones stay: {refused}");
                Event::refused("config.reload_refused", "refused").field("why", refused.to_string())
            }
        };
        let event = match asker {
            Some((person, session)) => event.by(person, &session),
            None => event,
        };
        self.spool.note(&self.db, vec![event], trace, self.clock.now()).await
    }
}
