//! The folder of the index: a lock, copies by number, the number of the one that serves.
//!
//! A copy is built in a folder of its own and takes over by one rename. What turns out damaged is
//! kept as `bad-<time>` for whoever wants to know why; only the newest such folder stays.
use super::error::IndexError;
use chrono::{DateTime, Utc};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

const LOCK: &str = "lock";
const CURRENT: &str = "current";

/// `[index] path`, held by this process.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// Falls with the process; none for whoever only looks.
    lock: Mutex<Option<File>>,
}

impl Folder {
    /// Make the folder if need be and hold it (REL-17). Nothing happens when it is held already.
    pub(super) fn hold(&self) -> Result<(), IndexError> {
        let mut held = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_some() {
            return Ok(());
        }
        let path = self.path.as_path();
        let refuse = |error| IndexError::Folder(path.to_owned(), error);
        fs::create_dir_all(path).map_err(refuse)?;
        let name = path.join(LOCK);
        let lock = File::options().read(true).write(true).create(true).truncate(false).open(name);
        let mut lock = lock.map_err(refuse)?;
        if lock.try_lock().is_err() {
            let mut holder = String::new();
            lock.read_to_string(&mut holder).map_err(refuse)?;
            return Err(IndexError::InUse { folder: path.to_owned(), holder });
        }
        lock.set_len(0).map_err(refuse)?;
        write!(lock, "process {}", std::process::id()).map_err(refuse)?;
        *held = Some(lock);
        Ok(())
    }

    /// The folder, held by nobody yet or by another process.
    pub(super) fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), lock: Mutex::default() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The copy that serves, if there is one.
    pub(super) fn current(&self) -> Option<PathBuf> {
        current(&self.path).filter(|copy| copy.exists())
    }

    /// An empty folder for a new copy.
    pub(super) fn new_copy(&self) -> Result<PathBuf, IndexError> {
        let numbers = self.entries().into_iter().filter_map(|name| number(&name));
        let path = self.path.join(format!("copy-{}", numbers.max().unwrap_or(0) + 1));
        fs::create_dir(&path).map_err(|error| self.refuse(error))?;
        Ok(path)
    }

    /// From now on this copy serves, after the next start too.
    pub(super) fn switch_to(&self, copy: &Path) -> Result<(), IndexError> {
        let name = copy.file_name().unwrap_or_default().to_string_lossy();
        let switch = || -> io::Result<()> {
            let draft = self.path.join("current.new");
            let mut file = File::create(&draft)?;
            file.write_all(name.as_bytes())?;
            file.sync_all()?;
            fs::rename(&draft, self.path.join(CURRENT))?;
            File::open(&self.path)?.sync_all()
        };
        switch().map_err(|error| self.refuse(error))
    }

    /// Put the copy that serves aside: it is damaged.
    pub(super) fn set_aside(&self, now: DateTime<Utc>) {
        let Some(copy) = self.current() else { return };
        self.remove_all(|name| name.starts_with("bad-"));
        let aside = self.path.join(format!("bad-{}", now.format("%Y%m%dT%H%M%S")));
        if let Err(error) = fs::rename(&copy, aside) {
            tracing::warn!(error = %error, "the damaged index cannot be put aside");
        }
    }

    /// Remove every copy but this one: what killed processes and older versions left.
    pub(super) fn keep_only(&self, copy: &Path) {
        let kept = copy.file_name().map(|name| name.to_string_lossy().into_owned());
        self.remove_all(|name| number(name).is_some() && Some(name) != kept.as_deref());
    }

    fn remove_all(&self, is_chosen: impl Fn(&str) -> bool) {
        for name in self.entries().iter().filter(|name| is_chosen(name)) {
            if let Err(error) = fs::remove_dir_all(self.path.join(name)) {
                tracing::warn!(error = %error, "an old index folder cannot be removed");
            }
        }
    }

    fn entries(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.path).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }

    fn refuse(&self, error: io::Error) -> IndexError {
        IndexError::Folder(self.path.clone(), error)
    }
}

/// The copy that serves in a folder that another process may hold.
pub(super) fn current(path: &Path) -> Option<PathBuf> {
    let name = fs::read_to_string(path.join(CURRENT)).ok()?;
    number(&name)?;
    Some(path.join(name))
}

/// Bytes of all files of a copy.
pub(super) fn size(copy: &Path) -> u64 {
    let entries = fs::read_dir(copy).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.metadata().ok()).map(|about| about.len()).sum()
}

fn number(name: &str) -> Option<u64> {
    name.strip_prefix("copy-")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_has_one_holder_who_is_named_to_the_second() {
        let folder = tempfile::tempdir().unwrap();
        let held = Folder::at(folder.path());
        held.hold().unwrap();
        let refused = Folder::at(folder.path()).hold().unwrap_err().to_string();
        assert!(refused.contains(&format!("process {}", std::process::id())), "{refused}");
        drop(held);
        assert!(Folder::at(folder.path()).hold().is_ok());
    }

    #[test]
    fn copies_take_over_and_the_damaged_are_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let held = Folder::at(folder.path());
        held.hold().unwrap();
        assert_eq!(held.current(), None);
        let one = held.new_copy().unwrap();
        held.switch_to(&one).unwrap();
        let two = held.new_copy().unwrap();
        assert_eq!(held.current(), Some(one.clone()));
        held.switch_to(&two).unwrap();
        held.keep_only(&two);
        assert!(!one.exists());

        held.set_aside(DateTime::UNIX_EPOCH);
        held.set_aside(DateTime::UNIX_EPOCH);
        assert!(!two.exists() && folder.path().join("bad-19700101T000000").exists());
        assert_eq!(held.current(), None);
    }

    #[test]
    fn a_garbled_pointer_points_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["", "../elsewhere", "copy-x", "copy-1/.."] {
            fs::write(folder.path().join(CURRENT), text).unwrap();
            assert_eq!(current(folder.path()), None, "{text}");
        }
    }
}
