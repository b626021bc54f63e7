//! Lines out of bytes: byte-order marks, line ends, and the charset of each line.
use std::borrow::Cow;

/// What stands at 0x80–0x9F in Windows-1252; the five unused places become control characters.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The bytes in an ASCII-compatible charset without their byte-order mark, and whether they were
/// UTF-16, as some Windows editors save.
pub(super) fn without_mark(bytes: &[u8]) -> (Cow<'_, [u8]>, bool) {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => (Cow::Borrowed(rest), false),
        [0xFF, 0xFE, rest @ ..] => (utf16(rest, u16::from_le_bytes), true),
        [0xFE, 0xFF, rest @ ..] => (utf16(rest, u16::from_be_bytes), true),
        _ => (Cow::Borrowed(bytes), false),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Cow<'static, [u8]> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: String = char::decode_utf16(units)
        .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    Cow::Owned(text.into_bytes())
}

/// The lines, without their ends: LF, CR LF, or lone CR in a file that has no LF.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let end = if bytes.contains(&b'\n') { b'\n' } else { b'\r' };
    bytes.split(move |byte| *byte == end).map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// The text of one line, and whether it had to be taken for Windows-1252.
pub(crate) fn decode(line: &[u8]) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(line) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (Cow::Owned(line.iter().map(|byte| western(*byte)).collect()), true),
    }
}

fn western(byte: u8) -> char {
    match byte {
        0x80..=0x9F => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}
