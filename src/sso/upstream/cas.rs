//! A CAS server, to which we are an application (CAS Protocol 3.0; SEC-61).
use super::{Question, Told, UpstreamError, secret_name};
use crate::config::CasSettings;
use crate::outbound::{Outbound, OutboundError, body};
use crate::sso::saml::{Element, Profile, admit};
use crate::web::query::Fields;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::form_urlencoded::byte_serialize;

/// Longest answer, bytes.
const LONGEST: usize = 64 * 1024;
/// The namespace of its answers.
const SPACE: &str = "http://www.yale.edu/tp/cas";
/// Attributes of the protocol (CAS Protocol 3.0, 2.5.7), which say nothing about the person.
const PROTOCOL: [&str; 3] =
    ["authenticationDate", "isFromNewLogin", "longTermAuthenticationRequestTokenUsed"];

/// What is kept while somebody is away.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Asked {
    /// The address that the ticket is for, made of our own settings only (CVE-2022-39369).
    service: String,
    /// The person must prove anew who they are.
    is_fresh: bool,
}

/// One `[idp:NAME]` with `kind = cas`.
pub(super) struct Server {
    settings: CasSettings,
    outbound: Outbound,
}

impl Server {
    pub(super) fn new(settings: CasSettings, outbound: Outbound) -> Self {
        Self { settings, outbound }
    }

    /// Where to send the browser.
    pub(super) fn question(&self, question: &Question<'_>) -> (String, Asked) {
        // Not `state`: the server posts its farewell there, and such fields stand in no address of
        // a post.
        let service = format!("{}?journey={}", question.back, question.state);
        let renew = if question.is_fresh { "&renew=true" } else { "" };
        let to = format!("{}/login?service={}{renew}", self.settings.url, escape(&service));
        (to, Asked { service, is_fresh: question.is_fresh })
    }

    /// Where a session there ends, and people come back from.
    pub(super) fn way_out(&self, back: &str) -> String {
        format!("{}/logout?service={}", self.settings.url, escape(back))
    }

    /// Hand the ticket in.
    pub(super) async fn answer(
        &self,
        query: &Fields,
        kept: &Asked,
        now: DateTime<Utc>,
    ) -> Result<Told, UpstreamError> {
        let ticket = query.get("ticket").ok_or(UpstreamError::NotBelieved("ticket"))?;
        let answer = match self.validate("/p3/serviceValidate", ticket, kept).await? {
            Some(answer) => answer,
            // A server of version 2.
            None => self
                .validate("/serviceValidate", ticket, kept)
                .await?
                .ok_or_else(|| UpstreamError::Silent("it validates no tickets".to_owned()))?,
        };
        let mut told = read(&answer)?;
        if kept.is_fresh {
            // It would have refused the ticket otherwise.
            told.proved_at = Some(now);
        }
        Ok(Told { session: Some(secret_name(ticket)), ..told })
    }

    /// The answer; `None`: it has no such address.
    async fn validate(
        &self,
        path: &str,
        ticket: &str,
        kept: &Asked,
    ) -> Result<Option<Vec<u8>>, UpstreamError> {
        let renew = if kept.is_fresh { "&renew=true" } else { "" };
        let (service, ticket) = (escape(&kept.service), escape(ticket));
        let address =
            format!("{}{path}?service={service}&ticket={ticket}{renew}", self.settings.url);
        let client = self.outbound.client().map_err(|error| silent(&error))?;
        let answer = client.get(address).send().await;
        let answer = answer.map_err(|error| silent(&error.without_url().into()))?;
        match answer.status().as_u16() {
            200 => {}
            404 => return Ok(None),
            status => return Err(silent(&OutboundError::Status(status))),
        }
        match body(answer, LONGEST).await {
            Ok(body) => Ok(Some(body)),
            Err(OutboundError::TooLong) => Err(UpstreamError::NotBelieved("size")),
            Err(error) => Err(silent(&error)),
        }
    }
}

fn escape(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

fn silent(error: &OutboundError) -> UpstreamError {
    UpstreamError::Silent(error.to_string())
}

/// Whom the answer names, when it has one thing to say and says it plainly.
fn read(answer: &[u8]) -> Result<Told, UpstreamError> {
    let odd = UpstreamError::NotBelieved;
    let root = admit(answer.trim_ascii(), Profile::Logout).map_err(|it| odd(it.reason.code()))?;
    let children: Vec<&Element> = root.children().collect();
    let [only] = children.as_slice() else { return Err(odd("shape")) };
    if !root.is(SPACE, "serviceResponse") || !only.is(SPACE, "authenticationSuccess") {
        let is_failure = only.is(SPACE, "authenticationFailure");
        return Err(odd(if is_failure { "ticket" } else { "shape" }));
    }
    let users: Vec<&Element> = only.children().filter(|child| child.name == "user").collect();
    let [user] = users.as_slice() else { return Err(odd("subject")) };
    let subject = user.only_text().filter(|_| user.is(SPACE, "user")).ok_or(odd("subject"))?;
    let attributes = only.children().filter(|child| child.is(SPACE, "attributes"));
    let mut claims = Map::new();
    let mut proved_at = None;
    for attribute in attributes.flat_map(Element::children) {
        let Some(value) = attribute.only_text() else { continue };
        if attribute.name == "authenticationDate" {
            proved_at = DateTime::parse_from_rfc3339(&value).ok().map(|at| at.to_utc());
        }
        if PROTOCOL.contains(&attribute.name.as_str()) {
            continue;
        }
        let all = claims.entry(attribute.name.clone()).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(all) = all {
            all.push(Value::String(value));
        }
    }
    if !claims.contains_key("uid") {
        claims.insert("uid".to_owned(), Value::String(subject.clone()));
    }
    Ok(Told { subject, claims, proved_at, ..Told::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(inside: &str) -> String {
        format!("<cas:serviceResponse xmlns:cas=\"{SPACE}\">\n {inside}\n</cas:serviceResponse>\n")
    }

    fn reason(text: &str) -> &'static str {
        match read(text.as_bytes()) {
            Err(UpstreamError::NotBelieved(reason)) => reason,
            other => panic!("{text}: {other:?}"),
        }
    }

    const USER: &str = "<cas:user>mdupont</cas:user>";

    #[test]
    fn a_person_and_their_attributes() {
        let text = answer(&format!(
            "<cas:authenticationSuccess>{USER}<cas:proxyGrantingTicket>x</cas:proxyGrantingTicket>\
             <cas:attributes><cas:FrEduRne>a</cas:FrEduRne><cas:FrEduRne>b &amp; c</cas:FrEduRne>\
             <cas:authenticationDate>2027-01-15T08:00:00+01:00</cas:authenticationDate>\
             <cas:isFromNewLogin>true</cas:isFromNewLogin></cas:attributes>\
             </cas:authenticationSuccess>"
        ));
        let told = read(text.as_bytes()).unwrap();
        assert_eq!(told.subject, "mdupont");
        assert_eq!(told.claims["FrEduRne"], serde_json::json!(["a", "b & c"]));
        assert_eq!(told.claims["uid"], "mdupont");
        assert_eq!(told.proved_at.unwrap().to_rfc3339(), "2027-01-15T07:00:00+00:00");
        assert!(!told.claims.contains_key("isFromNewLogin"));
    }

    #[test]
    fn two_things_at_once_are_nothing() {
        let success = format!("<cas:authenticationSuccess>{USER}</cas:authenticationSuccess>");
        let failure =
            "<cas:authenticationFailure code=\"INVALID_TICKET\">no</cas:authenticationFailure>";
        assert_eq!(reason(&answer(failure)), "ticket");
        for both in [format!("{success}{failure}"), format!("{failure}{success}")] {
            assert_eq!(reason(&answer(&both)), "shape");
        }
        let nested = failure.replace("no", &success);
        assert_eq!(reason(&answer(&nested)), "ticket");
        assert_eq!(reason(&answer("")), "shape");
        assert_eq!(reason(&success.replace("cas:", "")), "shape");
    }

    #[test]
    fn a_name_is_one_plain_text() {
        let named = |user: &str| {
            answer(&format!("<cas:authenticationSuccess>{user}</cas:authenticationSuccess>"))
        };
        for user in [
            "",
            "<cas:user>a</cas:user><cas:user>b</cas:user>",
            "<cas:user>a<cas:b>c</cas:b></cas:user>",
            "<user xmlns=\"urn:x\">a</user>",
        ] {
            assert_eq!(reason(&named(user)), "subject", "{user}");
        }
        for odd in ["<cas:user>adm<!-- x -->in</cas:user>", "<cas:user><![CDATA[a]]></cas:user>"] {
            assert_eq!(reason(&named(odd)), "markup", "{odd}");
        }
        let bomb = format!("<!DOCTYPE x [<!ENTITY a \"b\">]>{}", named(USER));
        assert_eq!(reason(&bomb), "markup");
    }
}
