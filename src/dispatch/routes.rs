//! Every path of dispatch.
use super::{admin, api, choice, continued, federate, leaving, request, trail};
use crate::web::resource::at;
use crate::web::workroom::Class;
use actix_web::web::ServiceConfig;

/// The map.
pub fn routes(cfg: &mut ServiceConfig) {
    at("/dispatch").class(Class::SignOn).get(choice::show).post(choice::choose).mount(cfg);
    at("/dispatch/forget").post(choice::forget).mount(cfg);
    at("/arena").class(Class::SignOn).get(choice::arena).mount(cfg);
    at("/edispatcher").class(Class::SignOn).get(choice::old_address).mount(cfg);
    at("/edispatcher/").class(Class::SignOn).get(choice::old_address).mount(cfg);
    at("/edispatcher/index.php").class(Class::SignOn).get(choice::old_address).mount(cfg);

    at("/saml").class(Class::SignOn).get(federate::start).mount(cfg);
    at("/saml/metadata").class(Class::SignOn).get(federate::metadata).mount(cfg);
    at("/saml/sso")
        .class(Class::SignOn)
        .get(request::by_redirect)
        .post(request::by_post)
        .mount(cfg);
    at("/saml/slo")
        .class(Class::SignOn)
        .get(leaving::slo::by_redirect)
        .post(leaving::slo::by_post)
        .mount(cfg);
    at("/saml/sp/slo")
        .class(Class::SignOn)
        .get(leaving::slo::provider_by_redirect)
        .post(leaving::slo::provider_by_post)
        .mount(cfg);
    at("/saml/slo/continue").class(Class::SignOn).get(leaving::slo::kept).mount(cfg);
    at("/logout/{id}").class(Class::SignOn).get(leaving::go_on).mount(cfg);
    at("/saml/continue").class(Class::SignOn).get(continued::answer).mount(cfg);

    at("/api/v1/dispatch/me").get(api::me).mount(cfg);
    at("/api/v1/admin/dispatch/explain").get(api::explain).mount(cfg);
    at("/api/v1/admin/lint").get(api::lint).mount(cfg);
    at("/api/v1/admin/reload").post(api::reload).mount(cfg);

    at("/admin").get(admin::home).mount(cfg);
    at("/admin/reload").post(admin::reload).mount(cfg);
    at("/admin/lint").get(admin::lint).mount(cfg);
    at("/admin/zones").get(admin::zones).mount(cfg);
    at("/admin/explain").get(admin::explain).mount(cfg);
    at("/admin/audit").get(trail::show).mount(cfg);
    at("/admin/audit/check").class(Class::Export).post(trail::check).mount(cfg);
    at("/admin/audit.csv").class(Class::Export).get(trail::csv).mount(cfg);
}
