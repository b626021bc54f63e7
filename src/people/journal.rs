//! Who was erased, in a file beside the keys: a backup of the database knows nothing of those who
//! were erased after it. Numbers and digests only.
use crate::identity::PersonId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
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
        let mut file = OpenOptions::new().create(true).append(true).mode(0o600).open(&self.0)?;
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
    }
}
