//! Fares are read each day (8.6).
use super::{BASE, Crous, fare, refused, store};
use crate::audit::{Event, Trace};
use crate::card::services::fault::Trouble;
use crate::card::services::wire::{Call, part};
use crate::card::services::{CompareServices, Services};
use crate::config::FareBook;
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Turn};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Read what people pay, for every institution of the settings.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadFares {}

impl Job for ReadFares {
    type Parts = Services;
    const KIND: &'static str = "card.fares";
    const LABEL: &'static str = "job-read-fares";
    const POLICY: Policy = Policy::SERVICE;

    fn once(&self) -> Option<String> {
        Some(Self::KIND.to_owned())
    }

    async fn run(self, services: Services, turn: Turn) -> Answer {
        let Some(crous) = services.crous.clone() else { return Ok(Outcome::Done) };
        let (mut empty, mut failed) = (Vec::new(), None);
        for book in &crous.settings.books {
            // What is wrong with one book is no reason to leave the others unread.
            let fares = match crous.read_fares(book).await {
                Ok(fares) => fares,
                Err(trouble) => {
                    failed = Some(Failure::from(trouble));
                    continue;
                }
            };
            if fares.is_empty() {
                // Those that are known stay.
                empty.push(format!("{}:{}", book.crous, book.rne));
                continue;
            }
            let now = turn.clock().now();
            let mut tx = turn.db().write().await?;
            turn.hold(&mut tx).await?;
            if store::fares(&mut tx, std::slice::from_ref(book)).await? != fares {
                store::replace_fares(&mut tx, book, &fares, now).await?;
                let event = Event::ok("card.fares_read").field("rne", &book.rne);
                let event = event.field("crous", &book.crous).field("rules", fares.len());
                event.record(&mut tx, &Trace::default(), now).await?;
                services.queue.add(&mut tx, &CompareServices { after: Uuid::nil() }).await?;
            }
            services.queue.commit(tx).await?;
        }
        if let Some(failure) = failed {
            return Err(failure);
        }
        if empty.is_empty() {
            return Ok(Outcome::Done);
        }
        Ok(Outcome::GaveUp(format!("no fares for {}", empty.join(", "))))
    }
}

impl Crous {
    async fn read_fares(&self, book: &FareBook) -> Result<Vec<fare::Fare>, Trouble> {
        let path = format!("{BASE}/crous/{}/organization/{}", part(&book.crous), part(&book.rne));
        let call = Call::new(Method::GET, path);
        let reply = self.door.call(&call).await?;
        if !reply.is_good() {
            return Err(refused(&call, &reply));
        }
        let read = fare::read(&book.rne, reply.told()?);
        read.ok_or_else(|| Trouble::service("rubbish", "no list of rules"))
    }
}
