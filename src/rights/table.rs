//! The one table: what each role may do. Where it may do so says the grant.
#[cfg_attr(
    not(test),
    expect(clippy::enum_glob_use, reason = "it speaks of nothing but these")
)]
use super::Permission::{self, *};
use super::Role;

/// What a role may do; everything else is forbidden.
pub(super) fn may(role: Role) -> &'static [Permission] {
    match role {
        Role::Admin => &[
            SeeState,
            ReloadFiles,
            SeeDispatch,
            SeePeople,
            JoinPeople,
            EndSessions,
            SeeAs,
            ExportPerson,
            ErasePerson,
            SeeRoles,
            GrantRoles,
            SeeSources,
            RunSync,
            SeeLookup,
            SeeMail,
            ManageMail,
            SeeJobs,
            RunJobs,
            ManageTokens,
            SeeAudit,
            CheckAudit,
            ListCards,
            SeeCard,
            ManageCards,
            SetCardsUp,
            SeeRates,
            SetAttendanceUp,
        ],
        Role::LocalAdmin => &[SeePeople, SeeAudit],
        Role::Auditor => &[SeeAudit, CheckAudit],
        Role::Dpo => &[SeePeople, SeeRoles, ExportPerson, SeeAudit, CheckAudit, SeeJobs],

        Role::CardManager => &[ListCards, SeeCard, ManageCards],
        Role::CardReader => &[ListCards, SeeCard],
        Role::CardLister => &[ListCards],
        Role::CardPrinter => &[PrintCards],
        Role::CardDeliverer => &[DeliverCards],
        Role::CardUpdater => &[EncodeCards],
        Role::CardVerso => &[ReadVerso],
        Role::CardLive => &[WatchCards],
        Role::CardLocked | Role::CardRenewalPaid | Role::CardFirstPaid => &[],

        Role::Student => &[AttendOwn],
        Role::Guardian => &[SeeChildren],
        Role::Teacher => &[PlanRoll, SeeRoll, CallRoll],
        Role::Invigilator => &[SeeRoll, CallRoll],
        Role::Secretariat => &[
            PlanRoll,
            SeeRoll,
            CallRoll,
            SeeAttendance,
            DecideAbsences,
            ReadHealthPapers,
            SeeRates,
        ],
        Role::Head => &[SeeRoll, SeeAttendance, SeeRates, LockPeriods],
        Role::Controller => &[CheckCertificates],
        Role::EmployerTutor => &[SeeApprentices],
        Role::AttendanceAdmin => &[SeeRoll, SeeAttendance, SeeRates, LockPeriods, SetAttendanceUp],
    }
}
