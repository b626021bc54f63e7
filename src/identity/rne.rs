//! The school code: RNE, also called UAI (`dispatch.md` 4.1).
//!
//! Most codes are seven digits and a check letter. A wrong letter is reported, never refused: real
//! feeds hold pseudo-codes that fail the check, and schools abroad have codes of other shapes.
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Check letters by remainder: the alphabet without I, O and Q.
const CHECK_LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPRSTUVWXYZ";

/// What feeds write where there is no school.
const PLACEHOLDERS: [&str; 4] = ["", "X", "0000000A", "0000000X"];

/// Longest code in characters.
const MAX_LENGTH: usize = 32;

/// A school code in its normal form: trimmed, upper case, no `{UAI}` before, no `-ET6` behind.
///
/// Most are seven digits and a check letter; French schools abroad have other shapes.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type,
)]
#[serde(try_from = "String")]
#[sqlx(transparent)]
pub struct Rne(String);

/// Why a text is not a school code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RneError {
    /// Nothing, `X` or a code of zeros: the feed says that there is no school.
    #[error("stands for \"no school\"")]
    Placeholder,
    /// Characters or a length that no school code has.
    #[error("does not look like a school code")]
    Shape,
}

/// Which kind of code it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RneForm {
    /// Seven digits and a letter.
    National {
        /// Whether the letter is the one that the digits call for.
        letter_ok: bool,
    },
    /// Anything else, such as `LFE004` of a school abroad.
    Other,
}

impl Rne {
    /// Read a code in any of its spellings: ` 9740091f`, `{UAI}9740091F`, `9740091F-ET6`.
    pub fn parse(text: &str) -> Result<Self, RneError> {
        let code = normal_form(text);
        if PLACEHOLDERS.contains(&code.as_str()) {
            return Err(RneError::Placeholder);
        }
        if !has_shape(&code) {
            return Err(RneError::Shape);
        }
        Ok(Self(code))
    }

    /// Whether `text` is seven digits and a letter of either case, and nothing else.
    pub fn is_national(text: &str) -> bool {
        digits_and_letter(text).is_some()
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Which kind of code it is.
    pub fn form(&self) -> RneForm {
        match digits_and_letter(&self.0) {
            Some((digits, letter)) => {
                RneForm::National { letter_ok: letter == check_letter(digits) }
            }
            None => RneForm::Other,
        }
    }

    /// The letter that the digits call for; none for codes of another form.
    pub fn expected_letter(&self) -> Option<char> {
        digits_and_letter(&self.0).map(|(digits, _)| check_letter(digits))
    }

    /// The department in three digits (`974`, Corsica `620` and `720`); none for other forms.
    pub fn department(&self) -> Option<&str> {
        digits_and_letter(&self.0).and_then(|_| self.0.get(..3))
    }
}

fn normal_form(text: &str) -> String {
    let upper = text.trim().to_ascii_uppercase();
    let mut code = upper.strip_prefix("{UAI}").unwrap_or(&upper).trim_start();
    // More than one suffix goes too, so that a normal form read again stays what it is.
    while let Some(shorter) = without_gar_suffix(code) {
        code = shorter.trim_end();
    }
    code.to_owned()
}

/// The code without `-ET` and digits, as the GAR appends them (`dispatch.md` 4.8).
fn without_gar_suffix(code: &str) -> Option<&str> {
    let (before, digits) = code.rsplit_once("-ET")?;
    let is_suffix = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_suffix.then_some(before)
}

/// Codes end up in file and section names, so the first character must be a letter or digit.
fn has_shape(code: &str) -> bool {
    let starts_well = code.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    let may_stand =
        |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
    starts_well && (2..=MAX_LENGTH).contains(&code.len()) && code.bytes().all(may_stand)
}

fn digits_and_letter(code: &str) -> Option<(u32, char)> {
    let letter = code.chars().last().filter(char::is_ascii_alphabetic)?;
    let digits = code.get(..code.len() - 1)?;
    let seven = digits.len() == 7 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !seven {
        return None;
    }
    Some((digits.parse().ok()?, letter.to_ascii_uppercase()))
}

fn check_letter(digits: u32) -> char {
    char::from(CHECK_LETTERS[(digits % 23) as usize])
}

impl fmt::Display for Rne {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Rne {
    type Err = RneError;

    fn from_str(text: &str) -> Result<Self, RneError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Rne {
    type Error = RneError;

    fn try_from(text: String) -> Result<Self, RneError> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rne(text: &str) -> Rne {
        Rne::parse(text).unwrap()
    }

    #[test]
    fn real_codes_have_the_letter_that_their_digits_call_for() {
        let codes = [
            ("9740091F", "974"),
            ("0750654D", "075"),
            ("0752524L", "075"),
            ("0920131T", "092"),
            ("0590121L", "059"),
            ("0693045K", "069"),
            ("0490910Y", "049"),
            ("9760167C", "976"),
            ("6200001G", "620"),
            ("7200583W", "720"),
            ("9840002E", "984"),
            ("1380001B", "138"),
            ("0049951V", "004"),
        ];
        for (code, department) in codes {
            assert_eq!(rne(code).form(), RneForm::National { letter_ok: true }, "{code}");
            assert_eq!(rne(code).department(), Some(department), "{code}");
        }
    }

    #[test]
    fn pseudo_codes_with_a_wrong_letter_are_read_and_the_right_letter_is_known() {
        let codes = [
            ("1004001V", 'F'),
            ("1004002D", 'G'),
            ("1005001R", 'T'),
            ("1005002Z", 'U'),
            ("1013001F", 'N'),
            ("1013002Z", 'P'),
            ("9740091G", 'F'),
        ];
        for (code, letter) in codes {
            assert_eq!(rne(code).form(), RneForm::National { letter_ok: false }, "{code}");
            assert_eq!(rne(code).expected_letter(), Some(letter), "{code}");
        }
        for code in ["0123456X", "0450822X"] {
            assert_eq!(rne(code).form(), RneForm::National { letter_ok: false }, "{code}");
        }
    }

    #[test]
    fn every_spelling_of_a_code_is_the_same_school() {
        let spellings = [
            "9740091F",
            "9740091f ",
            "\t9740091f",
            "{UAI}9740091F",
            "{uai} 9740091f",
            "9740091F-ET6",
            "9740091F-ET12-ET6",
            "\u{a0}9740091F\u{a0}",
        ];
        for spelling in spellings {
            assert_eq!(rne(spelling).as_str(), "9740091F", "{spelling:?}");
        }
    }

    #[test]
    fn codes_of_schools_abroad_and_damaged_codes_are_of_another_form() {
        for code in ["025O01", "LFE004", "9350", "97400911F", "AB", "A.B_C-D"] {
            assert_eq!(rne(code).form(), RneForm::Other, "{code}");
            assert_eq!(rne(code).expected_letter(), None, "{code}");
            assert_eq!(rne(code).department(), None, "{code}");
        }
    }

    #[test]
    fn placeholders_are_no_school() {
        for text in ["", "  ", "X", "x", "0000000A", "0000000x", "{UAI}", "{UAI}X", "X-ET6"] {
            assert_eq!(Rne::parse(text), Err(RneError::Placeholder), "{text:?}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        let long = "A".repeat(33);
        let texts = [
            "N",
            "{SIRET}1234",
            "974 0091F",
            "9740091É",
            "../etc",
            "..",
            "-1",
            "a/b",
            "a\0b",
            &long,
        ];
        for text in texts {
            assert_eq!(Rne::parse(text), Err(RneError::Shape), "{text:?}");
        }
    }

    #[test]
    fn json_is_read_through_the_same_door() {
        assert_eq!(serde_json::from_str::<Rne>("\"9740091f\"").unwrap(), rne("9740091F"));
        assert!(serde_json::from_str::<Rne>("\"../etc\"").is_err());
        assert_eq!(serde_json::to_string(&rne("9740091F")).unwrap(), "\"9740091F\"");
    }

    fn with_letter(digits: u32) -> String {
        format!("{digits:07}{}", check_letter(digits))
    }

    proptest! {
        #[test]
        fn a_wrong_digit_is_noticed(digits in 1_u32..10_000_000, place in 0_usize..7, by in 1_u8..10) {
            let mut code = with_letter(digits).into_bytes();
            code[place] = b'0' + (code[place] - b'0' + by) % 10;
            let code = String::from_utf8(code).unwrap();
            prop_assume!(Rne::parse(&code) != Err(RneError::Placeholder));
            prop_assert_eq!(rne(&code).form(), RneForm::National { letter_ok: false });
        }

        #[test]
        fn swapped_neighbours_are_noticed(digits in 1_u32..10_000_000, place in 0_usize..6) {
            let mut code = with_letter(digits).into_bytes();
            prop_assume!(code[place] != code[place + 1]);
            code.swap(place, place + 1);
            let code = String::from_utf8(code).unwrap();
            prop_assert_eq!(rne(&code).form(), RneForm::National { letter_ok: false });
        }

        #[test]
        fn a_normal_form_read_again_stays_what_it_is(text in "(\\{UAI\\})?[0-9A-Za-z.ET_-]{0,40}") {
            if let Ok(code) = Rne::parse(&text) {
                prop_assert_eq!(Rne::parse(code.as_str()), Ok(code));
            }
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = Rne::parse(&text);
            let _ = Rne::is_national(&text);
        }
    }
}
