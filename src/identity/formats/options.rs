//! How the formats are read: what an installation may set.
use chrono::NaiveDate;

/// How to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Name of the source, written into each affiliation.
    pub source: String,
    /// The day it is where the school is: delegations and enrolments outside it do not count.
    pub today: NaiveDate,
    /// Whether delegated rights (`FrEduResDel`) count as belonging to a school.
    pub delegations: Delegations,
    /// Types of the parts of a DN that may hold a school code, lower or upper case alike.
    pub dn_types: Vec<String>,
    /// Show librarian-teachers (`National_DOC`) as teachers instead of staff.
    pub librarians_teach: bool,
}

impl Options {
    /// The usual settings: no delegations, school codes in `ou` of the DN, librarians are staff.
    pub fn new(source: impl Into<String>, today: NaiveDate) -> Self {
        Self {
            source: source.into(),
            today,
            delegations: Delegations::Off,
            dn_types: vec!["ou".to_owned()],
            librarians_teach: false,
        }
    }
}

/// Which delegated rights count. A delegation is a right in an application, so by default none do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delegations {
    /// None.
    Off,
    /// Those of the applications named here.
    ListedApps(Vec<String>),
    /// All.
    All,
}

impl Delegations {
    /// The setting `off`, `listed_apps` (then `apps` names them) or `all`.
    pub fn parse(setting: &str, apps: &[&str]) -> Option<Self> {
        match setting.trim().to_ascii_lowercase().as_str() {
            "off" => Some(Self::Off),
            "listed_apps" => {
                Some(Self::ListedApps(apps.iter().map(|app| app.trim().to_owned()).collect()))
            }
            "all" => Some(Self::All),
            _ => None,
        }
    }

    /// Whether a right in the application `app` counts.
    pub fn cover(&self, app: &str) -> bool {
        match self {
            Self::Off => false,
            Self::ListedApps(apps) => apps.iter().any(|listed| listed.eq_ignore_ascii_case(app)),
            Self::All => true,
        }
    }
}
