//! `aiguillage serve`
use crate::app::Parts;
use crate::clock::Clock;
use crate::config::Config;
use crate::{log, server};
use anyhow::Result;
use std::process::ExitCode;

pub(super) fn run(config: Config) -> Result<ExitCode> {
    log::start(&config.log);
    actix_web::rt::System::new().block_on(async move {
        let claim = config.database.claim()?;
        let (parts, findings) = Parts::build(config, Clock::system(), None).await?;
        for finding in &findings {
            tracing::warn!("{finding}");
        }
        server::run(parts.with_lookup().await?).await?;
        drop(claim);
        Ok(ExitCode::SUCCESS)
    })
}
