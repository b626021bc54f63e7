//! Every path of the demonstration.
use super::{academic, application, farewell, portal, provider, search, start};
use crate::web::resource::at;
use actix_web::web::ServiceConfig;

/// The map.
pub fn routes(cfg: &mut ServiceConfig) {
    at("/").get(start::show).mount(cfg);
    at("/demo/place").post(start::pretend).mount(cfg);
    at("/lookup/try").get(search::show).mount(cfg);
    at("/portail/rectorat/.well-known/openid-configuration").get(provider::describe).mount(cfg);
    at("/portail/rectorat/keys").get(provider::keys).mount(cfg);
    at("/portail/rectorat/who").get(provider::who).mount(cfg);
    at("/portail/rectorat/token").post(provider::token).mount(cfg);
    at("/portail/{name}").get(portal::land).mount(cfg);
    at("/portail/{name}/acs").post(portal::consume).mount(cfg);
    at("/portail/{name}/slo").get(farewell::hear).mount(cfg);
    at("/portail/{name}/sign-out").post(portal::sign_out).mount(cfg);
    at("/application").get(application::show).post(application::hear).mount(cfg);
    at("/academie/{name}").get(academic::show).mount(cfg);
}
