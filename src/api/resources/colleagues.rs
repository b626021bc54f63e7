//! Colleagues on all Nextcloud servers, found as these servers find them.
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::fields::{Line, Query};
use crate::api::listing::Limit;
use crate::config::SearchPolicy;
use crate::identity::cloud::Field;
use crate::lookup::Desk;
use crate::lookup::access::Asker;
use crate::lookup::directory::{Refusal as Denied, SearchRequest};
use crate::lookup::index::SearchError;
use crate::web::error::TurnedAway;
use crate::web::{self, Error, Refusal};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What is shown of a colleague.
const FIELDS: [Field; 2] = [Field::Name, Field::Email];
/// Colleagues of one answer when nothing else is asked for.
const USUAL: u16 = 20;

/// Somebody on a Nextcloud server.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Colleague {
    /// Where files can be shared with them.
    pub cloud_id: String,
    /// Their name.
    pub name: Option<String>,
    /// Their mail address.
    pub mail: Option<String>,
}

/// Colleagues, the best hit first.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Colleagues {
    /// Those who were found.
    pub items: Vec<Colleague>,
}

/// What is searched.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct ColleaguesQuery {
    /// A name, a login, a mail address or a cloud id, also their beginning.
    #[param(value_type = String, max_length = 100, pattern = r"^[^\x00-\x1f\x7f]*$",
        example = "agnes")]
    q: Line<100>,
    /// How many.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 20)]
    limit: Option<Limit>,
}

/// A user object of the lookup.
#[derive(Deserialize)]
struct User {
    #[serde(rename = "federationId")]
    federation_id: String,
    name: Option<Value>,
    email: Option<Value>,
}

#[derive(Deserialize)]
struct Value {
    value: String,
}

/// Search colleagues
///
/// With all that holds for a Nextcloud server: who hides is not found, and who sees too many people
/// in a day has to wait.
#[utoipa::path(get, path = "/api/v1/colleagues", tag = "colleagues", params(ColleaguesQuery),
    responses((status = 200, description = "Colleagues", body = Colleagues)))]
pub(in crate::api) async fn search(
    caller: Caller,
    (Query(query), desk): (Query<ColleaguesQuery>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let parts = desk.parts.as_ref().ok_or(Error::NotFound)?;
    let limit = query.limit.map_or(USUAL.into(), |limit| Limit::of(Some(limit)));
    let asker = asker(&caller);
    parts.access.spend_request(&asker).map_err(|much| too_many(much.retry_after))?;
    let limit = usize::try_from(limit).ok();
    let request = SearchRequest { readings: vec![query.q.0], limit, offset: 0 };
    let found = parts.directory.search(&asker, &request).map_err(denied)?;
    let users: Vec<User> = serde_json::from_slice(&found).map_err(Error::internal)?;
    let text = |value: Option<Value>| value.map(|value| value.value);
    let view = |user: User| Colleague {
        cloud_id: user.federation_id,
        name: text(user.name),
        mail: text(user.email),
    };
    Ok(answer::json(&Colleagues { items: users.into_iter().map(view).collect() }))
}

/// As a server of which somebody vouched.
fn asker(caller: &Caller) -> Asker {
    Asker {
        credential: format!("api:{}", caller.name()),
        fields: FIELDS.into(),
        policy: SearchPolicy::All,
        prefer: Vec::new(),
        server: None,
        is_open: false,
    }
}

fn too_many(retry_after: u64) -> Error {
    TurnedAway::new("E-TOO-MANY", StatusCode::TOO_MANY_REQUESTS, retry_after).into()
}

fn denied(why: Denied) -> Error {
    match why {
        Denied::TooMuch { retry_after } => too_many(retry_after),
        Denied::Database(error) => error.into(),
        Denied::Index(SearchError::TooCostly) => {
            Refusal::new("E-API-QUERY", StatusCode::BAD_REQUEST, "request.refused").into()
        }
        Denied::Index(SearchError::NotReady | SearchError::Busy) => Error::Busy,
    }
}
