//! What is refused around alerts and letters, each with its code.
use crate::web::{Error, Refusal};
use actix_web::http::StatusCode;

/// Why something around an alert or a letter is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeRefusal {
    /// Somebody else changed the rule meanwhile.
    Version,
    /// The rule is about more than somebody looks after.
    Scope,
}

impl From<NoticeRefusal> for Error {
    fn from(refusal: NoticeRefusal) -> Self {
        let (code, status) = match refusal {
            NoticeRefusal::Version => ("E-ALERT-VERSION", StatusCode::PRECONDITION_FAILED),
            NoticeRefusal::Scope => ("E-ALERT-SCOPE", StatusCode::FORBIDDEN),
        };
        Refusal::new(code, status, "roll.refused").into()
    }
}
