//! Every path of alerts and letters.
use super::{admin, letters, sent};
use crate::rights::Permission::DecideAbsences;
use crate::rights::Rule::May;
use crate::web::body::Intake;
use crate::web::resource::{Map, at};
use crate::web::workroom::Class;

/// Hundreds of students who were ticked.
const CHOSEN: Intake = Intake::of(&["application/x-www-form-urlencoded"], 128 << 10);

/// The map. Wants a [`Mailer`](crate::mail::Mailer) as `Data` besides.
pub fn routes(map: &mut Map<'_>) {
    let alerts = |path: &str| format!("/attendance/alerts{path}");
    at(&alerts(""), May(DecideAbsences)).get(admin::show).mount(map);
    at(&alerts("/new"), May(DecideAbsences)).get(admin::ask_new).post(admin::create).mount(map);
    at(&alerts("/sent"), May(DecideAbsences)).get(sent::show).mount(map);
    at(&alerts("/{id}"), May(DecideAbsences)).get(admin::ask).post(admin::change).mount(map);
    at(&alerts("/{id}/switch"), May(DecideAbsences)).post(admin::switch).mount(map);
    at(&alerts("/{id}/preview"), May(DecideAbsences))
        .class(Class::Statistics)
        .get(admin::preview)
        .mount(map);
    at("/attendance/letters", May(DecideAbsences))
        .class(Class::Export)
        .takes(CHOSEN)
        .get(letters::show)
        .post(letters::make)
        .mount(map);
}
