//! What filters and attribute sets can draw on: the account that signed in, and what we add.
use super::service::{Book, Dispatcher};
use super::standing::Standing;
use crate::identity::session::Method;
use crate::identity::{Person, Profile, Rne};
use crate::sso::Facts;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Somebody as a partner or an application is told about them.
pub struct About<'a> {
    /// Sources and settings.
    pub dispatcher: &'a Dispatcher,
    /// The files in use.
    pub snapshot: &'a Book,
    /// How the person stands.
    pub standing: &'a Standing,
    /// By which account they signed in.
    pub account: Option<Uuid>,
    /// How they signed in.
    pub method: Method,
    /// Who.
    pub person: &'a Person,
    /// The school that is meant.
    pub rne: Option<&'a Rne>,
    /// `arena` of the zone that the browser was in.
    pub arena: Option<String>,
}

impl About<'_> {
    /// Everything that may be asked for, by the names of `dispatch.md` 5.4 and 7.5.
    pub fn facts(&self) -> Facts {
        let Self { standing, snapshot, rne, .. } = *self;
        let own = standing.accounts.iter().find(|account| Some(account.id) == self.account);
        let attributes = own.map(|account| account.attributes.clone()).unwrap_or_default();
        let source = own.and_then(|account| self.dispatcher.directories.get(&account.source));
        let login = own.map(|account| account.login.clone()).unwrap_or_default();
        let uid = attributes.first("uid").map_or(login, str::to_owned);
        let key = match source.and_then(|source| source.federation_key.as_deref()) {
            Some(name) => attributes.first(name).map(str::to_owned),
            None => attributes.first("FrEduVecteur").map(str::to_owned),
        };
        let key = key.unwrap_or_else(|| uid.clone());
        let rnes: Vec<String> = standing.schools().iter().map(ToString::to_string).collect();
        let label = rne.and_then(|rne| snapshot.schools.get(rne)).map(|school| &school.label);
        let role = source.map(|source| source.role.as_str());
        let facts = Facts::new(attributes)
            .with("FederationKey", [key.clone()])
            .with("DispatcherKey", [key])
            .with("uid", [uid])
            .with("displayName", [self.person.display_name.clone()])
            .with("mail", self.person.mail.clone())
            .with("rne", rne.map(ToString::to_string))
            .with("rnes", rnes.clone())
            .with("ecs_rne", rnes)
            .with("profils", self.profiles(rne))
            .with("DispatcherProfils", self.profiles(None))
            .with("source", role)
            .with("SourceAuth", source.map(|source| source.source_auth.clone()))
            .with("auth", [self.method.as_str()])
            .with("rne_courant", rne.map(ToString::to_string))
            .with("rne_libelle", label.cloned())
            .with("arena", self.arena.clone());
        snapshot.partners.computed.add_to(facts)
    }

    /// National names of the profiles at one school, or at all of them.
    fn profiles(&self, rne: Option<&Rne>) -> Vec<String> {
        let at = self.standing.affiliations.iter().filter(|a| rne.is_none_or(|rne| a.rne == *rne));
        let distinct: BTreeSet<Profile> = at.map(|affiliation| affiliation.profile).collect();
        distinct.into_iter().filter_map(Profile::national_name).map(str::to_owned).collect()
    }
}
