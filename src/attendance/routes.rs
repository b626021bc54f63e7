//! Every path of attendance. What somebody may do on one séance is asked in [`may`](super::may).
use super::{
    board, bringing, creating, directory, documents, excuse, faces, figures, home, live, members,
    notice, office, own, roll, scan, setup, ticking,
};
use crate::rights::Permission::{
    CallRoll, DecideAbsences, LockPeriods, PlanRoll, SeeAttendance, SeeRates, SeeRoll,
    SetAttendanceUp,
};
use crate::rights::Rule::{May, Own, Public};
use crate::web::resource::{Map, at};
use crate::web::workroom::Class;

/// The map. Wants a [`Desk`](super::Desk) as `Data`.
pub fn routes(map: &mut Map<'_>) {
    at("/attendance", Own).get(home::show).mount(map);
    at("/attendance/me", Own).get(own::show).mount(map);
    at("/attendance/me/attestation.pdf", Own)
        .class(Class::Export)
        .get(documents::attestation)
        .mount(map);
    at("/attendance/records/{id}/certificate.pdf", Own)
        .class(Class::Export)
        .get(documents::certificate)
        .mount(map);
    map.with(excuse::routes);
    map.with(notice::routes);
    at("/attendance/office", May(SeeAttendance))
        .get(office::show)
        .but(May(DecideAbsences))
        .post(office::look)
        .mount(map);
    at("/attendance/figures", May(SeeRates)).class(Class::Statistics).get(figures::show).mount(map);
    let table = |end: &str| {
        let path = format!("/attendance/figures.{end}");
        at(&path, May(SeeRates)).class(Class::Export)
    };
    table("csv").get(figures::csv).mount(map);
    table("xlsx").get(figures::xlsx).mount(map);
    table("pdf").get(figures::pdf).mount(map);
    let records = |end: &str| {
        let path = format!("/attendance/records.{end}");
        at(&path, May(SeeAttendance)).class(Class::Export)
    };
    records("csv").get(figures::records_csv).mount(map);
    records("xlsx").get(figures::records_xlsx).mount(map);
    records("jsonl").get(figures::records_json).mount(map);
    at("/attendance/new", May(PlanRoll)).get(creating::ask).post(creating::create).mount(map);
    at("/attendance/setup", May(SetAttendanceUp)).get(setup::begin).mount(map);
    at("/attendance/setup/{list}", May(SetAttendanceUp))
        .get(setup::show)
        .post(setup::keep)
        .mount(map);
    at("/attendance/setup/{list}/{id}/remove", May(SetAttendanceUp)).post(setup::remove).mount(map);
    at("/attendance/import", May(SetAttendanceUp))
        .takes(bringing::INTAKE)
        .class(Class::Export)
        .get(bringing::ask)
        .post(bringing::send)
        .mount(map);
    at("/attendance/import/{id}", May(SetAttendanceUp))
        .class(Class::Export)
        .get(bringing::show)
        .post(bringing::keep)
        .mount(map);
    at("/attendance/groups/{id}", May(SetAttendanceUp))
        .get(members::show)
        .post(members::change)
        .mount(map);
    at("/attendance/groups/{id}/directory", May(SetAttendanceUp)).post(directory::set).mount(map);
    at("/attendance/groups/{id}/read", May(SetAttendanceUp)).post(directory::read).mount(map);
    let of = |path: &str| format!("/attendance/sessions/{{id}}{path}");
    at(&of(""), May(SeeRoll)).get(roll::show).mount(map);
    at(&of("/events"), May(SeeRoll)).get(live::events).mount(map);
    at(&of("/sheet.pdf"), May(SeeRoll)).class(Class::Export).get(documents::sheet).mount(map);
    at(&of("/faces"), May(CallRoll)).get(faces::show).mount(map);
    at(&of("/faces/{student}"), May(CallRoll)).get(faces::one).mount(map);
    at(&of("/board"), May(CallRoll)).get(board::show).mount(map);
    at(&of("/codes"), May(CallRoll)).get(board::codes).mount(map);
    at(&of("/closing"), May(CallRoll)).get(roll::closing).mount(map);
    at(&of("/mark"), May(CallRoll)).post(ticking::mark).mount(map);
    at(&of("/everyone"), May(CallRoll)).post(ticking::everybody).mount(map);
    at(&of("/lines/{student}"), May(CallRoll)).get(ticking::ask).mount(map);
    at(&of("/lock"), May(LockPeriods)).post(roll::lock).mount(map);
    at(&of("/{act}"), May(CallRoll)).post(roll::act).mount(map);
    at("/p/confirm", Own).class(Class::SignOn).get(scan::ask).post(scan::confirm).mount(map);
    at("/p/code", Own).class(Class::SignOn).get(scan::ask_digits).post(scan::digits).mount(map);
    at("/p/{session}", Public).class(Class::SignOn).get(scan::printed).mount(map);
    at("/p/{session}/{code}", Public).class(Class::SignOn).get(scan::rotating).mount(map);
}
