//! What nobody handled, by mail (18): codes and how many, and links; nobody's name.
use super::Service;
use super::saying::{text, word};
use super::store::{self, Health};
use crate::card::desk::Desk;
use crate::db::Tx;
use crate::jobs::{Answer, Job, Outcome, Policy, Turn};
use crate::mail::{Letter, Template};
use crate::web::lang::Lang;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Write about refusals and failing services of which nobody was written to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReportServices {}

/// Write about everything that is refused, once a day.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SumServicesUp {}

impl Job for ReportServices {
    type Parts = Desk;
    const KIND: &'static str = "card.report";
    const LABEL: &'static str = "job-report-services";
    const POLICY: Policy = Policy::HOUSE;

    fn once(&self) -> Option<String> {
        Some(Self::KIND.to_owned())
    }

    async fn run(self, desk: Desk, turn: Turn) -> Answer {
        let now = turn.clock().now();
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        let refused = store::mark_reported(&mut tx, now).await?;
        if !refused.is_empty() {
            let about = format!("card-services:{}", now.timestamp_millis());
            desk.write_about(&mut tx, counted(&refused), about).await?;
        }
        for service in desk.services.on() {
            let health = store::health(&mut tx, service.as_str()).await?;
            if let Some((line, since)) = away(&desk, service, &health) {
                // Once for each time that it goes away.
                let about = format!("card-service:{}:{since}", service.as_str());
                desk.write_about(&mut tx, vec![line], about).await?;
            }
        }
        desk.post.queue.commit(tx).await?;
        Ok(Outcome::Done)
    }
}

impl Job for SumServicesUp {
    type Parts = Desk;
    const KIND: &'static str = "card.sum_up";
    const LABEL: &'static str = "job-sum-services-up";
    const POLICY: Policy = Policy::HOUSE;

    fn once(&self) -> Option<String> {
        Some(Self::KIND.to_owned())
    }

    async fn run(self, desk: Desk, turn: Turn) -> Answer {
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        let refused = store::count_refused(&mut tx).await?;
        if !refused.is_empty() {
            let day = turn.clock().now().date_naive();
            desk.write_about(&mut tx, counted(&refused), format!("card-services:{day}")).await?;
        }
        desk.post.queue.commit(tx).await?;
        Ok(Outcome::Done)
    }
}

fn label(lang: Lang, service: &str) -> String {
    let known = Service::parse(service).map(|service| service.label(lang));
    known.unwrap_or_else(|| lang.t("card-service-unknown"))
}

fn counted(refused: &[(String, String, i64)]) -> Vec<String> {
    let lang = Lang::default();
    let line = |(service, code, count): &(String, String, i64)| {
        format!("{} · {} ({count})", label(lang, service), word(lang, code))
    };
    refused.iter().map(line).collect()
}

/// A service that rests, and since when it fails.
fn away(desk: &Desk, service: Service, of: &Health) -> Option<(String, i64)> {
    let (lang, since): (_, DateTime<Utc>) = (Lang::default(), of.failing_since?);
    of.rests_until?;
    let why = text(lang, &of.last_error).unwrap_or_default();
    let line = format!("{} · {why} ({})", service.label(lang), desk.moment(lang, since));
    Some((line, since.timestamp_millis()))
}

impl Desk {
    async fn write_about(
        &self,
        tx: &mut Tx,
        lines: Vec<String>,
        about: String,
    ) -> sqlx::Result<()> {
        for (number, to) in self.services.reports.iter().enumerate() {
            let letter = Letter {
                to: to.clone(),
                person: None,
                template: Template::CardServices,
                lang: Lang::default(),
                values: json!({ "refusals": lines, "path": "/cards/office/services" }),
                about: format!("{about}:{number}"),
                account: None,
            };
            self.post.add(tx, &letter).await?;
        }
        Ok(())
    }
}
