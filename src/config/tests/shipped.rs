//! Every file that we ship in `etc/` can be used as it is.
use super::*;
use crate::app;
use crate::clock::Clock;
use crate::identity::ProfileMap;
use crate::ini;
use std::fs;

fn etc() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("etc")
}

fn load(file: &str, more: &str) -> Config {
    let path = etc().join(file);
    let text = fs::read_to_string(&path).unwrap() + more;
    let loaded = Config::read(&path, text.as_bytes(), &|_| None);
    let (config, findings) = loaded.unwrap_or_else(|findings| panic!("{file}: {findings:#?}"));
    // A section that is merged with what the test adds is no mistake.
    assert!(findings.iter().all(|f| f.code == "W-INI-DUPSECTION"), "{file}: {findings:#?}");
    config
}

#[test]
fn every_setting_of_the_sample_may_be_switched_on() {
    let mut text = GOOD.to_owned();
    for setting in registry::settings() {
        if !setting.section.ends_with('*') && !setting.default.is_empty() {
            let line = format!("[{}]\n{} = {}\n", setting.section, setting.key, setting.default);
            text.push_str(&line);
        }
    }
    let (_, findings) = read(&text).unwrap();
    assert!(findings.iter().all(|f| f.code == "W-INI-DUPSECTION"), "{findings:?}");
}

#[test]
fn the_samples_are_without_a_finding() {
    let config = load(
        "aiguillage.ini",
        "\n[http]\npublic_url = https://x.example\n[files]\nprofiles = profiles.ini\n",
    );
    let files = app::open_files(&config, &Clock::system()).unwrap();
    let snapshot = files.snapshot();
    assert_eq!((snapshot.schools.len(), snapshot.zones.len()), (4, 4));
    // No partner is there yet, nothing else may be wrong.
    let other = |f: &&Finding| f.severity() >= Severity::Warning && f.code != "W-ETAB-NOSP";
    let wrong: Vec<_> = snapshot.findings.iter().filter(other).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(app::small_files(&config, &Clock::system()), []);
}

#[test]
fn the_sample_map_of_profiles_changes_something() {
    let (document, findings) = ini::read_file(&etc().join("profiles.ini")).unwrap();
    assert_eq!(findings, []);
    let entries = document.sections().iter().flat_map(|section| {
        section.entries().iter().map(|e| (section.name.as_str(), e.key.as_str(), e.value.as_str()))
    });
    let (map, findings) = ProfileMap::from_entries(entries);
    assert_eq!(findings, []);
    assert_ne!(map, ProfileMap::default());
}

#[test]
fn the_demonstration_has_no_errors() {
    let config = load("demo/aiguillage.ini", "");
    let files = app::open_files(&config, &Clock::system()).unwrap();
    let snapshot = files.snapshot();
    let errors: Vec<_> =
        snapshot.findings.iter().filter(|f| f.severity() == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert!(snapshot.schools.len() > 10 && snapshot.zones.len() > 5);
}

#[test]
fn every_ini_file_is_clean() {
    let mut folders = vec![etc()];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "ini") {
                let (document, findings) = ini::read_file(&path).unwrap();
                assert_eq!(findings, [], "{}", path.display());
                assert!(!document.is_refused());
                seen += 1;
            }
        }
    }
    assert!(seen >= 10, "{seen} files");
}
