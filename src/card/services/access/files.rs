//! Files that are there whole or not at all: written beside, brought onto the disk, renamed.
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Longest name of a person in the name of a file.
const LONGEST: usize = 180;

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sheet {
    /// Of whom, for systems with a file for each person; `None`: the file gets a number, and nothing is written
    /// over.
    pub(super) of: Option<String>,
    /// What stands in it.
    pub(super) bytes: Vec<u8>,
}

impl Sheet {
    /// Write it into this folder, under a name that ends so.
    pub(super) fn write(&self, folder: &Path, name: &str, millis: i64) -> io::Result<PathBuf> {
        let path = match &self.of {
            Some(eppn) => {
                let path = folder.join(format!("{}_{name}", plain(eppn)));
                let beside = beside(&path);
                let how = OpenOptions::new().create(true).truncate(true).clone();
                self.fill(opened(how, &beside)?, (&beside, &path))?;
                path
            }
            None => self.write_new(folder, name, millis)?,
        };
        // The name is kept when the folder is.
        File::open(folder)?.sync_all()?;
        Ok(path)
    }

    /// Under the first number that nobody has: whoever makes the file beside has it.
    fn write_new(&self, folder: &Path, name: &str, millis: i64) -> io::Result<PathBuf> {
        for number in 0..10_000 {
            let path = folder.join(format!("{millis}_{number}_{name}"));
            let beside = beside(&path);
            let file = match opened(OpenOptions::new().create_new(true).clone(), &beside) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                opened => opened?,
            };
            if path.try_exists()? {
                fs::remove_file(&beside)?;
                continue;
            }
            self.fill(file, (&beside, &path))?;
            return Ok(path);
        }
        Err(ErrorKind::AlreadyExists.into())
    }

    fn fill(&self, mut file: File, (beside, path): (&Path, &Path)) -> io::Result<()> {
        let filled = file.write_all(&self.bytes).and_then(|()| file.sync_all());
        let renamed = filled.and_then(|()| fs::rename(beside, path));
        if renamed.is_err() {
            let _ = fs::remove_file(beside);
        }
        renamed
    }
}

fn opened(mut how: OpenOptions, beside: &Path) -> io::Result<File> {
    how.write(true).mode(0o640).open(beside)
}

fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    path.with_file_name(format!(".{name}.part"))
}

/// A name of a person as a part of a name of a file: no two have the same, and none leads elsewhere.
fn plain(eppn: &str) -> String {
    let is_plain = |(at, byte): (usize, u8)| {
        byte.is_ascii_alphanumeric() || b"@-_+".contains(&byte) || (byte == b'.' && at > 0)
    };
    let name: String = eppn
        .bytes()
        .enumerate()
        .map(|(at, byte)| {
            if is_plain((at, byte)) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
        })
        .collect();
    if name.len() <= LONGEST {
        return name;
    }
    crate::hex::hex(&openssl::sha::sha256(eppn.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<_> =
            names.map(|it| it.expect("a file").file_name().into_string().expect("text")).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_of_a_person_is_written_over_and_others_are_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |of: Option<&str>, text: &str| {
            let sheet = Sheet { of: of.map(str::to_owned), bytes: text.into() };
            sheet.write(folder.path(), "gates.csv", 1_700).expect("written")
        };
        let lea = write(Some("lea@univ.example"), "one");
        write(Some("lea@univ.example"), "2");
        assert_eq!(fs::read_to_string(lea).expect("a file"), "2");
        write(None, "a");
        write(None, "b");
        let wanted = ["1700_0_gates.csv", "1700_1_gates.csv", "lea@univ.example_gates.csv"];
        assert_eq!(names(folder.path()), wanted);
        // Another node is about to write that one.
        fs::write(folder.path().join(".1700_2_gates.csv.part"), "").expect("written");
        let path = write(None, "c");
        assert!(path.ends_with("1700_3_gates.csv"));
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_left_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let sheet = Sheet { of: Some("lea".into()), bytes: b"x".to_vec() };
        assert!(sheet.write(&folder.path().join("none"), "gates.csv", 0).is_err());
        fs::create_dir(folder.path().join("lea_gates.csv")).expect("a folder in the way");
        assert!(sheet.write(folder.path(), "gates.csv", 0).is_err());
        assert_eq!(names(folder.path()), ["lea_gates.csv"]);
    }

    #[test]
    fn names_of_people_lead_nowhere_and_stay_apart() {
        for (eppn, name) in [
            ("lea.martin@univ-ville.example", "lea.martin@univ-ville.example"),
            ("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd"),
            (".hidden", "%2Ehidden"),
            ("a\"<b>\\c:d", "a%22%3Cb%3E%5Cc%3Ad"),
            ("a%2Fb", "a%252Fb"),
            ("é\0", "%C3%A9%00"),
        ] {
            assert_eq!(plain(eppn), name);
        }
        assert_eq!(plain(&"é".repeat(99)).len(), 64);
    }
}
