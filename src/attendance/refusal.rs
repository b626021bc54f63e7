//! What is refused, each with its code (14).
use super::code::CodeFault;
use super::ticket::TicketFault;
use super::timing::OutOfTime;
use crate::web::{Error, Refusal};
use actix_web::http::StatusCode;

/// Why an act on a roll is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RollRefusal {
    /// No code of ours.
    UnknownCode,
    /// A code that was ours.
    CodeExpired,
    /// Nobody called the roll yet.
    NotOpen,
    /// It is closed.
    Closed,
    /// Too long after the beginning.
    TooLate,
    /// From outside the room's network, where that is not allowed.
    Zone,
    /// Not on the roll.
    NotExpected,
    /// Somebody else marked with this browser.
    Device,
    /// The scan was used by somebody.
    TicketUsed,
    /// The scan was too long ago, or there was none.
    TicketExpired,
    /// Six wrong digits.
    WrongDigits,
    /// Too many wrong digits.
    TooManyTries,
    /// The roll is not in the state for that.
    Transition,
    /// Not now: too early, too late.
    OutOfHours,
    /// Somebody else changed the line.
    Version,
    /// A reason is missing.
    Reason,
    /// A reader counted two cards with one number.
    OtherCard,
    /// Something hangs on it.
    InUse,
    /// No code of a school.
    School,
    /// Several schools where one was to be chosen.
    Schools,
    /// More lines than one document holds.
    Period,
    /// More rows than anybody prints.
    Paper,
    /// A list that cannot be read as somebody wishes.
    List,
    /// More than a fifth would change, and nobody said that this is meant.
    Sweeping,
    /// A day that is over.
    Past,
    /// A directory says who is in the group.
    OfDirectory,
    /// No filter of a directory.
    Filter,
    /// The directory did not answer.
    Silent,
    /// Who asks may not do that.
    Forbidden,
}

impl RollRefusal {
    /// The stable code.
    pub fn code(self) -> &'static str {
        self.parts().0
    }

    /// Whether the teacher should know of it: a scan that did not count.
    pub fn is_of_a_scan(self) -> bool {
        use RollRefusal::{Closed, Device, NotExpected, TicketUsed, TooLate, WrongDigits, Zone};
        matches!(self, Closed | TooLate | Zone | NotExpected | Device | TicketUsed | WrongDigits)
    }

    fn parts(self) -> (&'static str, StatusCode) {
        match self {
            Self::UnknownCode => ("E-ROLL-CODE", StatusCode::NOT_FOUND),
            Self::CodeExpired => ("E-ROLL-EXPIRED", StatusCode::GONE),
            Self::NotOpen => ("E-ROLL-NOT-OPEN", StatusCode::CONFLICT),
            Self::Closed => ("E-ROLL-CLOSED", StatusCode::GONE),
            Self::TooLate => ("E-ROLL-TOO-LATE", StatusCode::GONE),
            Self::Zone => ("E-ROLL-ZONE", StatusCode::FORBIDDEN),
            Self::NotExpected => ("E-ROLL-NOT-EXPECTED", StatusCode::FORBIDDEN),
            Self::Device => ("E-ROLL-DEVICE", StatusCode::CONFLICT),
            Self::TicketUsed => ("E-ROLL-USED", StatusCode::CONFLICT),
            Self::TicketExpired => ("E-ROLL-TICKET", StatusCode::GONE),
            Self::WrongDigits => ("E-ROLL-DIGITS", StatusCode::FORBIDDEN),
            Self::TooManyTries => ("E-ROLL-TRIES", StatusCode::TOO_MANY_REQUESTS),
            Self::Transition => ("E-ROLL-STATE", StatusCode::CONFLICT),
            Self::OutOfHours => ("E-ROLL-HOURS", StatusCode::CONFLICT),
            Self::Version => ("E-ROLL-VERSION", StatusCode::PRECONDITION_FAILED),
            Self::Reason => ("E-ROLL-REASON", StatusCode::UNPROCESSABLE_ENTITY),
            Self::OtherCard => ("E-ROLL-TAP", StatusCode::CONFLICT),
            Self::InUse => ("E-ROLL-IN-USE", StatusCode::CONFLICT),
            Self::School => ("E-ROLL-SCHOOL", StatusCode::UNPROCESSABLE_ENTITY),
            Self::Schools => ("E-ROLL-SCHOOLS", StatusCode::UNPROCESSABLE_ENTITY),
            Self::Period => ("E-ROLL-PERIOD", StatusCode::UNPROCESSABLE_ENTITY),
            Self::Paper => ("E-ROLL-PAPER", StatusCode::UNPROCESSABLE_ENTITY),
            Self::List => ("E-ROLL-LIST", StatusCode::UNPROCESSABLE_ENTITY),
            Self::Sweeping => ("E-ROLL-SWEEPING", StatusCode::CONFLICT),
            Self::Past => ("E-ROLL-PAST", StatusCode::UNPROCESSABLE_ENTITY),
            Self::OfDirectory => ("E-ROLL-DIRECTORY", StatusCode::CONFLICT),
            Self::Filter => ("E-ROLL-FILTER", StatusCode::UNPROCESSABLE_ENTITY),
            Self::Silent => ("E-ROLL-DIRECTORY-SILENT", StatusCode::BAD_GATEWAY),
            Self::Forbidden => ("E-FORBIDDEN", StatusCode::FORBIDDEN),
        }
    }
}

impl From<RollRefusal> for Error {
    fn from(refusal: RollRefusal) -> Self {
        let (code, status) = refusal.parts();
        let it = Refusal::new(code, status, "roll.refused");
        if refusal == RollRefusal::TooManyTries { it.retry_after(60) } else { it }.into()
    }
}

impl From<CodeFault> for RollRefusal {
    fn from(fault: CodeFault) -> Self {
        match fault {
            CodeFault::Unknown => Self::UnknownCode,
            CodeFault::Expired => Self::CodeExpired,
        }
    }
}

impl From<TicketFault> for RollRefusal {
    fn from(fault: TicketFault) -> Self {
        match fault {
            TicketFault::Unknown | TicketFault::Expired => Self::TicketExpired,
        }
    }
}

impl From<OutOfTime> for RollRefusal {
    fn from(out: OutOfTime) -> Self {
        match out {
            OutOfTime::TooEarly => Self::NotOpen,
            OutOfTime::TooLate => Self::TooLate,
        }
    }
}
