//! Whom we believe to be the directory.
use native_tls::{Certificate, Protocol, TlsConnector};
use std::path::Path;

/// Why the authority file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum CaError {
    #[error("cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    #[error("holds no certificate in PEM form")]
    Empty,
    #[error("{0}")]
    Tls(#[from] native_tls::Error),
}

/// A connector that checks certificate and host name. With a `ca_file`, only the authorities in
/// it are believed; without, those of the machine.
pub(super) fn connector(ca_file: Option<&Path>) -> Result<TlsConnector, CaError> {
    let mut builder = TlsConnector::builder();
    builder.min_protocol_version(Some(Protocol::Tlsv12));
    let Some(ca_file) = ca_file else { return Ok(builder.build()?) };
    let authorities = Certificate::stack_from_pem(&std::fs::read(ca_file)?)?;
    if authorities.is_empty() {
        return Err(CaError::Empty);
    }
    builder.disable_built_in_roots(true);
    for authority in authorities {
        builder.add_root_certificate(authority);
    }
    Ok(builder.build()?)
}
