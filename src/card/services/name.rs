//! Names of services that have a section of settings for each: `access:gates`.
use std::fmt;

/// Longest name, with what stands before it.
const LONGEST: usize = 40;

/// A short name that is handed on like a number.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Name {
    letters: [u8; LONGEST],
    length: usize,
}

impl Name {
    /// This text, unless it is too long.
    pub fn new(text: &str) -> Option<Self> {
        let mut letters = [0; LONGEST];
        letters.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(Self { letters, length: text.len() })
    }

    /// The same as text.
    pub fn as_str(&self) -> &str {
        let letters = self.letters.get(..self.length).unwrap_or_default();
        str::from_utf8(letters).unwrap_or_default()
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_whole_or_not_at_all() {
        let name = Name::new("access:gates").expect("a short one");
        assert_eq!(name.as_str(), "access:gates");
        assert!(Name::new(&"a".repeat(LONGEST)).is_some());
        assert_eq!(Name::new(&"a".repeat(LONGEST + 1)), None);
    }
}
