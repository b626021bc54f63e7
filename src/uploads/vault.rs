//! Where files lie: one sealed file each, under a random name, in a folder that nothing serves.
use super::entrance::Entrance;
use crate::keys::{KeyError, MasterKey};
use crate::web;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Semaphore;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Files that are looked at or opened at once: pictures are large when they are unpacked.
const AT_ONCE: usize = 2;

/// A folder of files, and what seals them.
#[derive(Clone)]
pub struct Vault {
    folder: Arc<Path>,
    table: &'static str,
    master: Arc<MasterKey>,
    /// Turns of those who have much in memory.
    pub turns: Arc<Semaphore>,
    /// Places of those who send some.
    pub entrance: Entrance,
}

/// Why a file cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The file.
    #[error("a file cannot be kept or read")]
    File(#[from] io::Error),
    /// It was sealed by another key, or is not what was written.
    #[error("a file does not open")]
    Sealed(#[from] KeyError),
    /// It cannot be sealed.
    #[error("a file cannot be sealed")]
    Sealing(#[from] openssl::error::ErrorStack),
}

impl From<VaultError> for web::Error {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::File(cause) if cause.kind() == ErrorKind::StorageFull => {
                Self::Full(cause.into())
            }
            error => Self::internal(error),
        }
    }
}

impl Vault {
    /// The vault in this folder beside that of the keys. Its files are rows of this table, and open
    /// nowhere else.
    pub fn beside(
        keys: &Path,
        (folder, table): (&str, &'static str),
        master: Arc<MasterKey>,
    ) -> Self {
        let folder = keys.with_file_name(folder).into();
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        Self { folder, table, master, turns, entrance: Entrance::default() }
    }

    /// Keep a file: whole under its name, or not at all.
    pub fn keep(&self, id: Uuid, key: &str, content: &[u8]) -> Result<(), VaultError> {
        let sealed = self.master.seal_secret(&self.place("file", id), content)?;
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        let (part, whole) = self.paths(key);
        let mut file =
            fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
        file.write_all(&sealed)?;
        file.sync_all()?;
        fs::rename(part, whole)?;
        fs::File::open(&self.folder)?.sync_all()?;
        Ok(())
    }

    /// Read a file.
    pub fn read(&self, id: Uuid, key: &str) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let sealed = fs::read(self.paths(key).1)?;
        Ok(self.master.open_secret(&self.place("file", id), &sealed)?)
    }

    /// Remove a file, whole or begun; one that is gone is gone.
    pub fn remove(&self, key: &str) -> io::Result<()> {
        let (part, whole) = self.paths(key);
        for path in [part, whole] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Seal the name that its owner gave a file.
    pub fn seal_name(&self, id: Uuid, name: &str) -> Result<Vec<u8>, VaultError> {
        Ok(self.master.seal_secret(&self.place("name", id), name.as_bytes())?)
    }

    /// Open it; one that does not open is called by nothing.
    pub fn open_name(&self, id: Uuid, sealed: &[u8]) -> String {
        let opened = self.master.open_secret(&self.place("name", id), sealed);
        opened.ok().and_then(|name| String::from_utf8(name.to_vec()).ok()).unwrap_or_default()
    }

    /// What names a file where it is sealed: it opens nowhere else.
    fn place(&self, what: &str, id: Uuid) -> Vec<u8> {
        [self.table.as_bytes(), b".", what.as_bytes(), b"\0", id.as_bytes()].concat()
    }

    fn paths(&self, key: &str) -> (PathBuf, PathBuf) {
        (self.folder.join(format!("{key}.part")), self.folder.join(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn files_lie_sealed_and_open_under_their_own_number_only() {
        let base = tempfile::tempdir().expect("a folder");
        let keys = base.path().join("keys");
        let master = Arc::new(MasterKey::open_or_make(&keys).expect("a key"));
        let place = ("justifications", "justification_file");
        let vault = Vault::beside(&keys, place, Arc::clone(&master));
        let (id, paper) = (Uuid::new_v4(), b"certificat".repeat(9));
        vault.keep(id, "random", &paper).expect("kept");

        let path = base.path().join("justifications/random");
        let raw = fs::read(&path).expect("a file");
        assert!(!raw.windows(10).any(|piece| piece == b"certificat"));
        assert_eq!(fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o600);
        assert_eq!(vault.read(id, "random").expect("opened").as_slice(), paper);
        assert!(vault.read(Uuid::new_v4(), "random").is_err(), "another number");
        let other = Vault::beside(&keys, ("justifications", "card_photo"), master);
        assert!(other.read(id, "random").is_err(), "another table");
        assert_eq!(vault.open_name(id, &vault.seal_name(id, "à.pdf").expect("sealed")), "à.pdf");
        vault.remove("random").expect("removed");
        vault.remove("random").expect("it is gone already");
        assert!(!path.exists());
    }
}
