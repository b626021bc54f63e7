//! The pages of attendance.
mod figures;
mod group;
mod import;
mod setup;
mod student;
mod teacher;

pub use figures::{Bar, FigureHead, FigureRow, FiguresPage};
pub use group::{Filling, GroupPage, MemberLine};
pub use import::{Import, ImportReport};
pub use setup::{Setup, SetupChoice};
pub use student::{CodeForm, Confirm, Own, OwnRow};
pub use teacher::{
    AbsenceRow, Board, Choice, Closing, Correction, Faces, Home, Key, NewSeance, Office,
    RefusedLine, Roll, RollLine, Tile, TileList,
};
