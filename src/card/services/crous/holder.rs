//! Making, changing and naming a right holder (8.4).
use super::compare::{Change, change, date};
use super::names::NewName;
use super::payload::{COUNCIL, moment};
use super::{BASE, Crous, refused, said};
use crate::card::services::fault::{Fault, Trouble};
use crate::card::services::round::Round;
use crate::card::services::store::Subjected;
use crate::card::services::told::PERHAPS;
use crate::card::services::wanted::{Wanted, digest};
use crate::card::services::wire::{Call, part};
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};

/// What became of a right holder.
#[derive(Debug)]
pub(super) enum Held {
    /// The CROUS knows them as they should be.
    Good,
    /// It does not take the change, and may take the card.
    Kept(Fault),
    /// There is no right holder for a card to belong to, or none of ours: a stable word.
    Blocked(&'static str),
}

/// Codes of a status 422 after which a card may still be told.
pub(super) const MILD: [&str; 5] = ["-9", "-8", "-41", "-117", "-42"];
/// How long an accepted holder is not asked about.
const WEEK: TimeDelta = TimeDelta::days(7);
/// The end of rights that is sent lies at least so far ahead.
const AHEAD: TimeDelta = TimeDelta::hours(3);

pub(super) fn path(name: &str) -> String {
    format!("{BASE}/rightholders/{}", part(name))
}

/// Never an end in the past.
fn ahead(mut told: Value, now: DateTime<Utc>) -> Value {
    let due = told["dueDate"].as_str().and_then(date);
    if due.is_none_or(|due| due < now + AHEAD) {
        told["dueDate"] = json!(moment(now + AHEAD));
    }
    told
}

impl Crous {
    /// Bring a right holder to what they should be.
    pub(super) async fn holder(&self, round: &mut Round, wanted: &Wanted) -> Result<Held, Trouble> {
        let Some(mut told) = wanted.holder.clone() else { return Ok(Held::Good) };
        let mut known = round.known(wanted);
        let is_council = told["idCompanyRate"] == COUNCIL;
        let is_fresh = known.asked_at.is_some_and(|at| round.now - at < WEEK);
        if known.digest == digest(&told) && is_fresh && !is_council {
            return Ok(Held::Good);
        }
        let call = Call::new(Method::GET, path(&known.name));
        let mut reply = self.call(round, &call).await?;
        let first = super::payload::first_name(&self.settings, &round.facts.subject);
        if reply.status == 404 && first != known.name {
            // The name that we kept is nobody's there any more.
            known.name.clone_from(&first);
            told["identifier"] = json!(first);
            reply = self.call(round, &Call::new(Method::GET, path(&first))).await?;
        }
        match reply.status {
            200..300 => {
                let old = reply.told()?.clone();
                self.meet(round, known, (&old, &told)).await
            }
            404 => self.create(round, known, &told).await,
            423 => Ok(Held::Kept(said(&call, &reply))),
            _ => Err(refused(&call, &reply)),
        }
    }

    async fn create(
        &self,
        round: &mut Round,
        known: Subjected,
        told: &Value,
    ) -> Result<Held, Trouble> {
        if told["dueDate"].as_str().and_then(date).is_some_and(|due| due < round.now) {
            return Ok(Held::Blocked("over"));
        }
        round.keep_known(Subjected { digest: PERHAPS.to_owned(), ..known.clone() }).await?;
        let body = ahead(told.clone(), round.now);
        let all = format!("{BASE}/rightholders");
        let call = Call::new(Method::POST, all).telling(&body);
        let reply = self.call(round, &call).await?;
        if !reply.is_good() {
            return mild(&call, &reply, &[423]);
        }
        accepted(round, known, (told, &body)).await
    }

    /// It knows them: change what differs, if it is ours to change.
    async fn meet(
        &self,
        round: &mut Round,
        known: Subjected,
        (old, told): (&Value, &Value),
    ) -> Result<Held, Trouble> {
        let body = match change(old, told, round.now) {
            Change::None => return accepted(round, known, (told, old)).await,
            Change::Blocked(why) => return Ok(Held::Blocked(why)),
            Change::Put(body) => body,
        };
        let there = old["identifier"].as_str().unwrap_or(&known.name).to_owned();
        let mut known = Subjected { name: there.clone(), ..known };
        let wanted = told["identifier"].as_str().unwrap_or_default();
        if wanted != there && self.rename(round, (&there, wanted), told).await? {
            wanted.clone_into(&mut known.name);
        }
        let mut body = ahead(body, round.now);
        body["identifier"] = json!(known.name);
        round.keep_known(Subjected { digest: PERHAPS.to_owned(), ..known.clone() }).await?;
        let call = Call::new(Method::PUT, path(&known.name)).telling(&body);
        let reply = self.call(round, &call).await?;
        if !reply.is_good() {
            // 406: another institution comes first; it takes our card all the same.
            return mild(&call, &reply, &[406, 423]);
        }
        accepted(round, known, (told, &body)).await
    }

    /// Change how somebody is named there. `false`: it does not want to, which is not fatal.
    async fn rename(
        &self,
        round: &mut Round,
        (was, becomes): (&str, &str),
        told: &Value,
    ) -> Result<bool, Trouble> {
        round.calls += 1;
        let mail = told["email"].as_str().unwrap_or_default().to_owned();
        let name = NewName { was: was.to_owned(), becomes: becomes.to_owned(), mail };
        match self.patch_name(&name).await {
            Ok(()) => Ok(true),
            Err(Trouble::Later(fault) | Trouble::Final(fault)) => {
                tracing::warn!(code = fault.code, "the CROUS keeps the name of a right holder");
                Ok(false)
            }
            Err(trouble) => Err(trouble),
        }
    }

    /// Ask for another name.
    pub(super) async fn patch_name(&self, name: &NewName) -> Result<(), Trouble> {
        let NewName { was, becomes, mail } = name;
        let body = json!({ "currentIdentifier": was, "email": mail, "newIdentifier": becomes });
        let call = Call::new(Method::PATCH, path(was)).telling(&body);
        let reply = self.door.call(&call).await?;
        if reply.is_good() { Ok(()) } else { Err(refused(&call, &reply)) }
    }
}

/// An answer after which the card may still be told.
fn mild(
    call: &Call<'_>,
    reply: &crate::card::services::wire::Reply,
    locked: &[u16],
) -> Result<Held, Trouble> {
    let fault = said(call, reply);
    let is_mild = reply.status == 422 && MILD.contains(&fault.code.as_str());
    if is_mild || locked.contains(&reply.status) {
        return Ok(Held::Kept(fault));
    }
    Err(refused(call, reply))
}

/// The CROUS knows them so: `told` by us, `there` as it stands there.
async fn accepted(
    round: &mut Round,
    known: Subjected,
    (told, there): (&Value, &Value),
) -> Result<Held, Trouble> {
    let mut known = known;
    let kept = &mut known.kept.0;
    kept["mail"] = told["email"].clone();
    kept["company"] = there["idCompanyRate"].clone();
    kept["rate"] = there["idRate"].clone();
    for (name, field) in [("account", "accountStatus"), ("blocking", "blockingStatus")] {
        if there[field].is_string() {
            kept[name] = there[field].clone();
        }
    }
    // What it decides itself is told as it decided, from now on.
    let mut told = told.clone();
    if told["idCompanyRate"] == there["idCompanyRate"] {
        told["idRate"] = there["idRate"].clone();
    }
    let at = Some(round.now);
    let known = Subjected { digest: digest(&told), told_at: at, asked_at: at, ..known };
    round.keep_known(known).await?;
    Ok(Held::Good)
}
