//! What programs push, and what is said of it.
use super::people::PersonView;
use crate::sync::{Counts, Finished, Pushed, Rejected};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Entries that cannot be used and are told with the answer; the run keeps more.
const MOST_REJECTED: usize = 100;

/// Many people at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct PushMany {
    /// `changes`: these people come or change, nobody leaves. `full`: these are all there are, and
    /// whoever is not among them leaves.
    #[serde(default)]
    pub mode: PushMode,
    /// With `full`: however many leave. Without it, too many are refused.
    #[serde(default)]
    pub force: bool,
    /// Only say what would be done.
    #[serde(default)]
    pub dry_run: bool,
    /// Each as the program describes them: the names are its own, `attr.…` of the source makes ours
    /// of them. Values are texts, numbers, truth values, lists of them, or objects whose names are
    /// written `outer.inner`.
    #[schema(value_type = Vec<Object>, max_items = 50000)]
    pub people: Vec<Pushed>,
}

/// Who is among the people that are pushed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::api) enum PushMode {
    /// Some of them.
    #[default]
    Changes,
    /// All of them.
    Full,
}

/// What became of many people.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct PushedMany {
    /// The run that wrote them; the sources page shows it too.
    pub run: Uuid,
    /// How many of what.
    pub counts: Counts,
    /// Entries that could not be used, the first ones.
    pub rejected: Vec<RejectedView>,
}

/// An entry that could not be used.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct RejectedView {
    /// `people[7]`: its place, counted from 0.
    pub place: String,
    /// Stable code.
    pub code: String,
    /// Why.
    pub why: String,
}

/// What became of one person.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct PushedOne {
    /// What was done.
    pub outcome: PushOutcome,
    /// The person now.
    pub person: PersonView,
}

/// What was done with one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::api) enum PushOutcome {
    /// Nobody knew them.
    Appeared,
    /// Something is another than before.
    Changed,
    /// They had left.
    Returned,
    /// All was as it is.
    Unchanged,
}

impl PushOutcome {
    /// Of a run with one person.
    pub(super) fn of(counts: &Counts) -> Self {
        match (counts.appeared, counts.changed, counts.returned) {
            (1.., ..) => Self::Appeared,
            (_, 1.., _) => Self::Changed,
            (.., 1..) => Self::Returned,
            _ => Self::Unchanged,
        }
    }
}

impl PushedMany {
    /// Of a run.
    pub(super) fn of(finished: &Finished) -> Self {
        let view = |one: &Rejected| RejectedView {
            place: one.place.clone(),
            code: one.code.to_owned(),
            why: one.why.clone(),
        };
        Self {
            run: finished.run,
            counts: finished.counts.clone(),
            rejected: finished.findings.iter().take(MOST_REJECTED).map(view).collect(),
        }
    }
}
