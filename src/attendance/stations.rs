//! Card readers: a card that is held to the reader of a room marks its holder (6.2).
//!
//! A reader counts its taps. The same number again gets the same answer and marks nobody twice, so
//! that a reader may ask until it hears something; with another card it is refused.
use super::desk::Desk;
use super::esup::of_refusal;
use super::marking::{Marked, Marker, Shown, Tap};
use super::record::Status;
use super::seance::State;
use super::store::{self, KeptTap, Seance, Within};
use super::writing::{Denied, note, write};
use crate::audit::Trace;
use crate::db::{Db, Tx};
use crate::identity::{Attributes, PersonId};
use crate::web::client_ip::ClientAddress;
use crate::web::{self, Error};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A tap that is older was kept by a reader without a network.
const OFFLINE: TimeDelta = TimeDelta::minutes(15);
/// A reader whose clock goes so wrong does not say when a tap was.
const SKEW: TimeDelta = TimeDelta::seconds(5);

/// What a reader read of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardKind {
    /// The number of the application, after card and reader proved themselves to each other.
    DesfireApp,
    /// The number of the European Student Card.
    Escn,
    /// The number of the chip, which can be copied.
    Uid,
}

/// One tap, as a reader tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TapTold {
    /// What the program calls the reader.
    pub station: String,
    /// Counted by the reader.
    pub seq: i64,
    /// By the reader's clock.
    pub tapped_at: DateTime<Utc>,
    /// The reader's clock when it sent this; `None`: not told, and its clock is not trusted.
    pub sent_at: Option<DateTime<Utc>>,
    /// What was read.
    pub kind: CardKind,
    /// Its number.
    pub value: String,
    /// Name of the room.
    pub room: String,
}

/// Which program asks, and how far it may go.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Its token.
    pub token: Uuid,
    /// Its schools.
    pub within: Within,
    /// The request.
    pub trace: Trace,
    /// When.
    pub now: DateTime<Utc>,
}

/// What came of a tap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TapResult {
    /// In time.
    Present,
    /// Late.
    Late,
    /// Marked before.
    Already,
    /// Known, but not on this roll, or sent out of it.
    NotExpected,
    /// No roll is open in this room.
    NoSession,
    /// Nobody on the roll has this card.
    UnknownCard,
    /// The roll is closed, or it is too late.
    Closed,
}

/// The answer to a reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TapAnswer {
    /// What came of it.
    pub result: TapResult,
    /// `Maëlle L.`, or empty.
    pub display: String,
    /// `08:03`, or empty.
    pub time: String,
    /// `TD – Sécurité des SI`, or empty.
    pub session: String,
    /// `ok`, `again` or `error`.
    pub beep: String,
}

impl TapResult {
    fn beep(self) -> &'static str {
        match self {
            Self::Present | Self::Late => "ok",
            Self::Already => "again",
            Self::NotExpected | Self::NoSession | Self::UnknownCard | Self::Closed => "error",
        }
    }
}

/// A number of a card without what people write between its digits.
pub(super) fn plain(number: &str) -> String {
    number.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase()
}

impl Desk {
    /// Mark whoever holds this card, and keep the answer before it leaves.
    pub async fn tap(&self, db: &Db, told: &TapTold, by: &Reader) -> web::Result<TapAnswer> {
        let name = (by.token, told.station.as_str(), told.seq);
        let mut tx = db.read().await?;
        if let Some(answer) = store::kept_tap(&mut tx, name, told).await? {
            return read(&answer?);
        }
        let tap = judged(told, by.now);
        let around = (tap.at - self.rules.grace, tap.at + self.rules.early);
        let here = store::in_room(&mut tx, &by.within, &told.room, around).await?;
        let found = self.holder(&mut tx, &here, told).await?;
        drop(tx);
        let beginning = self.beginning().await?;
        let mut tx = db.write().await?;
        let Some((here, student, accounts)) = found else {
            let is_over = here.iter().any(|it| it.state == State::Closed);
            let result = match here.iter().any(|it| it.state == State::Open) {
                true => TapResult::UnknownCard,
                false if is_over => TapResult::Closed,
                false => TapResult::NoSession,
            };
            let kept = KeptTap { name, told, by, whose: None, answer: &answer(result) };
            return keep(tx, &kept).await;
        };
        let marker = marker(student, by);
        let shown = Shown::Card(tap);
        let result = match write(&mut tx, here.id, (shown, &beginning), &marker).await {
            Ok(marked) => came(&marked),
            Err(Denied::Broken(error)) => return Err(error.into()),
            Err(Denied::Refused(refusal)) => {
                drop(tx);
                tx = db.write().await?;
                note(&mut tx, here.id, (refusal, shown), &marker).await?;
                of_refusal(refusal)
            }
        };
        let answer = TapAnswer {
            display: short_name(&accounts),
            time: self.clock(tap.at),
            session: super::shown::title(&here.kind, &here.subject_name),
            ..answer(result)
        };
        let kept = KeptTap { name, told, by, whose: Some((student, here.id)), answer: &answer };
        keep(tx, &kept).await
    }

    /// Who on these rolls has the card; the open ones first.
    async fn holder(
        &self,
        tx: &mut Tx,
        here: &[Seance],
        told: &TapTold,
    ) -> sqlx::Result<Option<(Seance, PersonId, Attributes)>> {
        let wanted = plain(&told.value);
        let has = |attributes: &Attributes| {
            let mut names = self.rules.card_attributes.iter();
            names.any(|name| attributes.all(name).iter().any(|value| plain(value) == wanted))
        };
        for seance in here.iter().filter(|_| !wanted.is_empty()) {
            let known = store::attributes_on_roll(tx, seance.id).await?;
            if let Some((student, attributes)) = known.into_iter().find(|(_, it)| has(it)) {
                return Ok(Some((seance.clone(), student, attributes)));
            }
        }
        Ok(None)
    }
}

/// When a tap was: by the reader's clock when that is right, else now.
fn judged(told: &TapTold, now: DateTime<Utc>) -> Tap {
    let is_right = told.sent_at.is_some_and(|sent| (sent - now).abs() < SKEW);
    let at = if is_right && told.tapped_at <= now { told.tapped_at } else { now };
    Tap { at, is_offline: now - at > OFFLINE, is_uid: told.kind == CardKind::Uid }
}

pub(super) fn marker(student: PersonId, by: &Reader) -> Marker {
    Marker {
        student,
        session: String::new(),
        device: None,
        address: ClientAddress::Unknown,
        trace: by.trace.clone(),
        now: by.now,
    }
}

fn came(marked: &Marked) -> TapResult {
    match marked.status {
        _ if marked.is_again => TapResult::Already,
        Status::Late => TapResult::Late,
        _ => TapResult::Present,
    }
}

fn answer(result: TapResult) -> TapAnswer {
    let beep = result.beep().to_owned();
    let (display, time, session) = Default::default();
    TapAnswer { result, display, time, session, beep }
}

fn read(answer: &serde_json::Value) -> web::Result<TapAnswer> {
    TapAnswer::deserialize(answer).map_err(Error::internal)
}

/// Keep the answer with what was done. Whoever was quicker with the same number has answered.
async fn keep(mut tx: Tx, kept: &KeptTap<'_>) -> web::Result<TapAnswer> {
    if store::keep_tap(&mut tx, kept).await? {
        tx.commit().await?;
        return Ok(kept.answer.clone());
    }
    let answer = store::kept_tap(&mut tx, kept.name, kept.told).await?;
    read(&answer.ok_or(Error::Busy)??)
}

/// `Maëlle L.`: enough for the one who stands there.
fn short_name(accounts: &Attributes) -> String {
    let student = super::facts::student_of(std::slice::from_ref(accounts), "");
    let initial: String = student.family_name.chars().take(1).collect();
    match (student.given_name.as_str(), initial.as_str()) {
        (given, "") => given.to_owned(),
        (given, initial) => format!("{given} {initial}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_cards_are_compared_without_what_is_between_their_digits() {
        for spelling in ["04A1B2C3D4E5F6", "04:a1:b2:c3:d4:e5:f6", "04 a1 b2 c3 d4 e5 f6"] {
            assert_eq!(plain(spelling), "04A1B2C3D4E5F6");
        }
        assert_eq!(plain(" - "), "");
    }

    #[test]
    fn readers_show_a_first_name_and_a_letter() {
        let named: Attributes = [("givenName", "Maëlle"), ("sn", "Legrand")].into_iter().collect();
        assert_eq!(short_name(&named), "Maëlle L.");
        assert_eq!(short_name(&Attributes::default()), "");
    }
}
