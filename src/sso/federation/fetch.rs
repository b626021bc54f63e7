//! Asking a federation for its metadata, once.
//!
//! What comes is looked at before it is kept: the last good file stays where it is until a better
//! one is there.
use super::Federation;
use super::place::{MOST_BYTES, Notes};
use crate::outbound::{self, OutboundError};
use crate::sso::saml::{Feed, Reason, Refusal, demand};
use chrono::{DateTime, Utc};
use reqwest::header::{ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use reqwest::{Response, StatusCode};
use std::time::Duration;

/// How long all of it may take: 64 MiB on a slow line.
const PATIENCE: Duration = Duration::from_mins(2);
/// Longest name of a version that is kept, bytes.
const LONGEST_MARK: usize = 512;

/// Why nothing new came.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No answer, or one that is none.
    #[error(transparent)]
    Outbound(#[from] OutboundError),
    /// Not signed by the federation, or no metadata.
    #[error("what it publishes cannot be used: {0}")]
    Refused(#[from] Refusal),
    /// Somebody plays an old version back.
    #[error("what it publishes is older than what is here")]
    Older,
    /// It cannot be kept.
    #[error("it cannot be written: {0}")]
    Place(#[from] std::io::Error),
    /// The program is about to end.
    #[error("it was not looked at")]
    Ending,
}

/// What came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetched {
    /// What is here is up to date.
    Same,
    /// Another version, with so many entities.
    New {
        /// How many.
        entities: usize,
    },
}

impl Federation {
    /// Ask now, and note how that went.
    ///
    /// # Errors
    /// When there is no answer or it cannot be used; what was here stays.
    pub async fn fetch(&self, now: DateTime<Utc>) -> Result<Fetched, FetchError> {
        let place = self.place.clone();
        let before = aside(move || Ok(place.notes())).await?;
        let (done, notes) = match self.ask(&before, now).await {
            Ok((fetched, notes)) => {
                (Ok(fetched), Notes { trouble: None, checked_at: Some(now), ..notes })
            }
            Err(error) => {
                let trouble = Some((now, error.to_string()));
                (Err(error), Notes { trouble, ..before })
            }
        };
        let place = self.place.clone();
        aside(move || Ok(place.note(&notes)?)).await?;
        done
    }

    async fn ask(
        &self,
        before: &Notes,
        now: DateTime<Utc>,
    ) -> Result<(Fetched, Notes), FetchError> {
        let url = &self.section.url;
        // What cannot be read is not there, whatever its marks say.
        let running = self.feed().filter(|_| before.url == url.as_str());
        let client = outbound::builder(PATIENCE).build().map_err(OutboundError::from)?;
        let mut request = client.get(url.clone());
        let marks = [(IF_NONE_MATCH, &before.etag), (IF_MODIFIED_SINCE, &before.last_modified)];
        for (name, mark) in marks {
            if let Some(mark) = mark.as_ref().filter(|_| running.is_some() && self.is_intact()) {
                request = request.header(name, mark);
            }
        }
        let answer = request.send().await.map_err(OutboundError::from)?;
        match answer.status() {
            StatusCode::NOT_MODIFIED if running.is_some() => {
                return Ok((Fetched::Same, before.clone()));
            }
            StatusCode::OK => {}
            other => return Err(OutboundError::Status(other.as_u16()).into()),
        }
        let notes = Notes {
            url: url.to_string(),
            etag: mark(&answer, ETAG.as_str()),
            last_modified: mark(&answer, LAST_MODIFIED.as_str()),
            fetched_at: Some(now),
            ..Notes::default()
        };
        let bytes = outbound::body(answer, MOST_BYTES).await?;
        let (rules, place) = (self.rules(now), self.place.clone());
        let keep = move || {
            let feed = Feed::read(&bytes, &rules, now)?;
            must_be_newer(&feed, running.as_deref(), now)?;
            place.keep(&bytes)?;
            Ok((feed, place.stamp()))
        };
        let (feed, stamp) = aside(keep).await?;
        let entities = feed.entities;
        self.take(feed, stamp);
        Ok((Fetched::New { entities }, notes))
    }
}

/// Nobody can play a version back that ends sooner than the one in use; one that has run out bars
/// nothing.
fn must_be_newer(
    feed: &Feed,
    running: Option<&Feed>,
    now: DateTime<Utc>,
) -> Result<(), FetchError> {
    let is_good = feed.valid_until.is_none_or(|end| end > now);
    demand(is_good, Reason::Time, "it has run out")?;
    let end = running.and_then(|running| running.valid_until).filter(|end| *end > now);
    let is_older = end.is_some_and(|end| feed.valid_until.is_none_or(|new| new < end));
    if is_older { Err(FetchError::Older) } else { Ok(()) }
}

/// Where waiting for a disk holds up nobody.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FetchError> + Send + 'static,
) -> Result<T, FetchError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| FetchError::Ending)?
}

fn mark(answer: &Response, name: &str) -> Option<String> {
    let mark = answer.headers().get(name)?.to_str().ok()?;
    (mark.len() <= LONGEST_MARK).then(|| mark.to_owned())
}
