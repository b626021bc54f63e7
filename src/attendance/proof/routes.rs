//! Every path of proofs. All of them are for strangers too.
use super::{control, published};
use crate::rights::Rule::Public;
use crate::web::body::Intake;
use crate::web::resource::{Map, at};

/// A question of a program: a statement is some kilobytes.
const QUESTION: u64 = 16 * 1024;

/// The map.
pub fn routes(map: &mut Map<'_>) {
    at("/v", Public).get(control::by_query).mount(map);
    at("/v/r/{name}", Public).get(control::result).mount(map);
    at("/v/{token}", Public).get(control::by_path).mount(map);
    at("/c", Public).get(control::by_serial).mount(map);
    at("/c/{cid}", Public).get(control::by_id).mount(map);
    let question = Intake::of(&["application/json"], QUESTION);
    at("/api/v1/verify", Public).takes(question).post(control::verify).mount(map);
    at("/.well-known/attendance-jwks.json", Public).get(published::keys).mount(map);
    at("/.well-known/attendance-revoked.jws", Public).get(published::revoked).mount(map);
}
