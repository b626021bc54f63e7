//! A CROUS as far as it is known: tokens, right holders, their cards, fares, and what it refuses.
use super::{Answered, Asked};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The CROUS, and what it knows.
#[derive(Debug, Default)]
pub struct Izly {
    client: (String, String),
    tokens: u32,
    /// Whether the last token is good.
    pub is_open: bool,
    /// By their identifier.
    pub holders: BTreeMap<String, Value>,
    /// By the number of their zone: whose, what was told, and whether it works.
    pub cards: BTreeMap<i64, (String, Value, bool)>,
    /// Its rules.
    pub fares: Value,
    /// What students pay, whatever is said.
    pub student_rate: Option<i64>,
}

const HOLDER: [&str; 12] = [
    "identifier",
    "firstName",
    "lastName",
    "email",
    "dueDate",
    "idCompanyRate",
    "idRate",
    "simpleBirthDate",
    "ine",
    "rneOrgCode",
    "accountStatus",
    "blockingStatus",
];
const CARD: [&str; 9] = [
    "uid",
    "rid",
    "idZdc",
    "idTransmitter",
    "idMapping",
    "zdcCreationDate",
    "pixSs",
    "pixNn",
    "appl",
];

/// An error as it writes them.
pub fn error(status: u16, code: &str, message: &str) -> Answered {
    let first = json!({ "code": code, "message": message, "field": null });
    Answered::json(status, json!({ "errors": [first] }))
}

impl Izly {
    /// A CROUS that gives tokens to this client.
    pub fn new(id: &str, secret: &str) -> Self {
        let fares = json!([
            {"statusCode": "etd", "indexMin": null, "indexMax": null, "idCompanyRate": 10, "idRate": 1},
            {"statusCode": "prs", "indexMin": null, "indexMax": -1, "idCompanyRate": 7999, "idRate": 99},
            {"statusCode": null, "indexMin": null, "indexMax": 466, "idCompanyRate": 78, "idRate": 2},
        ]);
        Self { client: (id.to_owned(), secret.to_owned()), fares, ..Self::default() }
    }

    /// Answer at `now`.
    pub fn hear(&mut self, asked: &Asked, now: DateTime<Utc>) -> Answered {
        if asked.path.ends_with("/oauth/token") || asked.path == "/v1/token" {
            return self.token(asked);
        }
        let token = asked.head("authorization");
        let token = token.strip_prefix("Bearer ").unwrap_or(token);
        if !self.is_open || token != format!("token-{}", self.tokens) {
            return error(401, "401", "token");
        }
        if !asked.is_json() || asked.head("user-agent").is_empty() {
            return error(400, "400", "content type, accept or user agent");
        }
        let Some(path) = asked.path.strip_prefix("/beforeizly/v1/") else {
            return error(404, "404", "path");
        };
        let parts: Vec<&str> = path.split('/').collect();
        match (asked.method.as_str(), parts.as_slice()) {
            ("POST", ["rightholders"]) => self.create(&asked.body, now),
            (method, ["rightholders", id]) => self.holder(method, id, asked),
            ("POST", ["rightholders", id, "smartcard"]) => self.add_card(id, &asked.body),
            (method, ["rightholders", id, "smartcard", zone]) => {
                self.card((method, id), zone.parse().unwrap_or_default(), asked)
            }
            ("DELETE", ["closed-rightholders", id]) => self.reopen(id),
            ("GET", ["crous", _, "organization", _]) => Answered::json(200, self.fares.clone()),
            _ => error(404, "404", "path"),
        }
    }

    fn token(&mut self, asked: &Asked) -> Answered {
        let (id, secret) = &self.client;
        let proof = STANDARD.encode(format!("{id}:{secret}"));
        let is_old = asked.path == "/v1/token";
        let wanted = if is_old { proof } else { format!("Basic {proof}") };
        let form = if is_old { &asked.text } else { &asked.query };
        let is_meant = form.contains("grant_type=client_credentials")
            && (!is_old || form.contains("env=PRD") || form.contains("env=PPD"));
        if asked.method != "POST" || asked.head("authorization") != wanted || !is_meant {
            return Answered::json(401, json!({ "error": "invalid_client" }));
        }
        self.tokens += 1;
        self.is_open = true;
        let token = format!("token-{}", self.tokens);
        if is_old {
            return Answered { head: Some(("authorization", token)), ..Answered::empty(200) };
        }
        Answered::json(200, json!({ "access_token": token, "expires_in": 3600 }))
    }

    fn create(&mut self, body: &Value, now: DateTime<Utc>) -> Answered {
        let id = body["identifier"].as_str().unwrap_or_default().to_owned();
        if !is_holder(body) {
            return error(422, "-2", "Champ invalide");
        }
        if self.holders.contains_key(&id) {
            return error(422, "-11", "Client existant");
        }
        let due = body["dueDate"].as_str().and_then(|due| due.parse::<DateTime<Utc>>().ok());
        if due.is_none_or(|due| due <= now) {
            return error(422, "-8", "Date de fin passée");
        }
        let kept = self.decided(body.clone());
        self.holders.insert(id, kept.clone());
        Answered::json(200, kept)
    }

    /// What students pay is its own business.
    fn decided(&self, mut body: Value) -> Value {
        if let Some(rate) = self.student_rate.filter(|_| body["idCompanyRate"] == 10) {
            body["idRate"] = json!(rate);
        }
        body["accountStatus"] = json!("ACTIF");
        body["blockingStatus"] = json!("NON_BLOQUE");
        body
    }

    fn holder(&mut self, method: &str, id: &str, asked: &Asked) -> Answered {
        let Some(kept) = self.holders.get(id).cloned() else {
            return error(404, "-1", "Client inconnu");
        };
        let body = &asked.body;
        match method {
            "GET" => Answered::json(200, kept),
            "PUT" if !is_holder(body) => error(422, "-2", "Champ invalide"),
            "PUT" => {
                self.holders.insert(id.to_owned(), self.decided(body.clone()));
                Answered::empty(200)
            }
            "PATCH" => {
                let new = body["newIdentifier"].as_str().unwrap_or_default();
                if body["currentIdentifier"] != *id || new.is_empty() || !body["email"].is_string()
                {
                    return error(422, "-2", "Champ invalide");
                }
                let mut moved = kept;
                moved["identifier"] = json!(new);
                self.holders.remove(id);
                self.holders.insert(new.to_owned(), moved);
                for card in self.cards.values_mut().filter(|card| card.0 == id) {
                    new.clone_into(&mut card.0);
                }
                Answered::empty(200)
            }
            _ => error(405, "405", "method"),
        }
    }

    fn is_closed(&self, id: &str) -> bool {
        self.holders.get(id).is_some_and(|kept| kept["accountStatus"] == "CLOTURE")
    }

    fn reopen(&mut self, id: &str) -> Answered {
        if !self.is_closed(id) {
            return error(404, "-1", "Aucun compte clôturé");
        }
        if let Some(kept) = self.holders.get_mut(id) {
            kept["accountStatus"] = json!("ACTIF");
        }
        Answered::empty(204)
    }

    fn add_card(&mut self, id: &str, body: &Value) -> Answered {
        if !self.holders.contains_key(id) || self.is_closed(id) {
            return error(404, "-1", "Client inconnu");
        }
        let is_chip = body["uid"].as_str().is_some_and(|uid| {
            uid.len() == 14 && uid.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b))
        });
        let (true, Some(zone)) = (is_chip && only(body, &CARD), body["idZdc"].as_i64()) else {
            return error(422, "-2", "Champ invalide");
        };
        self.cards.insert(zone, (id.to_owned(), body.clone(), true));
        Answered::json(200, body.clone())
    }

    fn card(&mut self, (method, id): (&str, &str), zone: i64, asked: &Asked) -> Answered {
        let Some((_, told, works)) = self.cards.get_mut(&zone).filter(|card| card.0 == id) else {
            return error(404, "-3", "Carte inconnue");
        };
        match method {
            "GET" => Answered::json(200, told.clone()),
            "PATCH" => {
                let text = |name: &str| asked.body[name].as_str();
                let (Some(end), Some(again), Some(reason)) =
                    (text("cancelDate"), text("revalidationDate"), text("reason"))
                else {
                    return error(422, "-2", "Champ invalide");
                };
                let is_reason = ["DP", "DV", "CD", "HS"].contains(&reason) != end.is_empty();
                if asked.head("uid") != told["uid"]
                    || end.is_empty() == again.is_empty()
                    || !is_reason
                {
                    return error(422, "-2", "Champ invalide");
                }
                *works = end.is_empty();
                Answered::empty(200)
            }
            _ => error(405, "405", "method"),
        }
    }
}

fn is_holder(body: &Value) -> bool {
    let texts = ["identifier", "firstName", "lastName", "email", "dueDate", "rneOrgCode"];
    let numbers = ["idCompanyRate", "idRate"];
    only(body, &HOLDER)
        && texts.iter().all(|name| body[*name].as_str().is_some_and(|text| !text.is_empty()))
        && numbers.iter().all(|name| body[*name].is_i64())
        && body["email"].as_str().is_some_and(|mail| mail.contains('@'))
        && body["simpleBirthDate"].is_string()
        && body["dueDate"].as_str().is_some_and(|due| due.len() == 24 && due.ends_with('Z'))
}

/// Whether an object has no other fields.
fn only(body: &Value, fields: &[&str]) -> bool {
    body.as_object().is_some_and(|body| body.keys().all(|key| fields.contains(&key.as_str())))
}
