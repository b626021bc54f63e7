//! What an application is answered: text, XML or JSON (`dispatch.md` 6.2, 6.3).
use super::ticket::Ticket;
use crate::sso::applications::{Group, Mode};
use crate::sso::saml::{Xml, is_xml};
use chrono::{DateTime, SecondsFormat, Utc};
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
    /// A proxy ticket where only service tickets are taken.
    Kind,
    /// The ticket is for another address, or that address is not declared.
    Service,
    /// The application may not ask for tickets to pass on.
    Proxying,
    /// The address for the granting ticket is none of the application's.
    Callback,
    /// The granting ticket is unknown, or its session ended.
    Granting,
    /// No proxy tickets are given for that address.
    Target,
}

impl Failure {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Request | Self::Granting => "INVALID_REQUEST",
            Self::Ticket => "INVALID_TICKET",
            Self::Kind => "INVALID_TICKET_SPEC",
            Self::Service => "INVALID_SERVICE",
            Self::Proxying => "UNAUTHORIZED_SERVICE_PROXY",
            Self::Callback => "INVALID_PROXY_CALLBACK",
            Self::Target => "UNAUTHORIZED_SERVICE",
        }
    }

    /// For whoever reads the log of the application.
    fn text(self) -> &'static str {
        match self {
            Self::Request => "a parameter is missing",
            Self::Ticket => "the ticket is unknown, was used already, or is too old",
            Self::Kind => "a proxy ticket is taken at proxyValidate only",
            Self::Service => "the ticket was made for another address",
            Self::Proxying => "this application may not pass people on: it has no key proxy",
            Self::Callback => "pgtUrl is not an https address of this application",
            Self::Granting => "the granting ticket is unknown, or its session ended",
            Self::Target => "no application of that address takes proxy tickets",
        }
    }

    fn write(self, name: &'static str, xml: Xml) -> Xml {
        xml.leaf(name, &[("code", self.code())], self.text())
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
    /// By what the application knows the granting ticket that it was sent.
    pub(super) granting: Option<Ticket>,
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
    response(|xml| match answer {
        Ok(success) => success.write(xml),
        Err(failure) => failure.write("cas:authenticationFailure", xml),
    })
}

/// What `/proxy` answers (CAS 3.0, 2.7.2).
pub(super) fn proxy_xml(answer: &Result<Ticket, Failure>) -> String {
    response(|xml| match answer {
        Ok(ticket) => xml
            .open("cas:proxySuccess", &[], &[])
            .leaf("cas:proxyTicket", &[], ticket.as_str())
            .close(),
        Err(failure) => failure.write("cas:proxyFailure", xml),
    })
}

fn response(inside: impl FnOnce(Xml) -> Xml) -> String {
    let xml = Xml::default().open("cas:serviceResponse", &[("cas", NAMESPACE)], &[]);
    inside(xml).close().finish().expect("values that XML cannot hold were left out")
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
            if let Some(granting) = &success.granting {
                inside["proxyGrantingTicket"] = json!(granting.as_str());
            }
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
    fn write(&self, xml: Xml) -> Xml {
        let mut xml = leaf(xml.open("cas:authenticationSuccess", &[], &[]), "user", &self.user);
        if self.mode != Mode::Eole {
            xml = leaves(xml.open("cas:attributes", &[], &[]), &self.attributes()).close();
        }
        xml = xml.maybe(self.granting.as_ref(), |xml, ticket| {
            leaf(xml, "proxyGrantingTicket", ticket.as_str())
        });
        if !self.proxies.is_empty() {
            let proxies = xml.open("cas:proxies", &[], &[]);
            xml = proxies.each(&self.proxies, |xml, proxy| leaf(xml, "proxy", proxy)).close();
        }
        if self.mode != Mode::Standard {
            xml = xml.each(&self.groups, |xml, group| {
                leaves(xml.open(format!("cas:{}", group.name), &[], &[]), &group.values).close()
            });
        }
        xml.close()
    }
}

fn leaves(xml: Xml, all: &[(String, Vec<String>)]) -> Xml {
    xml.each(all, |xml, (name, values)| xml.each(values, |xml, value| leaf(xml, name, value)))
}

/// A value that XML cannot hold is left out: one odd letter in a name locks nobody out.
fn leaf(xml: Xml, name: &str, value: &str) -> Xml {
    if value.chars().all(is_xml) { xml.leaf(format!("cas:{name}"), &[], value) } else { xml }
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
            granting: None,
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
    fn who_passed_it_on_stands_behind_the_attributes() {
        let granting = Some(Ticket::parse("PGTIOU-1").expect("a ticket"));
        let proxies = vec!["https://b.example/p".to_owned(), "https://a.example/p".to_owned()];
        let success = Success { granting, proxies, ..marie(Mode::Dual) };
        let expected = format!(
            "{ATTRIBUTES}<cas:proxyGrantingTicket>PGTIOU-1</cas:proxyGrantingTicket><cas:proxies>\
             <cas:proxy>https://b.example/p</cas:proxy><cas:proxy>https://a.example/p</cas:proxy>\
             </cas:proxies>{SECTION}"
        );
        let answer = Ok(success);
        assert!(xml(&answer).contains(&expected), "{}", xml(&answer));
        let json = json(&answer);
        let inside = &json["serviceResponse"]["authenticationSuccess"];
        assert_eq!(inside["proxyGrantingTicket"], "PGTIOU-1");
        assert_eq!(inside["proxies"][0], "https://b.example/p");
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
