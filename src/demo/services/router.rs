//! A router of European student cards as its documentation describes it: persons, cards, and what it refuses.
use super::{Answered, Asked};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The router, and what it knows.
#[derive(Debug, Default)]
pub struct Router {
    key: String,
    pic: String,
    /// By their identifier.
    pub persons: BTreeMap<String, Value>,
    /// By their number.
    pub cards: BTreeMap<String, Value>,
}

/// Fields of a person, of their place in an organisation, of a card.
const PERSON: [&str; 4] =
    ["identifier", "identifierCode", "fullName", "personOrganisationUpdateViews"];
const VIEW: [&str; 4] = ["organisationIdentifier", "fullName", "email", "academicLevel"];
const CARD: [&str; 9] = [
    "cardNumber",
    "cardStatusType",
    "cardType",
    "expiresAt",
    "issuedAt",
    "issuerIdentifier",
    "personIdentifier",
    "displayName",
    "processorIdentifier",
];

fn error(status: u16, code: &str, message: &str) -> Answered {
    Answered::json(status, json!({ "code": code, "message": message }))
}

impl Router {
    /// A router that lets in whoever shows `key`, for this institution.
    pub fn new(key: &str, pic: &str) -> Self {
        Self { key: key.to_owned(), pic: pic.to_owned(), ..Self::default() }
    }

    /// Answer.
    pub fn hear(&mut self, asked: &Asked) -> Answered {
        if asked.head("authorization") != format!("Bearer {}", self.key) {
            return error(401, "SE-0001", "Unauthorized");
        }
        if !asked.is_json() || asked.head("user-agent").is_empty() {
            return error(400, "ER-0001", "content type, accept or user agent");
        }
        let parts: Vec<&str> = asked.path.trim_matches('/').split('/').collect();
        match (asked.method.as_str(), parts.as_slice()) {
            ("GET", ["persons"]) => self.page(&asked.query),
            ("POST", ["persons"]) => self.add_person(&asked.body),
            (method, ["persons", id]) => self.person(method, id, &asked.body),
            ("POST", ["cards"]) => self.add_card(&asked.body),
            (method, ["cards", id]) => self.card(method, id, &asked.body),
            ("GET", ["cards", id, "status"]) => match self.cards.get(*id) {
                Some(card) => Answered::json(
                    200,
                    json!({ "cardNumber": id, "expiresAt": card["expiresAt"], "status": "ACTIVE" }),
                ),
                None => error(404, "ER-0004", "no such card"),
            },
            _ => error(404, "ER-0000", "no such path"),
        }
    }

    /// Ten at most, whatever is asked for.
    fn page(&self, query: &str) -> Answered {
        let number = |name: &str| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.find(|(own, _)| own == name).and_then(|(_, value)| value.parse::<usize>().ok())
        };
        let size = number("size").unwrap_or(10).clamp(1, 10);
        let page = number("page").unwrap_or(0);
        let content: Vec<&Value> = self.persons.values().skip(page * size).take(size).collect();
        let (total, pages) = (self.persons.len(), self.persons.len().div_ceil(size));
        let is_empty = content.is_empty();
        let place = json!({
            "number": page, "size": size, "totalElements": total, "totalPages": pages,
        });
        Answered::json(
            200,
            json!({ "content": content, "page": place, "links": [], "empty": is_empty }),
        )
    }

    fn add_person(&mut self, body: &Value) -> Answered {
        let id = body["identifier"].as_str().unwrap_or_default().to_owned();
        if let Err(why) = self.is_person(body) {
            return error(400, "ER-0001", why);
        }
        if self.persons.contains_key(&id) {
            return error(409, "ER-0019", "Person already exists for this organisation");
        }
        self.persons.insert(id, body.clone());
        Answered::json(201, body.clone())
    }

    fn person(&mut self, method: &str, id: &str, body: &Value) -> Answered {
        let Some(kept) = self.persons.get(id) else {
            return error(404, "ER-0018", "no such person");
        };
        match method {
            "GET" => Answered::json(200, kept.clone()),
            "PUT" => match self.is_person(body) {
                Err(why) => error(400, "ER-0001", why),
                Ok(()) if body["identifier"] != *id => {
                    error(400, "ER-0001", "identifiers do not change")
                }
                Ok(()) => {
                    self.persons.insert(id.to_owned(), body.clone());
                    Answered::json(200, body.clone())
                }
            },
            "DELETE" => {
                self.persons.remove(id);
                Answered::empty(204)
            }
            _ => error(405, "ER-0000", "no such method"),
        }
    }

    fn is_person(&self, body: &Value) -> Result<(), &'static str> {
        let start = "urn:schac:personalUniqueCode:int:esi:";
        let id = body["identifier"].as_str().unwrap_or_default();
        if !id.starts_with(start) || id.len() > 255 || body["identifierCode"] != "ESI" {
            return Err("identifier");
        }
        let views = body["personOrganisationUpdateViews"].as_array().ok_or("views")?;
        let is_view = |view: &Value| {
            let level = &view["academicLevel"];
            let level =
                level.as_str().is_none_or(|it| ["BACHELOR", "MASTER", "DOCTORATE"].contains(&it));
            let mail = view["email"].as_str().is_none_or(|mail| mail.contains('@'));
            only(view, &VIEW) && view["organisationIdentifier"] == *self.pic && level && mail
        };
        let are_views = !views.is_empty() && views.iter().all(is_view);
        if only(body, &PERSON) && are_views { Ok(()) } else { Err("views") }
    }

    fn add_card(&mut self, body: &Value) -> Answered {
        let number = body["cardNumber"].as_str().unwrap_or_default().to_owned();
        if let Err(why) = self.is_card(body) {
            return error(400, "ER-0001", why);
        }
        if self.cards.contains_key(&number) {
            return error(409, "ER-0002", "Card already exists");
        }
        self.cards.insert(number, body.clone());
        Answered::json(201, body.clone())
    }

    fn card(&mut self, method: &str, id: &str, body: &Value) -> Answered {
        let Some(kept) = self.cards.get(id) else {
            return error(404, "ER-0004", "no such card");
        };
        match method {
            "GET" => Answered::json(200, kept.clone()),
            "PUT" => {
                if let Err(why) = self.is_card(body) {
                    return error(400, "ER-0001", why);
                }
                self.cards.insert(id.to_owned(), body.clone());
                Answered::json(200, body.clone())
            }
            "DELETE" => {
                self.cards.remove(id);
                Answered::empty(204)
            }
            _ => error(405, "ER-0000", "no such method"),
        }
    }

    fn is_card(&self, body: &Value) -> Result<(), &'static str> {
        let text = |name: &str| body[name].as_str().unwrap_or_default();
        let is_day = |name: &str| text(name).parse::<chrono::NaiveDate>().is_ok();
        if !only(body, &CARD) || !["ACTIVE", "INACTIVE"].contains(&text("cardStatusType")) {
            return Err("fields");
        }
        if !is_day("issuedAt") || !is_day("expiresAt") || !text("cardType").starts_with("SMART") {
            return Err("days or type");
        }
        if text("issuerIdentifier") != self.pic || !text("cardNumber").ends_with(&self.pic) {
            return Err("issuer");
        }
        if self.persons.contains_key(text("personIdentifier")) { Ok(()) } else { Err("person") }
    }
}

/// Whether an object has no other fields.
fn only(body: &Value, fields: &[&str]) -> bool {
    body.as_object().is_some_and(|body| body.keys().all(|key| fields.contains(&key.as_str())))
}
