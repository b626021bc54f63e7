//! Who sends and takes logout messages: portals that we vouched to, and the identity provider that
//! vouched to us.
use super::departure::{Hop, State};
use super::exit::Exit;
use crate::identity::store::SessionPartner;
use crate::sso::SamlParty;
use crate::sso::saml::{Endpoint, Partner, Sender, Usability, name_id_format};
use crate::sso::store::Provenance;
use serde::{Deserialize, Serialize};

/// On which side of us somebody stands; each has its own address of ours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Side {
    /// A portal: `/saml/slo`.
    #[default]
    Portal,
    /// An identity provider: `/saml/sp/slo`.
    Provider,
}

impl Side {
    /// What the audit record calls it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Portal => "sp",
            Self::Provider => "idp",
        }
    }

    /// Why a session ended, for the audit record.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::Provider => "idp",
        }
    }

    /// Where it sends logout messages.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Portal => "/saml/slo",
            Self::Provider => "/saml/sp/slo",
        }
    }
}

/// Somebody on one of the sides.
pub(super) enum Party<'e> {
    Portal(&'e Partner),
    Provider(SamlParty),
}

impl Exit {
    pub(super) fn party(&self, side: Side, entity_id: &str) -> Option<Party<'_>> {
        match side {
            Side::Portal => {
                self.snapshot.partners.partners.by_entity_id(entity_id).map(Party::Portal)
            }
            Side::Provider => {
                let mut all = self.providers().into_iter();
                all.find(|it| it.provider.entity_id == entity_id).map(Party::Provider)
            }
        }
    }

    pub(super) fn providers(&self) -> Vec<SamlParty> {
        self.settings.upstreams.saml_parties(self.now)
    }

    /// Whether somebody wants to hear of ends, and how.
    pub(super) fn way_to<'p>(&self, party: &'p Party<'_>) -> Option<&'p Endpoint> {
        let wants = match party {
            Party::Portal(partner) => {
                let usable = partner.usable(self.now) == Usability::Usable;
                self.snapshot.partners.association(partner).slo && usable
            }
            Party::Provider(provider) => provider.is_told,
        };
        party.endpoint(false).filter(|_| wants)
    }

    /// What people call a portal: its own name, that of its only school, else its entityID.
    pub(super) fn label(&self, party: &Party<'_>) -> String {
        let partner = match party {
            Party::Portal(partner) => partner,
            Party::Provider(provider) => return provider.label.clone(),
        };
        let mut schools = partner.names().flat_map(|name| self.snapshot.schools.at(name));
        let only = schools.next().filter(|_| schools.next().is_none());
        let name = partner.name.clone().or_else(|| Some(only?.label.clone()));
        name.unwrap_or_else(|| partner.entity_id.clone())
    }

    /// A portal on the way out.
    pub(super) fn portal_hop(&self, known: SessionPartner) -> Hop {
        let SessionPartner { entity_id, session_index, name_id } = known;
        let party = self.party(Side::Portal, &entity_id);
        let format = match &party {
            Some(Party::Portal(partner)) => {
                self.snapshot.partners.association(partner).name_id.format()
            }
            _ => name_id_format::UNSPECIFIED,
        };
        let name_format = format.to_owned();
        let side = Side::Portal;
        self.hop(
            party.as_ref(),
            Hop { side, entity_id, name_id, name_format, session_index, ..Hop::default() },
        )
    }

    /// The identity provider on the way out; `None`: it does not speak SAML.
    pub(super) fn provider_hop(&self, from: &Provenance) -> Option<Hop> {
        let party = self.providers().into_iter().find(|it| it.name == from.idp)?;
        let hop = Hop {
            side: Side::Provider,
            entity_id: party.provider.entity_id.clone(),
            name_id: from.name_id.clone(),
            name_format: from.name_format.clone().unwrap_or_default(),
            name_qualifiers: [from.name_qualifier.clone(), from.sp_name_qualifier.clone()],
            session_index: from.session_index.clone().unwrap_or_default(),
            ..Hop::default()
        };
        Some(self.hop(Some(&Party::Provider(party)), hop))
    }

    fn hop(&self, party: Option<&Party<'_>>, hop: Hop) -> Hop {
        let can_be_asked = party.is_some_and(|party| self.way_to(party).is_some());
        let label = party.map(|party| self.label(party));
        Hop {
            label: label.unwrap_or_else(|| hop.entity_id.clone()),
            state: if can_be_asked { State::Waiting } else { State::NotOffered },
            ..hop
        }
    }
}

impl Party<'_> {
    /// Where it takes logout messages by the browser.
    pub(super) fn endpoint(&self, by_post: bool) -> Option<&Endpoint> {
        match self {
            Self::Portal(partner) => partner.logout_endpoint(by_post),
            Self::Provider(provider) => provider.provider.logout_endpoint(by_post),
        }
    }
}

/// As the sender of a message that is to be checked.
pub(super) fn sender(provider: &SamlParty) -> Sender<'_> {
    Sender {
        entity_id: &provider.provider.entity_id,
        keys: &provider.provider.signing_keys,
        allow_sha1: provider.allow_sha1,
    }
}
