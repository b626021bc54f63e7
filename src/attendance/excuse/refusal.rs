//! What is refused around justifications, each with its code.
use crate::uploads::Unfit;
use crate::web::{Error, Refusal};
use actix_web::http::StatusCode;

/// Why something around a justification is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExcuseRefusal {
    /// It is not in the state for that.
    State,
    /// Somebody else changed it meanwhile.
    Version,
    /// There is no absence that it could be about.
    Nothing,
    /// No line was ticked.
    NoLine,
    /// No file was sent.
    NoFile,
    /// Neither PDF nor JPEG nor PNG, or something else besides.
    Type,
    /// It breaks off, or is put together in an odd way.
    Broken,
    /// It is encrypted.
    Encrypted,
    /// It does something when it is opened.
    Active,
    /// Too many points.
    Pixels,
    /// Too many pages.
    Pages,
    /// Too long.
    Large,
    /// Too many files.
    Many,
    /// A virus was found.
    Infected,
    /// It was not looked at yet.
    Pending,
    /// What was typed around a reason, an exemption or a planned absence makes no sense.
    Form,
}

impl ExcuseRefusal {
    fn parts(self) -> (&'static str, StatusCode) {
        match self {
            Self::State => ("E-EXCUSE-STATE", StatusCode::CONFLICT),
            Self::Version => ("E-EXCUSE-VERSION", StatusCode::PRECONDITION_FAILED),
            Self::Nothing => ("E-EXCUSE-NOTHING", StatusCode::UNPROCESSABLE_ENTITY),
            Self::NoLine => ("E-EXCUSE-NO-LINE", StatusCode::UNPROCESSABLE_ENTITY),
            Self::NoFile => ("E-PAPER-NONE", StatusCode::UNPROCESSABLE_ENTITY),
            Self::Type => ("E-PAPER-TYPE", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            Self::Broken => ("E-PAPER-BROKEN", StatusCode::UNPROCESSABLE_ENTITY),
            Self::Encrypted => ("E-PAPER-ENCRYPTED", StatusCode::UNPROCESSABLE_ENTITY),
            Self::Active => ("E-PAPER-ACTIVE", StatusCode::UNPROCESSABLE_ENTITY),
            Self::Pixels => ("E-PAPER-PIXELS", StatusCode::PAYLOAD_TOO_LARGE),
            Self::Pages => ("E-PAPER-PAGES", StatusCode::PAYLOAD_TOO_LARGE),
            Self::Large => ("E-PAPER-LARGE", StatusCode::PAYLOAD_TOO_LARGE),
            Self::Many => ("E-PAPER-MANY", StatusCode::CONFLICT),
            Self::Infected => ("E-PAPER-INFECTED", StatusCode::UNPROCESSABLE_ENTITY),
            Self::Pending => ("E-PAPER-PENDING", StatusCode::CONFLICT),
            Self::Form => ("E-EXCUSE-FORM", StatusCode::UNPROCESSABLE_ENTITY),
        }
    }
}

impl From<ExcuseRefusal> for Error {
    fn from(refusal: ExcuseRefusal) -> Self {
        let (code, status) = refusal.parts();
        Refusal::new(code, status, "roll.refused").into()
    }
}

impl From<Unfit> for ExcuseRefusal {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Nothing => Self::NoFile,
            Unfit::Large => Self::Large,
            Unfit::Broken => Self::Broken,
            Unfit::Pixels => Self::Pixels,
        }
    }
}
