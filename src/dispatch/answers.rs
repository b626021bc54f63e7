//! What somebody gets to see who cannot go on at once: the choice, or why there is none.
use super::journey::Journey;
use super::remembered::{Choice, end_of_school_year};
use super::service::{Dispatcher, View};
use super::{Refusal as Why, pages, view_data};
use crate::identity::SignedIn;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::redirect::{Rule, Target};
use crate::web::{self, Error, Frame, Refusal};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use chrono::{DateTime, Duration, Utc};

/// The choice page for one request.
pub(super) struct Asked<'a> {
    pub(super) query: &'a Fields,
    pub(super) remembered: Option<&'a Choice>,
    pub(super) now: DateTime<Utc>,
}

impl Asked<'_> {
    pub(super) fn page(
        &self,
        frame: &Frame,
        who: &SignedIn,
        view: &View,
        dispatcher: &Dispatcher,
    ) -> HttpResponse {
        let only = self.query.get("only").map(|only| only.split(',').collect::<Vec<_>>());
        let lost = self.remembered.filter(|_| view.decision.forget).map(|choice| &choice.rne);
        let limited = only.as_ref().map(|_| self.query.get("portal").unwrap_or_default());
        let page = pages::Choice {
            shell: who.shell(frame, Place::Choice),
            groups: view_data::groups(&view.destinations, only.as_deref()),
            academic: view_data::academic(view),
            remember_until: view.may_remember().then(|| self.last_day(frame, dispatcher)),
            is_remembered: self.remembered.is_some() && !view.decision.forget,
            notes: view_data::notes(view, who, (lost, limited), &dispatcher.directories),
            hidden: self.hidden(),
            ..pages::Choice::default()
        };
        let page = match self.query.get("q") {
            Some(words) => page.search(words),
            None => page,
        };
        Page(page).with(StatusCode::OK)
    }

    /// A choice ends when the new year begins: its last day is the one before.
    fn last_day(&self, frame: &Frame, dispatcher: &Dispatcher) -> String {
        let zone = dispatcher.rules.dispatch.time_zone;
        let last = end_of_school_year(self.now, zone) - Duration::seconds(1);
        frame.lang.day(last.with_timezone(&zone).date_naive())
    }

    /// Where to go on after a choice that another sign-on waits for.
    fn hidden(&self) -> Vec<(String, String)> {
        let next = self.query.get("next").and_then(|next| Target::parse(next, Rule::OwnPath).ok());
        next.map(|next| ("next".to_owned(), next.as_str().to_owned())).into_iter().collect()
    }
}

/// Only the academic portal.
pub(super) fn arena_only(
    frame: &Frame,
    who: &SignedIn,
    view: &View,
    dispatcher: &Dispatcher,
) -> HttpResponse {
    let page = pages::ArenaOnly {
        shell: who.shell(frame, Place::Choice),
        academic: view_data::academic(view).unwrap_or_default(),
        sources: view.standing.source_labels(&dispatcher.directories),
    };
    Page(page).with(StatusCode::OK)
}

/// A page of its own where there is something to show besides the error.
pub(super) async fn nowhere(
    why: Why,
    frame: &Frame,
    journey: &Journey<'_>,
    view: &View,
    dispatcher: &Dispatcher,
) -> web::Result<HttpResponse> {
    let reference = journey.client.request_id.clone();
    let shell = journey.who.shell(frame, Place::Choice);
    let sources = view.standing.source_labels(&dispatcher.directories);
    let html = match why {
        Why::NoAffectation => pages::NoAffiliation { shell, sources, reference }.render(),
        Why::NoPortal => {
            let tiles = view.destinations.iter().map(view_data::tile).collect();
            let academic = view_data::academic(view);
            pages::NoPortal { shell, tiles, academic, reference }.render()
        }
        Why::NotYours => return Err(refusal(why, "")),
        Why::NoSp => {
            let labels: Vec<&str> = view.destinations.iter().map(|d| d.label.as_str()).collect();
            return Err(refusal(why, &labels.join(", ")));
        }
    };
    journey.refused(view, why.code()).await?;
    let html = html.map_err(Error::internal)?;
    Ok(HttpResponse::build(status(why)).content_type("text/html; charset=utf-8").body(html))
}

/// The same as an error page, for browsers and programs.
pub(super) fn refusal(why: Why, subject: &str) -> Error {
    Refusal::new(why.code(), status(why), "dispatch.decision").subject(subject).into()
}

fn status(why: Why) -> StatusCode {
    StatusCode::from_u16(why.status()).unwrap_or(StatusCode::FORBIDDEN)
}
