//! What other programs use: tokens, scopes, lists, acts that happen once, people who are pushed.
mod killed;
mod limits;
mod lists;
mod mail;
mod once;
mod page;
mod push;
mod schemathesis;
mod scopes;

use crate::house::{Answer, House, Person, Setup};
use aiguillage::api::{Desk, Grant, Scope};
use aiguillage::audit::{Event, Trace};
use reqwest::Method;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// A source that programs push people into, beside the four of every house.
const PUSHED: &str = "\n[source:rh]\nkind = push\nrole = agents\nlabel = Ressources humaines\n\
    priority = 30\nattr.displayName = join(' ', prenom, nom)\nattr.mail = lower(courriel)\n\
    [source:autre]\nkind = push\nrole = local\n\
    [link:rh]\nsources = agents, rh\nattribute = mail\ndomains = demo.example\n";

/// A house with sources that are pushed.
async fn house() -> House {
    house_with(Vec::new()).await
}

async fn house_with(settings: Vec<(&'static str, String)>) -> House {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/data/house/sources.ini");
    let sources = fs::read_to_string(data).expect("a file of ours") + PUSHED;
    House::open_with(Setup { settings, sources: Some(sources), ..Setup::default() }).await
}

/// A token with these scopes, changed as a test wishes.
pub(crate) async fn token(
    house: &House,
    scopes: &[Scope],
    change: impl FnOnce(&mut Grant),
) -> String {
    let mut grant = Grant {
        name: format!("programme {}", uuid::Uuid::now_v7().simple()),
        scopes: scopes.iter().copied().collect(),
        ..Grant::default()
    };
    change(&mut grant);
    let desk = Desk::new(&house.parts().config);
    let mut tx = house.db().write().await.expect("a transaction");
    let by = ("command".to_owned(), Event::ok("token.made"));
    let made = desk.make(&mut tx, grant, by, (&Trace::default(), house.now())).await;
    tx.commit().await.expect("kept");
    made.expect("a token that makes sense").1
}

/// A program with a token.
pub(crate) fn program<'h>(house: &'h House, token: &str) -> Person<'h> {
    let bearer = format!("Bearer {token}");
    house.visitor().with("authorization", &bearer).posting("application/json")
}

/// A program that may do this.
async fn may<'h>(house: &'h House, scopes: &[Scope]) -> Person<'h> {
    let token = token(house, scopes, |_| {}).await;
    program(house, &token)
}

/// Send JSON under a key.
async fn send(program: &Person<'_>, path: &str, key: &str, body: &Value) -> Answer {
    let program = program.clone().with("idempotency-key", key);
    program.send(Method::POST, path, Some(body.to_string())).await
}

async fn put(program: &Person<'_>, path: &str, body: &Value) -> Answer {
    program.send(Method::PUT, path, Some(body.to_string())).await
}

async fn delete(program: &Person<'_>, path: &str) -> Answer {
    program.send(Method::DELETE, path, None).await
}
