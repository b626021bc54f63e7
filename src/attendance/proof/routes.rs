//! Every path of proofs. All of them are for strangers too.
use super::{control, published};
use crate::web::body::Intake;
use crate::web::resource::at;
use actix_web::web::ServiceConfig;

/// A question of a program: a statement is some kilobytes.
const QUESTION: u64 = 16 * 1024;

/// The map.
pub fn routes(cfg: &mut ServiceConfig) {
    at("/v").get(control::by_query).mount(cfg);
    at("/v/r/{name}").get(control::result).mount(cfg);
    at("/v/{token}").get(control::by_path).mount(cfg);
    at("/c").get(control::by_serial).mount(cfg);
    at("/c/{cid}").get(control::by_id).mount(cfg);
    let question = Intake::of(&["application/json"], QUESTION);
    at("/api/v1/verify").takes(question).post(control::verify).mount(cfg);
    at("/.well-known/attendance-jwks.json").get(published::keys).mount(cfg);
    at("/.well-known/attendance-revoked.jws").get(published::revoked).mount(cfg);
}
