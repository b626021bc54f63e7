//! Colours as the stylesheet writes them, and how well one reads on another (WCAG 2.1, 1.4.3).

/// An opaque colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour([u8; 3]);

impl Colour {
    /// `#rgb` or `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: Vec<u8> =
            text.trim().strip_prefix('#')?.chars().map(hex_digit).collect::<Option<_>>()?;
        let channels: Vec<u8> = match digits.len() {
            3 => digits.iter().map(|digit| digit * 17).collect(),
            6 => digits.chunks(2).map(|pair| pair[0] * 16 + pair[1]).collect(),
            _ => return None,
        };
        channels.try_into().ok().map(Self)
    }

    /// From 1 (the same) to 21 (black on white).
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

fn hex_digit(digit: char) -> Option<u8> {
    digit.to_digit(16).and_then(|value| u8::try_from(value).ok())
}

fn linear(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

#[cfg(test)]
mod tests {
    use super::Colour;

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        let table = [("#000", "#ffffff", 21.0), ("#777777", "#fff", 4.48), ("#0b5", "#0b5", 1.0)];
        for (one, two, expected) in table {
            let contrast = Colour::parse(one).unwrap().contrast(Colour::parse(two).unwrap());
            assert!((contrast - expected).abs() < 0.01, "{one} on {two}: {contrast}");
        }
    }

    #[test]
    fn only_opaque_hexadecimal_colours_are_read() {
        for text in ["red", "#12", "#12345", "#11223344", "123456", "#ggg", ""] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
    }
}
