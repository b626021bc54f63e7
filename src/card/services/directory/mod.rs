//! Directory write-back (7): what other programs read about a card in the entry of its holder.
//!
//! Values of attributes are ours one by one: what we wrote is kept ([`value::Written`]) with how the directory knows
//! the holder, before it is written, so that it can be taken back when the card stops, when it says something else
//! by then, or when its holder is erased. Values of others are left alone.
mod template;
mod value;
mod visit;

#[cfg(test)]
mod tests;

use super::facts::Facts;
use super::fault::{Fault, Trouble};
use super::name::Name;
use super::pace::Pace;
use super::round::Round;
use super::store::Subjected;
use super::told::{OFF, PERHAPS, ToldState};
use super::wanted::{Nothing, Wanted, digest};
use crate::card::store::Card;
use crate::config::{CardDirectory, PHOTO};
use crate::identity::sources::ldap::{LdapWriter, Standing};
use crate::jobs::Failure;
use crate::uploads::Vault;
use serde_json::{Map, Value as Json, json};
use template::{fill, variables};
use uuid::Uuid;
use value::{Value, Written, holds, keep, kept};
use visit::Visit;

/// A directory that is written to.
pub(super) struct Directory {
    /// As tables know it.
    pub(super) name: Name,
    settings: CardDirectory,
    writer: LdapWriter,
    pace: Pace,
    faces: Vault,
}

impl Directory {
    pub(super) fn new(settings: CardDirectory, faces: &Vault) -> Option<Self> {
        let name = Name::new(&format!("directory:{}", settings.name))?;
        let writer = LdapWriter::new(&settings.ldap, &settings.filter);
        let writer = writer.inspect_err(|fault| {
            tracing::error!(name = name.as_str(), detail = %fault.detail, "a directory cannot be written to");
        });
        let pace = Pace::new(settings.parallel, settings.per_second);
        Some(Self { name, writer: writer.ok()?, pace, faces: faces.clone(), settings })
    }

    /// Whether photos are written.
    pub(super) fn shows_faces(&self) -> bool {
        let mut templates = self.settings.attributes.iter().flat_map(|it| &it.templates);
        templates.any(|template| template == PHOTO)
    }

    /// What it should know of a holder: values of the card that works.
    pub(super) fn wanted(&self, facts: &Facts) -> Result<Wanted, Nothing> {
        let card = match facts.working() {
            Some(card) => {
                self.takes(card)?;
                Some((card.id, self.shown(facts, card)))
            }
            None => None,
        };
        Ok(Wanted { name: facts.subject.eppn.clone(), holder: None, card })
    }

    fn takes(&self, card: &Card) -> Result<(), Nothing> {
        if card.is_external && !self.settings.external {
            return Err(Nothing("external"));
        }
        let is_meant = self.settings.eppn.as_ref().is_none_or(|eppn| eppn.is_match(&card.of.eppn));
        if is_meant { Ok(()) } else { Err(Nothing("filtered")) }
    }

    /// The values that a card has.
    fn values(&self, facts: &Facts, card: &Card) -> Vec<Written> {
        let said = self.settings.number.iter().filter_map(|name| facts.subject.said.first(name));
        let number = said.map(str::trim).find(|number| !number.is_empty());
        let variables = variables(facts, card, number);
        let mut values: Vec<Written> = Vec::new();
        for attribute in &self.settings.attributes {
            for template in &attribute.templates {
                let value = if template == PHOTO {
                    facts.face.as_ref().map(|face| Value::Photo { photo: face.digest() })
                } else {
                    fill(template, &variables).map(Value::Text)
                };
                let written = value.map(|value| Written {
                    card: card.id,
                    attribute: attribute.name.clone(),
                    is_single: attribute.is_single,
                    value,
                });
                values.extend(written.filter(|written| !holds(&values, written)));
            }
        }
        values
    }

    /// The same for people, and to compare: entry by entry, attribute by attribute.
    fn shown(&self, facts: &Facts, card: &Card) -> Json {
        let (mut add, mut set) = (Map::new(), Map::new());
        for Written { attribute, is_single, value, .. } in self.values(facts, card) {
            if is_single {
                set.insert(attribute, json!(value));
            } else if let Some(values) =
                add.entry(attribute).or_insert_with(|| json!([])).as_array_mut()
            {
                values.push(json!(value));
            }
        }
        let entry = self.writer.filter(&facts.subject.eppn);
        let mut shown =
            json!({ "base": self.writer.base(), "entry": entry, "add": add, "set": set });
        if self.settings.takes_over {
            // Whoever says so later has everybody visited again.
            shown["takes_over"] = json!(true);
        }
        shown
    }

    /// Bring it to what is so.
    pub(super) async fn tell(&self, round: &mut Round) -> Result<(), Trouble> {
        let wanted = self.wanted(&round.facts);
        let working = round.facts.working().cloned();
        let values = match (&wanted, &working) {
            (Ok(_), Some(card)) => self.values(&round.facts, card),
            _ => Vec::new(),
        };
        for card in round.facts.stopped() {
            round.about(card.id, OFF);
            let stopped = self.stop(round, card.id, &values).await;
            round.note(stopped).await?;
        }
        let Some(card) = working.map(|card| card.id) else { return Ok(()) };
        let wanted = match wanted {
            Ok(wanted) => wanted,
            Err(Nothing(why)) => {
                round.about(card, why);
                self.take_back(round, |_| true, &[]).await?;
                return round.settle(card, (ToldState::Nothing, ""), Fault::ours(why)).await;
            }
        };
        round.about(card, wanted.digest());
        let Some((_, shown)) = &wanted.card else { return Ok(()) };
        let (digest, before) = (digest(shown), round.telling(card));
        if before.digest == digest {
            return round.settle(card, (ToldState::On, &digest), Fault::ours(&before.code)).await;
        }
        self.bring(round, (&wanted, &digest), (card, &values)).await
    }

    /// A card does not work any more: what was written of it goes, unless the one that works says the same.
    async fn stop(&self, round: &mut Round, card: Uuid, values: &[Written]) -> Result<(), Trouble> {
        let working = round.facts.working().map(|card| card.id);
        self.take_back(round, |written| Some(written.card) != working, values).await?;
        round.settle(card, (ToldState::Off, ""), Fault::default()).await
    }

    /// Remove what was written, as far as it is meant; values that the card that works has stay, as its own.
    async fn take_back(
        &self,
        round: &mut Round,
        is_meant: impl Fn(&Written) -> bool,
        values: &[Written],
    ) -> Result<(), Trouble> {
        let Some(known) = round.facts.known.clone() else { return Ok(()) };
        let all = kept(&known);
        let is_stale = |written: &&Written| is_meant(written) && !holds(values, written);
        let stale: Vec<Written> = all.iter().filter(is_stale).cloned().collect();
        if !stale.is_empty() {
            let visit = self.visit(round).await?;
            let mut names = vec![known.name.clone(), round.facts.subject.eppn.clone()];
            names.dedup();
            for name in names {
                visit.remove(&name, &stale).await?;
            }
            visit.close().await;
        }
        let left =
            all.into_iter().filter(|written| !stale.contains(written)).map(|written| match values
                .iter()
                .find(|value| value.is_like(&written))
            {
                Some(value) if is_meant(&written) => value.clone(),
                _ => written,
            });
        round.keep_known(keep(known, &left.collect::<Vec<_>>(), "")).await
    }

    /// A card works: its values are brought into the entry of its holder.
    async fn bring(
        &self,
        round: &mut Round,
        (wanted, digest): (&Wanted, &str),
        (card, values): (Uuid, &[Written]),
    ) -> Result<(), Trouble> {
        let known = round.known(wanted);
        let before = kept(&known);
        let visit = self.visit(round).await?;
        if known.name != wanted.name {
            // Whoever is called otherwise now may stand elsewhere, too.
            visit.remove(&known.name, &before).await?;
        }
        let Some(entry) = visit.entry(&wanted.name, values.iter().chain(&before)).await? else {
            visit.close().await;
            // Who cannot be seen today may stand there all the same: what was written is not forgotten.
            let digest = if before.is_empty() { "" } else { PERHAPS };
            round.keep_known(keep(named(known, wanted), &before, digest)).await?;
            let fault = Fault { operation: "SEARCH".into(), ..Fault::ours("no_entry") };
            return round.settle(card, (ToldState::Nothing, digest), fault).await;
        };
        let is_old = |written: &&Written| written.card == card && !holds(values, written);
        let (stale, others): (Vec<&Written>, Vec<&Written>) =
            before.iter().filter(|it| !holds(values, it)).partition(is_old);
        let is_ours = |value: &&Written| {
            let is_new = !value.is_in(&entry) || value.is_single;
            is_new || self.settings.takes_over || holds(&before, value)
        };
        let ours: Vec<Written> = values.iter().filter(is_ours).cloned().collect();
        let may_stand: Vec<_> =
            others.iter().chain(&stale).copied().chain(&ours).cloned().collect();
        round.keep_known(keep(named(known.clone(), wanted), &may_stand, PERHAPS)).await?;
        round.begin(card, PERHAPS).await?;

        for written in stale {
            visit.take(&entry, written).await?;
        }
        let (refused, were_there) = self.write_all(round, (&visit, &entry), values).await?;
        visit.close().await;
        let is_theirs = |written: &Written| {
            !self.settings.takes_over && !holds(&before, written) && holds(&were_there, written)
        };
        let is_there = |written: &&Written| {
            !is_theirs(written) && !refused.iter().any(|(other, _)| other.is_like(written))
        };
        let stands: Vec<_> = ours.iter().filter(is_there).chain(others).cloned().collect();
        round.keep_known(keep(named(known, wanted), &stands, digest)).await?;
        match refused.into_iter().next() {
            Some((_, trouble)) => Err(trouble),
            None => round.settle(card, (ToldState::On, digest), Fault::default()).await,
        }
    }

    /// Write what is not there yet: what is wrong with one value keeps no other from its place. What was refused,
    /// and what was there all the same.
    async fn write_all(
        &self,
        round: &Round,
        (visit, entry): (&Visit<'_>, &Standing),
        values: &[Written],
    ) -> Result<(Vec<(Written, Trouble)>, Vec<Written>), Trouble> {
        let (mut refused, mut were_there) = (Vec::new(), Vec::new());
        for value in values.iter().filter(|value| !value.is_alone_in(entry)) {
            let bytes = self.bytes(&round.facts, value).await?;
            match visit.write(entry, value, &bytes).await {
                Ok(true) => {}
                Ok(false) => were_there.push(value.clone()),
                Err(trouble @ (Trouble::Final(_) | Trouble::Later(_))) => {
                    refused.push((value.clone(), trouble));
                }
                Err(trouble) => return Err(trouble),
            }
        }
        Ok((refused, were_there))
    }

    /// A value as it is written.
    async fn bytes(&self, facts: &Facts, value: &Written) -> Result<Vec<u8>, Trouble> {
        let text = match &value.value {
            Value::Text(text) => return Ok(text.clone().into_bytes()),
            Value::Photo { photo } => photo,
        };
        let face = facts.face.clone().filter(|face| face.digest() == *text);
        let face = face.ok_or_else(|| Failure::new("the photo changed meanwhile"))?;
        let faces = self.faces.clone();
        let read =
            actix_web::web::block(move || faces.read(face.photo.id, &face.photo.storage_key));
        let read = read.await.map_err(|error| Failure::new("photo").because(error))?;
        let bytes = read.map_err(|error| Failure::new("photo").because(error))?;
        Ok(bytes.to_vec())
    }

    async fn visit(&self, round: &mut Round) -> Result<Visit<'_>, Trouble> {
        round.calls += 1;
        Visit::open(&self.writer, &self.pace).await
    }

    /// Somebody was erased here: what was written of them goes there.
    pub(super) async fn farewell(&self, known: &Subjected) -> Result<(), Trouble> {
        let written = kept(known);
        if written.is_empty() {
            return Ok(());
        }
        let visit = Visit::open(&self.writer, &self.pace).await?;
        visit.remove(&known.name, &written).await?;
        visit.close().await;
        Ok(())
    }
}

/// The same, known by their name of now.
fn named(known: Subjected, wanted: &Wanted) -> Subjected {
    Subjected { name: wanted.name.clone(), ..known }
}
