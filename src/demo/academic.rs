//! What stands for an academic portal: it only says which one it is.
use super::pages::AcademicPortal;
use super::stage::Stage;
use crate::dispatch::Dispatcher;
use crate::web::Frame;
use crate::web::page::Page;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};

/// Name the portal, and the zones that lead here.
pub(super) async fn show(
    name: Path<String>,
    frame: Frame,
    (stage, dispatcher): (Data<Stage>, Data<Dispatcher>),
) -> HttpResponse {
    let snapshot = dispatcher.files.snapshot();
    let address = format!("{}/academie/{name}", stage.portal_origin);
    let zones = snapshot.zones.iter().filter(|zone| zone.portal.as_str() == address);
    let page = AcademicPortal {
        lang: frame.lang,
        name: name.into_inner(),
        zones: zones.map(|zone| zone.label.clone().unwrap_or_else(|| zone.name.clone())).collect(),
        back: format!("{}/dispatch?choose=1", stage.origin),
    };
    Page(page).with(StatusCode::OK)
}
