//! A disk without room (REL-09): nobody is told that they are in when that could not be kept.
use super::{Installation, PASSWORD, Service, cookie};
use crate::peers::process::Process;
use aiguillage::audit::{Search, search};
use aiguillage::db::{DatabaseSettings, Db, Tx};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

/// A disk that can be full and have room again.
enum Disk {
    /// A small file system of its own below `var`.
    Mounted(PathBuf),
    /// No file of the process may grow; where nothing may be mounted.
    Limited,
}

impl Disk {
    /// A file system if we may mount one, else the limit.
    fn mounted(folder: &Path) -> Self {
        fs::create_dir_all(folder).expect("a new folder");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]).arg(folder);
        let done = mount.stderr(Stdio::null()).status();
        if done.is_ok_and(|status| status.success()) {
            return Self::Mounted(folder.to_owned());
        }
        Self::Limited
    }

    fn fill(&self, process: &Process) {
        match self {
            Self::Mounted(folder) => {
                let mut filler = File::create(folder.join("filler")).expect("a file");
                while filler.write_all(&[7; 4096]).is_ok() {}
                while filler.write_all(&[7]).is_ok() {}
            }
            Self::Limited => limit(process, "0"),
        }
    }

    fn make_room(&self, process: &Process) {
        match self {
            Self::Mounted(folder) => fs::remove_file(folder.join("filler")).expect("removed"),
            Self::Limited => limit(process, "unlimited"),
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Self::Mounted(folder) = self {
            let _ = Command::new("umount").arg("-l").arg(folder).status();
        }
    }
}

fn limit(process: &Process, bytes: &str) {
    let mut prlimit = Command::new("prlimit");
    prlimit.arg(format!("--pid={}", process.id())).arg(format!("--fsize={bytes}:unlimited"));
    assert!(prlimit.status().expect("part of util-linux").success());
}

/// The program with a log that is no file, and without the signal that a limit would send.
fn start(house: &Installation) -> (Process, Arc<Mutex<String>>) {
    let serve = house.command(&["serve"]);
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"]);
    command.arg(serve.get_program()).args(serve.get_args());
    let (mut lines, log) = std::io::pipe().expect("a pipe");
    let process = Process::start(command.stdout(Stdio::null()).stderr(log));
    drop(command);
    let kept = Arc::new(Mutex::new(String::new()));
    let keep = Arc::clone(&kept);
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(length @ 1..) = lines.read(&mut bytes) {
            let text = String::from_utf8_lossy(&bytes[..length]);
            keep.lock().expect("not poisoned").push_str(&text);
        }
    });
    (process.expect("the program starts"), kept)
}

/// Sign in; the session, or none when that was refused as it should be.
async fn try_once(service: &Service<'_>, log: &Mutex<String>) -> Option<String> {
    let answer = service.sign_in("alix", PASSWORD).await;
    if answer.status() == 303 {
        let session = cookie(&answer, "__Host-sid").expect("a session");
        assert!(service.knows(&session).await, "a session was promised and not kept");
        return Some(session);
    }
    assert_eq!(answer.status(), 503, "{}", log.lock().expect("not poisoned"));
    assert!(cookie(&answer, "__Host-sid").is_none());
    assert!(answer.headers().contains_key("retry-after"));
    let page = answer.text().await.expect("a page");
    assert!(page.contains("E-FULL") && page.contains("<h1"), "{page}");
    None
}

async fn logins(tx: &mut Tx) -> usize {
    let login = Search { event: "auth.login".into(), limit: 1_000, ..Search::default() };
    search(tx, &login).await.expect("rows").len()
}

/// Fill the disk under a service, make room again: nothing that was promised is lost.
async fn fill_and_make_room(house: &Installation, disk: &Disk) {
    house.add("alix", &[]).good();
    let (process, log) = start(house);
    let mut service = house.serve_as(process).await;
    let mut sessions = vec![try_once(&service, &log).await.expect("there is room")];

    disk.fill(&service.process);
    // What the database holds in reserve may let a few more in.
    let mut refused = 0;
    for _ in 0..200 {
        match try_once(&service, &log).await {
            Some(session) => sessions.push(session),
            None => refused += 1,
        }
        if refused == 3 {
            break;
        }
    }
    assert_eq!(refused, 3, "the disk never was full");
    assert_eq!(service.sign_in("alix", "wrong").await.status(), 503, "it cannot be recorded");
    for session in &sessions {
        assert!(service.knows(session).await, "who is in stays in");
    }
    assert_eq!(service.ask("/readyz").await.expect("an answer").0, 200);
    assert!(log.lock().expect("not poisoned").contains("failed with E-FULL"));

    disk.make_room(&service.process);
    sessions.push(try_once(&service, &log).await.expect("there is room again"));
    assert_eq!(service.sign_in("alix", "wrong").await.status(), 401);
    for session in &sessions {
        assert!(service.knows(session).await);
    }
    assert!(service.process.ended().is_none());
    service.process.signal("TERM");
    assert_eq!(service.ended().await, Some(0));

    let file = DatabaseSettings::Sqlite(house.path("var/aiguillage.db"));
    let db = Db::open(&file).await.expect("the database opens");
    let mut tx = db.read().await.expect("a transaction");
    assert_eq!(logins(&mut tx).await, sessions.len(), "one row a session");
    let Tx::Sqlite(tx) = &mut tx else { unreachable!("it was opened as SQLite") };
    let check = sqlx::query_scalar::<_, String>("PRAGMA integrity_check");
    assert_eq!(check.fetch_one(&mut **tx).await.expect("an answer"), "ok");
}

#[actix_web::test]
async fn a_full_disk_refuses_sign_in_loses_nothing_and_heals() {
    let house = Installation::new();
    let disk = Disk::mounted(&house.path("var"));
    fill_and_make_room(&house, &disk).await;
}

#[actix_web::test]
async fn files_that_may_not_grow_refuse_sign_in_lose_nothing_and_heal() {
    let house = Installation::new();
    fill_and_make_room(&house, &Disk::Limited).await;
}
