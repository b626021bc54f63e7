use super::*;
use crate::clock::Clock;
use crate::dispatch::lint::PartnerFacts;
use std::fmt::Write;
use std::time::Duration;
use tempfile::TempDir;

const ETABS: &str = include_str!("../testdata/etabs.ini");
const PORTAILS: &str = include_str!("../testdata/portails.ini");

/// The stems of the files in a folder; those that begin with `app-` are applications.
#[derive(Debug)]
struct Stems(Vec<String>);

impl Stems {
    fn applications(&self) -> impl Iterator<Item = &String> {
        self.0.iter().filter(|stem| stem.starts_with("app-"))
    }
}

impl Partners for Stems {
    fn count(&self) -> usize {
        self.0.len() - self.applications().count()
    }

    fn applications(&self) -> usize {
        self.applications().count()
    }

    fn usable(&self, sp: &str, _: DateTime<Utc>) -> bool {
        self.0.iter().any(|stem| stem == sp)
    }

    fn is_application(&self, _: &str) -> bool {
        false
    }

    fn facts(&self, sp: &str) -> Option<PartnerFacts> {
        self.0.iter().any(|stem| stem == sp).then(PartnerFacts::default)
    }
}

struct Disk {
    folder: TempDir,
}

impl Disk {
    fn new(etabs: &str) -> Self {
        let disk = Self { folder: tempfile::tempdir().expect("a folder") };
        std::fs::create_dir(disk.path("metadata")).expect("a folder");
        disk.write("etabs.ini", etabs);
        disk.write("portails.ini", PORTAILS);
        disk.write("metadata/9740091F.xml", "<x/>");
        disk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), text).expect("written");
    }

    fn open(&self) -> Result<Files<Stems>, Refused> {
        let mut places = Places::new(self.path("etabs.ini"), Some(self.path("portails.ini")));
        places.partners = vec![self.path("metadata")];
        let folder = self.path("metadata");
        let load = move |_| {
            let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
            let stem =
                |path: PathBuf| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            (Stems(entries.filter_map(|entry| stem(entry.path())).collect()), Vec::new())
        };
        Files::open(places, Box::new(load), DateTime::UNIX_EPOCH)
    }
}

fn schools(count: usize) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        let _ = write!(text, "[S{number:04}]\nportail=https://s{number}.example\nprotocole=cas\n");
        text
    })
}

fn reload(files: &Files<Stems>) -> Result<(u64, usize), Refused> {
    let snapshot = files.reload(DateTime::UNIX_EPOCH)?;
    Ok((snapshot.generation, snapshot.schools.len()))
}

#[test]
fn a_good_change_replaces_the_snapshot_and_leaves_old_ones_whole() {
    let disk = Disk::new(ETABS);
    let files = disk.open().expect("readable");
    let old = files.snapshot();

    disk.write("etabs.ini", format!("{ETABS}\n[9749803M]\nlibelle=NEW\n"));

    assert_eq!(reload(&files), Ok((2, 16)));
    assert_eq!((old.generation, old.schools.len()), (1, 15));
    assert_eq!(files.snapshot().generation, 2);
    assert_eq!(files.health(), Health::Ok);
}

#[test]
fn findings_of_all_files_are_together() {
    let disk = Disk::new(ETABS);
    let snapshot = disk.open().expect("readable").snapshot();

    let count = |code| snapshot.findings.iter().filter(|found| found.code == code).count();
    assert_eq!(count("W-ETAB-NOSP"), 13, "one has metadata, one is inactive");
    assert_eq!(count("I-ETAB-SHARED"), 1);
    assert_eq!(count("W-ZONE-HOSTBITS"), 1);
}

#[test]
fn a_missing_file_is_refused_and_the_old_one_stays() {
    let disk = Disk::new(ETABS);
    let files = disk.open().expect("readable");

    std::fs::remove_file(disk.path("etabs.ini")).expect("removed");

    assert!(
        matches!(reload(&files), Err(Refused::Unreadable { file, .. }) if file.ends_with("etabs.ini"))
    );
    assert_eq!((files.snapshot().generation, files.snapshot().schools.len()), (1, 15));
    assert!(matches!(files.health(), Health::Degraded { reason } if reason.contains("etabs.ini")));

    disk.write("etabs.ini", ETABS);
    assert_eq!(reload(&files), Ok((2, 15)));
    assert_eq!(files.health(), Health::Ok);
}

#[test]
fn a_file_that_is_too_large_is_refused() {
    let disk = Disk::new(ETABS);
    let files = disk.open().expect("readable");

    disk.write("portails.ini", vec![b'\n'; ini::MAX_FILE + 1]);

    let refused = reload(&files).expect_err("too large");
    assert!(refused.to_string().contains("E-INI-SIZE"), "{refused}");
}

#[test]
fn a_file_that_lost_more_than_half_is_refused() {
    let disk = Disk::new(&schools(40));
    let files = disk.open().expect("readable");

    disk.write("etabs.ini", schools(19));
    let file = disk.path("etabs.ini").display().to_string();
    assert_eq!(reload(&files), Err(Refused::Shrunk { file, found: 19, running: 40 }));

    disk.write("etabs.ini", schools(20));
    assert_eq!(reload(&files), Ok((2, 20)));
}

#[test]
fn a_small_file_may_shrink_but_not_vanish() {
    let disk = Disk::new(&schools(19));
    let files = disk.open().expect("readable");

    disk.write("etabs.ini", schools(1));
    assert_eq!(reload(&files), Ok((2, 1)));

    disk.write("etabs.ini", "");
    assert!(matches!(reload(&files), Err(Refused::Shrunk { found: 0, running: 1, .. })));
}

#[test]
fn an_empty_folder_of_partners_is_refused() {
    let disk = Disk::new(ETABS);
    let files = disk.open().expect("readable");

    std::fs::remove_file(disk.path("metadata/9740091F.xml")).expect("removed");

    assert!(
        matches!(reload(&files), Err(Refused::Shrunk { file, .. }) if file.ends_with("metadata"))
    );
}

#[test]
fn applications_do_not_vanish_either() {
    let disk = Disk::new(ETABS);
    disk.write("metadata/app-notes.ini", "");
    let files = disk.open().expect("readable");

    std::fs::remove_file(disk.path("metadata/app-notes.ini")).expect("removed");

    assert!(
        matches!(reload(&files), Err(Refused::Shrunk { file, running: 1, .. }) if file == "app_filters")
    );
}

#[test]
fn a_first_start_needs_readable_files() {
    let disk = Disk::new(ETABS);
    std::fs::remove_file(disk.path("portails.ini")).expect("removed");

    assert!(matches!(disk.open().err(), Some(Refused::Unreadable { .. })));
}

#[test]
fn a_file_cut_anywhere_never_leaves_less_than_half() {
    let text = schools(30);
    let disk = Disk::new(&text);
    let files = disk.open().expect("readable");
    for cut in (0..text.len()).step_by(7) {
        disk.write("etabs.ini", &text.as_bytes()[..cut]);
        let taken = reload(&files).is_ok();
        let left = files.snapshot().schools.len();
        assert!(left >= 15, "cut at {cut}: {left}");
        assert_eq!(taken, files.health() == Health::Ok);
        disk.write("etabs.ini", &text);
        assert!(reload(&files).is_ok());
    }
}

#[tokio::test]
async fn changes_on_the_disk_are_followed() {
    let disk = Disk::new(ETABS);
    let files = Arc::new(disk.open().expect("readable"));
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let tell = move |result: Result<Arc<Snapshot<Stems>>, Refused>| {
        let _ =
            told.send(result.map(|snapshot| (snapshot.schools.len(), snapshot.partners.count())));
    };
    let clock = Clock::fixed(DateTime::UNIX_EPOCH);
    let settled = Duration::from_millis(30);
    disk.write("metadata/0219801P.xml", "<x/>");
    let _watch = watch(Arc::clone(&files), clock, settled, tell).expect("watched");

    assert_eq!(heard.recv().await, Some(Ok((15, 2))), "changed before it was watched");

    disk.write("etabs.ini.new", format!("{ETABS}\n[9749803M]\nlibelle=NEW\n"));
    std::fs::rename(disk.path("etabs.ini.new"), disk.path("etabs.ini")).expect("renamed");
    assert_eq!(heard.recv().await, Some(Ok((16, 2))));

    disk.write("metadata/9749801K.xml", "<x/>");
    assert_eq!(heard.recv().await, Some(Ok((16, 3))));

    disk.write("etabs.ini", "");
    assert!(matches!(heard.recv().await, Some(Err(Refused::Shrunk { .. }))));
}
