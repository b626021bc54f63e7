//! What séances are made of, with the ids that programs need to make some.
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::fields::{Query, SchoolCode};
use crate::api::listing::{Cursor, Limit, List, list};
use crate::attendance::store::{self, GroupName, ProgrammeName, ThingName, Within};
use crate::db::Db;
use crate::identity::Rne;
use crate::web::{self, Error};
use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct NamesQuery {
    /// Only of this school.
    #[param(value_type = Option<String>, pattern = "^[0-9A-Z]{6,32}$", example = "0759802X")]
    rne: Option<SchoolCode>,
    /// How many.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// `next` of the part before.
    #[param(value_type = Option<String>, pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")]
    cursor: Option<Cursor>,
}

/// Which groups.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct GroupsQuery {
    /// Only of this school.
    #[param(value_type = Option<String>, pattern = "^[0-9A-Z]{6,32}$", example = "0759802X")]
    rne: Option<SchoolCode>,
    /// Only of this programme.
    programme: Option<Uuid>,
    /// How many.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// `next` of the part before.
    #[param(value_type = Option<String>, pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")]
    cursor: Option<Cursor>,
}

/// A programme of study.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct ProgrammeView {
    /// Names it.
    id: Uuid,
    /// The school.
    rne: String,
    /// Its code.
    code: String,
    /// What people call it.
    name: String,
    /// School year, such as `2026-2027`.
    year: String,
}

/// A group of students.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct GroupView {
    /// Names it.
    id: Uuid,
    /// The school.
    rne: String,
    /// Its programme.
    programme: Uuid,
    /// `CM`, `TD`, `TP` or `free`.
    kind: String,
    /// What people call it.
    name: String,
    /// Whether a directory names its members: lists add none.
    of_directory: bool,
}

/// A subject.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct SubjectView {
    /// Names it.
    id: Uuid,
    /// The school.
    rne: String,
    /// Its code.
    code: String,
    /// What people call it.
    name: String,
}

/// A room.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct RoomView {
    /// Names it.
    id: Uuid,
    /// The school.
    rne: String,
    /// Campus; may be empty.
    campus: String,
    /// What people call it.
    name: String,
}

impl From<ProgrammeName> for ProgrammeView {
    fn from(row: ProgrammeName) -> Self {
        let ProgrammeName { id, rne, code, name, year_label } = row;
        Self { id, rne: rne.to_string(), code, name, year: year_label }
    }
}

impl From<GroupName> for GroupView {
    fn from(row: GroupName) -> Self {
        let GroupName { id, rne, programme, kind, name, is_of_directory } = row;
        Self { id, rne: rne.to_string(), programme, kind, name, of_directory: is_of_directory }
    }
}

impl From<ThingName> for SubjectView {
    fn from(row: ThingName) -> Self {
        Self { id: row.id, rne: row.rne.to_string(), code: row.code, name: row.name }
    }
}

impl From<ThingName> for RoomView {
    fn from(row: ThingName) -> Self {
        Self { id: row.id, rne: row.rne.to_string(), campus: row.code, name: row.name }
    }
}

/// The schools that are meant, behind which id, and how many.
fn asked(
    caller: &Caller,
    rne: Option<SchoolCode>,
    (limit, cursor): (Option<Limit>, Option<Cursor>),
) -> web::Result<(Within, Uuid, i64)> {
    let after = cursor.map_or(Uuid::nil(), |cursor| cursor.0);
    let Some(rne) = rne else {
        return Ok((Within::schools(caller.schools()), after, Limit::of(limit)));
    };
    let rne = Rne::parse(&rne.0).map_err(|_| Error::NotFound)?;
    if caller.schools().is_some_and(|schools| !schools.contains(&rne)) {
        return Err(Error::NotFound);
    }
    Ok((Within::schools(Some(&[rne])), after, Limit::of(limit)))
}

/// List programmes
#[utoipa::path(get, path = "/api/v1/programmes", tag = "attendance", params(NamesQuery),
    responses((status = 200, description = "Programmes", body = List<ProgrammeView>)))]
pub(in crate::api) async fn programmes(
    caller: Caller,
    (Query(query), db): (Query<NamesQuery>, Data<Db>),
) -> web::Result<HttpResponse> {
    let (within, after, limit) = asked(&caller, query.rne, (query.limit, query.cursor))?;
    let part = (after, limit + 1);
    let rows = store::programme_list(&mut db.read().await?, &within, part).await?;
    Ok(answer::json(&list(rows, limit, |row| row.id, ProgrammeView::from)))
}

/// List groups
#[utoipa::path(get, path = "/api/v1/groups", tag = "attendance", params(GroupsQuery),
    responses((status = 200, description = "Groups", body = List<GroupView>)))]
pub(in crate::api) async fn groups(
    caller: Caller,
    (Query(query), db): (Query<GroupsQuery>, Data<Db>),
) -> web::Result<HttpResponse> {
    let (within, after, limit) = asked(&caller, query.rne, (query.limit, query.cursor))?;
    let part = (after, limit + 1);
    let rows = store::group_list(&mut db.read().await?, &within, query.programme, part).await?;
    Ok(answer::json(&list(rows, limit, |row| row.id, GroupView::from)))
}

/// List subjects
#[utoipa::path(get, path = "/api/v1/subjects", tag = "attendance", params(NamesQuery),
    responses((status = 200, description = "Subjects", body = List<SubjectView>)))]
pub(in crate::api) async fn subjects(
    caller: Caller,
    (Query(query), db): (Query<NamesQuery>, Data<Db>),
) -> web::Result<HttpResponse> {
    let (within, after, limit) = asked(&caller, query.rne, (query.limit, query.cursor))?;
    let part = (after, limit + 1);
    let rows = store::subject_list(&mut db.read().await?, &within, part).await?;
    Ok(answer::json(&list(rows, limit, |row| row.id, SubjectView::from)))
}

/// List rooms
#[utoipa::path(get, path = "/api/v1/rooms", tag = "attendance", params(NamesQuery),
    responses((status = 200, description = "Rooms", body = List<RoomView>)))]
pub(in crate::api) async fn rooms(
    caller: Caller,
    (Query(query), db): (Query<NamesQuery>, Data<Db>),
) -> web::Result<HttpResponse> {
    let (within, after, limit) = asked(&caller, query.rne, (query.limit, query.cursor))?;
    let part = (after, limit + 1);
    let rows = store::room_list(&mut db.read().await?, &within, part).await?;
    Ok(answer::json(&list(rows, limit, |row| row.id, RoomView::from)))
}
