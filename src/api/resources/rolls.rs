//! What programs do with séances: make and change them, call their rolls.
use super::attendance::{Parts, SessionView, known, view};
use crate::api::answer::tag;
use crate::api::caller::Caller;
use crate::api::fields::{Body, Line, unusable};
use crate::api::once::Once;
use crate::attendance::seance::{Act, State, Times};
use crate::attendance::store::{self, Around, Seance, Within};
use crate::attendance::{Desk, Offer, Over, Planning, RollRefusal, Said, plan, replan};
use crate::db::Tx;
use crate::identity::PersonId;
use crate::web::lang::Lang;
use crate::web::{self, Error, Frame, Refusal};
use actix_web::http::{StatusCode, header};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use uuid::Uuid;

/// A program looks after the rolls of its schools as their secretariat does.
pub(super) const OVER: Over =
    Over { sees: true, calls: true, plans: true, tends: true, locks: false };
/// Groups and teachers of one séance.
const MANY: usize = 50;

/// A séance to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NewSession {
    /// Groups of one school.
    groups: Vec<Uuid>,
    /// What is taught.
    subject: Uuid,
    /// `CM`, `TD`, `TP`, `EX`, `RE` or `ST`.
    #[schema(value_type = String, max_length = 2)]
    kind: Line<2>,
    /// Where; may be left out.
    room: Option<Uuid>,
    /// Planned beginning.
    starts_at: DateTime<Utc>,
    /// Planned end.
    ends_at: DateTime<Utc>,
    /// Who calls the roll.
    #[serde(default)]
    teachers: Vec<Uuid>,
    /// Whether its code may be printed.
    #[serde(default)]
    is_static: bool,
    /// Whether six digits stand beside it; default: as `[attendance] spoken_code` says.
    is_spoken: Option<bool>,
}

/// What of a séance changes; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct ChangedSession {
    /// Groups of its school.
    groups: Option<Vec<Uuid>>,
    /// What is taught.
    subject: Option<Uuid>,
    /// `CM`, `TD`, `TP`, `EX`, `RE` or `ST`.
    #[schema(value_type = Option<String>, max_length = 2)]
    kind: Option<Line<2>>,
    /// Where; null: nowhere yet.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    room: NewRoom,
    /// Planned beginning.
    starts_at: Option<DateTime<Utc>>,
    /// Planned end.
    ends_at: Option<DateTime<Utc>>,
    /// Who calls the roll.
    teachers: Option<Vec<Uuid>>,
    /// Whether six digits stand beside its code.
    is_spoken: Option<bool>,
}

/// A room that may be taken away: null is another thing than a field that was left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum NewRoom {
    /// As it was.
    #[default]
    Same,
    /// This one, or none.
    Said(Option<Uuid>),
}

impl<'de> Deserialize<'de> for NewRoom {
    fn deserialize<D: Deserializer<'de>>(field: D) -> Result<Self, D::Error> {
        Option::deserialize(field).map(Self::Said)
    }
}

/// What is said with an act.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct ActSaid {
    /// People in the room, when it is closed.
    headcount: Option<u16>,
    /// Why; needed to open again, and to cancel an open roll.
    #[schema(value_type = Option<String>, max_length = 300)]
    reason: Option<Line<300>>,
}

/// Make a séance
///
/// Groups, subject and room belong to one school that the token may see. Teachers belong to it, or may
/// call rolls there. It is planned; opening its roll is another act.
#[utoipa::path(post, path = "/api/v1/sessions", tag = "attendance",
    request_body(content = NewSession, example = json!({
        "groups": ["0199b1c4-3f0e-7cc2-9e57-1f6b2f3a4d5e"],
        "subject": "0199b1c4-3f0e-7cc2-9e57-1f6b2f3a4d5f", "kind": "TD",
        "starts_at": "2027-01-20T07:00:00Z", "ends_at": "2027-01-20T09:00:00Z"})),
    responses((status = 201, description = "The séance", body = SessionView)))]
pub(in crate::api) async fn create(
    caller: Caller,
    (once, frame, (db, clock, desk)): (Once, Frame, Parts),
) -> web::Result<HttpResponse> {
    let (now, hand) = (clock.now(), caller.hand(clock.now()));
    let mut tx = db.write().await?;
    let receipt = match once.begin(&mut tx, &caller, now).await? {
        Ok(receipt) => receipt,
        Err(answer) => return Ok(answer),
    };
    let said: NewSession = once.body()?;
    let wish = Planning {
        groups: said.groups,
        subject: Some(said.subject),
        kind: said.kind.0,
        room: said.room,
        times: Some(Times { starts_at: said.starts_at, ends_at: said.ends_at }),
        is_static: said.is_static,
        is_spoken: said.is_spoken.unwrap_or(desk.rules.spoken_code),
        teachers: said.teachers.into_iter().map(PersonId).collect(),
    };
    let was = Around::default();
    let new = checked(&mut tx, (&caller, &desk, frame.lang), (wish, &was), now).await?;
    plan(&mut tx, &new, &hand).await?;
    let here = store::seance(&mut tx, new.id).await?.ok_or(Error::NotFound)?;
    let here = view(&mut tx, here, (&desk, now)).await?;
    let answer = receipt.keep(&mut tx, StatusCode::CREATED, &here).await?;
    tx.commit().await?;
    Ok(answer)
}

/// The séance of a wish, of things that the token may see; whoever taught it before may go on.
async fn checked(
    tx: &mut Tx,
    (caller, desk, lang): (&Caller, &Desk, Lang),
    (mut wish, was): (Planning, &Around),
    now: DateTime<Utc>,
) -> web::Result<store::NewSeance> {
    for of in [wish.groups.len(), wish.teachers.len()] {
        if of > MANY {
            return Err(unusable("more than 50 groups or teachers"));
        }
    }
    wish.groups.sort_unstable();
    wish.groups.dedup();
    wish.teachers.retain(|teacher| !was.teachers.contains(teacher));
    let within = Within::schools(caller.schools());
    let offer = Offer::named(tx, &within, &wish).await?;
    let new = offer.check(desk, &wish, None).map_err(|key| unusable(&lang.t(key)))?;
    let known = store::teachers_at(tx, &new.rne, &wish.teachers, now).await?;
    if !wish.teachers.iter().all(|teacher| known.contains(teacher)) {
        return Err(unusable(&lang.t("roll-wrong-teachers")));
    }
    Ok(new)
}

/// Change a séance
///
/// Only what nobody called yet; else 409 `E-ROLL-STATE`. `If-Match` names the `ETag` of the séance
/// as the program saw it; when it has changed since, 412 `E-ROLL-VERSION`.
#[utoipa::path(patch, path = "/api/v1/sessions/{id}", tag = "attendance",
    params(
        ("id" = Uuid, Path, description = "The séance"),
        ("If-Match" = String, Header, description = "The `ETag` of the séance as it was seen",
            example = r#"W/"5d41402abc4b2a76b9719d91""#),
    ),
    request_body(content = ChangedSession, example = json!({"ends_at": "2027-01-20T10:00:00Z"})),
    responses(
        (status = 200, description = "The séance as it is now", body = SessionView),
        (status = 409, description = "Its roll was called (E-ROLL-STATE)",
            body = crate::api::problem::Problem, content_type = "application/problem+json"),
        (status = 412, description = "It has changed since (E-ROLL-VERSION)",
            body = crate::api::problem::Problem, content_type = "application/problem+json"),
        (status = 428, description = "Without `If-Match` (E-API-MATCH)",
            body = crate::api::problem::Problem, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn change(
    caller: Caller,
    (request, id, Body(said), (db, clock, desk)): (
        HttpRequest,
        Path<Uuid>,
        Body<ChangedSession>,
        Parts,
    ),
) -> web::Result<HttpResponse> {
    let (now, hand) = (clock.now(), caller.hand(clock.now()));
    let lang = Frame::of(&request).lang;
    let mut tx = db.write().await?;
    known(&mut tx, &caller, *id).await?;
    // What is compared is what will be changed: whoever else changes it has done so, or waits.
    let is_planned = store::hold(&mut tx, *id, State::Planned).await?;
    let here = known(&mut tx, &caller, *id).await?;
    must_match(&request, &view(&mut tx, here.clone(), (&desk, now)).await?)?;
    if !is_planned {
        return Err(RollRefusal::Transition.into());
    }
    let was = store::around(&mut tx, &[here.id]).await?.remove(&here.id).unwrap_or_default();
    let wish = changed(said, &here, &was);
    let teachers = wish.teachers.clone();
    let new = checked(&mut tx, (&caller, &desk, lang), (wish, &was), now).await?;
    if new.rne != here.rne {
        return Err(unusable(&lang.t("roll-wrong-school")));
    }
    replan(&mut tx, here.id, &store::NewSeance { teachers, ..new }, &hand).await?;
    let here = store::seance(&mut tx, here.id).await?.ok_or(Error::NotFound)?;
    let here = view(&mut tx, here, (&desk, now)).await?;
    tx.commit().await?;
    Ok(crate::api::answer::tagged(&request, &here))
}

/// A séance as it is to be.
fn changed(said: ChangedSession, here: &Seance, was: &Around) -> Planning {
    let given = |ids: Vec<Uuid>| ids.into_iter().map(PersonId).collect();
    let times = Times {
        starts_at: said.starts_at.unwrap_or(here.starts_at),
        ends_at: said.ends_at.unwrap_or(here.ends_at),
    };
    Planning {
        groups: said.groups.unwrap_or_else(|| was.groups.clone()),
        subject: said.subject.or(Some(here.subject)),
        kind: said.kind.map_or_else(|| here.kind.clone(), |kind| kind.0),
        room: match said.room {
            NewRoom::Same => here.room,
            NewRoom::Said(room) => room,
        },
        times: Some(times),
        is_static: here.is_static(),
        is_spoken: said.is_spoken.unwrap_or(here.has_spoken_code),
        teachers: said.teachers.map_or_else(|| was.teachers.clone(), given),
    }
}

/// Nobody overwrites what they have not seen.
fn must_match(request: &HttpRequest, here: &SessionView) -> web::Result<()> {
    let known = request.headers().get_all(header::IF_MATCH);
    let known: Vec<&str> = known.filter_map(|line| line.to_str().ok()).collect();
    if known.is_empty() {
        let status = StatusCode::PRECONDITION_REQUIRED;
        return Err(Refusal::new("E-API-MATCH", status, "request.refused").into());
    }
    let body = serde_json::to_vec(here).map_err(Error::internal)?;
    let tag = tag(&body);
    let plain = |one: &str| one.trim().trim_start_matches("W/").to_owned();
    let mut named = known.iter().flat_map(|line| line.split(','));
    if named.any(|one| plain(one) == plain(&tag)) {
        return Ok(());
    }
    Err(RollRefusal::Version.into())
}

/// Do something with a whole roll.
async fn act(
    caller: Caller,
    (id, once): (Uuid, Once),
    (db, clock, desk): Parts,
    act: Act,
) -> web::Result<HttpResponse> {
    desk.proof.prepare().await?;
    let (now, hand) = (clock.now(), caller.hand(clock.now()));
    let mut tx = db.write().await?;
    let receipt = match once.begin(&mut tx, &caller, now).await? {
        Ok(receipt) => receipt,
        Err(answer) => return Ok(answer),
    };
    let said: ActSaid = once.body()?;
    let here: Seance = known(&mut tx, &caller, id).await?;
    let reason = said.reason.map(|reason| reason.0).unwrap_or_default();
    let said = Said { headcount: said.headcount.map(usize::from), reason, over: OVER };
    desk.act(&mut tx, &here, act, &said, &hand).await?;
    let here = store::seance(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let here = view(&mut tx, here, (&desk, now)).await?;
    let answer = receipt.keep(&mut tx, StatusCode::OK, &here).await?;
    tx.commit().await?;
    Ok(answer)
}

/// One act, all alike.
macro_rules! act {
    ($name:ident, $act:ident, $path:tt, $example:tt, $(#[$doc:meta])*) => {
        $(#[$doc])*
        #[utoipa::path(post, path = $path, tag = "attendance",
            params(("id" = Uuid, Path, description = "The séance")),
            request_body(content = ActSaid, example = json!($example)),
            responses(
                (status = 200, description = "The séance as it is now", body = SessionView),
                (status = 409, description = "Not in this state (E-ROLL-STATE), or not at this time \
                    (E-ROLL-HOURS)", body = crate::api::problem::Problem,
                    content_type = "application/problem+json"),
            ))]
        pub(in crate::api) async fn $name(
            caller: Caller,
            (id, once, parts): (Path<Uuid>, Once, Parts),
        ) -> web::Result<HttpResponse> {
            act(caller, (*id, once), parts, Act::$act).await
        }
    };
}

act!(open, Open, "/api/v1/sessions/{id}/open", {},
    /// Open a roll
    ///
    /// Writes one line for everybody who is expected; codes are good from now on.
);
act!(close, Close, "/api/v1/sessions/{id}/close", { "headcount": 24 },
    /// Close a roll
    ///
    /// Codes are dead at once; whoever is still expected is absent.
);
act!(reopen, Reopen, "/api/v1/sessions/{id}/reopen", { "reason": "two came later" },
    /// Open a closed roll again
    ///
    /// Takes a reason (422 `E-ROLL-REASON`). Absences that nobody excused are expected again.
);
act!(validate, Validate, "/api/v1/sessions/{id}/validate", {},
    /// Confirm the absences of a roll that the clock closed
);
act!(cancel, Cancel, "/api/v1/sessions/{id}/cancel", { "reason": "the room is closed" },
    /// Say that a séance does not take place
    ///
    /// Of an open roll it takes a reason; its presences prove nothing any more.
);
