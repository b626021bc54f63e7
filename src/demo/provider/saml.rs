//! A small SAML identity provider (SAML Profiles 4.1 and 4.4). It believes our sign-on by the
//! metadata that this publishes, as a ministry would.
use super::SAML;
use crate::clock::Clock;
use crate::demo::people::DemoPerson;
use crate::demo::stage::Stage;
use crate::dispatch::Vouching;
use crate::sso::pages::PostForm;
use crate::sso::saml::{
    self, AnswerError, AuthnRequest, Checks, LoadRules, LogoutAnswer, LogoutChecks, LogoutMessage,
    LogoutOutcome, MessageId, NameFormat, NameId, OwnMetadata, Partner, Partners, Recipient,
    Released, Sender, Signer, Strictness, context_class, name_id_format,
};
use crate::web::query::{Fields, bad};
use crate::web::redirect::see_other;
use crate::web::{self, Error, Frame};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Duration, Utc};

type Parts = (Data<Stage>, Data<Vouching>, Data<Clock>);

/// Where questions go.
fn sso(stage: &Stage) -> String {
    format!("{}/sso", SAML.at(stage))
}

/// Where logout messages go.
fn slo(stage: &Stage) -> String {
    format!("{}/slo", SAML.at(stage))
}

/// What it says of itself, signed.
pub(in crate::demo) fn metadata(
    stage: &Stage,
    signer: &Signer,
    now: DateTime<Utc>,
) -> Result<String, AnswerError> {
    let id = MessageId::random().map_err(saml::KeyError::from)?;
    let own = OwnMetadata {
        entity_id: &SAML.at(stage),
        sso_url: &sso(stage),
        slo_url: Some(&slo(stage)),
        consumer: None,
        scopes: &[],
        other_certificates: &[],
        organisation: None,
        contact: None,
        want_signed_requests: true,
        now,
    };
    own.write(&id, signer)
}

/// Who would you like to be? With `as`: back with an answer about this person.
pub(in crate::demo) async fn who(
    request: HttpRequest,
    frame: Frame,
    (stage, vouching, clock): Parts,
) -> web::Result<HttpResponse> {
    let (query, now) = (request.query_string(), clock.now());
    let partners = our_sign_on(&vouching, now)?;
    let endpoint = sso(&stage);
    let strictness =
        |_: &Partner| Strictness { require_signed_requests: true, ..Strictness::default() };
    let checks = Checks { partners: &partners, endpoint: &endpoint, now, strictness: &strictness };
    let asked = AuthnRequest::from_redirect(query, &checks);
    let asked = asked.map_err(|refusal| bad(&refusal.to_string()))?;
    let fields = Fields::parse(query)?;
    let Some(chosen) = fields.get("as") else {
        let here = format!("/portail/educonnect/sso?{query}");
        return Ok(SAML.ask(&frame, &stage, &here, None));
    };
    let person = SAML.person(&stage, chosen)?;
    let response = answer(&stage, &asked, &person, now).map_err(Error::internal)?;
    let mut fields = vec![("SAMLResponse".to_owned(), STANDARD.encode(response))];
    fields.extend(asked.relay_state.map(|state| ("RelayState".to_owned(), state)));
    let page = PostForm {
        shell: frame.shell(""),
        action: asked.acs.url,
        portal: "Aiguillage".to_owned(),
        fields,
        is_farewell: false,
    };
    Ok(page.answer())
}

/// It keeps nobody signed in, so leaving is done as soon as it is asked for.
pub(in crate::demo) async fn leave(
    request: HttpRequest,
    (stage, vouching, clock): Parts,
) -> web::Result<HttpResponse> {
    let now = clock.now();
    let partners = our_sign_on(&vouching, now)?;
    let endpoint = slo(&stage);
    let message = {
        let sender = |entity_id: &str| {
            let partner = partners.by_entity_id(entity_id)?;
            let keys = &partner.signing_keys;
            Some(Sender { entity_id: &partner.entity_id, keys, allow_sha1: false })
        };
        let checks = LogoutChecks { sender: &sender, endpoint: &endpoint, now };
        LogoutMessage::from_redirect(request.query_string(), &checks)
    };
    let Ok(LogoutMessage::Request(asked)) = message else {
        return Err(bad("not a logout request of our sign-on"));
    };
    let id = MessageId::random().map_err(Error::internal)?;
    let answer = LogoutAnswer {
        id: id.as_str(),
        issuer: &SAML.at(&stage),
        endpoint: &vouching.absolute("/saml/sp/slo"),
        in_response_to: &asked.id,
        outcome: LogoutOutcome::Done,
        now,
    };
    let message = answer.write().map_err(Error::internal)?;
    let to = message.redirect(asked.relay_state.as_deref(), Some(&stage.provider_signer));
    Ok(see_other(&to.map_err(Error::internal)?))
}

/// Our sign-on as it describes itself.
fn our_sign_on(vouching: &Vouching, now: DateTime<Utc>) -> web::Result<Partners> {
    let metadata = vouching.metadata(now).map_err(Error::internal)?;
    let rules = LoadRules { allow_http: true, ..LoadRules::default() };
    let mut partners = Partners::default();
    partners.take_file("aiguillage.xml", metadata.as_bytes(), now, &rules);
    Ok(partners)
}

fn answer(
    stage: &Stage,
    asked: &AuthnRequest,
    person: &DemoPerson,
    now: DateTime<Utc>,
) -> Result<String, AnswerError> {
    let released = |(name, values): (&str, &[String])| Released {
        name: name.to_owned(),
        format: NameFormat::Basic,
        friendly_name: None,
        values: values.to_vec(),
    };
    let mut attributes: Vec<Released> = person.attributes.iter().map(released).collect();
    attributes.push(released(("displayName", std::slice::from_ref(&person.name))));
    let random = || MessageId::random().map_err(saml::KeyError::from);
    let index = random()?;
    let answer = saml::Answer {
        ids: [random()?, random()?],
        issuer: &SAML.at(stage),
        to: Recipient {
            audience: &asked.partner,
            acs_url: &asked.acs.url,
            in_response_to: Some(&asked.id),
        },
        now,
        name_id: NameId { value: &person.login, format: name_id_format::PERSISTENT },
        session_index: index.as_str(),
        session_ends: now + Duration::hours(8),
        signed_in: now,
        context_class: context_class::PASSWORD,
        attributes: &attributes,
        sign_response: true,
        encrypt_for: None,
    };
    answer.write(&stage.provider_signer)
}
