//! Every path of dispatch.
use super::{admin, api, choice, continued, federate, leaving, request, trail};
use crate::rights::Permission::{CheckAudit, ReloadFiles, SeeAudit, SeeDispatch, SeeState};
use crate::rights::Rule::{May, Own, Partner, Public, Vouching};
use crate::web::resource::{Map, at};
use crate::web::workroom::Class;

/// The map.
pub fn routes(map: &mut Map<'_>) {
    at("/dispatch", Own).class(Class::SignOn).get(choice::show).post(choice::choose).mount(map);
    at("/dispatch/forget", Own).post(choice::forget).mount(map);
    at("/arena", Vouching).class(Class::SignOn).get(choice::arena).mount(map);
    at("/edispatcher", Public).class(Class::SignOn).get(choice::old_address).mount(map);
    at("/edispatcher/", Public).class(Class::SignOn).get(choice::old_address).mount(map);
    at("/edispatcher/index.php", Public).class(Class::SignOn).get(choice::old_address).mount(map);

    at("/saml", Vouching).class(Class::SignOn).get(federate::start).mount(map);
    at("/saml/metadata", Public).class(Class::SignOn).get(federate::metadata).mount(map);
    at("/saml/sso", Vouching)
        .class(Class::SignOn)
        .get(request::by_redirect)
        .post(request::by_post)
        .mount(map);
    at("/saml/slo", Partner)
        .class(Class::SignOn)
        .get(leaving::slo::by_redirect)
        .post(leaving::slo::by_post)
        .mount(map);
    at("/saml/sp/slo", Partner)
        .class(Class::SignOn)
        .get(leaving::slo::provider_by_redirect)
        .post(leaving::slo::provider_by_post)
        .mount(map);
    at("/saml/slo/continue", Public).class(Class::SignOn).get(leaving::slo::kept).mount(map);
    at("/logout/{id}", Public).class(Class::SignOn).get(leaving::go_on).mount(map);
    at("/saml/continue", Vouching).class(Class::SignOn).get(continued::answer).mount(map);

    at("/api/v1/dispatch/me", Own).get(api::me).mount(map);
    at("/api/v1/admin/dispatch/explain", May(SeeDispatch)).get(api::explain).mount(map);
    at("/api/v1/admin/lint", May(SeeDispatch)).get(api::lint).mount(map);
    at("/api/v1/admin/reload", May(ReloadFiles)).post(api::reload).mount(map);

    at("/admin", May(SeeState)).get(admin::home).mount(map);
    at("/admin/reload", May(ReloadFiles)).post(admin::reload).mount(map);
    at("/admin/lint", May(SeeDispatch)).get(admin::lint).mount(map);
    at("/admin/zones", May(SeeDispatch)).get(admin::zones).mount(map);
    at("/admin/explain", May(SeeDispatch)).get(admin::explain).mount(map);
    at("/admin/audit", May(SeeAudit)).get(trail::show).mount(map);
    at("/admin/audit/check", May(CheckAudit)).class(Class::Export).post(trail::check).mount(map);
    at("/admin/audit.csv", May(SeeAudit)).class(Class::Export).get(trail::csv).mount(map);
}
