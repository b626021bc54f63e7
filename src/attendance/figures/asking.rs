//! What an address asks for: which séances, by what, in which order.
use super::{By, Column, Period, Row};
use crate::attendance::desk::Desk;
use crate::attendance::own::first_of_august;
use crate::web::query::Fields;
use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

/// Longest period.
const LONGEST: TimeDelta = TimeDelta::days(5 * 366);

/// A question for figures.
pub struct Asked {
    /// By what they are told apart.
    pub by: By,
    /// The first day.
    pub since: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    /// The séances.
    pub of: Period,
    /// `None`: by name.
    pub sort: Option<Column>,
    /// The largest first.
    pub is_down: bool,
}

/// The days and things of a question; what is left out is this school year and everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub until: Option<NaiveDate>,
    /// Only those of this programme.
    pub programme: Option<Uuid>,
    /// Only those of this subject.
    pub subject: Option<Uuid>,
    /// Only those of this kind.
    pub kind: Option<String>,
}

impl Asked {
    /// This school year by group, unless it says otherwise.
    pub(super) fn read(query: &Fields, desk: &Desk, now: DateTime<Utc>) -> Self {
        let day = |name: &str| query.get(name).and_then(|day| day.parse::<NaiveDate>().ok());
        let span = Span {
            from: day("from"),
            until: day("until"),
            programme: query.id("programme"),
            subject: query.id("subject"),
            kind: query.get("kind").map(str::to_owned),
        };
        let by = query.get("by").and_then(By::parse).unwrap_or(By::Group);
        Self {
            sort: query.get("sort").and_then(Column::parse),
            is_down: query.get("way") == Some("down"),
            ..Self::of(by, span, desk, now)
        }
    }

    /// In order of name.
    pub fn of(by: By, span: Span, desk: &Desk, now: DateTime<Utc>) -> Self {
        // Further away nothing is planned, and calendars of databases end.
        let sane = |day: &NaiveDate| (1900..=9000).contains(&day.year());
        let until = span.until.filter(sane).unwrap_or_else(|| desk.day(now));
        let since = span.from.filter(sane).unwrap_or_else(|| first_of_august(desk, now));
        let since = since.max(until.checked_sub_signed(LONGEST).unwrap_or(until));
        let behind = until.checked_add_days(Days::new(1)).unwrap_or(until);
        let of = Period {
            since: desk.midnight(since),
            until: desk.midnight(behind),
            zone: desk.zone,
            programme: span.programme,
            subject: span.subject,
            kind: span.kind,
        };
        Self { by, since, until, of, sort: None, is_down: false }
    }

    /// The same question at another path, in another order, further on.
    pub(super) fn address(
        &self,
        path: &str,
        (sort, is_down): (Option<Column>, bool),
        skip: i64,
    ) -> String {
        let (since, until) = (self.since.to_string(), self.until.to_string());
        let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        let (programme, subject) = (id(self.of.programme), id(self.of.subject));
        let skip = if skip > 0 { skip.to_string() } else { String::new() };
        let fields = [
            ("by", self.by.as_str()),
            ("from", &since),
            ("until", &until),
            ("programme", &programme),
            ("subject", &subject),
            ("kind", self.of.kind.as_deref().unwrap_or_default()),
            ("sort", sort.map_or("", Column::as_str)),
            ("way", if is_down { "down" } else { "" }),
            ("skip", &skip),
        ];
        let said: Vec<_> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        format!("{path}?{}", serde_urlencoded::to_string(said).unwrap_or_default())
    }

    /// In the order that was asked for; rows of one figure stay in order of name.
    pub(super) fn sort(&self, rows: &mut [Row]) {
        match self.sort {
            Some(column) => rows.sort_by(|one, other| column.order(one, other, self.is_down)),
            None if self.is_down => rows.reverse(),
            None => {}
        }
    }
}
