//! The choice of the school, through HTTP (`dispatch.md` 3).
mod administration;
mod choosing;
mod edge_cases;
mod files;
mod programs;
mod remembered;
mod zones;
