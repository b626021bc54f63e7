//! While somebody is signed in, their OpenID provider is asked about them again now and then (OpenID
//! Connect Core 12): what it says of them by now counts, and whoever is over there is over here.
//!
//! Only sessions that were used since the last time are asked about: nobody stays signed in there
//! because a window was left open here.
use super::back_channel::over;
use super::oidc::Renewal;
use super::{Provider, Upstream};
use crate::audit::{Event, Trace};
use crate::identity::arrival::arrive;
use crate::identity::sources::Directories;
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Turn};
use crate::sso::store::{
    DueGrant, delete_dead_grants, delete_grant, due_grants, note_question, postpone_grant,
    replace_grant,
};
use crate::sso::upstream::UpstreamError;
use crate::sso::{SignInSettings, farewell};
use chrono::{DateTime, Duration, Utc};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Questions under way at a time.
const ABREAST: i64 = 8;
/// When a provider that does not answer is asked again.
const LATER: Duration = Duration::minutes(5);

/// Asks about those who are due.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AskAgain {}

/// What asking works with.
#[derive(Clone)]
pub struct Asking {
    /// Who is asked, and how what they say is read.
    pub settings: SignInSettings,
    /// Where linked accounts are looked up.
    pub directories: Directories,
}

/// What became of one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Became {
    Known,
    Silent,
}

impl Job for AskAgain {
    type Parts = Asking;
    const KIND: &'static str = "upstream.ask_again";
    const LABEL: &'static str = "job-ask-again";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, asking: Asking, turn: Turn) -> Answer {
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        delete_dead_grants(&mut tx, turn.clock().now()).await?;
        tx.commit().await?;
        let mut silent = BTreeSet::new();
        while !turn.is_ending() {
            let due = due_grants(&mut turn.db().read().await?, turn.clock().now(), ABREAST).await?;
            if due.is_empty() {
                break;
            }
            let each = due.iter().map(|grant| asking.one(grant, &silent, &turn));
            for (became, grant) in join_all(each).await.into_iter().zip(&due) {
                if became? == Became::Silent {
                    silent.insert(grant.idp.clone());
                }
            }
        }
        Ok(Outcome::Done)
    }
}

impl Asking {
    /// Ask about one session. Who was silent a moment ago is not asked.
    async fn one(
        &self,
        grant: &DueGrant,
        silent: &BTreeSet<String>,
        turn: &Turn,
    ) -> Result<Became, Failure> {
        let now = turn.clock().now();
        let upstream = self.settings.upstreams.get(&grant.idp);
        let opened = self.settings.grants.open(grant.session.id, &grant.refresh_token).ok();
        let asked = upstream.and_then(|it| Some((it, it.asked_every()?))).zip(opened);
        let Some(((upstream, every), token)) = asked else {
            self.forget(grant, turn).await?;
            return Ok(Became::Known);
        };
        let Provider::Oidc(provider) = &upstream.provider else { return Ok(Became::Known) };
        if silent.contains(&grant.idp) {
            self.postpone(grant, turn, now).await?;
            return Ok(Became::Silent);
        }
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        note_question(&mut tx, grant.session.id).await?;
        tx.commit().await?;
        match provider.renew(&token, now).await {
            Ok(renewal) => {
                self.keep(
                    grant,
                    renewal.token.as_ref().unwrap_or(&token),
                    turn,
                    (now, now + every),
                )
                .await?;
                self.hear(upstream, grant, &renewal, now, turn).await?;
                Ok(Became::Known)
            }
            // The answer to an earlier question was lost, and with it the token that is good now.
            Err(UpstreamError::Cancelled(_)) if grant.is_waiting => {
                self.forget(grant, turn).await?;
                Ok(Became::Known)
            }
            Err(UpstreamError::Cancelled(_)) => {
                self.end(grant, turn, now).await?;
                Ok(Became::Known)
            }
            Err(UpstreamError::NotBelieved(reason)) => {
                self.refuse(grant, reason, turn, now).await?;
                Ok(Became::Known)
            }
            Err(UpstreamError::Silent(why)) => {
                tracing::warn!(
                    idp = grant.idp,
                    "{} was asked again and does not answer: {why}",
                    grant.idp
                );
                self.postpone(grant, turn, now).await?;
                Ok(Became::Silent)
            }
        }
    }

    /// What it says of them by now. An answer without an ID token says only that they are still
    /// known there: claims that came with such a token at sign-in would seem to be gone.
    async fn hear(
        &self,
        upstream: &Upstream,
        grant: &DueGrant,
        renewal: &Renewal,
        now: DateTime<Utc>,
        turn: &Turn,
    ) -> Result<(), Failure> {
        let Provider::Oidc(provider) = &upstream.provider else { return Ok(()) };
        let told = match provider.hear(renewal, &grant.name_id, now).await {
            Ok(Some(told)) => told,
            Ok(None) | Err(UpstreamError::Silent(_) | UpstreamError::Cancelled(_)) => return Ok(()),
            Err(UpstreamError::NotBelieved(reason)) => {
                return self.refuse(grant, reason, turn, now).await;
            }
        };
        let Ok(found) = upstream.found(&told) else {
            return self.refuse(grant, "claims", turn, now).await;
        };
        let found = self.directories.look_up(upstream.section.look_up.as_deref(), found).await;
        let rules = &self.settings.arrival;
        arrive(turn.db(), &self.directories, rules, &found, (&Trace::default(), now)).await?;
        Ok(())
    }

    async fn keep(
        &self,
        grant: &DueGrant,
        token: &str,
        turn: &Turn,
        times: (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<(), Failure> {
        let sealed = self.settings.grants.seal(grant.session.id, token);
        let sealed = sealed.map_err(|error| Failure::new(error.to_string()))?;
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        replace_grant(&mut tx, grant.session.id, &sealed, times).await?;
        Ok(tx.commit().await?)
    }

    async fn forget(&self, grant: &DueGrant, turn: &Turn) -> Result<(), Failure> {
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        delete_grant(&mut tx, grant.session.id).await?;
        Ok(tx.commit().await?)
    }

    async fn postpone(
        &self,
        grant: &DueGrant,
        turn: &Turn,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        postpone_grant(&mut tx, grant.session.id, now + LATER).await?;
        Ok(tx.commit().await?)
    }

    /// What it says is not believed: the session stays what it was, and is not asked about again.
    async fn refuse(
        &self,
        grant: &DueGrant,
        reason: &str,
        turn: &Turn,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        delete_grant(&mut tx, grant.session.id).await?;
        let event = Event::refused("upstream.refused", reason).field("idp", &grant.idp);
        let event = event.about(grant.session.person);
        event.record(&mut tx, &Trace::default(), now).await?;
        Ok(tx.commit().await?)
    }

    /// They are signed out there, or may not come any more.
    async fn end(&self, grant: &DueGrant, turn: &Turn, now: DateTime<Utc>) -> Result<(), Failure> {
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        let told = over(&mut tx, &grant.session, &grant.idp, (&Trace::default(), now)).await?;
        delete_grant(&mut tx, grant.session.id).await?;
        tx.commit().await?;
        farewell::say_behind(&self.settings.outbound, told, now);
        Ok(())
    }
}
