//! Makes tokens and certificates, and says whether one holds.
use super::certificate::Certificate;
use super::error::ProofError;
use super::facts::{Facts, Sight, Standing};
use super::jws::{Jws, Kind, sign};
use super::key::PrivateKey;
use super::payload::Payload;
use super::private::public;
use super::store::{self, CertificateRow, SealedToken};
use super::{MakeProofKeys, Token};
use crate::audit::{Event, Trace};
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::identity::PersonId;
use crate::jobs::Queue;
use crate::keys::{self, KeyRow, MasterKey, Purpose};
use crate::web::lang::Lang;
use crate::web::rate_limits::Buckets;
use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;
use prometheus_client::metrics::counter::Counter;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::{Mutex, Semaphore};
use uuid::Uuid;

/// Private keys work on so many things at once.
const AT_ONCE: usize = 2;
/// A presence, and how much of it a viewer may see.
#[derive(Debug, Clone)]
pub struct Known {
    /// What is known of it.
    pub facts: Facts,
    /// How much of it is shown.
    pub sight: Sight,
}

/// What is found out about a presence, within a transaction.
pub type Finding<'t> = Pin<Box<dyn Future<Output = sqlx::Result<Option<Known>>> + Send + 't>>;

/// Tells of a presence what a viewer may see; no viewer: a stranger.
pub type FactsOf =
    Arc<dyn for<'t> Fn(&'t mut Tx, Uuid, Option<PersonId>) -> Finding<'t> + Send + Sync>;

/// A signed list, and when it was made.
pub(super) type DatedList = (DateTime<Utc>, String);

/// Makes proofs and checks them. Clones share what they count.
#[derive(Clone)]
pub struct Prover {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) zone: Tz,
    /// Our address: who certifies, and where proofs are checked.
    pub(super) origin: String,
    pub(super) master: Arc<MasterKey>,
    pub(super) facts_of: FactsOf,
    pub(super) controls: Arc<Buckets>,
    queue: Queue,
    pub(super) workers: Arc<Semaphore>,
    pub(super) private_operations: Counter,
    pub(super) list: Arc<Mutex<Option<DatedList>>>,
}

impl Prover {
    /// A prover for presences of which nothing is known yet: see [`Prover::about`].
    pub fn new(
        (db, clock): (&Db, &Clock),
        (origin, zone): (String, Tz),
        master: MasterKey,
        queue: Queue,
    ) -> Self {
        Self {
            db: db.clone(),
            clock: clock.clone(),
            zone,
            origin,
            master: Arc::new(master),
            facts_of: Arc::new(|_, _, _| Box::pin(async { Ok(None) })),
            controls: Arc::default(),
            queue,
            workers: Arc::new(Semaphore::new(AT_ONCE)),
            private_operations: Counter::default(),
            list: Arc::default(),
        }
    }

    /// The same, for the presences that this knows.
    #[must_use]
    pub fn about(self, facts_of: FactsOf) -> Self {
        Self { facts_of, ..self }
    }

    /// How often a private key was used.
    pub fn private_operations(&self) -> &Counter {
        &self.private_operations
    }

    /// Have the keys made in the background unless they are there. `true`: they are.
    pub async fn prepare(&self) -> Result<bool, ProofError> {
        let mut tx = self.db.read().await?;
        let mut is_ready = true;
        for purpose in [Purpose::Presence, Purpose::Certificate] {
            is_ready &= in_use(keys::standing(&mut tx, purpose).await?).is_some();
        }
        drop(tx);
        if !is_ready {
            let mut tx = self.db.write().await?;
            self.queue.add(&mut tx, &MakeProofKeys {}).await?;
            self.queue.commit(tx).await?;
        }
        Ok(is_ready)
    }

    /// A token for a new presence; [`SealedToken::keep`] keeps it with the presence. Needs the public
    /// key only.
    pub async fn seal(&self, presence: Uuid) -> Result<SealedToken, ProofError> {
        let key = public(&self.key_or_prepare(Purpose::Presence).await?)?;
        let token = Token(key.encrypt(presence.to_string().as_bytes())?);
        Ok(SealedToken { presence, kid: key.kid().to_owned(), token })
    }

    /// The token of a presence, made now if it could not be made when the presence was noted.
    pub async fn token(&self, presence: Uuid) -> Result<SealedToken, ProofError> {
        if let Some(token) = store::token_of(&mut self.db.read().await?, presence).await? {
            return Ok(token);
        }
        let token = self.seal(presence).await?;
        let mut tx = self.db.write().await?;
        token.keep(&mut tx, self.clock.now()).await?;
        let kept = store::token_of(&mut tx, presence).await?.ok_or(ProofError::Unknown)?;
        tx.commit().await?;
        Ok(kept)
    }

    /// The certificate of a presence. It is signed once; when what it says has changed since, it is
    /// taken back and another one is made.
    pub async fn certificate(&self, presence: Uuid, lang: Lang) -> Result<Certificate, ProofError> {
        let mut tx = self.db.read().await?;
        let known = (self.facts_of)(&mut tx, presence, None).await?.ok_or(ProofError::Unknown)?;
        let current = store::current(&mut tx, presence).await?;
        drop(tx);
        let facts = known.facts;
        if matches!(facts.standing, Standing::Revoked(_)) {
            return Err(ProofError::Revoked);
        }
        let token = self.token(presence).await?;
        let trust = self.trust().await?;
        let who = (Uuid::new_v4(), self.clock.now());
        let payload = Payload::of(&facts, &self.origin, who, self.zone);
        if let Some(row) = current.filter(|row| trust.knows(&row.kid))
            && let Some(said) = said(&row).filter(|said| said.says_what(&payload))
        {
            return Ok(Certificate { facts, payload: said, row, token, lang });
        }
        let row = self.issue(presence, &payload).await?;
        let payload = said(&row).ok_or(ProofError::Unknown)?;
        Ok(Certificate { facts, payload, row, token, lang })
    }

    /// The same as a file: its name, and the PDF.
    pub async fn document(
        &self,
        presence: Uuid,
        lang: Lang,
    ) -> Result<(String, Vec<u8>), ProofError> {
        let made = self.certificate(presence, lang).await?;
        let turn = self.workers.acquire().await.map_err(ProofError::document)?;
        let write = move || Ok((made.file_name(), made.pdf()?));
        let written = tokio::task::spawn_blocking(write).await.map_err(ProofError::document)?;
        drop(turn);
        written
    }

    async fn issue(&self, presence: Uuid, payload: &Payload) -> Result<CertificateRow, ProofError> {
        let key = self.key_or_prepare(Purpose::Certificate).await?;
        let kid = public(&key)?.kid().to_owned();
        let (name, body) = (kid.clone(), payload.clone());
        let sign = move |key: &PrivateKey| sign((&name, key), Kind::Certificate, &body);
        let jws = self.privately(key, sign).await?;

        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        store::take_turn(&mut tx, presence).await?;
        // Whoever corrects this presence waits for us now, or we for them: look again.
        self.still_says(&mut tx, presence, payload).await?;
        // Those who take a number of one school wait for each other too; whoever finds that a
        // certificate is there already gives theirs back.
        let year = now.with_timezone(&self.zone).year();
        let number = store::next_number(&mut tx, &payload.uai, year.into()).await?;
        if let Some(row) = store::current(&mut tx, presence).await? {
            if said(&row).is_some_and(|said| said.says_what(payload)) && row.kid == kid {
                return Ok(row);
            }
            store::revoke(&mut tx, row.id, "replaced", now).await?;
        }
        let serial = format!("CP-{year}-{}-{number:07}", payload.uai);
        let (id, issued_at) = (payload.jti, now);
        let row = CertificateRow { id, presence, serial, kid, jws, issued_at, revoked_at: None };
        store::insert(&mut tx, &row).await?;
        let event = Event::ok("certificate.issued").field("certificate", row.id);
        event.record(&mut tx, &Trace::default(), now).await?;
        tx.commit().await?;
        Ok(row)
    }

    async fn still_says(
        &self,
        tx: &mut Tx,
        presence: Uuid,
        said: &Payload,
    ) -> Result<(), ProofError> {
        let known = (self.facts_of)(tx, presence, None).await?.ok_or(ProofError::Unknown)?;
        if matches!(known.facts.standing, Standing::Revoked(_)) {
            return Err(ProofError::Revoked);
        }
        let who = (said.jti, self.clock.now());
        let says = Payload::of(&known.facts, &self.origin, who, self.zone).says_what(said);
        if says { Ok(()) } else { Err(ProofError::Changed) }
    }

    /// Take the certificates of a presence back, in the transaction that takes the presence back.
    pub async fn revoke(&self, tx: &mut Tx, presence: Uuid) -> sqlx::Result<()> {
        let now = self.clock.now();
        store::take_turn(tx, presence).await?;
        let Some(row) = store::current(tx, presence).await? else { return Ok(()) };
        store::revoke(tx, row.id, "corrected", now).await?;
        let event = Event::ok("certificate.revoked").field("certificate", row.id);
        event.record(tx, &Trace::default(), now).await
    }
}

pub(super) fn in_use(rows: Vec<KeyRow>) -> Option<KeyRow> {
    rows.into_iter().find(|row| row.used_since.is_some())
}

fn said(row: &CertificateRow) -> Option<Payload> {
    Jws::parse(&row.jws).ok()?.body(Kind::Certificate).ok()
}
