//! Where a newcomer tries the search for colleagues.
use crate::lookup::pages::millis;
use crate::web::page::Shell;
use askama::Template;

/// The search as a Nextcloud's sharing dialogue has it. Asks `/lookup/try?q=`.
#[derive(Debug, Default, Template)]
#[template(path = "demo/pages/search.html")]
pub struct DemoSearch {
    /// The frame.
    pub shell: Shell,
    /// What was typed.
    pub words: String,
    /// What one may type.
    pub ideas: Vec<String>,
    /// Who was found, best first.
    pub hits: Vec<DemoColleague>,
    /// What it took, microseconds.
    pub micros: u64,
    /// Key of why nobody could be looked for.
    pub trouble: Option<&'static str>,
    /// People who can be found now.
    pub people: u64,
    /// Whether more of them are on their way.
    pub is_filling: bool,
    /// The same search for a shell.
    pub command: String,
}

/// Somebody found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DemoColleague {
    /// Name.
    pub name: String,
    /// Account.
    pub cloud_id: String,
    /// Key of the name of the step that found them.
    pub step: &'static str,
}

impl DemoSearch {
    /// How many were found, or can be.
    fn told(&self) -> String {
        if !self.hits.is_empty() {
            let millis = millis(self.micros, self.shell.lang);
            let counts = [("count", &self.hits.len() as _), ("millis", &millis as _)];
            return self.shell.t_with("lookup-hits", &counts);
        }
        let key = if self.is_filling { "demo-search-filling" } else { "demo-search-there" };
        self.shell.t_with(key, &[("count", &self.people)])
    }
}
