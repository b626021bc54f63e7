//! What is looked for, wherever it stands, and how much was looked at.
use super::names::{is_among, is_list, name_behind, names};
use crate::attendance::excuse::refusal::ExcuseRefusal;

/// What is read and what comes out of it, bytes of all streams together. A word `stream` inside of
/// a stream has the same bytes read again.
pub(super) const UNPACKED: usize = 256 * 1024 * 1024;
/// Pages of a document.
pub(super) const PAGES: usize = 200;
/// Longest name that matters, with what stands behind it.
const MARGIN: usize = 128;
/// What makes a document do something. Forms by XFA bring scripts in a language of their own.
const ACTIVE: [&str; 7] =
    ["JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "Rendition", "XFA"];
/// Ways of packing in which names could hide.
const ODD: [&str; 3] = ["LZWDecode", "ASCIIHexDecode", "RunLengthDecode"];
/// Their short names, which stand in honest pages for small pictures.
const ODD_SHORT: [&str; 2] = ["LZW", "AHx"];

/// What was found so far.
pub(super) struct Looking {
    left: usize,
    pages: usize,
    has_letters: bool,
    has_objects: bool,
}

impl Default for Looking {
    fn default() -> Self {
        Self { left: UNPACKED, pages: 0, has_letters: false, has_objects: false }
    }
}

impl Looking {
    /// Look at the document as it stands there.
    pub(super) fn plain(&mut self, bytes: &[u8]) -> Result<(), ExcuseRefusal> {
        for name in names(bytes) {
            if is_among(&name.plain, &ODD_SHORT) {
                return Err(ExcuseRefusal::Broken);
            }
            self.has_letters |= is_among(&name.plain, &["A85"]);
        }
        self.look(bytes, true).map(drop)
    }

    /// Look at the names of a piece; how many of its bytes are done with. At the end of one that goes
    /// on names may be cut: those are looked at again with the next one.
    pub(super) fn look(&mut self, bytes: &[u8], is_last: bool) -> Result<usize, ExcuseRefusal> {
        for name in names(bytes) {
            if !is_last && bytes.len() - name.at < MARGIN {
                return Ok(name.at);
            }
            let is = |words: &[&str]| is_among(&name.plain, words);
            if is(&["Encrypt"]) {
                return Err(ExcuseRefusal::Encrypted);
            }
            // A place to open at is a list; whatever else may be an action.
            if is(&ACTIVE) || (is(&["OpenAction"]) && !is_list(name.behind)) {
                return Err(ExcuseRefusal::Active);
            }
            if is(&ODD) {
                return Err(ExcuseRefusal::Broken);
            }
            // One that old libraries use for everything, but never for objects.
            self.has_letters |= is(&["ASCII85Decode"]);
            self.has_objects |= is(&["ObjStm"]);
            let is_page = is(&["Type"]) && name_behind(name.behind).as_deref() == Some(b"Page");
            self.pages += usize::from(is_page);
        }
        Ok(bytes.len())
    }

    /// So many bytes were read, or came out.
    pub(super) fn spend(&mut self, bytes: usize) -> Result<(), ExcuseRefusal> {
        self.left = self.left.checked_sub(bytes).ok_or(ExcuseRefusal::Broken)?;
        Ok(())
    }

    /// What only the whole tells.
    pub(super) fn end(&self) -> Result<(), ExcuseRefusal> {
        if self.has_letters && self.has_objects {
            return Err(ExcuseRefusal::Broken);
        }
        if self.pages > PAGES { Err(ExcuseRefusal::Pages) } else { Ok(()) }
    }
}

/// The short name of scripts.
pub(super) fn short(bytes: &[u8]) -> Result<(), ExcuseRefusal> {
    let acts = names(bytes).any(|name| is_among(&name.plain, &["JS"]));
    if acts { Err(ExcuseRefusal::Active) } else { Ok(()) }
}
