//! How cards look: one plain design with the institution's words, colours and sign.
use super::super::store::Card;
use std::path::PathBuf;

/// Red, green, blue.
pub type Colour = [u8; 3];

/// What cards of a type are called, and their colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Type of the holder; `*` is every other one.
    pub card_type: String,
    /// `Étudiant`
    pub name: String,
    /// Of the band.
    pub colour: Colour,
}

/// `[print]`: what stands on cards.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Design {
    /// Name of the institution.
    pub title: String,
    /// Its sign: a PNG or JPEG file.
    pub logo: Option<PathBuf>,
    /// What types are called, and their colours.
    pub kinds: Vec<Kind>,
    /// Lines of the front: an attribute, and what stands before its first value.
    pub recto: Vec<(String, String)>,
    /// What stands on every back.
    pub notice: String,
    /// Whether cards stand upright.
    pub is_upright: bool,
}

impl Design {
    /// The kind of a card; without one it has no word, and a quiet colour.
    pub fn kind(&self, card: &Card) -> Kind {
        let of = |word: &str| self.kinds.iter().find(|kind| kind.card_type == word);
        let plain = || Kind {
            card_type: card.of.card_type.clone(),
            name: String::new(),
            colour: [0x33, 0x41, 0x5c],
        };
        of(&card.of.card_type).or_else(|| of("*")).cloned().unwrap_or_else(plain)
    }
}

/// `E:Étudiant:#1f4e79`
pub fn kind(text: &str) -> Result<Kind, String> {
    let instead = || "write TYPE:name:#rrggbb, the colour dark enough for white words".to_owned();
    let (card_type, rest) = text.split_once(':').ok_or_else(instead)?;
    let (name, colour) = rest.rsplit_once(':').ok_or_else(instead)?;
    let colour = colour.trim().strip_prefix('#').and_then(colour_of).filter(|it| is_dark(*it));
    let (card_type, name) = (card_type.trim().to_owned(), name.trim().to_owned());
    Ok(Kind { card_type, name, colour: colour.ok_or_else(instead)? })
}

/// `supannEtuId:N° étudiant`, or an attribute alone.
pub fn line(text: &str) -> (String, String) {
    let (name, label) = text.split_once(':').unwrap_or((text, ""));
    (name.trim().to_owned(), label.trim().to_owned())
}

fn colour_of(digits: &str) -> Option<Colour> {
    if digits.len() != 6 || !digits.is_ascii() {
        return None;
    }
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// White words can be read on it (4.5 to 1).
fn is_dark(colour: Colour) -> bool {
    let light = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    let [red, green, blue] = colour.map(light);
    1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_a_name_and_a_colour_on_which_white_can_be_read() {
        let read = kind("E : Étudiant : #1f4e79").expect("a kind");
        assert_eq!(
            (read.card_type.as_str(), read.name.as_str(), read.colour),
            ("E", "Étudiant", [0x1f, 0x4e, 0x79])
        );
        for wrong in ["E", "E:Étudiant", "E:Étudiant:#ffee00", "E:Étudiant:#12345", "E:É:éééééé"]
        {
            assert!(kind(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn lines_are_attributes_with_or_without_a_word_before() {
        let of = |text: &str| line(text);
        assert_eq!(
            of("supannEtuId: N° étudiant"),
            ("supannEtuId".to_owned(), "N° étudiant".to_owned())
        );
        assert_eq!(of("ou"), ("ou".to_owned(), String::new()));
    }
}
