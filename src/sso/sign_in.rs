//! The sign-in page and what happens when it is sent.
use super::budget::Wait;
use super::budget_keeper::Try;
use super::carried::Carried;
use super::door::{self, Door, Form};
use super::entry::{Entry, Proof};
use super::floodgate::Floodgate;
use super::upstream::{Discovery, Grants, Upstreams};
use crate::clock::Clock;
use crate::config::SessionTimes;
use crate::db::Db;
use crate::identity::SignedIn;
use crate::identity::arrival::{ArrivalRules, arrive};
use crate::identity::session::Method;
use crate::identity::sources::{Attempt, Directories, Password, SourceError, Typed};
use crate::outbound::Outbound;
use crate::web::form_key::FormKey;
use crate::web::known_networks::KnownNetworks;
use crate::web::query::Fields;
use crate::web::redirect::{Rule, Target, found, see_other};
use crate::web::{self, Client, Error, Frame, cookies};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use ipnet::IpNet;
use std::future::{Ready, ready};
use std::sync::Arc;

/// What signing in depends on, beside directories and database.
#[derive(Clone)]
pub struct SignInSettings {
    /// `[session]`
    pub times: SessionTimes,
    /// Networks that stand for a whole school.
    pub known: KnownNetworks,
    /// Where administrators may sign in from (D33).
    pub admin_networks: Vec<IpNet>,
    /// Links and profiles.
    pub arrival: ArrivalRules,
    /// Where the accounts of the demonstration are listed.
    pub demo_accounts: Option<String>,
    /// How many failures this node bears at once.
    pub floodgate: Arc<Floodgate>,
    /// Reaches applications, to tell them of ended sessions.
    pub outbound: Outbound,
    /// Who else vouches for people.
    pub upstreams: Upstreams,
    /// Seals what they may be asked again by.
    pub grants: Grants,
    /// A page elsewhere on which people choose one.
    pub discovery: Option<Discovery>,
    /// Whether people may type a password here.
    pub takes_passwords: bool,
    /// Our origin, without a slash behind.
    pub origin: String,
}

/// What signing in works with.
type Parts = (Data<Db>, Data<Clock>, Data<Directories>, Data<FormKey>, Data<SignInSettings>);

/// What the sign-in page is made with.
pub struct SignInPage {
    key: Data<FormKey>,
    settings: Data<SignInSettings>,
}

impl FromRequest for SignInPage {
    type Error = Error;
    type Future = Ready<web::Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let key = request.app_data::<Data<FormKey>>();
        let (Some(key), Some(settings)) = (key, request.app_data::<Data<SignInSettings>>()) else {
            return ready(Err(Error::internal("the sign-in settings are missing")));
        };
        ready(Ok(Self { key: key.clone(), settings: settings.clone() }))
    }
}

impl SignInPage {
    /// The form, for somebody whom an application sent.
    pub fn form(
        &self,
        request: &HttpRequest,
        frame: &Frame,
        carried: Carried,
        toward: Option<String>,
    ) -> HttpResponse {
        let form = Form { carried, toward, ..Form::default() };
        self.answer(request, frame, form)
    }

    fn answer(&self, request: &HttpRequest, frame: &Frame, form: Form) -> HttpResponse {
        let query = Fields::parse(request.query_string()).unwrap_or_default();
        if let Some(upstream) = self.settings.upstreams.hinted(&query) {
            return found(&upstream.way(&form.carried));
        }
        door::page((request, frame), (&self.key, &self.settings), form, None, StatusCode::OK)
    }
}

/// Show the form. Somebody who is signed in goes on, unless a fresh sign-in was asked for.
pub fn show_sign_in(
    request: &HttpRequest,
    frame: &Frame,
    who: Option<&SignedIn>,
    page: &SignInPage,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let next = own_path(query.get("next"));
    if who.is_some() && !query.is_on("renew") {
        return Ok(see_other(next.as_deref().unwrap_or("/dispatch")));
    }
    let is_joining = next.as_deref().is_some_and(|next| next.starts_with("/accounts"));
    let toward = is_joining.then(|| frame.lang.t("accounts-title"));
    let login = query.get("login").unwrap_or_default().to_owned();
    let carried = Carried::toward(next, query.is_on("renew"));
    Ok(page.answer(request, frame, Form { login, carried, toward, ..Form::default() }))
}

/// Take the form.
pub async fn submit_sign_in(
    request: HttpRequest,
    body: String,
    frame: Frame,
    client: Client,
    (db, clock, directories, key, settings): Parts,
) -> web::Result<HttpResponse> {
    let fields = Fields::parse(&body)?;
    let form = Form::of(&fields);
    let now = clock.now();
    let door = Door {
        request: &request,
        frame: &frame,
        client: &client,
        db: &db,
        key: &key,
        settings: &settings,
        now,
    };
    if !key.fits(&request, fields.get("csrf").unwrap_or_default()) {
        return Ok(door.expired(form));
    }
    if let Some(shut) = settings.floodgate.shut(&client.network(), now) {
        return door.flooded(form, shut).await;
    }
    let device = cookies::value(&request, cookies::DEVICE);
    let attempt = Try::of(&db, &form.login, &client, device.as_deref(), &settings.known).await?;
    if let Some(wait) = attempt.wait(&db, now).await? {
        return door.too_early(form, wait).await;
    }
    let typed = Typed {
        login: form.login.trim(),
        password: &Password::new(fields.get("password").unwrap_or_default()),
        only: fields.get("directory"),
        is_known_browser: attempt.is_from_known_browser(),
    };
    let found = match directories.sign_in(&typed).await {
        Ok(Attempt::Right(found)) => found,
        Ok(Attempt::Wrong) => return door.wrong(form, &attempt).await,
        Ok(Attempt::TooEarly(left)) => return door.too_early(form, Wait::Directory(left)).await,
        Ok(Attempt::Several(directories)) => {
            return Ok(door.ask_directory(Form { directories, ..form }));
        }
        Err(SourceError::Busy) => return Err(Error::Busy),
        Err(error) => return door.no_answer(form, &error).await,
    };
    let trace = client.trace();
    let arrival = arrive(&db, &directories, &settings.arrival, &found, (&trace, now)).await?;
    let entry = Entry { request: &request, client: &client, settings: &settings, db: &db, now };
    let proof = Proof { method: Method::Password, at: now, attempt: Some(&attempt), vouched: None };
    match entry.open(&found, &arrival, proof, &form.carried.leads_to()).await? {
        Some(answer) => Ok(answer),
        None => door.wrong(form, &attempt).await,
    }
}

pub(super) fn own_path(text: Option<&str>) -> Option<String> {
    Target::parse(text?, Rule::OwnPath).ok().map(|target| target.as_str().to_owned())
}
