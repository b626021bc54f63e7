//! `/attendance/groups/ID/directory` and `…/read`: which directory fills a group, and reading it now.
use super::creating::hand;
use super::desk::Desk;
use super::members::found;
use super::pages::Filling;
use super::reading::Care;
use super::refusal::RollRefusal;
use super::roll::Parts;
use super::store::{self, Group};
use crate::db::Tx;
use crate::identity::SignedIn;
use crate::identity::sources::LdapSource;
use crate::rights::Reach;
use crate::web::lang::Lang;
use crate::web::redirect::see_other;
use crate::web::{self, Client};
use actix_web::HttpResponse;
use actix_web::web::Path;
use uuid::Uuid;

/// Letters of a filter.
const FILTER: usize = 500;

/// What the page of a group says of its directory.
pub(super) async fn filling(
    tx: &mut Tx,
    desk: &Desk,
    (group, reach): (&Group, &Reach),
    lang: Lang,
) -> sqlx::Result<Filling> {
    let last = store::group_reading(tx, group.id).await?;
    let mut page = Filling {
        // Directories belong to the installation, and so does what they are asked.
        may_set: *reach == Reach::All,
        sources: desk.directories.directories().map(str::to_owned).collect(),
        source: group.ldap_source.clone().unwrap_or_default(),
        filter: group.ldap_filter.clone().unwrap_or_default(),
        ..Filling::default()
    };
    if let Some(last) = last {
        page.read_at = lang.moment(last.read_at.with_timezone(&desk.zone).naive_local());
        page.outcome = match last.outcome.as_str() {
            "kept" => "group-read-kept",
            "sweeping" => "group-read-sweeping",
            _ => "group-read-failed",
        };
        let count = |number: i64| usize::try_from(number).unwrap_or_default();
        page.counts = (count(last.found), count(last.joined), count(last.ended));
        page.strangers = last.unknown.0.len();
        // Who they are may be the business of another school.
        page.unknown = if page.may_set { last.unknown.0 } else { Vec::new() };
    }
    Ok(page)
}

/// Say which directory fills a group (`source`, `filter`); no source: none does.
pub(super) async fn set(
    body: String,
    (who, client, reach): (SignedIn, Client, Reach),
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    if reach != Reach::All {
        return Err(RollRefusal::Forbidden.into());
    }
    let source = fields.get("source");
    let filter = fields.get("filter").unwrap_or_default().trim();
    if let Some(source) = source {
        let is_filter = filter.chars().count() <= FILTER && LdapSource::is_filter(filter);
        if desk.directory(source).is_none() || !is_filter {
            return Err(RollRefusal::Filter.into());
        }
    }
    let hand = hand(&who, &client, clock.now());
    let mut tx = db.write().await?;
    let group = found(&mut tx, &reach, *id).await?;
    store::set_directory(&mut tx, group.id, source.map(|source| (source, filter))).await?;
    let event = hand.signed("roll.group_directory").reason(source.unwrap_or("none"));
    let event = event.field("group", group.id).field("filter", filter);
    event.record(&mut tx, &hand.trace, hand.now).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/attendance/groups/{id}?done=directory")))
}

/// Read it now; `sure`: although more than a fifth of the members end.
pub(super) async fn read(
    body: String,
    (who, client, reach): (SignedIn, Client, Reach),
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let mut tx = db.read().await?;
    let group = found(&mut tx, &reach, *id).await?;
    drop(tx);
    let hand = hand(&who, &client, clock.now());
    let care = Care { is_dry: false, is_sure: fields.is_on("sure") };
    let reading = desk.read_group(&db, &group, care, &hand).await?;
    let done = if reading.is_kept { "read" } else { "sweeping" };
    Ok(see_other(&format!("/attendance/groups/{id}?done={done}")))
}
