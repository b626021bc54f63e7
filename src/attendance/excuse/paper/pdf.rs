//! PDF documents: what must not be in one (10.4).
//!
//! No reader of PDF files stands behind this, on purpose: readers mend broken files, each in its own
//! way, and what one of them does not find another one runs. Names are looked for in all bytes, as
//! they are and with `#xx` undone, and once more in what object streams hold when they are unpacked. A
//! file that hides its objects in another way than usual is refused.
use crate::attendance::excuse::refusal::ExcuseRefusal;
use flate2::read::ZlibDecoder;
use std::borrow::Cow;
use std::io::Read;

/// Where head and tail must stand.
const EDGE: usize = 1024;
/// What object streams may hold when they are unpacked, all together.
const UNPACKED: u64 = 64 * 1024 * 1024;
/// What makes a document do something.
const ACTIVE: [&str; 6] =
    ["JavaScript", "JS", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia"];
/// Ways of packing that no honest writer uses for objects.
const ODD: [&str; 8] = [
    "LZWDecode",
    "LZW",
    "ASCIIHexDecode",
    "AHx",
    "ASCII85Decode",
    "A85",
    "RunLengthDecode",
    "DecodeParms",
];

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
    let mut left = UNPACKED;
    let mut at = begin;
    // Between streams every name counts; inside of them only long ones, which chance does not write.
    while let Some(stream) = next_stream(bytes, at) {
        look(&bytes[at..stream.body], true)?;
        let body = &bytes[stream.body..stream.end];
        look(body, false)?;
        if stream.holds_objects {
            look(&unpack(stream.dictionary, body, &mut left)?, true)?;
        }
        at = stream.end;
    }
    look(&bytes[at..], true)
}

/// A stream and what is said of it.
struct Stream<'a> {
    dictionary: &'a [u8],
    holds_objects: bool,
    body: usize,
    end: usize,
}

fn next_stream(bytes: &[u8], from: usize) -> Option<Stream<'_>> {
    let mut at = from;
    loop {
        let word = at + find(&bytes[at..], b"stream")?;
        let behind = word + b"stream".len();
        let body = match bytes.get(behind..)? {
            [b'\r', b'\n', ..] => behind + 2,
            [b'\n' | b'\r', ..] => behind + 1,
            _ => {
                at = behind;
                continue;
            }
        };
        if bytes[..word].ends_with(b"end") {
            at = behind;
            continue;
        }
        let begin = rfind(&bytes[from..word], b"obj").map_or(from, |obj| from + obj);
        let dictionary = &bytes[begin..word];
        let length = find(&bytes[body..], b"endstream").unwrap_or(bytes.len() - body);
        let holds_objects = names(dictionary).any(|(name, _)| name == b"ObjStm".as_slice());
        return Some(Stream { dictionary, holds_objects, body, end: body + length });
    }
}

/// What an object stream holds.
fn unpack(dictionary: &[u8], body: &[u8], left: &mut u64) -> Result<Vec<u8>, ExcuseRefusal> {
    let has = |wanted: &str| names(dictionary).any(|(name, _)| name == wanted.as_bytes());
    let is_packed = has("FlateDecode") || has("Fl");
    if ODD.into_iter().any(has) || (!is_packed && (has("Filter") || has("F"))) {
        return Err(ExcuseRefusal::Broken);
    }
    if !is_packed {
        return Ok(body.to_vec());
    }
    let mut objects = Vec::new();
    let mut reader = ZlibDecoder::new(body).take(*left + 1);
    reader.read_to_end(&mut objects).map_err(|_| ExcuseRefusal::Broken)?;
    let length = u64::try_from(objects.len()).unwrap_or(u64::MAX);
    *left = left.checked_sub(length).ok_or(ExcuseRefusal::Broken)?;
    Ok(objects)
}

fn look(bytes: &[u8], with_short: bool) -> Result<(), ExcuseRefusal> {
    for (name, behind) in names(bytes) {
        let is = |wanted: &str| name == wanted.as_bytes();
        if with_short && is("Encrypt") {
            return Err(ExcuseRefusal::Encrypted);
        }
        // A place to open at is a list; whatever else may be an action.
        let acts = is("OpenAction") && !opens_at_a_place(behind);
        if acts || ACTIVE.into_iter().any(|word| is(word) && (with_short || word.len() > 5)) {
            return Err(ExcuseRefusal::Active);
        }
    }
    Ok(())
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
