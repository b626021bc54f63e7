//! PDF documents: what must not be in one (10.4).
//!
//! No reader of PDF files stands behind this, on purpose: readers mend broken files, each in its own
//! way, and what one of them does not find another one runs. Names are looked for in all bytes, as
//! they are and with `#xx` undone, and once more in everything that can be inflated, whatever is said
//! of it. Ways of packing that no honest writer uses any more are refused.
use crate::attendance::excuse::refusal::ExcuseRefusal;
use flate2::read::ZlibDecoder;
use std::borrow::Cow;
use std::io::Read;

/// Where head and tail must stand.
const EDGE: usize = 1024;
/// What all streams may hold when they are inflated.
const UNPACKED: usize = 256 * 1024 * 1024;
/// Words `stream` of a document, beginnings and ends.
const STREAMS: usize = 50_000;
/// Bytes that are inflated and looked at together.
const PIECE: usize = 64 * 1024;
/// Longest name that matters, with what stands behind it.
const MARGIN: usize = 128;
/// What makes a document do something.
const ACTIVE: [&str; 6] =
    ["JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "Rendition"];
/// Ways of packing in which names could hide.
const ODD: [&str; 5] = ["LZWDecode", "LZW", "ASCIIHexDecode", "AHx", "RunLengthDecode"];
/// One that old libraries use for everything, but never for objects.
const LETTERS: [&str; 2] = ["ASCII85Decode", "A85"];

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
    look(bytes, true)?;
    let has = |wanted: &[&str]| names(bytes).any(|(name, _)| is_among(&name, wanted));
    if has(&ODD) || (has(&LETTERS) && has(&["ObjStm"])) {
        return Err(ExcuseRefusal::Broken);
    }
    look_inside(bytes)
}

/// Inflate what stands behind every word `stream`, and look at that.
fn look_inside(bytes: &[u8]) -> Result<(), ExcuseRefusal> {
    let (mut at, mut left) = (0, UNPACKED);
    // Between streams the short name counts too; in packed bytes chance writes it.
    let mut outside = 0;
    for _ in 0..STREAMS {
        let Some(found) = find(&bytes[at..], b"stream") else {
            return look_short(&bytes[outside.min(bytes.len())..]);
        };
        let word = at + found;
        at = word + b"stream".len();
        if bytes[..word].ends_with(b"end") {
            outside = at;
            continue;
        }
        look_short(&bytes[outside.min(word)..word])?;
        outside = bytes.len();
        let body = &bytes[at..];
        let spaces = body.iter().position(|byte| !is_white(*byte)).unwrap_or(body.len());
        inflate(&body[spaces..], &mut left)?;
    }
    Err(ExcuseRefusal::Broken)
}

/// Look at as much as can be inflated; what cannot is no object that a reader would find.
fn inflate(body: &[u8], left: &mut usize) -> Result<(), ExcuseRefusal> {
    let mut reader = ZlibDecoder::new(body);
    let mut piece = Vec::new();
    loop {
        let kept = piece.len();
        piece.resize(kept + PIECE, 0);
        let read = reader.read(&mut piece[kept..]).unwrap_or(0);
        piece.truncate(kept + read);
        if read == 0 {
            return look(&piece, true);
        }
        *left = left.checked_sub(read).ok_or(ExcuseRefusal::Broken)?;
        if piece.len() > 2 * MARGIN {
            let end = piece.len() - MARGIN;
            look(&piece, false)?;
            piece.drain(..end);
        }
    }
}

/// Look at the names of a piece. At the end of one that goes on they may be cut: those are looked at
/// again with the next one.
fn look(bytes: &[u8], is_last: bool) -> Result<(), ExcuseRefusal> {
    for (name, behind) in names(bytes) {
        if !is_last && behind.len() < MARGIN / 2 {
            return Ok(());
        }
        if is_among(&name, &["Encrypt"]) {
            return Err(ExcuseRefusal::Encrypted);
        }
        // A place to open at is a list; whatever else may be an action.
        let acts = is_among(&name, &["OpenAction"]) && !opens_at_a_place(behind);
        if acts || is_among(&name, &ACTIVE) {
            return Err(ExcuseRefusal::Active);
        }
    }
    Ok(())
}

fn look_short(bytes: &[u8]) -> Result<(), ExcuseRefusal> {
    let acts = names(bytes).any(|(name, _)| is_among(&name, &["JS"]));
    if acts { Err(ExcuseRefusal::Active) } else { Ok(()) }
}

fn is_among(name: &[u8], words: &[&str]) -> bool {
    words.iter().any(|word| word.as_bytes() == name)
}

fn opens_at_a_place(behind: &[u8]) -> bool {
    behind.iter().find(|byte| !is_white(**byte)) == Some(&b'[')
}

/// Every name with what stands behind it.
fn names(bytes: &[u8]) -> impl Iterator<Item = (Cow<'_, [u8]>, &[u8])> {
    let slashes = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    slashes.map(|(at, _)| {
        let rest = &bytes[at + 1..];
        let length = rest.iter().position(|byte| is_white(*byte) || is_delimiter(*byte));
        let (name, behind) = rest.split_at(length.unwrap_or(rest.len()));
        (undo(name), behind)
    })
}

/// A name with `#4A` read as the letter that it stands for.
fn undo(name: &[u8]) -> Cow<'_, [u8]> {
    if !name.contains(&b'#') {
        return Cow::Borrowed(name);
    }
    let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let mut plain = Vec::with_capacity(name.len());
    let mut at = 0;
    while let Some(byte) = name.get(at) {
        let pair = digit(name.get(at + 1)).zip(digit(name.get(at + 2)));
        if let Some((high, low)) = pair.filter(|_| *byte == b'#') {
            plain.push(u8::try_from(high * 16 + low).unwrap_or_default());
            at += 3;
        } else {
            plain.push(*byte);
            at += 1;
        }
    }
    Cow::Owned(plain)
}

fn is_white(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    loop {
        let at = from + bytes.get(from..)?.iter().position(|byte| *byte == first)?;
        if bytes[at..].starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
}

fn rfind(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    (0..=bytes.len().checked_sub(wanted.len())?).rev().find(|at| bytes[*at..].starts_with(wanted))
}

#[cfg(test)]
mod tests;
