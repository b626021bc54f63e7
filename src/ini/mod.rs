//! Reads the INI files that administrators and scripts write, tolerantly and line by line.
//!
//! Existing files were written for other readers, so each line is first cleaned ([`clean`] finds
//! out what it is, [`charset`] in which charset) and then handed over in a form that the `ini`
//! crate cannot misread ([`quote`]). A bad line costs that line and nothing else; every complaint
//! is a [`Finding`] with its line. Only a file that is too large is refused as a whole.
mod charset;
mod clean;
mod document;
mod findings;
mod network;
mod quote;
#[cfg(test)]
mod tests;

pub(crate) use charset::decode;
pub use document::{Document, Entry, Section};
pub use network::{NetworkError, WrittenNetwork};

use crate::finding::Finding;
use std::io::Read;
use std::path::Path;

/// Bytes of the largest file that is read.
pub const MAX_FILE: usize = 32 << 20;
/// Bytes of the longest line that is read.
pub const MAX_LINE: usize = 8 << 10;
/// Section headers in the largest file that is read.
pub const MAX_SECTIONS: usize = 200_000;

/// Read a document that stands in `bytes`; `file` is what findings call it.
///
/// Never fails: a refused document ([`Document::is_refused`]) is empty and has an `E-INI-…` finding.
pub fn read(file: &str, bytes: &[u8]) -> (Document, Vec<Finding>) {
    if bytes.len() > MAX_FILE {
        return refused(file, "E-INI-SIZE", format!("more than {MAX_FILE} bytes"));
    }
    let mut findings = findings::Findings::default();
    let cleaned = clean::clean(file, bytes, &mut findings);
    if cleaned.headers > MAX_SECTIONS {
        return refused(file, "E-INI-SECTIONS", format!("more than {MAX_SECTIONS} sections"));
    }
    match Document::build(file, &cleaned, &mut findings) {
        Ok(document) => (document, findings.into_vec(file)),
        Err(error) => refused(file, "E-INI-SYNTAX", error.to_string()),
    }
}

/// Read a document from the disk, at most [`MAX_FILE`] bytes of it; findings name its whole path.
pub fn read_file(path: &Path) -> std::io::Result<(Document, Vec<Finding>)> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MAX_FILE as u64 + 1).read_to_end(&mut bytes)?;
    Ok(read(&path.display().to_string(), &bytes))
}

/// A yes or a no as administrators write it, in English or French, in any case.
pub fn boolean(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" | "oui" => Some(true),
        "false" | "no" | "off" | "0" | "non" => Some(false),
        _ => None,
    }
}

/// Entry point for a fuzzer: any bytes at all are read, looked through and never panic.
pub fn fuzz(data: &[u8]) {
    let (document, findings) = read("fuzz.ini", data);
    let last = u32::try_from(data.len()).unwrap_or(u32::MAX).saturating_add(1);
    assert!(findings.iter().all(|finding| finding.line.is_none_or(|line| line <= last)));
    for section in document.sections() {
        assert!(document.section(&section.name).is_some_and(|found| found == section));
        assert!(section.entries().iter().all(|entry| section.entry(&entry.key).is_some()));
    }
}

fn refused(file: &str, code: &'static str, why: String) -> (Document, Vec<Finding>) {
    let finding = Finding { file: file.to_owned(), ..Finding::about(code, file).detail(why) };
    (Document::refused(file), vec![finding])
}
