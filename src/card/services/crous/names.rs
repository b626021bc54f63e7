//! Changing how right holders are named at the CROUS: one by one, and from a list (8.7).
use super::super::Services;
use super::super::fault::Trouble;
use super::zone::BadLine;
use super::{Crous, fares, name_store as store};
use crate::db::Tx;
use crate::jobs::{Answer, Job, Outcome, Policy, Turn};
use serde::{Deserialize, Serialize};

/// Names of one turn.
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
pub fn read(text: &str) -> (Vec<(u64, NewName)>, Vec<BadLine>) {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for (line, text) in (1..).zip(text.lines()).skip(1) {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if text.is_empty() {
            continue;
        }
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
        loop {
            let now = turn.clock().now();
            let mut tx = turn.db().read().await?;
            let names = store::waiting_names(&mut tx, PORTION).await?;
            let mut over = Vec::new();
            for name in &names {
                over.push(store::is_over(&mut tx, &name.was, now).await?);
            }
            drop(tx);
            if names.is_empty() {
                return Ok(Outcome::Done);
            }
            for (name, is_over) in names.iter().zip(over) {
                let said = if is_over {
                    Some(("over".to_owned(), String::new()))
                } else {
                    crous.name_anew(name).await?
                };
                let mut tx = turn.db().write().await?;
                turn.hold(&mut tx).await?;
                keep(&mut tx, name, said).await?;
                tx.commit().await?;
            }
        }
    }
}

/// What became of a name.
async fn keep(tx: &mut Tx, name: &NewName, refused: Option<(String, String)>) -> sqlx::Result<()> {
    if let Some((code, message)) = refused {
        return store::settle_name(tx, &name.was, ("refused", &code, &message)).await;
    }
    store::settle_name(tx, &name.was, ("done", "", "")).await?;
    store::know_by(tx, &name.was, &name.becomes).await
}

impl Crous {
    /// Ask for one change; what was said against it, if it is final.
    async fn name_anew(
        &self,
        name: &NewName,
    ) -> Result<Option<(String, String)>, crate::jobs::Failure> {
        match self.patch_name(name).await {
            Ok(()) => Ok(None),
            Err(Trouble::Final(fault) | Trouble::Later(fault)) => {
                Ok(Some((fault.code, fault.message)))
            }
            Err(trouble) => Err(fares::failure(trouble)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_names_is_read_and_lines_that_are_none_say_why() {
        let text = "oldId;eppnNewId;mail\r\n20158842; joe@univ.example ;joe@univ.example\r\n\r\n\
                    a;b\na;a;a@b.example\n;b;a@b.example\na;b;nobody\na;b;c;d@e.example\n";
        let (good, bad) = read(text);
        let joe = "joe@univ.example".to_owned();
        let wanted = NewName { was: "20158842".into(), becomes: joe.clone(), mail: joe };
        assert_eq!(good, [(2, wanted)]);
        let told: Vec<_> = bad.iter().map(|bad| (bad.line, bad.why)).collect();
        let wanted = ["columns", "same", "same", "mail", "columns"];
        let wanted: Vec<_> = (4..).zip(wanted.map(|it| format!("card-name-{it}"))).collect();
        assert_eq!(told.len(), 5);
        assert!(told.iter().zip(&wanted).all(|(a, b)| a.0 == b.0 && a.1 == b.1), "{told:?}");
    }
}
