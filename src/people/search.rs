//! `/admin/people`: finding somebody.
use super::pages::{People, PersonRow};
use super::store::{Found, find_people};
use crate::db::{Db, Tx};
use crate::identity::sources::Directories;
use crate::identity::{SignedIn, store};
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::{self, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

/// Rows of one page.
const PAGE: i64 = 50;

/// The list, or those of it whom words find.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, directories): (Data<Db>, Data<Directories>),
) -> web::Result<HttpResponse> {
    who.must_be_admin()?;
    let query = Fields::parse(request.query_string())?;
    let words = query.get("q").unwrap_or_default().trim().to_owned();
    let skip: i64 = query.get("skip").and_then(|skip| skip.parse().ok()).unwrap_or(0).max(0);
    let mut tx = db.read().await?;
    // One more tells whether there is a next page.
    let mut found = find_people(&mut tx, &words, (skip, PAGE + 1)).await?;
    let has_more = found.len() > usize::try_from(PAGE).unwrap_or_default();
    found.truncate(usize::try_from(PAGE).unwrap_or_default());
    let mut rows = Vec::new();
    for person in found {
        rows.push(row(&mut tx, person, &directories).await?);
    }
    let address = |skip: i64| {
        let fields = [("q", words.clone()), ("skip", skip.to_string())];
        format!("/admin/people?{}", serde_urlencoded::to_string(fields).unwrap_or_default())
    };
    let page = People {
        shell: who.shell(&frame, Place::People),
        rows,
        before: (skip > 0).then(|| address((skip - PAGE).max(0))),
        behind: has_more.then(|| address(skip + PAGE)),
        words,
    };
    Ok(Page(page).with(StatusCode::OK))
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
