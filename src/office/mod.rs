//! How the installation is, for those who run it: the settings in force, and its health in words.
mod pages;
mod routes;

pub use pages::{CheckRow, Health, SettingRow, Settings};
pub use routes::routes;
