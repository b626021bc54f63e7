//! Secrets stand elsewhere: the configuration only says where (SEC-101).
use super::reader::Environment;
use crate::identity::sources::Secret;
use std::path::Path;

/// Fetch what `file:/path`, `env:NAME` or `cred:name` points to.
pub(super) fn fetch(
    reference: &str,
    folder: &Path,
    environment: Environment,
) -> Result<Secret, String> {
    if let Some(path) = reference.strip_prefix("file:") {
        return read_private(&folder.join(path));
    }
    if let Some(name) = reference.strip_prefix("env:") {
        return environment(name).map(Secret::new).ok_or(format!("{name} is not set"));
    }
    if let Some(name) = reference.strip_prefix("cred:") {
        let place = environment("CREDENTIALS_DIRECTORY")
            .ok_or("cred: needs a systemd unit with LoadCredential=")?;
        return read_file(&Path::new(&place).join(name));
    }
    Err("write file:/path, env:NAME or cred:name instead of the secret itself".to_owned())
}

/// A file that nobody but its owner may read (SEC-102).
fn read_private(path: &Path) -> Result<Secret, String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).map_err(|e| format!("{}: {e}", path.display()))?;
    if mode.permissions().mode() & 0o077 != 0 {
        return Err(format!("{} can be read by others; run chmod 600 on it", path.display()));
    }
    read_file(path)
}

fn read_file(path: &Path) -> Result<Secret, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_secret_is_refused() {
        let nothing = |_: &str| None;
        assert!(fetch("hunter2", Path::new("/"), &nothing).is_err());
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        std::fs::write(&path, "hunter2\n").expect("written");

        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("mode");
        assert!(fetch("file:secret", folder.path(), &|_| None).is_err());

        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("mode");
        let secret = fetch("file:secret", folder.path(), &|_| None).expect("read");
        assert_eq!(secret.reveal(), "hunter2");
    }
}
