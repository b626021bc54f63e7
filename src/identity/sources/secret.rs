//! Texts that no log, page or panic message may show (SEC-43).
use std::fmt;
use zeroize::Zeroizing;

/// A secret of the installation: printed as `***`, wiped when dropped.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Keep `text` to ourselves.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text, for the one call that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to hide.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A password that somebody typed.
#[derive(Clone, Debug)]
pub struct Password(Secret);

impl Password {
    /// Longest password that is tried, in bytes.
    pub const LONGEST: usize = 256;

    /// What was typed, whatever it is.
    pub fn new(typed: impl Into<String>) -> Self {
        Self(Secret::new(typed))
    }

    /// Whether it may be tried at all. Many directories take a name with an empty password for
    /// an anonymous visitor and say "success" (RFC 4513 5.1.2): such passwords are wrong (SEC-31).
    pub fn may_be_tried(&self) -> bool {
        let text = self.reveal();
        text.len() <= Self::LONGEST && !text.contains('\0') && !text.trim().is_empty()
    }

    /// The text, for the one call that needs it.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_never_printed() {
        assert_eq!(format!("{:?}", Secret::new("tulipe")), "***");
        assert!(!format!("{:?}", Password::new("tulipe")).contains("tulipe"));
    }

    #[test]
    fn passwords_that_could_pass_for_anonymous_are_not_tried() {
        let longest = "x".repeat(Password::LONGEST);
        let too_long = "é".repeat(Password::LONGEST / 2 + 1);
        for (typed, tried) in [
            ("", false),
            ("   ", false),
            ("\t\u{a0}", false),
            ("\0", false),
            ("right\0", false),
            (too_long.as_str(), false),
            (longest.as_str(), true),
            (" inner and outer ", true),
            ("*", true),
        ] {
            assert_eq!(Password::new(typed).may_be_tried(), tried, "{typed:?}");
        }
    }
}
