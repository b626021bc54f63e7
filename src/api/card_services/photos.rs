//! Photos, by the name of a holder or by a student number.
use super::caller;
use crate::api::fields::{Line, Query};
use crate::api::resources::card_faces::{Looker, newest};
use crate::api::resources::cards::Parts;
use crate::api::scope::Scope;
use crate::card::state::State;
use crate::card::store::eppn_of_student;
use crate::rights::Rule;
use crate::web::query::bad;
use crate::web::resource::{Map, at};
use crate::web::{self, Error};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use serde::Deserialize;

/// The map.
pub(super) fn routes(map: &mut Map<'_>) {
    let photos = Rule::Token(Scope::CardsPhotos.word());
    at("/wsrest/photo/{eppn}/restrictedPhoto", photos).get(restricted).mount(map);
    at("/wsrest/photo/{number}/restrictedPhotoSupannEtuId", photos)
        .get(restricted_by_number)
        .mount(map);
    let faces = Rule::Token(Scope::CardsFaces.word());
    at("/wsrest/photo/{eppn}/photo", faces).get(any).mount(map);
    at("/wsrest/photo/{number}/photoSupannEtuId", faces).get(any_by_number).mount(map);
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Which {
    card_etat: Option<Line<20>>,
    date_etat_after: Option<NaiveDate>,
}

type Asked = (HttpRequest, Path<String>, Query<Which>, Parts);

/// `GET /wsrest/photo/EPPN/restrictedPhoto`: of those who agreed.
async fn restricted((request, eppn, which, parts): Asked) -> web::Result<HttpResponse> {
    show((request, false), eppn.into_inner(), which, parts).await
}

/// `GET /wsrest/photo/EPPN/photo`: of everybody.
async fn any((request, eppn, which, parts): Asked) -> web::Result<HttpResponse> {
    show((request, true), eppn.into_inner(), which, parts).await
}

/// `GET /wsrest/photo/NUMBER/restrictedPhotoSupannEtuId`
async fn restricted_by_number((request, number, which, parts): Asked) -> web::Result<HttpResponse> {
    let eppn = named(number.into_inner(), &parts).await?;
    show((request, false), eppn, which, parts).await
}

/// `GET /wsrest/photo/NUMBER/photoSupannEtuId`
async fn any_by_number((request, number, which, parts): Asked) -> web::Result<HttpResponse> {
    let eppn = named(number.into_inner(), &parts).await?;
    show((request, true), eppn, which, parts).await
}

async fn named(number: String, parts: &Parts) -> web::Result<String> {
    let number = Line::<64>::try_from(number).map_err(|_| Error::NotFound)?;
    let eppn = eppn_of_student(&mut parts.0.read().await?, &number.0).await?;
    eppn.ok_or(Error::NotFound)
}

async fn show(
    (request, sees_all): (HttpRequest, bool),
    eppn: String,
    Query(which): Query<Which>,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let state = match which.card_etat {
        Some(name) => Some(State::parse(&name.0.to_lowercase()).ok_or_else(|| bad("cardEtat"))?),
        None => None,
    };
    let caller = caller(&request)?;
    let looker = Looker { caller: &caller, request: &request, sees_all };
    newest(&looker, eppn, (state, which.date_etat_after), &parts).await
}
