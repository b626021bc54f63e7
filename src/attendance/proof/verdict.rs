//! What a control comes to, and the short-lived address under which it is shown.
use super::error::ProofError;
use super::facts::{Facts, Sight, Standing};
use super::prover::Prover;
use super::store;
use crate::identity::PersonId;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// How long a result can be looked at.
const SHOWN_FOR: TimeDelta = TimeDelta::minutes(5);
/// Bound into the seal.
const PLACE: &[u8] = b"proof control";

/// What somebody showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// Nothing that we know.
    Unknown,
    /// A token of this presence.
    Token(Uuid),
    /// The certificate with this id.
    Certificate(Uuid),
    /// The same, by its serial number only.
    Serial(Uuid),
}

/// Whether it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// We know nothing of it.
    Unknown,
    /// It holds.
    Valid,
    /// It holds; the roll call is not closed yet.
    Open,
    /// It was taken back.
    Revoked(DateTime<Utc>),
}

/// The verdict and what may be shown beside it.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    pub(super) verdict: Verdict,
    /// `None` when nothing is known.
    pub(super) facts: Option<Facts>,
    /// The name as printed, or initials.
    pub(super) shows_name: bool,
    /// Everything.
    pub(super) shows_all: bool,
}

impl Prover {
    /// What we say now about what was shown.
    pub(super) async fn judge(
        &self,
        shown: Shown,
        viewer: Option<PersonId>,
    ) -> Result<Judged, ProofError> {
        let unknown =
            Judged { verdict: Verdict::Unknown, facts: None, shows_name: false, shows_all: false };
        let mut tx = self.db.read().await?;
        let (presence, revoked_at) = match shown {
            Shown::Unknown => return Ok(unknown),
            Shown::Token(presence) => (presence, None),
            Shown::Certificate(id) | Shown::Serial(id) => match store::by_id(&mut tx, id).await? {
                Some(row) => (row.presence, row.revoked_at),
                None => return Ok(unknown),
            },
        };
        let Some(known) = (self.facts_of)(&mut tx, presence, viewer).await? else {
            return Ok(unknown);
        };
        let verdict = match (known.facts.standing, revoked_at) {
            (Standing::Revoked(at), _) | (_, Some(at)) => Verdict::Revoked(at),
            (Standing::Open, None) => Verdict::Open,
            (Standing::Closed, None) => Verdict::Valid,
        };
        let shows_all = known.sight == Sight::Full;
        let shows_name = shows_all || !matches!(shown, Shown::Serial(_));
        Ok(Judged { verdict, facts: Some(known.facts), shows_name, shows_all })
    }

    /// A name for a result that only we can read, good for five minutes.
    pub(super) fn seal_shown(&self, shown: Shown) -> Result<String, ProofError> {
        let (kind, id) = match shown {
            Shown::Unknown => (0, Uuid::nil()),
            Shown::Token(id) => (1, id),
            Shown::Certificate(id) => (2, id),
            Shown::Serial(id) => (3, id),
        };
        let until = (self.clock.now() + SHOWN_FOR).timestamp_millis();
        let mut text = vec![kind];
        text.extend(id.as_bytes());
        text.extend(until.to_be_bytes());
        let sealed = self.master.seal_secret(PLACE, &text).map_err(ProofError::crypto)?;
        Ok(BASE64URL.encode(sealed))
    }

    /// What such a name stands for; `None`: its time is over, or it is none.
    pub(super) fn open_shown(&self, name: &str) -> Option<Shown> {
        let sealed = BASE64URL.decode(name).ok()?;
        let text = self.master.open_secret(PLACE, &sealed).ok()?;
        let (kind, rest) = text.split_first()?;
        let (id, until) = rest.split_first_chunk::<16>()?;
        let until = i64::from_be_bytes(until.try_into().ok()?);
        if until < self.clock.now().timestamp_millis() {
            return None;
        }
        let id = Uuid::from_bytes(*id);
        match kind {
            0 => Some(Shown::Unknown),
            1 => Some(Shown::Token(id)),
            2 => Some(Shown::Certificate(id)),
            3 => Some(Shown::Serial(id)),
            _ => None,
        }
    }
}
