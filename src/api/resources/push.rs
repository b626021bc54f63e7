//! People whom a program knows better than any directory: pushed into a source of kind `push`, and
//! written like those of every other source, by a run of the sync (D31).
use super::people::Looking;
use super::pushed::{PushMany, PushMode, PushOutcome, PushedMany, PushedOne};
use crate::api::Scope;
use crate::api::caller::Caller;
use crate::api::fields::{Body, unusable};
use crate::api::once::Once;
use crate::clock::Clock;
use crate::db::Db;
use crate::dispatch::Dispatcher;
use crate::identity::store;
use crate::sync::{
    Also, Batch, Desk, Engine, Finished, Mode, Order, Progress, Pushed, SyncError, SyncedSource,
};
use crate::web::{self, Error, Refusal};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// Looks for the end of another run, and time between two of them.
const TRIES: u32 = 30;
const WAIT: Duration = Duration::from_millis(100);
/// Letters of an id in an address.
const LONGEST_ID: usize = 200;

type Parts = (Data<Db>, Data<Clock>, Data<Engine>, Data<Desk>, Data<Dispatcher>);

/// Push one person
///
/// Says how the source knows this person now; whoever had left is there again, as the same person.
/// Doing it twice is doing it once. The answer holds what other sources say of them only for a token that
/// may read people.
#[utoipa::path(put, path = "/api/v1/people/by-source/{source}/{id}", tag = "people",
    params(
        ("source" = String, Path, description = "The section of a source of kind `push`",
            pattern = "^[A-Za-z0-9_-]+$", max_length = 60, example = "rh"),
        ("id" = String, Path, description = "The source's name for the person",
            pattern = "^[A-Za-z0-9_.@:+-]+$", max_length = 200, example = "mdupont"),
    ),
    request_body(content = Object, content_type = "application/json",
        description = "The person as the program describes them, as in `people` of the push of many",
        example = json!({"displayName": "Marie Dupont", "mail": "m.dupont@example.org"})),
    responses(
        (status = 200, description = "The person was known", body = PushedOne),
        (status = 201, description = "The person is new", body = PushedOne),
        (status = 409, description = "Another run of the source is under way (E-SYNC-BUSY)",
            body = crate::api::problem::Problem, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn put(
    caller: Caller,
    (path, Body(person), (db, clock, engine, desk, dispatcher)): (
        Path<(String, String)>,
        Body<Pushed>,
        Parts,
    ),
) -> web::Result<HttpResponse> {
    let (source, id) = path.into_inner();
    let source = pushed(&caller, &desk, &source)?;
    let id = readable(&id)?;
    let batch = source.batch_of_one(id, &person).ok_or(Error::NotFound)?;
    let batch =
        batch.map_err(|rejected| unusable(&format!("{} {}", rejected.code, rejected.why)))?;

    let finished = run(&engine, source.with(batch), &order(&caller), nothing_more()).await?;

    let mut tx = db.read().await?;
    let account = store::account_by_source_id(&mut tx, &source.name, id).await?;
    let account = account.ok_or(Error::NotFound)?;
    // A push may join somebody whom other sources know as well: what they say is for readers.
    let only = (!caller.has(Scope::PeopleRead)).then_some(source.name.as_str());
    let now = clock.now();
    let looking = Looking { caller: &caller, source: only, dispatcher: &dispatcher, now };
    let person = looking.person(&mut tx, account.person).await?;
    let outcome = PushOutcome::of(&finished.counts);
    let status =
        if outcome == PushOutcome::Appeared { StatusCode::CREATED } else { StatusCode::OK };
    Ok(HttpResponse::build(status).json(PushedOne { outcome, person }))
}

/// Say that a person left
///
/// The account ends at once, with its sessions; who has no other account is found no more. The same
/// id, pushed again, is the same person again.
#[utoipa::path(delete, path = "/api/v1/people/by-source/{source}/{id}", tag = "people",
    params(
        ("source" = String, Path, description = "The section of a source of kind `push`",
            pattern = "^[A-Za-z0-9_-]+$", max_length = 60, example = "rh"),
        ("id" = String, Path, description = "The source's name for the person",
            pattern = "^[A-Za-z0-9_.@:+-]+$", max_length = 200, example = "mdupont"),
    ),
    responses(
        (status = 204, description = "The person left"),
        (status = 422, description = "The id cannot stand in an address (E-API-FIELDS)",
            body = crate::api::problem::Problem, content_type = "application/problem+json"),
        (status = 409, description = "Another run of the source is under way (E-SYNC-BUSY)",
            body = crate::api::problem::Problem, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn delete(
    caller: Caller,
    (path, engine, desk): (Path<(String, String)>, Data<Engine>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let (source, id) = path.into_inner();
    let source = pushed(&caller, &desk, &source)?;
    let batch = Batch::leaving(vec![readable(&id)?.to_owned()]);
    let finished = run(&engine, source.with(batch), &order(&caller), nothing_more()).await?;
    if finished.counts.vanished == 0 {
        return Err(Error::NotFound);
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Push many people
///
/// In one run, answered when everything is written. `full` says who there is, and is refused like a
/// directory of which half is missing when more would leave than `vanish_limit` of the source allows.
#[utoipa::path(post, path = "/api/v1/people/by-source/{source}", tag = "people",
    params(("source" = String, Path, description = "The section of a source of kind `push`",
        pattern = "^[A-Za-z0-9_-]+$", max_length = 60, example = "rh")),
    request_body(content = PushMany, example = json!({"mode": "changes", "people": [
        {"uid": "mdupont", "displayName": "Marie Dupont", "mail": "m.dupont@example.org"}]})),
    responses(
        (status = 200, description = "What became of them", body = PushedMany),
        (status = 409, description = "Another run of the source is under way (E-SYNC-BUSY), or too \
            many would leave (E-SYNC-VANISH)",
            body = crate::api::problem::Problem, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn many(
    caller: Caller,
    (path, once, (db, clock, engine, desk, _)): (Path<String>, Once, Parts),
) -> web::Result<HttpResponse> {
    let source = pushed(&caller, &desk, &path)?;
    if let Some(answer) = once.answered(&mut db.read().await?, &caller, clock.now()).await? {
        return Ok(answer);
    }
    let wish: PushMany = once.body()?;
    let batch = source.batch(&wish.people).ok_or(Error::NotFound)?;
    let mode = if wish.mode == PushMode::Full { Mode::Full } else { Mode::Changes };
    let (dry_run, force) = (wish.dry_run, wish.force);
    let order = Order { mode, dry_run, force, ..order(&caller) };

    // The answer is kept in the transaction that ends the run.
    let receipt = once.receipt(&caller, clock.now());
    let also: Also = Arc::new(move |tx, finished| {
        let (receipt, told) = (receipt.clone(), PushedMany::of(finished));
        Box::pin(async move { receipt.write(tx, StatusCode::OK, &told).await })
    });
    let finished = run(&engine, source.with(batch), &order, also).await?;
    once.settled(&mut db.read().await?, &caller, clock.now(), &PushedMany::of(&finished)).await
}

/// The source, if a program pushes it and this one may.
fn pushed<'d>(caller: &Caller, desk: &'d Desk, name: &str) -> web::Result<&'d SyncedSource> {
    let source = desk.find(name)?;
    if source.origin.is_pushed() && caller.may_push(name) {
        return Ok(source);
    }
    Err(Error::NotFound)
}

/// An id that can stand in an address and is the same after it was read again.
fn readable(id: &str) -> web::Result<&str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.@:+-".contains(&byte);
    if id.bytes().all(is_plain) && (1..=LONGEST_ID).contains(&id.len()) {
        return Ok(id);
    }
    Err(unusable("an id in an address is 1 to 200 letters, digits or signs among _.@:+-"))
}

fn order(caller: &Caller) -> Order {
    Order { mode: Mode::Changes, dry_run: false, force: false, asked_by: caller.asked_by() }
}

/// Nothing more is written with the end of the run.
fn nothing_more() -> Also {
    Arc::new(|_, _| Box::pin(async { Ok(()) }))
}

/// One run of a source at a time: short ones are waited for. A run goes on to its end although the
/// program hangs up.
async fn run(
    engine: &Engine,
    source: SyncedSource,
    order: &Order,
    also: Also,
) -> web::Result<Finished> {
    let (engine, order) = (engine.clone(), order.clone());
    let run = tokio::spawn(async move {
        let progress = Progress::default();
        for _ in 0..TRIES {
            match engine.run_and(&source, &order, &progress, &mut |_| {}, &also).await {
                Err(SyncError::Busy) => sleep(WAIT).await,
                done => return done,
            }
        }
        Err(SyncError::Busy)
    });
    run.await.map_err(Error::internal)?.map_err(refused)
}

fn refused(error: SyncError) -> Error {
    let conflict = |code| Refusal::new(code, StatusCode::CONFLICT, "request.refused");
    match error {
        SyncError::Busy => conflict("E-SYNC-BUSY").retry_after(5).into(),
        SyncError::Lost => conflict("E-SYNC-BUSY").retry_after(1).into(),
        SyncError::Vanishing { .. } => conflict("E-SYNC-VANISH").subject(error.to_string()).into(),
        SyncError::Database(error) => error.into(),
        SyncError::Read(_) | SyncError::Spool(_) => Error::internal(error),
    }
}
