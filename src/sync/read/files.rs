//! Entries of files: one, or all of a folder, which together are the list.
use super::super::entry::{Entry, Reject};
use super::super::outcome::Progress;
use super::super::shape::Shape;
use super::{PAGE, ReadError};
use crate::hex::hex;
use crate::identity::Attributes;
use crate::rows::{self, CsvRows, Format, Input, JsonRow, JsonRows};
use openssl::sha::sha256;
use serde_json::{Map, Value};
use std::fmt::Write as _;
use std::fs::{DirEntry, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Longest row: one with thousands of values.
const MOST_BYTES: u32 = 4 << 20;
/// Objects within objects that are looked into.
const DEEPEST: usize = 4;

/// Reads file after file.
pub(in crate::sync) struct FilesReader {
    root: PathBuf,
    format: Format,
    shape: Shape,
    waiting: std::vec::IntoIter<PathBuf>,
    now: Option<(String, Rows)>,
    mark: String,
    progress: Progress,
}

enum Rows {
    Csv(Box<CsvRows<Input>>),
    Jsonl(JsonRows<Input>),
}

impl FilesReader {
    pub(super) fn open(
        path: &Path,
        format: Format,
        shape: &Shape,
        progress: &Progress,
    ) -> Result<Self, ReadError> {
        let files = files(path, format)?;
        let size = files.iter().map(|file| file.metadata().map_or(0, |facts| facts.len())).sum();
        progress.set_bytes(size);
        let mark = fingerprint(path, format)?;
        Ok(Self {
            root: path.to_owned(),
            format,
            shape: shape.clone(),
            waiting: files.into_iter(),
            now: None,
            mark,
            progress: progress.clone(),
        })
    }

    pub(super) fn mark(&self) -> &str {
        &self.mark
    }

    pub(super) fn page(&mut self) -> Result<Vec<Entry>, ReadError> {
        let mut page = Vec::with_capacity(PAGE);
        while page.len() < PAGE {
            match self.next()? {
                Some(entry) => page.push(entry),
                None => break,
            }
        }
        Ok(page)
    }

    fn next(&mut self) -> Result<Option<Entry>, ReadError> {
        loop {
            if self.now.is_none() {
                let Some(path) = self.waiting.next() else { return self.end() };
                self.now = Some(self.start(&path)?);
            }
            let Some((name, rows)) = &mut self.now else { return Ok(None) };
            let told = |error| ReadError::Rows(name.clone(), error);
            let read = match rows {
                Rows::Csv(rows) => {
                    let columns = rows.names().to_vec();
                    let row = rows.next_row().map_err(told)?;
                    row.map(|(line, values)| (line, csv(&self.shape, &columns, &values)))
                }
                Rows::Jsonl(rows) => {
                    rows.next_row().map_err(told)?.map(|row| json(&self.shape, row))
                }
            };
            match read {
                Some((line, read)) => {
                    return Ok(Some(Entry { place: format!("{name}:{line}"), read }));
                }
                None => self.now = None,
            }
        }
    }

    fn start(&self, path: &Path) -> Result<(String, Rows), ReadError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let file = File::open(path).map_err(|error| ReadError::File(name.clone(), error))?;
        let counted = Counted { file, progress: self.progress.clone() };
        let told = |error| ReadError::Rows(name.clone(), error);
        let input = rows::input(Box::new(counted)).map_err(told)?;
        let rows = match self.format {
            Format::Csv => {
                Rows::Csv(Box::new(CsvRows::open(input, MOST_BYTES as usize).map_err(told)?))
            }
            Format::Jsonl => Rows::Jsonl(JsonRows::open(input, MOST_BYTES.into())),
        };
        Ok((name, rows))
    }

    /// Half of a file that somebody was writing is no list.
    fn end(&self) -> Result<Option<Entry>, ReadError> {
        if fingerprint(&self.root, self.format)? == self.mark {
            return Ok(None);
        }
        Err(ReadError::Moving(self.root.display().to_string()))
    }
}

type Shaped = Result<super::super::entry::Candidate, (Reject, Option<String>)>;

fn csv(shape: &Shape, columns: &[String], values: &[String]) -> Shaped {
    let (found, wanted) = (values.len(), columns.len());
    let pairs = columns.iter().zip(values).filter(|(name, _)| !name.is_empty());
    let read = shape.candidate(pairs.collect());
    if found == wanted {
        return read;
    }
    let who = match read {
        Ok(candidate) => Some(candidate.source_id),
        Err((_, who)) => who,
    };
    Err((Reject::Columns { found, wanted }, who))
}

fn json(shape: &Shape, (line, object): JsonRow) -> (u64, Shaped) {
    let Some(object) = object else { return (line, Err((Reject::NoObject, None))) };
    (line, shape.candidate(flat(&object)))
}

/// The attributes of an object.
pub(in crate::sync) fn flat(object: &Map<String, Value>) -> Attributes {
    let mut attributes = Attributes::default();
    for (name, value) in object {
        flatten(&mut attributes, name, value, 0);
    }
    attributes
}

/// Lists are several values; what stands in an object is called `outer.inner`.
fn flatten(attributes: &mut Attributes, name: &str, value: &Value, depth: usize) {
    match value {
        Value::String(text) => attributes.add(name, text.clone()),
        Value::Bool(flag) => attributes.add(name, flag.to_string()),
        Value::Number(number) => attributes.add(name, number.to_string()),
        Value::Array(list) if depth < DEEPEST => {
            for one in list {
                flatten(attributes, name, one, depth + 1);
            }
        }
        Value::Object(object) if depth < DEEPEST => {
            for (inner, value) in object {
                flatten(attributes, &format!("{name}.{inner}"), value, depth + 1);
            }
        }
        Value::Null | Value::Array(_) | Value::Object(_) => {}
    }
}

/// The file itself, or those of a folder by their endings, in order of name.
fn files(path: &Path, format: Format) -> Result<Vec<PathBuf>, ReadError> {
    let name = || path.display().to_string();
    let failed = |error| ReadError::File(name(), error);
    if !path.metadata().map_err(failed)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = path.read_dir().map_err(failed)?.collect::<io::Result<Vec<_>>>();
    let mut files: Vec<PathBuf> = entries.map_err(failed)?.iter().map(DirEntry::path).collect();
    files.retain(|file| file.is_file() && has_ending(file, format));
    files.sort();
    if files.is_empty() {
        let endings = if format == Format::Csv { ".csv, .txt, .tsv" } else { ".jsonl, .ndjson" };
        return Err(ReadError::NoFile(name(), endings));
    }
    Ok(files)
}

fn has_ending(path: &Path, format: Format) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    match ending.to_ascii_lowercase().as_str() {
        "csv" | "txt" | "tsv" => format == Format::Csv,
        "jsonl" | "ndjson" | "json" => format == Format::Jsonl,
        _ => false,
    }
}

/// What the files look like from outside: another one after each change.
pub(in crate::sync) fn fingerprint(path: &Path, format: Format) -> Result<String, ReadError> {
    let mut seen = String::new();
    for file in files(path, format)? {
        let facts = file.metadata();
        let facts = facts.map_err(|error| ReadError::File(file.display().to_string(), error))?;
        let changed = facts.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let changed = changed.unwrap_or_default().as_nanos();
        let _ = writeln!(seen, "{} {} {changed}", file.display(), facts.len());
    }
    Ok(hex(&sha256(seen.as_bytes())[..16]))
}

/// Counts what is read of a file.
struct Counted {
    file: File,
    progress: Progress,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.progress.count_bytes(read as u64);
        Ok(read)
    }
}
