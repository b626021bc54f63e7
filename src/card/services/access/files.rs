//! Files that are there whole or not at all: written beside, brought onto the disk, renamed.
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use uuid::Uuid;

/// Longest name of a person in the name of a file.
const LONGEST: usize = 180;

/// A folder that does not answer for so long is away.
const PATIENCE: Duration = Duration::from_mins(1);

/// Whether nobody waits any more for what is being written.
#[derive(Debug, Clone, Default)]
pub(super) struct Stop(Arc<AtomicBool>);

/// Stops a writer when it is dropped.
struct Leash(Stop);

impl Drop for Leash {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

/// Work with a folder that may be on another machine. A writer that was given up, or whose job another node has by
/// now, brings no file into place any more.
pub(super) async fn on_disk<T: Send + 'static>(
    work: impl FnOnce(&Stop) -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let stop = Stop::default();
    let _leash = Leash(stop.clone());
    let done = timeout(PATIENCE, spawn_blocking(move || work(&stop))).await;
    done.map_err(|_| io::Error::from(ErrorKind::TimedOut))?.map_err(io::Error::other)?
}

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sheet {
    /// Of whom, for systems with a file for each person; `None`: the file gets a number, and nothing is written
    /// over.
    pub(super) of: Option<String>,
    /// The name that they had before, whose file goes once the new one is there.
    pub(super) was: Option<String>,
    /// What stands in it.
    pub(super) bytes: Vec<u8>,
}

impl Sheet {
    /// Write it into this folder, under a name that ends so; where it has a number, from this one on. It says which
    /// number is the next.
    pub(super) fn write(
        &self,
        (folder, name): (&Path, &str),
        (millis, from): (i64, u32),
        stop: &Stop,
    ) -> io::Result<u32> {
        let next = match &self.of {
            Some(eppn) => {
                let beside = folder.join(format!(".{}_{name}.part", Uuid::new_v4().simple()));
                self.fill((&beside, &own(folder, eppn, name)), opened(&beside)?, stop)?;
                from
            }
            None => self.write_new(folder, name, (millis, from), stop)?,
        };
        if let Some(was) = &self.was {
            removed(&own(folder, was, name))?;
        }
        // The name is kept when the folder is.
        File::open(folder)?.sync_all()?;
        Ok(next)
    }

    /// Under the first number that nobody has: whoever makes the file beside has it.
    fn write_new(
        &self,
        folder: &Path,
        name: &str,
        (millis, from): (i64, u32),
        stop: &Stop,
    ) -> io::Result<u32> {
        for number in from..from.saturating_add(10_000) {
            let path = folder.join(format!("{millis}_{number}_{name}"));
            let beside = folder.join(format!(".{millis}_{number}_{name}.part"));
            let file = match opened(&beside) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                opened => opened?,
            };
            if path.try_exists()? {
                fs::remove_file(&beside)?;
                continue;
            }
            self.fill((&beside, &path), file, stop)?;
            return Ok(number + 1);
        }
        Err(ErrorKind::AlreadyExists.into())
    }

    fn fill(&self, (beside, path): (&Path, &Path), mut file: File, stop: &Stop) -> io::Result<()> {
        let filled = file.write_all(&self.bytes).and_then(|()| file.sync_all());
        let renamed = filled.and_then(|()| {
            if stop.0.load(Ordering::Relaxed) {
                return Err(ErrorKind::Interrupted.into());
            }
            fs::rename(beside, path)
        });
        if renamed.is_err() {
            let _ = fs::remove_file(beside);
        }
        renamed
    }
}

/// Whether a file can be written into this folder; it is gone again behind that.
pub(super) fn try_out(folder: &Path, name: &str) -> io::Result<()> {
    let beside = folder.join(format!(".{}_{name}.part", Uuid::new_v4().simple()));
    opened(&beside)?.sync_all()?;
    fs::remove_file(&beside)
}

/// Remove what writers left beside that were killed before this time.
pub(super) fn tidy(folder: &Path, name: &str, before: SystemTime) -> io::Result<()> {
    let end = format!("_{name}.part");
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let left = entry.file_name();
        let is_ours =
            left.to_str().is_some_and(|left| left.starts_with('.') && left.ends_with(&end));
        if is_ours && entry.metadata()?.modified()? < before {
            removed(&entry.path())?;
        }
    }
    Ok(())
}

fn removed(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A new file, beside: nobody else writes into it.
fn opened(beside: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o640).open(beside)
}

fn own(folder: &Path, eppn: &str, name: &str) -> PathBuf {
    folder.join(format!("{}_{name}", plain(eppn)))
}

/// A name of a person as a part of a name of a file: no two have the same, and none leads elsewhere.
fn plain(eppn: &str) -> String {
    let is_plain = |(at, byte): (usize, u8)| {
        byte.is_ascii_alphanumeric() || b"@-_+".contains(&byte) || (byte == b'.' && at > 0)
    };
    let name: String = eppn
        .bytes()
        .enumerate()
        .map(|(at, byte)| {
            if is_plain((at, byte)) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
        })
        .collect();
    if name.len() <= LONGEST {
        return name;
    }
    crate::hex::hex(&openssl::sha::sha256(eppn.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<_> =
            names.map(|it| it.expect("a file").file_name().into_string().expect("text")).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_of_a_person_is_written_over_and_others_are_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |of: Option<&str>, was: Option<&str>, text: &str, from: u32| {
            let [of, was] = [of, was].map(|name| name.map(str::to_owned));
            let sheet = Sheet { of, was, bytes: text.into() };
            let at = (1_700, from);
            sheet.write((folder.path(), "gates.csv"), at, &Stop::default()).expect("written")
        };
        write(Some("l@univ.example"), None, "one", 0);
        write(Some("l@univ.example"), None, "one", 0);
        write(Some("lea@univ.example"), Some("l@univ.example"), "2", 0);
        let lea = folder.path().join("lea@univ.example_gates.csv");
        assert_eq!(fs::read_to_string(lea).expect("a file"), "2");
        assert_eq!(write(None, None, "a", 0), 1);
        assert_eq!(write(None, None, "b", 0), 2);
        let wanted = ["1700_0_gates.csv", "1700_1_gates.csv", "lea@univ.example_gates.csv"];
        assert_eq!(names(folder.path()), wanted);
        // Another node is about to write that one.
        fs::write(folder.path().join(".1700_2_gates.csv.part"), "").expect("written");
        assert_eq!(write(None, None, "c", 2), 4);
        assert!(folder.path().join("1700_3_gates.csv").exists());
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_left_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let sheet = Sheet { of: Some("lea".into()), was: None, bytes: b"x".to_vec() };
        let write = |folder: &Path, stop: &Stop| sheet.write((folder, "gates.csv"), (0, 0), stop);
        assert!(write(&folder.path().join("none"), &Stop::default()).is_err());
        fs::create_dir(folder.path().join("lea_gates.csv")).expect("a folder in the way");
        assert!(write(folder.path(), &Stop::default()).is_err());
        assert_eq!(names(folder.path()), ["lea_gates.csv"]);
    }

    #[tokio::test]
    async fn a_writer_for_whom_nobody_waits_brings_nothing_into_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let sheet = Sheet { of: Some("lea".into()), was: None, bytes: b"x".to_vec() };
        let path = folder.path().to_owned();
        let (begun, goes) = std::sync::mpsc::channel::<()>();
        let (says, ended) = std::sync::mpsc::channel();
        let work = on_disk(move |stop| {
            // Until it is given up.
            let _ = goes.recv();
            let _ = says.send(sheet.write((&path, "gates.csv"), (0, 0), stop).is_err());
            Ok(())
        });
        let mut work = Box::pin(work);
        assert!(futures_util::poll!(work.as_mut()).is_pending());
        drop(work);
        drop(begun);
        assert!(ended.recv().expect("it ended"));
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn what_killed_writers_left_goes_after_a_while_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in [".1_gates.csv.part", ".1_other.csv.part", "1_gates.csv", "1_gates.csv.part"] {
            fs::write(folder.path().join(name), "").expect("written");
        }
        let now = SystemTime::UNIX_EPOCH + Duration::from_hours(1_000_000);
        tidy(folder.path(), "gates.csv", SystemTime::UNIX_EPOCH).expect("tidied");
        assert_eq!(names(folder.path()).len(), 4, "it is being written");
        tidy(folder.path(), "gates.csv", now).expect("tidied");
        let left = [".1_other.csv.part", "1_gates.csv", "1_gates.csv.part"];
        assert_eq!(names(folder.path()), left);
        try_out(folder.path(), "gates.csv").expect("it can be written");
        assert_eq!(names(folder.path()), left);
    }

    #[test]
    fn names_of_people_lead_nowhere_and_stay_apart() {
        for (eppn, name) in [
            ("lea.martin@univ-ville.example", "lea.martin@univ-ville.example"),
            ("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd"),
            (".hidden", "%2Ehidden"),
            ("a\"<b>\\c:d", "a%22%3Cb%3E%5Cc%3Ad"),
            ("a%2Fb", "a%252Fb"),
            ("é\0", "%C3%A9%00"),
        ] {
            assert_eq!(plain(eppn), name);
        }
        assert_eq!(plain(&"é".repeat(99)).len(), 64);
    }
}
