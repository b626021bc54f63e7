//! Whether the files of a copy are what was written (REL-15).
//!
//! Every file of the library carries a checksum, except the list of files, `meta.json`: that one
//! is compared with what the files say.
use super::error::IndexError;
use super::folder;
use super::position::Position;
use super::schema::{schema, settings, tokenizers};
use super::view::View;
use serde_json::{Map, Value};
use std::path::Path;
use tantivy::ReloadPolicy;
use tantivy::index::{Index, SegmentReader};

/// Up to this size all checksums are computed before anything is searched; a larger copy serves
/// meanwhile. A gigabyte takes about a second.
const CHECKED_AT_ONCE: u64 = 256 << 20;

/// Open a copy and read its position, or say what is wrong with it.
pub(super) fn open(path: &Path) -> Result<(Index, Position), IndexError> {
    strictly(path)?;
    let mut index = Index::open_in_dir(path)?;
    if index.schema() != schema().0 || *index.settings() != settings() {
        return Err(damaged("it was made by other rules"));
    }
    index.set_tokenizers(tokenizers());
    let payload = index.load_metas()?.payload.unwrap_or_default();
    let position = Position::read(&payload).ok_or_else(|| damaged("its position is unreadable"))?;
    if folder::size(path) <= CHECKED_AT_ONCE {
        checksums(&index)?;
    }
    counts(&index)?;
    Ok((index, position))
}

/// Whether the checksums of a copy are still to be computed.
pub(super) fn is_unchecked(path: &Path) -> bool {
    folder::size(path) > CHECKED_AT_ONCE
}

/// Whether a checksum of a copy is wrong that another thread may write to: files that are merged
/// away meanwhile are no damage.
pub(super) fn is_wrong_for_good(path: &Path) -> bool {
    let is_wrong = || match Index::open_in_dir(path) {
        Ok(index) => matches!(checksums(&index), Err(IndexError::Damaged(_))),
        Err(_) => false,
    };
    is_wrong() && is_wrong()
}

fn checksums(index: &Index) -> Result<(), IndexError> {
    let wrong = index.validate_checksum()?;
    match wrong.iter().next() {
        Some(file) => Err(damaged(&format!("{} is not what was written", file.display()))),
        None => Ok(()),
    }
}

/// Segments hold as many people as the list of files says; how many rows their columns have is
/// compared when they are opened.
fn counts(index: &Index) -> Result<(), IndexError> {
    let searcher =
        index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?.searcher();
    for meta in index.searchable_segment_metas()? {
        let mut readers = searcher.segment_readers().iter();
        let reader = readers.find(|reader| reader.segment_id() == meta.id());
        if reader.map(SegmentReader::num_docs) != Some(meta.num_docs()) {
            return Err(damaged("people are missing who were not taken out"));
        }
    }
    View::open(&searcher, &schema().1)?;
    Ok(())
}

/// `meta.json` has no member that the library would overlook.
fn strictly(path: &Path) -> Result<(), IndexError> {
    let file = path.join("meta.json");
    let text = std::fs::read_to_string(&file).map_err(|error| IndexError::Folder(file, error))?;
    let parsed: Value = serde_json::from_str(&text).map_err(|_| damaged("meta.json is no JSON"))?;
    let known = ["index_settings", "segments", "schema", "opstamp", "payload"];
    let top = parsed.as_object().filter(|top| has_only(top, &known));
    let segments = top.and_then(|top| top.get("segments")?.as_array());
    let is_good = segments.is_some_and(|segments| segments.iter().all(is_segment));
    is_good.then_some(()).ok_or_else(|| damaged("meta.json has something unknown in it"))
}

fn is_segment(segment: &Value) -> bool {
    let known = ["segment_id", "max_doc", "deletes"];
    let Some(segment) = segment.as_object().filter(|segment| has_only(segment, &known)) else {
        return false;
    };
    match segment.get("deletes") {
        None => false,
        Some(Value::Null) => true,
        Some(deletes) => deletes
            .as_object()
            .is_some_and(|deletes| has_only(deletes, &["num_deleted_docs", "opstamp"])),
    }
}

fn has_only(object: &Map<String, Value>, known: &[&str]) -> bool {
    object.keys().all(|key| known.contains(&key.as_str()))
}

fn damaged(why: &str) -> IndexError {
    IndexError::Damaged(why.to_owned())
}
