//! What differs, put aside until everything was read: in memory, or where it is much in a file
//! without a name that is gone when we are.
use super::entry::Candidate;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use tempfile::SpooledTempFile;

/// Bytes kept in memory.
const IN_MEMORY: usize = 16 << 20;

/// Being filled.
pub(super) struct Spool {
    file: SpooledTempFile,
    count: u64,
}

impl Default for Spool {
    fn default() -> Self {
        Self { file: SpooledTempFile::new(IN_MEMORY), count: 0 }
    }
}

impl Spool {
    /// Put somebody aside.
    pub(super) fn push(&mut self, candidate: &Candidate) -> io::Result<()> {
        let mut line = serde_json::to_vec(candidate)?;
        line.push(b'\n');
        self.count += 1;
        self.file.write_all(&line)
    }

    /// How many are in it.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// To be emptied, from the first one.
    pub(super) fn into_batches(mut self) -> io::Result<Batches> {
        self.file.seek(SeekFrom::Start(0))?;
        Ok(Batches(BufReader::new(self.file)))
    }
}

/// Being emptied.
pub(super) struct Batches(BufReader<SpooledTempFile>);

impl Batches {
    /// The next ones, at most so many; none when it is empty.
    pub(super) fn next(&mut self, most: usize) -> io::Result<Vec<Candidate>> {
        let mut batch = Vec::with_capacity(most);
        let mut line = Vec::new();
        while batch.len() < most {
            line.clear();
            if self.0.read_until(b'\n', &mut line)? == 0 {
                break;
            }
            batch.push(serde_json::from_slice(&line)?);
        }
        Ok(batch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out_in_order_also_from_the_disk() {
        let mut spool = Spool { file: SpooledTempFile::new(100), count: 0 };
        let candidate = |n: usize| Candidate {
            source_id: n.to_string(),
            login: "é\n".repeat(10),
            attributes: [("sn", "Dupont")].into_iter().collect(),
            known: crate::identity::formats::Known::default(),
        };
        (0..25).for_each(|n| spool.push(&candidate(n)).unwrap());
        assert_eq!(spool.count(), 25);

        let mut batches = spool.into_batches().unwrap();
        let sizes: Vec<usize> = (0..4).map(|_| batches.next(10).unwrap().len()).collect();
        assert_eq!(sizes, [10, 10, 5, 0]);
    }
}
