//! Every path of CAS: at the root, where clients of EoleSSO look, and under `/cas`.
use super::{granting, login, logout, saml1, validate};
use crate::rights::Rule::{Partner, Public, Vouching};
use crate::web::redirect::found;
use crate::web::resource::{Map, at};
use crate::web::workroom::Class;
use crate::{dispatch, sso};
use actix_web::guard::GuardContext;
use actix_web::{HttpRequest, HttpResponse};

/// The map. `/login` and `/logout` are also those of the house.
pub fn routes(map: &mut Map<'_>) {
    at("/", Vouching).class(Class::SignOn).when(has_service).get(from_the_root).mount(map);
    for base in ["", "/cas"] {
        let path = |path: &str, rule| at(&format!("{base}{path}"), rule).class(Class::SignOn);
        path("/login", Vouching).get(login::show).but(Public).post(sso::submit_sign_in).mount(map);
        path("/logout", Public).get(logout::show).post(dispatch::sign_out).mount(map);
        let asked = |name: &str| path(name, Partner);
        asked("/proxy").get(granting::proxy).mount(map);
        asked("/validate").get(validate::plain).mount(map);
        asked("/samlValidate").takes(saml1::INTAKE).post(saml1::validate).mount(map);
        for version in ["", "/p3"] {
            asked(&format!("{version}/serviceValidate")).get(validate::service).mount(map);
            asked(&format!("{version}/proxyValidate")).get(validate::proxy).mount(map);
        }
    }
}

/// `/?service=…`, as clients of EoleSSO begin (D27).
fn has_service(context: &GuardContext<'_>) -> bool {
    let query = context.head().uri.query().unwrap_or_default();
    query.split('&').any(|pair| pair.starts_with("service="))
}

async fn from_the_root(request: HttpRequest) -> HttpResponse {
    let to = format!("/login?{}", request.query_string());
    found(&to)
}
