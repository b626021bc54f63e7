//! The pages of attendance.
mod setup;
mod student;
mod teacher;

pub use setup::{Setup, SetupChoice};
pub use student::{CodeForm, Confirm, Own, OwnRow};
pub use teacher::{
    AbsenceRow, Board, Choice, Closing, Correction, Home, Key, NewSeance, Office, RefusedLine,
    Roll, RollLine, Tile,
};
