//! A real `MariaDB` server with an empty database `rh`: the tables of somebody else.
//!
//! `reader` with the password `lecteur` may read `rh`, and nothing but that.
use super::process::{Process, free_port, listening};
use sqlx::mysql::MySqlConnection;
use sqlx::{AssertSqlSafe, Connection, raw_sql};
use std::fs::{self, File};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A running (or stopped) server. Ends with its owner.
pub(crate) struct Mariadb {
    home: TempDir,
    port: u16,
    process: Option<Process>,
}

impl Mariadb {
    /// Start a server whose `rh` holds what these statements make.
    pub(crate) async fn start(tables: &str) -> Self {
        let mut mariadb = Self { home: install(), port: 0, process: None };
        // Between choosing a port and taking it, another test may be faster.
        for _ in 0..5 {
            mariadb.port = free_port();
            if mariadb.run().await {
                mariadb.fill(tables).await;
                return mariadb;
            }
        }
        panic!("mariadbd does not start: {}", mariadb.log());
    }

    /// What `[source:…] url` takes, for somebody who knows this password.
    pub(crate) fn url(&self, password: &str) -> String {
        format!("mariadb://reader:{password}@127.0.0.1:{}/rh", self.port)
    }

    /// Change the tables, as their owner would.
    pub(crate) async fn execute(&self, statements: &str) {
        let url = format!("mysql://root@127.0.0.1:{}/rh", self.port);
        let mut owner = MySqlConnection::connect(&url).await.expect("the server answers");
        let done = raw_sql(AssertSqlSafe(statements)).execute(&mut owner).await;
        done.expect("the server obeys");
    }

    /// Kill it, as a failing machine would. The data stay.
    pub(crate) fn stop(&mut self) {
        if let Some(process) = self.process.take() {
            process.kill();
        }
    }

    async fn fill(&self, tables: &str) {
        let url = format!("mysql://root@127.0.0.1:{}/", self.port);
        let mut owner = MySqlConnection::connect(&url).await.expect("the server answers");
        let reader = "CREATE DATABASE rh CHARACTER SET utf8mb4;
            CREATE USER reader@'127.0.0.1' IDENTIFIED BY 'lecteur';
            GRANT SELECT ON rh.* TO reader@'127.0.0.1'";
        raw_sql(reader).execute(&mut owner).await.expect("the server obeys");
        self.execute(tables).await;
    }

    fn log(&self) -> String {
        fs::read_to_string(self.home.path().join("mariadb.log")).unwrap_or_default()
    }

    async fn run(&mut self) -> bool {
        let home = self.home.path();
        let log = File::options().create(true).append(true).open(home.join("mariadb.log"));
        let mut command = Command::new("/usr/sbin/mariadbd");
        command.arg(format!("--defaults-file={}", home.join("my.cnf").display()));
        command.arg(format!("--port={}", self.port));
        command.stdout(Stdio::null()).stderr(log.expect("the log can be written"));
        let mut process = Process::start(&mut command).expect("mariadb-server is installed");
        let is_up = listening(self.port, || process.ended().is_some()).await;
        // Somebody else may listen on the port that we did not get.
        if !is_up || process.ended().is_some() {
            return false;
        }
        self.process = Some(process);
        true
    }
}

/// A home with configuration and the server's own tables; `root` needs no password on loopback.
fn install() -> TempDir {
    let home = tempfile::tempdir().expect("a temporary folder");
    let path = home.path().display().to_string();
    // It refuses to run as root unless it is told to.
    let me = Command::new("id").arg("-un").output().expect("id is part of every system");
    let me = String::from_utf8_lossy(&me.stdout).trim().to_owned();
    let configuration = format!(
        "[mysqld]\nuser = {me}\ndatadir = {path}/data\nsocket = {path}/socket\n\
         pid-file = {path}/pid\nbind-address = 127.0.0.1\nskip-name-resolve\n\
         innodb-log-file-size = 8M\ninnodb-buffer-pool-size = 16M\n\
         innodb-flush-log-at-trx-commit = 0\n"
    );
    fs::write(home.path().join("my.cnf"), configuration).expect("a new file");
    let mut command = Command::new("mariadb-install-db");
    command.arg(format!("--defaults-file={path}/my.cnf"));
    command.args(["--auth-root-authentication-method=normal", "--skip-test-db"]);
    let made = command.output().expect("the package mariadb-server is installed");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    home
}
