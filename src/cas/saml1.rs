//! `/samlValidate`: a ticket handed in by SOAP, answered in SAML 1.1, as older clients want it.
//! The answer is not signed; the connection vouches for it.
use super::answer::{Answer, Success};
use super::desk::Desk;
use super::validate::{self, Asked};
use crate::sso::saml::{MessageId, Xml, is_xml};
use crate::web::body::Intake;
use crate::web::{self, Error};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use quick_xml::events::Event;

/// Messages are SOAP, whatever they call themselves.
pub(super) const INTAKE: Intake = Intake::any(16 * 1024);

/// How long an assertion is good for.
const VALID: Duration = Duration::minutes(1);
const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:1.0:protocol";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:1.0:assertion";
/// The namespace that clients of CAS know for attributes.
const NAMESPACE: &str = "http://www.ja-sig.org/products/cas/";

/// Answer a message.
pub(super) async fn validate(
    request: HttpRequest,
    body: String,
    desk: Desk,
) -> web::Result<HttpResponse> {
    let (service, ticket) = (desk.query.get("TARGET").map(str::to_owned), artifact(&body));
    let asked =
        Asked { service: service.as_deref(), ticket: ticket.as_deref(), ..Asked::default() };
    let answer = desk.answer(&request, &asked).await?;
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
        let xml = Xml::default()
            .open("SOAP-ENV:Envelope", &[("SOAP-ENV", SOAP)], &[])
            .leaf("SOAP-ENV:Header", &[], "")
            .open("SOAP-ENV:Body", &[], &[])
            .open(
                "Response",
                &[("", PROTOCOL), ("samlp", PROTOCOL)],
                &[
                    ("MajorVersion", "1"),
                    ("MinorVersion", "1"),
                    ("ResponseID", self.ids[0].as_str()),
                    ("IssueInstant", &at(self.now)),
                    ("Recipient", &self.service()),
                ],
            )
            .open("Status", &[], &[]);
        let xml = match answer {
            Ok(success) => {
                let xml = xml.leaf("StatusCode", &[("Value", "samlp:Success")], "").close();
                self.assertion(xml, success)
            }
            Err(failure) => xml
                .leaf("StatusCode", &[("Value", "samlp:RequestDenied")], "")
                .leaf("StatusMessage", &[], failure.code())
                .close(),
        };
        let xml = xml.close().close().close();
        xml.finish().expect("values that XML cannot hold were left out")
    }

    fn service(&self) -> String {
        plain(self.service.unwrap_or_default())
    }

    fn assertion(&self, xml: Xml, success: &Success) -> Xml {
        let now = at(self.now);
        let id = ("AssertionID", self.ids[1].as_str());
        let version = [("MajorVersion", "1"), ("MinorVersion", "1")];
        let made = [("IssueInstant", now.as_str()), ("Issuer", "aiguillage")];
        let validity = [("NotBefore", now.as_str()), ("NotOnOrAfter", &at(self.now + VALID))];
        let signed_in = at(success.authenticated_at);
        let method = ("AuthenticationMethod", "urn:oasis:names:tc:SAML:1.0:am:password");
        let statement = [("AuthenticationInstant", signed_in.as_str()), method];
        let xml = xml
            .open("Assertion", &[("", ASSERTION)], &[&[id], &version[..], &made[..]].concat())
            .open("Conditions", &[], &validity)
            .open("AudienceRestrictionCondition", &[], &[])
            .leaf("Audience", &[], &self.service())
            .close()
            .close();
        let xml = subject(xml.open("AuthenticationStatement", &[], &statement), success).close();
        let xml = subject(xml.open("AttributeStatement", &[], &[]), success);
        xml.each(&success.attributes(), attribute).close().close()
    }
}

fn subject(xml: Xml, success: &Success) -> Xml {
    xml.open("Subject", &[], &[])
        .leaf("NameIdentifier", &[], &plain(&success.user))
        .open("SubjectConfirmation", &[], &[])
        .leaf("ConfirmationMethod", &[], "urn:oasis:names:tc:SAML:1.0:cm:artifact")
        .close()
        .close()
}

fn attribute(xml: Xml, (name, values): &(String, Vec<String>)) -> Xml {
    let named = [("AttributeName", name.as_str()), ("AttributeNamespace", NAMESPACE)];
    xml.open("Attribute", &[], &named)
        .each(values, |xml, value| xml.leaf("AttributeValue", &[], &plain(value)))
        .close()
}

fn at(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Text that XML can hold.
fn plain(text: &str) -> String {
    text.chars().filter(|c| is_xml(*c)).collect()
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
