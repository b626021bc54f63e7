//! The protocol as Nextcloud servers speak it: bytes on the wire, answers field by field.
mod access;
mod apps;
mod clients;
mod conflicts;
mod lasting;
mod names;
mod people;
mod privacy;
mod pushing;
mod removing;
mod replication;
mod searching;
mod signed;
mod sweeping;
mod wire;

use crate::house::{House, OFFICE, Setup};
use aiguillage::audit::Trace;
use aiguillage::identity::cloud::{Field, Fields};
use aiguillage::identity::store;
use aiguillage::lookup::Parts;
use aiguillage::lookup::intake::{Incoming, Origin};
use serde_json::{Value, json};
use std::time::Duration;
use wire::Heard;

/// The shared key of the pushing servers.
const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef";
/// Opens `/l/<token>` of the server `a`.
const TOKEN: &str = "jetonjetonjetonjetonjeton";

/// Servers of the settings, in most tests.
const SERVERS: &str = "
[instance:a]
server = nuage-a.example.test
token = env:TOKEN
networks = 198.51.100.7
fields = name
policy = mail
key = env:KEY_A
priority = 1
[instance:b]
server = nuage-b.example.test
priority = 5
";

/// A house whose lookup is asked from the office.
struct Lookup {
    house: House,
}

impl Lookup {
    /// With the settings that most tests want, and these besides, by environment variable.
    async fn open(more: &[(&'static str, &str)]) -> Self {
        Self::with("", more).await
    }

    /// The same with servers that are known by name.
    async fn with_servers(more: &[(&'static str, &str)]) -> Self {
        Self::with(SERVERS, more).await
    }

    async fn with(sections: &str, more: &[(&'static str, &str)]) -> Self {
        let mut settings = vec![
            ("AIGUILLAGE_LOOKUP_NETWORKS", "10.205.0.0/16".to_owned()),
            ("AIGUILLAGE_LOOKUP_KEYS", "env:KEY".to_owned()),
            ("KEY", KEY.to_owned()),
            ("KEY_A", "key-of-server-a-only-0123456789".to_owned()),
            ("TOKEN", TOKEN.to_owned()),
        ];
        settings.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
        settings.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/data/house/sources.ini");
        let sources = std::fs::read_to_string(path).expect("a file of ours") + sections;
        let house =
            House::open_with(Setup { settings, sources: Some(sources), ..Setup::default() }).await;
        let lookup = Self { house };
        lookup.until_ready().await;
        lookup
    }

    fn parts(&self) -> &Parts {
        self.house.parts().lookup.as_ref().expect("the lookup is switched on")
    }

    /// Send these bytes from the office.
    async fn says(&self, method: &str, path: &str, body: &str) -> Heard {
        self.says_from(OFFICE, method, path, body).await
    }

    /// The same from another address.
    async fn says_from(&self, address: &str, method: &str, path: &str, body: &str) -> Heard {
        let length = if body.is_empty() && method == "GET" {
            String::new()
        } else {
            format!("Content-Length: {}\r\n", body.len())
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {address}\r\n\
             {length}Connection: close\r\n\r\n{body}"
        );
        wire::exchange(self.house.address(), request.as_bytes()).await
    }

    async fn get(&self, path: &str) -> Heard {
        self.says("GET", path, "").await
    }

    /// Push users with the shared key, and wait until they can be found.
    async fn push(&self, users: &Value) -> Heard {
        let heard = self.push_with(KEY, users).await;
        self.settled().await;
        heard
    }

    async fn push_with(&self, key: &str, users: &Value) -> Heard {
        let body = json!({ "authKey": key, "users": users }).to_string();
        self.says("POST", "/gs/users", &body).await
    }

    /// Remove users with the shared key, and say nothing else.
    async fn remove(&self, ids: &[&str]) -> Heard {
        let body = json!({ "authKey": KEY, "users": ids }).to_string();
        self.says("DELETE", "/gs/users", &body).await
    }

    /// Ids found by a search.
    async fn found(&self, search: &str) -> Vec<String> {
        let query = [("search", search)];
        let query =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        let heard = self.get(&format!("/users?{query}")).await;
        assert_eq!(heard.status, 200, "{search}: {}", heard.text());
        ids(&heard.json())
    }

    /// The object that an exact search answers.
    async fn exactly(&self, query: &str) -> Value {
        let heard = self.get(&format!("/users?exact=1&search={query}")).await;
        assert_eq!(heard.status, 200, "{query}: {}", heard.text());
        heard.json()
    }

    /// Until the index has followed the log to its end.
    async fn settled(&self) {
        for _ in 0..3_000 {
            let newest = store::newest_change(&mut self.read().await).await.expect("a change");
            let state = self.parts().index.state();
            if state.ready && state.seq >= newest.map_or(0, |change| change.seq) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the index does not follow: {:?}", self.parts().index.state());
    }

    async fn until_ready(&self) {
        for _ in 0..3_000 {
            if self.parts().index.state().ready {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the index does not get ready");
    }

    async fn read(&self) -> aiguillage::db::Tx {
        self.house.db().read().await.expect("the database answers")
    }

    /// The number of the newest change.
    async fn changes(&self) -> i64 {
        let newest = store::newest_change(&mut self.read().await).await.expect("the log");
        newest.map_or(0, |change| change.seq)
    }

    /// Records that come from a list of ours.
    async fn import(&self, list: &str, records: &[(&str, &[(Field, &str)])]) {
        let records = records.iter().map(|(id, fields)| Incoming {
            cloud_id: (*id).to_owned(),
            fields: Some(fields.iter().copied().collect::<Fields>()),
            person: None,
        });
        let origin = Origin::Import { list: list.to_owned() };
        let done = self.parts().intake.push(&origin, records.collect(), &Trace::default()).await;
        done.expect("written");
        self.settled().await;
    }
}

/// The ids of an answer to a free search.
fn ids(answer: &Value) -> Vec<String> {
    let users = answer.as_array().unwrap_or_else(|| panic!("no list: {answer}"));
    let id = |user: &Value| user["federationId"].as_str().expect("an id").to_owned();
    users.iter().map(id).collect()
}

/// A field as it is sent.
fn field(value: &str) -> Value {
    json!({ "value": value, "verified": "1" })
}

/// The named people of the truth tables, as their servers push them.
fn colleagues() -> Value {
    let user = |userid: &str, name: &str, mail: &str| json!({ "userid": userid, "name": name, "email": mail });
    json!({
        "amartin@nuage-b.example.test":
            user("amartin", "Agnès Martin", "agnes.martin@ac-b.example.test"),
        "jmartin@nuage-a.example.test":
            user("jmartin", "Jérôme MARTIN", "j.m@ac-a.example.test"),
        "eoeuvrard@nuage-a.example.test":
            user("eoeuvrard", "Élodie Œuvrard-L'Hénaff", "elodie.oeuvrard@ac-a.example.test"),
        "splus@nuage-b.example.test": user("splus", "Straße Plus", "a+b@x.example.test"),
        "osonid@nuage-b.example.test":
            user("osonid", "Olivier Sonid", "olivier.sonid@ac-martinique.example.test"),
    })
}
