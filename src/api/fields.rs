//! What programs send: fields of the address and JSON, unknown names refused (SEC-99).
use crate::web::{self, Error, Refusal};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use std::future::{Ready, ready};

/// The fields of the address.
#[derive(Debug)]
pub(super) struct Query<T>(pub(super) T);

/// JSON in the body.
#[derive(Debug)]
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Error;
    type Future = Ready<web::Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = serde_urlencoded::from_str(request.query_string());
        ready(read.map(Self).map_err(|error| {
            refusal("E-API-QUERY", StatusCode::BAD_REQUEST, &error.to_string()).into()
        }))
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, web::Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = Bytes::from_request(request, payload);
        Box::pin(async move { Ok(Self(json(&bytes.await.map_err(|_| unreadable())?)?)) })
    }
}

/// A line of text of so many letters at most, without control characters.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Line<const MOST: usize>(pub(super) String);

impl<const MOST: usize> TryFrom<String> for Line<MOST> {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.chars().any(|letter| letter.is_ascii_control()) {
            return Err("a control character".to_owned());
        }
        if text.chars().count() > MOST {
            return Err(format!("more than {MOST} letters"));
        }
        Ok(Self(text))
    }
}

/// The name of an event or of a kind of job, or its beginning.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Dotted(pub(super) String);

impl TryFrom<String> for Dotted {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_lowercase() || b"._".contains(&byte));
        if is_plain && text.len() <= 60 { Ok(Self(text)) } else { Err("no such name") }
    }
}

/// A school code as the API takes it: 6 to 32 capitals and digits.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct SchoolCode(pub(super) String);

impl TryFrom<String> for SchoolCode {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let fits = is_plain && (6..=32).contains(&text.len());
        if fits { Ok(Self(text)) } else { Err("no school code") }
    }
}

/// Read a body: what is no JSON is a bad request, what says the wrong things cannot be processed.
pub(super) fn json<T: DeserializeOwned>(bytes: &[u8]) -> web::Result<T> {
    serde_json::from_slice(bytes).map_err(|error| {
        let (code, status) = match error.classify() {
            Category::Data => ("E-API-FIELDS", StatusCode::UNPROCESSABLE_ENTITY),
            Category::Io | Category::Syntax | Category::Eof => {
                ("E-API-JSON", StatusCode::BAD_REQUEST)
            }
        };
        refusal(code, status, &error.to_string()).into()
    })
}

/// A field of the address that cannot be used, and why not.
pub(super) fn out_of_range(why: &str) -> Error {
    refusal("E-API-QUERY", StatusCode::BAD_REQUEST, why).into()
}

/// A field that cannot be used, and why not.
pub(super) fn unusable(why: &str) -> Error {
    refusal("E-API-FIELDS", StatusCode::UNPROCESSABLE_ENTITY, why).into()
}

pub(super) fn unreadable() -> Error {
    refusal("E-API-JSON", StatusCode::BAD_REQUEST, "").into()
}

/// What is wrong goes to the caller; it is not kept, since it may repeat what was sent.
fn refusal(code: &'static str, status: StatusCode, why: &str) -> Refusal {
    let why: String = why.chars().filter(|letter| !letter.is_control()).take(200).collect();
    Refusal::new(code, status, "request.refused").subject(why)
}
