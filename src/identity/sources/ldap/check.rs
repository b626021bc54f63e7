//! What can be wrong with the settings of a directory, told all at once.
use super::address::{Address, AddressError};
use super::filter::{Template, is_attribute_name, is_filter};
use super::settings::{CHILD, LOGIN, LdapSettings, STRUCTURE, UNIT};
use super::tls::connector;
use super::wanted::is_secret;
use crate::finding::Finding;

impl LdapSettings {
    /// Everything that is wrong with the settings themselves; no server is asked.
    pub fn check(&self) -> Vec<Finding> {
        let mut findings = self.check_servers();
        findings.extend(self.check_filters());
        findings.extend(self.check_names());
        findings
    }

    fn check_servers(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if self.urls.is_empty() {
            findings.push(self.finding("E-LDAP-URL", "url", "is missing"));
        }
        for url in &self.urls {
            let Err(error) = Address::parse(url, self.starttls) else { continue };
            let code = match error {
                AddressError::Plain => "E-LDAP-PLAIN",
                AddressError::Unreadable | AddressError::Path => "E-LDAP-URL",
            };
            findings.push(self.finding(code, "url", format!("{url}: {error}")));
        }
        if self.base.trim().is_empty() {
            findings.push(self.finding("E-LDAP-BASE", "base", "is missing"));
        }
        if let Some(file) = &self.ca_file
            && let Err(error) = connector(Some(file))
        {
            findings.push(self.finding("E-LDAP-CA", "ca_file", error.to_string()));
        }
        if self.bind_dn.is_some() && self.bind_password.is_empty() {
            findings.push(self.finding("E-LDAP-BIND", "bind_password", "is missing"));
        }
        findings
    }

    fn check_filters(&self) -> Vec<Finding> {
        let templates = [
            ("login_filter", &self.login_filter, LOGIN),
            ("structure_filter", &self.structure_filter, STRUCTURE),
            ("unit_filter", &self.unit_filter, UNIT),
            ("children_filter", &self.children_filter, CHILD),
        ];
        let mut findings: Vec<Finding> = templates
            .into_iter()
            .filter_map(|(key, text, place)| self.template(key, text, place).err())
            .collect();
        if !is_filter(&self.people_filter) {
            findings.push(self.finding("E-LDAP-FILTER", "people_filter", &*self.people_filter));
        }
        findings
    }

    fn check_names(&self) -> Vec<Finding> {
        let keyed =
            [("login_attribute", &*self.login_attribute), ("id_attribute", &*self.id_attribute)];
        let extra = self.extra_attributes.iter().map(|name| ("extra_attributes", &**name));
        let theirs = self.mapping.theirs().into_iter().map(|name| ("attr", name));
        let names = keyed.into_iter().chain(extra).chain(theirs);
        names
            .filter_map(|(key, name)| {
                if !is_attribute_name(name) {
                    return Some(self.finding("E-LDAP-ATTRIBUTE", key, name));
                }
                is_secret(name).then(|| self.finding("E-LDAP-SECRET", key, name))
            })
            .collect()
    }

    /// The filter of a key, ready to be filled.
    pub(super) fn template(
        &self,
        key: &str,
        text: &str,
        place: &'static str,
    ) -> Result<Template, Finding> {
        let detail = || format!("{text}: no filter with {place} as a value");
        Template::parse(text, place).ok_or_else(|| self.finding("E-LDAP-FILTER", key, detail()))
    }

    pub(super) fn finding(
        &self,
        code: &'static str,
        key: &str,
        detail: impl Into<String>,
    ) -> Finding {
        Finding::about(code, format!("[source:{}] {key}", self.name)).detail(detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::sources::{Role, Secret};

    fn settings() -> LdapSettings {
        LdapSettings::new("local", Role::Local, &["ldap://127.0.0.1"], "o=gouv,c=fr")
    }

    #[test]
    fn the_defaults_are_good() {
        for role in [Role::Agents, Role::Teleservices, Role::Local, Role::University] {
            let settings = LdapSettings { role, ..settings() };
            assert_eq!(settings.check(), []);
        }
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let settings = LdapSettings {
            urls: vec!["ldap://ldap.example.org".into(), "ftp://x".into()],
            base: String::new(),
            bind_dn: Some("cn=reader".into()),
            login_filter: "(uid=me)".into(),
            people_filter: "(".into(),
            id_attribute: "employeeNumber".into(),
            extra_attributes: vec!["mail".into(), "userPassword".into(), "2.5.4.35".into()],
            ..settings()
        };

        let codes: Vec<_> = settings.check().iter().map(|finding| finding.code).collect();

        assert_eq!(
            codes,
            [
                "E-LDAP-PLAIN",
                "E-LDAP-URL",
                "E-LDAP-BASE",
                "E-LDAP-BIND",
                "E-LDAP-FILTER",
                "E-LDAP-FILTER",
                "E-LDAP-SECRET",
                "E-LDAP-SECRET",
                "E-LDAP-ATTRIBUTE"
            ]
        );
    }

    #[test]
    fn the_password_of_the_service_is_not_printed() {
        let settings = LdapSettings { bind_password: Secret::new("tulipe"), ..settings() };

        assert!(!format!("{settings:?}").contains("tulipe"));
    }
}
