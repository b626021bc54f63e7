//! What a paper is, by its content alone (10.4, SEC-89). Names and declared types say nothing.
mod pdf;
mod picture;

use super::refusal::ExcuseRefusal;

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
        if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            Some(Self::Jpeg)
        } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else {
            pdf::is_one(bytes).then_some(Self::Pdf)
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
        Kind::Jpeg | Kind::Png => picture::anew(kind, &bytes)?,
    };
    Ok(Paper { kind, bytes })
}
