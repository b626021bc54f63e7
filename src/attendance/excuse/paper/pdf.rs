//! PDF documents: what must not be in one (10.4).
//!
//! No reader of PDF files stands behind this, on purpose: readers mend broken files, each in its own
//! way, and what one of them does not find another one runs. Names are looked for in all bytes, as
//! they are and with `#xx` undone, and once more in everything that can be inflated, whatever is said
//! of it and however often it was packed. Ways of packing that no honest writer uses any more are
//! refused.
mod looking;
mod names;
mod packed;

use crate::attendance::excuse::refusal::ExcuseRefusal;
use looking::Looking;
use names::{find, is_white, rfind};
use packed::Packed;

/// Where head and tail must stand.
const EDGE: usize = 1024;
/// Words `stream` of a document, beginnings and ends.
const STREAMS: usize = 50_000;

/// Whether it begins and ends like one.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(EDGE)];
    let tail = &bytes[bytes.len().saturating_sub(EDGE)..];
    find(head, b"%PDF-").is_some() && find(tail, b"%%EOF").is_some()
}

/// Refuse one that is encrypted, that does something, or that is something else besides.
pub(super) fn check(bytes: &[u8]) -> Result<(), ExcuseRefusal> {
    let begin = find(bytes, b"%PDF-").ok_or(ExcuseRefusal::Type)?;
    let end = rfind(bytes, b"%%EOF").ok_or(ExcuseRefusal::Type)? + b"%%EOF".len();
    // What stands before or behind is for another program: a page, an archive.
    let is_blank = |bytes: &[u8]| bytes.iter().all(|byte| is_white(*byte));
    let before = bytes[..begin].strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes[..begin]);
    if !is_blank(before) || !is_blank(&bytes[end..]) {
        return Err(ExcuseRefusal::Type);
    }
    let mut looking = Looking::default();
    looking.plain(bytes)?;
    look_inside(bytes, &mut looking)?;
    looking.end()
}

/// Inflate what stands behind every word `stream`, and look at that.
fn look_inside(bytes: &[u8], looking: &mut Looking) -> Result<(), ExcuseRefusal> {
    let mut at = 0;
    // Between streams the short name counts too; in packed bytes chance writes it.
    let mut outside = 0;
    for _ in 0..STREAMS {
        let Some(found) = find(&bytes[at..], b"stream") else {
            return looking::short(&bytes[outside.min(bytes.len())..]);
        };
        let word = at + found;
        at = word + b"stream".len();
        if bytes[..word].ends_with(b"end") {
            outside = at;
            continue;
        }
        looking::short(&bytes[outside.min(word)..word])?;
        outside = bytes.len();
        let body = &bytes[at..];
        let spaces = body.iter().position(|byte| !is_white(*byte)).unwrap_or(body.len());
        Packed::look(&body[spaces..], looking)?;
    }
    Err(ExcuseRefusal::Broken)
}

#[cfg(test)]
mod tests;
