//! `/admin/roles`: who has what and why; giving and taking by hand.
use super::pages::{AskRole, RoleRow, Roles};
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::dispatch::Dispatcher;
use crate::identity::granting::{self, By, Unchanged};
use crate::identity::person::fold;
use crate::identity::store::{self, GrantSearch, StoredGrant};
use crate::identity::{Person, PersonId, SignedIn};
use crate::rights::{Grant, Permission, Role, Scope};
use crate::rows::sheet;
use crate::web::lang::Lang;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame, Refusal};
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Rows of one page.
const PAGE: i64 = 50;
/// Rows of one CSV file.
const CSV: i64 = 100_000;

/// What the page says first, by a field of its address.
const NOTICES: [(&str, &str); 3] =
    [("given", "role-given"), ("taken", "role-taken"), ("unclear", "role-unclear")];

type Parts = (Data<Db>, Data<Clock>, Data<Dispatcher>);

/// The list.
pub(super) async fn list(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, _, dispatcher): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let skip: i64 = query.get("skip").and_then(|skip| skip.parse().ok()).unwrap_or(0).max(0);
    let search = searched(&query, (skip, PAGE + 1));
    let mut tx = db.read().await?;
    let mut found = store::search_grants(&mut tx, &search).await?;
    let most = usize::try_from(PAGE).unwrap_or_default();
    let has_more = found.len() > most;
    found.truncate(most);
    let words = query.get("q").unwrap_or_default().trim().to_owned();
    let address = |path: &str, skip: i64| {
        let skip = skip.to_string();
        let fields = [
            ("role", search.role.as_str()),
            ("origin", &search.origin),
            ("q", &words),
            ("skip", &skip),
        ];
        format!("{path}?{}", serde_urlencoded::to_string(fields).unwrap_or_default())
    };
    let may_grant = who.grants.may(Permission::GrantRoles);
    let rows = found.iter().map(|(name, stored)| RoleRow {
        may_take: may_grant && stored.rule.is_empty() && stored.person != who.id(),
        ..row(name, stored, frame.lang, &dispatcher)
    });
    let page = Roles {
        rows: rows.collect(),
        role: search.role.clone(),
        origin: search.origin.clone(),
        csv: address("/admin/roles.csv", 0),
        before: (skip > 0).then(|| address("/admin/roles", (skip - PAGE).max(0))),
        behind: has_more.then(|| address("/admin/roles", skip + PAGE)),
        words,
        may_grant,
        notice: NOTICES.iter().find(|(field, _)| query.is_on(field)).map(|(_, key)| *key),
        shell: who.shell(&frame, Place::Roles),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// The same rows to take away.
pub(super) async fn csv(
    request: HttpRequest,
    who: SignedIn,
    client: Client,
    (db, clock, _): Parts,
) -> web::Result<HttpResponse> {
    let search = searched(&Fields::parse(request.query_string())?, (0, CSV));
    let mut tx = db.write().await?;
    let found = store::search_grants(&mut tx, &search).await?;
    let event = who.event("export.made").reason("roles").field("rows", found.len());
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    tx.commit().await?;
    let row = |(name, stored): (String, StoredGrant)| {
        let StoredGrant { person, grant, rule, granted_by, granted_at } = stored;
        let by = granted_by.map(|by| by.to_string()).unwrap_or_default();
        let (role, scope) = (grant.role.as_str().to_owned(), grant.scope.to_string());
        [person.to_string(), name, role, scope, rule, by, granted_at.to_rfc3339()]
    };
    let head = ["person", "name", "role", "scope", "rule", "granted_by", "granted_at"];
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"roles.csv\""))
        .body(sheet(head, found.into_iter().map(row))))
}

fn searched(query: &Fields, (skip, limit): (i64, i64)) -> GrantSearch {
    GrantSearch {
        role: query.get("role").unwrap_or_default().to_owned(),
        origin: query.get("origin").unwrap_or_default().to_owned(),
        words: fold(query.get("q").unwrap_or_default().trim()),
        skip,
        limit,
    }
}

fn row(name: &str, stored: &StoredGrant, lang: Lang, dispatcher: &Dispatcher) -> RoleRow {
    let zone = dispatcher.rules.dispatch.time_zone;
    RoleRow {
        person: stored.person.to_string(),
        name: name.to_owned(),
        role: stored.grant.role.label().to_owned(),
        code: stored.grant.role.as_str().to_owned(),
        scope: stored.grant.scope.to_string(),
        rule: stored.rule.clone(),
        since: lang.moment(stored.granted_at.with_timezone(&zone).naive_local()),
        may_take: false,
    }
}

/// What was asked for: who, and what.
struct Asked {
    person: Person,
    grant: Grant,
}

/// `None`: the words name no person or no right.
async fn asked(tx: &mut Tx, fields: &Fields) -> sqlx::Result<Option<Asked>> {
    let words = fields.get("person").unwrap_or_default().trim();
    let scope = fields.get("scope").unwrap_or("installation");
    let role = fields.get("role").and_then(Role::parse);
    let grant = role.zip(Scope::parse(scope)).and_then(|(role, scope)| Grant::new(role, scope));
    let mut ids: BTreeSet<PersonId> =
        words.parse::<Uuid>().ok().map(PersonId).into_iter().collect();
    if ids.is_empty() && !words.is_empty() {
        let accounts = store::accounts_by_login(tx, words).await?;
        ids.extend(accounts.into_iter().map(|account| account.person));
    }
    let (1, Some(id), Some(grant)) = (ids.len(), ids.pop_first(), grant) else { return Ok(None) };
    let person = store::find_person(tx, id).await?;
    Ok(person.map(|person| Asked { person, grant }))
}

/// `/admin/roles/grant` and `/admin/roles/revoke`: is that meant?
pub(super) async fn ask(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    db: Data<Db>,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let mut tx = db.read().await?;
    let Some(Asked { person, grant }) = asked(&mut tx, &query).await? else {
        return Ok(see_other("/admin/roles?unclear=1"));
    };
    let page = AskRole {
        shell: who.shell(&frame, Place::Roles),
        gives: request.path().ends_with("/grant"),
        person: person.id.to_string(),
        name: person.display_name,
        role: grant.role.label().to_owned(),
        code: grant.role.as_str().to_owned(),
        scope: grant.scope.to_string(),
        opens: grant.role.permissions().iter().map(|it| it.as_str()).collect(),
        is_admin: grant.role == Role::Admin,
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// `POST /admin/roles/grant`
pub(super) async fn give(
    body: String,
    who: SignedIn,
    client: Client,
    parts: Parts,
) -> web::Result<HttpResponse> {
    change(&body, &who, &client, parts, true).await
}

/// `POST /admin/roles/revoke`
pub(super) async fn take(
    body: String,
    who: SignedIn,
    client: Client,
    parts: Parts,
) -> web::Result<HttpResponse> {
    change(&body, &who, &client, parts, false).await
}

async fn change(
    body: &str,
    who: &SignedIn,
    client: &Client,
    (db, clock, _): Parts,
    gives: bool,
) -> web::Result<HttpResponse> {
    let fields = Fields::parse(body)?;
    who.must_own_form(fields.get("csrf").unwrap_or_default())?;
    let mut tx = db.write().await?;
    let asked = asked(&mut tx, &fields).await?.ok_or(Error::NotFound)?;
    let Asked { person, grant } = asked;
    let short = who.session.short();
    let (by, trace) = (By::Person(who.id(), &short), client.trace());
    let when = (&trace, clock.now());
    let done = if gives {
        granting::grant(&mut tx, person.id, &grant, by, when).await?
    } else {
        granting::revoke(&mut tx, person.id, &grant, by, when).await?
    };
    match done {
        Err(Unchanged::Own) => return Err(refused("E-OWN-ROLE", grant.role)),
        Err(Unchanged::LastAdmin) => return Err(refused("E-LAST-ADMIN", grant.role)),
        Ok(()) | Err(Unchanged::Already) => tx.commit().await?,
    }
    Ok(see_other(if gives { "/admin/roles?given=1" } else { "/admin/roles?taken=1" }))
}

fn refused(code: &'static str, role: Role) -> Error {
    Refusal::new(code, StatusCode::CONFLICT, "role.refused").detail(role.as_str()).into()
}
