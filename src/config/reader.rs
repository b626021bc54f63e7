//! Reads `aiguillage.ini` strictly: every mistake is noted with its line, none stops the reading.
use super::registry;
use super::secret;
use crate::finding::{Finding, Severity};
use crate::identity::sources::Secret;
use crate::ini::{self, Document, Entry, Section};
use std::path::{Path, PathBuf};

/// Where environment variables come from; tests bring their own.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A file being read, and the mistakes met so far.
pub struct Reader<'a> {
    document: Document,
    file: String,
    folder: PathBuf,
    environment: Environment<'a>,
    findings: Vec<Finding>,
}

impl<'a> Reader<'a> {
    /// Read the text of the file at `path`; relative paths in it start from its folder.
    pub fn new(path: &Path, bytes: &[u8], environment: Environment<'a>) -> Self {
        let file = path.display().to_string();
        let (document, mut findings) = ini::read(&file, bytes);
        findings.retain(|finding| finding.severity() >= Severity::Warning);
        findings = findings.into_iter().map(strictly).collect();
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        let mut reader = Self { document, file, folder, environment, findings };
        reader.refuse_unknown();
        reader
    }

    /// Everything that was wrong, in order of lines.
    pub fn into_findings(mut self) -> Vec<Finding> {
        self.findings.sort_by_key(|finding| (finding.line, finding.subject.clone()));
        self.findings
    }

    /// Names of the sections `[PREFIX:NAME]`, without the prefix, in file order.
    pub fn names(&self, prefix: &str) -> Vec<String> {
        let names = self.document.sections().iter();
        names
            .filter_map(|s| s.name.strip_prefix(prefix)?.strip_prefix(':'))
            .map(str::to_owned)
            .collect()
    }

    /// The value as text: environment, then file, then default. An empty one counts as absent;
    /// `None` when all are.
    pub fn text(&self, section: &str, key: &str) -> Option<String> {
        let some = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let default = || registry::setting(section, key).map(|s| s.default.to_owned());
        self.written(section, key).and_then(some).or_else(|| default().and_then(some))
    }

    /// What the environment or else the file says, empty or not.
    fn written(&self, section: &str, key: &str) -> Option<String> {
        let in_environment = (self.environment)(&variable(section, key));
        in_environment.or_else(|| self.in_file(section, key).map(|(value, _)| value))
    }

    /// Whether somebody wrote a value, the environment included.
    pub fn is_written(&self, section: &str, key: &str) -> bool {
        self.written(section, key).is_some()
    }

    /// The value read by `parse`, whose error says what to write instead.
    pub fn value<T>(
        &mut self,
        section: &str,
        key: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.text(section, key)?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(instead) => {
                self.mistake("E-CONF-VALUE", section, key, &format!("“{text}”: {instead}"));
                None
            }
        }
    }

    /// Like [`Reader::value`], for settings whose default in the registry is always good.
    pub fn value_or<T>(
        &mut self,
        section: &str,
        key: &str,
        parse: impl Fn(&str) -> Result<T, String>,
        otherwise: T,
    ) -> T {
        self.value(section, key, parse).unwrap_or(otherwise)
    }

    /// A value that must be there.
    pub fn required(&mut self, section: &str, key: &str) -> Option<String> {
        let value = self.text(section, key);
        if value.is_none() {
            let help = registry::setting(section, key).map_or("", |setting| setting.help);
            self.mistake("E-CONF-MISSING", section, key, help);
        }
        value
    }

    /// `true`, `yes`, `on`, `1`, `oui` and their opposites.
    pub fn flag(&mut self, section: &str, key: &str) -> bool {
        let parse = |text: &str| ini::boolean(text).ok_or_else(|| "write true or false".to_owned());
        self.value_or(section, key, parse, false)
    }

    /// Items with commas between, each read by `parse`. An empty value is an empty list, whatever
    /// the default.
    pub fn list<T>(
        &mut self,
        section: &str,
        key: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<T> {
        let default = || registry::setting(section, key).map_or("", |s| s.default).to_owned();
        let text = self.written(section, key).unwrap_or_else(default);
        let mut items = Vec::new();
        for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            match parse(item) {
                Ok(item) => items.push(item),
                Err(instead) => {
                    self.mistake("E-CONF-VALUE", section, key, &format!("“{item}”: {instead}"));
                }
            }
        }
        items
    }

    /// A path, made absolute from the folder of the file.
    pub fn path(&self, section: &str, key: &str) -> Option<PathBuf> {
        self.text(section, key).map(|path| self.folder.join(path))
    }

    /// A secret: `file:`, `env:` or `cred:`; the plain value is refused.
    pub fn secret(&mut self, section: &str, key: &str) -> Option<Secret> {
        let text = self.text(section, key)?;
        match secret::fetch(&text, &self.folder, self.environment) {
            Ok(secret) => Some(secret),
            Err(instead) => {
                self.mistake("E-CONF-SECRET", section, key, &instead);
                None
            }
        }
    }

    /// Several secrets, comma between.
    pub fn secrets(&mut self, section: &str, key: &str) -> Vec<Secret> {
        let (folder, environment) = (self.folder.clone(), self.environment);
        self.list(section, key, |text| secret::fetch(text, &folder, environment))
    }

    /// An address that may hold a password, itself or as a secret: it is never repeated.
    pub fn hidden<T>(
        &mut self,
        section: &str,
        key: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.text(section, key)?;
        let is_secret = ["file:", "env:", "cred:"].iter().any(|start| text.starts_with(start));
        if is_secret {
            let secret = self.secret(section, key)?;
            return self.parsed(section, key, parse(secret.reveal()));
        }
        self.parsed(section, key, parse(&text))
    }

    fn parsed<T>(&mut self, section: &str, key: &str, parsed: Result<T, String>) -> Option<T> {
        parsed.map_err(|instead| self.mistake("E-CONF-VALUE", section, key, &instead)).ok()
    }

    /// Every `attr.NAME` of a section.
    pub fn attributes(&self, section: &str) -> Vec<(String, String)> {
        let sections = self.document.sections().iter().filter(|s| s.name == section);
        let ours = |key: &str| key.to_lowercase().strip_prefix("attr.").map(str::to_owned);
        sections
            .flat_map(Section::entries)
            .filter_map(|e| Some((ours(&e.key)?, e.value.clone())))
            .collect()
    }

    /// The folder relative paths start from.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Note a mistake about one key, at its line when it stands in the file.
    pub fn mistake(&mut self, code: &'static str, section: &str, key: &str, instead: &str) {
        let line = self.in_file(section, key).map(|(_, line)| line);
        let subject = format!("[{section}] {key}");
        let finding = Finding { line, file: self.file.clone(), ..Finding::about(code, subject) };
        self.findings.push(finding.detail(instead));
    }

    /// Whether the environment has a variable of this name.
    pub(super) fn is_in_environment(&self, name: &str) -> bool {
        (self.environment)(name).is_some()
    }

    /// The line of a key in the file.
    pub(super) fn line(&self, section: &str, key: &str) -> Option<u32> {
        self.in_file(section, key).map(|(_, line)| line)
    }

    /// The keys of a section that begin so.
    pub(super) fn keys_that_begin(&self, section: &str, start: &str) -> Vec<String> {
        let sections = self.document.sections().iter().filter(|s| s.name == section);
        let keys = sections.flat_map(Section::entries).map(|entry| entry.key.clone());
        keys.filter(|key| key.to_lowercase().starts_with(start)).collect()
    }

    fn in_file(&self, section: &str, key: &str) -> Option<(String, u32)> {
        let section = self.document.sections().iter().find(|s| s.name == section)?;
        let entry = section.entry(key)?;
        Some((entry.value.clone(), entry.line))
    }

    fn refuse_unknown(&mut self) {
        for section in self.document.sections() {
            let fault = match section_fault(&section.name) {
                Some(hint) => vec![(section.line, format!("[{}]", section.name), hint)],
                None => unknown_keys(section),
            };
            for (line, subject, hint) in fault {
                let code = if subject.ends_with(']') { "E-CONF-SECTION" } else { "E-CONF-KEY" };
                self.findings.push(Finding::at(code, &self.file, line, subject).detail(hint));
            }
        }
    }
}

/// In the files of other programs a damaged line is a warning; here it is a mistake.
fn strictly(finding: Finding) -> Finding {
    match finding.code {
        "W-INI-QUOTE" | "W-INI-LINE" | "W-INI-DUPKEY" => {
            let detail = format!("{} {}", finding.code, finding.detail);
            Finding { code: "E-CONF-LINE", detail: detail.trim_end().to_owned(), ..finding }
        }
        _ => finding,
    }
}

/// What is wrong with the name of a section.
fn section_fault(section: &str) -> Option<String> {
    if !registry::has_section(section) {
        return Some(did_you_mean(section, registry::settings().map(|setting| setting.section)));
    }
    let (_, name) = section.split_once(':')?;
    // Lists of sources are kept with commas between.
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let is_name = name.chars().all(plain);
    (!is_name).then(|| "use letters, digits, - and _ behind the colon".to_owned())
}

/// Line, subject and hint of each key that no setting governs.
fn unknown_keys(section: &Section) -> Vec<(u32, String, String)> {
    let name = &section.name;
    let known = || registry::settings().filter(|s| registry::governs(s, name)).map(|s| s.key);
    let is_unknown = |entry: &&Entry| registry::setting(name, &entry.key.to_lowercase()).is_none();
    let fault = |entry: &Entry| {
        (entry.line, format!("[{name}] {}", entry.key), did_you_mean(&entry.key, known()))
    };
    section.entries().iter().filter(is_unknown).map(fault).collect()
}

fn did_you_mean<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> String {
    match registry::nearest(&name.to_lowercase(), known) {
        Some(near) => format!("unknown; did you mean {near}?"),
        None => "unknown; see etc/aiguillage.ini for the list".to_owned(),
    }
}

/// `AIGUILLAGE_<SECTION>_<KEY>`.
pub(super) fn variable(section: &str, key: &str) -> String {
    format!("AIGUILLAGE_{section}_{key}")
        .to_uppercase()
        .replace(|c: char| !c.is_ascii_alphanumeric(), "_")
}
