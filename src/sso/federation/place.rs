//! Where the metadata of a federation lie between two starts: the file, and notes about it.
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use uuid::Uuid;

/// Largest file, bytes.
pub(super) const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Length and time of change: another one is another file.
pub(super) type Stamp = (u64, Option<SystemTime>);

/// The files of one federation.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// What it published.
    pub(super) file: PathBuf,
    /// There while fetching fails: whoever watches the files hears of it.
    pub(super) trouble: PathBuf,
    notes: PathBuf,
}

/// What is known about the file beside what it says itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Notes {
    /// Where it came from.
    pub url: String,
    /// What the server calls this version (RFC 9110 §8.8.3).
    pub etag: Option<String>,
    /// When the server says that it changed.
    pub last_modified: Option<String>,
    /// When the server said last that it is up to date.
    pub checked_at: Option<DateTime<Utc>>,
    /// When it came.
    pub fetched_at: Option<DateTime<Utc>>,
    /// What went wrong since, and when.
    pub trouble: Option<(DateTime<Utc>, String)>,
}

impl Place {
    pub(super) fn new(folder: &Path, name: &str) -> Self {
        Self {
            file: folder.join(format!("{name}.xml")),
            trouble: folder.join(format!("{name}.trouble")),
            notes: folder.join(format!("{name}.json")),
        }
    }

    pub(super) fn stamp(&self) -> Option<Stamp> {
        let facts = fs::metadata(&self.file).ok()?;
        Some((facts.len(), facts.modified().ok()))
    }

    pub(super) fn read(&self) -> io::Result<Vec<u8>> {
        if fs::metadata(&self.file)?.len() > MOST_BYTES as u64 {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than 64 MiB"));
        }
        fs::read(&self.file)
    }

    pub(super) fn keep(&self, bytes: &[u8]) -> io::Result<()> {
        replace(&self.file, bytes)
    }

    /// Notes that cannot be read are none: the file is fetched again.
    pub(super) fn notes(&self) -> Notes {
        let text = fs::read(&self.notes).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// Keep the notes; trouble is marked when it is another one than before.
    pub(super) fn note(&self, notes: &Notes) -> io::Result<()> {
        let before = self.notes().trouble.map(|(_, why)| why);
        replace(&self.notes, &serde_json::to_vec_pretty(notes)?)?;
        match &notes.trouble {
            Some((_, why)) if before.as_ref() != Some(why) => {
                replace(&self.trouble, why.as_bytes())
            }
            None if self.trouble.exists() => fs::remove_file(&self.trouble),
            _ => Ok(()),
        }
    }
}

/// Written beside and renamed: nobody ever reads half a file.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    // Another service may write into the same folder, and have our process id in its container.
    let beside = path.with_extension(format!("new.{}", Uuid::new_v4().simple()));
    let mut file = File::create(&beside)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    let moved = written.and_then(|()| fs::rename(&beside, path));
    if moved.is_err() {
        let _ = fs::remove_file(&beside);
    }
    moved
}
