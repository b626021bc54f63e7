//! What each system of access control reads (12): its cells, its separator, its charset and its line ends.
use super::cells::{bytes, clean};
use crate::card::csn::Csn;
use crate::card::services::subject::Subject;
use crate::card::state::State;
use crate::card::store::Card;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;

/// A system of access control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// TIL.
    Til,
    /// Synchronic.
    Synchronic,
    /// P2S.
    P2s,
    /// PC Pass.
    PcPass,
    /// INSA.
    Insa,
    /// `UniLaSalle`.
    UniLaSalle,
}

/// What a line is made of.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// The holder.
    pub subject: &'a Subject,
    /// The card.
    pub card: &'a Card,
    /// What access control knows it by.
    pub access_id: Option<&'a str>,
    /// Number of the holder.
    pub number: &'a str,
    /// What the institution is called.
    pub institute: &'a str,
    /// Attributes of the lines on the back.
    pub verso: &'a [String],
    /// Where days begin.
    pub zone: Tz,
    /// Since when it does not work; `None`: it does.
    pub stopped: Option<DateTime<Utc>>,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Til, Self::Synchronic, Self::P2s, Self::PcPass, Self::Insa, Self::UniLaSalle];

    /// Its name in the settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Til => "til",
            Self::Synchronic => "synchronic",
            Self::P2s => "p2s",
            Self::PcPass => "pc_pass",
            Self::Insa => "insa",
            Self::UniLaSalle => "unilasalle",
        }
    }

    /// The format of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }

    /// Whether it reads one file for each person, with their last card, that may be written over. Else it reads
    /// all cards of whoever changed, in files that it takes away.
    pub fn is_per_person(self) -> bool {
        matches!(self, Self::Til | Self::Synchronic | Self::Insa)
    }

    /// Whether its files are made as soon as somebody waits for one; others go every five minutes, or once a day.
    pub fn is_read_at_once(self) -> bool {
        self.is_per_person()
    }

    fn separator(self) -> char {
        if self == Self::Insa { ',' } else { ';' }
    }

    fn is_latin(self) -> bool {
        self != Self::PcPass
    }

    /// The bytes of a file with these lines.
    pub fn file(self, lines: &[String]) -> Vec<u8> {
        let end = if self == Self::P2s { "\n" } else { "\r\n" };
        let text: String = lines.iter().flat_map(|line| [line.as_str(), end]).collect();
        bytes(&text, self.is_latin())
    }

    /// The cards that it hears of, among those of a holder: that worked, and were not destroyed before it heard that
    /// they stopped. For files of one person the best comes first.
    pub fn cards(self, all: &[Card], is_known: impl Fn(&Card) -> bool) -> Vec<&Card> {
        let rank = |card: &Card| match card.state {
            State::Enabled => Some(0),
            State::Disabled => Some(1),
            State::Caduc => Some(2),
            _ => is_known(card).then_some(3),
        };
        let mut cards: Vec<&Card> =
            all.iter().filter(|card| rank(card).is_some() && card.enabled_at.is_some()).collect();
        if self.is_per_person() {
            cards.sort_by_key(|card| (rank(card), std::cmp::Reverse((card.enabled_at, card.id))));
        }
        cards
    }

    /// A line, or a word for why there is none.
    pub fn line(self, of: &Line<'_>) -> Result<String, &'static str> {
        let cells = match self {
            Self::Til => of.til()?,
            Self::Synchronic => of.synchronic()?,
            Self::P2s => of.p2s()?,
            Self::PcPass => of.pc_pass()?,
            Self::Insa => of.insa()?,
            Self::UniLaSalle => of.unilasalle()?,
        };
        // What is cut is cut behind the cleaning, which may make it longer.
        let longest = |at: usize| match (self, at) {
            (Self::Insa, 1) => 15,
            (Self::Insa, 2) => 13,
            _ => usize::MAX,
        };
        let cell = |(at, cell): (usize, &String)| {
            let cell = clean(cell, self.separator(), self.is_latin());
            cell.chars().take(longest(at)).collect::<String>()
        };
        let cells: Vec<String> = cells.iter().enumerate().map(cell).collect();
        Ok(cells.join(&self.separator().to_string()))
    }
}

/// A cell out of anything that has a text.
#[expect(clippy::needless_pass_by_value, reason = "what is formatted is made on the spot")]
fn cell(text: impl ToString) -> String {
    text.to_string()
}

impl Line<'_> {
    fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.zone).naive_local()
    }

    fn name(&self) -> String {
        self.subject.surname.to_uppercase()
    }

    fn first(&self) -> String {
        self.subject.given_name.clone()
    }

    fn access_id(&self) -> Result<String, &'static str> {
        self.access_id.map(str::to_owned).ok_or("no_access_id")
    }

    fn csn(&self) -> Result<Csn, &'static str> {
        self.card.csn.as_deref().and_then(Csn::parse).ok_or("not_encoded")
    }

    fn start(&self) -> Result<NaiveDateTime, &'static str> {
        self.card.enabled_at.map(|at| self.local(at)).ok_or("not_encoded")
    }

    /// The last day is one of sources, which write `20270930235959Z` wherever they are.
    fn due(&self) -> Result<NaiveDateTime, &'static str> {
        let due = self.card.due_at.or(self.subject.due).map(|at| at.naive_utc());
        // What blocks a card never waits for a day.
        due.or(self.stopped.map(|at| self.local(at))).ok_or("no_due")
    }

    /// Where no cell says whether it works, the end does.
    fn end(&self) -> Result<NaiveDateTime, &'static str> {
        let due = self.due()?;
        Ok(self.stopped.map_or(due, |at| due.min(self.local(at))))
    }

    fn birth(&self, format: &str) -> String {
        self.subject.birth.map(|day| cell(day.format(format))).unwrap_or_default()
    }

    fn says<'a>(&self, works: &'a str, does_not: &'a str) -> &'a str {
        if self.stopped.is_none() { works } else { does_not }
    }

    /// A line of the back, from 1.
    fn verso(&self, number: usize) -> String {
        let name = number.checked_sub(1).and_then(|at| self.verso.get(at));
        name.and_then(|name| self.subject.said.first(name)).unwrap_or_default().to_owned()
    }

    fn til(&self) -> Result<Vec<String>, &'static str> {
        const DAY: &str = "%d/%m/%Y";
        let birth = match self.subject.birth {
            Some(day) => day,
            None => self.local(self.card.state_at).date(),
        };
        Ok(vec![
            cell(self.number),
            self.name(),
            self.first(),
            self.access_id()?,
            cell(self.start()?.format(DAY)),
            cell(self.due()?.format(DAY)),
            cell(self.says("1", "0")),
            cell(birth.format(DAY)),
            cell(self.institute),
            cell("A"),
        ])
    }

    fn synchronic(&self) -> Result<Vec<String>, &'static str> {
        const DAY: &str = "%Y%m%d";
        Ok(vec![
            cell(self.number),
            self.name(),
            self.first(),
            self.access_id()?,
            cell(self.start()?.format(DAY)),
            cell(capped(self.due()?, (2037, 12, 31)).format(DAY)),
            cell(self.says("NON", "OUI")),
            self.birth("%d/%m/%Y"),
            cell(self.institute),
        ])
    }

    fn p2s(&self) -> Result<Vec<String>, &'static str> {
        const DAY: &str = "%Y/%m/%d";
        Ok(vec![
            cell(self.number),
            self.name(),
            self.first(),
            self.access_id()?,
            cell(self.start()?.format(DAY)),
            cell(capped(self.due()?, (2099, 12, 31)).format(DAY)),
            cell(self.says("0", "1")),
            self.birth(DAY),
            cell(self.institute),
        ])
    }

    fn pc_pass(&self) -> Result<Vec<String>, &'static str> {
        let population = match self.subject.card_type.as_str() {
            "E" => "ETUDIANT",
            "P" => "PERSONNEL",
            "I" => "LECTEUR",
            _ => "EXTERIEUR",
        };
        Ok(vec![
            self.name(),
            self.first(),
            cell(self.csn()?.reversed()),
            cell(population),
            cell(self.number),
            cell(self.start()?.format("%Y%m%d")),
            cell(self.end()?.format("%Y%m%d")),
            self.subject.eppn.clone(),
        ])
    }

    fn insa(&self) -> Result<Vec<String>, &'static str> {
        const DAY: &str = "'%d/%m/%Y";
        let (badge, group) = if self.card.is_external {
            let digits: String = self.number.chars().filter(char::is_ascii_digit).collect();
            if digits.is_empty() {
                return Err("no_number");
            }
            let last = digits.get(digits.len().saturating_sub(6)..).unwrap_or_default();
            (format!("07{last:0>6}"), cell("011"))
        } else {
            (self.verso(6), self.verso(7))
        };
        Ok(vec![
            badge,
            self.name(),
            self.first(),
            String::new(),
            self.subject.rne.clone().unwrap_or_default(),
            group,
            cell(self.start()?.format(DAY)),
            cell(self.end()?.format(DAY)),
            cell("13"),
            cell(self.csn()?.reversed().decimal()),
        ])
    }

    fn unilasalle(&self) -> Result<Vec<String>, &'static str> {
        const MOMENT: &str = "%d/%m/%Y %H:%M";
        let delivered = self.card.delivered_at.map(|at| self.local(at));
        Ok(vec![
            self.access_id()?,
            cell(self.number),
            self.name(),
            self.first(),
            self.verso(1),
            cell(self.start()?.format(MOMENT)),
            cell(self.end()?.format(MOMENT)),
            delivered.map(|at| cell(at.format(MOMENT))).unwrap_or_default(),
        ])
    }
}

/// A day that the system can still read.
fn capped(at: NaiveDateTime, (year, month, day): (i32, u32, u32)) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).map_or(at.date(), |last| at.date().min(last))
}

#[cfg(test)]
mod tests;
