//! What a chip carries for each of its applications: a value that this office gives, and how it is
//! written to the chip and read back (11).
use super::csn::Csn;
use crate::hex::hex;

/// An application on chips, and who makes its identifiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its name; `access-control` is what exports of access control read.
    pub name: String,
    /// What its values are made of.
    pub maker: Maker,
    /// Hexadecimal digits of its file.
    pub length: usize,
}

/// What values are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Maker {
    /// A number that goes up from here.
    Counter(u64),
    /// The same, with a range for each type of people.
    ByType(u64),
    /// The same in fifteen digits, written three times, as in Normandy.
    Normandy(u64),
    /// The number of the chip at a domain.
    CsnAt(String),
    /// A barcode of the libraries of Lyon and Saint-Étienne, by the four digits of the library.
    Barcode(String),
}

/// The widest number that Normandy can write.
pub const NORMANDY: u64 = 999_999_999_999_999;
/// Distance of the ranges of types.
const RANGE: u64 = 100_000_000_000;

/// Where the numbers of a type begin.
fn range(card_type: &str) -> u64 {
    match card_type {
        "E" => RANGE,
        "P" => 2 * RANGE,
        "I" => 9 * RANGE,
        _ => 3 * RANGE,
    }
}

impl Application {
    /// Whether its values take a number that goes up.
    pub fn counts(&self) -> bool {
        !matches!(self.maker, Maker::CsnAt(_))
    }

    /// The value of a card: by its number in the line of this application, which begins with 1, the
    /// type of its holder, and its chip. `None`: it cannot be made, of a chip that nobody read yet for
    /// instance.
    pub fn value(&self, number: u64, card_type: &str, csn: Option<&Csn>) -> Option<String> {
        match &self.maker {
            Maker::Counter(begin) => Some(begin.checked_add(number)?.to_string()),
            Maker::ByType(begin) => {
                Some(begin.checked_add(range(card_type))?.checked_add(number)?.to_string())
            }
            Maker::Normandy(begin) => {
                let value = begin.checked_add(number).filter(|value| *value <= NORMANDY)?;
                Some(format!("{value:015}"))
            }
            Maker::CsnAt(domain) => Some(format!("{}@{domain}", csn?)),
            Maker::Barcode(library) => barcode(library, number),
        }
    }

    /// The hexadecimal digits that are written to the chip; a barcode is written as it is.
    pub fn encode(&self, value: &str) -> Option<String> {
        let padded = |digits: String| {
            (digits.len() <= self.length).then(|| format!("{digits:0>width$}", width = self.length))
        };
        match &self.maker {
            Maker::Counter(_) | Maker::ByType(_) => padded(value.to_owned()),
            Maker::Normandy(_) => {
                let number = value.parse::<u64>().ok().filter(|_| value.len() == 15)?;
                Some(format!("30{}{number:014X}0{value}", hex(value.as_bytes())))
            }
            Maker::CsnAt(_) => padded(hex(value.as_bytes()).to_uppercase()),
            Maker::Barcode(_) => Some(value.to_owned()),
        }
    }

    /// The value of what a reader sent: what is on the chip, or the value itself.
    pub fn decode<'a>(&self, read: &'a str) -> Option<std::borrow::Cow<'a, str>> {
        let read = read.trim();
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        match &self.maker {
            Maker::Counter(_) | Maker::ByType(_) if is_digits(read) => {
                Some(read.trim_start_matches('0').into())
            }
            Maker::Normandy(_) if read.len() == 62 => {
                read.get(47..).filter(|value| is_digits(value)).map(Into::into)
            }
            Maker::CsnAt(_) if !read.contains('@') => ascii(read).map(Into::into),
            Maker::Normandy(_) | Maker::CsnAt(_) | Maker::Barcode(_) => Some(read.into()),
            Maker::Counter(_) | Maker::ByType(_) => None,
        }
    }
}

/// Letters out of their hexadecimal digits, zeros before them left out.
fn ascii(digits: &str) -> Option<String> {
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(byte).collect();
    let bytes = bytes.filter(|_| digits.len().is_multiple_of(2))?;
    let text = String::from_utf8(bytes.into_iter().skip_while(|byte| *byte == 0).collect()).ok()?;
    text.chars().all(|sign| sign.is_ascii_graphic()).then_some(text)
}

/// `*26903000000427*`: a mark, the library, the number, and a digit that checks them (Code 39).
fn barcode(library: &str, number: u64) -> Option<String> {
    let digits = format!("2{library}{number:08}");
    if digits.len() != 13 {
        return None;
    }
    let weighed = digits.bytes().enumerate().map(|(at, digit)| {
        let digit = u32::from(digit - b'0');
        if at % 2 == 1 {
            return digit;
        }
        let twice = 2 * digit;
        if twice > 9 { twice - 9 } else { twice }
    });
    let check = (10 - weighed.sum::<u32>() % 10) % 10;
    Some(format!("*{digits}{check}*"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn application(maker: Maker) -> Application {
        Application { name: "access-control".to_owned(), maker, length: 64 }
    }

    #[test]
    fn each_maker_gives_what_the_chip_gives_back() {
        let csn = Csn::parse("04063F72633480").expect("a number");
        let normandy = "3031313233343030303030303039383700662C31CB4BDB0112340000000987";
        let at = hex(b"04063F72633480@univ-ville.example").to_uppercase();
        for (maker, number, value, written) in [
            (
                Maker::Counter(1_234_500_000_000_000),
                42,
                "1234500000000042",
                format!("{}1234500000000042", "0".repeat(48)),
            ),
            (
                Maker::ByType(1_234_500_000_000_000),
                42,
                "1234600000000042",
                format!("{}1234600000000042", "0".repeat(48)),
            ),
            (Maker::Normandy(112_340_000_000_000), 987, "112340000000987", normandy.to_owned()),
            (
                Maker::CsnAt("u.example".to_owned()),
                7,
                "04063F72633480@u.example",
                format!("{:0>64}", hex(b"04063F72633480@u.example").to_uppercase()),
            ),
            (
                Maker::Barcode("6903".to_owned()),
                42,
                "*26903000000427*",
                "*26903000000427*".to_owned(),
            ),
        ] {
            let application = application(maker);
            let made = application.value(number, "E", Some(&csn));
            assert_eq!(made.as_deref(), Some(value));
            assert_eq!(application.encode(value).as_deref(), Some(written.as_str()), "{value}");
            assert_eq!(application.decode(&written).as_deref(), Some(value), "{written}");
            assert_eq!(application.decode(value).as_deref(), Some(value), "as it is kept");
        }
        let long = application(Maker::CsnAt("univ-ville.example".to_owned()));
        assert_eq!(long.encode("04063F72633480@univ-ville.example"), None, "{at}: it does not fit");
    }

    #[test]
    fn what_cannot_be_made_is_not_made() {
        let of = |maker: Maker, number| application(maker).value(number, "P", None);
        assert_eq!(of(Maker::CsnAt("u.example".to_owned()), 1), None, "nobody read the chip");
        assert_eq!(of(Maker::Counter(u64::MAX), 1), None);
        assert_eq!(of(Maker::Normandy(NORMANDY), 1), None);
        assert_eq!(of(Maker::Barcode("6903".to_owned()), 100_000_000), None);
        assert_eq!(of(Maker::ByType(0), 5).as_deref(), Some("200000000005"));
        assert_eq!(application(Maker::Counter(1)).decode("04AB"), None);
        assert_eq!(application(Maker::CsnAt("u.example".to_owned())).decode("zz"), None);
    }
}
