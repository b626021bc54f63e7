//! What Nextcloud servers say and hear.
use actix_web::web::ServiceConfig;

/// Every path of the protocol.
pub fn routes(cfg: &mut ServiceConfig) {
    let _ = cfg;
}
