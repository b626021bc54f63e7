//! The one list of roles, of this service and of the features to come, and where each may be given.
use super::{Permission, table};
use crate::identity::Rne;
use std::fmt;

macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident = $name:literal, $label:literal in $kinds:expr;)*) => {
        /// What somebody is, for this service. Names are stable: they stand in tables and settings.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role {
            $($(#[$doc])* $role,)*
        }

        impl Role {
            /// Every role.
            pub const ALL: &[Self] = &[$(Self::$role),*];

            /// Its name in tables, settings and commands.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$role => $name,)* }
            }

            /// Key of its name for people.
            pub fn label(self) -> &'static str {
                match self { $(Self::$role => $label,)* }
            }

            /// Where it may be given; the first one is meant when nobody says.
            pub fn kinds(self) -> &'static [ScopeKind] {
                match self { $(Self::$role => $kinds,)* }
            }
        }
    };
}

const EVERYWHERE: &[ScopeKind] = &[ScopeKind::Installation];
const SCHOOL: &[ScopeKind] = &[ScopeKind::School];
const SCHOOL_OR_ALL: &[ScopeKind] = &[ScopeKind::School, ScopeKind::Installation];
const PROGRAMME: &[ScopeKind] = &[ScopeKind::Programme, ScopeKind::School, ScopeKind::Installation];
const CARDS: &[ScopeKind] = &[ScopeKind::CardType, ScopeKind::Installation];

roles! {
    /// Runs the installation.
    Admin = "admin", "role-admin" in EVERYWHERE;
    /// Looks after the people of one school.
    LocalAdmin = "local_admin", "role-local-admin" in SCHOOL;
    /// Reads the audit trail.
    Auditor = "auditor", "role-auditor" in SCHOOL_OR_ALL;
    /// Data protection officer: the audit trail, exports of one person; changes nothing.
    Dpo = "dpo", "role-dpo" in EVERYWHERE;

    /// Manages the cards of a type of people, or all.
    CardManager = "card_manager", "role-card-manager" in CARDS;
    /// Reads cards and their details.
    CardReader = "card_reader", "role-card-reader" in CARDS;
    /// Reads lists of cards, without details.
    CardLister = "card_lister", "role-card-lister" in CARDS;
    /// Prints cards.
    CardPrinter = "card_printer", "role-card-printer" in EVERYWHERE;
    /// Hands cards out, by badge.
    CardDeliverer = "card_deliverer", "role-card-deliverer" in EVERYWHERE;
    /// Encodes cards again, by badge.
    CardUpdater = "card_updater", "role-card-updater" in EVERYWHERE;
    /// Sees the text of the back of a card, by badge.
    CardVerso = "card_verso", "role-card-verso" in EVERYWHERE;
    /// Watches badge events and changes of state as they come.
    CardLive = "card_live", "role-card-live" in EVERYWHERE;
    /// Mark, not a right: the card of this person can be neither checked nor renewed.
    CardLocked = "card_locked", "role-card-locked" in EVERYWHERE;
    /// Mark: renewals are paid for by this person.
    CardRenewalPaid = "card_renewal_paid", "role-card-renewal-paid" in EVERYWHERE;
    /// Mark: the first card is paid for by this person.
    CardFirstPaid = "card_first_paid", "role-card-first-paid" in EVERYWHERE;

    /// Is called up and sees what is kept of that.
    Student = "student", "role-student" in SCHOOL_OR_ALL;
    /// Sees the same of children who are minors.
    Guardian = "guardian", "role-guardian" in SCHOOL_OR_ALL;
    /// Calls the roll of own séances.
    Teacher = "teacher", "role-teacher" in SCHOOL_OR_ALL;
    /// Calls the roll of séances that were assigned.
    Invigilator = "invigilator", "role-invigilator" in SCHOOL_OR_ALL;
    /// Looks after absences of programmes, or of a school.
    Secretariat = "secretariat", "role-secretariat" in PROGRAMME;
    /// Head of a school: statistics, closing of periods.
    Head = "head", "role-head" in SCHOOL;
    /// Checks certificates with full identity.
    Controller = "controller", "role-controller" in SCHOOL_OR_ALL;
    /// Sees absences and hours of own apprentices.
    EmployerTutor = "employer_tutor", "role-employer-tutor" in EVERYWHERE;
    /// Sets roll call up: programmes, groups, rooms, reasons, keys.
    AttendanceAdmin = "attendance_admin", "role-attendance-admin" in SCHOOL_OR_ALL;
}

impl Role {
    /// The role of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.as_str() == name)
    }

    /// What it opens; everything else is closed to it.
    pub fn permissions(self) -> &'static [Permission] {
        table::may(self)
    }
}

/// How far a right reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScopeKind {
    /// Everything.
    Installation,
    /// One school.
    School,
    /// One programme of study.
    Programme,
    /// One type of card holders.
    CardType,
}

impl ScopeKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Installation, Self::School, Self::Programme, Self::CardType];

    /// Its name in tables, settings and commands.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Installation => "installation",
            Self::School => "school",
            Self::Programme => "programme",
            Self::CardType => "card_type",
        }
    }

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// On what a role was given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// On everything.
    Installation,
    /// On one school.
    School(Rne),
    /// On one programme of a school: `9740091F/M1`. Codes mean something in one school only.
    Programme(String),
    /// On one type of card holders, such as `E`.
    CardType(String),
}

impl Scope {
    /// As a table keeps it: kind and what of that kind.
    pub fn from_parts(kind: &str, what: &str) -> Option<Self> {
        let code = || Some(what.trim().to_owned()).filter(|code| is_code(code));
        Some(match ScopeKind::parse(kind)? {
            ScopeKind::Installation => Some(Self::Installation).filter(|_| what.is_empty())?,
            ScopeKind::School => Self::School(Rne::parse(what).ok()?),
            ScopeKind::Programme => {
                let (rne, code) = what.split_once('/')?;
                Self::programme(&Rne::parse(rne).ok()?, code)?
            }
            ScopeKind::CardType => Self::CardType(code()?),
        })
    }

    /// On the programme of this code at a school.
    pub fn programme(rne: &Rne, code: &str) -> Option<Self> {
        let code = code.trim();
        is_code(code).then(|| Self::Programme(format!("{rne}/{code}")))
    }

    /// As people write it: `installation`, `school:9740091F`, `programme:9740091F/M1`,
    /// `card_type:E`.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, what) = text.trim().split_once(':').unwrap_or((text.trim(), ""));
        Self::from_parts(kind.trim(), what.trim())
    }

    /// Its kind.
    pub fn kind(&self) -> ScopeKind {
        match self {
            Self::Installation => ScopeKind::Installation,
            Self::School(_) => ScopeKind::School,
            Self::Programme(_) => ScopeKind::Programme,
            Self::CardType(_) => ScopeKind::CardType,
        }
    }

    /// The school, if it is one.
    pub fn school(&self) -> Option<&Rne> {
        match self {
            Self::School(rne) => Some(rne),
            _ => None,
        }
    }

    /// What of that kind; empty for the whole installation.
    pub fn what(&self) -> &str {
        match self {
            Self::Installation => "",
            Self::School(rne) => rne.as_str(),
            Self::Programme(code) | Self::CardType(code) => code,
        }
    }
}

fn is_code(text: &str) -> bool {
    let may_stand = |c: char| c.is_alphanumeric() || " ._-/".contains(c);
    (1..=64).contains(&text.len()) && text.chars().all(may_stand)
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Installation => f.write_str(self.kind().as_str()),
            scope => write!(f, "{}:{}", scope.kind().as_str(), scope.what()),
        }
    }
}
