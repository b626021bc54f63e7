//! How far an index copy has followed the change log; every commit carries it.
use super::schema::VERSION;
use crate::identity::store::ChangeRow;
use openssl::sha::sha256;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The last change that is in the index, and by which rules it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Position {
    /// 0: made before the first change of all.
    pub(super) seq: i64,
    /// Which change that was: another one with this number is another history (REL-19).
    pub(super) change_id: Uuid,
    /// Whether pupils are in it.
    pub(super) with_pupils: bool,
    version: u32,
}

impl Position {
    /// Behind this change; `None`: before the first one.
    pub(super) fn behind(change: Option<&ChangeRow>, with_pupils: bool) -> Self {
        let (seq, change_id) = change.map_or((0, Uuid::nil()), |row| (row.seq, row.change_id));
        Self { seq, change_id, with_pupils, version: VERSION }
    }

    /// Whether an index with this position is made as we would make it.
    pub(super) fn fits(&self, with_pupils: bool) -> bool {
        self.version == VERSION && self.with_pupils == with_pupils
    }

    /// The text that a commit carries: itself and a checksum, since the library keeps none of it.
    pub(super) fn write(&self) -> String {
        let text = serde_json::to_string(self).expect("numbers and an id become JSON");
        format!("{} {text}", checksum(&text))
    }

    /// Read the text back; `None` when a bit of it is wrong.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (sum, text) = text.split_once(' ')?;
        if sum != checksum(text) {
            return None;
        }
        serde_json::from_str(text).ok()
    }
}

fn checksum(text: &str) -> String {
    let digest = sha256(text.as_bytes());
    let head = digest.iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    format!("{head:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_survives_its_text_and_no_change_of_it() {
        let row = ChangeRow {
            seq: 42,
            change_id: Uuid::new_v4(),
            entity: Uuid::new_v4(),
            kind: "cloud".to_owned(),
        };
        let position = Position::behind(Some(&row), true);
        let text = position.write();
        assert_eq!(Position::read(&text), Some(position));
        assert_eq!(Position::read(&text.replace("42", "43")), None);
        assert_eq!(Position::read(""), None);
        assert!(position.fits(true) && !position.fits(false));
        assert_eq!(Position::behind(None, false).seq, 0);
    }
}
