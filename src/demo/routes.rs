//! Every path of the demonstration.
use super::mailroom::{self, provider};
use super::provider::{cas, oidc, saml};
use super::{academic, application, farewell, portal, search, start};
use crate::web::resource::at;
use actix_web::web::ServiceConfig;

fn providers(cfg: &mut ServiceConfig) {
    at("/portail/rectorat/.well-known/openid-configuration").get(oidc::describe).mount(cfg);
    at("/portail/rectorat/keys").get(oidc::keys).mount(cfg);
    at("/portail/rectorat/who").get(oidc::who).mount(cfg);
    at("/portail/rectorat/token").post(oidc::token).mount(cfg);
    at("/portail/educonnect/sso").get(saml::who).mount(cfg);
    at("/portail/educonnect/slo").get(saml::leave).mount(cfg);
    at("/portail/universite/login").get(cas::login).mount(cfg);
    at("/portail/universite/p3/serviceValidate").get(cas::validate).mount(cfg);
    at("/portail/universite/logout").get(cas::logout).mount(cfg);
}

fn mail(cfg: &mut ServiceConfig) {
    at("/demo/mail").get(mailroom::show).mount(cfg);
    at("/portail/messagerie/code").post(provider::code).mount(cfg);
    at("/portail/messagerie/device").get(provider::ask).post(provider::decide).mount(cfg);
    at("/portail/messagerie/token").post(provider::token).mount(cfg);
    at("/portail/messagerie/revoke").post(provider::revoke).mount(cfg);
}

/// The map.
pub fn routes(cfg: &mut ServiceConfig) {
    at("/").get(start::show).mount(cfg);
    at("/demo/place").post(start::pretend).mount(cfg);
    at("/lookup/try").get(search::show).mount(cfg);
    providers(cfg);
    mail(cfg);
    at("/portail/{name}").get(portal::land).mount(cfg);
    at("/portail/{name}/acs").post(portal::consume).mount(cfg);
    at("/portail/{name}/slo").get(farewell::hear).mount(cfg);
    at("/portail/{name}/sign-out").post(portal::sign_out).mount(cfg);
    at("/application").get(application::show).post(application::hear).mount(cfg);
    at("/academie/{name}").get(academic::show).mount(cfg);
}
