//! Sign-on for applications by CAS (`dispatch.md` 5 and 6).
mod answers;
mod apache;
mod explained;
mod modes;
mod php;
mod proxies;
mod services;
mod tickets;

use crate::house::{Answer, House, Person};

/// The application of the demonstration.
fn application(house: &House) -> String {
    house.at_portal("/application/start?x=1")
}

/// `/login` with this service, and more behind it.
fn login(service: &str, more: &str) -> String {
    format!("/login?{}{more}", serde_urlencoded::to_string([("service", service)]).expect("text"))
}

/// Fill in the sign-in page that `path` shows.
async fn sign_in_at(person: &Person<'_>, path: &str, name: &str) -> Answer {
    let page = person.get(path).await;
    assert!(page.text.contains("name=\"password\""), "not the sign-in page: {}", page.text);
    let hidden = ["service", "since", "renew", "method", "next", "csrf"];
    let hidden: Vec<(&str, String)> =
        hidden.iter().filter_map(|name| Some((*name, page.field(name)?))).collect();
    let mut fields: Vec<(&str, &str)> = vec![("login", name), ("password", name)];
    fields.extend(hidden.iter().map(|(name, value)| (*name, value.as_str())));
    let answer = person.post("/login", &fields).await;
    person.get(answer.location()).await
}

/// The ticket behind the address that a browser is sent to.
fn ticket(answer: &Answer) -> String {
    let (_, ticket) = answer.location().rsplit_once("ticket=").unwrap_or_else(|| {
        panic!("no ticket: {} {:?} {}", answer.status, answer.location(), answer.text)
    });
    ticket.to_owned()
}

/// What the application's own server learns.
async fn validate(house: &House, path: &str, service: &str, ticket: &str) -> Answer {
    let query = [("service", service), ("ticket", ticket)];
    let query = serde_urlencoded::to_string(query).expect("text");
    let separator = if path.contains('?') { '&' } else { '?' };
    house.visitor().get(&format!("{path}{separator}{query}")).await
}

/// Between the first `<cas:NAME>` and its end.
fn inside<'a>(xml: &'a str, name: &str) -> &'a str {
    let behind = xml.split_once(&format!("<cas:{name}>")).map_or("", |(_, behind)| behind);
    behind.split_once(&format!("</cas:{name}>")).map_or("", |(inside, _)| inside)
}

/// The code of a failure, empty for a success.
fn failure(answer: &Answer) -> &str {
    let behind = answer.text.split_once("authenticationFailure code=\"").map_or("", |(_, it)| it);
    behind.split('"').next().unwrap_or_default()
}

/// The part of an address of ours behind the host.
fn path_of<'a>(house: &House, location: &'a str) -> &'a str {
    location.strip_prefix(&house.url("")).unwrap_or_else(|| panic!("elsewhere: {location}"))
}
