//! What an application is answered: text, XML or JSON (`dispatch.md` 6.2, 6.3).
use crate::sso::applications::{Group, Mode};
use chrono::{DateTime, SecondsFormat, Utc};
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use serde_json::{Map, Value, json};

/// `http://www.yale.edu/tp/cas`
const NAMESPACE: &str = "http://www.yale.edu/tp/cas";

/// Why a ticket is not accepted, in the words of the protocol (CAS 3.0, 2.5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// A parameter is missing.
    Request,
    /// Unknown, used, too old, or not fresh where that was asked for.
    Ticket,
    /// The ticket is for another address, or that address is not declared.
    Service,
}

impl Failure {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Request => "INVALID_REQUEST",
            Self::Ticket => "INVALID_TICKET",
            Self::Service => "INVALID_SERVICE",
        }
    }

    /// For whoever reads the log of the application.
    fn text(self) -> &'static str {
        match self {
            Self::Request => "service and ticket are both needed",
            Self::Ticket => "the ticket is unknown, was used already, or is too old",
            Self::Service => "the ticket was made for another address",
        }
    }
}

/// Somebody, as one application is told.
#[derive(Debug, Clone)]
pub(super) struct Success {
    pub(super) user: String,
    pub(super) authenticated_at: DateTime<Utc>,
    pub(super) is_fresh: bool,
    /// What the filter makes of the person, section by section.
    pub(super) groups: Vec<Group>,
    pub(super) mode: Mode,
    /// Who passed the ticket on, the latest first.
    pub(super) proxies: Vec<String>,
}

/// Either of them.
pub(super) type Answer = Result<Success, Failure>;

/// `yes` and the login, or `no` (CAS 1).
pub(super) fn text(answer: &Answer) -> String {
    match answer {
        Ok(success) => format!("yes\n{}\n", success.user),
        Err(_) => "no\n\n".to_owned(),
    }
}

/// CAS 2 and 3, and what clients of EoleSSO read beside it.
pub(super) fn xml(answer: &Answer) -> String {
    let mut xml = Xml::default();
    xml.start("serviceResponse", &[("xmlns:cas", NAMESPACE)]);
    match answer {
        Ok(success) => success.write(&mut xml),
        Err(failure) => {
            xml.start("authenticationFailure", &[("code", failure.code())]);
            xml.text(failure.text());
            xml.end("authenticationFailure");
        }
    }
    xml.end("serviceResponse");
    xml.finish()
}

/// CAS 3 with `format=JSON`; values are always lists.
pub(super) fn json(answer: &Answer) -> Value {
    match answer {
        Ok(success) => {
            let mut attributes = Map::new();
            for (name, values) in success.attributes() {
                attributes.insert(name, json!(values));
            }
            let mut inside = json!({ "user": success.user, "attributes": attributes });
            if !success.proxies.is_empty() {
                inside["proxies"] = json!(success.proxies);
            }
            json!({ "serviceResponse": { "authenticationSuccess": inside } })
        }
        Err(failure) => json!({ "serviceResponse": { "authenticationFailure": {
            "code": failure.code(), "description": failure.text(),
        } } }),
    }
}

impl Success {
    /// Three of the protocol, then those of all sections; equal names add up.
    pub(super) fn attributes(&self) -> Vec<(String, Vec<String>)> {
        let at = self.authenticated_at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let mut all = vec![
            ("authenticationDate".to_owned(), vec![at]),
            ("longTermAuthenticationRequestTokenUsed".to_owned(), vec!["false".to_owned()]),
            ("isFromNewLogin".to_owned(), vec![self.is_fresh.to_string()]),
        ];
        for (name, values) in self.groups.iter().flat_map(|group| &group.values) {
            match all.iter_mut().find(|(known, _)| known == name) {
                // Clients look for one element of this name.
                _ if name == "user" => {}
                Some((_, known)) => {
                    let new = values.iter().filter(|value| !known.contains(value));
                    let new: Vec<String> = new.cloned().collect();
                    known.extend(new);
                }
                None => all.push((name.clone(), values.clone())),
            }
        }
        all
    }

    /// The plain `user` first, sections last, and no blanks in between (`dispatch.md` 6.3).
    fn write(&self, xml: &mut Xml) {
        xml.start("authenticationSuccess", &[]);
        xml.leaf("user", &self.user);
        if self.mode != Mode::Eole {
            xml.start("attributes", &[]);
            for (name, values) in self.attributes() {
                for value in values {
                    xml.leaf(&name, &value);
                }
            }
            xml.end("attributes");
        }
        if !self.proxies.is_empty() {
            xml.start("proxies", &[]);
            for proxy in &self.proxies {
                xml.leaf("proxy", proxy);
            }
            xml.end("proxies");
        }
        if self.mode != Mode::Standard {
            for group in &self.groups {
                write_group(xml, group);
            }
        }
        xml.end("authenticationSuccess");
    }
}

fn write_group(xml: &mut Xml, group: &Group) {
    xml.start(&group.name, &[]);
    for (name, values) in &group.values {
        for value in values {
            xml.leaf(name, value);
        }
    }
    xml.end(&group.name);
}

/// XML in the making, all of it in CAS' own namespace.
struct Xml(quick_xml::Writer<Vec<u8>>);

impl Default for Xml {
    fn default() -> Self {
        Self(quick_xml::Writer::new(Vec::new()))
    }
}

impl Xml {
    fn event(&mut self, event: Event<'_>) {
        self.0.write_event(event).expect("memory takes every event");
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let start = BytesStart::new(format!("cas:{name}"));
        self.event(Event::Start(start.with_attributes(attributes.iter().copied())));
    }

    fn end(&mut self, name: &str) {
        self.event(Event::End(BytesEnd::new(format!("cas:{name}"))));
    }

    fn text(&mut self, text: &str) {
        self.event(Event::Text(BytesText::new(text)));
    }

    /// A value that XML cannot hold is left out: one odd letter in a name locks nobody out.
    fn leaf(&mut self, name: &str, value: &str) {
        if value.chars().all(crate::sso::saml::is_xml) {
            self.start(name, &[]);
            self.text(value);
            self.end(name);
        }
    }

    fn finish(self) -> String {
        String::from_utf8(self.0.into_inner()).expect("only text was written")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marie(mode: Mode) -> Success {
        let values = |pairs: &[(&str, &[&str])]| {
            let pair = |(name, values): &(&str, &[&str])| {
                ((*name).to_owned(), values.iter().map(|&value| value.to_owned()).collect())
            };
            pairs.iter().map(pair).collect()
        };
        let user = Group {
            name: "user".to_owned(),
            values: values(&[
                ("rne", &["9740091F", "9749801K"]),
                ("user", &["mdupont"]),
                ("uid", &["mdupont"]),
                ("displayName", &["Marie <Dupont> & cie"]),
            ]),
        };
        Success {
            user: "mdupont".to_owned(),
            authenticated_at: "2025-09-01T06:12:33Z".parse().expect("a time"),
            is_fresh: true,
            groups: vec![user],
            mode,
            proxies: Vec::new(),
        }
    }

    const ATTRIBUTES: &str = "<cas:attributes><cas:authenticationDate>2025-09-01T06:12:33Z</cas:authenticationDate><cas:longTermAuthenticationRequestTokenUsed>false</cas:longTermAuthenticationRequestTokenUsed><cas:isFromNewLogin>true</cas:isFromNewLogin><cas:rne>9740091F</cas:rne><cas:rne>9749801K</cas:rne><cas:uid>mdupont</cas:uid><cas:displayName>Marie &lt;Dupont&gt; &amp; cie</cas:displayName></cas:attributes>";
    const SECTION: &str = "<cas:user><cas:rne>9740091F</cas:rne><cas:rne>9749801K</cas:rne><cas:user>mdupont</cas:user><cas:uid>mdupont</cas:uid><cas:displayName>Marie &lt;Dupont&gt; &amp; cie</cas:displayName></cas:user>";

    #[test]
    fn each_mode_has_its_parts_in_order() {
        for (mode, parts) in [
            (Mode::Standard, ATTRIBUTES.to_owned()),
            (Mode::Eole, SECTION.to_owned()),
            (Mode::Dual, format!("{ATTRIBUTES}{SECTION}")),
        ] {
            let expected = format!(
                "<cas:serviceResponse xmlns:cas=\"http://www.yale.edu/tp/cas\">\
                 <cas:authenticationSuccess><cas:user>mdupont</cas:user>{parts}\
                 </cas:authenticationSuccess></cas:serviceResponse>"
            );
            assert_eq!(xml(&Ok(marie(mode))), expected);
        }
    }

    #[test]
    fn failures_say_why() {
        assert_eq!(
            xml(&Err(Failure::Ticket)),
            "<cas:serviceResponse xmlns:cas=\"http://www.yale.edu/tp/cas\">\
             <cas:authenticationFailure code=\"INVALID_TICKET\">the ticket is unknown, was used \
             already, or is too old</cas:authenticationFailure></cas:serviceResponse>"
        );
        assert_eq!(text(&Err(Failure::Ticket)), "no\n\n");
        assert_eq!(
            json(&Err(Failure::Service))["serviceResponse"]["authenticationFailure"]["code"],
            "INVALID_SERVICE"
        );
    }

    #[test]
    fn plain_and_json_answers() {
        assert_eq!(text(&Ok(marie(Mode::Dual))), "yes\nmdupont\n");
        let json = json(&Ok(marie(Mode::Dual)));
        let inside = &json["serviceResponse"]["authenticationSuccess"];
        assert_eq!(inside["user"], "mdupont");
        assert_eq!(inside["attributes"]["rne"], json!(["9740091F", "9749801K"]));
        assert_eq!(inside["attributes"]["isFromNewLogin"], json!(["true"]));
    }

    #[test]
    fn values_stay_values() {
        let mut success = marie(Mode::Dual);
        "</cas:user><cas:user>admin".clone_into(&mut success.user);
        success.groups[0].values = vec![("x".to_owned(), vec!["\u{1}".to_owned()])];
        let xml = xml(&Ok(success));
        assert!(
            xml.contains("<cas:user>&lt;/cas:user&gt;&lt;cas:user&gt;admin</cas:user>"),
            "{xml}"
        );
        assert!(!xml.contains("<cas:x>"), "{xml}");
    }
}
