//! How much of the directory each credential saw: the guard against harvesting (SEC-77, D46).
use super::{Asker, Sketch};
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Hours in a day.
pub(super) const DAY: i64 = 24;
/// Different people an hour, for everybody.
const AN_HOUR: u64 = 2_000;
/// Changes of a sketch after which it is counted anew.
const NEWS: u32 = 64;
/// Credentials in memory; a flood of networks shares one more.
const MANY: usize = 5_000;

/// What a search may still show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// Whatever it finds.
    All,
    /// Whole names, logins, mail addresses and cloud ids: the budget of a known server is used up.
    ExactOnly,
    /// Nothing for so many seconds.
    Nothing {
        /// Seconds.
        retry_after: u64,
    },
}

/// A credential went over its budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// Whose.
    pub credential: String,
    /// Different people in this hour.
    pub hour: u64,
    /// Different people in 24 hours.
    pub day: u64,
}

/// The sketches of everybody.
#[derive(Default)]
pub(super) struct Spending(Mutex<Books>);

#[derive(Default)]
struct Books {
    accounts: HashMap<String, Account>,
    alarms: Vec<Spent>,
    total: u64,
    by_server: HashMap<String, u64>,
}

#[derive(Default)]
struct Account {
    /// By hour, the last 24 of them.
    hours: HashMap<i64, Sketch>,
    /// Changed since they were kept.
    changed: HashSet<i64>,
    /// What was counted, and at how many changes since: estimates are made anew now and then.
    counted: Option<(i64, u64, u64)>,
    news: u32,
    over_until: Option<DateTime<Utc>>,
}

/// Different people a credential may see in an hour and in a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Budget {
    hour: u64,
    day: u64,
}

impl Spending {
    pub(super) fn allowance(&self, asker: &Asker, now: DateTime<Utc>) -> Allowance {
        let books = self.lock();
        let until = books.accounts.get(&books.name(asker)).and_then(|account| account.over_until);
        match until.filter(|until| *until > now) {
            None => Allowance::All,
            Some(_) if !asker.is_open => Allowance::ExactOnly,
            Some(until) => {
                let seconds = (until - now).num_seconds().max(1);
                Allowance::Nothing { retry_after: seconds.unsigned_abs() }
            }
        }
    }

    /// Count people as shown; how many they were.
    pub(super) fn note(
        &self,
        asker: &Asker,
        people: impl IntoIterator<Item = u64>,
        now: DateTime<Utc>,
    ) -> u64 {
        let mut books = self.lock();
        let (name, budget) = (books.name(asker), books.budget(asker));
        let account = books.accounts.entry(name.clone()).or_default();
        let shown = account.add(people, hour_of(now));
        let Some((hour, day)) = account.over(budget, now) else { return shown };
        books.alarms.push(Spent { credential: name, hour, day });
        shown
    }

    pub(super) fn measure(&self, total: u64, by_server: Vec<(String, i64)>) {
        let mut books = self.lock();
        books.total = total;
        let counts = by_server.into_iter().map(|(server, count)| (server, count.unsigned_abs()));
        books.by_server = counts.collect();
    }

    pub(super) fn take_alarms(&self) -> Vec<Spent> {
        std::mem::take(&mut self.lock().alarms)
    }

    /// Sketches that changed since the last time.
    pub(super) fn changed(&self) -> Vec<(String, i64, Sketch)> {
        let mut books = self.lock();
        let mut changed = Vec::new();
        for (name, account) in &mut books.accounts {
            for hour in account.changed.drain() {
                let sketch = account.hours.get(&hour).cloned();
                changed.extend(sketch.map(|sketch| (name.clone(), hour, sketch)));
            }
        }
        changed
    }

    /// Take up what was kept.
    pub(super) fn load(&self, kept: Vec<(String, i64, Sketch)>) {
        let mut books = self.lock();
        for (name, hour, sketch) in kept {
            books.accounts.entry(name).or_default().hours.entry(hour).or_default().merge(&sketch);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Books {
    fn name(&self, asker: &Asker) -> String {
        let is_full = self.accounts.len() >= MANY && !self.accounts.contains_key(&asker.credential);
        if is_full { "open:others".to_owned() } else { asker.credential.clone() }
    }

    /// A known server may see more the more people it has; one whose name we do not know counts as
    /// one of middle size. Whom nobody vouches for sees half a hundredth of the directory.
    fn budget(&self, asker: &Asker) -> Budget {
        let share = (self.total / 200).max(AN_HOUR / 2);
        if asker.is_open {
            return Budget { hour: AN_HOUR.min(share), day: share };
        }
        let own = match &asker.server {
            Some(server) => self.by_server.get(server).copied().unwrap_or(0),
            None => self.total / (self.by_server.len() as u64).max(1),
        };
        Budget { hour: AN_HOUR + 4 * own, day: share.max(AN_HOUR) + 20 * own }
    }
}

impl Account {
    fn add(&mut self, people: impl IntoIterator<Item = u64>, hour: i64) -> u64 {
        self.hours.retain(|kept, _| *kept > hour - DAY);
        let sketch = self.hours.entry(hour).or_default();
        let (mut shown, mut news) = (0, 0);
        for person in people {
            shown += 1;
            news += u32::from(sketch.add(person));
        }
        if news > 0 {
            self.changed.insert(hour);
            self.news += news;
        }
        shown
    }

    /// Hour and day, when they are over the budget for the first time in an hour.
    fn over(&mut self, budget: Budget, now: DateTime<Utc>) -> Option<(u64, u64)> {
        if self.over_until.is_some_and(|until| until > now) {
            return None;
        }
        let (hour, day) = self.count(hour_of(now));
        if hour <= budget.hour && day <= budget.day {
            return None;
        }
        self.over_until = Some(now + chrono::Duration::hours(1));
        Some((hour, day))
    }

    /// Different people in this hour and in the last 24. The estimate takes longer than most
    /// searches: it is made anew after some changes only.
    fn count(&mut self, hour: i64) -> (u64, u64) {
        if let Some((at, in_hour, in_day)) = self.counted
            && at == hour
            && self.news < NEWS
        {
            return (in_hour, in_day);
        }
        let in_hour = self.hours.get(&hour).map_or(0, Sketch::count);
        let mut all = Sketch::default();
        self.hours.values().for_each(|sketch| all.merge(sketch));
        let in_day = all.count();
        (self.counted, self.news) = (Some((hour, in_hour, in_day)), 0);
        (in_hour, in_day)
    }
}

/// Hours since 1970.
pub(super) fn hour_of(now: DateTime<Utc>) -> i64 {
    now.timestamp().div_euclid(3600)
}
