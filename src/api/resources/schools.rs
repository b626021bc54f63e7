//! Schools, as `etabs.ini` tells of them.
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::fields::{Line, Query};
use crate::api::listing::{Limit, List};
use crate::dispatch::{Dispatcher, Mfa, PortalUrl, Protocol, School};
use crate::identity::Rne;
use crate::identity::person::fold;
use crate::web::{self, Error};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A school.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct SchoolView {
    /// Its code.
    pub rne: String,
    /// What people call it.
    pub label: String,
    /// Its portal.
    pub portal: Option<String>,
    /// Service provider of the portal.
    pub sp: String,
    /// How the way into the portal begins.
    pub protocol: Protocol,
    /// Whether it is offered.
    pub active: bool,
    /// Whether its portal asks for a second factor.
    pub mfa: Mfa,
    /// Note on its tile.
    pub message: Option<String>,
    /// Academy.
    pub academy: Option<String>,
    /// Kind, such as `CLG`.
    pub kind: Option<String>,
    /// Town.
    pub town: Option<String>,
    /// Department.
    pub department: Option<String>,
}

impl SchoolView {
    fn of(school: &School) -> Self {
        Self {
            rne: school.rne.to_string(),
            label: school.label.clone(),
            portal: school.portal.as_ref().map(|portal| PortalUrl::as_str(portal).to_owned()),
            sp: school.sp.clone(),
            protocol: school.protocol,
            active: school.active,
            mfa: school.mfa,
            message: school.message.clone(),
            academy: school.academy.clone(),
            kind: school.kind.clone(),
            town: school.town.clone(),
            department: school.department.clone(),
        }
    }
}

/// Which schools.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct SchoolsQuery {
    /// A piece of the name, the code or the town.
    #[param(value_type = Option<String>, max_length = 100, pattern = r"^[^\x00-\x1f\x7f]*$",
        example = "filaos")]
    q: Option<Line<100>>,
    /// How many.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// `next` of the part before.
    #[param(value_type = Option<String>, max_length = 32, pattern = r"^[^\x00-\x1f\x7f]*$")]
    cursor: Option<Line<32>>,
}

/// List schools
///
/// In the order of their codes. A token that is limited to schools sees these.
#[utoipa::path(get, path = "/api/v1/schools", tag = "schools", params(SchoolsQuery),
    responses((status = 200, description = "Schools", body = List<SchoolView>)))]
pub(in crate::api) async fn all(
    caller: Caller,
    (request, Query(query), dispatcher): (HttpRequest, Query<SchoolsQuery>, Data<Dispatcher>),
) -> web::Result<HttpResponse> {
    let snapshot = dispatcher.files.snapshot();
    let limit = usize::try_from(Limit::of(query.limit)).unwrap_or(usize::MAX);
    let words = query.q.map(|words| fold(words.0.trim())).unwrap_or_default();
    let after = query.cursor.map(|code| code.0).unwrap_or_default();
    let fits = |school: &&School| {
        let names = [&school.label, school.town.as_ref().unwrap_or(&school.label)];
        let named = || names.iter().any(|name| fold(name).contains(&words));
        school.rne.as_str() > after.as_str()
            && caller.schools().is_none_or(|seen| seen.contains(&school.rne))
            && (fold(school.rne.as_str()).contains(&words) || named())
    };
    let mut found: Vec<&School> = snapshot.schools.iter().filter(fits).collect();
    found.sort_unstable_by(|one, other| one.rne.cmp(&other.rne));
    let is_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| is_more).map(|school| school.rne.to_string());
    let items = found.into_iter().map(SchoolView::of).collect();
    Ok(answer::tagged(&request, &List { items, next }))
}

/// Show a school
#[utoipa::path(get, path = "/api/v1/schools/{rne}", tag = "schools",
    params(("rne" = String, Path, description = "Its code", pattern = "^[0-9]{7}[A-Z]$",
        example = "9740091F")),
    responses((status = 200, description = "The school", body = SchoolView)))]
pub(in crate::api) async fn one(
    caller: Caller,
    (request, rne, dispatcher): (HttpRequest, Path<String>, Data<Dispatcher>),
) -> web::Result<HttpResponse> {
    let rne = Rne::parse(&rne).map_err(|_| Error::NotFound)?;
    if caller.schools().is_some_and(|seen| !seen.contains(&rne)) {
        return Err(Error::NotFound);
    }
    let snapshot = dispatcher.files.snapshot();
    let school = snapshot.schools.get(&rne).ok_or(Error::NotFound)?;
    Ok(answer::tagged(&request, &SchoolView::of(school)))
}
