//! `/api`: the document as a page, and the document itself.
use super::answer;
use super::desk::Desk;
use super::document::document;
use super::pages::{Field, Group, OperationView, ReferencePage, Shape};
use crate::identity::MaybeSignedIn;
use crate::web::Frame;
use crate::web::page::{Page, Place};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value};

/// What every `POST` names itself by.
const KEY: &str = "Idempotency-Key";

/// The page.
pub(super) async fn show(frame: Frame, who: MaybeSignedIn, desk: Data<Desk>) -> HttpResponse {
    let shell = match &who.0 {
        Some(who) => who.shell(&frame, Place::Elsewhere),
        None => frame.shell(""),
    };
    Page(ReferencePage { shell, ..described(&desk.origin) }).with(StatusCode::OK)
}

/// The document.
pub(super) async fn document_json(request: HttpRequest) -> HttpResponse {
    answer::tagged(&request, document())
}

/// What the page says of the document; `origin` is where examples go.
pub fn described(origin: &str) -> ReferencePage {
    let document = document();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let tags = document["tags"].as_array().into_iter().flatten();
    let group = |tag: &Value| Group {
        name: text(&tag["name"]),
        about: text(&tag["description"]),
        operations: operations(document, &text(&tag["name"]), origin),
    };
    let about = text(&document["info"]["description"]);
    let shapes = document["components"]["schemas"].as_object().into_iter().flatten();
    ReferencePage {
        about: about.split("\n\n").map(str::to_owned).collect(),
        groups: tags.map(group).collect(),
        shapes: shapes.filter_map(|(name, schema)| shape(name, schema)).collect(),
        ..ReferencePage::default()
    }
}

fn operations(document: &Value, tag: &str, origin: &str) -> Vec<OperationView> {
    let mut views = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in ["get", "post", "put", "patch", "delete"] {
            let operation = &item[method];
            if operation["tags"][0] == tag {
                views.push(view(method, path, operation, origin));
            }
        }
    }
    views
}

fn view(method: &str, path: &str, operation: &Value, origin: &str) -> OperationView {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let parameters = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
    let responses = operation["responses"].as_object().into_iter().flatten();
    let own = responses.filter(|(status, _)| {
        status.starts_with('2') || status.as_str() == "304" || status.as_str() == "409"
    });
    let answers = own.map(|(status, response)| {
        let content = response["content"].as_object().and_then(|kinds| kinds.values().next());
        let kind = content.map(|content| kind(&content["schema"])).unwrap_or_default();
        (status.clone(), text(&response["description"]), kind)
    });
    let method = method.to_uppercase();
    OperationView {
        anchor: text(&operation["operationId"]),
        summary: text(&operation["summary"]),
        text: text(&operation["description"]),
        scope: scope(&operation["security"][0]),
        parameters: parameters.iter().map(parameter).collect(),
        answers: answers.collect(),
        curl: curl(&method, path, operation, (parameters, origin)),
        path: path.to_owned(),
        method,
    }
}

/// What a token needs, or that it takes a session.
fn scope(security: &Value) -> String {
    security["token"][0].as_str().unwrap_or("session").to_owned()
}

fn parameter(parameter: &Value) -> Field {
    Field {
        name: parameter["name"].as_str().unwrap_or_default().to_owned(),
        kind: kind(&parameter["schema"]),
        about: parameter["description"].as_str().unwrap_or_default().trim().to_owned(),
        must: parameter["required"] == true,
    }
}

/// A request that a terminal can send.
fn curl(
    method: &str,
    path: &str,
    operation: &Value,
    (parameters, origin): (&[Value], &str),
) -> String {
    let mut path = path.to_owned();
    let (mut query, mut heads) = (Vec::new(), Vec::new());
    for one in parameters {
        let (name, example) = (one["name"].as_str().unwrap_or_default(), example(one));
        match one["in"].as_str() {
            Some("path") => path = path.replace(&format!("{{{name}}}"), &example),
            Some("query") if !example.is_empty() => query.push((name.to_owned(), example)),
            Some("header") if name == KEY => heads.push(format!("  -H \"{KEY}: $(uuidgen)\"")),
            Some("header") => heads.push(format!("  -H '{name}: {example}'")),
            _ => {}
        }
    }
    let query = serde_urlencoded::to_string(&query).unwrap_or_default();
    let mark = if query.is_empty() { "" } else { "?" };
    let mut lines = vec![match method {
        "GET" => "curl".to_owned(),
        other => format!("curl -X {other}"),
    }];
    let is_own = operation["security"][0]["session"].is_array();
    let shown = if is_own { "-b cookies.txt" } else { "-H \"Authorization: Bearer $TOKEN\"" };
    lines.push(format!("  {shown}"));
    lines.append(&mut heads);
    let bodies = operation["requestBody"]["content"].as_object();
    if let Some((kind, content)) = bodies.and_then(|bodies| bodies.iter().next()) {
        lines.push(format!("  -H 'Content-Type: {kind}'"));
        // What is no JSON is a file.
        lines.push(match kind.as_str() {
            "application/json" => format!("  -d '{}'", content["example"]),
            _ => "  --data-binary @FILE".to_owned(),
        });
    }
    lines.push(format!("  '{origin}{path}{mark}{query}'"));
    lines.join(" \\\n")
}

fn example(parameter: &Value) -> String {
    match &parameter["example"] {
        Value::String(text) => text.clone(),
        Value::Null if parameter["schema"]["format"] == "uuid" => {
            "0199b1c4-3f0e-7cc2-9e57-1f6b2f3a4d5e".to_owned()
        }
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A type of the document.
fn shape(name: &str, schema: &Value) -> Option<Shape> {
    let values = schema["enum"].as_array().map(|values| {
        let words: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        words.join(", ")
    });
    let none = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&none);
    if values.is_none() && properties.is_empty() {
        return None;
    }
    let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
    let field = |(name, schema): (&String, &Value)| Field {
        name: name.clone(),
        kind: kind(schema),
        about: schema["description"].as_str().unwrap_or_default().trim().to_owned(),
        must: required.iter().any(|one| one == name),
    };
    Some(Shape {
        name: name.to_owned(),
        about: schema["description"].as_str().unwrap_or_default().to_owned(),
        values: values.unwrap_or_default(),
        fields: properties.iter().map(field).collect(),
    })
}

/// What a value is, in a word.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if let Some(kinds) = schema["oneOf"].as_array() {
        let words: Vec<String> = kinds.iter().map(kind).filter(|word| word != "null").collect();
        return words.join(" | ");
    }
    let words: Vec<&str> = match &schema["type"] {
        Value::String(word) => vec![word],
        Value::Array(words) => words.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let word = words.into_iter().find(|word| *word != "null").unwrap_or("object");
    match (word, schema["format"].as_str()) {
        ("array", _) => format!("{}[]", kind(&schema["items"])),
        ("string", Some(format)) => format.to_owned(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_an_example_that_can_be_sent() {
        let page = described("https://sso.example");
        let views: Vec<_> = page.groups.iter().flat_map(|group| &group.operations).collect();
        let own = super::super::own::OWN.len();
        assert_eq!(views.len(), super::super::operations().len() + own);
        for view in views {
            assert!(!view.curl.contains('{') || view.curl.contains("-d '{"), "{}", view.curl);
            assert!(view.curl.contains("'https://sso.example/api/v1/"), "{}", view.curl);
            assert!(!view.curl.contains("/."), "a path without an example: {}", view.curl);
            let is_known = !view.curl.contains("-d 'null'") || view.path.contains("/mail/");
            assert!(is_known, "a body without an example: {}", view.curl);
            assert!(!view.scope.is_empty() && !view.answers.is_empty(), "{}", view.path);
        }
        assert!(page.shapes.iter().any(|shape| shape.name == "Problem"));
    }
}
