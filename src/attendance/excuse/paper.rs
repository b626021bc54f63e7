//! What a paper is, by its content alone (10.4, SEC-89). Names and declared types say nothing.
mod pdf;

use super::refusal::ExcuseRefusal;
use crate::uploads::picture::{self, Format};

/// Longest paper, bytes.
pub const LONGEST: usize = 10 * 1024 * 1024;

/// What a paper is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A document.
    Pdf,
    /// A photograph.
    Jpeg,
    /// A picture of a screen, mostly.
    Png,
}

/// A paper that can be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// What it is.
    pub kind: Kind,
    /// What is kept: pictures are written anew.
    pub bytes: Vec<u8>,
}

impl Kind {
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        match Format::of(bytes) {
            Some(Format::Jpeg) => Some(Self::Jpeg),
            Some(Format::Png) => Some(Self::Png),
            None => pdf::is_one(bytes).then_some(Self::Pdf),
        }
    }
}

/// Look at what somebody sent. Pictures lose everything that is no picture: places, thumbnails,
/// whatever hangs behind them.
pub fn inspect(bytes: Vec<u8>) -> Result<Paper, ExcuseRefusal> {
    if bytes.is_empty() {
        return Err(ExcuseRefusal::NoFile);
    }
    let kind = Kind::of(&bytes).ok_or(ExcuseRefusal::Type)?;
    let bytes = match kind {
        Kind::Pdf => {
            pdf::check(&bytes)?;
            bytes
        }
        Kind::Jpeg => picture::anew(Format::Jpeg, &bytes)?,
        Kind::Png => picture::anew(Format::Png, &bytes)?,
    };
    Ok(Paper { kind, bytes })
}
