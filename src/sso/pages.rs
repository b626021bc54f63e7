//! The pages of the door: sign-in, signed out, my sessions, and the form that carries a message.
mod accounts;

pub use accounts::{AccountRow, Accounts, JoinAccounts};

use crate::web::Frame;
use crate::web::page::{Page, Shell};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentEncoding};
use askama::Template;

/// Asks who somebody is. Posts `login`, `password`, `csrf`, [`Self::hidden`] and, when asked,
/// `directory` to `/login`.
#[derive(Debug, Default, Template)]
#[template(path = "sso/pages/sign_in.html")]
pub struct SignIn {
    /// The frame; its `csrf` is bound to the browser's flow cookie (SEC-20).
    pub shell: Shell,
    /// What was typed before, or given by the address.
    pub login: String,
    /// Why the last try did not work.
    pub problem: Option<Problem>,
    /// Several directories know the login: which one is meant?
    pub directories: Vec<Directory>,
    /// Fields to send back as they are, such as `next`.
    pub hidden: Vec<(String, String)>,
    /// Where the portal that sent the person here is called by its name.
    pub toward: Option<String>,
    /// The list of accounts of the demonstration.
    pub demo_accounts: Option<String>,
    /// Whether there is anything to type.
    pub takes_passwords: bool,
    /// Identity providers, the one that this browser came by last first.
    pub upstreams: Vec<WayIn>,
}

/// An identity provider that vouches for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayIn {
    /// What people call it.
    pub label: String,
    /// For whom it is.
    pub audience: Option<String>,
    /// Where the way there begins.
    pub address: String,
}

impl SignIn {
    fn asks_directory(&self) -> bool {
        !self.directories.is_empty()
    }

    /// Where typing starts: the password, once the login is there.
    fn starts_at_password(&self) -> bool {
        !self.login.is_empty()
    }

    /// What is wrong with the two fields.
    fn wrong_text(&self) -> String {
        match self.problem {
            Some(Problem::WrongPassword) => self.shell.t("sign-in-wrong"),
            _ => String::new(),
        }
    }

    /// What is wrong with anything else.
    fn trouble(&self) -> Option<String> {
        match self.problem.as_ref()? {
            Problem::WrongPassword => None,
            Problem::Expired => Some(self.shell.t("sign-in-expired")),
            Problem::NoAnswer => Some(self.shell.t("e-source")),
            Problem::Flood => Some(self.shell.t("sign-in-flood")),
            Problem::NoCookie => Some(self.shell.t("sign-in-cookie")),
            Problem::Silent(label) => {
                Some(self.shell.t_with("sign-in-idp-silent", &[("idp", label)]))
            }
            Problem::Cancelled(label) => {
                Some(self.shell.t_with("sign-in-idp-cancelled", &[("idp", label)]))
            }
            Problem::NotBelieved(label) => {
                Some(self.shell.t_with("sign-in-idp-refused", &[("idp", label)]))
            }
        }
    }
}

/// Why a sign-in did not work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Login or password; also while one has to wait, with the same words (SEC-38).
    WrongPassword,
    /// The form was open for too long.
    Expired,
    /// No directory answers.
    NoAnswer,
    /// Too many tries reach this node at once; nobody's was looked at.
    Flood,
    /// The browser does not send our cookie back.
    NoCookie,
    /// This identity provider does not answer.
    Silent(String),
    /// The person, or this identity provider, said no.
    Cancelled(String),
    /// What this identity provider says is not believed.
    NotBelieved(String),
}

/// A directory to choose at sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    /// Its name in the configuration.
    pub name: String,
    /// Its label.
    pub label: String,
}

/// Asks before signing out, because an address alone must not do it (SEC-63).
#[derive(Debug, Default, Template)]
#[template(path = "sso/pages/ask_sign_out.html")]
pub struct AskSignOut {
    /// The frame.
    pub shell: Shell,
}

/// The session is over; who was told.
#[derive(Debug, Default, Template)]
#[template(path = "sso/pages/signed_out.html")]
pub struct SignedOut {
    /// The frame, without a person.
    pub shell: Shell,
    /// Portals that the session had been in.
    pub partners: Vec<Partner>,
    /// Where to sign in again.
    pub sign_in: String,
    /// The application that wanted the person back.
    pub onward: Option<Onward>,
    /// The identity provider by which the person came, and where they leave it.
    pub upstream: Option<Onward>,
}

/// On the way out: goes on by itself to the next portal.
#[derive(Debug, Default, Template)]
#[template(path = "sso/pages/leaving.html")]
pub struct Leaving {
    /// The frame, without a person.
    pub shell: Shell,
    /// Where it goes on.
    pub onward: String,
    /// Only the school before is left; the session goes on.
    pub is_switch: bool,
}

impl Leaving {
    fn words(&self, key: &'static str) -> &'static str {
        match (self.is_switch, key) {
            (false, key) => key,
            (true, "leaving-title") => "switching-title",
            (true, "leaving-lead") => "switching-lead",
            (true, _) => "switching-button",
        }
    }
}

/// Somebody came from an identity provider unasked: is it them? Posts `flow` and `csrf`.
#[derive(Debug, Default, Template)]
#[template(path = "sso/pages/offer.html")]
pub struct Offer {
    /// The frame; its `csrf` is bound to the browser's flow cookie.
    pub shell: Shell,
    /// Whom the provider names.
    pub person: String,
    /// What people call the provider.
    pub idp: String,
    /// What waits.
    pub flow: String,
}

/// Where a page leads on to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Onward {
    /// Its name.
    pub label: String,
    /// Its address.
    pub address: String,
}

impl SignedOut {
    /// Nobody had to be told.
    pub fn of(frame: &Frame) -> Self {
        Self { shell: frame.shell(""), sign_in: "/login".to_owned(), ..Self::default() }
    }

    fn is_complete(&self) -> bool {
        let all_done = self.partners.iter().all(|partner| partner.farewell == Farewell::Done);
        all_done && self.upstream.is_none()
    }
}

/// A portal at sign-out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// Its name.
    pub label: String,
    /// What became of our request.
    pub farewell: Farewell,
}

/// How a portal took the sign-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Farewell {
    /// It ended its session.
    Done,
    /// It did not answer, or refused.
    NotReached,
    /// It knows no single logout.
    NotOffered,
}

impl Farewell {
    fn key(self) -> &'static str {
        match self {
            Self::Done => "signed-out-done",
            Self::NotReached => "signed-out-not-reached",
            Self::NotOffered => "signed-out-not-offered",
        }
    }

    fn tone(self) -> &'static str {
        match self {
            Self::Done => "ok",
            Self::NotReached | Self::NotOffered => "warn",
        }
    }
}

/// My sessions (SEC-27). Posts `session` to `/sessions/end`, or nothing to `/sessions/end-others`.
#[derive(Debug, Default, Template)]
#[template(path = "sso/pages/sessions.html")]
pub struct Sessions {
    /// The frame.
    pub shell: Shell,
    /// Sessions that live, this one first.
    pub sessions: Vec<Session>,
}

impl Sessions {
    fn others(&self) -> usize {
        self.sessions.iter().filter(|session| !session.is_this_one).count()
    }
}

/// One session of the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// How the form names it; never the secret of the cookie.
    pub id: String,
    /// Browser and system: « Firefox, Windows ».
    pub browser: String,
    /// When it began, as people say it.
    pub started: String,
    /// When it was used last, as people say it.
    pub last_used: String,
    /// Address, truncated.
    pub address: String,
    /// The one that asks.
    pub is_this_one: bool,
}

/// Carries a SAML message to a partner by POST: submits itself, and has a button (SEC-15).
#[derive(Debug, Default, Template)]
#[template(path = "sso/pages/post_form.html")]
pub struct PostForm {
    /// The frame.
    pub shell: Shell,
    /// Where to.
    pub action: String,
    /// Name of the partner.
    pub portal: String,
    /// The fields in their order: `SAMLResponse` or `SAMLRequest`, then `RelayState` if any.
    pub fields: Vec<(String, String)>,
    /// It says goodbye (single logout) instead of hello.
    pub is_farewell: bool,
}

impl PostForm {
    /// The answer. It is never compressed: the length of what is compressed would tell about the
    /// message beside a `RelayState` that anybody may choose, and base64 hardly gets shorter.
    pub fn answer(self) -> HttpResponse {
        let mut answer = Page(self).with(StatusCode::OK);
        let plain = ContentEncoding::Identity.to_header_value();
        answer.headers_mut().insert(header::CONTENT_ENCODING, plain);
        answer
    }
}

/// A request that is too old or was answered already (D21): one button starts again.
#[derive(Debug, Default, Template)]
#[template(path = "sso/pages/stale_request.html")]
pub struct StaleRequest {
    /// The frame.
    pub shell: Shell,
    /// Name of the portal that asked.
    pub portal: String,
    /// Where a fresh sign-on starts.
    pub start_again: String,
    /// What support finds.
    pub reference: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_password_keeps_the_login_and_never_the_password() {
        let page = SignIn {
            login: "marie.dupont".into(),
            problem: Some(Problem::WrongPassword),
            takes_passwords: true,
            ..SignIn::default()
        };
        let html = page.render().unwrap();

        assert!(html.contains(r#"value="marie.dupont""#));
        assert!(html.contains(r#"aria-describedby="login-wrong""#), "{html}");
    }

    #[test]
    fn a_page_shows_only_the_ways_in_that_there_are() {
        let way = WayIn {
            label: "Rectorat".into(),
            audience: None,
            address: "/login/with/r?next=%2F".into(),
        };
        for (takes_passwords, upstreams) in
            [(true, vec![]), (true, vec![way.clone()]), (false, vec![way])]
        {
            let has_way = !upstreams.is_empty();
            let page = SignIn { takes_passwords, upstreams, ..SignIn::default() };
            let html = page.render().unwrap();
            assert_eq!(html.contains("name=\"password\""), takes_passwords);
            assert_eq!(html.contains("href=\"/login/with/r?next=%2F\""), has_way);
            assert_eq!(html.matches("<h1>").count(), 1);
        }
    }

    #[test]
    fn a_hostile_relay_state_stays_text() {
        let page = PostForm {
            fields: vec![("RelayState".into(), "\"><script>alert(1)</script>".into())],
            ..PostForm::default()
        };
        let html = page.render().unwrap();

        assert!(!html.contains("<script>"), "{html}");
        assert!(html.contains(r#"src="/assets/post.js""#));
    }

    #[test]
    fn the_script_finds_one_form_only() {
        let person = Some("Marie Dupont".to_owned());
        let shell = Shell { person, ..Shell::default() };
        let html = PostForm { shell, ..PostForm::default() }.render().unwrap();

        assert_eq!(html.matches("<form").count(), 1);
    }

    #[test]
    fn only_other_sessions_can_be_ended_together() {
        let session = |is_this_one| Session {
            id: "1".into(),
            browser: "Firefox".into(),
            started: String::new(),
            last_used: String::new(),
            address: String::new(),
            is_this_one,
        };
        let alone = Sessions { sessions: vec![session(true)], ..Sessions::default() };
        let several = Sessions {
            sessions: vec![session(true), session(false), session(false)],
            ..Sessions::default()
        };

        assert!(!alone.render().unwrap().contains("/sessions/end-others"));
        assert!(several.render().unwrap().contains("/sessions/end-others"));
    }
}
