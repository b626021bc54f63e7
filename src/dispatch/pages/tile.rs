//! One school on the choice page.
use crate::identity::Profile;
use crate::web::lang::Lang;

/// A school that the person may choose, or the reason why not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tile {
    /// School code.
    pub rne: String,
    /// Which of the school's portals, counted from 0.
    pub portal: usize,
    /// Name; the code when there is none.
    pub label: String,
    /// Town.
    pub commune: Option<String>,
    /// What kind of school.
    pub kind: Kind,
    /// File name in the theme's logo folder.
    pub logo: Option<String>,
    /// What the person is there.
    pub badges: Vec<Badge>,
    /// Whether there is a way in.
    pub state: State,
    /// A second factor will be asked there.
    pub asks_second_factor: bool,
    /// The school's own note (`message`).
    pub message: Option<String>,
    /// The school chosen last or named current by the directory.
    pub is_current: bool,
    /// Left out by a search, see [`super::Choice::search`].
    pub is_hidden: bool,
}

/// Whether a school can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// Yes.
    #[default]
    Open,
    /// No section in `etabs.ini`.
    Unknown,
    /// A section without a portal.
    NoPortal,
    /// The portal's metadata is missing or expired.
    NotReachable,
    /// Switched off by the school.
    Inactive,
    /// Refused by a rule.
    Denied,
}

/// What somebody is in a school.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Badge {
    /// The profile.
    pub profile: Profile,
    /// Children there, for a parent; their numbers are never shown.
    pub children: usize,
}

/// Kinds of schools, each with its picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// École.
    Primary,
    /// Collège.
    Middle,
    /// Lycée.
    High,
    /// Lycée professionnel, EREA.
    Trade,
    /// University.
    University,
    /// Anything else.
    #[default]
    Other,
}

impl Kind {
    /// From the key `type` of `etabs.ini`.
    pub fn of(code: &str) -> Self {
        match code.trim().to_ascii_uppercase().as_str() {
            "ECOLE" | "EEPU" | "EMPU" | "EEPR" => Self::Primary,
            "CLG" => Self::Middle,
            "LYC" | "LGT" | "LPO" => Self::High,
            "LP" | "SEP" | "EREA" => Self::Trade,
            "UNIV" => Self::University,
            _ => Self::Other,
        }
    }

    pub(super) fn picture(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Middle => "middle",
            Self::High => "high",
            Self::Trade => "trade",
            Self::University => "university",
            Self::Other => "school",
        }
    }
}

impl Tile {
    pub(super) fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// What the form posts: `9740091F.0`.
    pub(super) fn target(&self) -> String {
        format!("{}.{}", self.rne, self.portal)
    }

    pub(super) fn searchable(&self) -> String {
        format!("{} {} {}", self.label, self.commune.as_deref().unwrap_or_default(), self.rne)
    }

    /// Why it cannot be chosen: the school's own words before ours.
    pub(super) fn reason(&self, lang: Lang) -> String {
        let own = self.message.clone().filter(|_| self.state == State::Inactive);
        own.unwrap_or_else(|| lang.t(self.state.key()))
    }

    /// A note of the school on a tile that can be chosen.
    pub(super) fn note(&self) -> &str {
        self.message.as_deref().filter(|_| self.is_open()).unwrap_or_default()
    }
}

impl State {
    fn key(self) -> &'static str {
        match self {
            Self::Open => "state-open",
            Self::Unknown => "state-unknown",
            Self::NoPortal => "state-no-portal",
            Self::NotReachable => "state-not-reachable",
            Self::Inactive => "state-inactive",
            Self::Denied => "state-denied",
        }
    }

    /// The state in a word or two, for tables.
    pub fn word(self, lang: Lang) -> String {
        lang.t(self.key())
    }
}

impl Badge {
    /// « Enseignant », « Parent (2 enfants) ».
    pub fn text(self, lang: Lang) -> String {
        if self.profile == Profile::Parent {
            return lang.t_with("profile-parent", &[("children", &self.children)]);
        }
        lang.t(key(self.profile))
    }
}

/// Key of the name of a profile, alone on a badge or heading.
pub(super) fn key(profile: Profile) -> &'static str {
    match profile {
        Profile::Pupil => "profile-pupil",
        Profile::Parent => "profile-family",
        Profile::Teacher => "profile-teacher",
        Profile::Head => "profile-head",
        Profile::SchoolLife => "profile-school-life",
        Profile::Staff => "profile-staff",
        Profile::Other => "profile-other",
    }
}
