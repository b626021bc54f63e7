//! The choice of the school and the pages around it.
//!
//! A tile posts `rne=<rne>.<portal index>`, `remember` and `csrf` to `/dispatch`.
use crate::identity::Profile;
use crate::web::lang::Lang;
use crate::web::page::Shell;
use askama::Template;

pub mod admin;
mod search;
mod tile;

pub use search::fold;
pub use tile::{Badge, Kind, State, Tile};

/// From so many schools on there is a search field.
const SEARCH_FROM: usize = 8;
/// From so many on the list is dense and typing starts in the search field.
const COMPACT_FROM: usize = 40;

/// The choice of the school.
#[derive(Debug, Default, Template)]
#[template(path = "dispatch/pages/choice.html")]
pub struct Choice {
    /// The frame.
    pub shell: Shell,
    /// Schools in groups; one group without heading unless somebody is both staff and family.
    pub groups: Vec<Group>,
    /// The academic portal, when the person may go there.
    pub academic: Option<Academic>,
    /// Day until which a choice would be remembered, as people say it; none where it may not be.
    pub remember_until: Option<String>,
    /// A choice is remembered now: offer to forget it.
    pub is_remembered: bool,
    /// What to know before choosing.
    pub notes: Vec<Note>,
    /// Fields to send back with the tile, such as `next`.
    pub hidden: Vec<(String, String)>,
    /// What was searched for.
    pub query: String,
}

/// Schools under one heading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// What the person is in them; none when there is one group only.
    pub profile: Option<Profile>,
    /// The schools in their order.
    pub tiles: Vec<Tile>,
}

impl Group {
    fn heading(&self) -> Option<&'static str> {
        self.profile.map(tile::key)
    }
}

/// The academic portal for the network where the person is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Academic {
    /// Label of the zone.
    pub zone: Option<String>,
    /// A second factor will be asked there.
    pub asks_second_factor: bool,
}

/// Something to know before choosing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The remembered school is none of theirs any more.
    LostSchool(String),
    /// These directories did not answer; schools may be missing.
    SourcesMissing(Vec<String>),
    /// The portal asked for one of these schools (a shared portal).
    LimitedTo(String),
}

impl Note {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::LostSchool(label) => lang.t_with("choice-lost", &[("school", label)]),
            Self::SourcesMissing(names) => {
                lang.t_with("choice-sources-missing", &[("names", &names.join(", "))])
            }
            Self::LimitedTo(portal) => lang.t_with("choice-limited", &[("portal", portal)]),
        }
    }

    fn tone(&self) -> &'static str {
        match self {
            Self::LimitedTo(_) => "info",
            Self::LostSchool(_) | Self::SourcesMissing(_) => "warn",
        }
    }
}

impl Choice {
    /// The same page with only those schools that match `query`: label, town or code, without
    /// regard to case and accents. For browsers without script.
    #[must_use]
    pub fn search(mut self, query: &str) -> Self {
        query.trim().clone_into(&mut self.query);
        let words = fold(query);
        for group in &mut self.groups {
            for tile in &mut group.tiles {
                tile.is_hidden = !search::matches(&tile.searchable(), &words);
            }
        }
        self
    }

    fn tiles(&self) -> impl Iterator<Item = &Tile> {
        self.groups.iter().flat_map(|group| &group.tiles)
    }

    fn total(&self) -> usize {
        self.tiles().count()
    }

    fn has_search(&self) -> bool {
        self.total() >= SEARCH_FROM
    }

    fn is_compact(&self) -> bool {
        self.total() >= COMPACT_FROM
    }

    /// How many were found, when somebody searched.
    fn result(&self) -> Option<usize> {
        let shown = self.tiles().filter(|tile| !tile.is_hidden).count();
        (!self.query.is_empty()).then_some(shown)
    }

    fn finds_nothing(&self) -> bool {
        self.result() == Some(0)
    }

    fn body_class(&self) -> &'static str {
        if self.is_compact() { "door long wide compact" } else { "door long" }
    }
}

/// « Aucun portail trouvé »: schools, but no way into any of them.
#[derive(Debug, Default, Template)]
#[template(path = "dispatch/pages/no_portal.html")]
pub struct NoPortal {
    /// The frame.
    pub shell: Shell,
    /// The schools with the reason of each.
    pub tiles: Vec<Tile>,
    /// The academic portal, when the person may go there.
    pub academic: Option<Academic>,
    /// What support finds.
    pub reference: String,
}

/// No school for this account.
#[derive(Debug, Default, Template)]
#[template(path = "dispatch/pages/no_affiliation.html")]
pub struct NoAffiliation {
    /// The frame.
    pub shell: Shell,
    /// Labels of the directories that were asked.
    pub sources: Vec<String>,
    /// What support finds.
    pub reference: String,
}

/// No school, but the academic portal.
#[derive(Debug, Default, Template)]
#[template(path = "dispatch/pages/arena_only.html")]
pub struct ArenaOnly {
    /// The frame.
    pub shell: Shell,
    /// The academic portal.
    pub academic: Academic,
    /// Labels of the directories that were asked.
    pub sources: Vec<String>,
}

#[cfg(test)]
mod tests;
