//! Where somebody would land, and why.
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::fields::{Line, Query};
use crate::clock::Clock;
use crate::db::Db;
use crate::dispatch::Dispatcher;
use crate::dispatch::explain::{Explanation, Question, explain as explained};
use crate::web;
use crate::web::client::ClientSettings;
use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;
use std::net::IpAddr;
use utoipa::IntoParams;

/// Who, and from where.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct ExplainQuery {
    /// A login, in any source.
    #[param(value_type = Option<String>, max_length = 200, pattern = r"^[^\x00-\x1f\x7f]*$",
        example = "mdupont")]
    login: Option<Line<200>>,
    /// Where the person is.
    #[param(value_type = Option<String>, format = "ipv4", example = "10.205.3.4")]
    ip: Option<IpAddr>,
    /// An application or a portal: what would it be told?
    #[param(
        value_type = Option<String>,
        max_length = 1000,
        pattern = r"^[^\x00-\x1f\x7f]*$",
        example = "https://moodle.example.org/login"
    )]
    service: Option<Line<1000>>,
}

/// What it is made with.
type Parts = (Data<Db>, Data<Clock>, Data<Dispatcher>, Data<ClientSettings>);

/// Explain a decision
///
/// Every step from the address and the login to the portal; nothing is done and no directory is
/// asked.
#[utoipa::path(get, path = "/api/v1/dispatch/explain", tag = "dispatch", params(ExplainQuery),
    responses((status = 200, description = "The steps", body = Explanation)))]
pub(in crate::api) async fn explain(
    _: Caller,
    (Query(query), (db, clock, dispatcher, clients)): (Query<ExplainQuery>, Parts),
) -> web::Result<HttpResponse> {
    let ExplainQuery { login, ip, service } = query;
    let login = login.map(|login| login.0.trim().to_owned());
    let service = service.map(|service| service.0);
    let question = Question { login, ip, service, ..Question::default() };
    let now = clock.now();
    Ok(answer::json(&explained(&dispatcher, &db, &clients.proxies, &question, now).await?))
}
