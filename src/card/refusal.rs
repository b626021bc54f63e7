//! What the card office refuses, each with its code.
use crate::uploads::Unfit;
use crate::web::{Error, Refusal};
use actix_web::http::StatusCode;

/// Why the card office refuses something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardRefusal {
    /// Cards of this type are looked after by others.
    Forbidden,
    /// The account can have no card.
    NoHolder,
    /// A request cannot be made now.
    Ask,
    /// No way leads there from where the card is.
    State,
    /// Somebody else changed it meanwhile.
    Version,
    /// It needs a reason.
    Why,
    /// No card was chosen.
    NoCard,
    /// This is no number of a chip.
    Csn,
    /// Another card has this number.
    CsnTaken,
    /// No card has this chip.
    Unknown,
    /// No identifier can be given for one of the applications on the chip.
    Identifier,
    /// It was handed out before.
    Delivered,
    /// Nothing in the batch waits for the printer.
    BatchOver,
    /// Its holder shows the photo to nobody.
    Consent,
    /// No photo was sent, or it is not there any more.
    NoPhoto,
    /// Neither JPEG nor PNG.
    PhotoType,
    /// It breaks off.
    PhotoBroken,
    /// Too few points.
    PhotoSmall,
    /// Too many points.
    PhotoPixels,
    /// Too long.
    PhotoLarge,
    /// Too many in one day.
    PhotoMany,
    /// The scanner did not see it yet, or found something.
    PhotoHeld,
    /// Nobody can be named so at the CROUS.
    Name,
    /// Nothing can be paid here.
    PayClosed,
    /// Paybox does not answer.
    PayAway,
    /// Too many orders in one day.
    PayMany,
    /// A request used the payment, or it was given back before.
    PayUsed,
}

impl CardRefusal {
    fn parts(self) -> (&'static str, StatusCode) {
        match self {
            Self::Forbidden => ("E-CARD-FORBIDDEN", StatusCode::FORBIDDEN),
            Self::NoHolder => ("E-CARD-NO-HOLDER", StatusCode::CONFLICT),
            Self::Ask => ("E-CARD-ASK", StatusCode::CONFLICT),
            Self::State => ("E-CARD-STATE", StatusCode::CONFLICT),
            Self::Version => ("E-CARD-VERSION", StatusCode::PRECONDITION_FAILED),
            Self::Why => ("E-CARD-WHY", StatusCode::UNPROCESSABLE_ENTITY),
            Self::NoCard => ("E-CARD-NONE", StatusCode::UNPROCESSABLE_ENTITY),
            Self::Csn => ("E-CARD-CSN", StatusCode::UNPROCESSABLE_ENTITY),
            Self::CsnTaken => ("E-CARD-CSN-TAKEN", StatusCode::CONFLICT),
            Self::Unknown => ("E-CARD-UNKNOWN", StatusCode::NOT_FOUND),
            Self::Identifier => ("E-CARD-IDENTIFIER", StatusCode::CONFLICT),
            Self::Delivered => ("E-CARD-DELIVERED", StatusCode::CONFLICT),
            Self::BatchOver => ("E-CARD-BATCH-OVER", StatusCode::CONFLICT),
            Self::Consent => ("E-PHOTO-CONSENT", StatusCode::FORBIDDEN),
            Self::NoPhoto => ("E-PHOTO-NONE", StatusCode::UNPROCESSABLE_ENTITY),
            Self::PhotoType => ("E-PHOTO-TYPE", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            Self::PhotoBroken => ("E-PHOTO-BROKEN", StatusCode::UNPROCESSABLE_ENTITY),
            Self::PhotoSmall => ("E-PHOTO-SMALL", StatusCode::UNPROCESSABLE_ENTITY),
            Self::PhotoPixels => ("E-PHOTO-PIXELS", StatusCode::PAYLOAD_TOO_LARGE),
            Self::PhotoLarge => ("E-PHOTO-LARGE", StatusCode::PAYLOAD_TOO_LARGE),
            Self::PhotoMany => ("E-PHOTO-MANY", StatusCode::CONFLICT),
            Self::Name => ("E-CARD-NAME", StatusCode::UNPROCESSABLE_ENTITY),
            Self::PayClosed => ("E-PAY-CLOSED", StatusCode::CONFLICT),
            Self::PayAway => ("E-PAY-AWAY", StatusCode::SERVICE_UNAVAILABLE),
            Self::PayMany => ("E-PAY-MANY", StatusCode::CONFLICT),
            Self::PayUsed => ("E-PAY-USED", StatusCode::CONFLICT),
            Self::PhotoHeld => ("E-PHOTO-HELD", StatusCode::CONFLICT),
        }
    }
}

impl From<CardRefusal> for Error {
    fn from(refusal: CardRefusal) -> Self {
        let (code, status) = refusal.parts();
        Refusal::new(code, status, "card.refused").into()
    }
}

impl From<Unfit> for CardRefusal {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Nothing => Self::NoPhoto,
            Unfit::Large => Self::PhotoLarge,
            Unfit::Broken => Self::PhotoBroken,
            Unfit::Pixels => Self::PhotoPixels,
        }
    }
}
