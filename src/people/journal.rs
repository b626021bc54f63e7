//! Who was erased, in a file beside the keys: a backup of the database knows nothing of those who
//! were erased after it. Numbers and digests only.
use crate::identity::PersonId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The file. Lines are added and never changed.
#[derive(Debug, Clone)]
pub struct Journal(PathBuf);

/// Somebody who was erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// Their number.
    pub person: PersonId,
    /// Tombstones of their accounts.
    pub accounts: Vec<Vec<u8>>,
    /// When.
    pub at: DateTime<Utc>,
}

impl Journal {
    /// The file beside the folder of the keys.
    pub fn beside(keys: &Path) -> Self {
        Self(keys.with_file_name("erased.jsonl"))
    }

    /// Add somebody; on the disk when this returns.
    pub fn note(
        &self,
        person: PersonId,
        accounts: &[Vec<u8>],
        at: DateTime<Utc>,
    ) -> io::Result<()> {
        let erased = Erased { person, accounts: accounts.to_vec(), at };
        let mut line = serde_json::to_vec(&erased)?;
        line.push(b'\n');
        if let Some(folder) = self.0.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        let mut options = OpenOptions::new();
        let mut file = options.create(true).read(true).append(true).mode(0o600).open(&self.0)?;
        if !ends_whole(&mut file)? {
            // What a full disk or a kill cut off must not spoil this one.
            line.insert(0, b'\n');
        }
        file.write_all(&line)?;
        file.sync_all()
    }

    /// Everybody who was erased. A last line that was cut off was never promised.
    pub fn read(&self) -> io::Result<Vec<Erased>> {
        let text = match fs::read_to_string(&self.0) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
    }
}

/// Whether the last line has its end.
fn ends_whole(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == [b'\n'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_back_and_half_a_line_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::beside(&folder.path().join("keys"));
        assert_eq!(journal.read().unwrap(), []);
        let (one, two) = (PersonId::new(), PersonId::new());
        journal.note(one, &[vec![1, 2]], DateTime::UNIX_EPOCH).unwrap();
        journal.note(two, &[], DateTime::UNIX_EPOCH).unwrap();
        let path = folder.path().join("erased.jsonl");
        let whole = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{whole}{{\"person\":\"")).unwrap();
        let people: Vec<_> = journal.read().unwrap().into_iter().map(|it| it.person).collect();
        assert_eq!(people, [one, two]);

        let three = PersonId::new();
        journal.note(three, &[], DateTime::UNIX_EPOCH).unwrap();
        let people: Vec<_> = journal.read().unwrap().into_iter().map(|it| it.person).collect();
        assert_eq!(people, [one, two, three], "half a line spoils no other one");
    }
}
