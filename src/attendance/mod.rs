//! Attendance: who was there, shown by a code on the wall that changes every few seconds.
//!
//! A [`seance::State`] says how far a séance is. Opening its roll writes one line for everybody who
//! is expected; each line has a [`record::Status`], and presences and absences are derived from it
//! and from nothing else. Students mark themselves by a [`code`], which is checked before they sign
//! in: the [`ticket`] of the scan holds the time that counts. Words and figures: `docs/attendance.md`.
mod board;
mod bringing;
mod calling;
mod creating;
mod desk;
mod directory;
mod documents;
mod esup;
mod faces;
mod facts;
mod forgetting;
mod held;
mod home;
mod jobs;
mod live;
mod marking;
mod may;
mod members;
mod office;
mod own;
mod presence;
mod reading;
mod refusal;
mod roll;
mod routes;
mod scan;
mod setup;
mod shown;
mod stations;
mod taking_back;
mod ticking;
mod writing;

pub mod catalogue;
pub mod code;
pub mod excuse;
pub mod figures;
pub mod headcount;
pub mod import;
pub mod notice;
pub mod pages;
pub mod proof;
pub mod qr;
pub mod rates;
pub mod record;
pub mod seance;
pub mod store;
pub mod ticket;
pub mod timing;
pub mod zone;

pub use calling::{Hand, Said, Signer, Tick};
pub use creating::{Offer, Planning, plan, replan};
pub use desk::Desk;
pub use esup::{Tag, Tagged};
pub use faces::FaceOf;
pub use facts::{SchoolName, facts_of};
pub use forgetting::ForgetRolls;
pub use held::HELD;
pub use jobs::{CleanScans, CloseRolls, ReadGroups};
pub use marking::{Marked, Marker, Shown};
pub use may::Over;
pub use own::begin_of_year;
pub use presence::Beginning;
pub use reading::{Care, GroupReading, Named};
pub use refusal::RollRefusal;
pub use routes::routes;
pub use scan::marker;
pub use stations::{CardKind, Reader, TapAnswer, TapResult, TapTold};
