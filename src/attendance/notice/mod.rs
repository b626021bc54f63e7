//! What attendance tells people: reminders of rolls, alerts by rules, letters on paper (13.3, 13.4).
//!
//! A [`Rule`] says what is measured of whom ([`Metric`]), in which stretch of time ([`Span`]), and who is
//! told. Figures come from settled lines only. That something was told is a row, written in one
//! transaction with the mail: doing it again finds the row, dying in between leaves neither.
mod admin;
mod alerting;
mod forms;
mod letters;
mod metric;
mod reaching;
mod reading;
mod recipients;
mod refusal;
mod reminding;
mod routes;
mod rule;
mod sent;
mod span;
mod writing;

pub mod pages;
pub mod store;

pub use alerting::{Hit, SendAlerts, hits};
pub use metric::{Comparator, Counted, Measured, Metric};
pub use refusal::NoticeRefusal;
pub use reminding::{RemindTeachers, TellUncalled};
pub use routes::routes;
pub use rule::{Measure, Recipients, Rule, RuleScope};
pub use span::{Span, Stretch};
