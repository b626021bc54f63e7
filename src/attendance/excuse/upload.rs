//! A paper that comes in: read piece by piece, looked at, sealed, kept (10.4).
//!
//! Its row stands before its file does. Whatever breaks off between the two leaves a row that
//! nobody sees, with which the next turn of [`CleanPapers`](super::CleanPapers) removes the file.
use super::paper::{self, LONGEST, Paper};
use super::refusal::ExcuseRefusal;
use super::scanning::ScanPapers;
use super::state::State;
use super::store::{self, PaperRow};
use crate::attendance::creating::hand;
use crate::attendance::desk::Desk;
use crate::attendance::roll::Parts;
use crate::db::Tx;
use crate::identity::SignedIn;
use crate::uploads::{self, Scan};
use crate::web::body::Intake;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error};
use actix_multipart::Multipart;
use actix_web::HttpResponse;
use actix_web::web::Path;
use chrono::{DateTime, TimeDelta, Utc};
use openssl::sha::sha256;
use uuid::Uuid;

/// What the path takes: one paper, and the form around it.
pub(super) const INTAKE: Intake = uploads::intake(LONGEST);

/// Papers of one justification.
const MOST: i64 = 5;
/// Bytes of them together.
const TOGETHER: i64 = 25 * 1024 * 1024;
/// Papers of one student in 30 days.
const A_MONTH: i64 = 20;

/// `POST …/files`: first `csrf`, then `file`.
pub(super) async fn add(
    form: Multipart,
    (who, client): (SignedIn, Client),
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let place = desk.vault.entrance.enter(who.id())?;
    let mut tx = db.read().await?;
    has_room(&mut tx, (*id, &who), clock.now()).await?;
    drop(tx);
    let (name, bytes) = uploads::read(form, &who, LONGEST).await?.map_err(ExcuseRefusal::from)?;
    // Few at once: a picture takes much room while it is written anew.
    let turn = desk.vault.turns.clone().acquire_owned().await.map_err(Error::internal)?;
    let looked_at = actix_web::web::block(move || paper::inspect(bytes)).await;
    let paper = looked_at.map_err(Error::internal)??;
    let row = row(&desk, *id, (&name, &paper), clock.now())?;

    let mut tx = db.write().await?;
    // It may have been sent or filled up meanwhile.
    let is_held = store::hold(&mut tx, *id, who.id()).await?;
    let used = has_room(&mut tx, (*id, &who), row.created_at).await?;
    fits(used, row.size)?;
    if !is_held {
        return Err(ExcuseRefusal::State.into());
    }
    store::insert_file(&mut tx, &row).await?;
    store::count_file(&mut tx, &row, who.id()).await?;
    tx.commit().await?;

    let (vault, file, key) = (desk.vault.clone(), row.id, row.storage_key.clone());
    let kept = actix_web::web::block(move || vault.keep(file, &key, &paper.bytes)).await;
    kept.map_err(Error::internal)??;
    drop((turn, place));

    let now = clock.now();
    let mut tx = db.write().await?;
    let is_held = store::hold(&mut tx, *id, who.id()).await?;
    let here = store::justification(&mut tx, *id).await?.ok_or(Error::NotFound)?;
    // A draft is forgotten first, and its papers go with it.
    let keep =
        if here.state == State::Draft { now + TimeDelta::days(2) } else { Desk::waits_until(now) };
    let scan = if desk.scanner.is_some() { Scan::Pending } else { Scan::Clean };
    // It may have been sent or taken back meanwhile: the paper goes the way of broken uploads.
    if !is_held || !store::set_scanned(&mut tx, row.id, (scan, keep), now).await? {
        return Err(ExcuseRefusal::State.into());
    }
    let hand = hand(&who, &client, now);
    let event = who.event("roll.file_added").field("justification", *id).field("file", row.id);
    event.field("media_type", &row.media_type).record(&mut tx, &hand.trace, now).await?;
    if scan == Scan::Pending {
        desk.post.queue.add(&mut tx, &ScanPapers {}).await?;
    }
    tx.commit().await?;
    Ok(see_other(&format!("/attendance/me/justifications/{id}")))
}

/// What a justification of theirs has already. Refused when nothing can be added: it is somebody
/// else's, it is decided, or there are enough papers.
async fn has_room(
    tx: &mut Tx,
    (id, who): (Uuid, &SignedIn),
    now: DateTime<Utc>,
) -> web::Result<(i64, i64, i64)> {
    let here = store::justification(tx, id).await?;
    let here = here.filter(|here| here.student == who.id()).ok_or(Error::NotFound)?;
    if !here.state.is_being_written() {
        return Err(ExcuseRefusal::State.into());
    }
    let used = store::usage(tx, (id, who.id()), (now - TimeDelta::days(30), now)).await?;
    fits(used, 1)?;
    Ok(used)
}

fn fits((count, bytes, recent): (i64, i64, i64), size: i64) -> Result<(), ExcuseRefusal> {
    if count >= MOST || recent >= A_MONTH {
        return Err(ExcuseRefusal::Many);
    }
    if bytes + size > TOGETHER { Err(ExcuseRefusal::Large) } else { Ok(()) }
}

fn row(
    desk: &Desk,
    justification: Uuid,
    (name, paper): (&str, &Paper),
    now: DateTime<Utc>,
) -> web::Result<PaperRow> {
    let id = Uuid::now_v7();
    Ok(PaperRow {
        id,
        justification: Some(justification),
        storage_key: Uuid::new_v4().simple().to_string(),
        name: desk.vault.seal_name(id, name).map_err(Error::internal)?,
        media_type: paper.kind.media_type().to_owned(),
        size: i64::try_from(paper.bytes.len()).unwrap_or(i64::MAX),
        sha256: sha256(&paper.bytes).to_vec(),
        scan_state: Scan::Arriving,
        created_at: now,
        delete_after: now + TimeDelta::hours(1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_papers_fit_and_twenty_five_mebibytes_and_twenty_a_month() {
        assert_eq!(fits((4, 0, 19), 1), Ok(()));
        assert_eq!(fits((5, 0, 5), 1), Err(ExcuseRefusal::Many));
        assert_eq!(fits((0, 0, 20), 1), Err(ExcuseRefusal::Many));
        assert_eq!(fits((1, TOGETHER, 1), 0), Ok(()));
        assert_eq!(fits((1, TOGETHER, 1), 1), Err(ExcuseRefusal::Large));
    }
}
