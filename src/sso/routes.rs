//! Every path of signing out and of sessions; `/login` is where CAS begins as well.
use super::{sessions, sign_out};
use crate::web::resource::at;
use crate::web::workroom::Class;
use actix_web::web::ServiceConfig;

/// The map.
pub fn routes(cfg: &mut ServiceConfig) {
    at("/logout").class(Class::SignOn).get(sign_out::ask).post(sign_out::sign_out).mount(cfg);
    at("/sessions").get(sessions::list).mount(cfg);
    at("/sessions/end").post(sessions::end_one).mount(cfg);
    at("/sessions/end-others").post(sessions::end_others).mount(cfg);
}
