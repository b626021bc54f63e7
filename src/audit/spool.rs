//! Acts that happened while the database was away wait in a file (SEC-110).
//!
//! Only acts that change nothing in the database come here: refusals at the door, counts of searches,
//! files that were read again, our own end. All others are not done without their row.
use super::chain::Row;
use super::{Event, Trace, store};
use crate::db::Db;
use chrono::{DateTime, Utc};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What waits at most, bytes.
const LIMIT: u64 = 64 * 1024 * 1024;
/// Rows of one transaction.
const PORTION: usize = 200;

/// The file, and what no longer found room in it.
#[derive(Debug, Clone)]
pub struct Spool {
    path: Arc<Path>,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    file: Option<File>,
    length: u64,
    is_dirty: bool,
    lost: u64,
}

impl Spool {
    /// The spool at this place; the file is made when something has to wait.
    pub fn at(path: &Path) -> Self {
        let length = length(path) + length(&aside(path));
        super::figures::spooled(length);
        let open = Open { length, ..Open::default() };
        Self { path: path.into(), open: Arc::new(Mutex::new(open)) }
    }

    /// Record acts that nothing else depends on, now or when the database is back.
    pub async fn note(
        &self,
        db: &Db,
        events: Vec<Event>,
        trace: &Trace,
        now: DateTime<Utc>,
    ) -> sqlx::Result<()> {
        let rows: Vec<Row> = events.into_iter().map(|event| event.row(trace, now)).collect();
        let written = write(db, &rows).await;
        match written {
            Err(error) if is_away(&error) => self.keep(&rows).map_err(sqlx::Error::Io),
            written => written,
        }
    }

    fn keep(&self, rows: &[Row]) -> io::Result<()> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        for row in rows {
            let mut line = serde_json::to_vec(row)?;
            line.push(b'\n');
            if open.length + line.len() as u64 > LIMIT {
                open.lost += 1;
                continue;
            }
            if open.file.is_none() {
                open.file = Some(opened(&self.path)?);
            }
            if let Some(file) = &mut open.file {
                file.write_all(&line)?;
            }
            open.length += line.len() as u64;
            open.is_dirty = true;
        }
        super::figures::spooled(open.length);
        tracing::warn!(rows = rows.len(), "audit rows wait in a file: the database is away");
        Ok(())
    }

    /// Have on the disk what waits; once a second.
    pub fn sync(&self) -> io::Result<()> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = open.file.as_ref().filter(|_| open.is_dirty) {
            file.sync_data()?;
            open.is_dirty = false;
        }
        Ok(())
    }

    /// Bring what waits into the database, in the order in which it came. Rows that are there already,
    /// because the one before us was killed at it, stay as they are.
    pub async fn replay(&self, db: &Db, now: DateTime<Utc>) -> sqlx::Result<u64> {
        if self.open.lock().unwrap_or_else(PoisonError::into_inner).length == 0 {
            return Ok(0);
        }
        // Whether the database is back at all, before anything is moved.
        drop(db.read().await?);
        let (taken, lost) = self.take()?;
        let brought = bring_in(db, &taken, lost, now).await;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if brought.is_err() {
            open.lost += lost;
        }
        open.length = length(&self.path) + length(&taken);
        super::figures::spooled(open.length);
        brought
    }

    /// Move the file aside, so that new rows begin another one; what was moved before comes first.
    fn take(&self) -> io::Result<(PathBuf, u64)> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let aside = aside(&self.path);
        if aside.exists() {
            return Ok((aside, 0));
        }
        fs::rename(&self.path, &aside)?;
        let before = std::mem::take(&mut *open);
        Ok((aside, before.lost))
    }
}

/// Bring one file into the database, and remove it; how many rows it had.
async fn bring_in(db: &Db, taken: &Path, lost: u64, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let mut lines = BufReader::new(File::open(taken)?).split(b'\n');
    let mut count = 0;
    loop {
        let lines: Vec<Vec<u8>> = lines.by_ref().take(PORTION).collect::<io::Result<_>>()?;
        if lines.is_empty() {
            break;
        }
        // A line that was cut off by a power failure is no row.
        let rows: Vec<Row> =
            lines.iter().filter_map(|line| serde_json::from_slice(line).ok()).collect();
        write(db, &rows).await?;
        count += rows.len() as u64;
    }
    if lost > 0 {
        let gap = Event::refused("audit.gap", "full").field("rows", lost);
        write(db, &[gap.row(&Trace::default(), now)]).await?;
    }
    fs::remove_file(taken)?;
    tracing::info!(count, lost, "audit: {count} rows that waited are recorded, {lost} were lost");
    Ok(count)
}

/// Where the file goes while it is read.
fn aside(path: &Path) -> PathBuf {
    path.with_extension("replay")
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}

fn opened(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = File::options().create(true).append(true).mode(0o600).open(path)?;
    if file.metadata()?.len() > 0 {
        // The last line may have been cut off.
        file.write_all(b"\n")?;
    }
    Ok(file)
}

async fn write(db: &Db, rows: &[Row]) -> sqlx::Result<()> {
    let mut tx = db.write().await?;
    for row in rows {
        store::insert(&mut tx, row).await?;
    }
    tx.commit().await
}

/// Whether the database cannot be reached or cannot keep anything at the moment.
fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => true,
        // Connection lost, server shutting down or starting.
        sqlx::Error::Database(cause) => {
            let code = cause.code().unwrap_or_default();
            code.starts_with("08") || code.starts_with("57P") || crate::db::is_full(error)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Search, search};
    use crate::db::DatabaseSettings;

    async fn database(folder: &Path) -> Db {
        let db = Db::open(&DatabaseSettings::Sqlite(folder.join("test.db"))).await.unwrap();
        db.migrate().await.unwrap();
        db
    }

    fn refused(number: u32) -> Vec<Event> {
        vec![Event::refused("request.refused", "E-HOST").field("number", number)]
    }

    async fn numbers(db: &Db) -> Vec<u64> {
        let what = Search { event: "request.".into(), limit: 999, ..Search::default() };
        let rows = search(&mut db.read().await.unwrap(), &what).await.unwrap();
        rows.iter().rev().filter_map(|row| row.fields["number"].as_u64()).collect()
    }

    #[tokio::test]
    async fn what_happened_without_a_database_is_recorded_in_order_when_it_is_back() {
        let folder = tempfile::tempdir().unwrap();
        let (path, now) = (folder.path().join("spool.jsonl"), DateTime::UNIX_EPOCH);
        let (db, away) = (database(folder.path()).await, database(folder.path()).await);
        away.close().await;
        let spool = Spool::at(&path);
        for number in 0..450 {
            spool.note(&away, refused(number), &Trace::default(), now).await.unwrap();
        }
        spool.sync().unwrap();
        assert!(numbers(&db).await.is_empty());
        assert!(spool.replay(&away, now).await.is_err(), "it is still away");

        // Killed, with a line half written, and in the middle of the replay.
        File::options().append(true).open(&path).unwrap().write_all(b"{\"id\":").unwrap();
        let spool = Spool::at(&path);
        spool.note(&away, refused(450), &Trace::default(), now).await.unwrap();
        let lines = fs::read(&path).unwrap();
        assert_eq!(spool.replay(&db, now).await.unwrap(), 451);
        fs::write(path.with_extension("replay"), lines).unwrap();
        assert_eq!(Spool::at(&path).replay(&db, now).await.unwrap(), 451);

        assert_eq!(numbers(&db).await, (0..451).collect::<Vec<_>>());
        assert_eq!(spool.replay(&db, now).await.unwrap(), 0);
        assert!(
            fs::read_dir(folder.path())
                .unwrap()
                .all(|it| { !it.unwrap().file_name().to_string_lossy().starts_with("spool") })
        );
    }

    #[tokio::test]
    async fn what_finds_no_room_leaves_a_gap_that_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let (db, now) = (database(folder.path()).await, DateTime::UNIX_EPOCH);
        let away = database(folder.path()).await;
        away.close().await;
        let spool = Spool::at(&folder.path().join("spool.jsonl"));
        spool.note(&away, refused(1), &Trace::default(), now).await.unwrap();
        spool.open.lock().unwrap().length = LIMIT;
        for number in 2..5 {
            spool.note(&away, refused(number), &Trace::default(), now).await.unwrap();
        }

        assert_eq!(spool.replay(&db, now).await.unwrap(), 1);
        let gap = Search { event: "audit.gap".into(), limit: 9, ..Search::default() };
        let rows = search(&mut db.read().await.unwrap(), &gap).await.unwrap();
        assert_eq!((rows.len(), &rows[0].fields["rows"]), (1, &3.into()));
    }
}
