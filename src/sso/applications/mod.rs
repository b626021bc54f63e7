//! Applications that ask who somebody is, and what each of them is told: the folder `app_filters`
//! as EoleSSO reads it (`dispatch.md` 5).
mod application;
mod filter;
mod service_url;

pub use application::{Application, Mode};
pub use filter::{Filter, Group};
pub use service_url::ServiceUrl;

use crate::finding::Finding;
use crate::ini::{self, Document};
use application::KEYS;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The filter of services that no file describes, when they are let in.
const DEFAULT: &str = "default";

/// Who may ask, and what each of them is told.
#[derive(Debug, Clone, Default)]
pub struct Applications {
    list: Vec<Application>,
    filters: HashMap<String, Filter>,
    /// The login only.
    usual: Filter,
}

impl Applications {
    /// Read the folder; what cannot be used is left out and reported. It may be missing.
    pub fn load(folder: &Path) -> (Self, Vec<Finding>) {
        let mut read = Self::default();
        let mut findings = Vec::new();
        for path in files(folder) {
            let Some(document) = document(&path, &mut findings) else { continue };
            if is_list(&path) {
                findings.extend(read.take_list(&document));
            } else {
                let (filter, found) = Filter::read(&document);
                findings.extend(found);
                read.filters.insert(stem(&path), filter);
            }
        }
        // Stable: files by name, sections as they stand.
        read.list.sort_by_key(Application::rank);
        findings.extend(read.missing_filters());
        (read, findings)
    }

    fn take_list(&mut self, document: &Document) -> Vec<Finding> {
        let mut findings = document.unknown_keys(|key| KEYS.contains(&key));
        for section in document.sections() {
            let (application, found) = Application::read(document.file(), section);
            self.list.extend(application);
            findings.extend(found);
        }
        findings
    }

    fn missing_filters(&self) -> Vec<Finding> {
        let is_missing =
            |it: &&Application| it.filter.as_ref().is_some_and(|it| self.filter(it).is_none());
        let missing = self.list.iter().filter(is_missing);
        let finding = |it: &Application| {
            let name = it.filter.clone().unwrap_or_default();
            Finding::at("W-APP-FILTER", &it.file, it.line, format!("[{}]", it.name))
                .detail(format!("no file {name}.ini: only the login is sent"))
        };
        missing.map(finding).collect()
    }

    /// The application that a service belongs to.
    pub fn find(&self, service: &ServiceUrl) -> Option<&Application> {
        self.list.iter().find(|application| application.is_at(service))
    }

    /// What an application is told; without one, what `default.ini` says, else the login.
    pub fn filter_of(&self, application: Option<&Application>) -> &Filter {
        let name = application.map_or(Some(DEFAULT), |it| it.filter.as_deref());
        name.and_then(|name| self.filter(name)).unwrap_or(&self.usual)
    }

    fn filter(&self, name: &str) -> Option<&Filter> {
        self.filters.get(&name.to_lowercase())
    }

    /// The attributes that filters ask for.
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        self.filters.values().flat_map(Filter::attributes)
    }

    /// All of them, in the order in which they are looked through.
    pub fn iter(&self) -> impl Iterator<Item = &Application> {
        self.list.iter()
    }
}

/// Every INI file of a folder, by name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let is_ini = |path: &PathBuf| path.extension().is_some_and(|it| it.eq_ignore_ascii_case("ini"));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_ini).collect();
    files.sort();
    files
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase()
}

/// `*_apps.ini`; some documents say `_app.ini`.
fn is_list(path: &Path) -> bool {
    let stem = stem(path);
    stem.ends_with("_apps") || stem.ends_with("_app")
}

fn document(path: &Path, findings: &mut Vec<Finding>) -> Option<Document> {
    match ini::read_file(path) {
        Ok((document, found)) => {
            findings.extend(found);
            Some(document)
        }
        Err(error) => {
            let file = path.display().to_string();
            findings.push(Finding::about("W-APP-FILE", file).detail(error.to_string()));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::redirect::tests::HOSTILE;

    fn load(files: &[(&str, &str)]) -> (Applications, Vec<&'static str>) {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).expect("a file");
        }
        let (read, findings) = Applications::load(folder.path());
        (read, findings.iter().map(|finding| finding.code).collect())
    }

    fn found<'a>(applications: &'a Applications, service: &str) -> Option<&'a str> {
        let service = ServiceUrl::parse(service).expect("an address");
        applications.find(&service).map(|application| application.name.as_str())
    }

    #[test]
    fn the_closest_description_counts() {
        let (read, findings) = load(&[
            (
                "a_apps.ini",
                "[all]\ntypeaddr=regexp\naddr=.*\\.test\n[net]\ntypeaddr=ip\naddr=10.0.0.0/8\n\
                 [twice]\naddr=a.test\n",
            ),
            (
                "b_app.ini",
                "[again]\naddr=a.test\n[deep]\naddr=a.test\nbaseurl=/x/y\n[x]\naddr=a.test\nbaseurl=/x\n",
            ),
        ]);
        assert_eq!(findings, [""; 0]);
        for (service, name) in [
            ("https://a.test/", Some("twice")),
            ("https://a.test/x", Some("x")),
            ("https://a.test/x/y/z", Some("deep")),
            ("https://b.test/x", Some("all")),
            ("https://10.1.1.1/", Some("net")),
            ("https://b.example/", None),
        ] {
            assert_eq!(found(&read, service), name, "{service}");
        }
    }

    #[test]
    fn no_hostile_address_is_an_application() {
        let everything = "[ok]\naddr=ok.example\n[any]\ntypeaddr=regexp\naddr=ok\\.example|ok\n";
        let (read, findings) = load(&[("x_apps.ini", everything)]);
        assert_eq!(findings, [""; 0]);
        // An application may have any port unless its section names one.
        for text in HOSTILE.into_iter().filter(|text| *text != "https://ok.example:8443/") {
            let service = ServiceUrl::parse(text);
            let found = service.as_ref().ok().and_then(|service| read.find(service));
            assert!(found.is_none(), "{text:?} → {service:?}");
        }
    }

    #[test]
    fn each_application_has_its_filter() {
        let (read, findings) = load(&[
            ("p_apps.ini", "[p]\naddr=p.test\nfilter=pronote\n[q]\naddr=q.test\nfilter=none\n"),
            ("pronote.ini", "[utilisateur]\nuser=uid\nnom=sn\n"),
            ("default.ini", "[user]\nuser=mail\n"),
        ]);
        assert_eq!(findings, ["W-APP-FILTER"]);
        let of = |name: &str| read.iter().find(|it| it.name == name);
        assert_eq!(read.filter_of(of("p")), &read.filters["pronote"]);
        assert_eq!(read.filter_of(of("q")), &Filter::default());
        assert_eq!(read.filter_of(None), &read.filters["default"]);
    }

    #[test]
    fn a_missing_folder_knows_nobody() {
        let (read, findings) = Applications::load(Path::new("/nowhere/app_filters"));
        assert!(read.iter().next().is_none() && findings.is_empty());
        assert_eq!(read.filter_of(None), &Filter::default());
    }
}
