//! What arrived.
use crate::demo::pages::{DemoInbox, DemoLetter};
use crate::demo::stage::Stage;
use crate::identity::MaybeSignedIn;
use crate::jobs::Desk;
use crate::web::Frame;
use crate::web::page::{Page, Place};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

/// Mail that the service sent to anybody since it was started.
pub(in crate::demo) async fn show(
    frame: Frame,
    who: MaybeSignedIn,
    (stage, desk): (Data<Stage>, Data<Desk>),
) -> HttpResponse {
    let letter = |letter: super::Letter| DemoLetter {
        at: frame.lang.moment(letter.at.with_timezone(&desk.zone).naive_local()),
        from: letter.from,
        to: letter.to,
        subject: letter.subject,
        text: letter.text,
    };
    let page = DemoInbox {
        shell: match &who.0 {
            Some(who) => who.shell(&frame, Place::Elsewhere),
            None => frame.shell(""),
        },
        letters: stage.mailroom.letters().into_iter().map(letter).collect(),
    };
    Page(page).with(StatusCode::OK)
}
