//! The master key: 32 bytes in a file that nobody else may read.
use super::{KeyError, KeyRow, OpenKey, SealedKey};
use openssl::symm::{Cipher, decrypt_aead, encrypt_aead};
use std::fs;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use uuid::Uuid;
use zeroize::Zeroizing;

const NONCE: usize = 12;
const TAG: usize = 16;

/// Seals and opens keys with AES-256-GCM; the row id is bound in (SEC-101).
pub struct MasterKey(Zeroizing<[u8; 32]>);

/// Why the master key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The file or its folder.
    #[error("{0}: the master key cannot be read or made")]
    File(PathBuf, #[source] std::io::Error),
    /// Others may read it.
    #[error("{0} can be read by others; run: chmod 400 {0}")]
    TooOpen(PathBuf),
    /// Not 32 bytes.
    #[error("{0} holds no master key: it must be 32 bytes")]
    Shape(PathBuf),
}

impl MasterKey {
    /// The key in `folder/master.key`, made on first start.
    pub fn open_or_make(folder: &Path) -> Result<Self, MasterKeyError> {
        let path = folder.join("master.key");
        if !path.exists() {
            make(folder, &path).map_err(|error| MasterKeyError::File(path.clone(), error))?;
        }
        let unreadable = |error| MasterKeyError::File(path.clone(), error);
        if fs::metadata(&path).map_err(unreadable)?.permissions().mode() & 0o077 != 0 {
            return Err(MasterKeyError::TooOpen(path));
        }
        let bytes = Zeroizing::new(fs::read(&path).map_err(unreadable)?);
        let key = bytes.as_slice().try_into().map_err(|_| MasterKeyError::Shape(path))?;
        Ok(Self(Zeroizing::new(key)))
    }

    /// Seal a key for a new row.
    pub fn seal(&self, key: &OpenKey) -> Result<SealedKey, openssl::error::ErrorStack> {
        let id = Uuid::now_v7();
        let sealed = self.seal_secret(id.as_bytes(), &key.secret)?;
        Ok(SealedKey { id, sealed, certificate: key.certificate.clone() })
    }

    /// Open the key of a row.
    pub fn open(&self, row: &KeyRow) -> Result<OpenKey, KeyError> {
        let secret = self.open_secret(row.id.as_bytes(), &row.sealed)?;
        Ok(OpenKey { secret, certificate: row.certificate.clone() })
    }

    /// Seal any secret for its place: the bytes that name it are bound in.
    pub fn seal_secret(
        &self,
        place: &[u8],
        secret: &[u8],
    ) -> Result<Vec<u8>, openssl::error::ErrorStack> {
        let mut sealed = vec![0; NONCE];
        openssl::rand::rand_bytes(&mut sealed)?;
        let mut tag = [0; TAG];
        let (cipher, key) = (Cipher::aes_256_gcm(), self.0.as_slice());
        let hidden = encrypt_aead(cipher, key, Some(&sealed), place, secret, &mut tag)?;
        sealed.extend(hidden);
        sealed.extend(tag);
        Ok(sealed)
    }

    /// Open a secret that was sealed for this place.
    pub fn open_secret(&self, place: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let body = sealed.len().checked_sub(TAG).filter(|end| *end >= NONCE);
        let end = body.ok_or(KeyError::Sealed)?;
        let (nonce, hidden, tag) = (&sealed[..NONCE], &sealed[NONCE..end], &sealed[end..]);
        let (cipher, key) = (Cipher::aes_256_gcm(), self.0.as_slice());
        let secret = decrypt_aead(cipher, key, Some(nonce), place, hidden, tag);
        secret.map(Zeroizing::new).map_err(|_| KeyError::Sealed)
    }
}

/// Written beside and renamed, so that a half-written key is never found.
fn make(folder: &Path, path: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut bytes = Zeroizing::new([0; 32]);
    openssl::rand::rand_bytes(bytes.as_mut_slice())?;
    let beside = folder.join(format!(".master.key.{}", std::process::id()));
    let mut file =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o400).open(&beside)?;
    file.write_all(bytes.as_slice())?;
    file.sync_all()?;
    fs::rename(beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn key() -> OpenKey {
        OpenKey { secret: Zeroizing::new(b"secret".to_vec()), certificate: "PEM".into() }
    }

    fn row(sealed: SealedKey) -> KeyRow {
        let SealedKey { id, sealed, certificate } = sealed;
        KeyRow {
            id,
            purpose: "saml".into(),
            sealed,
            certificate,
            created_at: DateTime::UNIX_EPOCH,
            used_since: None,
            retired_at: None,
        }
    }

    #[test]
    fn what_is_sealed_opens_again_with_the_same_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let sealed =
            MasterKey::open_or_make(folder.path()).expect("made").seal(&key()).expect("sealed");

        let again = MasterKey::open_or_make(folder.path()).expect("read");

        assert!(!sealed.sealed.windows(6).any(|w| w == b"secret"));
        assert_eq!(again.open(&row(sealed)).expect("opened").secret.as_slice(), b"secret");
    }

    #[test]
    fn swapped_or_changed_rows_do_not_open() {
        let folder = tempfile::tempdir().expect("a folder");
        let master = MasterKey::open_or_make(folder.path()).expect("made");
        let sealed = master.seal(&key()).expect("sealed");

        let mut swapped = row(sealed);
        swapped.id = Uuid::now_v7();
        assert!(matches!(master.open(&swapped), Err(KeyError::Sealed)));

        let mut short = row(master.seal(&key()).expect("sealed"));
        short.sealed.truncate(20);
        assert!(matches!(master.open(&short), Err(KeyError::Sealed)));
    }

    #[test]
    fn a_master_key_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        drop(MasterKey::open_or_make(folder.path()).expect("made"));
        let path = folder.path().join("master.key");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("mode");

        assert!(matches!(MasterKey::open_or_make(folder.path()), Err(MasterKeyError::TooOpen(_))));
    }
}
