//! Directories that lock an account after some wrong passwords: ours stop before (SEC-41, D25).
//!
//! Failures are counted for each entry, from wherever they come, because that is how the directory
//! counts; and for each login, whether somebody has it or not, so that waiting tells nothing.
use super::local::unavailable;
use super::{Found, SourceError};
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::identity::person::plain_login;
use crate::identity::{store, token};
use chrono::{DateTime, Duration, Utc};

/// Answers come late and clocks differ: the directory may count a little longer than we do.
const MARGIN: Duration = Duration::seconds(30);
/// Longest memory of a directory, minutes: a week.
const LONGEST: u32 = 7 * 24 * 60;

/// `lockout` of `[source:NAME]`: so many failures, each within this time of the one before, lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lockout {
    failures: u32,
    minutes: u32,
}

impl Lockout {
    /// `5/15`: five failures, fifteen minutes.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "write failures/minutes, 5/15 for instance".to_owned();
        let (failures, minutes) = text.split_once('/').ok_or_else(wrong)?;
        let number = |text: &str| text.trim().parse::<u32>().map_err(|_| wrong());
        let lockout = Self { failures: number(failures)?, minutes: number(minutes)? };
        if lockout.failures < 2 || !(1..=LONGEST).contains(&lockout.minutes) {
            return Err("write 2 failures at least, and 1 to 10080 minutes".to_owned());
        }
        Ok(lockout)
    }

    /// One that satisfies all of them: waiting must not tell which directory knows a login.
    pub fn strictest(all: impl Iterator<Item = Self>) -> Option<Self> {
        all.reduce(|a, b| Self {
            failures: a.failures.min(b.failures),
            minutes: a.minutes.max(b.minutes),
        })
    }

    /// Failures that we may cause. The last one is kept for browsers in which the owner was before:
    /// otherwise strangers could keep the owner out.
    fn allowed(self, is_known_browser: bool) -> i64 {
        let kept = if is_known_browser { 1 } else { 2 };
        i64::from(self.failures.saturating_sub(kept).max(1))
    }

    /// After this time without a failure the directory begins anew.
    fn memory(self) -> Duration {
        Duration::minutes(i64::from(self.minutes)) + MARGIN
    }
}

/// Counts the passwords that directories may find wrong.
#[derive(Clone)]
pub(super) struct Guard {
    pub(super) lockout: Lockout,
    pub(super) db: Db,
    pub(super) clock: Clock,
}

/// What a try is counted under: the login as it was typed, and the entry that it names. An entry
/// may have several logins; a login that nobody has waits like all others.
pub(super) struct Counted(Vec<Vec<u8>>);

impl Counted {
    pub(super) fn of(login: &str, found: Option<&Found>) -> Self {
        let entry = found.map(|found| entry_name(&found.source, &found.source_id));
        Self([Some(login_name(login)), entry].into_iter().flatten().collect())
    }
}

fn login_name(login: &str) -> Vec<u8> {
    token::hash(&format!("\n{}", plain_login(login)))
}

fn entry_name(source: &str, source_id: &str) -> Vec<u8> {
    token::hash(&format!("{source}\n{source_id}"))
}

/// Forget the failures of an entry whose owner was erased, and those of a login that nobody else has.
pub async fn forget_failures(
    tx: &mut Tx,
    (source, source_id): (&str, &str),
    login: Option<&str>,
) -> sqlx::Result<()> {
    let names = [Some(entry_name(source, source_id)), login.map(login_name)];
    for name in names.into_iter().flatten() {
        store::forget_binds(tx, &name).await?;
    }
    Ok(())
}

impl Guard {
    /// Count a try before it is made, as if it failed: several at once cannot be too many then.
    /// `Some`: it must not be made for so long.
    pub(super) async fn admit(
        &self,
        counted: &Counted,
        is_known_browser: bool,
    ) -> Result<Option<Duration>, SourceError> {
        let now = self.clock.now();
        let allowed = self.lockout.allowed(is_known_browser);
        let last = self.count(counted, allowed, now).await.map_err(unavailable)?;
        Ok(last.map(|last| last + self.lockout.memory() - now))
    }

    /// When the last failure was, where no further one is allowed.
    async fn count(
        &self,
        counted: &Counted,
        allowed: i64,
        now: DateTime<Utc>,
    ) -> sqlx::Result<Option<DateTime<Utc>>> {
        let forgotten = now - self.lockout.memory();
        let mut tx = self.db.write().await?;
        for name in &counted.0 {
            if !store::count_bind(&mut tx, name, (allowed, forgotten), now).await? {
                return store::last_bind_failure(&mut tx, name).await;
            }
        }
        tx.commit().await?;
        Ok(None)
    }

    /// The password was right: the directory forgets, and so do we.
    pub(super) async fn forgive(&self, counted: &Counted) -> Result<(), SourceError> {
        let forgotten = self.clock.now() - self.lockout.memory();
        let forgive = async {
            let mut tx = self.db.write().await?;
            for name in &counted.0 {
                store::forgive_binds(&mut tx, name, forgotten).await?;
            }
            tx.commit().await
        };
        forgive.await.map_err(unavailable)
    }

    /// The directory did not hear of the try.
    pub(super) async fn take_back(&self, counted: &Counted) -> Result<(), SourceError> {
        let take_back = async {
            let mut tx = self.db.write().await?;
            for name in &counted.0 {
                store::uncount_bind(&mut tx, name).await?;
            }
            tx.commit().await
        };
        take_back.await.map_err(unavailable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lockout_is_two_numbers() {
        for (text, expected) in [
            ("5/15", Some((5, 15))),
            (" 10 / 30 ", Some((10, 30))),
            ("2/10080", Some((2, 10_080))),
            ("1/15", None),
            ("5/0", None),
            ("5/10081", None),
            ("5", None),
            ("5/15 min", None),
            ("-5/15", None),
            ("", None),
        ] {
            let found = Lockout::parse(text).ok().map(|it| (it.failures, it.minutes));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn we_stop_before_the_directory_does() {
        for (failures, strangers, owners) in [(2, 1, 1), (3, 1, 2), (5, 3, 4), (10, 8, 9)] {
            let lockout = Lockout { failures, minutes: 15 };
            assert_eq!((lockout.allowed(false), lockout.allowed(true)), (strangers, owners));
            assert!(lockout.allowed(true) < i64::from(failures));
        }
    }

    #[test]
    fn the_strictest_of_several_holds_for_all() {
        let lockout = |text| Lockout::parse(text).expect("good");
        let both = [lockout("5/15"), lockout("10/60")];
        assert_eq!(Lockout::strictest(both.into_iter()), Some(lockout("5/60")));
        assert_eq!(Lockout::strictest(std::iter::empty()), None);
    }
}
