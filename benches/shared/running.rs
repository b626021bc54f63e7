//! Servers that run beside the bench, each on a thread and a port of its own.
use actix_web::dev::{Server, ServerHandle};
use aiguillage::config::Config;
use aiguillage::finding::Finding;
use anyhow::{Context, Result, anyhow};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::mpsc;
use std::thread;

/// A server that runs.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    handle: ServerHandle,
}

/// Run the server that `open` makes of a socket; what else it made comes back with it.
pub(crate) fn run<T, F>(
    open: impl FnOnce(TcpListener) -> F + Send + 'static,
) -> Result<(T, Running)>
where
    T: Send + 'static,
    F: Future<Output = Result<(T, Server)>>,
{
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            match open(listener).await {
                Ok((made, server)) => {
                    let _ = tell.send(Ok((made, server.handle())));
                    let _ = server.await;
                }
                Err(error) => drop(tell.send(Err(error))),
            }
        });
    });
    let (made, handle) = told.recv().context("the server did not start")??;
    Ok((made, Running { address, handle }))
}

impl Running {
    pub(crate) fn stop(self) {
        actix_web::rt::System::new().block_on(self.handle.stop(false));
    }
}

/// Shared key of those who push to the lookup: what `env:BENCH_KEY` means in settings.
pub(crate) const KEY: &str = "0123456789abcdef0123456789abcdef";

/// The settings that `text` makes of a file in `folder`.
pub(crate) fn settings(folder: &Path, text: &str) -> Result<Config> {
    let environment = |name: &str| (name == "BENCH_KEY").then(|| KEY.to_owned());
    let read = Config::read(&folder.join("aiguillage.ini"), text.as_bytes(), &environment);
    let listed = |findings: Vec<Finding>| {
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        anyhow!("the configuration cannot be used: {}", lines.join("; "))
    };
    read.map(|(config, _)| config).map_err(listed)
}
