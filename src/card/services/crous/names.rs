//! Changing how right holders are named at the CROUS: one by one, and from a list (8.7).
use super::holder::path;
use super::zone::{BadLine, lines};
use super::{Crous, name_store as store};
use crate::card::services::fault::{Fault, Trouble};
use crate::card::services::round::Round;
use crate::card::services::store::holders_named;
use crate::card::services::wire::Call;
use crate::card::services::{Service, Services};
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Turn};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Names of one try.
const PORTION: i64 = 50;

/// A name that is to be changed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct NewName {
    /// As it is there now.
    pub was: String,
    /// As it should be.
    pub becomes: String,
    /// Where its owner is written to.
    pub mail: String,
}

/// Read a list of three columns; its first line is a head.
pub fn read(bytes: &[u8]) -> (Vec<(u64, NewName)>, Vec<BadLine>) {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for (line, text) in lines(bytes) {
        match one(&text) {
            Ok(name) => good.push((line, name)),
            Err(why) => bad.push(BadLine { line, why }),
        }
    }
    (good, bad)
}

fn one(text: &str) -> Result<NewName, &'static str> {
    let fields: Vec<&str> = text.split(';').collect();
    let &[was, becomes, mail] = fields.as_slice() else { return Err("card-name-columns") };
    if was.is_empty() || becomes.is_empty() || was == becomes {
        return Err("card-name-same");
    }
    if !mail.contains('@') {
        return Err("card-name-mail");
    }
    let [was, becomes, mail] = [was, becomes, mail].map(str::to_owned);
    Ok(NewName { was, becomes, mail })
}

/// Ask the CROUS for every change that waits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RenameHolders {}

impl Job for RenameHolders {
    type Parts = Services;
    const KIND: &'static str = "card.rename";
    const LABEL: &'static str = "job-rename-holders";
    const POLICY: Policy = Policy::SERVICE;

    fn once(&self) -> Option<String> {
        Some(Self::KIND.to_owned())
    }

    async fn run(self, services: Services, turn: Turn) -> Answer {
        let Some(crous) = services.crous.clone() else { return Ok(Outcome::Done) };
        let names = store::waiting_names(&mut turn.db().read().await?, PORTION).await?;
        if names.is_empty() {
            return Ok(Outcome::Done);
        }
        for name in &names {
            if hand_on(&services, name, &turn).await? {
                continue;
            }
            // Nobody here has this name: nobody else speaks of it there.
            let refused = crous.name_anew(name).await?;
            let mut tx = turn.db().write().await?;
            turn.hold(&mut tx).await?;
            store::settle_name(&mut tx, name, refused.as_ref()).await?;
            tx.commit().await?;
        }
        Ok(Outcome::Again(Duration::ZERO))
    }
}

/// Whoever is known here gets the name with the next visit, so that nothing else is told of them meanwhile. `false`:
/// nobody is.
async fn hand_on(services: &Services, name: &NewName, turn: &Turn) -> Result<bool, Failure> {
    let service = Service::Crous;
    let mut tx = turn.db().write().await?;
    turn.hold(&mut tx).await?;
    let holders = holders_named(&mut tx, service.as_str(), &name.was).await?;
    if holders.is_empty() {
        return Ok(false);
    }
    store::hand_name_on(&mut tx, name).await?;
    for holder in holders {
        services.ask(&mut tx, service, holder).await?;
    }
    services.queue.commit(tx).await?;
    Ok(true)
}

impl Crous {
    /// Ask for one change; what was said against it, if it is final.
    async fn name_anew(&self, name: &NewName) -> Result<Option<Fault>, Trouble> {
        match self.patch_name(name).await {
            Ok(()) => Ok(None),
            // An answer may have been lost.
            Err(Trouble::Later(fault)) if fault.status == 404 => {
                let call = Call::new(Method::GET, path(&name.becomes));
                let reply = self.door.call(&call).await?;
                match reply.trouble() {
                    Some(trouble) => Err(trouble),
                    None => Ok((!reply.is_good()).then_some(fault)),
                }
            }
            Err(Trouble::Final(fault) | Trouble::Later(fault)) => Ok(Some(fault)),
            Err(trouble) => Err(trouble),
        }
    }

    /// The name that somebody is to have there comes before all that is told of them.
    pub(super) async fn rename_first(&self, round: &mut Round) -> Result<(), Trouble> {
        let asked = round.facts.rename.take().zip(round.facts.known.clone());
        let Some((name, known)) = asked else { return Ok(()) };
        let refused = if round.facts.subject.due.is_some_and(|due| due < round.now) {
            Some(Fault::ours("over"))
        } else {
            round.calls += 1;
            self.name_anew(&name).await?
        };
        round.keep_name(&name, known, refused).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_names_is_read_and_lines_that_are_none_say_why() {
        let text = "oldId;eppnNewId;mail\r\n20158842; joe@univ.example ;joe@univ.example\r\n\r\n\
                    a;b\na;a;a@b.example\n;b;a@b.example\na;b;nobody\na;b;c;d@e.example\n";
        let (good, bad) = read(text.as_bytes());
        let joe = "joe@univ.example".to_owned();
        let wanted = NewName { was: "20158842".into(), becomes: joe.clone(), mail: joe };
        assert_eq!(good, [(2, wanted)]);
        let told: Vec<_> = bad.iter().map(|bad| (bad.line, bad.why)).collect();
        let wanted = ["columns", "same", "same", "mail", "columns"];
        let wanted: Vec<_> = (4..).zip(wanted.map(|it| format!("card-name-{it}"))).collect();
        assert_eq!(told.len(), 5);
        assert!(told.iter().zip(&wanted).all(|(a, b)| a.0 == b.0 && a.1 == b.1), "{told:?}");
    }

    #[test]
    fn a_list_may_be_written_in_latin_1() {
        let (good, bad) = read(b"oldId;new;mail\n77;l\xE9a@univ.example;lea@univ.example\n");
        assert_eq!((good[0].1.becomes.as_str(), bad.len()), ("léa@univ.example", 0));
    }
}
