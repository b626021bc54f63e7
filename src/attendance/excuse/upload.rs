//! A paper that comes in: read piece by piece, looked at, sealed, kept (10.4).
//!
//! Its row stands before its file does. Whatever breaks off between the two leaves a row that
//! nobody sees, with which the next turn of [`CleanPapers`](super::CleanPapers) removes the file.
use super::paper::{self, LONGEST, Paper};
use super::refusal::ExcuseRefusal;
use super::scanner::ScanPapers;
use super::state::State;
use super::store::{self, PaperRow, Scan};
use crate::attendance::creating::hand;
use crate::attendance::desk::Desk;
use crate::attendance::roll::Parts;
use crate::db::Tx;
use crate::identity::SignedIn;
use crate::web::body::{Intake, Pace};
use crate::web::query::bad;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error};
use actix_multipart::{Field, Multipart};
use actix_web::HttpResponse;
use actix_web::web::Path;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::TryStreamExt;
use openssl::sha::sha256;
use std::time::Duration;
use uuid::Uuid;

/// What the path takes: one paper, and the form around it.
pub(super) const INTAKE: Intake = Intake::of(&["multipart/form-data"], LONGEST as u64 + 64 * 1024)
    .streamed(Pace {
        grace: Duration::from_secs(5),
        per_second: 1024,
        most: Duration::from_mins(5),
    });

/// Papers of one justification.
const MOST: i64 = 5;
/// Bytes of them together.
const TOGETHER: i64 = 25 * 1024 * 1024;
/// Papers of one student in 30 days.
const A_MONTH: i64 = 20;
/// Longest name that is kept, letters.
const NAME: usize = 150;

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
    let (name, bytes) = read(form, &who).await?;
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

/// Name and bytes of the paper. Nothing of it is taken in before the form has shown whose it is.
async fn read(mut form: Multipart, who: &SignedIn) -> web::Result<(String, Vec<u8>)> {
    let broken = |_| bad("a form that cannot be read");
    let mut is_own = false;
    while let Some(mut field) = form.try_next().await.map_err(broken)? {
        match field.name() {
            Some("csrf") if !is_own => {
                let token = take(&mut field, 256, || bad("a token that is too long")).await?;
                who.must_own_form(&String::from_utf8_lossy(&token))?;
                is_own = true;
            }
            Some("file") if is_own => {
                let given = field.content_disposition().and_then(|it| it.get_filename());
                let name = plain_name(given.unwrap_or_default());
                let bytes = take(&mut field, LONGEST, || ExcuseRefusal::Large.into()).await?;
                return Ok((name, bytes));
            }
            _ => break,
        }
    }
    who.must_own_form(if is_own { &who.session.csrf_token } else { "" })?;
    Err(ExcuseRefusal::NoFile.into())
}

async fn take(
    field: &mut Field,
    most: usize,
    too_long: impl Fn() -> Error,
) -> web::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let broken = |_| bad("a form that breaks off");
    while let Some(piece) = field.try_next().await.map_err(broken)? {
        if bytes.len() + piece.len() > most {
            return Err(too_long());
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// What its owner calls it: no folders, nothing that is no letter, not too long.
fn plain_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |c: &char| {
        !c.is_control()
            && !matches!(*c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    last.trim().trim_start_matches('.').chars().filter(plain).take(NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_folders_signs_and_length() {
        assert_eq!(plain_name("../../etc/passwd"), "passwd");
        assert_eq!(plain_name("C:\\Users\\Léa\\scan 1.pdf"), "scan 1.pdf");
        assert_eq!(plain_name("a\0b\u{202e}fdp.exe"), "abfdp.exe");
        assert_eq!(plain_name(".htaccess"), "htaccess");
        assert_eq!(plain_name(&"é".repeat(10_240)).chars().count(), NAME);
    }

    #[test]
    fn five_papers_fit_and_twenty_five_mebibytes_and_twenty_a_month() {
        assert_eq!(fits((4, 0, 19), 1), Ok(()));
        assert_eq!(fits((5, 0, 5), 1), Err(ExcuseRefusal::Many));
        assert_eq!(fits((0, 0, 20), 1), Err(ExcuseRefusal::Many));
        assert_eq!(fits((1, TOGETHER, 1), 0), Ok(()));
        assert_eq!(fits((1, TOGETHER, 1), 1), Err(ExcuseRefusal::Large));
    }
}
