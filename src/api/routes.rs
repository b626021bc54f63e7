//! Every operation of the API with the scope that it needs: the one list.
use super::door::{Door, Operation, door};
use super::resources::{
    attendance, audit, card_acts, card_faces, cards, colleagues, dispatch, jobs, mail,
    mail_accounts, people, push, roll_catalogue, roll_figures, roll_lines, roll_lists, rolls,
    schools, sources,
};
use super::scope::Scope;
use super::{admin, card_services, own, reference, stations};
use crate::rights::Permission::ManageTokens;
use crate::rights::Rule::{May, Public};
use crate::web::body::Intake;
use crate::web::resource::{Map, at};
use crate::web::workroom::Class;

/// Many people at once, 16 MiB.
const PEOPLE: Intake = Intake::of(&["application/json"], 16 << 20);

fn doors() -> Vec<Door> {
    vec![
        door("/api/v1/people").get(Scope::PeopleRead, people::all),
        door("/api/v1/people/{id}").get(Scope::PeopleRead, people::one),
        door("/api/v1/people/by-source/{source}")
            .takes(PEOPLE)
            .post(Scope::PeopleWrite, push::many),
        door("/api/v1/people/by-source/{source}/{id}")
            .get(Scope::PeopleRead, people::by_source)
            .put(Scope::PeopleWrite, push::put)
            .delete(Scope::PeopleWrite, push::delete),
        door("/api/v1/schools").get(Scope::SchoolsRead, schools::all),
        door("/api/v1/schools/{rne}").get(Scope::SchoolsRead, schools::one),
        door("/api/v1/dispatch/explain").get(Scope::DispatchRead, dispatch::explain),
        door("/api/v1/colleagues").get(Scope::LookupRead, colleagues::search),
        door("/api/v1/sources").get(Scope::SourcesRead, sources::all),
        door("/api/v1/sources/{source}").get(Scope::SourcesRead, sources::one),
        door("/api/v1/sources/{source}/runs")
            .get(Scope::SourcesRead, sources::runs)
            .post(Scope::SourcesRun, sources::start),
        door("/api/v1/sources/{source}/runs/{id}").get(Scope::SourcesRead, sources::run),
        door("/api/v1/jobs").get(Scope::JobsRead, jobs::all),
        door("/api/v1/jobs/{id}").get(Scope::JobsRead, jobs::one),
        door("/api/v1/jobs/{id}/retry").post(Scope::JobsWrite, jobs::retry),
        door("/api/v1/mail/accounts")
            .get(Scope::MailRead, mail_accounts::accounts)
            .post(Scope::MailManage, mail_accounts::create),
        door("/api/v1/mail/accounts/{id}")
            .get(Scope::MailRead, mail_accounts::account)
            .put(Scope::MailManage, mail_accounts::change)
            .delete(Scope::MailManage, mail_accounts::remove),
        door("/api/v1/mail/accounts/{id}/default").post(Scope::MailManage, mail_accounts::prefer),
        door("/api/v1/mail/accounts/{id}/test").post(Scope::MailManage, mail_accounts::test),
        door("/api/v1/mail/accounts/{id}/disconnect")
            .post(Scope::MailManage, mail_accounts::disconnect),
        door("/api/v1/mail/outbox").get(Scope::MailRead, mail::outbox),
        door("/api/v1/mail/outbox/{id}").get(Scope::MailRead, mail::message),
        door("/api/v1/mail/outbox/{id}/retry").post(Scope::MailWrite, mail::retry),
        door("/api/v1/sessions")
            .get(Scope::AttendanceRead, attendance::sessions)
            .post(Scope::AttendanceWrite, rolls::create),
        door("/api/v1/sessions/{id}")
            .get(Scope::AttendanceRead, attendance::session)
            .patch(Scope::AttendanceWrite, rolls::change),
        door("/api/v1/sessions/{id}/open").post(Scope::AttendanceWrite, rolls::open),
        door("/api/v1/sessions/{id}/close").post(Scope::AttendanceWrite, rolls::close),
        door("/api/v1/sessions/{id}/reopen").post(Scope::AttendanceWrite, rolls::reopen),
        door("/api/v1/sessions/{id}/validate").post(Scope::AttendanceWrite, rolls::validate),
        door("/api/v1/sessions/{id}/cancel").post(Scope::AttendanceWrite, rolls::cancel),
        door("/api/v1/sessions/{id}/records/bulk").post(Scope::AttendanceWrite, roll_lines::bulk),
        door("/api/v1/sessions/{id}/records/{student}")
            .put(Scope::AttendanceWrite, roll_lines::put),
        door("/api/v1/programmes").get(Scope::AttendanceRead, roll_catalogue::programmes),
        door("/api/v1/groups").get(Scope::AttendanceRead, roll_catalogue::groups),
        door("/api/v1/subjects").get(Scope::AttendanceRead, roll_catalogue::subjects),
        door("/api/v1/rooms").get(Scope::AttendanceRead, roll_catalogue::rooms),
        door("/api/v1/stats")
            .class(Class::Statistics)
            .get(Scope::AttendanceRead, roll_figures::stats),
        door("/api/v1/exports/{kind}.{format}")
            .class(Class::Export)
            .get(Scope::AttendanceRead, roll_figures::export),
        door("/api/v1/imports/csv")
            .takes(roll_lists::LISTS)
            .class(Class::Export)
            .post(Scope::AttendanceWrite, roll_lists::csv),
        door("/api/v1/imports/ical")
            .takes(roll_lists::LISTS)
            .class(Class::Export)
            .post(Scope::AttendanceWrite, roll_lists::ical),
        door("/api/v1/sessions/{id}/records").get(Scope::AttendanceRead, attendance::records),
        door("/api/v1/cards").get(Scope::CardsRead, cards::all),
        door("/api/v1/cards/{id}").get(Scope::CardsRead, cards::one),
        door("/api/v1/cards/{id}/verso").get(Scope::CardsRead, cards::verso),
        door("/api/v1/cards/{id}/code.{format}").get(Scope::CardsRead, cards::picture),
        door("/api/v1/cards/{id}/photo").get(Scope::CardsPhotos, cards::photo),
        door("/api/v1/cards/{id}/state").post(Scope::CardsWrite, card_acts::lead),
        door("/api/v1/card-requests")
            .takes(card_acts::REQUEST)
            .post(Scope::CardsWrite, card_acts::request),
        door("/api/v1/card-holders/{eppn}/sync").post(Scope::CardsWrite, card_acts::sync),
        door("/api/v1/card-holders/{eppn}/photo").get(Scope::CardsPhotos, card_faces::of_holder),
        door("/api/v1/audit").get(Scope::AuditRead, audit::search),
        door("/api/v1/audit.jsonl").get(Scope::AuditRead, audit::export),
    ]
}

/// Every operation.
pub fn operations() -> Vec<Operation> {
    doors().iter().flat_map(|door| door.operations().to_vec()).collect()
}

/// The map. Wants a [`Budget`](super::Budget), a sync [`Engine`](crate::sync::Engine) and the
/// parts of the features as `Data`.
pub fn routes(map: &mut Map<'_>) {
    for door in doors() {
        door.mount(map);
    }
    map.with(stations::routes);
    map.with(card_services::routes);
    map.with(own::routes);
    at("/api", Public).get(reference::show).mount(map);
    at("/api/openapi.json", Public).get(reference::document_json).mount(map);
    at("/admin/tokens", May(ManageTokens)).get(admin::show).post(admin::make).mount(map);
    at("/admin/tokens/{id}/revoke", May(ManageTokens)).post(admin::revoke).mount(map);
}
