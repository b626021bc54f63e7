//! The number that a chip was made with, in its four forms (3.2).
use std::fmt;

/// Number of a chip: 4, 7 or 10 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Csn(Vec<u8>);

impl Csn {
    /// Read hexadecimal digits; blanks, colons and hyphens between them do not matter.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | ':' | '-')).collect();
        if !digits.is_ascii() || !matches!(digits.len(), 8 | 14 | 20) {
            return None;
        }
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        let is_plain = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(byte).collect();
        bytes.filter(|_| is_plain).map(Self)
    }

    /// The same with its bytes from behind, as some readers tell it.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self(self.0.iter().rev().copied().collect())
    }

    /// As a number.
    pub fn decimal(&self) -> u128 {
        self.0.iter().fold(0, |sum, byte| sum << 8 | u128::from(*byte))
    }

    /// What somebody may have typed to find a card: its number, or that from behind, as hexadecimal
    /// digits or as a number.
    pub fn meant_by(text: &str) -> Vec<Self> {
        let mut found: Vec<Self> = Self::parse(text).into_iter().collect();
        if let Ok(number) = text.trim().parse::<u128>() {
            let bytes = number.to_be_bytes();
            for length in [4, 7, 10] {
                let (before, within) = bytes.split_at(bytes.len() - length);
                if before.iter().all(|byte| *byte == 0) {
                    found.push(Self(within.to_vec()));
                }
            }
        }
        let reversed: Vec<Self> = found.iter().map(Self::reversed).collect();
        found.extend(reversed);
        found
    }
}

impl fmt::Display for Csn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_four_forms() {
        let csn = Csn::parse("04:06:3f:72:63:34:80").expect("a number");
        assert_eq!(csn.to_string(), "04063F72633480");
        assert_eq!(csn.reversed().to_string(), "803463723F0604");
        assert_eq!(csn.decimal(), 1_132_769_478_653_056);
        assert_eq!(csn.reversed().decimal(), 36_086_398_742_103_556);
        for typed in ["04063F72633480", "803463723f0604", "1132769478653056", " 36086398742103556 "]
        {
            assert!(Csn::meant_by(typed).contains(&csn), "{typed}");
        }
    }

    #[test]
    fn numbers_have_four_seven_or_ten_bytes() {
        for (text, is_one) in [
            ("0A0B0C0D", true),
            ("04 06 3F 72 63 34 80", true),
            ("0102030405060708090A", true),
            ("0A0B0C", false),
            ("04063F726334800", false),
            ("04063F7263348G", false),
            ("+4063F72633480", false),
            ("", false),
            ("éééé", false),
        ] {
            assert_eq!(Csn::parse(text).is_some(), is_one, "{text}");
        }
        let long = Csn::parse("FFFFFFFFFFFFFFFFFFFF").expect("ten bytes");
        assert_eq!(long.decimal(), (1 << 80) - 1);
    }
}
