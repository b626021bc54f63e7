//! Proof of presence: tokens, certificates, controls, seen as strangers see them.
mod browser;
mod certificates;
mod changing;
mod command;
mod controls;
mod documents;
mod sheets;
mod tokens;

use crate::house::{House, Setup};
use aiguillage::attendance::proof::{
    Channel, Establishment, Facts, FactsOf, Known, Sight, Standing, Status, Student,
};
use aiguillage::keys::{self, OpenKey, Purpose, State};
use aiguillage::on;
use std::collections::HashMap;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use uuid::Uuid;
use zeroize::Zeroizing;

/// The presences of a house, as a roll call would know them.
#[derive(Clone, Default)]
struct Register(Arc<Mutex<HashMap<Uuid, Known>>>);

impl Register {
    fn facts_of(&self) -> FactsOf {
        let register = self.clone();
        Arc::new(move |_, presence, _| {
            let known = register.0.lock().expect("nobody broke").get(&presence).cloned();
            Box::pin(async move { Ok(known) })
        })
    }

    /// Note a presence, or note it in another way.
    fn note(&self, facts: Facts) -> Uuid {
        self.note_for(facts, Sight::Bearer)
    }

    fn note_for(&self, facts: Facts, sight: Sight) -> Uuid {
        let presence = facts.presence;
        self.0.lock().expect("nobody broke").insert(presence, Known { facts, sight });
        presence
    }
}

/// A house in which proofs can be made, and its presences.
async fn house() -> (House, Register) {
    let register = Register::default();
    let presences = Some(register.facts_of());
    let house = House::open_with(Setup { presences, ..Setup::default() }).await;
    (house, register)
}

/// Add a ready-made key.
pub(crate) async fn give(house: &House, purpose: Purpose, name: &str) -> State {
    let key = ready_made(name);
    let added = keys::add(house.db(), &house.master(), purpose, house.now(), || Ok(key)).await;
    added.expect("the key is kept")
}

/// One of the keys in `tests/it/data/proof`.
pub(crate) fn ready_made(name: &str) -> OpenKey {
    let read = |kind: &str| std::fs::read_to_string(data(name, kind)).expect("a file of ours");
    OpenKey { secret: Zeroizing::new(read("key").into_bytes()), certificate: read("pub") }
}

/// A file of a ready-made key: `key` or `pub`.
fn data(name: &str, kind: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/data/proof");
    folder.join(format!("{name}.{kind}.pem"))
}

/// Somebody who was there.
fn facts() -> Facts {
    let time = |text: &str| text.parse().expect("a time");
    Facts {
        presence: Uuid::new_v4(),
        establishment: Establishment {
            name: "Université d’Exemple".into(),
            uai: "0062999Z".into(),
            address: "12 rue des Tilleuls, 06000 Nice".into(),
            dpo: "dpo@univ-exemple.fr".into(),
        },
        student: Student {
            family_name: "LEGRAND".into(),
            given_name: "Maëlle".into(),
            number: "22400017".into(),
        },
        programme: "Master 1 MIAGE".into(),
        year: "2026-2027".into(),
        subject: "Sécurité des SI".into(),
        kind: "TD".into(),
        group: "TD 2".into(),
        session: Uuid::from_u128(0x0190_f3b2_6c4e_4b1a_9c55_2f6f_5f0a_7d10),
        starts_at: time("2026-11-21T07:00:00Z"),
        ends_at: time("2026-11-21T09:00:00Z"),
        marked_at: time("2026-11-21T07:04:12.500Z"),
        status: Status::Present,
        channel: Channel::Qr,
        room: "B-214".into(),
        campus: "Valrose".into(),
        teacher: "NDIAYE Awa".into(),
        standing: Standing::Closed,
        corrections: Vec::new(),
    }
}

/// Run a program of others; it must end well.
#[track_caller]
fn run(program: &str, arguments: &[&str]) -> String {
    let output = outcome(program, arguments);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {said}{complained}");
    said
}

/// The same, however it ends.
#[track_caller]
fn outcome(program: &str, arguments: &[&str]) -> Output {
    let done = Command::new(program).args(arguments).output();
    done.unwrap_or_else(|error| panic!("{program} ({error}): make needs"))
}

/// What a statement counts.
async fn count(house: &House, sql: &'static str) -> i64 {
    let mut tx = house.db().read().await.expect("the database answers");
    let counted = on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_one(conn).await);
    counted.expect("a number")
}

/// The page to which a control leads a stranger.
async fn page(house: &House, control: &str) -> String {
    let visitor = house.visitor();
    let answer = visitor.get(control).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    assert!(answer.location().starts_with("/v/r/"), "{}", answer.location());
    visitor.get(answer.location()).await.text
}
