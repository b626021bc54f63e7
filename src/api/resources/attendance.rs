//! Rolls and their lines.
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::fields::Query;
use crate::api::listing::{Cursor, Limit, List, list};
use crate::attendance::Desk;
use crate::attendance::record::{Channel, Status};
use crate::attendance::seance::{State, is_uncalled};
use crate::attendance::store::{self, Around, LineRow, Seance, Within};
use crate::attendance::zone::ZoneResult;
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::identity::PersonId;
use crate::web::{self, Error};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A séance.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct SessionView {
    /// Names it.
    pub id: Uuid,
    /// The school.
    pub rne: String,
    /// CM, TD, TP, …
    pub kind: String,
    /// What is taught.
    pub subject: String,
    /// The subject.
    pub subject_id: Uuid,
    /// Whether six digits stand beside its code.
    pub is_spoken: bool,
    /// Name of the room; may be empty.
    pub room: String,
    /// The room.
    pub room_id: Option<Uuid>,
    /// Its groups.
    pub groups: Vec<Uuid>,
    /// Who calls its roll.
    pub teachers: Vec<Uuid>,
    /// Planned beginning.
    pub starts_at: DateTime<Utc>,
    /// Planned end.
    pub ends_at: DateTime<Utc>,
    /// How far its roll is.
    pub state: State,
    /// Closed by the clock, and nobody said yet that it is right.
    pub is_provisional: bool,
    /// Over, and nobody called its roll.
    pub not_called: bool,
    /// When the roll was opened first.
    pub opened_at: Option<DateTime<Utc>>,
    /// When it was closed last.
    pub closed_at: Option<DateTime<Utc>>,
    /// People in the room, when somebody counted.
    pub headcount: Option<i64>,
}

/// One student on a roll.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct RecordView {
    /// Names the line.
    pub id: Uuid,
    /// Who.
    pub student: Uuid,
    /// Their name.
    pub name: String,
    /// What the roll says.
    pub status: Status,
    /// Minutes late.
    pub minutes_late: i64,
    /// The time that counts.
    pub marked_at: Option<DateTime<Utc>>,
    /// How they were marked.
    pub channel: Option<Channel>,
    /// From where.
    pub zone: ZoneResult,
    /// What the teacher may look at, as stable words.
    pub flags: Vec<String>,
    /// Raised by each change.
    pub version: i64,
}

/// All lines of a roll.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Records {
    /// In the order of names.
    pub items: Vec<RecordView>,
}

/// Which séances.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct SessionsQuery {
    /// That begin at this time or later.
    from: Option<DateTime<Utc>>,
    /// That begin before this time.
    until: Option<DateTime<Utc>>,
    /// Only in this state.
    #[param(inline)]
    state: Option<State>,
    /// Only those whose roll this person calls.
    teacher: Option<Uuid>,
    /// Only those that groups of this programme have.
    programme: Option<Uuid>,
    /// Only those that are over and whose roll nobody called.
    not_called: Option<bool>,
    /// How many.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// `next` of the part before.
    #[param(value_type = Option<String>, pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")]
    cursor: Option<Cursor>,
}

pub(super) type Parts = (Data<Db>, Data<Clock>, Data<Desk>);

/// A séance with its groups and teachers.
pub(super) async fn view(
    tx: &mut Tx,
    row: Seance,
    (desk, now): (&Desk, DateTime<Utc>),
) -> sqlx::Result<SessionView> {
    let around = store::around(tx, &[row.id]).await?.remove(&row.id);
    Ok(viewed(row, around.unwrap_or_default(), (desk, now)))
}

fn viewed(row: Seance, around: Around, (desk, now): (&Desk, DateTime<Utc>)) -> SessionView {
    SessionView {
        is_spoken: row.has_spoken_code,
        id: row.id,
        rne: row.rne.to_string(),
        not_called: is_uncalled(row.state, row.times(), &desk.rules, now),
        kind: row.kind,
        subject: row.subject_name,
        subject_id: row.subject,
        room: row.room_name,
        room_id: row.room,
        groups: around.groups,
        teachers: around.teachers.into_iter().map(|person| person.0).collect(),
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        state: row.state,
        is_provisional: row.is_provisional,
        opened_at: row.opened_at,
        closed_at: row.closed_at,
        headcount: row.headcount,
    }
}

impl From<LineRow> for RecordView {
    fn from(row: LineRow) -> Self {
        Self {
            id: row.id,
            student: row.student.0,
            name: row.display_name,
            status: row.status,
            minutes_late: row.minutes_late,
            marked_at: row.marked_at,
            channel: row.channel,
            zone: row.zone_result,
            flags: row.flags.0,
            version: row.version,
        }
    }
}

/// List séances
///
/// In an order that does not change; `from` and `until` say which time is meant.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "attendance", params(SessionsQuery),
    responses((status = 200, description = "Séances", body = List<SessionView>)))]
pub(in crate::api) async fn sessions(
    caller: Caller,
    (Query(query), (db, clock, desk)): (Query<SessionsQuery>, Parts),
) -> web::Result<HttpResponse> {
    let (limit, now) = (Limit::of(query.limit), clock.now());
    let is_uncalled = query.not_called.unwrap_or_default();
    let filter = store::Filter {
        from: query.from,
        until: query.until,
        state: query.state,
        teacher: query.teacher.map(PersonId),
        programme: query.programme,
        uncalled_before: is_uncalled.then(|| now - desk.rules.grace),
        after: query.cursor.map(|cursor| cursor.0),
        limit: limit + 1,
    };
    let within = Within::schools(caller.schools());
    let mut tx = db.read().await?;
    let rows = store::sessions(&mut tx, &within, &filter).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut around = store::around(&mut tx, &ids).await?;
    let view = |row: Seance| {
        let around = around.remove(&row.id).unwrap_or_default();
        viewed(row, around, (&desk, now))
    };
    Ok(answer::json(&list(rows, limit, |row| row.id, view)))
}

/// Show a séance
#[utoipa::path(get, path = "/api/v1/sessions/{id}", tag = "attendance",
    params(("id" = Uuid, Path, description = "The séance")),
    responses((status = 200, description = "The séance", body = SessionView)))]
pub(in crate::api) async fn session(
    caller: Caller,
    (request, id, (db, clock, desk)): (HttpRequest, Path<Uuid>, Parts),
) -> web::Result<HttpResponse> {
    let mut tx = db.read().await?;
    let row = known(&mut tx, &caller, *id).await?;
    Ok(answer::tagged(&request, &view(&mut tx, row, (&desk, clock.now())).await?))
}

/// List the lines of a roll
///
/// All of them; none before the roll was opened.
#[utoipa::path(get, path = "/api/v1/sessions/{id}/records", tag = "attendance",
    params(("id" = Uuid, Path, description = "The séance")),
    responses((status = 200, description = "Lines", body = Records)))]
pub(in crate::api) async fn records(
    caller: Caller,
    (id, db): (Path<Uuid>, Data<Db>),
) -> web::Result<HttpResponse> {
    let mut tx = db.read().await?;
    let row = known(&mut tx, &caller, *id).await?;
    let lines = store::lines(&mut tx, row.id).await?;
    Ok(answer::json(&Records { items: lines.into_iter().map(RecordView::from).collect() }))
}

/// A séance of the schools of this token.
pub(super) async fn known(tx: &mut Tx, caller: &Caller, id: Uuid) -> web::Result<Seance> {
    let within = Within::schools(caller.schools());
    let is_theirs = store::is_within(tx, &within, id).await?;
    let row = store::seance(tx, id).await?.filter(|_| is_theirs);
    row.ok_or(Error::NotFound)
}
