//! Leaving: our session ends first, then everybody who knew of it hears of it (`dispatch.md` 7.6,
//! D28). [`Exit`] ends it and tells applications; `chain` leads the browser from portal to portal
//! and to the last page; `slo` is where portals answer, and where they begin themselves.
mod chain;
mod departure;
mod exit;
mod party;
mod sign_out;
pub(super) mod slo;
mod switching;

pub(super) use chain::go_on;
pub use departure::Onward;
pub use exit::Exit;
pub use sign_out::{ask_to_sign_out, leave, sign_out};
pub(super) use switching::leave_school;
