//! Every path of CAS: at the root, where clients of EoleSSO look, and under `/cas`.
use super::{granting, login, logout, saml1, validate};
use crate::web::redirect::found;
use crate::web::resource::at;
use crate::web::workroom::Class;
use crate::{dispatch, sso};
use actix_web::guard::{GuardContext, fn_guard};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

/// The map. `/login` and `/logout` are also those of the house.
pub fn routes(cfg: &mut ServiceConfig) {
    let root = web::resource("/").guard(fn_guard(has_service));
    let root = root.route(web::get().to(from_the_root));
    cfg.service(root.route(web::head().to(from_the_root)));
    for base in ["", "/cas"] {
        let path = |path: &str| at(&format!("{base}{path}")).class(Class::SignOn);
        path("/login").get(login::show).post(sso::submit_sign_in).mount(cfg);
        path("/logout").get(logout::show).post(dispatch::sign_out).mount(cfg);
        path("/proxy").get(granting::proxy).mount(cfg);
        path("/validate").get(validate::plain).mount(cfg);
        path("/samlValidate").takes(saml1::INTAKE).post(saml1::validate).mount(cfg);
        for version in ["", "/p3"] {
            path(&format!("{version}/serviceValidate")).get(validate::service).mount(cfg);
            path(&format!("{version}/proxyValidate")).get(validate::proxy).mount(cfg);
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
