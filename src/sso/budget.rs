//! How many wrong passwords we bear, and from where: nobody is ever locked out for good, and a
//! whole school may sit behind one address (SEC-38 to SEC-41).
use chrono::{DateTime, Duration, Utc};

/// Failures count for this long.
pub const MEMORY: Duration = Duration::hours(12);
/// The address budget looks back this far.
pub const ADDRESS_WINDOW: Duration = Duration::minutes(5);
/// Stuffing is looked for this far back.
pub const STUFFING_WINDOW: Duration = Duration::minutes(10);
/// A network that goes through a list of logins is slowed down, or reported once, for this long.
pub const SLOWED_FOR: Duration = Duration::hours(1);
/// Time between two tries of such a network.
pub const PACE: Duration = Duration::seconds(2);
/// Failures over all networks are counted this far back.
pub const EVERYWHERE_WINDOW: Duration = Duration::hours(1);

/// What the tables say about a login and a client before a password is looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Failures of this login from this network or known browser.
    pub here: i64,
    /// The last of them.
    pub last_here: Option<DateTime<Utc>>,
    /// Failures of this login from anywhere in the last hour.
    pub everywhere: i64,
    /// The last of them.
    pub last_everywhere: Option<DateTime<Utc>>,
    /// Failures from this network in the last five minutes.
    pub address: i64,
    /// The last failure from this network.
    pub last_address: Option<DateTime<Utc>>,
    /// When a network that goes through a list of logins may try again; `None`: it does not.
    pub next_try: Option<DateTime<Utc>>,
}

/// What happened in a network in the last ten minutes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flurry {
    /// Different logins that failed.
    pub logins: i64,
    /// Good sign-ins.
    pub good: i64,
}

impl Flurry {
    /// Whether it looks like somebody who goes through a list of logins (SEC-40).
    pub fn is_stuffing(self) -> bool {
        self.logins >= 20 && self.good * 10 < self.good + self.logins
    }
}

/// Why somebody has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Too many failures of this login here.
    Login(Duration),
    /// Too many failures of this login everywhere.
    BruteForce(Duration),
    /// Too many failures from this address.
    Address(Duration),
    /// This address tries a list of logins.
    Stuffing(Duration),
    /// One more failure and the directory would lock the account.
    Directory(Duration),
}

impl Wait {
    /// Seconds for `Retry-After`, at least one.
    pub fn seconds(self) -> u64 {
        let (Self::Login(left)
        | Self::BruteForce(left)
        | Self::Address(left)
        | Self::Stuffing(left)
        | Self::Directory(left)) = self;
        u64::try_from(left.num_seconds()).unwrap_or(0) + 1
    }

    /// The audit event.
    pub fn event(self) -> &'static str {
        match self {
            Self::BruteForce(_) => "auth.bruteforce",
            Self::Login(_) | Self::Address(_) | Self::Stuffing(_) | Self::Directory(_) => {
                "auth.refused"
            }
        }
    }

    /// The limit that was reached, for record and figures.
    pub fn limit(self) -> &'static str {
        match self {
            Self::Login(_) => "login",
            Self::BruteForce(_) => "login_everywhere",
            Self::Address(_) => "network",
            Self::Stuffing(_) => "stuffing",
            Self::Directory(_) => "directory",
        }
    }
}

/// Whether this try has to wait. `known` is a network that stands for a whole school.
pub fn wait(counts: &Counts, known: bool, now: DateTime<Utc>) -> Option<Wait> {
    let left = |pause: Duration, last: Option<DateTime<Utc>>| {
        last.map(|last| last + pause - now).filter(|left| *left > Duration::zero())
    };
    if let Some(left) = left(pause_after(counts.here), counts.last_here) {
        return Some(Wait::Login(left));
    }
    if counts.everywhere >= 100
        && let Some(left) = left(Duration::seconds(15), counts.last_everywhere)
    {
        return Some(Wait::BruteForce(left));
    }
    if counts.address >= if known { 600 } else { 30 } {
        return left(ADDRESS_WINDOW, counts.last_address).map(Wait::Address);
    }
    let turn = counts.next_try.filter(|_| !known);
    left(Duration::zero(), turn).map(Wait::Stuffing)
}

/// The pause after this many failures of one login in one place.
fn pause_after(failures: i64) -> Duration {
    match failures {
        ..=4 => Duration::zero(),
        5..=9 => Duration::seconds(5),
        10..=14 => Duration::seconds(30),
        15..=29 => Duration::minutes(5),
        _ => Duration::minutes(15),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    #[expect(clippy::unnecessary_wraps, reason = "what the tables say is optional")]
    fn ago(seconds: i64) -> Option<DateTime<Utc>> {
        Some(NOW - Duration::seconds(seconds))
    }

    #[test]
    fn pauses_grow_and_stop_growing() {
        let table = [
            (4, 0),
            (5, 5),
            (9, 5),
            (10, 30),
            (14, 30),
            (15, 300),
            (29, 300),
            (30, 900),
            (4000, 900),
        ];
        for (failures, seconds) in table {
            let counts = Counts { here: failures, last_here: ago(0), ..Counts::default() };
            let expected = (seconds > 0).then(|| Wait::Login(Duration::seconds(seconds)));
            assert_eq!(wait(&counts, false, NOW), expected, "{failures} failures");
        }
    }

    #[test]
    fn a_pause_is_over_when_it_is_over() {
        let counts = Counts { here: 5, last_here: ago(5), ..Counts::default() };
        assert_eq!(wait(&counts, false, NOW), None);
    }

    #[test]
    fn a_school_behind_one_address_has_a_larger_budget() {
        let counts = Counts { address: 30, last_address: ago(60), ..Counts::default() };
        assert_eq!(wait(&counts, false, NOW), Some(Wait::Address(Duration::seconds(240))));
        assert_eq!(wait(&counts, true, NOW), None);

        let counts = Counts { address: 600, ..counts };
        assert!(wait(&counts, true, NOW).is_some());
    }

    #[test]
    fn a_stranger_slows_a_teacher_down_but_does_not_lock_them_out() {
        let counts = Counts { everywhere: 5000, last_everywhere: ago(14), ..Counts::default() };
        assert_eq!(wait(&counts, false, NOW), Some(Wait::BruteForce(Duration::seconds(1))));
        let counts = Counts { last_everywhere: ago(15), ..counts };
        assert_eq!(wait(&counts, false, NOW), None);
    }

    #[test]
    fn a_list_of_logins_is_slowed_outside_known_networks() {
        let counts = Counts { next_try: ago(-2), ..Counts::default() };
        assert_eq!(wait(&counts, false, NOW), Some(Wait::Stuffing(PACE)));
        assert_eq!(wait(&counts, true, NOW), None);
        assert_eq!(wait(&Counts { next_try: ago(0), ..counts }, false, NOW), None);
    }

    #[test]
    fn a_list_of_logins_is_told_from_a_busy_morning() {
        for (logins, good, expected) in [
            (19, 0, false),
            (20, 0, true),
            (20, 2, true),
            (20, 3, false),
            (200, 22, true),
            (200, 23, false),
            (1000, 1000, false),
        ] {
            assert_eq!(Flurry { logins, good }.is_stuffing(), expected, "{logins} {good}");
        }
    }
}
