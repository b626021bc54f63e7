//! What an application is told: `app_filters/<name>.ini`, sections of `name = source`
//! (`dispatch.md` 5.3).
use crate::finding::Finding;
use crate::ini::Document;
use crate::sso::{Facts, Source};

/// One filter; an empty one tells nothing but the login, which every answer has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    sections: Vec<Section>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Section {
    name: String,
    lines: Vec<(String, Source)>,
}

/// What a filter makes of a person: names and values under one section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The name of the section.
    pub name: String,
    /// Names in the order of the file, each with at least one value.
    pub values: Vec<(String, Vec<String>)>,
}

impl Filter {
    /// Read a filter. Lines that cannot be used are left out and reported.
    pub fn read(document: &Document) -> (Self, Vec<Finding>) {
        let mut findings = Vec::new();
        let mut sections = Vec::new();
        for section in document.sections() {
            if !is_name(&section.name) {
                let about =
                    Finding::at("W-FILTER-NAME", document.file(), section.line, &section.name);
                findings.push(about.detail("the name of a section must be a name in XML"));
                continue;
            }
            let mut lines = Vec::new();
            for entry in section.entries() {
                match line(&entry.key, &entry.value) {
                    Ok(line) => lines.push(line),
                    Err((code, detail)) => findings.push(
                        Finding::at(code, document.file(), entry.line, &entry.key).detail(detail),
                    ),
                }
            }
            sections.push(Section { name: section.name.clone(), lines });
        }
        let filter = Self { sections };
        if !filter.sections.iter().flat_map(|it| &it.lines).any(|(name, _)| name == "user") {
            let about = Finding::about("I-FILTER-USER", document.file());
            findings.push(about.detail("the login is sent as user all the same"));
        }
        (filter, findings)
    }

    /// The attributes that it asks for.
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        self.sections.iter().flat_map(|it| &it.lines).filter_map(|(_, source)| source.name())
    }

    /// What it tells about somebody. Sources without a value send nothing; two lines with one name
    /// add up.
    pub fn apply(&self, facts: &Facts) -> Vec<Group> {
        self.sections.iter().map(|section| section.apply(facts)).collect()
    }
}

impl Section {
    fn apply(&self, facts: &Facts) -> Group {
        let mut values: Vec<(String, Vec<String>)> = Vec::new();
        for (name, source) in &self.lines {
            let found = source.values(facts);
            if found.is_empty() {
                continue;
            }
            match values.iter_mut().find(|(known, _)| known == name) {
                Some((_, all)) => all.extend(found),
                None => values.push((name.clone(), found)),
            }
        }
        Group { name: self.name.clone(), values }
    }
}

fn line(name: &str, value: &str) -> Result<(String, Source), (&'static str, &'static str)> {
    if !is_name(name) {
        return Err(("W-FILTER-NAME", "the name that is sent must be a name in XML"));
    }
    let source = Source::parse(value).ok_or((
        "W-FILTER-SOURCE",
        "neither an attribute, attribute|lower, |upper, |first nor =text",
    ))?;
    if source.is_secret() {
        return Err(("W-FILTER-SECRET", "secrets are never passed on"));
    }
    Ok((name.to_owned(), source))
}

/// `^[A-Za-z_][A-Za-z0-9_.-]*$`
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|c| c.is_ascii_alphanumeric() || b"_.-".contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Attributes;
    use crate::ini;

    fn filter(text: &str) -> (Filter, Vec<&'static str>) {
        let (filter, findings) = Filter::read(&ini::read("x.ini", text.as_bytes()).0);
        (filter, findings.iter().map(|finding| finding.code).collect())
    }

    fn facts() -> Facts {
        let told: Attributes = [
            ("uid", "mdupont"),
            ("ENTPersonProfils", "National_ENS"),
            ("ENTPersonProfils", "National_DIR"),
            ("sn", "Dupont"),
            ("empty", ""),
            ("userPassword", "x"),
        ]
        .into_iter()
        .collect();
        Facts::new(told).with("ecs_rne", ["9740091F", "9749801K"])
    }

    fn told(text: &str) -> String {
        let told = filter(text).0.apply(&facts());
        let group = |group: Group| {
            let pairs = group.values.iter().map(|(name, values)| format!("{name}={values:?}"));
            format!("{}: {}", group.name, pairs.collect::<Vec<_>>().join(" "))
        };
        told.into_iter().map(group).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn sources_are_sent_under_their_names() {
        assert_eq!(
            told("[user]\nrne=ecs_rne\nuser=uid\nnothing=absent\nempty=empty\n"),
            "user: rne=[\"9740091F\", \"9749801K\"] user=[\"mdupont\"]"
        );
        assert_eq!(
            told(
                "[a]\nx=uid\ny=uid|upper\n[b]\nx=sn\nx=uid\nwho=\"=all\"\none=ENTPersonProfils|first\n"
            ),
            "a: x=[\"mdupont\"] y=[\"MDUPONT\"]; b: x=[\"Dupont\", \"mdupont\"] who=[\"all\"] one=[\"National_ENS\"]"
        );
    }

    #[test]
    fn what_cannot_be_sent_is_reported() {
        assert_eq!(filter("[user]\nuser=uid\n").1, [""; 0]);
        assert_eq!(filter("[user]\nrne=ecs_rne\n").1, ["I-FILTER-USER"]);
        assert_eq!(
            filter("[u]\nuser=uid\n1x=uid\nx=uid|x\nPassword=userPassword\n").1,
            ["W-FILTER-NAME", "W-FILTER-SOURCE", "W-FILTER-SECRET"]
        );
        assert_eq!(filter("[a b]\nuser=uid\n").1, ["W-FILTER-NAME", "I-FILTER-USER"]);
        assert_eq!(told("[u]\nuser=uid\nx=userPassword"), "u: user=[\"mdupont\"]");
    }
}
