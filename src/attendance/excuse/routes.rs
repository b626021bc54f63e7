//! Every path of justifications.
use super::{exempting, office, own, serving, setup, upload};
use crate::rights::Permission::{DecideAbsences, SetAttendanceUp};
use crate::rights::Rule::{May, Own};
use crate::web::resource::{Map, at};
use crate::web::workroom::Class;

/// The map.
pub fn routes(map: &mut Map<'_>) {
    let me = |path: &str| format!("/attendance/me/{path}");
    at(&me("justify"), Own).get(own::ask).post(own::write).mount(map);
    at(&me("justifications"), Own).get(own::list).mount(map);
    at(&me("justifications/{id}"), Own).get(own::show).mount(map);
    at(&me("justifications/{id}/files"), Own).takes(upload::INTAKE).post(upload::add).mount(map);
    at(&me("justifications/{id}/send"), Own).post(own::send).mount(map);
    at(&me("justifications/{id}/withdraw"), Own).post(own::withdraw).mount(map);
    let office = |path: &str| format!("/attendance/justifications{path}");
    at(&office("/files/{id}"), Own).class(Class::Export).get(serving::show).mount(map);
    at(&office(""), May(DecideAbsences)).get(office::list).mount(map);
    at(&office("/{id}"), May(DecideAbsences)).get(office::show).mount(map);
    at(&office("/{id}/decide"), May(DecideAbsences)).post(office::decide).mount(map);
    at("/attendance/exemptions", May(DecideAbsences))
        .get(exempting::show)
        .post(exempting::change)
        .mount(map);
    at("/attendance/reasons", May(SetAttendanceUp)).get(setup::show).post(setup::change).mount(map);
}
