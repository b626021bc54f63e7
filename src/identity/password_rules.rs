//! What a new password of a local account must be like (SEC-36): long and not guessable; no
//! rules of composition, no expiry.
use std::collections::HashSet;
use std::sync::LazyLock;

/// The commonest passwords of at least twelve characters, and stems that make longer ones.
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Why a password is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Under 12 characters.
    #[error("the password must have at least 12 characters")]
    Short,
    /// Over 256 bytes.
    #[error("the password must have at most 256 bytes")]
    Long,
    /// Among the commonest.
    #[error("this password is one of those that are tried first")]
    Common,
    /// Made of the login or the name.
    #[error("the password must not contain the login or the name")]
    Personal,
}

/// Check a password that somebody wants to set.
pub fn check(password: &str, login: &str, name: &str) -> Result<(), PasswordFault> {
    if password.chars().count() < 12 {
        return Err(PasswordFault::Short);
    }
    if password.len() > 256 {
        return Err(PasswordFault::Long);
    }
    let folded = password.to_lowercase();
    if COMMON.contains(folded.as_str()) || is_repetition(&folded) {
        return Err(PasswordFault::Common);
    }
    let personal = name.split_whitespace().chain([login]).map(str::to_lowercase);
    if personal.filter(|part| part.chars().count() >= 4).any(|part| folded.contains(&part)) {
        return Err(PasswordFault::Personal);
    }
    Ok(())
}

/// One short piece over and over, `azertyazerty` or `111111111111`, common piece or not.
fn is_repetition(password: &str) -> bool {
    let bytes = password.as_bytes();
    (1..=bytes.len() / 2).any(|size| {
        bytes.len().is_multiple_of(size) && bytes.chunks(size).all(|chunk| chunk == &bytes[..size])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_unguessable_is_enough() {
        let check = |password: &str| check(password, "alix", "Alix Durand");
        assert_eq!(check("cheval agrafe pile"), Ok(()));
        assert_eq!(check("court"), Err(PasswordFault::Short));
        assert_eq!(check(&"aé".repeat(100)), Err(PasswordFault::Long));
        assert_eq!(check("azertyazerty"), Err(PasswordFault::Common));
        assert_eq!(check("password1234"), Err(PasswordFault::Common));
        assert_eq!(check("vive-durand-2026"), Err(PasswordFault::Personal));
    }
}
