//! The entries that a run could not use, for whoever gave the command.
use crate::cli::print::say_error;
use crate::sync::Rejected;
use anyhow::{Context, Result};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Entries that are shown; the file of `--rejected` has all of them.
const SHOWN: u64 = 20;

/// Entries that cannot be used: the first ones on the screen, all of them in a file.
pub(super) struct Rejects {
    file: Option<(PathBuf, csv::Writer<BufWriter<File>>)>,
    count: u64,
}

impl Rejects {
    pub(super) fn open(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Ok(Self { file: None, count: 0 }) };
        let file = File::create(path).with_context(|| path.display().to_string())?;
        let mut writer = csv::Writer::from_writer(BufWriter::new(file));
        writer.write_record(["place", "code", "reason"])?;
        Ok(Self { file: Some((path.to_owned(), writer)), count: 0 })
    }

    pub(super) fn note(&mut self, rejected: &Rejected) {
        self.count += 1;
        if self.count <= SHOWN {
            say_error(&format!("{}: {}", rejected.place, rejected.why));
        }
        // A disk that is full is told at the end.
        if let Some((_, writer)) = &mut self.file {
            let _ = writer.write_record([&rejected.place, rejected.code, &rejected.why]);
        }
    }

    pub(super) fn sum_up(self) -> Result<()> {
        if self.count > SHOWN {
            say_error(&format!("{} entries cannot be used", self.count));
        }
        let Some((path, writer)) = self.file else { return Ok(()) };
        let written = writer.into_inner().map_err(csv::IntoInnerError::into_error);
        written.and_then(|mut file| file.flush()).with_context(|| path.display().to_string())
    }
}
