//! The sign-in page and what happens when it is sent.
use super::budget::Wait;
use super::budget_keeper::{KnownNetworks, Try};
use super::entry::Entry;
use super::pages;
use crate::audit::Event;
use crate::clock::Clock;
use crate::config::SessionTimes;
use crate::db::Db;
use crate::identity::MaybeSignedIn;
use crate::identity::arrival::{ArrivalRules, arrive};
use crate::identity::sources::{Attempt, Directories, Password, SourceError};
use crate::identity::token::Token;
use crate::web::form_key::FormKey;
use crate::web::page::Page;
use crate::web::query::Fields;
use crate::web::redirect::{Rule, Target};
use crate::web::{self, Client, Error, Frame, cookies};
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use ipnet::IpNet;

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
}

/// What signing in works with.
type Parts = (Data<Db>, Data<Clock>, Data<Directories>, Data<FormKey>, Data<SignInSettings>);

/// Show the form. Somebody who is signed in goes on, unless a fresh sign-in was asked for.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: MaybeSignedIn,
    key: Data<FormKey>,
    settings: Data<SignInSettings>,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let next = own_path(query.get("next"));
    if who.0.is_some() && !query.is_on("renew") {
        return Ok(redirect(next.as_deref().unwrap_or("/dispatch")));
    }
    let form =
        Form { login: query.get("login").unwrap_or_default().to_owned(), next, ..Form::default() };
    Ok(form.page(&request, &frame, &key, &settings, StatusCode::OK))
}

/// Take the form.
pub(super) async fn submit(
    request: HttpRequest,
    body: String,
    frame: Frame,
    client: Client,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let (db, clock, directories, key, settings) = parts;
    let fields = Fields::parse(&body)?;
    let mut form = Form::of(&fields);
    if !key.fits(&request, fields.get("csrf").unwrap_or_default()) {
        return Ok(form.expired(&request, &frame, &key, &settings));
    }
    let now = clock.now();
    let known = settings.known.hold(client.address);
    let device = cookies::value(&request, cookies::DEVICE);
    let attempt = Try::of(&db, &form.login, &client, device.as_deref(), known).await?;
    if let Some(wait) = attempt.wait(&db, now).await? {
        form.too_early(&db, &client, wait, now).await?;
        let mut answer =
            form.page(&request, &frame, &key, &settings, StatusCode::TOO_MANY_REQUESTS);
        answer.headers_mut().insert(header::RETRY_AFTER, wait.seconds().into());
        return Ok(answer);
    }
    let password = Password::new(fields.get("password").unwrap_or_default());
    let only = fields.get("directory");
    let found = match directories.sign_in(form.login.trim(), &password, only).await {
        Ok(Attempt::Right(found)) => found,
        Ok(Attempt::Wrong) => {
            form.wrong(&db, &client, &attempt, now).await?;
            return Ok(form.page(&request, &frame, &key, &settings, StatusCode::UNAUTHORIZED));
        }
        Ok(Attempt::Several(names)) => {
            form.directories = names;
            return Ok(form.page(&request, &frame, &key, &settings, StatusCode::OK));
        }
        Err(SourceError::Busy) => return Err(Error::Busy),
        Err(error) => {
            form.no_answer(&db, &client, &error, now).await?;
            let status = StatusCode::SERVICE_UNAVAILABLE;
            let mut answer = form.page(&request, &frame, &key, &settings, status);
            answer.headers_mut().insert(header::RETRY_AFTER, 5.into());
            return Ok(answer);
        }
    };
    let trace = client.trace();
    let arrival = arrive(&db, &directories, &settings.arrival, &found, (&trace, now)).await?;
    let entry = Entry { request: &request, client: &client, settings: &settings, db: &db, now };
    let Some(answer) = entry.open(&found, &arrival, &attempt, form.next.as_deref()).await? else {
        form.wrong(&db, &client, &attempt, now).await?;
        return Ok(form.page(&request, &frame, &key, &settings, StatusCode::UNAUTHORIZED));
    };
    Ok(answer)
}

/// The form as it was typed, without the password.
#[derive(Default)]
struct Form {
    login: String,
    next: Option<String>,
    problem: Option<pages::Problem>,
    directories: Vec<(String, String)>,
}

impl Form {
    fn of(fields: &Fields) -> Self {
        let login: String = fields.get("login").unwrap_or_default().chars().take(256).collect();
        Self { login, next: own_path(fields.get("next")), ..Self::default() }
    }

    /// The form is shown again with the login kept; a browser without our cookie is told what to do.
    fn expired(
        mut self,
        request: &HttpRequest,
        frame: &Frame,
        key: &FormKey,
        settings: &SignInSettings,
    ) -> HttpResponse {
        let has_cookie = cookies::value(request, cookies::FLOW).is_some();
        let problem = if has_cookie { pages::Problem::Expired } else { pages::Problem::NoCookie };
        self.problem = Some(problem);
        self.page(request, frame, key, settings, StatusCode::FORBIDDEN)
    }

    /// Unknown login or wrong password: one text for both (SEC-35).
    async fn wrong(
        &mut self,
        db: &Db,
        client: &Client,
        attempt: &Try,
        now: DateTime<Utc>,
    ) -> sqlx::Result<()> {
        self.problem = Some(pages::Problem::WrongPassword);
        let mut tx = db.write().await?;
        attempt.failed(&mut tx, now).await?;
        let event = Event::refused("auth.refused", "E-PASSWORD").field("place", client.network());
        event.record(&mut tx, &client.trace(), now).await?;
        tx.commit().await
    }

    async fn too_early(
        &mut self,
        db: &Db,
        client: &Client,
        wait: Wait,
        now: DateTime<Utc>,
    ) -> sqlx::Result<()> {
        self.problem = Some(pages::Problem::WrongPassword);
        let mut tx = db.write().await?;
        let event = Event::refused(wait.event(), "E-TOO-MANY").field("wait_s", wait.seconds());
        event.record(&mut tx, &client.trace(), now).await?;
        tx.commit().await
    }

    /// A failed directory is never reported as a wrong password, and costs no budget (REL-01).
    async fn no_answer(
        &mut self,
        db: &Db,
        client: &Client,
        error: &SourceError,
        now: DateTime<Utc>,
    ) -> sqlx::Result<()> {
        self.problem = Some(pages::Problem::NoAnswer);
        tracing::error!(error = %error, "nobody can sign in by a directory: {error}");
        let mut tx = db.write().await?;
        let event = Event::refused("auth.refused", "E-SOURCE").field("detail", error.to_string());
        event.record(&mut tx, &client.trace(), now).await?;
        tx.commit().await
    }

    fn page(
        self,
        request: &HttpRequest,
        frame: &Frame,
        key: &FormKey,
        settings: &SignInSettings,
        status: StatusCode,
    ) -> HttpResponse {
        let known =
            cookies::value(request, cookies::FLOW).filter(|value| Token::parse(value).is_some());
        let browser = known.clone().unwrap_or_else(|| Token::new().as_str().to_owned());
        let mut shell = frame.shell(key.token(&browser));
        "/login".clone_into(&mut shell.here);
        let page = pages::SignIn {
            login: self.login,
            problem: self.problem,
            directories: self
                .directories
                .into_iter()
                .map(|(name, label)| pages::Directory { name, label })
                .collect(),
            hidden: self.next.map(|next| ("next".to_owned(), next)).into_iter().collect(),
            demo_accounts: settings.demo_accounts.clone(),
            shell,
            ..pages::SignIn::default()
        };
        let mut answer = Page(page).with(status);
        // Written again each time: a page left open keeps its cookie for as long as it is used.
        let _ = answer.add_cookie(&cookies::flow(browser));
        answer
    }
}

fn own_path(text: Option<&str>) -> Option<String> {
    Target::parse(text?, Rule::OwnPath).ok().map(|target| target.as_str().to_owned())
}

pub(super) fn redirect(to: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish()
}
