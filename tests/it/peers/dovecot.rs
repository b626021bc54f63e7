//! A mail server as providers run them: Debian's Dovecot, which asks the provider whose token it is
//! and hands messages on.
use super::certificates::{Authority, Validity};
use super::process::{Process, free_port, listening};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// The server; its certificate is for `localhost`.
pub(crate) struct Dovecot {
    pub(crate) port: u16,
    home: TempDir,
    process: Process,
}

impl Dovecot {
    /// Start one that believes the provider at `introspection` and hands mail on to port `next`.
    pub(crate) async fn start(authority: &Authority, introspection: u16, next: u16) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        // Its children run as other users.
        fs::set_permissions(home.path(), Permissions::from_mode(0o755)).expect("ours");
        let at = |name: &str| home.path().join(name);
        let issued = authority.issue("localhost", Validity::Current);
        fs::write(at("cert.pem"), issued.certificate).expect("written");
        fs::write(at("key.pem"), issued.key).expect("written");
        let oauth =
            include_str!("dovecot/oauth2.conf").replace("{PORT}", &introspection.to_string());
        fs::write(at("oauth2.conf"), oauth).expect("written");
        let port = free_port();
        let settings = include_str!("dovecot/dovecot.conf")
            .replace("{HOME}", &home.path().display().to_string())
            .replace("{PORT}", &port.to_string())
            .replace("{NEXT}", &next.to_string());
        let [uid, gid] = ["-u", "-g"].map(id);
        let as_whom =
            if uid == "0" { "uid=65534 gid=65534".into() } else { format!("uid={uid} gid={gid}") };
        let settings = settings.replace("{WHO}", &as_whom) + &users(&uid);
        fs::write(at("dovecot.conf"), settings).expect("written");
        let mut program = Command::new("/usr/sbin/dovecot");
        program.arg("-F").arg("-c").arg(at("dovecot.conf")).process_group(0);
        program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut process = Process::start(&mut program).expect("dovecot is installed: make needs");
        let open = listening(port, || process.ended().is_some()).await;
        let server = Self { port, home, process };
        assert!(open, "{}", server.log());
        server
    }

    /// What it has to say so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.home.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.process.end_group();
    }
}

/// What `id` says of whoever runs the tests.
fn id(what: &str) -> String {
    let told = Command::new("id").arg(what).output().expect("id is part of every system");
    String::from_utf8(told.stdout).expect("text").trim().to_owned()
}

/// Root's Dovecot has users of its own; that of anybody else has to do with one.
fn users(uid: &str) -> String {
    if uid == "0" {
        return String::new();
    }
    let (user, group) = (id("-un"), id("-gn"));
    format!(
        "default_internal_user = {user}\ndefault_internal_group = {group}\n\
         default_login_user = {user}\nfirst_valid_uid = 1\n\
         service submission-login {{\n  chroot =\n}}\nservice anvil {{\n  chroot =\n}}\n"
    )
}
