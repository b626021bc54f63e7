//! What others find about me: see, hide, show.
use super::pages::{Audience, Finding, OwnPage, OwnRecord, View};
use super::routes::Desk;
use super::said;
use crate::config::{Access, Config};
use crate::db::{Db, Tx};
use crate::identity::cloud::{Field, Fields, RecordId};
use crate::identity::{PersonId, SignedIn, store};
use crate::web::lang::Lang;
use crate::web::page::{Banner, Page, Place, Tone};
use crate::web::query::Fields as Form;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use std::collections::BTreeSet;

/// The records of the person who is signed in, as others see them.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, desk): (Data<Db>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let mut shell = who.shell(&frame, Place::Found);
    let mut tx = db.read().await?;
    let choice = store::cloud::is_hidden(&mut tx, who.id()).await?;
    let is_hidden = choice.unwrap_or(false);
    if Form::parse(request.query_string())?.is_on("done") {
        let key = if is_hidden { "own-done-hidden" } else { "own-done-shown" };
        shell.banner = Some(Banner::new(Tone::Done, frame.lang.t(key)));
    }
    let page = OwnPage {
        shell,
        is_open: desk.parts.is_some(),
        is_hidden,
        audience: match choice {
            _ if !desk.config.lookup.access.contains(&Access::Open) => Audience::Servers,
            Some(false) => Audience::Everybody,
            _ => Audience::NotAgreed,
        },
        records: records(&mut tx, who.id(), is_hidden, (&desk.config, frame.lang)).await?,
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// Hide or show; the very next search on this node knows.
pub(super) async fn choose(
    body: String,
    who: SignedIn,
    client: Client,
    desk: Data<Desk>,
) -> web::Result<HttpResponse> {
    let form = who.form(&body)?;
    let parts = desk.parts.as_ref().ok_or(Error::NotFound)?;
    let hidden = form.is_on("hidden");
    parts.intake.hide(who.id(), hidden, &client.trace()).await.map_err(Error::internal)?;
    Ok(see_other("/lookup/me?done=1"))
}

async fn records(
    tx: &mut Tx,
    person: PersonId,
    is_hidden: bool,
    (config, lang): (&Config, Lang),
) -> sqlx::Result<Vec<OwnRecord>> {
    let records = store::own_records(tx, person).await?;
    let ids: Vec<RecordId> = records.iter().map(|record| record.id).collect();
    let found = listed(tx, &ids, config.lookup.pupils).await?;
    let found_with_pupils = listed(tx, &ids, true).await?;
    let state = |record: &store::OwnRecord| match record.state.as_str() {
        _ if is_hidden => Finding::Hidden,
        "stale" => Finding::Stale,
        _ if found.contains(&record.id) => Finding::Found,
        _ if found_with_pupils.contains(&record.id) => Finding::Pupil,
        _ => Finding::Elsewhere,
    };
    let shown = records.iter().map(|record| OwnRecord {
        cloud_id: record.cloud_id.clone(),
        server: said::server(&record.instance, config),
        state: state(record),
        origin: said::origin(&record.origin, lang),
        changed: said::moment(record.changed_at, config, lang),
        views: views(&record.fields, config, lang),
    });
    Ok(shown.collect())
}

async fn listed(
    tx: &mut Tx,
    ids: &[RecordId],
    with_pupils: bool,
) -> sqlx::Result<BTreeSet<RecordId>> {
    let listed = store::listed_among(tx, ids, with_pupils).await?;
    Ok(listed.into_iter().map(|record| record.id).collect())
}

/// What is told to whom: one view for each different list of fields.
fn views(fields: &Fields, config: &Config, lang: Lang) -> Vec<View> {
    let usual = &config.lookup.fields;
    let mut lists: Vec<(&[Field], Vec<String>)> = Vec::new();
    for instance in &config.instances {
        let Some(own) = instance.fields.as_ref().filter(|own| !is_same(own, usual)) else {
            continue;
        };
        match lists.iter_mut().find(|(list, _)| is_same(list, own)) {
            Some((_, servers)) => servers.push(instance.label.clone()),
            None => lists.push((own, vec![instance.label.clone()])),
        }
    }
    lists.push((usual, Vec::new()));
    let view = |(list, servers)| View { servers, fields: seen(fields, list, lang) };
    lists.into_iter().map(view).collect()
}

fn is_same(one: &[Field], other: &[Field]) -> bool {
    one.len() == other.len() && one.iter().all(|field| other.contains(field))
}

/// The fields that are sent, in the order of the protocol, with names for people.
fn seen(fields: &Fields, sent: &[Field], lang: Lang) -> Vec<(String, String)> {
    let wanted = Field::SENT.into_iter().filter(|field| sent.contains(field));
    let told = wanted
        .filter_map(|field| Some((lang.t(said::field(field)), fields.get(field)?.to_owned())));
    told.collect()
}
