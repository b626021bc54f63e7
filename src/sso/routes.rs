//! Every path of signing in and out.
use super::{sessions, sign_in, sign_out};
use crate::web::resource::at;
use crate::web::workroom::Class;
use actix_web::web::ServiceConfig;

/// The map.
pub fn routes(cfg: &mut ServiceConfig) {
    at("/login").class(Class::SignOn).get(sign_in::show).post(sign_in::submit).mount(cfg);
    at("/logout").class(Class::SignOn).get(sign_out::ask).post(sign_out::sign_out).mount(cfg);
    at("/sessions").get(sessions::list).mount(cfg);
    at("/sessions/end").post(sessions::end_one).mount(cfg);
    at("/sessions/end-others").post(sessions::end_others).mount(cfg);
}
