//! Photos that come in, and the way to look at one.
use super::asking::Right;
use super::desk::{Desk, Hand};
use super::portrait::{LONGEST, portrait};
use super::refusal::CardRefusal;
use super::requesting::Applicant;
use super::scanning::ScanPhotos;
use super::store::{self, Holder, NewPhoto, Photo};
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::identity::{PersonId, SignedIn};
use crate::rights::{Permission, Scope};
use crate::uploads::{self, Scan};
use crate::web::body::Intake;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error};
use actix_multipart::Multipart;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};
use chrono::{DateTime, TimeDelta, Utc};
use openssl::sha::sha256;
use uuid::Uuid;

pub(super) type Parts = (Data<Db>, Data<Clock>, Data<Desk>);

/// What the path takes: one photo, and the form around it.
pub(super) const INTAKE: Intake = uploads::intake(LONGEST);
/// Photos of one holder in a day.
const A_DAY: i64 = 20;

/// `POST /cards/request/photo`: first `csrf`, then `file`. On to the second step.
pub(super) async fn add(
    form: Multipart,
    (who, client): (SignedIn, Client),
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let place = desk.vault.entrance.enter(who.id())?;
    // Whoever may send none is told so before it is taken in.
    let mut tx = db.read().await?;
    let applicant = desk.applicant(&mut tx, who.id(), clock.now()).await?;
    let applicant = applicant.ok_or(CardRefusal::NoHolder)?;
    may_send(&mut tx, applicant.holder.as_ref(), applicant.right, clock.now()).await?;
    drop(tx);
    let (_, bytes) = uploads::read(form, &who, LONGEST).await?.map_err(CardRefusal::from)?;
    let bytes = desk.draw(bytes).await?;
    drop(place);
    let hand = Hand::of(&who, &client, clock.now());
    let id = desk.keep_photo(&db, who.id(), bytes, &hand).await?;
    Ok(see_other(&format!("/cards/request/consent?photo={id}")))
}

impl Desk {
    /// Make the photo of a card. Few at once: a picture takes much room while it is written anew.
    async fn draw(&self, bytes: Vec<u8>) -> web::Result<Vec<u8>> {
        let _turn = self.vault.turns.clone().acquire_owned().await.map_err(Error::internal)?;
        let made = actix_web::web::block(move || portrait(&bytes)).await;
        Ok(made.map_err(Error::internal)??)
    }

    /// Keep a photo that a program sent of somebody, if they may have a card now.
    pub async fn take_photo(
        &self,
        db: &Db,
        person: PersonId,
        bytes: Vec<u8>,
        hand: &Hand,
    ) -> web::Result<Uuid> {
        let mut tx = db.read().await?;
        let applicant = self.applicant(&mut tx, person, hand.now).await?;
        let applicant = applicant.ok_or(CardRefusal::NoHolder)?;
        may_send(&mut tx, applicant.holder.as_ref(), applicant.right, hand.now).await?;
        drop(tx);
        if bytes.len() > LONGEST {
            return Err(CardRefusal::PhotoLarge.into());
        }
        let bytes = self.draw(bytes).await?;
        self.keep_photo(db, person, bytes, hand).await
    }

    /// Keep a photo of somebody who would like a card. Its row stands before its file does: whatever
    /// breaks off between the two leaves a row that nobody sees, with which the file is removed.
    pub async fn keep_photo(
        &self,
        db: &Db,
        person: PersonId,
        bytes: Vec<u8>,
        hand: &Hand,
    ) -> web::Result<Uuid> {
        let now = hand.now;
        let mut tx = db.write().await?;
        let (holder, Applicant { right, .. }) = self.enrol(&mut tx, person, now).await?;
        may_send(&mut tx, Some(&holder), right, now).await?;
        let new = NewPhoto {
            id: Uuid::now_v7(),
            holder: holder.id,
            storage_key: Uuid::new_v4().simple().to_string(),
            size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            sha256: sha256(&bytes).to_vec(),
            created_at: now,
            delete_after: now + TimeDelta::hours(1),
        };
        store::insert_photo(&mut tx, &new).await?;
        tx.commit().await?;

        let (vault, key) = (self.vault.clone(), new.storage_key.clone());
        let kept = actix_web::web::block(move || vault.keep(new.id, &key, &bytes)).await;
        kept.map_err(Error::internal)??;

        let mut tx = db.write().await?;
        let scan = if self.scanner.is_some() { Scan::Pending } else { Scan::Clean };
        let keep = now + TimeDelta::days(1);
        if !store::set_scanned(&mut tx, new.id, (scan, keep)).await? {
            return Err(CardRefusal::NoPhoto.into());
        }
        let event = hand.event("card.photo_added").field("photo", new.id);
        event.field("holder", holder.id).record(&mut tx, &hand.trace, now).await?;
        if scan == Scan::Pending {
            self.post.queue.add(&mut tx, &ScanPhotos {}).await?;
        }
        tx.commit().await?;
        Ok(new.id)
    }

    /// The photo of somebody who lets others inside see it, as JPEG; `None`: there is none to be seen.
    pub async fn shown_face(
        &self,
        db: &Db,
        person: PersonId,
        now: DateTime<Utc>,
    ) -> web::Result<Option<Vec<u8>>> {
        let mut tx = db.read().await?;
        let photo = store::shown_photo(&mut tx, person, now).await?;
        drop(tx);
        let Some(photo) = photo else { return Ok(None) };
        self.bytes(&photo).await.map(Some)
    }

    async fn bytes(&self, photo: &Photo) -> web::Result<Vec<u8>> {
        let (vault, file, key) = (self.vault.clone(), photo.id, photo.storage_key.clone());
        let read = actix_web::web::block(move || vault.read(file, &key)).await;
        Ok(read.map_err(Error::internal)??.to_vec())
    }

    /// The picture of a photo.
    pub async fn face(&self, photo: &Photo) -> web::Result<HttpResponse> {
        Ok(HttpResponse::Ok()
            .content_type("image/jpeg")
            .insert_header((header::CONTENT_ENCODING, "identity"))
            .body(self.bytes(photo).await?))
    }
}

/// Whether somebody may send a photo now.
async fn may_send(
    tx: &mut Tx,
    holder: Option<&Holder>,
    right: Right,
    now: DateTime<Utc>,
) -> web::Result<()> {
    if !right.is_open() {
        return Err(CardRefusal::Ask.into());
    }
    let Some(holder) = holder else { return Ok(()) };
    let sent = store::usage(tx, holder.id, now - TimeDelta::days(1)).await?;
    if sent < A_DAY { Ok(()) } else { Err(CardRefusal::PhotoMany.into()) }
}

/// `/cards/photos/ID`: for whose face it is, and for those who may look at cards of their type. Each
/// look of others is recorded before it happens.
pub(super) async fn show(
    (who, client): (SignedIn, Client),
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    // Whoever looks at the service as somebody else sees pages, not faces.
    if who.seen_by.is_some() {
        return Err(CardRefusal::Forbidden.into());
    }
    let now = clock.now();
    let mut tx = db.read().await?;
    let photo = store::photo(&mut tx, *id, now).await?.ok_or(Error::NotFound)?;
    let is_own = is_own(&mut tx, &who, &photo).await?;
    drop(tx);
    if photo.scan_state != Scan::Clean {
        return Err(CardRefusal::PhotoHeld.into());
    }
    if !is_own {
        let mut tx = db.write().await?;
        let event = who.event("card.photo_read").field("photo", photo.id);
        event.field("holder", photo.holder).record(&mut tx, &client.trace(), now).await?;
        tx.commit().await?;
    }
    desk.face(&photo).await
}

/// Whether a photo is one's own; one that somebody has no business with does not exist.
async fn is_own(tx: &mut Tx, who: &SignedIn, photo: &Photo) -> web::Result<bool> {
    let holder = photo.holder.ok_or(Error::NotFound)?;
    if store::holder_of_person(tx, holder, who.id()).await?.is_some() {
        return Ok(true);
    }
    let Some(reach) = who.grants.reach(Permission::SeeCard) else { return Err(Error::NotFound) };
    let card_type = store::type_of(tx, holder).await?.ok_or(Error::NotFound)?;
    if reach.covers(&Scope::CardType(card_type)) { Ok(false) } else { Err(Error::NotFound) }
}
