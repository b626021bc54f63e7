//! One service provider.
use super::endpoint::{Acs, AcsChoice, Endpoint};
use crate::sso::saml::partner_key::PartnerKey;
use chrono::{DateTime, Utc};
use url::Url;

/// A service provider, as its metadata describes it.
#[derive(Debug, Clone)]
pub struct Partner {
    /// Its name in SAML.
    pub entity_id: String,
    /// Name of its file without `.xml`, when the file holds no other entity.
    pub stem: Option<String>,
    /// Further short names.
    pub aliases: Vec<String>,
    /// Name of its file.
    pub file: String,
    /// The federation that speaks for it; none when its file was put in place by hand.
    pub federation: Option<String>,
    /// What people call it, French first.
    pub name: Option<String>,
    /// Where it takes Responses; at least one takes HTTP-POST.
    pub acs: Vec<Acs>,
    /// Where it takes logout messages.
    pub slo: Vec<Endpoint>,
    /// Keys that verify its requests; empty when it signs nothing.
    pub signing_keys: Vec<PartnerKey>,
    /// Keys to encrypt for it.
    pub encryption_keys: Vec<PartnerKey>,
    /// Whether it promises to sign its requests: unsigned ones are refused then.
    pub authn_requests_signed: bool,
    /// Whether it insists on signed assertions. (They always are.)
    pub want_assertions_signed: bool,
    /// `NameID` formats that it lists, in its order.
    pub name_id_formats: Vec<String>,
    /// When the description runs out.
    pub valid_until: Option<DateTime<Utc>>,
}

/// Whether a partner can be used now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usability {
    /// It can.
    Usable,
    /// Its description ran out at this moment.
    Expired(DateTime<Utc>),
}

impl Partner {
    /// Everything that files call it: entityID, name of its file, aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let first = [Some(self.entity_id.as_str()), self.stem.as_deref()];
        first.into_iter().flatten().chain(self.aliases.iter().map(String::as_str))
    }

    /// Where to post a Response; none when the metadata has no such address for HTTP-POST.
    ///
    /// Without a choice: the one marked default, else the first not marked otherwise, else the
    /// first (SAML Metadata 2.2.3), where first is the lowest index.
    pub fn acs(&self, choice: AcsChoice<'_>) -> Option<&Acs> {
        let mut usable = self.acs.iter().filter(|acs| acs.takes_post());
        match choice {
            AcsChoice::Url(url) => usable.find(|acs| acs.url == url),
            AcsChoice::Index(index) => usable.find(|acs| acs.index == index),
            AcsChoice::Default => usable.min_by_key(|acs| {
                let rank = match acs.is_default {
                    Some(true) => 0,
                    None => 1,
                    Some(false) => 2,
                };
                (rank, acs.index)
            }),
        }
    }

    /// Where it takes logout messages by the browser: by redirect, or by form where that is wished
    /// for, and otherwise in the other way.
    pub fn logout_endpoint(&self, by_post: bool) -> Option<&Endpoint> {
        Endpoint::choose(&self.slo, by_post)
    }

    /// Whether its description is still valid.
    pub fn usable(&self, now: DateTime<Utc>) -> Usability {
        match self.valid_until {
            Some(end) if end <= now => Usability::Expired(end),
            _ => Usability::Usable,
        }
    }

    /// Origins (`https://host:port`) of its addresses for Responses, sorted, without repeats.
    pub fn acs_origins(&self) -> Vec<String> {
        let origin =
            |acs: &Acs| Url::parse(&acs.url).ok().map(|u| u.origin().ascii_serialization());
        let mut origins: Vec<_> = self.acs.iter().filter_map(origin).collect();
        origins.sort_unstable();
        origins.dedup();
        origins
    }
}
