//! Where a newcomer tries the search for colleagues.
use super::pages::{DemoColleague, DemoSearch};
use super::stage::Stage;
use crate::identity::MaybeSignedIn;
use crate::lookup::trial::{TrialHit, try_out};
use crate::lookup::{Desk, base, step, trouble};
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::{self, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

/// Hits on the page: as many as the sharing dialogue shows.
const HITS: usize = 25;
/// What is typed when nobody typed anything yet.
const IDEAS: [&str; 7] = [
    "elodie oeuvrard",
    "l'henaff",
    "martin agnes",
    "marton",
    "jp dupont",
    "de la tour",
    "marie.dupont",
];

/// Search, with or without script: the script asks for this very page and takes the hits out.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: MaybeSignedIn,
    (stage, desk): (Data<Stage>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let words = query.get("q").unwrap_or_default().trim().to_owned();
    let mut page = DemoSearch {
        shell: match &who.0 {
            Some(who) => who.shell(&frame, Place::Elsewhere),
            None => frame.shell(""),
        },
        ideas: IDEAS.map(str::to_owned).to_vec(),
        command: command(&desk, if words.is_empty() { "martin" } else { &words }),
        is_filling: stage.is_filling(),
        words,
        ..DemoSearch::default()
    };
    if let Some(parts) = &desk.parts {
        page.people = parts.index.state().documents;
        if !page.words.is_empty() {
            match try_out(&parts.index, &page.words, HITS, (None, &desk.config.lookup)) {
                Ok(trial) => {
                    page.micros = trial.micros;
                    page.hits = trial.hits.into_iter().map(colleague).collect();
                }
                Err(error) => page.trouble = Some(trouble(error)),
            }
        }
    }
    Ok(Page(page).with(StatusCode::OK))
}

fn colleague(hit: TrialHit) -> DemoColleague {
    DemoColleague { name: hit.name, cloud_id: hit.cloud_id, step: step(hit.step) }
}

/// What a Nextcloud asks, for a shell.
fn command(desk: &Desk, words: &str) -> String {
    let query = serde_urlencoded::to_string([("search", words)]).unwrap_or_default();
    format!("curl -sS '{}/users?{query}'", base(desk))
}
