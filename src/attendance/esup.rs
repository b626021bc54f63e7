//! The four questions of ESUP's card readers, whose server knows rooms and people by name (6.2).
use super::desk::Desk;
use super::marking::{Marked, Shown, Tap};
use super::record::Status;
use super::refusal::RollRefusal;
use super::seance::State;
use super::stations::{Reader, TapResult, marker, plain};
use super::store::{self, Seance, Within};
use super::writing::{Denied, note, write};
use crate::db::{Db, Tx};
use crate::identity::store::accounts_by_login;
use crate::identity::{Attributes, PersonId};
use crate::web;
use chrono::Days;
use uuid::Uuid;

/// What stands between the parts of the name of a séance.
const BETWEEN: &str = " // ";

/// A card at such a reader.
#[derive(Debug, Clone, Copy)]
pub struct Tag<'a> {
    /// Number of the chip.
    pub csn: &'a str,
    /// Principal name or login of who holds the card.
    pub eppn: &'a str,
    /// Login of who holds the reader.
    pub holder: &'a str,
    /// One of the [locations](Desk::locations).
    pub location: &'a str,
}

/// Who holds a card, and on which roll.
#[derive(Debug, Clone)]
pub struct Tagged {
    here: Seance,
    student: PersonId,
    status: Status,
    /// Whether only the number of the chip names them, which can be copied.
    is_uid: bool,
    /// Their name.
    pub name: String,
}

impl TapResult {
    /// Key of what a reader shows.
    pub fn label(self) -> &'static str {
        match self {
            Self::Present => "tap-present",
            Self::Late => "tap-late",
            Self::Already => "tap-already",
            Self::NotExpected => "tap-not-expected",
            Self::NoSession => "tap-no-session",
            Self::UnknownCard => "tap-unknown-card",
            Self::Closed => "tap-closed",
        }
    }
}

impl Desk {
    /// Today's séances that somebody calls and that are not closed: `08:00 // TD – SSI // B-214 // ID`.
    pub async fn locations(&self, db: &Db, login: &str, by: &Reader) -> web::Result<Vec<String>> {
        let today = self.day(by.now);
        let begin = self.midnight(today);
        let end = self.midnight(today.checked_add_days(Days::new(1)).unwrap_or(today));
        let mut tx = db.read().await?;
        let mut locations = Vec::new();
        for teacher in people(&mut tx, login).await? {
            for here in store::of_teacher(&mut tx, teacher, (begin, end)).await? {
                let is_on = matches!(here.state, State::Planned | State::Open);
                if is_on && store::is_within(&mut tx, &by.within, here.id).await? {
                    let (at, id) = (self.clock(here.starts_at), here.id.to_string());
                    let title = super::shown::title(&here.kind, &here.subject_name);
                    locations.push(
                        [&at, &title, &here.room_name, &id].map(String::as_str).join(BETWEEN),
                    );
                }
            }
        }
        locations.sort();
        Ok(locations)
    }

    /// Whom a card names on the roll of its location; else what the reader shows.
    pub async fn tagged(
        &self,
        db: &Db,
        tag: &Tag<'_>,
        by: &Reader,
    ) -> web::Result<Result<Tagged, TapResult>> {
        let mut tx = db.read().await?;
        let Some(here) = self.place(&mut tx, tag, &by.within).await? else {
            return Ok(Err(TapResult::NoSession));
        };
        match here.state {
            State::Open => {}
            State::Planned => return Ok(Err(TapResult::NoSession)),
            State::Closed | State::Locked | State::Cancelled => return Ok(Err(TapResult::Closed)),
        }
        let known = store::attributes_on_roll(&mut tx, here.id).await?;
        // A name says more than a number: it is looked for on the whole roll first.
        let named = known.iter().find(|(_, it)| is_named(it, tag));
        let is_uid = named.is_none();
        let holder = named.or_else(|| known.iter().find(|(_, it)| self.has_chip(it, tag)));
        let Some(student) = holder.map(|(student, _)| *student) else {
            return Ok(Err(TapResult::UnknownCard));
        };
        let line = store::line_of(&mut tx, here.id, student).await?;
        let Some(line) = line.filter(|line| line.status != Status::Exempt) else {
            return Ok(Err(TapResult::NotExpected));
        };
        Ok(Ok(Tagged { here, student, status: line.status, is_uid, name: line.display_name }))
    }

    /// Mark them.
    pub async fn mark_tagged(
        &self,
        db: &Db,
        tagged: &Tagged,
        by: &Reader,
    ) -> web::Result<Result<(), TapResult>> {
        if tagged.status.is_there() {
            return Ok(Ok(()));
        }
        let beginning = self.beginning().await?;
        let marker = marker(tagged.student, by);
        let shown = Shown::Card(Tap { at: by.now, is_offline: false, is_uid: tagged.is_uid });
        let mut tx = db.write().await?;
        match write(&mut tx, tagged.here.id, (shown, &beginning), &marker).await {
            Ok(Marked { .. }) => {
                tx.commit().await?;
                Ok(Ok(()))
            }
            Err(Denied::Broken(error)) => Err(error.into()),
            Err(Denied::Refused(refusal)) => {
                drop(tx);
                let mut tx = db.write().await?;
                note(&mut tx, tagged.here.id, (refusal, shown), &marker).await?;
                tx.commit().await?;
                Ok(Err(of_refusal(refusal)))
            }
        }
    }

    /// The séance of a location, when the holder of the reader calls its roll.
    async fn place(
        &self,
        tx: &mut Tx,
        tag: &Tag<'_>,
        within: &Within,
    ) -> sqlx::Result<Option<Seance>> {
        let id = tag.location.rsplit(BETWEEN).next().and_then(|id| id.trim().parse::<Uuid>().ok());
        let Some(id) = id else { return Ok(None) };
        if !store::is_within(tx, within, id).await? {
            return Ok(None);
        }
        let mut is_theirs = false;
        for person in people(tx, tag.holder).await? {
            is_theirs |= store::is_teacher(tx, id, person).await?;
        }
        if is_theirs { store::seance(tx, id).await } else { Ok(None) }
    }

    fn has_chip(&self, attributes: &Attributes, tag: &Tag<'_>) -> bool {
        let csn = plain(tag.csn);
        let mut names = self.rules.card_attributes.iter();
        !csn.is_empty() && names.any(|name| attributes.all(name).iter().any(|it| plain(it) == csn))
    }
}

/// Whether the principal name or login of a card is theirs.
fn is_named(attributes: &Attributes, tag: &Tag<'_>) -> bool {
    let is =
        |name: &str| attributes.all(name).iter().any(|value| value.eq_ignore_ascii_case(tag.eppn));
    !tag.eppn.is_empty() && (is("eduPersonPrincipalName") || is("uid"))
}

/// What a reader is told of a refusal.
pub(super) fn of_refusal(refusal: RollRefusal) -> TapResult {
    match refusal {
        RollRefusal::Closed | RollRefusal::TooLate => TapResult::Closed,
        RollRefusal::NotOpen => TapResult::NoSession,
        _ => TapResult::NotExpected,
    }
}

/// Those whom a login, or the part of a principal name before the `@`, names.
async fn people(tx: &mut Tx, login: &str) -> sqlx::Result<Vec<PersonId>> {
    let mut found = accounts_by_login(tx, login).await?;
    if let Some((local, _)) = login.split_once('@').filter(|_| found.is_empty()) {
        found = accounts_by_login(tx, local).await?;
        // The domain is part of the name: an account that says another one is somebody else.
        found.retain(|account| {
            let said = account.attributes.first("eduPersonPrincipalName");
            said.is_none_or(|said| said.eq_ignore_ascii_case(login))
        });
    }
    let mut people: Vec<PersonId> = found.into_iter().map(|account| account.person).collect();
    people.sort_unstable();
    people.dedup();
    Ok(people)
}
