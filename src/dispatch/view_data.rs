//! What pages and audit rows show of a person's destinations.
use super::pages::{Academic, Badge, Group, Kind, Note, State as Shown, Tile};
use super::service::View;
use super::{Destination, Mfa, State};
use crate::audit::Event;
use crate::identity::sources::Directories;
use crate::identity::{Detail, Profile, Rne, SignedIn};
use serde_json::{Value, json};

impl View {
    /// The facts of an audit row (3.10): counts and codes, no attribute values.
    fn facts(&self) -> Vec<(&'static str, Value)> {
        let destinations =
            self.destinations.iter().map(|d| json!({ "rne": d.rne, "state": d.state }));
        vec![
            ("zone", json!(self.zone.as_ref().map(|zone| &zone.name))),
            ("affectations", json!(self.standing.affiliations.len())),
            ("destinations", Value::Array(destinations.collect())),
            ("sources", json!(self.source_names())),
            ("warnings", json!(self.decision.warnings)),
            ("config_generation", json!(self.snapshot.generation)),
        ]
    }

    /// An event with all these facts.
    pub fn tell(&self, event: Event) -> Event {
        self.facts().into_iter().fold(event, |event, (name, value)| event.field(name, value))
    }

    fn source_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.standing.accounts.iter().map(|account| account.source.as_str()).collect();
        names.dedup();
        names
    }
}

/// Tiles in groups: a heading for each profile when somebody is both staff and family.
pub(super) fn groups(destinations: &[Destination], only: Option<&[&str]>) -> Vec<Group> {
    let shown = |d: &&Destination| only.is_none_or(|only| only.contains(&d.rne.as_str()));
    let shown: Vec<&Destination> = destinations.iter().filter(shown).collect();
    let is_family = |d: &Destination| d.profiles.iter().all(|profile| is_family_profile(*profile));
    let families = shown.iter().filter(|d| is_family(d)).count();
    if families == 0 || families == shown.len() {
        let tiles = shown.into_iter().map(tile).collect();
        return vec![Group { profile: None, tiles }];
    }
    let mut groups: Vec<Group> = Vec::new();
    for destination in shown {
        let profile = heading(destination);
        match groups.iter_mut().find(|group| group.profile == profile) {
            Some(group) => group.tiles.push(tile(destination)),
            None => groups.push(Group { profile, tiles: vec![tile(destination)] }),
        }
    }
    groups
}

/// Under which heading a school stands: work before family, when it is both.
fn heading(destination: &Destination) -> Option<Profile> {
    let work = destination.profiles.iter().find(|profile| !is_family_profile(**profile));
    work.or(destination.profiles.first()).copied()
}

fn is_family_profile(profile: Profile) -> bool {
    matches!(profile, Profile::Parent | Profile::Pupil)
}

/// One school on the page.
pub(super) fn tile(destination: &Destination) -> Tile {
    let children =
        destination.details.iter().filter(|detail| matches!(detail, Detail::Child(_))).count();
    let badge = |profile: &Profile| Badge {
        profile: *profile,
        children: if *profile == Profile::Parent { children } else { 0 },
    };
    let (family, work): (Vec<Profile>, Vec<Profile>) =
        destination.profiles.iter().partition(|profile| is_family_profile(**profile));
    Tile {
        rne: destination.rne.to_string(),
        portal: usize::from(destination.portal_index),
        label: destination.label.clone(),
        commune: destination.town.clone(),
        kind: Kind::of(destination.kind.as_deref().unwrap_or_default()),
        logo: destination.logo.clone(),
        badges: work.iter().chain(&family).map(badge).collect(),
        state: shown_state(destination.state),
        asks_second_factor: destination.mfa == Mfa::Required,
        message: destination.message.clone(),
        is_current: destination.current,
        ..Tile::default()
    }
}

fn shown_state(state: State) -> Shown {
    match state {
        State::Ok => Shown::Open,
        State::Unknown => Shown::Unknown,
        State::NoPortal => Shown::NoPortal,
        State::NoSp => Shown::NotReachable,
        State::Inactive => Shown::Inactive,
        State::Denied => Shown::Denied,
    }
}

/// The academic portal, for agents in a zone that has one.
pub(super) fn academic(view: &View) -> Option<Academic> {
    let zone = view.zone.as_ref().filter(|_| view.standing.is_agent)?;
    Some(Academic { zone: zone.label.clone(), asks_second_factor: zone.mfa == Mfa::Required })
}

/// What to know before choosing.
pub(super) fn notes(
    view: &View,
    who: &SignedIn,
    (lost, limited): (Option<&Rne>, Option<&str>),
    directories: &Directories,
) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Some(rne) = lost {
        let school = view.snapshot.schools.get(rne);
        notes.push(Note::LostSchool(school.map_or(rne.as_str(), |s| s.label.as_str()).to_owned()));
    }
    let silent = who.session.partial_sources();
    if !silent.is_empty() {
        let label =
            |name: &&str| directories.get(name).map_or(*name, |s| s.label.as_str()).to_owned();
        notes.push(Note::SourcesMissing(silent.iter().map(label).collect()));
    }
    notes.extend(limited.map(|portal| Note::LimitedTo(portal.to_owned())));
    notes
}
