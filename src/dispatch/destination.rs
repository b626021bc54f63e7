//! Where a person may go: their schools joined with the file of schools (`dispatch.md` 3.1).
use super::collation::{self, CollationKey};
use super::{Choice, Mfa, PortalUrl, Protocol, School, Schools, Settings};
use crate::identity::{Affiliation, Detail, Profile, Rne};
use serde::Serialize;
use std::collections::HashMap;

#[cfg(test)]
mod tests;

/// Whether a destination can be followed, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DestinationState)]
pub enum State {
    /// It can.
    Ok,
    /// The file of schools does not know the code.
    Unknown,
    /// The school has no usable portal.
    NoPortal,
    /// The portal's service provider is not usable at the moment.
    NoSp,
    /// The school is switched off.
    Inactive,
    /// A rule of the house forbids it. Set by whoever keeps that rule.
    Denied,
}

/// One portal of one school, as far as it is one person's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Destination {
    /// The school.
    pub rne: Rne,
    /// Other schools of the person behind the same portal, when such are merged.
    pub also: Vec<Rne>,
    /// What people call the school.
    pub label: String,
    /// The portal, when there is one.
    pub portal: Option<PortalUrl>,
    /// Tells the portals of one school apart: 0 is everybody's, others belong to one profile.
    pub portal_index: u8,
    /// Service provider of the portal.
    pub sp: String,
    /// What to send as `RelayState`.
    pub relay_state: Option<String>,
    /// How the way into the portal begins.
    pub protocol: Protocol,
    /// What the person is there, sorted.
    pub profiles: Vec<Profile>,
    /// What the sources told about it, sorted: children, classes, functions.
    pub details: Vec<Detail>,
    /// Whether it can be followed.
    pub state: State,
    /// Whether the portal asks for a second factor.
    pub mfa: Mfa,
    /// The school's own note.
    pub message: Option<String>,
    /// Academy, for search and grouping.
    pub academy: Option<String>,
    /// Kind of school.
    pub kind: Option<String>,
    /// Town.
    pub town: Option<String>,
    /// Picture in the theme's folder of logos.
    pub logo: Option<String>,
    /// The directory calls this school the current one.
    pub current: bool,
    /// The person chose it before and asked to keep that.
    pub remembered: bool,
}

impl Destination {
    /// Whether it can be followed.
    pub fn is_usable(&self) -> bool {
        self.state == State::Ok
    }

    /// What a form or a cookie says to mean this destination.
    pub fn choice(&self) -> Choice {
        Choice { rne: self.rne.clone(), portal: self.portal_index }
    }

    /// Whether it is the school `rne`, alone or among others.
    pub fn is_school(&self, rne: &Rne) -> bool {
        self.rne == *rne || self.also.contains(rne)
    }
}

/// What puts some destinations before others, strongest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Order {
    /// The remembered choice.
    pub remembered: Option<Choice>,
    /// The school that the directory calls current.
    pub current: Option<Rne>,
    /// The school that the directory calls the main one.
    pub main: Option<Rne>,
    /// The school chosen last.
    pub last: Option<Rne>,
}

impl Order {
    fn key(&self, destination: &Destination) -> (u8, CollationKey, Rne, u8) {
        let named = |rne: &Option<Rne>| rne.as_ref() == Some(&destination.rne);
        let rank = match () {
            () if self.remembers(destination) => 0,
            () if named(&self.current) => 1,
            () if named(&self.main) => 2,
            () if named(&self.last) => 3,
            () => 4,
        };
        let label = collation::key(&destination.label);
        (rank, label, destination.rne.clone(), destination.portal_index)
    }

    fn remembers(&self, destination: &Destination) -> bool {
        self.remembered.as_ref().is_some_and(|choice| *choice == destination.choice())
    }
}

/// The destinations of a person, in order. `sp_usable` tells whether a service provider is loaded
/// and valid.
pub fn destinations(
    affiliations: &[Affiliation],
    schools: &Schools,
    sp_usable: &impl Fn(&str) -> bool,
    order: &Order,
    settings: &Settings,
) -> Vec<Destination> {
    let mut found: Vec<Destination> = Vec::new();
    let mut places: HashMap<&Rne, Vec<usize>> = HashMap::new();
    for affiliation in affiliations {
        let mut new = join(affiliation, schools.get(&affiliation.rne), sp_usable);
        let same_school = places.entry(&affiliation.rne).or_default();
        let place = same_school.iter().find(|place| found[**place].portal == new.portal);
        if let Some(place) = place {
            found[*place].absorb(new);
        } else {
            new.current = order.current.as_ref() == Some(&new.rne);
            same_school.push(found.len());
            found.push(new);
        }
    }
    for destination in &mut found {
        destination.remembered = order.remembers(destination);
    }
    found.sort_by_cached_key(|destination| order.key(destination));
    if settings.merge_same_portal { merged(found) } else { found }
}

fn join(
    affiliation: &Affiliation,
    school: Option<&School>,
    sp_usable: &impl Fn(&str) -> bool,
) -> Destination {
    let Some(school) = school else { return unknown(affiliation) };
    let portal = school.portal_for(affiliation.profile);
    let text = |portal: &PortalUrl| portal.as_str().to_owned();
    Destination {
        label: school.label.clone(),
        portal: portal.cloned(),
        portal_index: index_of(affiliation.profile, portal, school),
        sp: school.sp.clone(),
        relay_state: school.relay_state.clone().or_else(|| portal.map(text)),
        protocol: school.protocol,
        state: state(school, portal, sp_usable),
        mfa: school.mfa,
        message: school.message.clone(),
        academy: school.academy.clone(),
        kind: school.kind.clone(),
        town: school.town.clone(),
        logo: school.logo.clone(),
        ..unknown(affiliation)
    }
}

fn unknown(affiliation: &Affiliation) -> Destination {
    let mut details = affiliation.details.clone();
    details.sort();
    details.dedup();
    Destination {
        rne: affiliation.rne.clone(),
        also: Vec::new(),
        label: affiliation.rne.to_string(),
        portal: None,
        portal_index: 0,
        sp: affiliation.rne.to_string(),
        relay_state: None,
        protocol: Protocol::default(),
        profiles: vec![affiliation.profile],
        details,
        state: State::Unknown,
        mfa: Mfa::default(),
        message: None,
        academy: None,
        kind: None,
        town: None,
        logo: None,
        current: false,
        remembered: false,
    }
}

/// A portal of its own is numbered after the profile that the person has, not after the address:
/// a choice made as a pupil must not lead a parent there.
fn index_of(profile: Profile, portal: Option<&PortalUrl>, school: &School) -> u8 {
    if portal == school.portal.as_ref() { 0 } else { 1 + profile as u8 }
}

fn state(school: &School, portal: Option<&PortalUrl>, sp_usable: &impl Fn(&str) -> bool) -> State {
    match portal {
        _ if !school.active => State::Inactive,
        None => State::NoPortal,
        Some(_) if school.protocol == Protocol::Saml && !sp_usable(&school.sp) => State::NoSp,
        Some(_) => State::Ok,
    }
}

impl Destination {
    /// Take over what the person is besides, at the same portal.
    fn absorb(&mut self, other: Self) {
        self.portal_index = self.portal_index.min(other.portal_index);
        self.profiles.extend(other.profiles);
        self.profiles.sort_unstable();
        self.profiles.dedup();
        self.details.extend(other.details);
        self.details.sort();
        self.details.dedup();
        self.mfa = self.mfa.max(other.mfa);
        self.current |= other.current;
        self.remembered |= other.remembered;
    }
}

/// One destination for all that agree in portal, service provider and state; the first one counts.
fn merged(destinations: Vec<Destination>) -> Vec<Destination> {
    let mut kept: Vec<Destination> = Vec::with_capacity(destinations.len());
    for new in destinations {
        let same = |old: &&mut Destination| {
            old.portal.is_some()
                && (&old.portal, &old.sp, old.state) == (&new.portal, &new.sp, new.state)
        };
        if let Some(old) = kept.iter_mut().find(same) {
            old.also.push(new.rne.clone());
            let index = old.portal_index;
            old.absorb(new);
            old.portal_index = index;
        } else {
            kept.push(new);
        }
    }
    kept
}
