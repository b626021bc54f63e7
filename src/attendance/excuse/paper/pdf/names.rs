//! Names in the bytes of a document, and where words stand.
use std::borrow::Cow;

pub(super) fn is_among(name: &[u8], words: &[&str]) -> bool {
    words.iter().any(|word| word.as_bytes() == name)
}

/// A list stands behind a name.
pub(super) fn is_list(behind: &[u8]) -> bool {
    behind.iter().find(|byte| !is_white(**byte)) == Some(&b'[')
}

/// The name that stands behind a name.
pub(super) fn name_behind(behind: &[u8]) -> Option<Cow<'_, [u8]>> {
    let at = behind.iter().position(|byte| !is_white(*byte))?;
    names(&behind[at..]).next().filter(|name| name.at == 0).map(|name| name.plain)
}

/// A name in some bytes.
pub(super) struct Name<'b> {
    /// Where its slash is.
    pub(super) at: usize,
    /// What it says, with `#xx` undone.
    pub(super) plain: Cow<'b, [u8]>,
    /// What stands behind it.
    pub(super) behind: &'b [u8],
}

/// Every name.
pub(super) fn names(bytes: &[u8]) -> impl Iterator<Item = Name<'_>> {
    let slashes = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    slashes.map(|(at, _)| {
        let rest = &bytes[at + 1..];
        let length = rest.iter().position(|byte| is_white(*byte) || is_delimiter(*byte));
        let (name, behind) = rest.split_at(length.unwrap_or(rest.len()));
        Name { at, plain: undo(name), behind }
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

pub(super) fn is_white(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

pub(super) fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
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

pub(super) fn rfind(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    (0..=bytes.len().checked_sub(wanted.len())?).rev().find(|at| bytes[*at..].starts_with(wanted))
}
