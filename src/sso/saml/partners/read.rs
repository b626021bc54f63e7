//! Reads one `EntityDescriptor`.
use super::endpoint::{Acs, Endpoint, boolean};
use super::partner::Partner;
use crate::finding::Finding;
use crate::sso::saml::element::Element;
use crate::sso::saml::partner_key::PartnerKey;
use crate::sso::saml::vocabulary::{METADATA, METADATA_UI, PROTOCOL, XML, XML_SIGNATURE};
use chrono::{DateTime, Utc};

/// What the reader needs to know besides the entity itself.
pub(super) struct Reading<'a> {
    /// Name of the file, for findings.
    pub(super) file: &'a str,
    pub(super) now: DateTime<Utc>,
    /// Whether http addresses on other machines are taken.
    pub(super) http: bool,
    pub(super) findings: Vec<Finding>,
}

/// The keys of a role, by use.
pub(super) struct Keys {
    pub(super) signing: Vec<PartnerKey>,
    pub(super) encryption: Vec<PartnerKey>,
}

impl Reading<'_> {
    /// A finding about this file.
    pub(super) fn find(&mut self, code: &'static str, subject: &str, detail: impl Into<String>) {
        let finding = Finding::about(code, subject).detail(detail);
        self.findings.push(Finding { file: self.file.to_owned(), ..finding });
    }

    /// The service provider that an entity describes; none, with a finding, when it is none.
    pub(super) fn service_provider(&mut self, entity: &Element) -> Option<Partner> {
        let entity_id = self.entity_id(entity)?;
        let Some(role) = role(entity, "SPSSODescriptor") else {
            self.find("I-META-ROLE", &entity_id, "not a SAML 2.0 service provider");
            return None;
        };
        let acs = self.consumers(role, &entity_id)?;
        let keys = self.keys(role, &entity_id);
        let http = self.http;
        let slo = role.all(METADATA, "SingleLogoutService");
        let formats = role.all(METADATA, "NameIDFormat").filter_map(Element::only_text);
        Some(Partner {
            stem: None,
            aliases: Vec::new(),
            file: self.file.to_owned(),
            federation: None,
            name: display_name(entity, role),
            acs,
            slo: slo.filter_map(|element| Endpoint::read(element, http)).collect(),
            signing_keys: keys.signing,
            encryption_keys: keys.encryption,
            authn_requests_signed: flag(role, "AuthnRequestsSigned"),
            want_assertions_signed: flag(role, "WantAssertionsSigned"),
            name_id_formats: formats.collect(),
            valid_until: self.valid_until(&[entity, role], &entity_id),
            entity_id,
        })
    }

    pub(super) fn entity_id(&mut self, entity: &Element) -> Option<String> {
        let id = entity.attribute("entityID").map(str::trim).unwrap_or_default();
        if id.is_empty() || id.len() > 1024 {
            self.find("E-META-ENTITY", "entityID", "missing or longer than 1024 characters");
            return None;
        }
        Some(id.to_owned())
    }

    fn consumers(&mut self, role: &Element, entity_id: &str) -> Option<Vec<Acs>> {
        let mut read = Vec::new();
        for element in role.all(METADATA, "AssertionConsumerService") {
            if let Some(acs) = Acs::read(element, self.http) {
                read.push(acs);
            } else {
                let address = element.attribute("Location").unwrap_or_default();
                self.find("W-META-ACS", entity_id, format!("address not usable: {address}"));
            }
        }
        if !read.iter().any(Acs::takes_post) {
            self.find("E-META-ACS", entity_id, "no usable address for HTTP-POST");
            return None;
        }
        Some(read)
    }

    pub(super) fn keys(&mut self, role: &Element, entity_id: &str) -> Keys {
        let mut keys = Keys { signing: Vec::new(), encryption: Vec::new() };
        for descriptor in role.all(METADATA, "KeyDescriptor") {
            let purpose = descriptor.attribute("use");
            for text in certificates(descriptor) {
                let Some(key) = self.key(&text, entity_id) else { continue };
                if purpose != Some("encryption") {
                    keys.signing.push(key.clone());
                }
                if purpose != Some("signing") {
                    keys.encryption.push(key);
                }
            }
        }
        keys
    }

    fn key(&mut self, text: &str, entity_id: &str) -> Option<PartnerKey> {
        match PartnerKey::parse(text, self.now) {
            Ok(key) => {
                if let Some(past) = key.expired_since() {
                    let detail = format!("ran out {} days ago; its key is used", past.num_days());
                    self.find("W-META-CERT", entity_id, detail);
                }
                Some(key)
            }
            Err(error) => {
                self.find("W-META-KEY", entity_id, error.to_string());
                None
            }
        }
    }

    /// The earliest end among these elements; one that cannot be read counts as past.
    pub(super) fn valid_until(
        &mut self,
        elements: &[&Element],
        entity_id: &str,
    ) -> Option<DateTime<Utc>> {
        let texts: Vec<_> =
            elements.iter().filter_map(|element| element.attribute("validUntil")).collect();
        self.earliest(texts.into_iter(), entity_id)
    }

    pub(super) fn earliest<'t>(
        &mut self,
        texts: impl Iterator<Item = &'t str>,
        entity_id: &str,
    ) -> Option<DateTime<Utc>> {
        texts
            .map(|text| {
                moment(text).unwrap_or_else(|| {
                    self.find("W-META-DATE", entity_id, format!("not a date: {text}"));
                    DateTime::UNIX_EPOCH
                })
            })
            .min()
    }
}

/// A moment as XML Schema writes it; without a time zone it is UTC (SAML Core 1.3.3).
pub(in crate::sso::saml) fn moment(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let zoned = DateTime::parse_from_rfc3339(text).map(|moment| moment.with_timezone(&Utc));
    zoned.ok().or_else(|| {
        let naive = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
        Some(naive.and_utc())
    })
}

/// The first role of this kind that speaks SAML 2.0.
pub(super) fn role<'a>(entity: &'a Element, kind: &'a str) -> Option<&'a Element> {
    entity.all(METADATA, kind).find(|role| {
        let protocols = role.attribute("protocolSupportEnumeration").unwrap_or_default();
        protocols.split_whitespace().any(|protocol| protocol == PROTOCOL)
    })
}

fn certificates(descriptor: &Element) -> Vec<String> {
    let info = descriptor.child(XML_SIGNATURE, "KeyInfo");
    let data = info.into_iter().flat_map(|info| info.all(XML_SIGNATURE, "X509Data"));
    data.flat_map(|data| data.all(XML_SIGNATURE, "X509Certificate"))
        .filter_map(Element::only_text)
        .collect()
}

pub(super) fn flag(role: &Element, name: &str) -> bool {
    role.attribute(name).and_then(boolean).unwrap_or(false)
}

/// The name that the role shows people, else that of the organisation; French first.
pub(super) fn display_name(entity: &Element, role: &Element) -> Option<String> {
    let shown = role
        .child(METADATA, "Extensions")
        .and_then(|extensions| extensions.child(METADATA_UI, "UIInfo"))
        .and_then(|info| in_french(info, METADATA_UI, "DisplayName"));
    shown.or_else(|| {
        let organisation = entity.child(METADATA, "Organization")?;
        in_french(organisation, METADATA, "OrganizationDisplayName")
    })
}

fn in_french(parent: &Element, space: &str, name: &str) -> Option<String> {
    let rank = |element: &&Element| match element.attribute_in(XML, "lang") {
        Some(language) if language.starts_with("fr") => 0,
        Some(language) if language.starts_with("en") => 1,
        _ => 2,
    };
    let found = parent.all(space, name).min_by_key(rank)?;
    found.only_text().filter(|text| !text.is_empty())
}
