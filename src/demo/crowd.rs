//! The made-up colleagues, brought in by the same import that administrators use.
use super::colleagues::Colleague;
use crate::app::Parts;
use crate::lookup::import::{Format, Import, ImportError, Outcome};
use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// How many people the generator makes for visitors.
pub(super) const CROWD: u64 = 6_000;

/// Fill the search in the background with the few who are somebody and a `crowd` of others; a
/// repeated start finds them there and writes nothing.
pub async fn bring_in(parts: Parts, crowd: u64) {
    let Some(stage) = parts.demo.clone() else { return };
    stage.is_filling.store(true, Ordering::Relaxed);
    if let Err(error) = both_lists(&parts, crowd).await {
        tracing::error!(error = %anyhow::Error::from(error), "the made-up colleagues are missing");
    }
    stage.is_filling.store(false, Ordering::Relaxed);
}

/// First the few who are somebody, then the crowd.
async fn both_lists(parts: &Parts, crowd: u64) -> Result<(), ImportError> {
    let folder = parts.config.file.parent().unwrap_or(Path::new("."));
    let known = std::fs::read(folder.join("colleagues.csv")).map_err(ImportError::Rejects)?;
    import(parts, "colleagues", known).await?;
    import(parts, "crowd", written_down(crowd).map_err(ImportError::Rejects)?).await?;
    Ok(())
}

/// The crowd as an administrator would write it down.
fn written_down(crowd: u64) -> std::io::Result<Vec<u8>> {
    let mut list = csv::Writer::from_writer(Vec::new());
    list.write_record(["username", "firstName", "lastName", "email", "nclocator"])?;
    for one in (0..crowd).map(Colleague::of) {
        let row = [&one.login, &one.given, &one.surname, &one.mail, &one.server];
        list.write_record(row)?;
    }
    list.into_inner().map_err(csv::IntoInnerError::into_error)
}

async fn import(parts: &Parts, name: &str, list: Vec<u8>) -> Result<Outcome, ImportError> {
    let Some(lookup) = &parts.lookup else { return Ok(Outcome::default()) };
    let list: Arc<[u8]> = list.into();
    let open = || -> std::io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(Cursor::new(Arc::clone(&list))))
    };
    // What this demonstration brought before and names no more is of no interest to anybody.
    let import = Import { name, format: Format::Csv, open: &open, force: true, dry_run: false };
    let reject = |rejected: crate::lookup::import::Rejected| {
        tracing::warn!(line = rejected.line, why = %rejected.why, "a colleague is left out");
        Ok(())
    };
    import.run((&lookup.intake, &parts.db, &parts.clock), reject).await
}
