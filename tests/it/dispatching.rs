//! The choice of the school, through HTTP (`dispatch.md` 3).
mod administration;
mod choosing;
mod edge_cases;
mod files;
mod findings;
mod programs;
mod remembered;
mod second_factor;
mod zones;
