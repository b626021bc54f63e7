//! The functions that the fuzzer calls, by target; `cargo test` replays their seeds.
//!
//! To add one: a row in [`TARGETS`], a `[[bin]]` in `fuzz/Cargo.toml`, one line in
//! `fuzz/fuzz_targets/<target>.rs`; seeds go to `fuzz/seeds/<target>/`.
use crate::lookup::protocol::fuzzing as lookup;
use crate::sso::saml::fuzzing as saml;
use crate::web::client_ip;
use crate::{identity, ini};

/// Reads any bytes; panics only where a promise is broken.
pub type Target = fn(&[u8]);

/// Every target by name.
pub const TARGETS: &[(&str, Target)] = &[
    ("formats", identity::formats::fuzzing::formats),
    ("rne", identity::formats::fuzzing::rne),
    ("ini", ini::fuzz),
    ("client_ip", |bytes| client_ip::fuzz(&String::from_utf8_lossy(bytes))),
    ("gate", saml::gate),
    ("inflater", saml::inflater),
    ("query", |bytes| saml::query(&String::from_utf8_lossy(bytes))),
    ("lookup_body", lookup::body),
    ("lookup_search", |bytes| lookup::search(&String::from_utf8_lossy(bytes))),
    ("relay_state", |bytes| saml::relay_state(&String::from_utf8_lossy(bytes))),
];

/// Run one target, as the programs in `fuzz/fuzz_targets` do.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|(known, _)| *known == name);
    target.expect("the fuzz targets name rows of the table").1(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::{Path, PathBuf};

    fn fuzz() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
    }

    fn seeds(target: &str) -> Vec<PathBuf> {
        let files = std::fs::read_dir(fuzz().join("seeds").join(target)).unwrap();
        files.map(|file| file.unwrap().path()).collect()
    }

    #[test]
    fn every_seed_is_borne() {
        for (name, target) in TARGETS {
            let seeds = seeds(name);
            assert!(!seeds.is_empty(), "{name} has no seeds");
            for seed in seeds {
                target(&std::fs::read(&seed).unwrap());
            }
        }
    }

    #[test]
    fn every_seed_cut_anywhere_is_borne() {
        for (name, target) in TARGETS {
            for seed in seeds(name) {
                let bytes = std::fs::read(&seed).unwrap();
                for end in (0..bytes.len().min(2_000)).step_by(3) {
                    target(&bytes[..end]);
                }
            }
        }
    }

    #[test]
    fn the_fuzz_crate_and_this_list_name_the_same_targets() {
        let manifest = std::fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
        let bins = manifest.split("[[bin]]").skip(1);
        let mut named: Vec<_> = bins
            .map(|bin| bin.split('"').nth(1).expect("a bin begins with its name").to_owned())
            .collect();
        named.sort_unstable();
        let mut listed: Vec<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
        listed.sort_unstable();

        assert_eq!(named, listed);
        for name in named {
            assert!(fuzz().join(format!("fuzz_targets/{name}.rs")).is_file(), "{name}");
        }
    }
}
