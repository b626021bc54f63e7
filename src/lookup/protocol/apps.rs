//! The dialect of apps.education.fr: logins instead of `userid`, every field always there, an
//! empty text when nobody is found (lookup.md 11).
use super::Protocol;
use super::door::{Guest, json as answer, refused};
use super::question::Parameters;
use crate::clock::Clock;
use crate::config::Dialect;
use crate::lookup::access::Asker;
use crate::lookup::directory::{Directory, ExactBy, ExactRequest, SearchRequest};
use crate::lookup::user_object::{UserObject, Value as FieldValue};
use crate::web;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value, json};

/// `GET /users`
pub(super) async fn search(
    request: &HttpRequest,
    asker: &Asker,
    directory: &Directory,
) -> web::Result<HttpResponse> {
    let parameters = Parameters::read(request.query_string());
    let text = parameters.get("search").unwrap_or_default().to_owned();
    let keys = parameters.keys();
    let known = ["email", "username", "lastName", "firstName", "userid"];
    if keys.iter().any(|key| !known.contains(&key.as_str())) {
        return Ok(HttpResponse::BadRequest().finish());
    }
    if parameters.get("exact") == Some("1") {
        let by_mail = keys.iter().any(|key| key == "email");
        let by = if by_mail { ExactBy::Email } else { ExactBy::Userid };
        let found = one(directory, asker, text, by).await;
        return found.map(|user| HttpResponse::Ok().json(user)).map_err(refused);
    }
    // Without a text the original shows everybody; nobody is asked for, so nobody is found.
    let request = SearchRequest { readings: vec![text], limit: None, offset: 0 };
    let found = directory.search(asker, &request).map_err(refused)?;
    Ok(answer(translated(&found)))
}

/// `GET /user/NAME`: the same in the envelope of older servers.
pub(super) async fn envelope(
    name: Path<(String,)>,
    guest: Guest,
    (protocol, directory, clock): (Data<Protocol>, Data<Directory>, Data<Clock>),
) -> web::Result<HttpResponse> {
    if protocol.0.dialect != Dialect::Apps {
        return Err(web::Error::NotFound);
    }
    let name = name.into_inner().0;
    let user = one(&directory, &guest.0, name, ExactBy::Userid).await.map_err(refused)?;
    let Value::Object(user) = user else { return Ok(HttpResponse::Ok().json(json!([]))) };
    let values = user.into_iter().map(|(name, field)| match field {
        Value::Object(field) => (name, field.get("value").cloned().unwrap_or_default()),
        plain => (name, plain),
    });
    let data: Map<String, Value> = values.collect();
    Ok(HttpResponse::Ok().json(json!([{
        "message": {
            "data": data,
            "type": "lookupserver-apps",
            "timestamp": clock.now().timestamp(),
            "signer": "",
        },
        "signature": "",
    }])))
}

/// One user, or an empty text.
async fn one(
    directory: &Directory,
    asker: &Asker,
    text: String,
    by: ExactBy,
) -> Result<Value, crate::lookup::directory::Refusal> {
    let request = ExactRequest { readings: vec![text], by };
    let found = directory.exact(asker, &request).await?;
    Ok(serde_json::from_slice::<UserObject>(&found)
        .map_or_else(|_| json!(""), |user| object(&user)))
}

fn translated(found: &[u8]) -> Vec<u8> {
    let users: Vec<UserObject> = serde_json::from_slice(found).unwrap_or_default();
    let users: Vec<Value> = users.iter().map(object).collect();
    Value::Array(users).to_string().into_bytes()
}

fn object(user: &UserObject) -> Value {
    let field = |field: &Option<FieldValue>| {
        let value = field.as_ref().map_or("", |field| &field.value);
        json!({ "value": value, "verified": "1" })
    };
    json!({
        "federationId": user.federation_id,
        "name": field(&user.name),
        "email": field(&user.email),
        "address": field(&user.address),
        "website": field(&user.website),
        "twitter": field(&user.twitter),
        "phone": field(&user.phone),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_there_and_no_login() {
        let found = br#"[{"federationId":"a@b.test","name":{"value":"A","verified":"1"},
            "userid":{"value":"a","verified":"1"}}]"#;
        let users: Value = serde_json::from_slice(&translated(found)).unwrap();
        let empty = json!({ "value": "", "verified": "1" });
        let expected = json!([{
            "federationId": "a@b.test",
            "name": { "value": "A", "verified": "1" },
            "email": empty, "address": empty, "website": empty, "twitter": empty, "phone": empty,
        }]);
        assert_eq!(users, expected);
        assert_eq!(translated(b"[]"), b"[]");
    }
}
