//! An identity provider, as a service provider of ours knows it.
use super::endpoint::Endpoint;
use super::read::{Reading, display_name, flag, role};
use crate::sso::saml::gate::{Profile, admit};
use crate::sso::saml::partner_key::PartnerKey;
use crate::sso::saml::refusal::{Reason, Refusal, demand};
use crate::sso::saml::vocabulary::{HTTP_POST, HTTP_REDIRECT, METADATA};
use chrono::{DateTime, Utc};

/// An identity provider whose word is taken.
#[derive(Debug, Clone)]
pub struct IdentityProvider {
    /// Its name in SAML.
    pub entity_id: String,
    /// What people call it.
    pub name: Option<String>,
    /// Keys that verify what it says; never empty.
    pub signing_keys: Vec<PartnerKey>,
    /// Where questions go, by HTTP-Redirect or HTTP-POST.
    pub sso: Vec<Endpoint>,
    /// Where logout messages go.
    pub slo: Vec<Endpoint>,
    /// Whether it insists on signed questions.
    pub want_authn_requests_signed: bool,
    /// When the description runs out.
    pub valid_until: Option<DateTime<Utc>>,
}

impl IdentityProvider {
    /// Read a metadata file with one entity, trusted by where it comes from.
    ///
    /// # Errors
    /// When it is no identity provider, has run out or has no usable signing key: without a key,
    /// anybody could speak for it.
    pub fn from_metadata(bytes: &[u8], now: DateTime<Utc>, http: bool) -> Result<Self, Refusal> {
        let entity = admit(bytes, Profile::Metadata)?;
        let single = entity.is(METADATA, "EntityDescriptor");
        demand(single, Reason::Shape, "not the metadata of one entity")?;
        let role = role(&entity, "IDPSSODescriptor")
            .ok_or_else(|| Refusal::new(Reason::Shape, "not an identity provider"))?;
        let mut reading = Reading { file: "", now, http, findings: Vec::new() };
        let entity_id = reading
            .entity_id(&entity)
            .ok_or_else(|| Refusal::new(Reason::Issuer, "no entityID"))?;
        let signing_keys = reading.keys(role, &entity_id).signing;
        demand(!signing_keys.is_empty(), Reason::Signature, "no usable signing key")?;
        let valid_until = reading.valid_until(&[&entity, role], &entity_id);
        demand(valid_until.is_none_or(|end| end > now), Reason::Time, "the metadata has run out")?;
        let endpoints = |name| -> Vec<_> {
            role.all(METADATA, name).filter_map(|element| Endpoint::read(element, http)).collect()
        };
        Ok(Self {
            name: display_name(&entity, role),
            signing_keys,
            sso: endpoints("SingleSignOnService"),
            slo: endpoints("SingleLogoutService"),
            want_authn_requests_signed: flag(role, "WantAuthnRequestsSigned"),
            valid_until,
            entity_id,
        })
    }

    /// Where questions go by redirect.
    pub fn redirect_sso(&self) -> Option<&str> {
        self.sso_by(HTTP_REDIRECT)
    }

    /// Where questions go by a form.
    pub fn post_sso(&self) -> Option<&str> {
        self.sso_by(HTTP_POST)
    }

    /// Where it takes logout messages by the browser: by redirect, or by form where that is wished
    /// for, and otherwise in the other way.
    pub fn logout_endpoint(&self, by_post: bool) -> Option<&Endpoint> {
        Endpoint::choose(&self.slo, by_post)
    }

    fn sso_by(&self, binding: &str) -> Option<&str> {
        let endpoint = self.sso.iter().find(|endpoint| endpoint.binding == binding)?;
        Some(&endpoint.url)
    }
}
