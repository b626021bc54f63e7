//! The clean-up pass: what each line is, and the same document without anything doubtful.
use super::findings::Findings;
use super::{MAX_LINE, charset, quote};
use crate::finding::Finding;
use std::borrow::Cow;

/// Bytes after which the next header begins a new piece. The `ini` crate makes a small map of
/// each section: those of one piece fit into the caches of a processor, 70 000 do not.
const PIECE: usize = 64 << 10;

/// A document in which line N still is line N and holds nothing but a header or `key="value"`.
#[derive(Debug, Default)]
pub(super) struct Cleaned {
    /// Text for the `ini` crate.
    text: String,
    /// Where in `text` and in `lines` a new piece begins, the first one excepted.
    cuts: Vec<(usize, usize)>,
    /// Number of section headers in `text`.
    pub(super) headers: usize,
    /// Line of each header and entry of `text`, in order.
    lines: Vec<u32>,
}

/// Stands for a colon in a key, which the `ini` crate would take for `=`.
pub(super) const COLON: &str = "\u{1f}";

impl Cleaned {
    /// The text in pieces of whole sections, each with the lines of its headers and entries.
    pub(super) fn pieces(&self) -> impl Iterator<Item = (&str, &[u32])> {
        let starts = std::iter::once((0, 0)).chain(self.cuts.iter().copied());
        let ends = self.cuts.iter().copied().chain([(self.text.len(), self.lines.len())]);
        starts.zip(ends).map(|((text, lines), (text_end, lines_end))| {
            (&self.text[text..text_end], &self.lines[lines..lines_end])
        })
    }

    fn header(&mut self, name: &str) {
        self.headers += 1;
        let begun = self.cuts.last().map_or(0, |(text, _)| *text);
        if self.text.len() - begun >= PIECE {
            self.cuts.push((self.text.len(), self.lines.len()));
        }
        self.text.extend(["[", name, "]"]);
    }
}

/// What one line turned out to be.
#[derive(Debug, PartialEq, Eq)]
enum Line<'a> {
    Nothing,
    Header(&'a str),
    Entry { key: &'a str, value: Cow<'a, str> },
}

/// Why a line, or a part of it, was dropped.
#[derive(Debug)]
struct Complaint {
    code: &'static str,
    why: &'static str,
}

const fn stray(why: &'static str) -> Complaint {
    Complaint { code: "W-INI-LINE", why }
}

const fn misquoted(why: &'static str) -> Complaint {
    Complaint { code: "W-INI-QUOTE", why }
}

/// Clean all lines; what is dropped or repaired is reported in `findings`.
pub(super) fn clean(file: &str, bytes: &[u8], findings: &mut Findings) -> Cleaned {
    let (bytes, recoded) = charset::without_mark(bytes);
    let mut cleaner = Cleaner { file, findings, recoded: recoded.then_some(1), lost: false };
    let mut cleaned = Cleaned { text: String::with_capacity(bytes.len()), ..Cleaned::default() };
    let mut number = 0_u32;
    for line in charset::lines(&bytes) {
        number = number.saturating_add(1);
        cleaner.line(number, line, &mut cleaned);
        cleaned.text.push('\n');
    }
    cleaner.report_charset();
    cleaned
}

struct Cleaner<'a> {
    file: &'a str,
    findings: &'a mut Findings,
    /// First line that was not UTF-8.
    recoded: Option<u32>,
    /// Behind a header that could not be read: its entries belong to nobody.
    lost: bool,
}

impl Cleaner<'_> {
    fn line(&mut self, number: u32, bytes: &[u8], cleaned: &mut Cleaned) {
        if bytes.len() > MAX_LINE {
            self.lost |= bytes.trim_ascii_start().starts_with(b"[");
            return self.complain(number, "", &stray("longer than 8 KiB"));
        }
        let (text, recoded) = charset::decode(bytes);
        if recoded {
            self.recoded.get_or_insert(number);
        }
        let text = text.trim_start_matches('\u{feff}').trim();
        let (line, complaint) = classify(text);
        if let Some(complaint) = complaint {
            self.lost |= text.starts_with('[');
            self.complain(number, text, &complaint);
        }
        self.keep(number, line, cleaned);
    }

    fn keep(&mut self, number: u32, line: Line<'_>, cleaned: &mut Cleaned) {
        match line {
            Line::Nothing => return,
            Line::Header(name) => {
                self.lost = false;
                cleaned.header(name);
            }
            Line::Entry { key, .. } if self.lost => {
                return self.complain(number, key, &stray("stands behind a broken section header"));
            }
            Line::Entry { key, value } => {
                cleaned.text.extend([&key.replace(':', COLON), "="]);
                quote::push(&mut cleaned.text, &value);
            }
        }
        cleaned.lines.push(number);
    }

    /// Report by what the line is about: never its value, which may be a secret.
    fn complain(&mut self, number: u32, text: &str, complaint: &Complaint) {
        let subject: String = text.split('=').next().unwrap_or_default().chars().take(60).collect();
        let finding = Finding::at(complaint.code, self.file, number, subject.trim());
        self.findings.push(finding.detail(complaint.why));
    }

    fn report_charset(&mut self) {
        if let Some(line) = self.recoded {
            let finding = Finding::at("W-INI-CHARSET", self.file, line, self.file);
            self.findings.push(finding.detail("not UTF-8; save the file as UTF-8"));
        }
    }
}

/// What a trimmed line is, and what is wrong with it.
fn classify(text: &str) -> (Line<'_>, Option<Complaint>) {
    if text.is_empty() || text.starts_with([';', '#']) {
        return (Line::Nothing, None);
    }
    if text.contains(|character: char| character.is_control() && character != '\t') {
        return (Line::Nothing, Some(stray("holds a control character")));
    }
    match text.strip_prefix('[') {
        Some(header) => classify_header(header),
        None => classify_entry(text),
    }
}

/// The rest of a line behind `[`.
fn classify_header(text: &str) -> (Line<'_>, Option<Complaint>) {
    let Some((name, rest)) = text.split_once(']') else {
        return (Line::Nothing, Some(stray("section header without ]")));
    };
    let (name, rest) = (name.trim(), rest.trim_start());
    if name.is_empty() || name.contains('\\') {
        return (Line::Nothing, Some(stray("section without a usable name")));
    }
    if rest.is_empty() || rest.starts_with([';', '#']) {
        return (Line::Header(name), None);
    }
    (Line::Header(name), Some(stray("text behind the section header is ignored")))
}

fn classify_entry(text: &str) -> (Line<'_>, Option<Complaint>) {
    let Some((key, value)) = text.split_once('=') else {
        return (Line::Nothing, Some(stray("no = in this line")));
    };
    let key = key.trim();
    if key.trim_end_matches("[]").is_empty() || key.contains('\\') || key.contains(COLON) {
        return (Line::Nothing, Some(stray("not a usable key")));
    }
    match read_value(value) {
        Ok((value, complaint)) => (Line::Entry { key, value }, complaint),
        Err(complaint) => (Line::Nothing, Some(complaint)),
    }
}

/// The value meant by what stands behind `=`: without its quotes and without a comment.
fn read_value(written: &str) -> Result<(Cow<'_, str>, Option<Complaint>), Complaint> {
    let value = written.trim_start();
    let Some(quote) = value.chars().next().filter(|first| ['"', '\''].contains(first)) else {
        return Ok((Cow::Borrowed(without_comment(written).trim()), None));
    };
    let Some((inner, rest)) = value[1..].split_once(quote) else {
        return Err(misquoted("the quote is never closed"));
    };
    let behind = without_comment(rest).trim_end();
    if behind.is_empty() || behind.starts_with([';', '#']) || behind.trim_start().starts_with('#') {
        return Ok((Cow::Borrowed(inner), None));
    }
    Ok((Cow::Owned(format!("{inner}{behind}")), Some(misquoted("text behind the closing quote"))))
}

/// What stands before the first semicolon that follows a blank.
fn without_comment(text: &str) -> &str {
    let comment = text.match_indices(';').find(|(at, _)| text[..*at].ends_with([' ', '\t']));
    comment.map_or(text, |(at, _)| &text[..at])
}
