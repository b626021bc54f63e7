//! `/admin/people`: finding somebody, and the list to take away.
use super::pages::{People, PersonRow};
use super::store::{Found, Order, Search, find_people};
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::identity::sources::Directories;
use crate::identity::{Rne, SignedIn, store};
use crate::rights::{Reach, Scope};
use crate::rows::sheet;
use crate::web::page::{Page, Place};
use crate::web::paging::Paging;
use crate::web::query::Fields;
use crate::web::{self, Client, Frame};
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

/// Rows of one page.
const PAGE: i64 = 50;
/// Rows of one CSV file.
const CSV: i64 = 10_000;

/// The list, or those of it whom words find.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    (who, reach): (SignedIn, Reach),
    (db, clock, directories): (Data<Db>, Data<Clock>, Data<Directories>),
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let paging = Paging::read(&query, PAGE);
    let search = searched(&query, &reach, (paging.skip, paging.limit()));
    let mut tx = db.read().await?;
    let mut found = find_people(&mut tx, &search, clock.now()).await?;
    let newest = search.order == Order::Newest;
    let school = query.get("rne").unwrap_or_default().trim().to_owned();
    let address = |path: &str, skip: i64| {
        let sort = if newest { "new" } else { "" };
        let skip = skip.to_string();
        let fields =
            [("q", search.words.as_str()), ("rne", &school), ("sort", sort), ("skip", &skip)];
        format!("{path}?{}", serde_urlencoded::to_string(fields).unwrap_or_default())
    };
    let (before, behind) = paging.turn(&mut found, |skip| address("/admin/people", skip));
    let mut rows = Vec::new();
    for person in found {
        rows.push(row(&mut tx, person, &directories).await?);
    }
    let page = People {
        shell: who.shell(&frame, Place::People),
        rows,
        before,
        behind,
        csv: address("/admin/people.csv", 0),
        newest,
        is_erased: query.is_on("erased"),
        words: search.words,
        school,
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// The same people to take away.
pub(super) async fn csv(
    request: HttpRequest,
    (who, reach): (SignedIn, Reach),
    client: Client,
    (db, clock, directories): (Data<Db>, Data<Clock>, Data<Directories>),
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let search = searched(&query, &reach, (0, CSV));
    let mut tx = db.write().await?;
    let found = find_people(&mut tx, &search, clock.now()).await?;
    let event = who.event("export.made").reason("people").field("rows", found.len());
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    tx.commit().await?;
    let mut tx = db.read().await?;
    let mut rows = Vec::new();
    for person in found {
        let PersonRow { id, name, mail, accounts } = row(&mut tx, person, &directories).await?;
        let account = |(label, login): (String, String)| format!("{label}: {login}");
        let accounts: Vec<_> = accounts.into_iter().map(account).collect();
        rows.push([id, name, mail, accounts.join("; ")]);
    }
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"people.csv\""))
        .body(sheet(["id", "name", "mail", "accounts"], rows)))
}

/// Somebody who looks after schools finds the people of these; a school of others finds nobody.
fn searched(query: &Fields, reach: &Reach, (skip, limit): (i64, i64)) -> Search {
    let own = reach.schools().map(|own| own.into_iter().cloned().collect::<Vec<_>>());
    let asked = query.get("rne").map(Rne::parse);
    let schools = match asked {
        Some(Ok(rne)) if reach.covers(&Scope::School(rne.clone())) => Some(vec![rne]),
        Some(_) => Some(Vec::new()),
        None => own,
    };
    Search {
        words: query.get("q").unwrap_or_default().trim().to_owned(),
        schools,
        order: if query.get("sort") == Some("new") { Order::Newest } else { Order::Name },
        skip,
        limit,
    }
}

async fn row(tx: &mut Tx, person: Found, directories: &Directories) -> sqlx::Result<PersonRow> {
    let accounts = store::accounts_of(tx, person.id).await?;
    let label = |source: &str| directories.get(source).map_or(source, |it| &it.label).to_owned();
    Ok(PersonRow {
        id: person.id.to_string(),
        name: person.display_name,
        mail: person.mail.unwrap_or_default(),
        accounts: accounts
            .iter()
            .map(|account| (label(&account.source), account.login.clone()))
            .collect(),
    })
}
