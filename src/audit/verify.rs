//! Walks along the chains and finds the first row that is not what it was when it was sealed.
use super::chain::{Hash, Personal, Place};
use super::purge;
use super::report::{Fault, Kind, Report, Seen, Walked};
use super::store::{self, Chain, Head, Link};
use crate::db::{Db, Tx};
use chrono::{DateTime, TimeDelta};

/// Rows that are read at a time: a record of any length is walked along in the same memory.
const PAGE: i64 = 500;
/// A row that waited for longer says another time than the one at which it came.
const LATE: TimeDelta = TimeDelta::minutes(1);

/// Walk along every chain. `seen` are heads that must still be there; `progress` hears how many rows
/// of how many are done.
pub async fn verify(
    db: &Db,
    seen: &[Seen],
    mut progress: impl FnMut(i64, i64),
) -> sqlx::Result<Report> {
    let mut tx = db.read().await?;
    // Another process may begin a chain at this moment, or purge: the order of these questions
    // makes neither of them a fault.
    let highest = store::highest_node(&mut tx).await?;
    let mut chains = store::chains(&mut tx).await?;
    let noted = purge::noted(&mut tx).await?;
    let beside = Beside::of(&mut tx).await?;
    drop(tx);
    let highest = seen.iter().map(|seen| seen.0.node).fold(highest, i64::max);
    add_missing(&mut chains, highest);
    walk_all(db, (chains, noted), seen, beside, &mut progress).await
}

/// Rows that stand in no chain.
struct Beside {
    waiting: i64,
    strays: i64,
    left: i64,
}

impl Beside {
    async fn of(tx: &mut Tx) -> sqlx::Result<Self> {
        let waiting = store::count_waiting(tx).await?;
        let (strays, left) = store::count_outside(tx).await?;
        Ok(Self { waiting, strays, left })
    }
}

/// Walk along the last rows of every chain only, so many of each.
pub async fn verify_last(db: &Db, most: i64) -> sqlx::Result<Report> {
    let mut tx = db.read().await?;
    let mut chains = store::chains(&mut tx).await?;
    let mut noted = purge::noted(&mut tx).await?;
    let beside = Beside::of(&mut tx).await?;
    for chain in chains.iter_mut().filter(|chain| chain.head.seq - chain.base.seq > most) {
        let before = chain.head.seq - most;
        let row = store::sealed_after(&mut tx, chain.head.node, before - 1, 1).await?;
        if let Some(hash) = row.first().filter(|row| row.seq == before).and_then(hash_of) {
            chain.base = Head { seq: before, hash, ..chain.base };
            noted.push(chain.base);
        }
    }
    drop(tx);
    walk_all(db, (chains, noted), &[], beside, &mut |_, _| {}).await
}

async fn walk_all(
    db: &Db,
    (chains, noted): (Vec<Chain>, Vec<Head>),
    seen: &[Seen],
    Beside { waiting, strays, left }: Beside,
    progress: &mut impl FnMut(i64, i64),
) -> sqlx::Result<Report> {
    let total = chains.iter().map(|chain| chain.head.seq - chain.base.seq).sum();
    let (mut walked, mut done, mut unseen) = (Vec::new(), 0, 0);
    for chain in chains {
        let before = seen.iter().map(|seen| &seen.0).filter(|it| it.node == chain.head.node);
        unseen += before.filter(|it| it.seq < chain.base.seq).map(|_| 1).sum::<i64>();
        let mut walk = Walk::begin(&chain, seen);
        if chain.base.seq > 0 && !noted.contains(&chain.base) {
            walk.fault(Kind::Checkpoint, chain.base.seq, None);
        }
        walk.run(db, &mut |rows| {
            done += rows;
            progress(done, total);
        })
        .await?;
        walked.push(walk.done);
    }
    Ok(Report { chains: walked, waiting, strays, left, unseen })
}

/// Chains are numbered without gaps: the first one that is not there was there.
fn add_missing(chains: &mut Vec<Chain>, highest: i64) {
    let last = chains.iter().map(|chain| chain.head.node).fold(highest, i64::max);
    let is_missing = |node: &i64| chains.iter().all(|chain| chain.head.node != *node);
    if let Some(node) = (1..=last).find(is_missing) {
        let head = Head { node, seq: 0, hash: Hash::NONE };
        let (base, sealed_at) = (head, DateTime::UNIX_EPOCH);
        chains.push(Chain { head, base, sealed_at, highest: 1 });
    }
}

/// On the way along one chain.
struct Walk<'a> {
    head: Head,
    at: Head,
    highest: i64,
    seen: Vec<&'a Head>,
    done: Walked,
}

impl<'a> Walk<'a> {
    fn begin(chain: &Chain, seen: &'a [Seen]) -> Self {
        let Chain { head, base, sealed_at, highest } = *chain;
        let seen = seen.iter().map(|seen| &seen.0).filter(|seen| seen.node == head.node);
        let seen: Vec<&Head> = seen.collect();
        let is_another = |it: &&&Head| it.seq == base.seq && it.hash != base.hash;
        let rewritten = seen.iter().find(is_another);
        let rewritten =
            rewritten.map(|it| Fault { kind: Kind::Rewritten, seq: it.seq, id: None, at: None });
        let done = Walked {
            node: head.node,
            base: base.seq,
            seq: base.seq,
            hash: base.hash,
            sealed_at,
            rows: 0,
            erased: 0,
            late: 0,
            fault: rewritten,
        };
        Self { head, at: base, highest, seen, done }
    }

    fn fault(&mut self, kind: Kind, seq: i64, row: Option<&Link>) {
        let (id, at) = (row.map(|row| row.row.id), row.map(|row| row.row.at));
        self.done.fault.get_or_insert(Fault { kind, seq, id, at });
    }

    async fn run(&mut self, db: &Db, progress: &mut impl FnMut(i64)) -> sqlx::Result<()> {
        while self.done.fault.is_none() && self.at.seq < self.head.seq {
            let mut tx = db.read().await?;
            let rows = store::sealed_after(&mut tx, self.at.node, self.at.seq, PAGE).await?;
            let before = self.at.seq;
            if !self.go_along(&rows) && !self.was_purged(&store::chains(&mut tx).await?) {
                let next = store::sealed_after(&mut tx, self.at.node, self.at.seq, 2).await?;
                self.find_fault(&next);
            }
            progress(self.at.seq - before);
        }
        if self.done.fault.is_none() {
            self.look_at_the_end();
        }
        (self.done.seq, self.done.hash) = (self.at.seq, self.at.hash);
        Ok(())
    }

    /// Go on as long as rows are in order; whether there were some and all of them were.
    fn go_along(&mut self, rows: &[Link]) -> bool {
        let before = self.at.seq;
        for row in rows.iter().take_while(|row| row.seq <= self.head.seq) {
            let seq = self.at.seq + 1;
            if row.seq != seq || !fits(row, self.at, seq) || !has_its_personal_part(row) {
                return false;
            }
            let Some(hash) = hash_of(row) else { return false };
            self.at = Head { seq, hash, ..self.at };
            self.done.rows += 1;
            self.done.erased += i64::from(row.personal.is_some() && row.salt.is_none());
            self.done.late += i64::from(row.sealed_at.is_some_and(|at| at - row.row.at > LATE));
            if self.seen.iter().any(|seen| seen.seq == seq && seen.hash != hash) {
                self.fault(Kind::Rewritten, seq, Some(row));
                return true;
            }
        }
        self.at.seq > before
    }

    /// A purge may overtake us: then the way goes on behind it.
    fn was_purged(&mut self, now: &[Chain]) -> bool {
        let chain = now.iter().find(|chain| chain.head.node == self.at.node);
        let Some(chain) = chain.filter(|chain| chain.base.seq > self.at.seq) else { return false };
        (self.at, self.done.base) = (chain.base, chain.base.seq);
        true
    }

    /// What is wrong with the next row, by the one behind it.
    fn find_fault(&mut self, rows: &[Link]) {
        let (seq, next) = (self.at.seq + 1, rows.get(1));
        let Some(row) = rows.first().filter(|row| row.seq == seq) else {
            return self.fault(Kind::Removed, seq, None);
        };
        if fits(row, self.at, seq) {
            return self.fault(Kind::Personal, seq, Some(row));
        }
        let kind = match next.filter(|next| fits(next, self.at, seq)).and_then(hash_of) {
            None => Kind::Changed,
            Some(hash) if fits(row, Head { seq, hash, ..self.at }, seq + 1) => Kind::Swapped,
            Some(_) => Kind::Inserted,
        };
        self.fault(kind, seq, Some(row));
    }

    fn look_at_the_end(&mut self) {
        if self.at.seq == self.head.seq && self.at.hash != self.head.hash {
            self.fault(Kind::Head, self.at.seq, None);
        }
        if self.highest > self.head.seq {
            self.fault(Kind::Inserted, self.head.seq + 1, None);
        }
        if self.seen.iter().any(|seen| seen.seq > self.at.seq) {
            self.fault(Kind::Removed, self.at.seq + 1, None);
        }
    }
}

fn hash_of(row: &Link) -> Option<Hash> {
    Hash::from_bytes(row.hash.as_deref()?)
}

/// Whether a row has the hash that it would have at this place behind another one.
fn fits(row: &Link, before: Head, seq: i64) -> bool {
    let Some(sealed_at) = row.sealed_at else { return false };
    let digest = row.personal.as_deref().map(Hash::from_bytes);
    if digest == Some(None) {
        return false;
    }
    let place = Place { node: before.node, seq, sealed_at };
    hash_of(row) == Some(before.hash.then(&row.row.line(&place, digest.flatten())))
}

/// Whether the personal part is the one of which the row holds a digest, or was erased.
fn has_its_personal_part(row: &Link) -> bool {
    let (Some(salt), Some(facts)) = (&row.salt, &row.facts) else { return true };
    let personal = Personal { salt: salt.clone(), facts: facts.0.clone() };
    personal.digest().is_some_and(|it| row.personal.as_deref() == Some(it.as_bytes()))
}

#[cfg(test)]
mod tests;
