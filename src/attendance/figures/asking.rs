//! What an address asks for: which séances, by what, in which order.
use super::{By, Column, Period, Row};
use crate::attendance::desk::Desk;
use crate::attendance::own::first_of_august;
use crate::web::query::Fields;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

/// Longest period.
const LONGEST: TimeDelta = TimeDelta::days(5 * 366);

/// A question for figures.
pub(super) struct Asked {
    pub by: By,
    pub since: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    pub of: Period,
    /// `None`: by name.
    pub sort: Option<Column>,
    pub is_down: bool,
}

impl Asked {
    /// This school year by group, unless it says otherwise.
    pub(super) fn read(query: &Fields, desk: &Desk, now: DateTime<Utc>) -> Self {
        let day = |name: &str| query.get(name).and_then(|day| day.parse::<NaiveDate>().ok());
        let until = day("until").unwrap_or_else(|| desk.day(now));
        let since = day("from").unwrap_or_else(|| first_of_august(desk, now));
        let since = since.max(until.checked_sub_signed(LONGEST).unwrap_or(until));
        let behind = until.checked_add_days(Days::new(1)).unwrap_or(until);
        let of = Period {
            since: desk.midnight(since),
            until: desk.midnight(behind),
            zone: desk.zone,
            programme: query.id("programme"),
            subject: query.id("subject"),
            kind: query.get("kind").map(str::to_owned),
        };
        Self {
            by: query.get("by").and_then(By::parse).unwrap_or(By::Group),
            since,
            until,
            of,
            sort: query.get("sort").and_then(Column::parse),
            is_down: query.get("way") == Some("down"),
        }
    }

    /// The same question at another path, in another order, further on.
    pub(super) fn address(
        &self,
        path: &str,
        (sort, is_down): (Option<Column>, bool),
        skip: i64,
    ) -> String {
        let (since, until) = (self.since.to_string(), self.until.to_string());
        let id = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
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
