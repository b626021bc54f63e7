//! Every setting there is: the one list from which reading, checking, the sample file and the
//! reference are made.
mod attendance;
mod card;
mod card_access;
mod card_directory;
mod card_services;
mod doors;
mod elsewhere;
mod lookup;
mod people;
mod service;

/// One key of `aiguillage.ini`.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Section; `source:*` stands for every `[source:NAME]`.
    pub section: &'static str,
    /// Key; `attr.*` stands for every `attr.NAME`.
    pub key: &'static str,
    /// Value when the file says nothing; empty means none.
    pub default: &'static str,
    /// What it does, its unit and its limits, for the administrator.
    pub help: &'static str,
}

const fn set(
    section: &'static str,
    key: &'static str,
    default: &'static str,
    help: &'static str,
) -> Setting {
    Setting { section, key, default, help }
}

/// The list, in the order of the sample file.
pub fn settings() -> impl Iterator<Item = &'static Setting> {
    let lists = [
        service::SETTINGS,
        doors::SETTINGS,
        lookup::SETTINGS,
        people::SETTINGS,
        attendance::SETTINGS,
        card::SETTINGS,
        card_services::SETTINGS,
        card_access::SETTINGS,
        card_directory::SETTINGS,
        elsewhere::SETTINGS,
        card::PAYMENT,
        card::PRINT,
    ];
    lists.into_iter().flatten()
}

/// The setting that governs `key` in `section`, patterns included.
pub fn setting(section: &str, key: &str) -> Option<&'static Setting> {
    settings().find(|s| matches(s.section, section) && matches(s.key, key))
}

/// Whether a setting stands in this section.
pub fn governs(setting: &Setting, section: &str) -> bool {
    matches(setting.section, section)
}

/// Whether any setting stands in this section.
pub fn has_section(section: &str) -> bool {
    settings().any(|setting| governs(setting, section))
}

/// The known name that is nearest to a misspelt one.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= 2)
        .min()
        .map(|(_, candidate)| candidate)
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(stem) => name.len() > stem.len() && name.starts_with(stem),
        None => pattern == name,
    }
}

/// Levenshtein distance, for "did you mean".
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.bytes().enumerate() {
            let change = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_stand_for_names() {
        assert_eq!(setting("source:agents", "url").map(|s| s.section), Some("source:*"));
        assert_eq!(setting("source:agents", "attr.mail").map(|s| s.key), Some("attr.*"));
        assert!(setting("source:", "url").is_none());
        assert!(setting("http", "lissten").is_none());
    }

    #[test]
    fn a_misspelt_key_has_a_neighbour() {
        assert_eq!(nearest("lissten", ["public_url", "listen"].into_iter()), Some("listen"));
        assert_eq!(nearest("colour", ["public_url", "listen"].into_iter()), None);
    }
}
