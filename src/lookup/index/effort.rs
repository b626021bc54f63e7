//! What one search may cost (SEC-80): counted in steps through posting lists instead of time, so
//! that the same search costs the same on every machine and on a busy one.
use super::error::Trouble;

/// Steps of one search. `docs/benchmarks.md` says how many a millisecond holds.
const MOST: u32 = 1_500_000;

/// The steps that are left.
#[derive(Debug)]
pub(super) struct Effort(u32);

impl Default for Effort {
    fn default() -> Self {
        Self(MOST)
    }
}

impl Effort {
    /// Pay for so many steps.
    pub(super) fn spend(&mut self, steps: usize) -> Result<(), Trouble> {
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        self.0 = self.0.checked_sub(steps).ok_or(Trouble::TooCostly)?;
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn of(steps: u32) -> Self {
        Self(steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_ends_when_its_effort_is_spent() {
        let mut effort = Effort::of(10);
        assert!(effort.spend(10).is_ok());
        assert!(matches!(effort.spend(1), Err(Trouble::TooCostly)));
        assert!(matches!(effort.spend(usize::MAX), Err(Trouble::TooCostly)));
    }
}
