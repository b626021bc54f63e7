//! Writes an installation of national size: schools behind forty big portals and some of their own.
use aiguillage::identity::Rne;
use anyhow::{Context, Result};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// Portals that serve many schools each, with metadata.
const BIG_PORTALS: usize = 40;
/// One school in so many has a portal of its own, whose metadata is missing: it brings findings.
const OWN_PORTAL_EVERY: usize = 10;
/// Sections of `portails.ini`.
pub(crate) const ZONES: u32 = 10_000;

/// What was written.
pub(crate) struct Written {
    pub(crate) folder: PathBuf,
    /// Codes of the schools, in the order of the file.
    pub(crate) schools: Vec<Rne>,
}

impl Written {
    /// A file of it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The first `count` schools that can be reached.
    pub(crate) fn reachable(&self, count: usize) -> Vec<&Rne> {
        let all = self.schools.iter().enumerate();
        let behind_big = all.filter(|(index, _)| index % OWN_PORTAL_EVERY != 0);
        behind_big.map(|(_, rne)| rne).take(count).collect()
    }
}

/// Write all files into `folder`.
pub(crate) fn write(folder: &Path, schools: usize) -> Result<Written> {
    let codes: Option<Vec<Rne>> = (0..schools).map(code).collect();
    let codes = codes.context("at most 70 000 schools: codes have seven digits")?;
    let mut etabs = String::new();
    for (index, rne) in codes.iter().enumerate() {
        write_school(&mut etabs, index, rne);
    }
    fs::write(folder.join("etabs.ini"), etabs)?;
    fs::write(folder.join("portails.ini"), zones())?;
    fs::create_dir(folder.join("metadata"))?;
    for number in 0..BIG_PORTALS {
        let name = format!("metadata/ent{number:02}.xml");
        fs::write(folder.join(name), metadata(&format!("https://ent{number:02}.example"), ""))?;
    }
    Ok(Written { folder: folder.to_owned(), schools: codes })
}

/// A service provider at `origin` with these keys.
pub(crate) fn metadata(origin: &str, keys: &str) -> String {
    format!(
        r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{origin}/sp">
<md:SPSSODescriptor AuthnRequestsSigned="{}" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{keys}
<md:AssertionConsumerService index="0" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{origin}/acs"/>
</md:SPSSODescriptor></md:EntityDescriptor>"#,
        !keys.is_empty()
    )
}

fn code(index: usize) -> Option<Rne> {
    let digits = 10_001 + index * 142;
    let letter = Rne::parse(&format!("{digits:07}A")).ok()?.expected_letter()?;
    Rne::parse(&format!("{digits:07}{letter}")).ok()
}

fn write_school(etabs: &mut String, index: usize, rne: &Rne) {
    let portal = index % BIG_PORTALS;
    let _ = writeln!(etabs, "[{rne}]\nlibelle = \"Collège Jean Moulin {index}\"");
    let _ = if index.is_multiple_of(OWN_PORTAL_EVERY) {
        writeln!(etabs, "portail = https://portail-{rne}.example")
    } else {
        let sp = format!("https://ent{portal:02}.example/sp");
        writeln!(etabs, "portail = https://ent{portal:02}.example/{rne}\nsp = {sp}")
    };
    let _ = writeln!(
        etabs,
        "academie = Académie {}\ntype = CLG\ncommune = Saint-Étienne-{}\n",
        index % 30,
        index % 9_000
    );
}

/// Networks of four lengths, as academies hand them out.
fn zones() -> String {
    let mut text = "[default]\nportail = https://portail.example\n".to_owned();
    for index in 1..ZONES {
        let (high, low) = (index / 200, index % 200);
        let network = match index % 4 {
            0 => format!("10.{high}.{low}.0/24"),
            1 => format!("10.{high}.{low}.128/25"),
            2 => format!("172.{high}.{low}.64/26"),
            _ => format!("fd00:{high:x}:{low:x}::/48"),
        };
        let _ =
            write!(text, "[{network}]\nportail = https://zone{index}.example\narena = z{index}\n");
    }
    text
}
