//! What jobs do with many files: show them to the scanner, remove them.
use super::{Scan, Scanner, Vault};
use crate::jobs::{Failure, Policy};
use std::io;
use std::time::Duration;
use uuid::Uuid;

/// How a job goes on that shows files to the scanner: those that come while others fail wait no longer
/// than they would anyway.
pub const SCANNING: Policy = Policy {
    waits: &[Duration::from_mins(1), Duration::from_mins(5), Duration::from_mins(10)],
    patience: Duration::from_hours(1),
    ..Policy::SERVICE
};

impl Scanner {
    /// What it finds in a file, by its number and its name in the vault.
    pub async fn look(&self, vault: &Vault, id: Uuid, key: &str) -> Result<Scan, Failure> {
        let (vault, key) = (vault.clone(), key.to_owned());
        let read = tokio::task::spawn_blocking(move || vault.read(id, &key)).await;
        let read = read.map_err(|error| Failure::new("thread").because(error))?;
        let bytes = read.map_err(|error| Failure::new("file").because(error))?;
        let scan = self.scan(&bytes).await;
        scan.map_err(|error| Failure::new("scanner").because(error))
    }
}

impl Vault {
    /// Remove files, by their number and their name here; those that are gone, and why one of the
    /// others is not.
    pub async fn remove_all(
        &self,
        due: Vec<(Uuid, String)>,
    ) -> Result<(Vec<Uuid>, Option<io::Error>), Failure> {
        let vault = self.clone();
        let work = move || {
            let (mut gone, mut failed) = (Vec::new(), None);
            for (id, key) in due {
                match vault.remove(&key) {
                    Ok(()) => gone.push(id),
                    Err(error) => failed = Some(error),
                }
            }
            (gone, failed)
        };
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|error| Failure::new("thread").because(error))
    }
}
