//! The kinds of jobs that this process can do.
use super::job::{Answer, Job, Policy};
use super::turn::Turn;
use futures_util::future::BoxFuture;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

type Start =
    Arc<dyn Fn(Value, Turn) -> serde_json::Result<BoxFuture<'static, Answer>> + Send + Sync>;

/// What can be done, by kind. Jobs of other kinds stay where they are.
#[derive(Clone, Default)]
pub struct Kinds(BTreeMap<&'static str, Kind>);

#[derive(Clone)]
pub(super) struct Kind {
    pub(super) policy: Policy,
    start: Start,
}

impl Kinds {
    /// These, and jobs of this type, which work with `parts`.
    #[must_use]
    pub fn with<J: Job>(mut self, parts: J::Parts) -> Self {
        let start = move |payload, turn| {
            let job: J = serde_json::from_value(payload)?;
            let running: BoxFuture<'static, Answer> = Box::pin(job.run(parts.clone(), turn));
            Ok(running)
        };
        self.0.insert(J::KIND, Kind { policy: J::POLICY, start: Arc::new(start) });
        self
    }

    pub(super) fn names(&self) -> Vec<&'static str> {
        self.0.keys().copied().collect()
    }

    pub(super) fn get(&self, kind: &str) -> Option<&Kind> {
        self.0.get(kind)
    }
}

impl Kind {
    pub(super) fn start(
        &self,
        payload: Value,
        turn: Turn,
    ) -> serde_json::Result<BoxFuture<'static, Answer>> {
        (self.start)(payload, turn)
    }
}

impl fmt::Debug for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}
