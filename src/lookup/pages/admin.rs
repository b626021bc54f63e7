//! The lookup as administrators see it.
use crate::web::lang::Lang;
use crate::web::page::{Banner, Shell, Tone};
use askama::Template;

/// State of the lookup. Tries a search by `/admin/lookup?q=&as=`.
#[derive(Debug, Default, Template)]
#[template(path = "lookup/pages/admin.html")]
pub struct AdminLookup {
    /// The frame.
    pub shell: Shell,
    /// The index; `None` when the lookup is switched off.
    pub index: Option<IndexNow>,
    /// How many of what.
    pub counts: Counts,
    /// The search that was tried.
    pub trial: Option<Trial>,
    /// What was typed.
    pub words: String,
    /// As which server, by the name of its section.
    pub asker: String,
    /// Servers that a search may be tried as: name of the section, label.
    pub askers: Vec<(String, String)>,
    /// Nextcloud servers and their records.
    pub servers: Vec<ServerRow>,
    /// Where records came from.
    pub sources: Vec<SourceRow>,
    /// Newest pushes and imports.
    pub intakes: Vec<IntakeRow>,
    /// The slowest searches since the start.
    pub slow: Vec<SlowRow>,
    /// Two servers, one person.
    pub conflicts: Vec<ConflictRow>,
}

/// The index at this moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexNow {
    /// Whether searches are answered.
    pub is_ready: bool,
    /// Documents done and to do, while it is built anew.
    pub rebuilding: Option<(u64, u64)>,
    /// Changes that it does not hold yet.
    pub lag_changes: u64,
    /// Age of the oldest of them, seconds.
    pub lag_seconds: u64,
    /// On the disk, MiB.
    pub mebibytes: u64,
}

/// How many of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records, hidden ones included.
    pub records: u64,
    /// Those that are found now.
    pub found: u64,
    /// Servers that have any.
    pub servers: usize,
    /// People whom several servers claim.
    pub conflicts: u64,
}

/// A search, and why its hits stand in this order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trial {
    /// What became of it when it was not answered: key of a text.
    pub trouble: Option<&'static str>,
    /// The steps of the ladder, in their order.
    pub steps: Vec<StepRow>,
    /// The hits, in their order.
    pub hits: Vec<HitRow>,
    /// All of it, microseconds.
    pub micros: u64,
}

/// One step of the ladder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StepRow {
    /// Key of its name.
    pub step: &'static str,
    /// Hits that it brought.
    pub hits: usize,
    /// What it took, microseconds.
    pub micros: u64,
}

/// One hit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HitRow {
    /// Name.
    pub name: String,
    /// Account.
    pub cloud_id: String,
    /// Mail address, when the fields that are sent hold it.
    pub mail: String,
    /// Key of the name of the step that found it.
    pub step: &'static str,
}

/// A Nextcloud server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerRow {
    /// Its host.
    pub server: String,
    /// Its label, when a section of the configuration gives one.
    pub label: String,
    /// Its records.
    pub records: u64,
}

/// Where records came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceRow {
    /// As people say it.
    pub origin: String,
    /// Its records.
    pub records: u64,
}

/// A push or an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IntakeRow {
    /// As people say it.
    pub origin: String,
    /// Server, empty for imports.
    pub server: String,
    /// When, as people say it.
    pub at: String,
    /// Records in it.
    pub records: u64,
    /// New or different ones.
    pub changed: u64,
    /// Refused ones.
    pub refused: u64,
}

/// A slow search: times and counts, never what was searched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SlowRow {
    /// When, as people say it.
    pub at: String,
    /// Who asked: the label of an instance, or a network.
    pub asker: String,
    /// What it took, milliseconds.
    pub millis: u64,
    /// Size of the answer, bytes.
    pub bytes: u64,
    /// Key of what became of it.
    pub outcome: &'static str,
}

/// Two servers, one person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConflictRow {
    /// The account that is found.
    pub wins: String,
    /// Those that are not.
    pub others: Vec<String>,
    /// When the winner was active last, as people say it.
    pub active: String,
}

impl AdminLookup {
    fn banner(&self) -> Option<Banner> {
        let Some(index) = &self.index else {
            return Some(Banner::new(Tone::Info, self.shell.t("lookup-off")));
        };
        if let Some((done, total)) = index.rebuilding {
            let text = [("done", &done as _), ("total", &total as _)];
            return Some(Banner::new(Tone::Info, self.shell.t_with("lookup-rebuilding", &text)));
        }
        if !index.is_ready {
            return Some(Banner::new(Tone::Trouble, self.shell.t("lookup-not-ready")));
        }
        (index.lag_seconds > 30).then(|| {
            let text = [("seconds", &index.lag_seconds as _), ("changes", &index.lag_changes as _)];
            Banner::new(Tone::Warning, self.shell.t_with("lookup-lags", &text))
        })
    }

    fn is_asker(&self, name: &str) -> bool {
        self.asker == name
    }
}

/// Milliseconds with a decimal.
pub fn millis(micros: u64, lang: Lang) -> String {
    let tenths = (micros + 50) / 100;
    let comma = if lang == Lang::En { '.' } else { ',' };
    format!("{}{comma}{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_that_lags_says_so_and_one_that_follows_does_not() {
        let page = |lag_seconds| AdminLookup {
            index: Some(IndexNow { is_ready: true, lag_seconds, ..IndexNow::default() }),
            ..AdminLookup::default()
        };
        assert!(page(31).banner().is_some_and(|banner| banner.tone == Tone::Warning));
        assert!(page(0).banner().is_none());
        assert!(AdminLookup::default().banner().is_some_and(|banner| banner.tone == Tone::Info));
    }

    #[test]
    fn short_times_keep_their_decimal() {
        assert_eq!(millis(940, Lang::Fr), "0,9");
        assert_eq!(millis(12_960, Lang::En), "13.0");
    }
}
