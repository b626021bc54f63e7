//! Opens the demonstration: copies its files, fills its tables, serves.
use super::certificate::Certificate;
use super::crowd::{CROWD, bring_in};
use super::services::paybox;
use super::stage::Stage;
use super::{cards, list, mailroom, people, provider, roll};
use crate::app::Parts;
use crate::clock::Clock;
use crate::config::{Config, parse};
use crate::finding::Finding;
use crate::{log, server};
use anyhow::{Context, Result, anyhow, bail};
use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The sites that the files of the demonstration speak of, and their port.
const SITES_IN_FILES: [&str; 2] = ["http://localhost:8080", "http://127.0.0.1:8080"];
const PORT_IN_FILES: &str = ":8080";

/// Where to show it.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Port.
    pub port: u16,
    /// Folder for database, keys and the copied files.
    pub folder: PathBuf,
    /// Folder with the demonstration's own files.
    pub files: PathBuf,
    /// Forget what was done before.
    pub fresh: bool,
    /// Our address in the local network, when others may come: by https, with passwords that
    /// nobody can guess, and anew at each start (D22).
    pub lan: Option<IpAddr>,
}

impl Setup {
    /// Where to listen: on this machine, or on all interfaces.
    fn listen(&self) -> SocketAddr {
        let address = match self.lan {
            None => IpAddr::V4(Ipv4Addr::LOCALHOST),
            Some(address) if address.is_loopback() => address,
            Some(IpAddr::V4(_)) => Ipv4Addr::UNSPECIFIED.into(),
            Some(IpAddr::V6(_)) => Ipv6Addr::UNSPECIFIED.into(),
        };
        SocketAddr::new(address, self.port)
    }

    /// What is kept for the local network stands apart: its passwords are others.
    fn folder(&self) -> PathBuf {
        if self.lan.is_some() { self.folder.join("lan") } else { self.folder.clone() }
    }

    /// A demonstration for others remembers nothing: yesterday's passwords were seen by many.
    fn is_fresh(&self) -> bool {
        self.fresh || self.lan.is_some()
    }
}

/// Serve the demonstration until it is stopped; `ready` is told what there is to see.
pub fn run(setup: &Setup, ready: impl FnOnce(&Stage)) -> Result<()> {
    actix_web::rt::System::new().block_on(async {
        let listener = TcpListener::bind(setup.listen())
            .with_context(|| format!("port {} is taken; try --port 8081", setup.port))?;
        let config = configure(setup, listener.local_addr()?.port())?;
        let certificate = beside(&config, "certificate.pem");
        log::start(&config.log);
        let claim = config.database.claim()?;
        let parts = Box::pin(build(config, Clock::system(), setup.lan)).await?;
        if let Some(stage) = &parts.demo {
            if let Some(made) = &stage.certificate {
                fs::write(certificate, made.pem()?)?;
            }
            ready(stage);
        }
        drop(tokio::spawn(bring_in(parts.clone(), CROWD)));
        server::run_on(parts, listener).await?;
        drop(claim);
        Ok(())
    })
}

/// Copy the files for this port and read them.
pub fn configure(setup: &Setup, port: u16) -> Result<Config> {
    let folder = setup.folder();
    if setup.is_fresh() && folder.exists() {
        fs::remove_dir_all(&folder).context("the old demonstration cannot be removed")?;
    }
    let origin = setup.lan.map(|address| format!("https://{}", SocketAddr::new(address, port)));
    let ours = |text: String| {
        let text = match &origin {
            Some(origin) => {
                SITES_IN_FILES.iter().fold(text, |text, site| text.replace(site, origin))
            }
            None => text,
        };
        text.replace(PORT_IN_FILES, &format!(":{port}"))
    };
    copy(&setup.files, &folder, &ours)
        .with_context(|| format!("the files of the demonstration in {} cannot be copied; start it in the project's folder or name them with --files", setup.files.display()))?;
    list::write(&folder)?;
    add_services(&folder)?;
    // Browsers should forget this certificate: nobody vouches for it.
    let no_hsts = |name: &str| (name == "AIGUILLAGE_HTTP_HSTS").then(|| "false".to_owned());
    let path = folder.join("aiguillage.ini");
    let (config, _) = Config::load(&path, &no_hsts).map_err(|findings| all_of(&findings))?;
    let host = config.http.public_url.host_str().unwrap_or_default();
    if setup.lan.is_none() && !parse::is_loopback(host) {
        bail!(
            "the demonstration runs on localhost only, not on {host}: its passwords are no \
             secrets; others can come to: aiguillage demo --lan"
        );
    }
    Ok(config)
}

/// The service with the made-up people in it; `lan` as in [`Setup`].
pub async fn build(config: Config, clock: Clock, lan: Option<IpAddr>) -> Result<Parts> {
    let now = clock.now();
    let cast = |name: &str| people::read(&beside(&config, name), now);
    let mut elsewhere = HashMap::new();
    for provider in provider::ALL {
        elsewhere.insert(provider.name, cast(&format!("{}.ini", provider.name))?);
    }
    let mut stage = Stage::of(&config, cast("people.ini")?, elsewhere, now)?;
    let described = provider::saml::metadata(&stage, &stage.provider_signer, now)?;
    fs::write(beside(&config, "educonnect.xml"), described)?;
    let mut config = config;
    if lan.is_some() {
        // Nobody vouches for our certificate, so our own sign-on could not reach the provider.
        config.idps.clear();
        (config.esc, config.crous, config.payment) = (None, None, None);
    }
    if let Some(address) = lan {
        stage.open_to_others(Certificate::make(address, now)?)?;
    }
    let people = Arc::clone(&stage.people);
    let (parts, _) = Parts::build(config, clock.clone(), Some(stage.clone())).await?;
    if lan.is_none() {
        let port = mailroom::open(stage.mailroom.clone(), clock).await?;
        mailroom::prepare(&parts.db, &stage, port, now).await?;
    }
    people::import(&parts.db, &people, &parts.dispatcher.rules, now).await?;
    roll::plan(&parts.db, now).await?;
    cards::plan(&parts.db, &parts.cards, now).await?;
    parts.with_lookup().await
}

/// Who is told of cards, and by what they know us; nobody else may read that.
fn add_services(folder: &Path) -> std::io::Result<()> {
    let more = fs::read(folder.join("services.ini"))?;
    let mut settings = fs::OpenOptions::new();
    settings.append(true).open(folder.join("aiguillage.ini"))?.write_all(&more)?;
    fs::create_dir_all(folder.join("portes"))?;
    paybox::write_keys(folder)?;
    let mut how = fs::OpenOptions::new();
    how.create(true).write(true).truncate(true).mode(0o600);
    how.open(folder.join("services.secret"))?.write_all(b"demonstration")
}

fn beside(config: &Config, name: &str) -> PathBuf {
    config.file.with_file_name(name)
}

fn all_of(findings: &[Finding]) -> anyhow::Error {
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    anyhow!("the demonstration's configuration cannot be used:\n{}", lines.join("\n"))
}

/// Text files only; the addresses in them become ours.
fn copy(from: &Path, to: &Path, ours: &impl Fn(String) -> String) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target, ours)?;
            continue;
        }
        fs::write(target, ours(fs::read_to_string(entry.path())?))?;
    }
    Ok(())
}
