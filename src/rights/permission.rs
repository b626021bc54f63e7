//! What can be done here, act by act. Which role may do it says the [table](super::table).
use super::role::ScopeKind;

macro_rules! permissions {
    ($($(#[$doc:meta])* $act:ident on $kind:ident;)*) => {
        /// An act, or a group of acts that nobody wants to tell apart.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission {
            $($(#[$doc])* $act,)*
        }

        impl Permission {
            /// Every permission.
            pub const ALL: &[Self] = &[$(Self::$act),*];

            /// On what it is checked. Where that is `Installation`, a role that was given on less
            /// opens nothing; otherwise the handler gets a [`Reach`](super::Reach) and keeps to it.
            pub fn checked_on(self) -> ScopeKind {
                match self { $(Self::$act => ScopeKind::$kind,)* }
            }

            /// Its name in audit rows and documents.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$act => stringify!($act),)* }
            }
        }
    };
}

permissions! {
    /// How the installation is: files, settings in force, health.
    SeeState on Installation;
    /// Read the files again.
    ReloadFiles on Installation;
    /// Findings, networks, and why somebody lands where they land.
    SeeDispatch on Installation;
    /// People and what is known of them.
    SeePeople on School;
    /// Make two people one, and undo that.
    JoinPeople on Installation;
    /// End sessions of somebody.
    EndSessions on Installation;
    /// Look at the service as somebody else sees it.
    SeeAs on Installation;
    /// Take away everything that is held of one person.
    ExportPerson on Installation;
    /// Erase one person.
    ErasePerson on Installation;
    /// Who has which role, and why.
    SeeRoles on Installation;
    /// Give and take roles.
    GrantRoles on Installation;
    /// Sources and their runs.
    SeeSources on Installation;
    /// Start a run.
    RunSync on Installation;
    /// The search for colleagues.
    SeeLookup on Installation;
    /// Mail accounts and messages.
    SeeMail on Installation;
    /// Change them.
    ManageMail on Installation;
    /// Work in the background.
    SeeJobs on Installation;
    /// Start, retry and drop it.
    RunJobs on Installation;
    /// Which programs may use the API.
    ManageTokens on Installation;
    /// The audit trail, and its rows to take away.
    SeeAudit on School;
    /// Walk along its chain.
    CheckAudit on Installation;

    /// Lists of cards.
    ListCards on CardType;
    /// One card with its details.
    SeeCard on CardType;
    /// Check, enable, disable, renew cards.
    ManageCards on CardType;
    /// Print cards.
    PrintCards on Installation;
    /// Hand cards out.
    DeliverCards on Installation;
    /// Encode cards again.
    EncodeCards on Installation;
    /// Read the back of a card.
    ReadVerso on Installation;
    /// Watch badge events.
    WatchCards on Installation;
    /// Designs, types, services around cards.
    SetCardsUp on Installation;

    /// Mark one's own presence, see own records, hand in justifications.
    AttendOwn on School;
    /// See the records of one's children.
    SeeChildren on School;
    /// Make and cancel a séance.
    PlanRoll on Programme;
    /// See the roll of a séance: of one's own, or where one sees the records of others.
    SeeRoll on Programme;
    /// Open, keep and close the roll call of a séance.
    CallRoll on Programme;
    /// Records, absences and exemptions of others.
    SeeAttendance on Programme;
    /// Decide justifications, exempt, correct.
    DecideAbsences on Programme;
    /// Read papers about somebody's health, where one decides.
    ReadHealthPapers on Programme;
    /// Rates and figures.
    SeeRates on Programme;
    /// Close a period for good.
    LockPeriods on School;
    /// Check a certificate with full identity.
    CheckCertificates on School;
    /// Absences and hours of one's apprentices.
    SeeApprentices on Installation;
    /// Programmes, groups, rooms, reasons, keys.
    SetAttendanceUp on School;
}
