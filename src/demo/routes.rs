//! Every path of the demonstration.
use super::mailroom::{self, provider};
use super::provider::{cas, oidc, saml};
use super::services::paybox;
use super::{academic, application, encoder, farewell, portal, search, services, start};
use crate::rights::Rule::Public;
use crate::web::body::Intake;
use crate::web::resource::{Map, at};

fn providers(map: &mut Map<'_>) {
    at("/portail/rectorat/.well-known/openid-configuration", Public).get(oidc::describe).mount(map);
    at("/portail/rectorat/keys", Public).get(oidc::keys).mount(map);
    at("/portail/rectorat/who", Public).get(oidc::who).mount(map);
    at("/portail/rectorat/token", Public).post(oidc::token).mount(map);
    at("/portail/educonnect/sso", Public).get(saml::who).mount(map);
    at("/portail/educonnect/slo", Public).get(saml::leave).mount(map);
    at("/portail/universite/login", Public).get(cas::login).mount(map);
    at("/portail/universite/p3/serviceValidate", Public).get(cas::validate).mount(map);
    at("/portail/universite/logout", Public).get(cas::logout).mount(map);
}

fn mail(map: &mut Map<'_>) {
    at("/demo/mail", Public).get(mailroom::show).mount(map);
    at("/portail/messagerie/code", Public).post(provider::code).mount(map);
    at("/portail/messagerie/device", Public).get(provider::ask).post(provider::decide).mount(map);
    at("/portail/messagerie/token", Public).post(provider::token).mount(map);
    at("/portail/messagerie/revoke", Public).post(provider::revoke).mount(map);
}

fn card_services(map: &mut Map<'_>) {
    const JSON: Intake =
        Intake::of(&["application/json", "application/x-www-form-urlencoded"], 64 * 1024);
    at("/demo/services", Public).get(services::show).mount(map);
    at("/portail/services/esc/{tail:.*}", Public)
        .takes(JSON)
        .get(services::esc)
        .post(services::esc)
        .put(services::esc)
        .delete(services::esc)
        .mount(map);
    at("/portail/paybox", Public).get(paybox::awake).post(paybox::ask).mount(map);
    at("/portail/paybox/decide", Public).get(paybox::decide).mount(map);
    at("/portail/services/crous/{tail:.*}", Public)
        .takes(JSON)
        .get(services::izly)
        .post(services::izly)
        .put(services::izly)
        .patch(services::izly)
        .delete(services::izly)
        .mount(map);
}

/// The map.
pub fn routes(map: &mut Map<'_>) {
    at("/", Public).get(start::show).mount(map);
    at("/demo/place", Public).post(start::pretend).mount(map);
    at("/demo/encoder", Public).get(encoder::show).post(encoder::encode).mount(map);
    at("/lookup/try", Public).get(search::show).mount(map);
    providers(map);
    mail(map);
    card_services(map);
    at("/portail/{name}", Public).get(portal::land).mount(map);
    at("/portail/{name}/acs", Public).post(portal::consume).mount(map);
    at("/portail/{name}/slo", Public).get(farewell::hear).mount(map);
    at("/portail/{name}/sign-out", Public).post(portal::sign_out).mount(map);
    at("/application", Public).get(application::show).post(application::hear).mount(map);
    at("/academie/{name}", Public).get(academic::show).mount(map);
}
