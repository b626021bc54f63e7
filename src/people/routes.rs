//! Every path of the people's pages.
use super::{joining, person, search};
use crate::web::resource::at;
use actix_web::web::ServiceConfig;

/// The map.
pub fn routes(cfg: &mut ServiceConfig) {
    at("/admin/people").get(search::show).mount(cfg);
    at("/admin/people/{person}").get(person::show).mount(cfg);
    at("/admin/people/{person}/join").get(joining::ask).post(joining::join).mount(cfg);
    at("/admin/people/{person}/part").post(joining::part).mount(cfg);
    at("/admin/people/{person}/end").post(person::end_sessions).mount(cfg);
}
