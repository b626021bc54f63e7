//! An identity provider, as a service provider of ours knows it.
use super::endpoint::Endpoint;
use super::read::{Reading, display_name, flag, role};
use crate::sso::saml::element::Element;
use crate::sso::saml::gate::{Profile, admit};
use crate::sso::saml::partner_key::PartnerKey;
use crate::sso::saml::refusal::{Reason, Refusal, demand};
use crate::sso::saml::vocabulary::{HTTP_POST, HTTP_REDIRECT, METADATA, METADATA_UI, XML};
use chrono::{DateTime, Utc};

/// An identity provider whose word is taken.
#[derive(Debug, Clone)]
pub struct IdentityProvider {
    /// Its name in SAML.
    pub entity_id: String,
    /// What people call it.
    pub name: Option<String>,
    /// How it wants to be shown where people choose.
    pub shown: Shown,
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

/// What a page that lets people choose shows of it (SAML Metadata UI 2.1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// Names, each with its language.
    pub names: Vec<(String, String)>,
    /// Words by which people look for it, with a blank between, each list with its language.
    pub keywords: Vec<(String, String)>,
    /// Pictures.
    pub logos: Vec<Logo>,
}

/// A picture, and its size in points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// Where it is; https.
    pub url: String,
    /// How wide.
    pub width: u32,
    /// How high.
    pub height: u32,
}

impl Shown {
    fn read(role: &Element) -> Self {
        let extensions = role.child(METADATA, "Extensions");
        let Some(info) = extensions.and_then(|it| it.child(METADATA_UI, "UIInfo")) else {
            return Self::default();
        };
        let texts = |name| -> Vec<_> { info.all(METADATA_UI, name).filter_map(text).collect() };
        Self {
            names: texts("DisplayName"),
            keywords: texts("Keywords"),
            logos: info.all(METADATA_UI, "Logo").filter_map(Logo::read).collect(),
        }
    }
}

impl Logo {
    fn read(element: &Element) -> Option<Self> {
        let size = |name| element.attribute(name)?.trim().parse().ok();
        let url = element.only_text().filter(|url| url.starts_with("https://"))?;
        Some(Self { url, width: size("width")?, height: size("height")? })
    }
}

/// Language and text.
fn text(element: &Element) -> Option<(String, String)> {
    let text = element.only_text().filter(|text| !text.is_empty())?;
    Some((element.attribute_in(XML, "lang").unwrap_or("fr").to_owned(), text))
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
        Self::read(&entity, &mut Reading { file: "", now, http, findings: Vec::new() })
    }

    /// The same of one entity of a file that was let in.
    pub(super) fn read(entity: &Element, reading: &mut Reading<'_>) -> Result<Self, Refusal> {
        let (now, http) = (reading.now, reading.http);
        let role = role(entity, "IDPSSODescriptor")
            .ok_or_else(|| Refusal::new(Reason::Shape, "not an identity provider"))?;
        let entity_id =
            reading.entity_id(entity).ok_or_else(|| Refusal::new(Reason::Issuer, "no entityID"))?;
        let signing_keys = reading.keys(role, &entity_id).signing;
        demand(!signing_keys.is_empty(), Reason::Signature, "no usable signing key")?;
        let valid_until = reading.valid_until(&[entity, role], &entity_id);
        demand(valid_until.is_none_or(|end| end > now), Reason::Time, "the metadata has run out")?;
        let endpoints = |name| -> Vec<_> {
            role.all(METADATA, name).filter_map(|element| Endpoint::read(element, http)).collect()
        };
        Ok(Self {
            name: display_name(entity, role),
            shown: Shown::read(role),
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
