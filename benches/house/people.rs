//! People who are signed in already.
use aiguillage::db::Db;
use aiguillage::identity::arrival::{ArrivalRules, reading_options};
use aiguillage::identity::session::{Lifetimes, Method, NewSession};
use aiguillage::identity::{
    Account, Affiliation, Attributes, Person, PersonId, Rne, formats, store,
};
use aiguillage::web::cookies;
use anyhow::Result;
use chrono::{DateTime, Duration, Utc};

/// Somebody with a session.
#[derive(Debug, Clone)]
pub(crate) struct SomebodySignedIn {
    pub(crate) schools: Vec<Rne>,
    pub(crate) affiliations: Vec<Affiliation>,
    /// `Cookie` header.
    pub(crate) cookie: String,
}

/// Make a teacher of these schools and sign them in.
pub(crate) async fn sign_in(
    db: &Db,
    rules: &ArrivalRules,
    schools: &[&Rne],
    now: DateTime<Utc>,
) -> Result<SomebodySignedIn> {
    let login = format!("teacher{}", schools.len());
    let account = Account {
        source: "agents".to_owned(),
        source_id: login.clone(),
        login,
        attributes: attributes(schools),
    };
    let id = PersonId::new();
    let person = Person { id, display_name: account.display_name(), mail: account.mail() };
    let options = reading_options(&rules.dispatch, &account.source, now);
    let known = formats::Known::default();
    let reading = formats::read(&account.attributes, &known, &options, &rules.profiles);

    let mut tx = db.write().await?;
    store::insert_person(&mut tx, &person, now).await?;
    let account = store::insert_account(&mut tx, id, &account, 0, now).await?;
    store::keep_reading(&mut tx, account, id, &reading, now).await?;
    let new = NewSession {
        person: id,
        account,
        method: Method::Password,
        authenticated_at: now,
        lifetimes: Lifetimes { absolute: Duration::hours(10), idle: Duration::hours(2) },
        network: "127.0.0.0/24".to_owned(),
        browser: "bench".to_owned(),
        partial_sources: Vec::new(),
    };
    let (token, session) = new.begin(now);
    store::insert_session(&mut tx, &token, &session).await?;
    tx.commit().await?;
    Ok(SomebodySignedIn {
        schools: schools.iter().map(|rne| (*rne).clone()).collect(),
        affiliations: reading.affiliations,
        cookie: format!("{}={}", cookies::SESSION, token.as_str()),
    })
}

/// What an academic directory says of a teacher.
fn attributes(schools: &[&Rne]) -> Attributes {
    let mut attributes = Attributes::default();
    for (name, value) in [
        ("uid", "mdupont"),
        ("displayName", "Marie Dupont"),
        ("givenName", "Marie"),
        ("sn", "Dupont"),
        ("mail", "marie.dupont@ac.example"),
        ("title", "ENS"),
    ] {
        attributes.add(name, value);
    }
    for rne in schools {
        attributes.add("FrEduRne", format!("{rne}$UAJ$PU$ENS${rne}$T3$CLG$340"));
    }
    attributes
}
