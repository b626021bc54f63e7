//! Attendance: who was there, shown by a code on the wall that changes every few seconds.
//!
//! A [`seance::State`] says how far a séance is. Opening its roll writes one line for everybody who
//! is expected; each line has a [`record::Status`], and presences and absences are derived from it
//! and from nothing else. Students mark themselves by a [`code`], which is checked before they sign
//! in: the [`ticket`] of the scan holds the time that counts. Words and figures: `docs/attendance.md`.
mod calling;
mod desk;
mod jobs;
mod marking;
mod may;
mod presence;
mod refusal;
mod timing;

pub mod code;
pub mod headcount;
pub mod qr;
pub mod rates;
pub mod record;
pub mod seance;
pub mod store;
pub mod ticket;
pub mod zone;

pub use calling::{Hand, Said, Tick};
pub use desk::Desk;
pub use jobs::{CleanScans, CloseRolls};
pub use marking::{Marked, Marker, Shown};
pub use refusal::RollRefusal;
