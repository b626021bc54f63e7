//! Paths of one's own sessions. `/login` and `/logout` are addresses of CAS as well and stand there.
use super::{accounts, sessions, upstream};
use crate::web::body::Intake;
use crate::web::resource::at;
use crate::web::workroom::Class;
use actix_web::web::ServiceConfig;

/// Longest form with an answer of an identity provider, bytes: 256 KiB of XML (SEC-46) in base64.
const RESPONSE: u64 = 400 * 1024;

/// The map.
pub fn routes(cfg: &mut ServiceConfig) {
    at("/login/with/{name}").class(Class::SignOn).get(upstream::begin).mount(cfg);
    at("/login/from/{name}")
        .class(Class::SignOn)
        .get(upstream::come_back)
        .post(upstream::hear_the_end)
        .mount(cfg);
    at("/login/offer")
        .class(Class::SignOn)
        .get(upstream::offer)
        .post(upstream::take_offer)
        .mount(cfg);
    at("/login/discovery").class(Class::SignOn).get(upstream::leave).mount(cfg);
    at("/saml/disco").class(Class::SignOn).get(upstream::choose).mount(cfg);
    at("/saml/discofeed.json").get(upstream::list).mount(cfg);
    let form = Intake::of(&["application/x-www-form-urlencoded"], RESPONSE);
    at("/saml/acs").class(Class::SignOn).takes(form).post(upstream::consume).mount(cfg);
    at("/accounts").get(accounts::list).mount(cfg);
    at("/accounts/add").post(accounts::add).mount(cfg);
    at("/accounts/join").get(accounts::ask).post(accounts::join).mount(cfg);
    at("/accounts/part").post(accounts::part).mount(cfg);
    at("/sessions").get(sessions::list).mount(cfg);
    at("/sessions/end").post(sessions::end_one).mount(cfg);
    at("/sessions/end-others").post(sessions::end_others).mount(cfg);
}
