//! What is wrong with the files when they are seen together: each may be fine and still not fit.
use super::portal_url::{host_in, host_of};
use super::{Protocol, School, Schools, Zones};
use crate::finding::Finding;
use crate::web::client_ip::TrustedProxies;
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap};

/// What dispatch asks of the service providers that were loaded.
pub trait Partners {
    /// How many there are.
    fn count(&self) -> usize;
    /// How many applications may ask by CAS.
    fn applications(&self) -> usize;
    /// Whether this one, by entityID or file stem, can be sent to now.
    fn usable(&self, sp: &str, now: DateTime<Utc>) -> bool;
    /// Whether an application that signs in by CAS is at this address.
    fn is_application(&self, portal: &str) -> bool;
    /// What is known of this one, if it is loaded.
    fn facts(&self, sp: &str) -> Option<PartnerFacts>;
}

/// What the check wants to know of a service provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartnerFacts {
    /// Origins (`https://host[:port]`) of its assertion consumer services.
    pub acs_origins: Vec<String>,
}

/// Check a set of files. `etabs` is what findings call the file of schools.
pub fn lint(
    etabs: &str,
    schools: &Schools,
    zones: &Zones,
    partners: &impl Partners,
    proxies: &TrustedProxies,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Most schools share a few service providers.
    let mut known: HashMap<&str, Option<PartnerFacts>> = HashMap::new();
    for school in schools.iter().filter(|school| wants_partner(school)) {
        let facts = known.entry(&school.sp).or_insert_with(|| partners.facts(&school.sp));
        findings.extend(partner_findings(etabs, school, facts.as_ref()));
    }
    findings.extend(strangers(etabs, schools, partners));
    findings.extend(shared_portals(etabs, schools));
    findings.extend(proxies.broad(&zones.networks()));
    findings
}

fn wants_partner(school: &School) -> bool {
    school.protocol == Protocol::Saml && school.active && school.portals().next().is_some()
}

fn partner_findings(etabs: &str, school: &School, facts: Option<&PartnerFacts>) -> Vec<Finding> {
    let about = |code| Finding::at(code, etabs, school.line, school.rne.as_str());
    let Some(facts) = facts else {
        return vec![about("W-ETAB-NOSP").detail(format!("no metadata for {}", school.sp))];
    };
    let mut findings = Vec::new();
    for portal in school.portals() {
        let origin = portal.origin();
        if !facts.acs_origins.iter().any(|own| own == origin) {
            findings.push(about("I-ETAB-ORIGIN").detail(origin));
        }
    }
    findings.extend(
        foreign_hosts(school, facts)
            .map(|host| about("W-ETAB-RELAYSTATE").detail(lines_to_add(&host))),
    );
    findings
}

/// Hosts named by a `RelayState` of the school on which its service provider does not live.
fn foreign_hosts(school: &School, facts: &PartnerFacts) -> impl Iterator<Item = String> {
    let mut hosts: Vec<String> = match &school.relay_state {
        Some(literal) => host_of(literal).into_iter().collect(),
        None => school.portals().map(|portal| portal.host().to_owned()).collect(),
    };
    hosts.retain(|host| !facts.acs_origins.iter().any(|origin| host_in(origin) == host));
    hosts.sort();
    hosts.dedup();
    hosts.into_iter()
}

/// What the two usual service providers need before they follow a `RelayState` to another host.
fn lines_to_add(host: &str) -> String {
    format!(
        "the service provider must allow {host}; mod_auth_mellon: \
         MellonRedirectDomains [self] {host}; Shibboleth, in <Sessions>: \
         redirectLimit=\"exact+allow\" redirectAllow=\"https://{host}/\""
    )
}

/// Portals that will ask by CAS who came, and will be refused.
fn strangers(etabs: &str, schools: &Schools, partners: &impl Partners) -> Vec<Finding> {
    let by_cas = schools.iter().filter(|it| it.protocol == Protocol::Cas && it.active);
    let portals = by_cas.flat_map(|school| school.portals().map(move |portal| (school, portal)));
    let unknown = portals.filter(|(_, portal)| !partners.is_application(portal.as_str()));
    let finding = |(school, portal): (&School, &super::PortalUrl)| {
        let about = Finding::at("W-ETAB-NOAPP", etabs, school.line, school.rne.as_str());
        about.detail(format!("no application is at {}", portal.as_str()))
    };
    unknown.map(finding).collect()
}

fn shared_portals(etabs: &str, schools: &Schools) -> Vec<Finding> {
    let mut first_at: BTreeMap<&str, &School> = BTreeMap::new();
    let mut findings = Vec::new();
    for school in schools.iter() {
        let Some(portal) = &school.portal else { continue };
        match first_at.get(portal.as_str()) {
            None => {
                first_at.insert(portal.as_str(), school);
            }
            Some(first) => {
                let same = format!("same portal as {} (line {})", first.rne, first.line);
                let about = Finding::at("I-ETAB-SHARED", etabs, school.line, school.rne.as_str());
                findings.push(about.detail(same));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ini;
    use crate::web::client_ip::HeaderKind;

    struct Loaded(BTreeMap<&'static str, &'static str>);

    impl Partners for Loaded {
        fn count(&self) -> usize {
            self.0.len()
        }

        fn applications(&self) -> usize {
            0
        }

        fn usable(&self, sp: &str, _: DateTime<Utc>) -> bool {
            self.0.contains_key(sp)
        }

        fn is_application(&self, portal: &str) -> bool {
            self.0.get("cas").is_some_and(|own| *own == portal)
        }

        fn facts(&self, sp: &str) -> Option<PartnerFacts> {
            let origin = self.0.get(sp)?;
            Some(PartnerFacts { acs_origins: vec![(*origin).to_owned()] })
        }
    }

    fn check(
        etabs: &str,
        partners: &[(&'static str, &'static str)],
    ) -> Vec<(&'static str, u32, String)> {
        let schools = Schools::read(&ini::read("etabs.ini", etabs.as_bytes()).0, false).0;
        let partners = Loaded(partners.iter().copied().collect());
        let zones = Zones::default();
        let found = lint("etabs.ini", &schools, &zones, &partners, &TrustedProxies::default());
        found
            .into_iter()
            .map(|found| (found.code, found.line.unwrap_or_default(), found.detail))
            .collect()
    }

    #[test]
    fn a_school_needs_a_service_provider() {
        let etabs = "[9740091F]\nportail=https://a.example\n[9749801K]\nprotocole=cas\nportail=https://b.example\n[9749802L]\nactif=no\nportail=https://c.example\n[0219801P]\nlibelle=X\n";
        let found = check(etabs, &[]);
        let no_sp = ("W-ETAB-NOSP", 1, "no metadata for 9740091F".to_owned());
        let no_app = ("W-ETAB-NOAPP", 3, "no application is at https://b.example".to_owned());
        assert_eq!(found, [no_sp.clone(), no_app]);
        assert_eq!(check(etabs, &[("cas", "https://b.example")]), [no_sp]);
    }

    #[test]
    fn a_portal_on_the_host_of_its_service_provider_is_fine() {
        let etabs = "[9740091F]\nportail=https://a.example/envole\n";
        assert_eq!(check(etabs, &[("9740091F", "https://a.example")]), []);
    }

    #[test]
    fn a_portal_on_another_port_is_worth_knowing() {
        let etabs = "[9740091F]\nportail=https://a.example\n";
        let found = check(etabs, &[("9740091F", "https://a.example:8443")]);
        assert_eq!(found, [("I-ETAB-ORIGIN", 1, "https://a.example".to_owned())]);
    }

    #[test]
    fn a_relay_state_on_another_host_comes_with_the_lines_to_add() {
        let etabs = "[9740091F]\nportail=https://a.example\n";
        let found = check(etabs, &[("9740091F", "https://sso.example")]);
        let codes: Vec<_> = found.iter().map(|found| found.0).collect();
        assert_eq!(codes, ["I-ETAB-ORIGIN", "W-ETAB-RELAYSTATE"]);
        assert!(found[1].2.contains("MellonRedirectDomains [self] a.example"));
        assert!(found[1].2.contains("redirectAllow=\"https://a.example/\""));

        let literal = format!("{etabs}relaystate=ss:mem:1\n");
        let found = check(&literal, &[("9740091F", "https://sso.example")]);
        assert_eq!(found.iter().map(|found| found.0).collect::<Vec<_>>(), ["I-ETAB-ORIGIN"]);
    }

    #[test]
    fn schools_that_share_a_portal_are_named() {
        let etabs = include_str!("testdata/etabs.ini");
        let found: Vec<_> =
            check(etabs, &[]).into_iter().filter(|found| found.0 == "I-ETAB-SHARED").collect();
        assert_eq!(found.len(), 1);
        assert!(found[0].2.starts_with("same portal as 0699801D"));
    }

    #[test]
    fn a_proxy_inside_a_zone_is_reported() {
        let text = include_str!("testdata/portails.ini");
        let zones = Zones::read(&ini::read("portails.ini", text.as_bytes()).0, false).0;
        let inside = "10.205.12.1/32".parse().expect("a network");
        let proxies = TrustedProxies::new([inside], HeaderKind::XForwardedFor);
        let partners = Loaded(BTreeMap::new());
        let found = lint("etabs.ini", &Schools::default(), &zones, &partners, &proxies);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].code, found[0].subject.as_str()), ("W-PROXY-BROAD", "10.205.12.1/32"));
    }
}
