//! The demonstration's own identity providers, for people whose account is elsewhere. They ask
//! nothing but who one would like to be; what they say, and how, is what real ones do: by OpenID
//! Connect ([`oidc`]), SAML 2.0 ([`saml`]) and CAS ([`cas`]).
pub(super) mod cas;
pub(super) mod oidc;
pub(super) mod saml;

use super::pages::{DemoProvider, DemoVisitor};
use super::people::DemoPerson;
use super::stage::Stage;
use crate::web::page::Page;
use crate::web::{self, Error, Frame};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    /// `[idp:NAME]`, and the name of the file with its people.
    pub(super) name: &'static str,
    /// Its message with what it is called.
    title: &'static str,
    /// How it speaks.
    protocol: &'static str,
}

const OIDC: Kind =
    Kind { name: "rectorat", title: "provider-rectorat", protocol: "OpenID Connect" };
const SAML: Kind = Kind { name: "educonnect", title: "provider-educonnect", protocol: "SAML 2.0" };
const CAS: Kind = Kind { name: "universite", title: "provider-universite", protocol: "CAS" };

/// All of them.
pub(super) const ALL: [Kind; 3] = [OIDC, SAML, CAS];

impl Kind {
    /// Where it stands.
    fn at(self, stage: &Stage) -> String {
        format!("{}/portail/{}", stage.portal_origin, self.name)
    }

    fn people(self, stage: &Stage) -> &[DemoPerson] {
        stage.elsewhere.get(self.name).map_or(&[], Vec::as_slice)
    }

    /// Whoever was chosen.
    fn person(self, stage: &Stage, login: &str) -> web::Result<DemoPerson> {
        let mut people = self.people(stage).iter();
        people.find(|person| person.login == login).cloned().ok_or(Error::NotFound)
    }

    /// Who would you like to be? Each name leads to `here` with it behind; `refuse` is the way out.
    fn ask(self, frame: &Frame, stage: &Stage, here: &str, refuse: Option<String>) -> HttpResponse {
        let visitor = |person: &DemoPerson| DemoVisitor {
            name: person.name.clone(),
            about: person.about_in(frame.lang).to_owned(),
            address: format!("{here}&as={}", person.login),
        };
        let page = DemoProvider {
            lang: frame.lang,
            title: frame.lang.t(self.title),
            protocol: self.protocol,
            people: self.people(stage).iter().map(visitor).collect(),
            refuse,
        };
        Page(page).with(StatusCode::OK)
    }
}
