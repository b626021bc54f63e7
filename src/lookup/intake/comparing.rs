//! A push, compared with what is known as it comes in: what is unchanged is not written again.
use super::{Incoming, Intake, Origin, Refused, Report, Why, writing};
use crate::audit::Trace;
use crate::identity::PersonId;
use crate::identity::cloud::{CloudId, Field, Fields, RecordId};
use crate::identity::store::cloud::{KnownRecord, known_records};
use chrono::{DateTime, Duration, Utc};
use std::collections::{BTreeMap, HashMap};

/// Longest value, letters.
const MOST_LETTERS: usize = 255;
/// Records of which the database is asked at once.
const CHUNK: usize = 500;

/// How much of it there was, by server.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) named: i64,
    pub(super) changed: i64,
    pub(super) refused: i64,
}

/// A push under way. Nothing is written before [`Pushing::finish`].
pub struct Pushing {
    pub(super) intake: Intake,
    pub(super) origin: Origin,
    pub(super) now: DateTime<Utc>,
    /// To be written, by cloud id in its form for comparison: one place for each, in one order
    /// whoever writes.
    pub(super) changed: BTreeMap<String, Changed>,
    /// Unchanged, and not named for some time.
    pub(super) seen: Vec<RecordId>,
    pub(super) tallies: BTreeMap<String, Tally>,
    pub(super) report: Report,
    /// The only record so far, when it is one that was known and did not change.
    pub(super) alone: Option<KnownRecord>,
}

/// A record to be written.
pub(super) struct Changed {
    pub(super) cloud_id: CloudId,
    pub(super) fields: Fields,
    /// As the origin says.
    pub(super) person: Option<PersonId>,
    pub(super) known: Option<KnownRecord>,
}

/// A record that may be written.
struct Checked {
    /// The id in its form for comparison.
    key: String,
    id: CloudId,
    fields: Fields,
    person: Option<PersonId>,
}

impl Pushing {
    pub(super) fn new(intake: Intake, origin: Origin) -> Self {
        let now = intake.clock.now();
        Self {
            intake,
            origin,
            now,
            changed: BTreeMap::new(),
            seen: Vec::new(),
            tallies: BTreeMap::new(),
            report: Report::default(),
            alone: None,
        }
    }

    /// Some more records.
    pub async fn take(&mut self, records: Vec<Incoming>) -> sqlx::Result<()> {
        let mut good: Vec<Checked> = Vec::with_capacity(records.len());
        for record in records {
            match self.check(&record) {
                Ok((id, fields)) => {
                    good.push(Checked { key: id.key(), id, fields, person: record.person });
                }
                Err(why) => self.refuse(record.cloud_id, why),
            }
        }
        for chunk in good.chunks(CHUNK) {
            self.compare(chunk).await?;
        }
        Ok(())
    }

    /// Write what is new, all of it or nothing.
    pub async fn finish(self, trace: &Trace) -> sqlx::Result<Report> {
        writing::write(self, trace).await
    }

    /// What would be written, as far as comparing tells; nothing is.
    pub fn forecast(self) -> Report {
        let known = self.changed.values().filter(|changed| changed.known.is_some()).count();
        Report { added: self.changed.len() - known, changed: known, ..self.report }
    }

    /// How many records were named so far.
    pub fn named(&self) -> usize {
        let refused = self.report.refused.len();
        self.report.unchanged + self.changed.len() + refused
    }

    fn check(&mut self, record: &Incoming) -> Result<(CloudId, Fields), Why> {
        let id = CloudId::parse(&record.cloud_id).map_err(|_| Why::BadId)?;
        let fields = record.fields.as_ref().ok_or(Why::BadFields)?;
        let instance = id.instance();
        if !self.origin.may_write(&instance) {
            return Err(Why::OtherServer);
        }
        let mut lines = fields.iter().flat_map(|(_, value)| value.lines());
        if lines.any(|line| line.chars().nth(MOST_LETTERS).is_some()) {
            self.tallies.entry(instance).or_default().refused += 1;
            return Err(Why::TooLong);
        }
        self.tallies.entry(instance).or_default().named += 1;
        Ok((id, self.kept(fields)))
    }

    /// Only what the settings allow; names apart and further addresses are for searching and never
    /// sent.
    fn kept(&self, fields: &Fields) -> Fields {
        let wanted = &self.intake.rules.fields;
        let is_kept = |field: &Field| match field {
            Field::Given | Field::Surname => true,
            Field::Mails => wanted.contains(&Field::Email),
            field => wanted.contains(field),
        };
        fields.iter().filter(|(field, _)| is_kept(field)).collect()
    }

    fn refuse(&mut self, cloud_id: String, why: Why) {
        self.report.refused.push(Refused { cloud_id, why });
    }

    async fn compare(&mut self, records: &[Checked]) -> sqlx::Result<()> {
        let keys: Vec<String> = records.iter().map(|record| record.key.clone()).collect();
        let mut tx = self.intake.db.read().await?;
        let known = known_records(&mut tx, &keys).await?;
        drop(tx);
        let mut known: HashMap<String, KnownRecord> =
            known.into_iter().map(|record| (record.cloud_key.clone(), record)).collect();
        for record in records {
            self.sort(record, known.remove(&record.key));
        }
        Ok(())
    }

    /// To be written, or as it was.
    fn sort(&mut self, record: &Checked, known: Option<KnownRecord>) {
        let Checked { key, id, fields, person } = record;
        let known = match (known, self.changed.remove(key)) {
            (None, Some(earlier)) => earlier.known,
            (known, _) => known,
        };
        let origin = self.origin.word();
        // What a server says of its users counts more than a list of somebody else.
        let is_told_better = known.as_ref().is_some_and(|known| {
            !matches!(self.origin, Origin::Push { .. })
                && known.origin == "push"
                && known.state == "shown"
        });
        if is_told_better {
            self.report.unchanged += 1;
            return;
        }
        let same = known.as_ref().filter(|known| {
            known.digest == fields.digest()
                && known.cloud_id == id.as_str()
                && known.origin == origin
                && known.state == "shown"
                && (person.is_none() || known.person == *person)
        });
        let Some(same) = same else {
            let changed =
                Changed { cloud_id: id.clone(), fields: fields.clone(), person: *person, known };
            self.changed.insert(key.clone(), changed);
            return;
        };
        if self.now - same.seen_at >= Duration::hours(6) {
            self.seen.push(same.id);
        }
        self.alone = (self.named() == 0).then(|| same.clone());
        self.report.unchanged += 1;
    }
}
