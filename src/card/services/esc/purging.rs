//! Persons whom the router has as ours and nobody here knows (9.3): another program told of them, or they were
//! erased while it did not answer for long. They are counted each night, and deleted where `[esc] purge` says so.
use super::{Esc, refused};
use crate::audit::{Event, Trace};
use crate::card::services::fault::Trouble;
use crate::card::services::wire::{Call, part};
use crate::card::services::{Service, Services, store};
use crate::config::RouterPurge;
use crate::jobs::{Answer, Job, Outcome, Policy, Turn};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::time::Duration;

/// The router gives no more on one page, whatever it is asked for.
const PAGE: usize = 10;
/// Pages at most: a router that counts wrong is not asked for ever.
const MOST_PAGES: u64 = 100_000;
/// When more than this share of everybody there is unknown, something is wrong with us: a database of yesterday, or
/// an institution that another program looks after.
const MOST_PERCENT: usize = 20;
/// So few may always go.
const FEW: usize = 10;

/// Look for persons at the router whom nobody here knows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PurgeRouter {}

impl Job for PurgeRouter {
    type Parts = Services;
    const KIND: &'static str = "card.purge_router";
    const LABEL: &'static str = "job-purge-router";
    const POLICY: Policy = Policy::SERVICE;

    fn once(&self) -> Option<String> {
        Some(Self::KIND.to_owned())
    }

    async fn run(self, services: Services, turn: Turn) -> Answer {
        let Some(esc) = services.esc.clone() else { return Ok(Outcome::Done) };
        let Some(there) = esc.everybody(&turn).await? else {
            return Ok(Outcome::Again(Duration::ZERO));
        };
        let names: Vec<String> = there.iter().cloned().collect();
        let mut tx = turn.db().read().await?;
        let known = store::names_known(&mut tx, Service::Esc.as_str(), &names).await?;
        drop(tx);
        let strangers: Vec<&String> = there.difference(&known).collect();
        let is_wrong = strangers.len() > FEW && strangers.len() * 100 > there.len() * MOST_PERCENT;
        let mut deleted = 0;
        if esc.settings.purge == RouterPurge::On && !is_wrong {
            for name in &strangers {
                if turn.is_ending() {
                    break;
                }
                esc.delete(name).await?;
                deleted += 1;
            }
        }
        let what = "card.router_purged";
        let event = if is_wrong { Event::refused(what, "E-SYNC-VANISH") } else { Event::ok(what) };
        let event = event.field("known", there.len()).field("strangers", strangers.len());
        let event = event.field("deleted", deleted);
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        event.record(&mut tx, &Trace::default(), turn.clock().now()).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

impl Esc {
    /// Everybody whom it has as ours; `None` when the node is about to stop. All are read before anybody is deleted:
    /// pages move when somebody goes.
    async fn everybody(&self, turn: &Turn) -> Result<Option<BTreeSet<String>>, Trouble> {
        let (mut all, mut pages) = (BTreeSet::new(), 1);
        let mut page = 0;
        while page < pages {
            if turn.is_ending() {
                return Ok(None);
            }
            let path = format!("/persons?page={page}&size={PAGE}&sort=identifier&direction=ASC");
            let call = Call::new(Method::GET, path);
            let reply = self.send(&call).await?;
            if !reply.is_good() {
                return Err(refused(&call, &reply));
            }
            let told = reply.told()?;
            let persons = told["content"].as_array().into_iter().flatten();
            all.extend(persons.filter_map(|it| it["identifier"].as_str().map(str::to_owned)));
            pages = told["page"]["totalPages"].as_u64().unwrap_or(0).min(MOST_PAGES);
            page += 1;
        }
        Ok(Some(all))
    }

    async fn delete(&self, name: &str) -> Result<(), Trouble> {
        let call = Call::new(Method::DELETE, format!("/persons/{}", part(name)));
        let reply = self.send(&call).await?;
        let is_gone = reply.is_good() || [403, 404, 410].contains(&reply.status);
        if is_gone { Ok(()) } else { Err(refused(&call, &reply)) }
    }
}
