//! `/attendance/reasons`: the reasons of a school.
use super::pages::{ReasonRow, Reasons};
use super::refusal::ExcuseRefusal;
use super::shown;
use super::store::{self, ReasonFlags};
use crate::attendance::may::May;
use crate::attendance::roll::Parts;
use crate::attendance::store::schools_within;
use crate::db::Tx;
use crate::identity::{Rne, SignedIn};
use crate::rights::Permission;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

/// Longest name of a reason, letters.
const LABEL: usize = 80;

/// `?school=CODE`; without it the first school that somebody may set up.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, _, desk): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let mut tx = db.write().await?;
    let schools = schools(&mut tx, &who).await?;
    let asked = query.get("school").and_then(|code| Rne::parse(code).ok());
    let rne = match asked {
        Some(rne) => schools.iter().find(|school| **school == rne).ok_or(Error::NotFound)?,
        None => schools.first().ok_or(Error::NotFound)?,
    };
    store::begin_reasons(&mut tx, rne).await?;
    let reasons = store::reasons(&mut tx, rne).await?;
    tx.commit().await?;
    let row = |it: &store::Reason| ReasonRow {
        id: it.id.to_string(),
        name: shown::reason_name(frame.lang, &it.code, &it.label),
        code: it.code.clone(),
        flags: it.flags,
    };
    let name = |rne: &Rne| (desk.schools)(rne).unwrap_or_else(|| rne.to_string());
    let page = Reasons {
        rne: rne.to_string(),
        school: name(rne),
        others: schools
            .iter()
            .filter(|it| *it != rne)
            .map(|it| (it.to_string(), name(it)))
            .collect(),
        rows: reasons.iter().map(row).collect(),
        shell: who.shell(&frame, Place::Attendance),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// Change a reason (`id`), or add one.
pub(super) async fn change(
    body: String,
    frame: Frame,
    (who, client): (SignedIn, Client),
    (db, clock, _): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let mut tx = db.write().await?;
    let asked =
        fields.get("school").and_then(|code| Rne::parse(code).ok()).ok_or(Error::NotFound)?;
    let schools = schools(&mut tx, &who).await?;
    let rne = schools.into_iter().find(|school| *school == asked).ok_or(Error::NotFound)?;
    let plain = |c: &char| !c.is_control();
    let label: String = fields.get("label").unwrap_or_default().trim().chars().collect();
    let label: String = label.chars().filter(plain).take(LABEL).collect();
    let flags = ReasonFlags {
        is_accepted: fields.is_on("accepted"),
        is_health: fields.is_on("health"),
        is_guardian_allowed: fields.is_on("guardian"),
        is_active: fields.is_on("active"),
    };
    let id = fields.id("id");
    let is_done = match id {
        Some(id) => {
            // A name that nobody touched goes on following the language.
            let reasons = store::reasons(&mut tx, &rne).await?;
            let was = reasons.iter().find(|it| it.id == id).ok_or(Error::NotFound)?;
            let is_same = label == shown::reason_name(frame.lang, &was.code, &was.label);
            let label = if is_same { &was.label } else { &label };
            store::set_reason(&mut tx, (&rne, id), label, flags).await?
        }
        None if label.is_empty() => return Err(ExcuseRefusal::Form.into()),
        None => store::insert_reason(&mut tx, &rne, (&code_of(&label), &label), flags).await?,
    };
    if !is_done {
        return Err(ExcuseRefusal::Form.into());
    }
    let event = who.event("roll.reason_changed").field("rne", &rne).field("label", &label);
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/attendance/reasons?school={rne}")))
}

/// A code out of a name: two of the same name are one.
fn code_of(label: &str) -> String {
    let lower = label.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    format!("own:{}", words.collect::<Vec<_>>().join("_"))
}

async fn schools(tx: &mut Tx, who: &SignedIn) -> web::Result<Vec<Rne>> {
    let within = May::of(who).within(Permission::SetAttendanceUp)?;
    Ok(schools_within(tx, &within).await?)
}
