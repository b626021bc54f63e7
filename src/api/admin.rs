//! `/admin/tokens`: which programs may use the API.
use super::desk::{Desk, MakeError};
use super::pages::{AdminTokens, TokenForm, TokenRow};
use super::scope::Scope;
use super::store;
use super::token::{ApiToken, Grant, GrantError};
use crate::audit;
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::SignedIn;
use crate::web::lang::Lang;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Days, Utc};
use uuid::Uuid;

/// What is proposed as the last day of a token.
const USUAL_DAYS: Days = Days::new(365);

/// Tokens, and a form for one more.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, clock, desk): (Data<Db>, Data<Clock>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let is_revoked = Fields::parse(request.query_string())?.is_on("revoked");
    let now = clock.now();
    let last = now.with_timezone(&desk.zone).date_naive().checked_add_days(USUAL_DAYS);
    let expires = last.map(|day| day.to_string()).unwrap_or_default();
    let form = TokenForm { expires, ..TokenForm::default() };
    let sources = desk.pushed.iter().map(|name| (name.clone(), false)).collect();
    let page = page((&frame, &who), (&db, &desk), now).await?;
    Ok(Page(AdminTokens { is_revoked, form, sources, ..page }).with(StatusCode::OK))
}

/// Make a token, and show it this once.
pub(super) async fn make(
    body: String,
    frame: Frame,
    (who, client): (SignedIn, Client),
    (db, clock, desk): (Data<Db>, Data<Clock>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let (form, now) = (typed(&fields), clock.now());
    let is_ticked = |name: &&String| fields.is_on(&format!("source.{name}"));
    let ticked: Vec<String> = desk.pushed.iter().filter(is_ticked).cloned().collect();
    let made = match grant(&form, ticked.clone(), &desk) {
        Ok(grant) => {
            let mut tx = db.write().await?;
            let by = (who.id().to_string(), who.event("token.made"));
            let made = desk.make(&mut tx, grant, by, (&client.trace(), now)).await;
            if made.is_ok() {
                tx.commit().await?;
            }
            made
        }
        Err(wrong) => Err(wrong.into()),
    };
    let (made, wrong) = match made {
        Ok((token, text)) => (Some((token.grant.name, text)), None),
        Err(MakeError::Grant(wrong)) => (None, Some((wrong.key(), about(&wrong)))),
        Err(MakeError::Database(error)) => return Err(error.into()),
    };
    let is_made = made.is_some();
    let status = if is_made { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let form = if is_made { TokenForm::default() } else { form };
    let is_ticked = |name: &String| !is_made && ticked.contains(name);
    let sources = desk.pushed.iter().map(|name| (name.clone(), is_ticked(name))).collect();
    let page = page((&frame, &who), (&db, &desk), now).await?;
    Ok(Page(AdminTokens { made, form, wrong, sources, ..page }).with(status))
}

/// Revoke a token.
pub(super) async fn revoke(
    id: Path<Uuid>,
    body: String,
    (who, client): (SignedIn, Client),
    (db, clock, desk): (Data<Db>, Data<Clock>, Data<Desk>),
) -> web::Result<HttpResponse> {
    who.form(&body)?;
    let mut tx = db.write().await?;
    let event = who.event("token.revoked");
    if !desk.revoke(&mut tx, *id, event, (&client.trace(), clock.now())).await? {
        return Err(Error::NotFound);
    }
    tx.commit().await?;
    Ok(see_other("/admin/tokens?revoked=1"))
}

fn typed(fields: &Fields) -> TokenForm {
    let text = |name| fields.get(name).unwrap_or_default().trim().to_owned();
    TokenForm {
        name: text("name"),
        scopes: Scope::all().filter(|scope| fields.is_on(scope.word())).collect(),
        rne: text("rne"),
        networks: text("networks"),
        expires: text("expires"),
    }
}

fn grant(form: &TokenForm, sources: Vec<String>, desk: &Desk) -> Result<Grant, GrantError> {
    let end = audit::start_of_day(&form.expires, 1, desk.zone);
    if end.is_none() && !form.expires.is_empty() {
        return Err(GrantError::Over);
    }
    let mut grant = Grant {
        name: form.name.clone(),
        scopes: form.scopes.iter().copied().collect(),
        sources,
        expires_at: end,
        ..Grant::default()
    };
    grant.read_limits(&form.rne, &form.networks)?;
    Ok(grant)
}

/// The word that is wrong.
fn about(wrong: &GrantError) -> String {
    match wrong {
        GrantError::School(word) | GrantError::Network(word) | GrantError::Source(word) => {
            word.clone()
        }
        GrantError::NotBySchool(scope) => scope.to_string(),
        GrantError::Name | GrantError::Taken | GrantError::NoScope | GrantError::Over => {
            String::new()
        }
    }
}

async fn page(
    (frame, who): (&Frame, &SignedIn),
    (db, desk): (&Db, &Desk),
    now: DateTime<Utc>,
) -> web::Result<AdminTokens> {
    let mut frame = frame.clone();
    "/admin/tokens".clone_into(&mut frame.here);
    let tokens = store::list(&mut db.read().await?).await?;
    let (live, past): (Vec<_>, Vec<_>) = tokens.into_iter().partition(|one| one.is_live(now));
    let row = |token: &ApiToken| row(token, (frame.lang, desk));
    Ok(AdminTokens {
        rows: live.iter().map(row).collect(),
        past: past.iter().map(row).collect(),
        shell: who.shell(&frame, Place::Tokens),
        ..AdminTokens::default()
    })
}

fn row(token: &ApiToken, (lang, desk): (Lang, &Desk)) -> TokenRow {
    let said = |at: DateTime<Utc>| lang.moment(at.with_timezone(&desk.zone).naive_local());
    let grant = &token.grant;
    let schools = grant.rne.iter().map(ToString::to_string);
    let limits = schools.chain(grant.sources.iter().cloned());
    TokenRow {
        id: token.id.to_string(),
        name: grant.name.clone(),
        scopes: grant.scopes.iter().map(ToString::to_string).collect(),
        limits: limits.chain(grant.networks.iter().map(ToString::to_string)).collect(),
        expires: grant.expires_at.map(said),
        used: token.used_at.map(said),
        state: if token.revoked_at.is_some() { "token-revoked" } else { "token-over" },
    }
}
