//! Brings the made-up people of `people.ini` into the tables, as their sources would.
use crate::audit::Trace;
use crate::db::{Db, Tx};
use crate::identity::arrival::{ArrivalRules, reading_options};
use crate::identity::granting::{self, By};
use crate::identity::sources::hash_password;
use crate::identity::store;
use crate::identity::touched::Touched;
use crate::identity::{Account, Attributes, Person, PersonId, formats};
use crate::ini::{self, Section};
use crate::rights::{Grant, Role, Scope};
use crate::web::lang::Lang;
use anyhow::{Context, Result};
use chrono::{DateTime, Datelike, Utc};
use openssl::error::ErrorStack;
use std::path::Path;

/// Keys of a person that are no attributes.
const OWN_KEYS: [&str; 5] = ["source", "story", "about", "about.en", "role"];

/// Somebody who can be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoPerson {
    /// Login.
    pub login: String,
    /// Password: the login, unless others can come.
    pub password: String,
    /// Source the account is in.
    pub source: String,
    /// The group on the start page.
    pub story: String,
    /// What is special about them, in French and English.
    pub about: [String; 2],
    /// Name.
    pub name: String,
    role: Option<Grant>,
    pub(super) attributes: Attributes,
}

impl DemoPerson {
    /// What is special about them, in this language.
    pub(super) fn about_in(&self, lang: Lang) -> &str {
        let [french, english] = &self.about;
        if lang == Lang::En { english } else { french }
    }
}

/// Read `people.ini`.
pub fn read(path: &Path, now: DateTime<Utc>) -> Result<Vec<DemoPerson>> {
    let (document, _) = ini::read_file(path).context("people.ini cannot be read")?;
    let year = if now.month() >= 8 { now.year() } else { now.year() - 1 };
    let people = document.sections().iter();
    Ok(people.map(|section| person(section, &year.to_string())).collect())
}

fn person(section: &Section, school_year: &str) -> DemoPerson {
    let text = |key: &str| section.get(key).unwrap_or_default().to_owned();
    let attributes = section.entries().iter().filter(|e| !OWN_KEYS.contains(&e.key.as_str()));
    DemoPerson {
        login: section.name.clone(),
        password: section.name.clone(),
        source: text("source"),
        story: text("story"),
        about: [text("about"), text("about.en")],
        name: text("displayName"),
        role: section.get("role").and_then(role),
        attributes: attributes
            .map(|entry| (entry.key.clone(), entry.value.replace("{school_year}", school_year)))
            .collect(),
    }
}

/// A role, and on what: `admin`, `local_admin school:9740091F`.
fn role(text: &str) -> Option<Grant> {
    let (role, scope) = text.split_once(' ').unwrap_or((text, "installation"));
    Grant::new(Role::parse(role)?, Scope::parse(scope)?)
}

/// What can be typed on a telephone: no letter looks like another or like a digit.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A password of 60 random bits, in three groups.
pub(super) fn random_password() -> Result<String, ErrorStack> {
    let mut bytes = [0; 12];
    openssl::rand::rand_bytes(&mut bytes)?;
    let letters = bytes.map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    Ok(groups.join("-"))
}

/// Make those who are not there yet.
pub async fn import(
    db: &Db,
    people: &[DemoPerson],
    rules: &ArrivalRules,
    now: DateTime<Utc>,
) -> Result<()> {
    for person in people {
        let mut tx = db.read().await?;
        let known = store::account_by_source_id(&mut tx, &person.source, &person.login).await?;
        drop(tx);
        if known.is_some() {
            continue;
        }
        let password = person.password.clone();
        let hash = tokio::task::spawn_blocking(move || hash_password(&password)).await?;
        let hash = hash.map_err(|error| anyhow::anyhow!("a password cannot be hashed: {error}"))?;
        let mut tx = db.write().await?;
        insert(&mut tx, person, &hash, rules, now).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn insert(
    tx: &mut Tx,
    demo: &DemoPerson,
    hash: &str,
    rules: &ArrivalRules,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let account = Account {
        source: demo.source.clone(),
        source_id: demo.login.clone(),
        login: demo.login.clone(),
        attributes: demo.attributes.clone(),
    };
    let id = PersonId::new();
    let person = Person { id, display_name: account.display_name(), mail: account.mail() };
    store::insert_person(tx, &person, now).await?;
    let account_id = store::insert_account(tx, id, &account, 0, now).await?;
    store::set_password(tx, account_id, hash, now).await?;
    let options = reading_options(&rules.dispatch, &demo.source, now);
    let known = formats::Known::default();
    let reading = formats::read(&account.attributes, &known, &options, &rules.profiles);
    store::keep_reading(tx, account_id, id, &reading, now).await?;
    let mut touched = Touched::at(now);
    touched.note(id, "person");
    touched.settle(tx, &rules.following(), &Trace::default()).await?;
    if let Some(role) = &demo.role {
        let when = (&Trace::default(), now);
        let _ = granting::grant(tx, id, role, By::Command, when).await?;
    }
    Ok(())
}
