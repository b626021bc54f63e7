//! What whoever is signed in does by our own scripts: mark, see own records. No token: the cookie of
//! the session, and a header that no other site can send.
use super::answer;
use super::fields::{Body, Line, Query};
use crate::attendance::record::{Channel, Status};
use crate::attendance::seance::State;
use crate::attendance::store::{self, OwnLine};
use crate::attendance::{Desk, Marked, RollRefusal, Shown, begin_of_year, marker};
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::SignedIn;
use crate::rights::Rule;
use crate::web::body::Intake;
use crate::web::resource::{Map, at};
use crate::web::workroom::Class;
use crate::web::{self, Client, Refusal};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A mark is small.
const MARK: Intake = Intake::of(&["application/json"], 4 * 1024);
/// The header, and what it says.
const HEADER: (&str, &str) = ("x-requested-with", "aiguillage");

/// Methods and paths, for the document.
pub(super) const OWN: [(&str, &str); 2] =
    [("POST", "/api/v1/marks"), ("GET", "/api/v1/me/records")];

/// The map.
pub(super) fn routes(map: &mut Map<'_>) {
    at("/api/v1/marks", Rule::Own).takes(MARK).class(Class::SignOn).post(mark).mount(map);
    at("/api/v1/me/records", Rule::Own).get(records).mount(map);
}

type Parts = (Data<Db>, Data<Clock>, Data<Desk>);

/// Only a page of ours sends this header: other sites would have to ask the browser first, and it
/// gets no answer.
fn must_be_ours(request: &HttpRequest) -> web::Result<()> {
    let mut lines = request.headers().get_all(HEADER.0);
    if lines.next().is_some_and(|line| line.as_bytes() == HEADER.1.as_bytes())
        && lines.next().is_none()
    {
        return Ok(());
    }
    Err(Refusal::new("E-CSRF", StatusCode::FORBIDDEN, "request.refused").into())
}

/// What shows that somebody is in the room: one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MarkSaid {
    /// The ticket of a scan, as the cookie `__Host-scan` has it.
    #[schema(value_type = Option<String>, max_length = 500)]
    ticket: Option<Line<500>>,
    /// The six digits beside the code.
    #[schema(value_type = Option<String>, max_length = 10, example = "556639")]
    code: Option<Line<10>>,
    /// On which roll the digits are; any open one when it is left out.
    session: Option<Uuid>,
}

/// A mark.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MarkDone {
    /// The line.
    record: Uuid,
    /// The séance.
    session: Uuid,
    /// Present or late.
    status: Status,
    /// The time that counts.
    marked_at: DateTime<Utc>,
    /// Minutes late.
    minutes_late: i64,
    /// Where the certificate is.
    certificate_url: String,
}

fn done(session: Uuid, marked: &Marked) -> HttpResponse {
    let told = MarkDone {
        record: marked.line,
        session,
        status: marked.status,
        marked_at: marked.marked_at,
        minutes_late: marked.minutes_late,
        certificate_url: format!("/attendance/records/{}/certificate.pdf", marked.line),
    };
    if marked.is_again {
        return answer::json(&told);
    }
    HttpResponse::Created().json(told)
}

/// Mark oneself
///
/// With the cookie of a session and the header `X-Requested-With: aiguillage`. The same ticket marks
/// once however often it arrives; whoever is marked already is told so with 200.
#[utoipa::path(post, path = "/api/v1/marks", tag = "own",
    request_body(content = MarkSaid, example = json!({"code": "556639"})),
    responses(
        (status = 201, description = "Marked", body = MarkDone),
        (status = 200, description = "Marked before", body = MarkDone),
        (status = 409, description = "Not open (E-ROLL-NOT-OPEN), the browser or the scan was used by \
            somebody else (E-ROLL-DEVICE, E-ROLL-USED)", body = super::problem::Problem,
            content_type = "application/problem+json"),
        (status = 410, description = "Over (E-ROLL-TICKET, E-ROLL-CLOSED, E-ROLL-TOO-LATE)",
            body = super::problem::Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn mark(
    request: HttpRequest,
    Body(said): Body<MarkSaid>,
    (who, client): (SignedIn, Client),
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    must_be_ours(&request)?;
    let now = clock.now();
    let marker = marker(&request, &who, &client, (&desk, now));
    if let Some(ticket) = said.ticket {
        let ticket = desk.keys.read(&ticket.0, now).map_err(RollRefusal::from)?;
        let marked = desk.mark(&db, ticket.session, Shown::Ticket(ticket), &marker).await?;
        return Ok(done(ticket.session, &marked));
    }
    let digits = said.code.ok_or(RollRefusal::TicketExpired)?.0.replace(' ', "");
    let (session, marked) = desk.mark_by_digits(&db, (&digits, said.session), &marker).await?;
    Ok(done(session, &marked))
}

/// Which of the own records.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct OwnQuery {
    /// Of séances that begin at this time or later; 1 August when it is left out.
    from: Option<DateTime<Utc>>,
    /// Of séances that begin before this time.
    until: Option<DateTime<Utc>>,
    /// Only with this status.
    #[param(inline)]
    status: Option<Status>,
}

/// A line as its student sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OwnRecord {
    /// Names the line.
    record: Uuid,
    /// The séance.
    session: Uuid,
    /// What was taught.
    subject: String,
    /// CM, TD, TP, …
    kind: String,
    /// Planned beginning.
    starts_at: DateTime<Utc>,
    /// Planned end.
    ends_at: DateTime<Utc>,
    /// How far the roll is.
    state: State,
    /// What the roll says.
    status: Status,
    /// Minutes late.
    minutes_late: i64,
    /// The time that counts.
    marked_at: Option<DateTime<Utc>>,
    /// How.
    channel: Option<Channel>,
}

/// Own records.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OwnRecords {
    /// The newest first, 2000 at most.
    items: Vec<OwnRecord>,
}

impl From<OwnLine> for OwnRecord {
    fn from(line: OwnLine) -> Self {
        // What nobody validated is staff's business.
        let is_open = line.status == Status::AbsentProvisional;
        Self {
            record: line.record,
            session: line.session,
            status: if is_open { Status::Expected } else { line.status },
            subject: line.subject_name,
            kind: line.kind,
            starts_at: line.starts_at,
            ends_at: line.ends_at,
            state: line.state,
            minutes_late: line.minutes_late,
            marked_at: line.marked_at,
            channel: line.channel,
        }
    }
}

/// List own records
///
/// With the cookie of a session and the header `X-Requested-With: aiguillage`.
#[utoipa::path(get, path = "/api/v1/me/records", tag = "own", params(OwnQuery),
    responses((status = 200, description = "Own records", body = OwnRecords)))]
pub(super) async fn records(
    request: HttpRequest,
    Query(query): Query<OwnQuery>,
    who: SignedIn,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    must_be_ours(&request)?;
    let since = query.from.unwrap_or_else(|| begin_of_year(&desk, clock.now()));
    let span = (since, query.until);
    let lines = store::own_lines(&mut db.read().await?, who.id(), span, None).await?.into_iter();
    let lines = lines.take(store::OWN_LINES).map(OwnRecord::from);
    let items = lines.filter(|it| query.status.is_none_or(|status| status == it.status));
    Ok(answer::json(&OwnRecords { items: items.collect() }))
}
