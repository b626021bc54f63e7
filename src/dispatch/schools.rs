//! The schools and their portals, out of `etabs.ini` (`dispatch.md` 2.2).
use super::report::Report;
use super::{Mfa, PortalUrl};
use crate::finding::Finding;
use crate::identity::{Profile, Rne};
use crate::ini::Document;
use crate::parallel::in_shares;
use reader::Reader;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

mod reader;
#[cfg(test)]
mod tests;

/// How the way into a portal begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// We sign a SAML response for its service provider.
    #[default]
    Saml,
    /// It is a CAS client of ours: plain redirect.
    Cas,
    /// It is a client of ours by `OpenID` Connect: plain redirect.
    Oidc,
    /// Plain redirect.
    Direct,
}

/// One section of `etabs.ini`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct School {
    /// Its code: the section's name.
    pub rne: Rne,
    /// Line of the section.
    pub line: u32,
    /// What people call it; the code when the file has no name.
    pub label: String,
    /// Its portal, when the file has a usable one.
    pub portal: Option<PortalUrl>,
    /// Portals for some profiles instead.
    pub portal_by_profile: BTreeMap<Profile, PortalUrl>,
    /// Service provider: an entityID or the stem of a metadata file.
    pub sp: String,
    /// Literal `RelayState` instead of the portal's address.
    pub relay_state: Option<String>,
    /// How the way into its portal begins.
    pub protocol: Protocol,
    /// Whether it is offered.
    pub active: bool,
    /// Whether its portal asks for a second factor.
    pub mfa: Mfa,
    /// Note on its tile.
    pub message: Option<String>,
    /// Academy it belongs to.
    pub academy: Option<String>,
    /// Kind of school, such as `CLG`.
    pub kind: Option<String>,
    /// Town.
    pub town: Option<String>,
    /// Department.
    pub department: Option<String>,
    /// Picture in the theme's folder of logos.
    pub logo: Option<String>,
}

impl School {
    /// The portal for somebody who is `profile` there.
    pub fn portal_for(&self, profile: Profile) -> Option<&PortalUrl> {
        self.portal_by_profile.get(&profile).or(self.portal.as_ref())
    }

    /// Whether its row names a service provider by one of these names; case does not matter.
    pub fn is_at<'n>(&self, mut names: impl Iterator<Item = &'n str>) -> bool {
        let own = folded(&self.sp);
        names.any(|name| folded(name) == own)
    }

    /// Every portal it has, the one for everybody first.
    pub fn portals(&self) -> impl Iterator<Item = &PortalUrl> {
        self.portal.iter().chain(self.portal_by_profile.values())
    }
}

/// The form in which names of service providers are compared.
fn folded(sp: &str) -> String {
    sp.to_lowercase()
}

/// All schools of the file, found by their code.
#[derive(Debug, Clone, Default)]
pub struct Schools {
    all: Vec<School>,
    by_rne: HashMap<Rne, usize>,
    by_sp: HashMap<String, Vec<usize>>,
}

impl Schools {
    /// The schools of a document, and what is wrong with it. `allow_http` lets portals do without
    /// TLS.
    pub fn read(document: &Document, allow_http: bool) -> (Self, Vec<Finding>) {
        let shares = in_shares(document.sections(), |sections| {
            let mut reader = Reader { report: Report::of(document), allow_http };
            let schools: Vec<_> = sections.iter().filter_map(|one| reader.school(one)).collect();
            (schools, reader.report.findings)
        });
        let mut report = Report::of(document);
        let mut schools = Self::default();
        for (share, findings) in shares {
            report.findings.extend(findings);
            for school in share {
                schools.add_once(school, &mut report);
            }
        }
        report.findings.sort_by_key(|finding| finding.line);
        report.findings.extend(document.unknown_keys(reader::is_known));
        (schools, report.findings)
    }

    /// The school of this code.
    pub fn get(&self, rne: &Rne) -> Option<&School> {
        self.by_rne.get(rne).map(|index| &self.all[*index])
    }

    /// The schools of one service provider, by the name that the file gives it; case does not
    /// matter.
    pub fn at(&self, sp: &str) -> impl Iterator<Item = &School> {
        let indices = self.by_sp.get(&folded(sp)).map_or(&[][..], Vec::as_slice);
        indices.iter().map(|index| &self.all[*index])
    }

    /// All of them, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &School> {
        self.all.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Add a school whose code stands there for the first time.
    fn add_once(&mut self, school: School, report: &mut Report<'_>) {
        if let Some(first) = self.get(&school.rne) {
            let same = format!("the section in line {} is used", first.line);
            return report.add("W-ETAB-DUP", school.line, school.rne.as_str(), &same);
        }
        let index = self.all.len();
        self.by_rne.insert(school.rne.clone(), index);
        self.by_sp.entry(folded(&school.sp)).or_default().push(index);
        self.all.push(school);
    }
}
