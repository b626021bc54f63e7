//! Where papers lie: one sealed file each, under a random name, in a folder that nothing serves.
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

/// Papers that are looked at or opened at once: pictures are large when they are unpacked.
const AT_ONCE: usize = 2;

/// The folder of the papers, and what seals them.
#[derive(Clone)]
pub struct Vault {
    folder: Arc<Path>,
    master: Arc<MasterKey>,
    /// Turns of those who have much in memory.
    pub(super) turns: Arc<Semaphore>,
    /// Places of those who send some.
    pub(super) entrance: Entrance,
}

/// Why a paper cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The file.
    #[error("a paper cannot be kept or read")]
    File(#[from] io::Error),
    /// It was sealed by another key, or is not what was written.
    #[error("a paper does not open")]
    Sealed(#[from] KeyError),
    /// It cannot be sealed.
    #[error("a paper cannot be sealed")]
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
    /// The vault beside the folder of the keys.
    pub fn beside(keys: &Path, master: Arc<MasterKey>) -> Self {
        let folder = keys.with_file_name("justifications").into();
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        Self { folder, master, turns, entrance: Entrance::default() }
    }

    /// Keep a paper: whole under its name, or not at all.
    pub fn keep(&self, id: Uuid, key: &str, paper: &[u8]) -> Result<(), VaultError> {
        let sealed = self.master.seal_secret(&place(b"file", id), paper)?;
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

    /// Read a paper.
    pub fn read(&self, id: Uuid, key: &str) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let sealed = fs::read(self.paths(key).1)?;
        Ok(self.master.open_secret(&place(b"file", id), &sealed)?)
    }

    /// Remove a paper, whole or begun; one that is gone is gone.
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

    /// Seal the name that its owner gave a paper.
    pub(super) fn seal_name(&self, id: Uuid, name: &str) -> Result<Vec<u8>, VaultError> {
        Ok(self.master.seal_secret(&place(b"name", id), name.as_bytes())?)
    }

    /// Open it; one that does not open is called by nothing.
    pub(super) fn open_name(&self, id: Uuid, sealed: &[u8]) -> String {
        let opened = self.master.open_secret(&place(b"name", id), sealed);
        opened.ok().and_then(|name| String::from_utf8(name.to_vec()).ok()).unwrap_or_default()
    }

    fn paths(&self, key: &str) -> (PathBuf, PathBuf) {
        (self.folder.join(format!("{key}.part")), self.folder.join(key))
    }
}

/// What names a paper where it is sealed: it opens nowhere else.
fn place(what: &[u8], id: Uuid) -> Vec<u8> {
    [b"justification_file.", what, b"\0", id.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn papers_lie_sealed_and_open_under_their_own_number_only() {
        let base = tempfile::tempdir().expect("a folder");
        let keys = base.path().join("keys");
        let master = Arc::new(MasterKey::open_or_make(&keys).expect("a key"));
        let vault = Vault::beside(&keys, master);
        let (id, paper) = (Uuid::new_v4(), b"certificat".repeat(9));
        vault.keep(id, "random", &paper).expect("kept");

        let path = base.path().join("justifications/random");
        let raw = fs::read(&path).expect("a file");
        assert!(!raw.windows(10).any(|piece| piece == b"certificat"));
        assert_eq!(fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o600);
        assert_eq!(vault.read(id, "random").expect("opened").as_slice(), paper);
        assert!(vault.read(Uuid::new_v4(), "random").is_err(), "another number");
        assert_eq!(vault.open_name(id, &vault.seal_name(id, "à.pdf").expect("sealed")), "à.pdf");
        vault.remove("random").expect("removed");
        vault.remove("random").expect("it is gone already");
        assert!(!path.exists());
    }
}
