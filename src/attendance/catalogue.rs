//! What rolls are made of: five kinds of things that administrators name (12).
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// One of the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Catalogue {
    /// Curricula, of one year.
    Programmes,
    /// Students inside a programme.
    Groups,
    /// What is taught.
    Subjects,
    /// Where.
    Rooms,
    /// Networks of rooms.
    Zones,
}

/// A field of an entry: its name in forms, and the key of what people call it.
pub type Field = (&'static str, &'static str);

impl Catalogue {
    /// All of them, in the order in which they are set up.
    pub const ALL: [Self; 5] =
        [Self::Programmes, Self::Groups, Self::Subjects, Self::Rooms, Self::Zones];

    /// Its word in addresses and events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Programmes => "programmes",
            Self::Groups => "groups",
            Self::Subjects => "subjects",
            Self::Rooms => "rooms",
            Self::Zones => "zones",
        }
    }

    /// The list of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }

    /// Key of its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Programmes => "setup-programmes",
            Self::Groups => "setup-groups",
            Self::Subjects => "setup-subjects",
            Self::Rooms => "setup-rooms",
            Self::Zones => "setup-zones",
        }
    }

    /// Key of what it is for.
    pub fn help(self) -> &'static str {
        match self {
            Self::Programmes => "setup-programmes-help",
            Self::Groups => "setup-groups-help",
            Self::Subjects => "setup-subjects-help",
            Self::Rooms => "setup-rooms-help",
            Self::Zones => "setup-zones-help",
        }
    }

    /// The fields that are typed, at most three.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Programmes => &[("a", "setup-code"), ("b", "setup-name"), ("c", "setup-year")],
            Self::Groups => &[("a", "setup-group-kind"), ("b", "setup-name")],
            Self::Subjects => &[("a", "setup-code"), ("b", "setup-name")],
            Self::Rooms => &[("a", "setup-campus"), ("b", "setup-name")],
            Self::Zones => &[("a", "setup-name"), ("b", "setup-networks")],
        }
    }

    /// The list of which each entry names one, and the key of that.
    pub fn of(self) -> Option<(Self, &'static str)> {
        match self {
            Self::Groups => Some((Self::Programmes, "setup-programme")),
            Self::Rooms => Some((Self::Zones, "setup-zone")),
            Self::Programmes | Self::Subjects | Self::Zones => None,
        }
    }

    /// Key of what uses an entry.
    pub fn used_by(self) -> &'static str {
        match self {
            Self::Programmes => "setup-used-groups",
            Self::Groups | Self::Subjects | Self::Rooms => "setup-used-sessions",
            Self::Zones => "setup-used-rooms",
        }
    }
}

/// What somebody typed for an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// The first field.
    pub a: String,
    /// The second.
    pub b: String,
    /// The third.
    pub c: String,
    /// The entry of the other list.
    pub of: Option<uuid::Uuid>,
}

impl Draft {
    /// Key of what is wrong with it, if anything is.
    pub fn wrong(&self, list: Catalogue) -> Option<&'static str> {
        let is_text = |text: &str| !text.is_empty() && is_plain(text);
        match list {
            Catalogue::Programmes | Catalogue::Subjects if !is_code(&self.a) => {
                Some("setup-wrong-code")
            }
            Catalogue::Programmes if !is_year(&self.c) => Some("setup-wrong-year"),
            Catalogue::Groups if !["CM", "TD", "TP", "free"].contains(&self.a.as_str()) => {
                Some("setup-wrong-kind")
            }
            Catalogue::Groups if self.of.is_none() => Some("setup-wrong-programme"),
            Catalogue::Zones if is_text(&self.a) => {
                self.networks().is_none().then_some("setup-wrong-networks")
            }
            Catalogue::Rooms if is_plain(&self.a) => {
                (!is_text(&self.b)).then_some("setup-wrong-name")
            }
            Catalogue::Zones | Catalogue::Rooms => Some("setup-wrong-name"),
            _ => (!is_text(&self.b)).then_some("setup-wrong-name"),
        }
    }

    /// The networks of a zone; `None`: some are none.
    pub fn networks(&self) -> Option<Vec<ipnet::IpNet>> {
        let words = self.b.split([',', ' ', '\n', '\r', ';']).filter(|word| !word.is_empty());
        let read = |word: &str| {
            let net = word.parse::<ipnet::IpNet>();
            net.or_else(|_| word.parse::<std::net::IpAddr>().map(Into::into)).ok()
        };
        let networks: Option<Vec<_>> = words.map(read).collect();
        networks.filter(|networks| !networks.is_empty())
    }
}

/// Whether a text is a code: what rights and addresses can name.
pub(super) fn is_code(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.chars().all(|it| it.is_alphanumeric() || " ._-/".contains(it))
}

/// Whether a text can be kept as a name: 200 letters at most, without control characters.
pub(super) fn is_plain(text: &str) -> bool {
    text.chars().count() <= 200 && !text.chars().any(char::is_control)
}

/// The school year of a day: `2026-2027`, from August on.
pub fn year_of(day: NaiveDate) -> String {
    let year = if day.month() >= 8 { day.year() } else { day.year() - 1 };
    format!("{year}-{}", year + 1)
}

/// Whether a text is a school year: `2026-2027`.
pub fn is_year(text: &str) -> bool {
    let Some((first, last)) = text.split_once('-') else { return false };
    let year = |text: &str| text.parse::<u16>().ok().filter(|_| text.len() == 4);
    year(first).is_some_and(|first| year(last) == first.checked_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_is_told_by_its_key() {
        let draft =
            |a: &str, b: &str, c: &str| Draft { a: a.into(), b: b.into(), c: c.into(), of: None };
        let table = [
            (Catalogue::Programmes, draft("M1", "Master", "2026-2027"), None),
            (Catalogue::Programmes, draft("M1", "Master", "2026-2028"), Some("setup-wrong-year")),
            (Catalogue::Programmes, draft("M1,", "Master", "2026-2027"), Some("setup-wrong-code")),
            (Catalogue::Subjects, draft("SSI", "", ""), Some("setup-wrong-name")),
            (Catalogue::Groups, draft("TD", "TD 1", ""), Some("setup-wrong-programme")),
            (Catalogue::Groups, draft("XX", "TD 1", ""), Some("setup-wrong-kind")),
            (Catalogue::Zones, draft("B", "10.3.0.0/16, 2001:db8::1", ""), None),
            (Catalogue::Zones, draft("B", "10.3.0.0/33", ""), Some("setup-wrong-networks")),
            (Catalogue::Zones, draft("B", " ", ""), Some("setup-wrong-networks")),
            (Catalogue::Rooms, draft("", "B-214", ""), None),
            (Catalogue::Rooms, draft("", "B\u{7}", ""), Some("setup-wrong-name")),
        ];
        for (list, draft, expected) in table {
            assert_eq!(draft.wrong(list), expected, "{list:?} {draft:?}");
        }
    }
}
