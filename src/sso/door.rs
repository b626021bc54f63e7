//! The sign-in form as it goes back to the browser, with what was wrong about it.
use super::budget::Wait;
use super::budget_keeper::Try;
use super::carried::Carried;
use super::floodgate::Shut;
use super::pages::{self, Problem};
use super::sign_in::SignInSettings;
use super::ways_in::ways_in;
use crate::audit::Event;
use crate::db::Db;
use crate::figures;
use crate::identity::sources::SourceError;
use crate::identity::token::Token;
use crate::web::form_key::FormKey;
use crate::web::page::Page;
use crate::web::query::Fields;
use crate::web::{self, Client, Frame, cookies};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};

/// The form as it was typed, without the password.
#[derive(Default)]
pub(super) struct Form {
    pub(super) login: String,
    pub(super) carried: Carried,
    /// The name of the application that sent the person here.
    pub(super) toward: Option<String>,
    pub(super) directories: Vec<(String, String)>,
}

impl Form {
    pub(super) fn of(fields: &Fields) -> Self {
        let short = |name: &str| Some(fields.get(name)?.chars().take(256).collect());
        Self {
            login: short("login").unwrap_or_default(),
            carried: Carried::of(fields),
            toward: short("toward"),
            ..Self::default()
        }
    }
}

/// Somebody who stands before the sign-in page.
pub(super) struct Door<'a> {
    pub(super) request: &'a HttpRequest,
    pub(super) frame: &'a Frame,
    pub(super) client: &'a Client,
    pub(super) db: &'a Db,
    pub(super) key: &'a FormKey,
    pub(super) settings: &'a SignInSettings,
    pub(super) now: DateTime<Utc>,
}

impl Door<'_> {
    /// The form is shown again with the login kept; a browser without our cookie is told what to do.
    pub(super) fn expired(&self, form: Form) -> HttpResponse {
        let has_cookie = cookies::value(self.request, cookies::FLOW).is_some();
        let problem = if has_cookie { Problem::Expired } else { Problem::NoCookie };
        // Anybody may have sent this form: nobody else's words on our page.
        self.answer(Form { toward: None, ..form }, Some(problem), StatusCode::FORBIDDEN)
    }

    /// Several directories know the login.
    pub(super) fn ask_directory(&self, form: Form) -> HttpResponse {
        self.answer(form, None, StatusCode::OK)
    }

    /// Unknown login or wrong password: one text for both (SEC-35).
    pub(super) async fn wrong(&self, form: Form, attempt: &Try) -> web::Result<HttpResponse> {
        self.settings.floodgate.failed(attempt.network(), self.now);
        let trace = self.client.trace();
        let mut tx = self.db.write().await?;
        attempt.failed(&mut tx, &trace, self.now).await?;
        let event = Event::refused("auth.refused", "E-PASSWORD").field("place", attempt.network());
        event.record(&mut tx, &trace, self.now).await?;
        tx.commit().await?;
        Ok(self.answer(form, Some(Problem::WrongPassword), StatusCode::UNAUTHORIZED))
    }

    /// The same text, whatever is waited for; the password was not looked at.
    pub(super) async fn too_early(&self, form: Form, wait: Wait) -> web::Result<HttpResponse> {
        self.settings.floodgate.failed(&self.client.network(), self.now);
        figures::count_rate_limited(wait.limit());
        let event = Event::refused(wait.event(), "E-TOO-MANY")
            .field("limit", wait.limit())
            .field("wait_s", wait.seconds());
        self.record(event).await?;
        let problem = Some(Problem::WrongPassword);
        Ok(self.wait(form, problem, StatusCode::TOO_MANY_REQUESTS, wait.seconds()))
    }

    /// Too much comes at once for anybody to be heard. One row a minute tells of it (SEC-42).
    pub(super) async fn flooded(&self, form: Form, shut: Shut) -> web::Result<HttpResponse> {
        figures::count_rate_limited("node");
        if shut.is_news {
            self.record(Event::refused("auth.flood", "E-TOO-MANY").field("limit", "node")).await?;
        }
        Ok(self.wait(form, Some(Problem::Flood), StatusCode::TOO_MANY_REQUESTS, 1))
    }

    /// A failed directory is never reported as a wrong password, and costs no budget (REL-01).
    pub(super) async fn no_answer(
        &self,
        form: Form,
        error: &SourceError,
    ) -> web::Result<HttpResponse> {
        tracing::error!(error = %error, "nobody can sign in by a directory: {error}");
        let event = Event::refused("auth.refused", "E-SOURCE").field("detail", error.to_string());
        self.record(event).await?;
        Ok(self.wait(form, Some(Problem::NoAnswer), StatusCode::SERVICE_UNAVAILABLE, 5))
    }

    async fn record(&self, event: Event) -> sqlx::Result<()> {
        let mut tx = self.db.write().await?;
        event.record(&mut tx, &self.client.trace(), self.now).await?;
        tx.commit().await
    }

    fn wait(
        &self,
        form: Form,
        problem: Option<Problem>,
        status: StatusCode,
        seconds: u64,
    ) -> HttpResponse {
        let mut answer = self.answer(form, problem, status);
        answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        answer
    }

    fn answer(&self, form: Form, problem: Option<Problem>, status: StatusCode) -> HttpResponse {
        page((self.request, self.frame), (self.key, self.settings), form, problem, status)
    }
}

/// The cookie of a browser, to which forms are bound (SEC-20).
pub(super) fn browser(request: &HttpRequest) -> String {
    let known =
        cookies::value(request, cookies::FLOW).filter(|value| Token::parse(value).is_some());
    known.unwrap_or_else(|| Token::new().as_str().to_owned())
}

/// The sign-in page with a form in it.
pub(super) fn page(
    (request, frame): (&HttpRequest, &Frame),
    (key, settings): (&FormKey, &SignInSettings),
    form: Form,
    problem: Option<Problem>,
    status: StatusCode,
) -> HttpResponse {
    let browser = browser(request);
    let mut shell = frame.shell(key.token(&browser));
    "/login".clone_into(&mut shell.here);
    let directory = |(name, label)| pages::Directory { name, label };
    let toward = form.toward.clone().map(|name| ("toward".to_owned(), name));
    let page = pages::SignIn {
        takes_passwords: settings.takes_passwords,
        upstreams: ways_in(request, frame, settings, &form.carried),
        login: form.login,
        problem,
        directories: form.directories.into_iter().map(directory).collect(),
        hidden: form.carried.0.into_iter().chain(toward).collect(),
        toward: form.toward,
        demo_accounts: settings.demo_accounts.clone(),
        shell,
    };
    let mut answer = Page(page).with(status);
    // Written again each time: a page left open keeps its cookie for as long as it is used.
    let _ = answer.add_cookie(&cookies::flow(browser));
    answer
}
