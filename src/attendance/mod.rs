//! Roll call: who was there, and the proof of it.
pub mod proof;
