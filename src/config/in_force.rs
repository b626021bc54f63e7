//! The settings in force, each with where it was written, for administrators to read (D38).
use super::reader::{Reader, variable};
use super::registry;

/// One setting as it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// Section, `source:agents` for instance.
    pub section: String,
    /// Key.
    pub key: String,
    /// Value; what opens something is hidden.
    pub value: String,
    /// Where it was written.
    pub origin: Origin,
    /// What it does.
    pub help: &'static str,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// This line of the file.
    Line(u32),
    /// The variable of this name in the environment.
    Environment(String),
    /// Nobody wrote it.
    Default,
}

impl Reader<'_> {
    /// Every setting of every section that is there.
    pub(super) fn in_force(&self) -> Vec<InForce> {
        let mut all = Vec::new();
        for setting in registry::settings() {
            let sections = match setting.section.strip_suffix(":*") {
                Some(prefix) => {
                    self.names(prefix).iter().map(|name| format!("{prefix}:{name}")).collect()
                }
                None => vec![setting.section.to_owned()],
            };
            for section in sections {
                let keys = match setting.key.strip_suffix('*') {
                    Some(start) => self.keys_that_begin(&section, start),
                    None => vec![setting.key.to_owned()],
                };
                all.extend(
                    keys.into_iter().map(|key| self.one_in_force(&section, key, setting.help)),
                );
            }
        }
        all
    }

    fn one_in_force(&self, section: &str, key: String, help: &'static str) -> InForce {
        let name = variable(section, &key);
        let origin = match (self.is_in_environment(&name), self.line(section, &key)) {
            (true, _) => Origin::Environment(name),
            (false, Some(line)) => Origin::Line(line),
            (false, None) => Origin::Default,
        };
        let value = hidden(&self.text(section, &key).unwrap_or_default());
        InForce { section: section.to_owned(), key, value, origin, help }
    }
}

/// Addresses may hold a password; other secrets stand in files, which settings only name.
fn hidden(value: &str) -> String {
    let parts = value.split_once("://").and_then(|(scheme, rest)| {
        let (user, host) = rest.rsplit_once('@')?;
        Some((scheme, user.split(':').next().unwrap_or_default(), host))
    });
    match parts {
        Some((scheme, user, host)) => format!("{scheme}://{user}:…@{host}"),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn each_setting_says_where_it_was_written_and_no_password() {
        let ini = "[http]\npublic_url = https://sso.example\n[database]\n\
                   url = postgres://sso:geheim@db.example/sso\n[source:a]\nattr.mail = mel\n";
        let environment = |name: &str| (name == "AIGUILLAGE_LOG_LEVEL").then(|| "debug".to_owned());
        let reader = Reader::new(Path::new("a.ini"), ini.as_bytes(), &environment);
        let all = reader.in_force();
        let one = |section: &str, key: &str| {
            let found = all.iter().find(|it| it.section == section && it.key == key);
            found.map(|it| (it.value.as_str(), it.origin.clone())).unwrap()
        };
        assert_eq!(one("http", "public_url"), ("https://sso.example", Origin::Line(2)));
        assert_eq!(one("database", "url"), ("postgres://sso:…@db.example/sso", Origin::Line(4)));
        assert_eq!(one("source:a", "attr.mail"), ("mel", Origin::Line(6)));
        assert_eq!(one("http", "listen").1, Origin::Default);
        let variable = Origin::Environment("AIGUILLAGE_LOG_LEVEL".to_owned());
        assert_eq!(one("log", "level"), ("debug", variable));
    }
}
