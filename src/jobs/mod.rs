//! Work that goes on in the background: a queue and a timetable in SQL.
//!
//! A [`Job`] is a small struct of ids. It is added to the [`Queue`] in the transaction of the act
//! that wants it, so it is kept or lost together with the act. A [`Runner`] on each node takes
//! jobs one by one. It holds each by a *lease* (a node, an end, a number that grows), so that the
//! job of a node that died is taken up by another one. Every job is done at least once, and may be
//! begun twice: it has to be written so that doing it again does no harm, and it holds on to its
//! lease ([`Turn::hold`]) in every transaction, so that a node that slept cannot write late.
//!
//! Nothing here knows a job by name: features bring theirs ([`Kinds`], [`Entry`]).
mod admin;
mod cleaning;
mod desk;
pub mod figures;
mod held;
mod job;
mod kinds;
pub mod pages;
mod queue;
mod routes;
mod runner;
mod settling;
pub mod store;
mod tidying;
mod timetable;
mod trying;
mod turn;
mod verdict;

pub use cleaning::CleanJobs;
pub use desk::{Act, Desk};
pub use held::HELD;
pub use job::{Answer, Failure, Job, Outcome, Policy};
pub use kinds::Kinds;
pub use queue::{NewJob, Queue, is_open};
pub use routes::routes;
pub use runner::{Gate, Runner, Running};
pub use store::{JobId, JobRow, JobState};
pub use tidying::TidyAudit;
pub use timetable::{Entry, Rhythm, TimeOfNight};
pub use turn::Turn;
