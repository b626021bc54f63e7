//! `/samlValidate`: a ticket handed in by SOAP, answered in SAML 1.1, as older clients want it.
//! The answer is not signed; the connection vouches for it.
use super::answer::{Answer, Success};
use super::desk::{Desk, Parts};
use super::validate;
use crate::sso::saml::{MessageId, is_xml};
use crate::web::body::Intake;
use crate::web::{self, Client, Error};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use quick_xml::escape::escape;
use quick_xml::events::Event;
use std::fmt::Write;

/// Messages are SOAP, whatever they call themselves.
pub(super) const INTAKE: Intake = Intake::any(16 * 1024);

/// How long an assertion is good for.
const VALID: Duration = Duration::minutes(1);
/// The namespace that clients of CAS know for attributes.
const NAMESPACE: &str = "http://www.ja-sig.org/products/cas/";

/// Answer a message.
pub(super) async fn validate(
    request: HttpRequest,
    body: String,
    client: Client,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let desk = Desk::open(&request, client, parts)?;
    let (service, ticket) = (desk.query.get("TARGET").map(str::to_owned), artifact(&body));
    let answer = validate::answer(&request, &desk, service.as_deref(), ticket.as_deref()).await?;
    let random = || MessageId::random().map_err(Error::internal);
    let ids = [random()?, random()?];
    let written = Envelope { ids: &ids, service: service.as_deref(), now: desk.now };
    Ok(validate::ok("text/xml; charset=utf-8").body(written.write(&answer)))
}

/// The ticket: text of the one element `AssertionArtifact`.
fn artifact(body: &str) -> Option<String> {
    let mut reader = quick_xml::Reader::from_str(body);
    let mut found = None;
    loop {
        match reader.read_event().ok()? {
            Event::Eof => return found,
            Event::Start(start) if start.local_name().as_ref() == b"AssertionArtifact" => {
                let text = reader.read_text(start.name()).ok()?;
                let text = text.decode().ok()?;
                if found.replace(text.trim().to_owned()).is_some() {
                    return None;
                }
            }
            _ => {}
        }
    }
}

/// What an answer is wrapped in.
struct Envelope<'a> {
    ids: &'a [MessageId; 2],
    service: Option<&'a str>,
    now: DateTime<Utc>,
}

impl Envelope<'_> {
    fn write(&self, answer: &Answer) -> String {
        let (status, assertion) = match answer {
            Ok(success) => (
                "<StatusCode Value=\"samlp:Success\"></StatusCode>".to_owned(),
                self.assertion(success),
            ),
            Err(failure) => (
                format!(
                    "<StatusCode Value=\"samlp:RequestDenied\"></StatusCode>\
                     <StatusMessage>{}</StatusMessage>",
                    failure.code()
                ),
                String::new(),
            ),
        };
        format!(
            "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\">\
             <SOAP-ENV:Header></SOAP-ENV:Header><SOAP-ENV:Body>\
             <Response xmlns=\"urn:oasis:names:tc:SAML:1.0:protocol\" \
             xmlns:samlp=\"urn:oasis:names:tc:SAML:1.0:protocol\" MajorVersion=\"1\" \
             MinorVersion=\"1\" ResponseID=\"{}\" IssueInstant=\"{}\" Recipient=\"{}\">\
             <Status>{status}</Status>{assertion}</Response></SOAP-ENV:Body></SOAP-ENV:Envelope>",
            self.ids[0].as_str(),
            at(self.now),
            self.service()
        )
    }

    fn service(&self) -> String {
        plain(self.service.unwrap_or_default())
    }

    fn assertion(&self, success: &Success) -> String {
        let subject = format!(
            "<Subject><NameIdentifier>{}</NameIdentifier><SubjectConfirmation>\
             <ConfirmationMethod>urn:oasis:names:tc:SAML:1.0:cm:artifact</ConfirmationMethod>\
             </SubjectConfirmation></Subject>",
            plain(&success.user)
        );
        format!(
            "<Assertion xmlns=\"urn:oasis:names:tc:SAML:1.0:assertion\" MajorVersion=\"1\" \
             MinorVersion=\"1\" AssertionID=\"{id}\" IssueInstant=\"{now}\" Issuer=\"aiguillage\">\
             <Conditions NotBefore=\"{now}\" NotOnOrAfter=\"{until}\">\
             <AudienceRestrictionCondition><Audience>{service}</Audience>\
             </AudienceRestrictionCondition></Conditions>\
             <AuthenticationStatement AuthenticationInstant=\"{signed_in}\" \
             AuthenticationMethod=\"urn:oasis:names:tc:SAML:1.0:am:password\">{subject}\
             </AuthenticationStatement>\
             <AttributeStatement>{subject}{attributes}</AttributeStatement></Assertion>",
            id = self.ids[1].as_str(),
            now = at(self.now),
            until = at(self.now + VALID),
            service = self.service(),
            signed_in = at(success.authenticated_at),
            attributes = attributes(success),
        )
    }
}

fn attributes(success: &Success) -> String {
    let mut text = String::new();
    for (name, values) in success.attributes() {
        let _ =
            write!(text, "<Attribute AttributeName=\"{name}\" AttributeNamespace=\"{NAMESPACE}\">");
        for value in values {
            let _ = write!(text, "<AttributeValue>{}</AttributeValue>", plain(&value));
        }
        text.push_str("</Attribute>");
    }
    text
}

fn at(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Text that XML can hold.
fn plain(text: &str) -> String {
    let kept: String = text.chars().filter(|c| is_xml(*c)).collect();
    escape(kept.as_str()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ticket_is_the_text_of_one_element() {
        let message = |inside: &str| {
            format!(
                "<?xml version=\"1.0\"?><SOAP-ENV:Envelope xmlns:SOAP-ENV=\"x\"><SOAP-ENV:Body>\
                 <samlp:Request xmlns:samlp=\"y\">{inside}</samlp:Request></SOAP-ENV:Body>\
                 </SOAP-ENV:Envelope>"
            )
        };
        let one = "<samlp:AssertionArtifact> ST-1\n</samlp:AssertionArtifact>";
        assert_eq!(artifact(&message(one)).as_deref(), Some("ST-1"));
        assert_eq!(artifact(&message(&one.repeat(2))), None);
        assert_eq!(artifact(&message("")), None);
        assert_eq!(artifact("<a><AssertionArtifact>ST-1"), None);
        assert_eq!(artifact(""), None);
    }
}
