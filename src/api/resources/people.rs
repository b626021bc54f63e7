//! People, their accounts, and where they belong.
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::fields::{Line, Query, SchoolCode};
use crate::api::listing::{Cursor, Limit, List, list};
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::dispatch::{Book, Dispatcher};
use crate::identity::store::{self, StoredAccount};
use crate::identity::{Affiliation, Person, PersonId, Rne};
use crate::people::store::{Found, Order, Search, accounts_at, find_people};
use crate::web::{self, Error};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Somebody, in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct PersonInList {
    /// Names the person for good.
    pub id: Uuid,
    /// What pages and partners call them.
    pub display_name: String,
    /// Their address, when a source knows one.
    pub mail: Option<String>,
}

/// Somebody.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct PersonView {
    /// Names the person for good.
    pub id: Uuid,
    /// What pages and partners call them.
    pub display_name: String,
    /// Their address, when a source knows one.
    pub mail: Option<String>,
    /// How sources know them, the one that names them first.
    pub accounts: Vec<AccountView>,
    /// Where they belong now.
    pub affiliations: Vec<AffiliationView>,
}

/// How one source knows somebody.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct AccountView {
    /// Our name for it.
    pub id: Uuid,
    /// The section of the source.
    pub source: String,
    /// The source's name for the person.
    pub source_id: String,
    /// What is typed at sign-in.
    pub login: String,
    /// When the source last said something new.
    pub read_at: DateTime<Utc>,
    /// When the account left its source.
    pub left_at: Option<DateTime<Utc>>,
}

/// Where somebody belongs, as one source says.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct AffiliationView {
    /// School code.
    pub rne: String,
    /// Its name, when the file of schools has one.
    pub school: Option<String>,
    /// What they are there: `teacher`, `pupil`, …
    pub profile: String,
    /// Sources that say so.
    pub sources: Vec<String>,
}

/// Which people.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct PeopleQuery {
    /// Words of the name, or how a login or the mail address begins.
    #[param(value_type = Option<String>, max_length = 100, pattern = r"^[^\x00-\x1f\x7f]*$",
        example = "martin")]
    q: Option<Line<100>>,
    /// Only who belongs to this school.
    #[param(value_type = Option<String>, pattern = "^[0-9A-Z]{6,32}$", example = "9740091F")]
    rne: Option<SchoolCode>,
    /// How many.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// `next` of the part before.
    #[param(value_type = Option<String>, pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")]
    cursor: Option<Cursor>,
}

/// List people
///
/// In the order in which they became known: who comes while you leaf is at the end. A token that is
/// limited to schools sees their people only.
#[utoipa::path(get, path = "/api/v1/people", tag = "people", params(PeopleQuery),
    responses((status = 200, description = "People", body = List<PersonInList>)))]
pub(in crate::api) async fn all(
    caller: Caller,
    (Query(query), db, clock): (Query<PeopleQuery>, Data<Db>, Data<Clock>),
) -> web::Result<HttpResponse> {
    let limit = Limit::of(query.limit);
    let search = Search {
        words: query.q.map(|words| words.0).unwrap_or_default(),
        schools: schools(&caller, query.rne.as_ref().map(|code| code.0.as_str())),
        order: Order::Behind(query.cursor.map(|cursor| PersonId(cursor.0))),
        limit: limit + 1,
        ..Search::default()
    };
    let mut tx = db.read().await?;
    let found = find_people(&mut tx, &search, clock.now()).await?;
    Ok(answer::json(&list(found, limit, |one| one.id.0, in_list)))
}

fn in_list(found: Found) -> PersonInList {
    PersonInList { id: found.id.0, display_name: found.display_name, mail: found.mail }
}

/// The schools that are wanted and may be seen; `None`: all of them.
fn schools(caller: &Caller, wanted: Option<&str>) -> Option<Vec<Rne>> {
    let seen = caller.schools().map(<[Rne]>::to_vec);
    let Some(wanted) = wanted else { return seen };
    let wanted: Vec<Rne> = Rne::parse(wanted).into_iter().collect();
    Some(wanted.into_iter().filter(|one| seen.as_ref().is_none_or(|s| s.contains(one))).collect())
}

/// What one person is read with.
type Parts = (Data<Db>, Data<Clock>, Data<Dispatcher>);

/// Show a person
///
/// With accounts and affiliations. A token that is limited to schools sees what belongs to them.
#[utoipa::path(get, path = "/api/v1/people/{id}", tag = "people",
    params(("id" = Uuid, Path, description = "The person")),
    responses((status = 200, description = "The person", body = PersonView)))]
pub(in crate::api) async fn one(
    caller: Caller,
    (request, id, (db, clock, dispatcher)): (HttpRequest, Path<Uuid>, Parts),
) -> web::Result<HttpResponse> {
    let mut tx = db.read().await?;
    let looking =
        Looking { caller: &caller, source: None, dispatcher: &dispatcher, now: clock.now() };
    Ok(answer::tagged(&request, &looking.person(&mut tx, PersonId(*id)).await?))
}

/// Show the person whom a source calls so
///
/// Whatever kind of source that is: a directory, a list, or one that is pushed.
#[utoipa::path(get, path = "/api/v1/people/by-source/{source}/{id}", tag = "people",
    params(
        ("source" = String, Path, description = "The section of the source",
            pattern = "^[A-Za-z0-9_-]+$", max_length = 60, example = "agents"),
        ("id" = String, Path, description = "The source's name for the person",
            pattern = r"^[^\x00-\x1f\x7f/]+$", max_length = 200, example = "mdupont"),
    ),
    responses((status = 200, description = "The person", body = PersonView)))]
pub(in crate::api) async fn by_source(
    caller: Caller,
    (request, path, (db, clock, dispatcher)): (HttpRequest, Path<(String, String)>, Parts),
) -> web::Result<HttpResponse> {
    let (source, id) = path.into_inner();
    if [&source, &id].iter().any(|text| text.contains('\0')) {
        return Err(Error::NotFound);
    }
    let mut tx = db.read().await?;
    let account = store::account_by_source_id(&mut tx, &source, &id).await?;
    let account = account.ok_or(Error::NotFound)?;
    let looking =
        Looking { caller: &caller, source: None, dispatcher: &dispatcher, now: clock.now() };
    let person = looking.person(&mut tx, account.person).await?;
    if !person.accounts.iter().any(|one| one.id == account.id) {
        return Err(Error::NotFound);
    }
    Ok(answer::tagged(&request, &person))
}

/// Who looks, and at what time.
pub(super) struct Looking<'a> {
    pub(super) caller: &'a Caller,
    /// Only what this source says: for programs that may not read people.
    pub(super) source: Option<&'a str>,
    pub(super) dispatcher: &'a Dispatcher,
    pub(super) now: DateTime<Utc>,
}

impl Looking<'_> {
    /// Somebody, as far as this caller may see them.
    pub(super) async fn person(&self, tx: &mut Tx, id: PersonId) -> web::Result<PersonView> {
        let person = store::find_person(tx, id).await?.ok_or(Error::NotFound)?;
        let mut accounts = store::accounts_of(tx, id).await?;
        let mut affiliations = store::affiliations_of(tx, id, self.now).await?;
        if let Some(schools) = self.caller.schools() {
            let seen = accounts_at(tx, id, schools, self.now).await?;
            accounts.retain(|account| seen.contains(&account.id));
            affiliations.retain(|one| schools.contains(&one.rne));
            if affiliations.is_empty() {
                return Err(Error::NotFound);
            }
        }
        if let Some(source) = self.source {
            accounts.retain(|account| account.source == source);
            affiliations.retain_mut(|one| {
                one.sources.retain(|name| name == source);
                !one.sources.is_empty()
            });
        }
        let snapshot = self.dispatcher.files.snapshot();
        let Person { id, display_name, mail } = person;
        let mail = mail.filter(|_| self.source.is_none());
        Ok(PersonView {
            id: id.0,
            display_name,
            mail,
            accounts: accounts.into_iter().map(account_view).collect(),
            affiliations: affiliations
                .into_iter()
                .map(|one| affiliation_view(one, &snapshot))
                .collect(),
        })
    }
}

fn account_view(account: StoredAccount) -> AccountView {
    AccountView {
        id: account.id,
        source: account.source,
        source_id: account.source_id,
        login: account.login,
        read_at: account.read_at,
        left_at: account.ended_at,
    }
}

fn affiliation_view(affiliation: Affiliation, book: &Book) -> AffiliationView {
    AffiliationView {
        rne: affiliation.rne.to_string(),
        school: book.schools.get(&affiliation.rne).map(|school| school.label.clone()),
        profile: affiliation.profile.to_string(),
        sources: affiliation.sources,
    }
}
