//! Every path of attendance. Who may do what is asked in [`may`](super::may).
use super::{board, creating, home, live, office, own, roll, scan, ticking};
use crate::web::resource::at;
use crate::web::workroom::Class;
use actix_web::web::ServiceConfig;

/// The map. Wants a [`Desk`](super::Desk) as `Data`.
pub fn routes(cfg: &mut ServiceConfig) {
    at("/attendance").get(home::show).mount(cfg);
    at("/attendance/me").get(own::show).mount(cfg);
    at("/attendance/office").get(office::show).mount(cfg);
    at("/attendance/new").get(creating::ask).post(creating::create).mount(cfg);
    at("/attendance/sessions/{id}").get(roll::show).mount(cfg);
    at("/attendance/sessions/{id}/board").get(board::show).mount(cfg);
    at("/attendance/sessions/{id}/codes").get(board::codes).mount(cfg);
    at("/attendance/sessions/{id}/events").get(live::events).mount(cfg);
    at("/attendance/sessions/{id}/closing").get(roll::closing).mount(cfg);
    at("/attendance/sessions/{id}/mark").post(ticking::mark).mount(cfg);
    at("/attendance/sessions/{id}/everyone").post(ticking::everybody).mount(cfg);
    at("/attendance/sessions/{id}/lines/{student}").get(ticking::ask).mount(cfg);
    at("/attendance/sessions/{id}/{act}").post(roll::act).mount(cfg);
    at("/p/confirm").class(Class::SignOn).get(scan::ask).post(scan::confirm).mount(cfg);
    at("/p/code").class(Class::SignOn).get(scan::ask_digits).post(scan::digits).mount(cfg);
    at("/p/{session}").class(Class::SignOn).get(scan::printed).mount(cfg);
    at("/p/{session}/{code}").class(Class::SignOn).get(scan::rotating).mount(cfg);
}
