//! `/attendance/justifications/files/ID`: a paper, for its owner and for those who decide (SEC-91).
use super::refusal::ExcuseRefusal;
use super::store::{self, PaperRow};
use crate::attendance::may::May;
use crate::attendance::refusal::RollRefusal;
use crate::attendance::roll::Parts;
use crate::db::Tx;
use crate::identity::SignedIn;
use crate::rights::Permission;
use crate::uploads::Scan;
use crate::web::{self, Client, Error};
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Path;
use std::fmt::Write as _;
use uuid::Uuid;

/// Each read is recorded before it happens.
pub(super) async fn show(
    (who, client): (SignedIn, Client),
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    // Whoever looks at the service as somebody else sees pages, not papers.
    if who.seen_by.is_some() {
        return Err(RollRefusal::Forbidden.into());
    }
    let now = clock.now();
    let mut tx = db.write().await?;
    let paper = store::paper(&mut tx, *id, now).await?.ok_or(Error::NotFound)?;
    may_read(&mut tx, &who, &paper).await?;
    match paper.scan_state {
        Scan::Clean => {}
        Scan::Infected => return Err(ExcuseRefusal::Infected.into()),
        Scan::Pending | Scan::Arriving => return Err(ExcuseRefusal::Pending.into()),
    }
    let event = who.event("roll.file_read").field("file", paper.id);
    let event = event.field("justification", paper.justification);
    event.record(&mut tx, &client.trace(), now).await?;
    tx.commit().await?;
    let turn = desk.vault.turns.clone().acquire_owned().await.map_err(Error::internal)?;
    let (vault, file, key) = (desk.vault.clone(), paper.id, paper.storage_key.clone());
    let read = actix_web::web::block(move || vault.read(file, &key)).await;
    let bytes = read.map_err(Error::internal)??;
    drop(turn);
    let name = desk.vault.open_name(paper.id, &paper.name);
    Ok(HttpResponse::Ok()
        .content_type(paper.media_type.as_str())
        .insert_header((header::CONTENT_DISPOSITION, disposition(&name, &paper.media_type)))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .body(bytes.to_vec()))
}

/// A number that somebody has no business with is one that does not exist.
async fn may_read(tx: &mut Tx, who: &SignedIn, paper: &PaperRow) -> web::Result<()> {
    let id = paper.justification.ok_or(Error::NotFound)?;
    let here = store::justification(tx, id).await?.ok_or(Error::NotFound)?;
    if here.student == who.id() {
        return Ok(());
    }
    let mut needed = vec![Permission::DecideAbsences];
    needed.extend(here.is_health.then_some(Permission::ReadHealthPapers));
    for permission in needed {
        let within = May::of(who).within(permission).map_err(|_| Error::NotFound)?;
        store::decidable(tx, &within, id).await?.ok_or(Error::NotFound)?;
    }
    Ok(())
}

/// To be kept as a file, under the name that its owner gave and with the ending that is true.
fn disposition(name: &str, media_type: &str) -> String {
    let ending = match media_type {
        "application/pdf" => "pdf",
        "image/png" => "png",
        _ => "jpg",
    };
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stem = if stem.is_empty() { "document" } else { stem };
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_ .".contains(c) { c } else { '_' };
    let ascii: String = stem.chars().map(plain).collect();
    let mut encoded = String::new();
    for byte in stem.bytes() {
        let _ = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                write!(encoded, "{}", char::from(byte))
            }
            _ => write!(encoded, "%{byte:02X}"),
        };
    }
    format!("attachment; filename=\"{ascii}.{ending}\"; filename*=UTF-8''{encoded}.{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paper_is_kept_under_its_name_and_its_true_ending() {
        assert_eq!(
            disposition("arrêt \"1\".html", "application/pdf"),
            "attachment; filename=\"arr_t _1_.pdf\"; filename*=UTF-8''arr%C3%AAt%20%221%22.pdf"
        );
        assert_eq!(
            disposition("", "image/jpeg"),
            "attachment; filename=\"document.jpg\"; filename*=UTF-8''document.jpg"
        );
    }
}
