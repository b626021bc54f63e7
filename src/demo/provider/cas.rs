//! A small CAS server (CAS Protocol 3.0).
use super::CAS;
use crate::clock::Clock;
use crate::demo::people::DemoPerson;
use crate::demo::stage::{Granted, Stage};
use crate::identity::token::Token;
use crate::sso::saml::Xml;
use crate::web::query::{Fields, bad};
use crate::web::redirect::found;
use crate::web::{self, Error, Frame};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Duration, Utc};
use url::Url;

const SPACE: &str = "http://www.yale.edu/tp/cas";

/// `/login?service=`; with `as`: back with a ticket for this person.
pub(in crate::demo) async fn login(
    request: HttpRequest,
    frame: Frame,
    stage: Data<Stage>,
    clock: Data<Clock>,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let service = query.get("service").unwrap_or_default().to_owned();
    if !service.starts_with(&format!("{}/login/from/universite?", stage.origin)) {
        return Err(bad("not a service of our sign-on"));
    }
    let Some(chosen) = query.get("as") else {
        let here = format!("/portail/universite/login?{}", request.query_string());
        return Ok(CAS.ask(&frame, &stage, &here, None));
    };
    let person = CAS.person(&stage, chosen)?;
    let code = format!("ST-{}", Token::new().as_str());
    let mut back = Url::parse(&service).map_err(Error::internal)?;
    back.query_pairs_mut().append_pair("ticket", &code);
    stage.grant(Granted {
        code,
        login: person.login,
        at: clock.now(),
        bound_to: service,
        nonce: String::new(),
    });
    Ok(found(back.as_str()))
}

/// `/p3/serviceValidate`: a ticket, once, within a minute, for the service that it was given for.
pub(in crate::demo) async fn validate(
    request: HttpRequest,
    stage: Data<Stage>,
    clock: Data<Clock>,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let granted = stage.redeem(query.get("ticket").unwrap_or_default());
    let (now, service) = (clock.now(), query.get("service").unwrap_or_default());
    let granted = granted.filter(|it| it.bound_to == service && now - it.at < Duration::minutes(1));
    let text = match granted {
        Some(granted) => success(&CAS.person(&stage, &granted.login)?, granted.at),
        None => failure(),
    };
    let text = text.finish().map_err(Error::internal)?;
    Ok(HttpResponse::Ok().content_type("text/xml; charset=utf-8").body(text))
}

/// `/logout?service=`: it keeps nobody signed in.
pub(in crate::demo) async fn logout(
    request: HttpRequest,
    stage: Data<Stage>,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let back = query.get("service").filter(|it| **it == format!("{}/logout", stage.origin));
    Ok(found(back.unwrap_or(&stage.origin)))
}

fn opening() -> Xml {
    Xml::default().open("cas:serviceResponse", &[("cas", SPACE)], &[])
}

fn success(person: &DemoPerson, at: DateTime<Utc>) -> Xml {
    let values = person
        .attributes
        .iter()
        .flat_map(|(name, values)| values.iter().map(move |value| (name, value.as_str())));
    let at = at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let all: Vec<(&str, &str)> =
        [("displayName", person.name.as_str()), ("authenticationDate", &at)]
            .into_iter()
            .chain(values)
            .collect();
    opening()
        .open("cas:authenticationSuccess", &[], &[])
        .leaf("cas:user", &[], &person.login)
        .open("cas:attributes", &[], &[])
        .each(all, |xml, (name, value)| xml.leaf(format!("cas:{name}"), &[], value))
        .close()
        .close()
        .close()
}

fn failure() -> Xml {
    opening()
        .leaf("cas:authenticationFailure", &[("code", "INVALID_TICKET")], "not a ticket of ours")
        .close()
}
