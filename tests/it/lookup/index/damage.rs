//! Whatever happens to the files: the index is made anew, and nothing wrong is answered (REL-15).
use super::{Register, Row, Running};
use aiguillage::lookup::index::{Query, SearchError};
use std::fs;
use std::path::{Path, PathBuf};

/// What happens to one file.
#[derive(Debug, Clone, Copy)]
enum Mishap {
    /// One bit is flipped, this far into it (thousandths).
    Flipped(usize),
    /// The rest is gone.
    Cut(usize),
    /// It is gone.
    Deleted,
    /// It is something else.
    Replaced,
}

const MISHAPS: [Mishap; 8] = [
    Mishap::Flipped(3),
    Mishap::Flipped(410),
    Mishap::Flipped(730),
    Mishap::Flipped(985),
    Mishap::Cut(0),
    Mishap::Cut(600),
    Mishap::Deleted,
    Mishap::Replaced,
];

impl Mishap {
    fn happens_to(self, file: &Path) {
        let mut bytes = fs::read(file).expect("the file is there");
        let at = |thousandths: usize| (bytes.len() * thousandths / 1000).min(bytes.len() - 1);
        match self {
            Self::Flipped(place) => {
                let place = at(place);
                bytes[place] ^= 1;
            }
            Self::Cut(place) => {
                let place = at(place);
                bytes.truncate(place);
            }
            Self::Deleted => return fs::remove_file(file).expect("the folder is ours"),
            Self::Replaced => bytes = b"something else".to_vec(),
        }
        fs::write(file, bytes).expect("the folder is ours");
    }
}

/// A register whose index has two segments with people taken out, and nobody holds it.
async fn index_at_rest() -> (Register, i64) {
    let register = Register::with(60).await;
    let running = Running::on(&register).await;
    running.shows(60).await;
    running.shows(register.keep(&[Row::of(5).named("Zoé Wxyzał"), Row::of(70)]).await).await;
    let seq = register.remove(Row::of(9).id).await;
    running.shows(seq).await;
    running.stop().await;
    (register, seq)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(files(&path)),
            path => found.push(path),
        }
    }
    let is_content = |path: &PathBuf| fs::metadata(path).is_ok_and(|about| about.len() > 0);
    found.retain(|path| is_content(path) && !path.ends_with("lock"));
    found.sort();
    found
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file is copied");
        }
    }
}

#[actix_web::test]
async fn sixty_mishaps_end_in_a_true_index() {
    let (register, seq) = index_at_rest().await;
    let sound = tempfile::tempdir().unwrap();
    copy(&register.path(), sound.path());
    let count = files(sound.path()).len();
    assert!(count > 10, "{count}");

    for number in 0..60 {
        fs::remove_dir_all(register.path()).unwrap();
        copy(sound.path(), &register.path());
        let file = files(&register.path())[number % count].clone();
        let mishap = MISHAPS[(number / count + number) % MISHAPS.len()];
        mishap.happens_to(&file);

        let running = Running::on(&register).await;
        running.shows(seq).await;
        assert_eq!(running.find("wxyzal").len(), 1, "{mishap:?} {file:?}");
        assert_eq!(running.index.state().documents, 60, "{mishap:?} {file:?}");
        running.stop().await;
        let verified = register.verified().await;
        assert!(verified.is_good(), "{mishap:?} {file:?}: {verified:?}");
    }
}

#[actix_web::test]
async fn a_deleted_folder_and_one_of_another_version_are_made_anew() {
    let (register, seq) = index_at_rest().await;
    fs::remove_dir_all(register.path()).unwrap();
    let running = Running::on(&register).await;
    running.shows(seq).await;
    assert_eq!(running.index.state().rebuilds, 1);
    running.stop().await;
    assert!(!set_aside(&register));

    for file in files(&register.path()) {
        if file.ends_with("meta.json") {
            let text = fs::read_to_string(&file).unwrap();
            fs::write(&file, text.replace("\"tie\"", "\"toe\"")).unwrap();
        }
    }
    let running = Running::on(&register).await;
    running.shows(seq).await;
    assert_eq!(running.index.state().rebuilds, 1);
    assert_eq!(running.find("wxyzal").len(), 1);
    assert!(set_aside(&register), "the damaged copy is kept for whoever wants to know why");
}

#[actix_web::test]
async fn a_folder_that_cannot_be_used_stops_nothing_and_serves_as_soon_as_it_can() {
    let register = Register::open().await;
    let seq = register.keep(&[Row::of(1).named("Zoé Wxyzał")]).await;
    fs::write(register.path(), "a file where the folder should be").unwrap();

    let running = Running::on(&register).await;

    assert!(!running.index.state().ready);
    let query = Query { text: "wxyzal".to_owned(), limit: 1, ..Query::default() };
    assert_eq!(running.index.search(&query), Err(SearchError::NotReady));
    fs::remove_file(register.path()).unwrap();
    running.shows(seq).await;
    assert_eq!(running.find("wxyzal").len(), 1);
}

fn set_aside(register: &Register) -> bool {
    let entries = fs::read_dir(register.path()).expect("the folder").flatten();
    entries.into_iter().any(|entry| entry.file_name().to_string_lossy().starts_with("bad-"))
}

#[actix_web::test]
async fn verify_tells_what_differs() {
    let (register, _) = index_at_rest().await;
    assert!(register.verified().await.is_good());
    let file = files(&register.path())
        .into_iter()
        .find(|file| file.extension().is_some_and(|e| e == "store"));
    Mishap::Flipped(500).happens_to(&file.unwrap());
    let verified = register.verified().await;
    assert!(verified.damage.is_some() && !verified.is_good(), "{verified:?}");
}
