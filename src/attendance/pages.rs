//! The pages of attendance.
mod student;
mod teacher;

pub use student::{CodeForm, Confirm, Own, OwnRow};
pub use teacher::{
    AbsenceRow, Board, Choice, Closing, Correction, Home, Key, NewSeance, Office, RefusedLine,
    Roll, RollLine, Tile,
};
