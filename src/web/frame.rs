//! What every page needs of its request: the language, where it is, the organisation's look.
use super::cookies;
use super::lang::{self, Lang};
use super::page::Shell;
use super::theme::Theme;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;

/// What an installation has for everybody who signs in, besides portals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Offers {
    /// Cards.
    pub cards: bool,
}

/// Taken by every handler that answers with a page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Language of the answer.
    pub lang: Lang,
    /// Path and query that were asked for.
    pub here: String,
    theme: Arc<Theme>,
    offers: Offers,
}

impl Frame {
    /// The frame of a request.
    pub fn of(request: &HttpRequest) -> Self {
        let accept = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
        let chosen = cookies::value(request, lang::COOKIE);
        Self {
            lang: Lang::choose(chosen.as_deref(), accept),
            here: here(request),
            theme: request
                .app_data::<Data<Theme>>()
                .map(|t| t.clone().into_inner())
                .unwrap_or_default(),
            offers: request.app_data::<Data<Offers>>().map(|it| ***it).unwrap_or_default(),
        }
    }

    /// The shell of a page for a visitor; `csrf` is for its forms.
    pub fn shell(&self, csrf: impl Into<String>) -> Shell {
        Shell {
            lang: self.lang,
            here: self.here.clone(),
            csrf: csrf.into(),
            theme: self.theme.clone(),
            offers: self.offers,
            ..Shell::default()
        }
    }
}

/// Path and query of a request, to come back to.
pub fn here(request: &HttpRequest) -> String {
    request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
}

impl FromRequest for Frame {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}
