//! Every path of the people's pages.
use super::{erasing_page, joining, person, roles, search, seeing, taking};
use crate::rights::Permission::{
    EndSessions, ErasePerson, ExportPerson, GrantRoles, JoinPeople, SeeAs, SeePeople, SeeRoles,
};
use crate::rights::Rule::{May, Own, Public};
use crate::web::resource::{Map, at};
use crate::web::workroom::Class;

/// The map.
pub fn routes(map: &mut Map<'_>) {
    at("/admin/people", May(SeePeople)).get(search::show).mount(map);
    at("/admin/people.csv", May(SeePeople)).class(Class::Export).get(search::csv).mount(map);
    at("/admin/roles", May(SeeRoles)).get(roles::list).mount(map);
    at("/admin/roles.csv", May(SeeRoles)).class(Class::Export).get(roles::csv).mount(map);
    at("/admin/roles/grant", May(GrantRoles)).get(roles::ask).post(roles::give).mount(map);
    at("/admin/roles/revoke", May(GrantRoles)).get(roles::ask).post(roles::take).mount(map);
    at("/admin/people/{person}", May(SeePeople)).get(person::show).mount(map);
    at("/admin/people/{person}/join", May(JoinPeople))
        .get(joining::ask)
        .post(joining::join)
        .mount(map);
    at("/admin/people/{person}/data.json", May(ExportPerson))
        .class(Class::Export)
        .get(taking::of_somebody)
        .mount(map);
    at("/accounts/data.json", Own).class(Class::Export).get(taking::of_oneself).mount(map);
    at("/admin/people/{person}/erase", May(ErasePerson))
        .get(erasing_page::ask)
        .post(erasing_page::erase)
        .mount(map);
    at("/admin/people/{person}/see-as", May(SeeAs)).get(seeing::ask).post(seeing::begin).mount(map);
    at("/seen-as/end", Public).post(seeing::end).mount(map);
    at("/admin/people/{person}/part", May(JoinPeople)).post(joining::part).mount(map);
    at("/admin/people/{person}/end", May(EndSessions)).post(person::end_sessions).mount(map);
}
