//! Paths of one's own sessions. `/login` and `/logout` are addresses of CAS as well and stand there.
use super::{sessions, upstream};
use crate::web::resource::at;
use crate::web::workroom::Class;
use actix_web::web::ServiceConfig;

/// The map.
pub fn routes(cfg: &mut ServiceConfig) {
    at("/login/with/{name}").class(Class::SignOn).get(upstream::begin).mount(cfg);
    at("/login/from/{name}").class(Class::SignOn).get(upstream::come_back).mount(cfg);
    at("/sessions").get(sessions::list).mount(cfg);
    at("/sessions/end").post(sessions::end_one).mount(cfg);
    at("/sessions/end-others").post(sessions::end_others).mount(cfg);
}
