//! The `OpenAPI` 3.1 document: the operations describe themselves, and what all of them have in common
//! is added here, scopes out of the one list.
use super::listing::List;
use super::own;
use super::problem::{ALWAYS, Problem, WITH_BODY};
use super::resources::{
    attendance, audit, card_acts, card_faces, cards, colleagues, dispatch, jobs, mail,
    mail_accounts, people, push, roll_catalogue, roll_figures, roll_lines, roll_lists, rolls,
    schools, sources,
};
use super::routes::operations;
use crate::web::cookies;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;
use utoipa::OpenApi;

/// What carries an `ETag`.
const TAGGED: [&str; 7] = [
    "/api/v1/people/{id}",
    "/api/v1/people/by-source/{source}/{id}",
    "/api/v1/schools",
    "/api/v1/schools/{rne}",
    "/api/v1/sessions/{id}",
    "/api/v1/cards/{id}/photo",
    "/api/v1/card-holders/{eppn}/photo",
];

/// What programs read before they begin.
const ABOUT: &str = "\
People, schools and what happens to them, for the programs of an organisation.

Each request carries a token in its head, `Authorization: Bearer aig_…`, made by an administrator at \
`/admin/tokens`. A token has scopes, and may be limited to schools, sources, networks and a time.

Lists come in parts: `next` of one part is `cursor` of the next one. Entries that come or go meanwhile \
neither repeat nor hide others.

Every `POST` names itself by `Idempotency-Key`. Sent again within 24 hours it gets the same answer \
and causes nothing more; `Idempotency-Replayed: true` says so.

What cannot be done is answered by a problem document (RFC 9457) with a stable `code`.";

#[derive(OpenApi)]
#[openapi(
    info(title = "Aiguillage"),
    paths(
        people::all, people::one, people::by_source, push::put, push::delete, push::many,
        schools::all, schools::one, dispatch::explain, colleagues::search,
        sources::all, sources::one, sources::runs, sources::run, sources::start,
        jobs::all, jobs::one, jobs::retry,
        mail::outbox, mail::message, mail::retry,
        mail_accounts::accounts, mail_accounts::account, mail_accounts::create,
        mail_accounts::change, mail_accounts::remove, mail_accounts::prefer,
        mail_accounts::test, mail_accounts::disconnect,
        attendance::sessions, attendance::session, attendance::records,
        rolls::create, rolls::change, rolls::open, rolls::close, rolls::reopen, rolls::validate,
        rolls::cancel, roll_lines::put, roll_lines::bulk, roll_lists::csv, roll_lists::ical,
        roll_catalogue::programmes, roll_catalogue::groups, roll_catalogue::subjects,
        roll_catalogue::rooms, roll_figures::stats, roll_figures::export,
        own::mark, own::records,
        cards::all, cards::one, cards::verso, cards::picture, cards::photo,
        card_acts::request, card_acts::lead, card_acts::sync, card_faces::of_holder,
        audit::search, audit::export,
    ),
    components(schemas(Problem, List<people::PersonInList>)),
    tags(
        (name = "people", description = "People, and pushing them"),
        (name = "schools", description = "Schools of `etabs.ini`"),
        (name = "dispatch", description = "Where somebody would land"),
        (name = "colleagues", description = "The directory of the Nextcloud servers"),
        (name = "sources", description = "Directories and lists, and reading them"),
        (name = "jobs", description = "Work in the background"),
        (name = "mail", description = "What left and what did not, and the accounts"),
        (name = "attendance", description = "Rolls and their lines"),
        (name = "own", description = "Own marks and records, with the cookie of a session"),
        (name = "cards", description = "Cards, what their chips carry, and photos"),
        (name = "audit", description = "The record of what was done"),
    )
)]
struct Described;

/// The document; made once.
pub fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(assemble);
    &DOCUMENT
}

fn assemble() -> Value {
    let mut document = serde_json::to_value(Described::openapi()).unwrap_or_default();
    document["info"] = json!({
        "title": "Aiguillage",
        "version": "1",
        "summary": "Who is this person, and where do they belong?",
        "description": ABOUT,
        "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
    });
    document["servers"] = json!([{ "url": "/" }]);
    document["components"]["securitySchemes"] = json!({
        "token": {
            "type": "http", "scheme": "bearer", "description": "A token of `/admin/tokens`.",
        },
        "session": {
            "type": "apiKey", "in": "cookie", "name": cookies::SESSION,
            "description": "Whoever is signed in with a browser.",
        },
    });
    for operation in operations() {
        let method = operation.method.to_ascii_lowercase();
        let described = &mut document["paths"][operation.path][&method];
        if let Value::Object(described) = described {
            let scope = json!([{ "token": [operation.scope.word()] }]);
            complete(described, (operation.method, operation.path), scope);
        }
    }
    for (method, path) in own::OWN {
        let described = &mut document["paths"][path][method.to_ascii_lowercase()];
        if let Value::Object(described) = described {
            complete(described, (method, path), json!([{ "session": [] }]));
        }
    }
    document
}

/// What utoipa does not know: the scope, the usual refusals, the key of a `POST`.
fn complete(operation: &mut Map<String, Value>, (method, path): (&str, &str), security: Value) {
    let is_own = security[0]["session"].is_array();
    // Names of handlers are unique in their file only.
    let name = |key: &str| operation[key].as_str().unwrap_or_default().to_owned();
    let tag = operation["tags"][0].as_str().unwrap_or_default().to_owned();
    let id = format!("{tag}_{}", name("operationId"));
    operation.insert("operationId".into(), id.into());
    operation.insert("security".into(), security);
    let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Value::Array(parameters) = parameters {
        parameters.iter_mut().for_each(without_null);
        if is_own {
            parameters.push(own_header());
        } else if method == "POST" {
            parameters.push(idempotency_key());
        }
    }
    let mut usual = ALWAYS.to_vec();
    if ["POST", "PUT", "PATCH"].contains(&method) {
        usual.extend(WITH_BODY);
    }
    let is_tagged = method == "GET" && TAGGED.contains(&path);
    let Some(Value::Object(responses)) = operation.get_mut("responses") else { return };
    for (status, meaning) in usual {
        responses.entry(status).or_insert_with(|| problem(meaning));
    }
    if is_tagged {
        responses.entry("304").or_insert_with(|| {
            json!({
                "description": "You have it already: `If-None-Match` names its `ETag`.",
            })
        });
    }
}

fn problem(meaning: &str) -> Value {
    json!({
        "description": meaning,
        "content": { "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/Problem" },
        }},
    })
}

fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key", "in": "header", "required": true,
        "description": "Names this act: new for each one, the same when it is sent again.",
        "schema": { "type": "string", "pattern": "^[A-Za-z0-9_.:-]{1,128}$" },
        "example": "0199b1c4-3f0e-7cc2-9e57-1f6b2f3a4d5e",
    })
}

fn own_header() -> Value {
    json!({
        "name": "X-Requested-With", "in": "header", "required": true,
        "description": "Says that a page of ours asks: other sites cannot send it.",
        "schema": { "type": "string", "const": "aiguillage" },
        "example": "aiguillage",
    })
}

/// A field of an address is there or not; it is never null.
fn without_null(parameter: &mut Value) {
    let schema = &mut parameter["schema"];
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|one| one != "null");
        if let [one] = types.as_slice() {
            let one = one.clone();
            schema["type"] = one;
        }
    }
    if let Some(Value::Array(kinds)) = schema.get_mut("oneOf") {
        kinds.retain(|kind| kind["type"] != "null");
        if let [one] = kinds.as_slice() {
            let one = one.clone();
            *schema = one;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Method and path of everything that the document describes.
    fn described() -> BTreeSet<(String, String)> {
        let paths = document()["paths"].as_object().expect("paths");
        let methods = |(path, item): (&String, &Value)| {
            let methods = item.as_object().expect("an item").keys();
            let pairs = methods.map(|method| (method.to_uppercase(), path.clone()));
            pairs.collect::<Vec<_>>()
        };
        paths.iter().flat_map(methods).collect()
    }

    #[test]
    fn the_document_describes_every_operation_and_nothing_else() {
        let mounted = operations();
        let mounted = mounted.iter().map(|one| (one.method, one.path)).chain(own::OWN);
        let mounted = mounted.map(|(method, path)| (method.to_owned(), path.to_owned()));
        assert_eq!(described(), mounted.collect::<BTreeSet<_>>());
        assert_eq!(document()["openapi"], "3.1.0");
    }

    #[test]
    fn every_operation_says_its_scope_what_it_does_and_how_it_refuses() {
        for operation in operations() {
            let method = operation.method.to_ascii_lowercase();
            let described = &document()["paths"][operation.path][&method];
            let scope = &described["security"][0]["token"][0];
            assert_eq!(scope, operation.scope.word(), "{operation:?}");
            assert!(
                described["summary"].as_str().is_some_and(|text| text.len() > 5),
                "{operation:?}"
            );
            assert!(described["operationId"].is_string(), "{operation:?}");
            for status in ["401", "403", "429"] {
                let refused = &described["responses"][status]["content"];
                assert!(refused["application/problem+json"].is_object(), "{operation:?}");
            }
        }
    }

    #[test]
    fn no_two_operations_have_one_name() {
        let paths = document()["paths"].as_object().expect("paths").values();
        let items = paths.flat_map(|item| item.as_object().expect("an item").values());
        let names: Vec<&str> = items.filter_map(|one| one["operationId"].as_str()).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
    }
}
