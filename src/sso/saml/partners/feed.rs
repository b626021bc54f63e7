//! A federation's file: many entities of many houses, signed as a whole by the federation.
//!
//! It comes from the network: nothing in it counts before its signature was checked (SEC-56).
//! Single entities that cannot be used are nobody's business here and are only counted.
use super::load::{fits, service_provider};
use super::read::{Reading, role};
use super::{IdentityProvider, Partner};
use crate::finding::Severity;
use crate::sso::saml::gate::{Entity, admit_entities};
use crate::sso::saml::partner_key::PartnerKey;
use crate::sso::saml::refusal::{Reason, Refusal, demand};
use crate::sso::saml::signed_metadata::signed_metadata;
use crate::sso::saml::vocabulary::METADATA;
use chrono::{DateTime, Duration, Utc};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// What is read of a file.
#[derive(Debug, Clone)]
pub struct FeedRules {
    /// The federation's name here.
    pub federation: String,
    /// The federation's keys; one of them must have signed.
    pub keys: Vec<PartnerKey>,
    /// Whether its service providers may ask here.
    pub takes_partners: bool,
    /// The identity providers that are wanted, by entityID; those of a whole federation are many.
    pub wanted: BTreeSet<String>,
    /// Whether http addresses on other machines are taken.
    pub allow_http: bool,
}

/// A federation's file, read.
#[derive(Debug, Clone, Default)]
pub struct Feed {
    /// Its service providers, when they are taken.
    pub partners: Vec<Partner>,
    /// Identity providers that were asked for, by entityID.
    pub providers: HashMap<String, Arc<IdentityProvider>>,
    /// How many entities it has.
    pub entities: usize,
    /// How many of those have something that cannot be used, and what the first one was.
    pub faults: (usize, Option<String>),
    /// When it runs out.
    pub valid_until: Option<DateTime<Utc>>,
    /// How long it should be kept before asking again.
    pub cache: Option<Duration>,
}

impl Feed {
    /// Read a file.
    ///
    /// # Errors
    /// When none of the keys signed the whole of it, or when it is no metadata. One that has run out is
    /// read: nobody in it can be used.
    pub fn read(bytes: &[u8], rules: &FeedRules, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let text = signed_metadata(bytes, &rules.keys)?;
        let mut feed = Self::default();
        let mut take = |entity: Entity| feed.take(&entity, rules, now);
        let root = admit_entities(text.as_bytes(), &mut take)?;
        let mut reading = reading(rules, now);
        let ends = root.attribute("validUntil").into_iter();
        let valid_until = reading.earliest(ends, &rules.federation);
        let cache = root.attribute("cacheDuration").and_then(duration);
        if root.is(METADATA, "EntityDescriptor") {
            take(Entity { element: root, size: text.len(), group_ends: Vec::new() });
        } else {
            let is_group = root.is(METADATA, "EntitiesDescriptor");
            demand(is_group, Reason::Shape, "not SAML 2.0 metadata")?;
        }
        demand(feed.entities > 0, Reason::Shape, "no entities")?;
        Ok(Self { valid_until, cache, ..feed })
    }

    fn take(&mut self, entity: &Entity, rules: &FeedRules, now: DateTime<Utc>) {
        self.entities += 1;
        let mut reading = reading(rules, now);
        if rules.takes_partners
            && role(&entity.element, "SPSSODescriptor").is_some()
            && let Some(partner) = service_provider(entity, &mut reading)
            && is_address(&partner.entity_id, &mut reading)
        {
            let federation = Some(rules.federation.clone());
            self.partners.push(Partner { federation, ..partner });
        }
        let id = entity.element.attribute("entityID").map(str::trim).unwrap_or_default();
        if rules.wanted.contains(id) && fits(entity, &mut reading) {
            // http is for portals that have nothing better; passwords are typed at providers.
            reading.http = false;
            match identity_provider(entity, &mut reading) {
                Ok(provider) if provider.redirect_sso().is_none() => {
                    reading.find("E-META-READ", id, "it takes no questions by HTTP-Redirect");
                }
                Ok(provider) => {
                    self.providers.entry(id.to_owned()).or_insert_with(|| Arc::new(provider));
                }
                Err(refusal) => reading.find("E-META-READ", id, refusal.to_string()),
            }
        }
        let mut faults =
            reading.findings.iter().filter(|finding| finding.severity() >= Severity::Warning);
        if let Some(first) = faults.next() {
            self.faults.0 += 1;
            self.faults.1.get_or_insert_with(|| first.to_string());
        }
    }
}

/// Short names are those of our own files: nobody else may call themselves so (SAML Metadata 2.2.1
/// wants an address).
fn is_address(entity_id: &str, reading: &mut Reading<'_>) -> bool {
    let is_address = entity_id.contains(':');
    if !is_address {
        reading.find("E-META-ENTITY", entity_id, "not an address");
    }
    is_address
}

fn identity_provider(
    entity: &Entity,
    reading: &mut Reading<'_>,
) -> Result<IdentityProvider, Refusal> {
    let provider = IdentityProvider::read(&entity.element, reading)?;
    let groups = entity.group_ends.iter().map(String::as_str);
    let group_end = reading.earliest(groups, &provider.entity_id);
    let valid_until = [provider.valid_until, group_end].into_iter().flatten().min();
    Ok(IdentityProvider { valid_until, ..provider })
}

fn reading(rules: &FeedRules, now: DateTime<Utc>) -> Reading<'_> {
    Reading { file: &rules.federation, now, http: rules.allow_http, findings: Vec::new() }
}

/// A length of time as XML Schema writes it (`PT6H`, `P1DT12H`); a year has 365 days, a month 30.
fn duration(text: &str) -> Option<Duration> {
    let (days, time) = match text.trim().strip_prefix('P')?.split_once('T') {
        Some((days, time)) => (days, Some(time)),
        None => (text.trim().strip_prefix('P')?, None),
    };
    let of_days = sum(days, &[('Y', 365 * 86_400), ('M', 30 * 86_400), ('D', 86_400)])?;
    let of_time = time.map_or(Some(0), |time| sum(time, &[('H', 3600), ('M', 60), ('S', 1)]))?;
    let seconds = of_days.checked_add(of_time).filter(|seconds| *seconds > 0)?;
    Duration::try_seconds(seconds)
}

/// The seconds of parts such as `1D` or `30.5S`, in this order; fractions are dropped.
fn sum(text: &str, units: &[(char, i64)]) -> Option<i64> {
    let (mut rest, mut seconds) = (text, 0_i64);
    for (letter, unit) in units {
        let Some((number, behind)) = rest.split_once(*letter) else { continue };
        let whole = number.split_once('.').map_or(number, |(whole, _)| whole);
        seconds =
            seconds.checked_add(whole.parse::<u32>().map(i64::from).ok()?.checked_mul(*unit)?)?;
        rest = behind;
    }
    rest.is_empty().then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_those_of_xml_schema() {
        for (text, seconds) in [
            ("PT6H", Some(21_600)),
            ("P1D", Some(86_400)),
            ("P1DT12H30M1.5S", Some(131_401)),
            ("P1Y2M", Some(425 * 86_400)),
            ("PT1M", Some(60)),
            ("P1M", Some(2_592_000)),
            ("PT0S", None),
            ("P", None),
            ("PT", None),
            ("-P1D", None),
            ("P-1D", None),
            ("6H", None),
            ("PT1H2D", None),
            ("P99999999999D", None),
            ("", None),
        ] {
            assert_eq!(duration(text).map(|it| it.num_seconds()), seconds, "{text}");
        }
    }
}
