//! Paths of one's own sessions. `/login` and `/logout` are addresses of CAS as well and stand there.
use super::{accounts, sessions, upstream};
use crate::rights::Rule::{Own, Partner, Public};
use crate::web::body::Intake;
use crate::web::resource::{Map, at};
use crate::web::workroom::Class;

/// Longest form with an answer of an identity provider, bytes: 256 KiB of XML (SEC-46) in base64.
const RESPONSE: u64 = 400 * 1024;

/// The map.
pub fn routes(map: &mut Map<'_>) {
    at("/login/with/{name}", Public).class(Class::SignOn).get(upstream::begin).mount(map);
    at("/login/from/{name}", Public)
        .class(Class::SignOn)
        .get(upstream::come_back)
        .but(Partner)
        .post(upstream::hear_the_end)
        .mount(map);
    at("/login/offer", Public)
        .class(Class::SignOn)
        .get(upstream::offer)
        .post(upstream::take_offer)
        .mount(map);
    at("/login/discovery", Public).class(Class::SignOn).get(upstream::leave).mount(map);
    at("/saml/disco", Public).class(Class::SignOn).get(upstream::choose).mount(map);
    at("/saml/discofeed.json", Public).get(upstream::list).mount(map);
    let form = Intake::of(&["application/x-www-form-urlencoded"], RESPONSE);
    at("/saml/acs", Partner).class(Class::SignOn).takes(form).post(upstream::consume).mount(map);
    at("/accounts", Own).get(accounts::list).mount(map);
    at("/accounts/add", Own).post(accounts::add).mount(map);
    at("/accounts/join", Own).get(accounts::ask).post(accounts::join).mount(map);
    at("/accounts/part", Own).post(accounts::part).mount(map);
    at("/sessions", Own).get(sessions::list).mount(map);
    at("/sessions/end", Own).post(sessions::end_one).mount(map);
    at("/sessions/end-others", Own).post(sessions::end_others).mount(map);
}
