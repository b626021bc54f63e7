//! `/cards/office/services/zones`: what the supplier of encoded cards wrote on their chips (8.7).
use super::CompareServices;
use super::crous::store::{Kept, keep_zone};
use super::crous::{BadLine, SmartCard, read_zones};
use super::pages::{BadZone, CardZones};
use crate::card::desk::Hand;
use crate::card::photos::Parts;
use crate::card::refusal::CardRefusal;
use crate::db::Db;
use crate::identity::SignedIn;
use crate::uploads;
use crate::web::body::Intake;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::{self, Client, Frame};
use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

/// Longest file, bytes: some 100,000 chips.
const LONGEST: usize = 10 << 20;
/// What the path takes.
pub(in crate::card) const INTAKE: Intake = uploads::intake(LONGEST);
/// Lines of one transaction.
const PORTION: usize = 500;
/// Lines that are told to be wrong; more are counted.
const MOST: usize = 200;

/// Where a file is sent from.
pub(in crate::card) async fn show(frame: Frame, who: SignedIn) -> HttpResponse {
    let page = CardZones { shell: who.shell(&frame, Place::CardOffice), ..CardZones::default() };
    Page(page).with(StatusCode::OK)
}

/// Take a file in; other lines go on when some are wrong. The same file again changes nothing.
pub(in crate::card) async fn add(
    request: HttpRequest,
    frame: Frame,
    form: Multipart,
    (who, client): (SignedIn, Client),
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let is_reversed = Fields::parse(request.query_string())?.is_on("reversed");
    let place = desk.vault.entrance.enter(who.id())?;
    let (_, bytes) = uploads::read(form, &who, LONGEST).await?.map_err(CardRefusal::from)?;
    let (zones, mut bad) = read_zones(&bytes, is_reversed);
    let (mut added, mut known) = (0, 0);
    for portion in zones.chunks(PORTION) {
        let (new, old) = keep(&db, portion, &mut bad).await?;
        added += new;
        known += old;
    }
    drop(place);
    bad.sort_by_key(|bad| bad.line);
    let hand = Hand::of(&who, &client, clock.now());
    let mut tx = db.write().await?;
    let event = hand.event("card.zones_read").field("added", added).field("known", known);
    event.field("refused", bad.len()).record(&mut tx, &hand.trace, hand.now).await?;
    if added > 0 {
        // Cards that wait for it are told.
        desk.post.queue.add(&mut tx, &CompareServices { after: Uuid::nil() }).await?;
    }
    desk.post.queue.commit(tx).await?;
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let page = CardZones {
        is_read: true,
        added,
        known,
        refused: count(bad.len()),
        bad: bad.iter().take(MOST).map(|bad| BadZone { line: bad.line, why: bad.why }).collect(),
        shell: who.shell(&frame, Place::CardOffice),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// How many lines were new, and known.
async fn keep(
    db: &Db,
    portion: &[(u64, SmartCard)],
    bad: &mut Vec<BadLine>,
) -> sqlx::Result<(u32, u32)> {
    let (mut added, mut known) = (0, 0);
    let mut tx = db.write().await?;
    for (line, zone) in portion {
        match keep_zone(&mut tx, zone).await? {
            Kept::New => added += 1,
            Kept::Known => known += 1,
            Kept::Taken => bad.push(BadLine { line: *line, why: "card-zone-taken" }),
        }
    }
    tx.commit().await?;
    Ok((added, known))
}
