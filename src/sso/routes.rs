//! Paths of one's own sessions. `/login` and `/logout` are addresses of CAS as well and stand there.
use super::sessions;
use crate::web::resource::at;
use actix_web::web::ServiceConfig;

/// The map.
pub fn routes(cfg: &mut ServiceConfig) {
    at("/sessions").get(sessions::list).mount(cfg);
    at("/sessions/end").post(sessions::end_one).mount(cfg);
    at("/sessions/end-others").post(sessions::end_others).mount(cfg);
}
