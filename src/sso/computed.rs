//! Attributes that an organisation makes out of others: `computed/<name>.ini` (`dispatch.md` 5.4, in
//! the place of EoleSSO's `user_infos/<name>.py`).
//!
//! A file is one attribute, called as the file; each of its sections makes values, and they add up.
use super::facts::{Facts, is_secret};
use crate::finding::Finding;
use crate::ini::{self, Document, Section};
use regex::{Regex, RegexBuilder};
use std::collections::HashMap;
use std::path::Path;

/// Longest compiled expression, bytes: they match in linear time, whatever comes.
const LONGEST_PROGRAM: usize = 1 << 20;
const KEYS: [&str; 8] =
    ["from", "match", "template", "lookup", "lower", "upper", "unique", "default"];

/// All of them, by name.
#[derive(Debug, Clone, Default)]
pub struct Computed(Vec<(String, Vec<Rule>)>);

/// How one section makes values.
#[derive(Debug, Clone)]
struct Rule {
    from: String,
    /// Values that it does not match are left out.
    expression: Option<Regex>,
    /// What becomes of those that it does, with `$1` for a group.
    template: String,
    /// Values that it does not know are left out.
    table: Option<HashMap<String, String>>,
    lower: bool,
    upper: bool,
    unique: bool,
    /// When there is nothing else.
    default: Option<String>,
}

impl Computed {
    /// Read the folder, which may be missing. What cannot be used is left out and reported.
    pub fn load(folder: &Path) -> (Self, Vec<Finding>) {
        let mut findings = Vec::new();
        let mut all = Vec::new();
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
        files.retain(|path| path.extension().is_some_and(|it| it.eq_ignore_ascii_case("ini")));
        files.sort();
        for path in files {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            match ini::read_file(&path) {
                Ok((document, found)) => {
                    findings.extend(found);
                    if is_secret(&name) {
                        findings.push(Finding::about("W-FILTER-SECRET", name));
                        continue;
                    }
                    let rules = rules(&document, folder, &mut findings);
                    if !rules.is_empty() {
                        all.push((name, rules));
                    }
                }
                Err(error) => {
                    let file = path.display().to_string();
                    findings.push(Finding::about("W-COMPUTED", file).detail(error.to_string()));
                }
            }
        }
        (Self(all), findings)
    }

    /// The attributes that they are made out of.
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|(_, rules)| rules).map(|rule| rule.from.as_str())
    }

    /// The same facts with what can be made of them. One that is called as an attribute of ours or
    /// of the directory takes its place; none sees another.
    #[must_use]
    pub fn add_to(&self, facts: Facts) -> Facts {
        let made: Vec<(&str, Vec<String>)> = self
            .0
            .iter()
            .map(|(name, rules)| {
                let values = rules.iter().flat_map(|rule| rule.values(&facts));
                (name.as_str(), values.collect())
            })
            .collect();
        made.into_iter().fold(facts, |facts, (name, values)| facts.instead(name, values))
    }
}

impl Rule {
    fn read(
        document: &Document,
        section: &Section,
        folder: &Path,
        findings: &mut Vec<Finding>,
    ) -> Option<Self> {
        let mut odd = |line: u32, detail: String| {
            let about = Finding::at("W-COMPUTED", document.file(), line, &section.name);
            findings.push(about.detail(detail));
        };
        let text = |key: &str| section.entry(key).map(|entry| entry.value.trim().to_owned());
        let line = |key: &str| section.entry(key).map_or(section.line, |entry| entry.line);
        let Some(from) = text("from").filter(|from| !from.is_empty()) else {
            odd(section.line, "from = ATTRIBUTE is missing".to_owned());
            return None;
        };
        let expression = match text("match") {
            None => None,
            Some(text) => match RegexBuilder::new(&text).size_limit(LONGEST_PROGRAM).build() {
                Ok(expression) => Some(expression),
                Err(error) => {
                    odd(line("match"), format!("no regular expression: {error}"));
                    return None;
                }
            },
        };
        let table = match text("lookup").map(|name| table(folder, &name)) {
            None => None,
            Some(Ok(table)) => Some(table),
            Some(Err(why)) => {
                odd(line("lookup"), why);
                return None;
            }
        };
        let mut flag = |key: &str| match text(key) {
            None => false,
            Some(text) => ini::boolean(&text).unwrap_or_else(|| {
                odd(line(key), format!("{key}: write yes or no"));
                false
            }),
        };
        let (lower, upper, unique) = (flag("lower"), flag("upper"), flag("unique"));
        let template = text("template").unwrap_or_else(|| "$0".to_owned());
        let default = text("default").filter(|default| !default.is_empty());
        Some(Self { from, expression, template, table, lower, upper, unique, default })
    }

    fn values(&self, facts: &Facts) -> Vec<String> {
        let mut made: Vec<String> = Vec::new();
        for value in facts.values(&self.from) {
            let Some(value) = self.value(value) else { continue };
            let is_again = self.unique && made.contains(&value);
            if !value.is_empty() && !is_again {
                made.push(value);
            }
        }
        if made.is_empty() { self.default.clone().into_iter().collect() } else { made }
    }

    fn value(&self, value: String) -> Option<String> {
        let mut made = match &self.expression {
            None => value,
            Some(expression) => {
                let mut made = String::new();
                expression.captures(&value)?.expand(&self.template, &mut made);
                made
            }
        };
        if let Some(table) = &self.table {
            made.clone_from(table.get(made.trim())?);
        }
        Some(match (self.lower, self.upper) {
            (true, _) => made.to_lowercase(),
            (false, true) => made.to_uppercase(),
            (false, false) => made,
        })
    }
}

fn rules(document: &Document, folder: &Path, findings: &mut Vec<Finding>) -> Vec<Rule> {
    findings.extend(document.unknown_keys(|key| KEYS.contains(&key)));
    let sections = document.sections().iter();
    sections.filter_map(|section| Rule::read(document, section, folder, findings)).collect()
}

/// `<name>.map` beside: keys and values, in whatever sections.
fn table(folder: &Path, name: &str) -> Result<HashMap<String, String>, String> {
    let is_name = name.bytes().all(|c| c.is_ascii_alphanumeric() || b"_.-".contains(&c));
    if !is_name || name.starts_with('.') {
        return Err("lookup: write the name of a file beside, without .map".to_owned());
    }
    let file = format!("{name}.map");
    let (document, _) =
        ini::read_file(&folder.join(&file)).map_err(|error| format!("{file}: {error}"))?;
    let entries = document.sections().iter().flat_map(Section::entries);
    Ok(entries.map(|entry| (entry.key.clone(), entry.value.clone())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Attributes;
    use std::fs;

    /// What files make of a person, and what was found wrong with them.
    fn made(files: &[(&str, &str)], name: &str) -> (Vec<String>, Vec<&'static str>) {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in files {
            fs::write(folder.path().join(file), text).unwrap();
        }
        let told: Attributes = [
            ("uid", "mdupont"),
            ("ENTPersonProfils", "National_ENS"),
            ("ENTPersonProfils", "National_DIR"),
            ("ENTEleveClasses", "9740091F$4EME B"),
            ("ENTEleveClasses", "9749801K$2NDE 1"),
            ("ENTEleveClasses", "broken"),
            ("userPassword", "x"),
        ]
        .into_iter()
        .collect();
        let (computed, findings) = Computed::load(folder.path());
        let facts = computed.add_to(Facts::new(told).with("ecs_rne", ["9740091F"]));
        (facts.values(name), findings.iter().map(|finding| finding.code).collect())
    }

    #[test]
    fn values_are_made_of_others() {
        let file = "[a]\nfrom=ENTEleveClasses\nmatch=\"^([0-9]{7}[A-Z])[$](.*)$\"\n\
                    template=\"${2} (${1})\"\nlower=yes\n";
        assert_eq!(
            made(&[("classes.ini", file)], "classes"),
            (vec!["4eme b (9740091f)".to_owned(), "2nde 1 (9749801k)".to_owned()], vec![])
        );
        let plain = "[a]\nfrom=uid\nupper=yes\n[b]\nfrom=absent\ndefault=none\n";
        assert_eq!(made(&[("x.ini", plain)], "X").0, ["MDUPONT", "none"]);
        let unique = "[a]\nfrom=ENTPersonProfils\nmatch=National\nunique=yes\n";
        assert_eq!(made(&[("x.ini", unique)], "x").0, ["National"]);
    }

    #[test]
    fn a_table_translates_and_an_attribute_of_ours_can_be_replaced() {
        let file = "[a]\nfrom=ENTPersonProfils\nlookup=profiles\n";
        let map = "[any]\nNational_ENS=enseignant\n";
        let files = [("ecs_rne.ini", file), ("profiles.map", map)];
        assert_eq!(made(&files, "ecs_rne"), (vec!["enseignant".to_owned()], vec![]));
        // Without its table it makes nothing, and ours stands.
        assert_eq!(made(&files[..1], "ecs_rne"), (vec!["9740091F".to_owned()], vec!["W-COMPUTED"]));
    }

    #[test]
    fn what_cannot_be_used_is_reported() {
        for text in [
            "[a]\nmatch=x\n",
            "[a]\nfrom=uid\nmatch=(\n",
            "[a]\nfrom=uid\nlookup=../secret\n",
            "[a]\nfrom=uid\nlower=perhaps\n",
            "[a]\nfrom=uid\npython=1\n",
        ] {
            let (_, codes) = made(&[("x.ini", text)], "x");
            assert_eq!(codes.len(), 1, "{text} {codes:?}");
        }
        let stolen = "[a]\nfrom=userPassword\n";
        assert_eq!(made(&[("x.ini", stolen)], "x").0, [""; 0]);
        assert_eq!(made(&[("password.ini", "[a]\nfrom=uid\n")], "password").0, [""; 0]);
    }
}
