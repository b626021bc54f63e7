//! Reminders, alerts and letters: who is told, once, and what is never told.
mod alerts;
mod letters;
mod reminders;
mod rules;

use super::figures::Ground;
use crate::house::House;
use crate::rights::person_of;
use aiguillage::attendance::notice::store as notices;
use aiguillage::attendance::notice::{Measure, Metric, Recipients, Rule, RuleScope, SendAlerts};
use aiguillage::identity::PersonId;
use aiguillage::jobs::Job;
use aiguillage::on;
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// A message as it waits: address, template, values.
type Waiting = (String, String, String);

/// Messages of a template, in order of address.
async fn mails(house: &House, template: &str) -> Vec<Waiting> {
    let mut tx = house.db().read().await.expect("the database answers");
    let sql = "SELECT recipient, lang, CAST(vars AS TEXT) FROM mail WHERE template = $1
        ORDER BY recipient, id";
    on!(&mut tx, |conn| query_as(sql).bind(template).fetch_all(conn).await).expect("messages")
}

/// Their addresses.
async fn told(house: &House, template: &str) -> Vec<String> {
    mails(house, template).await.into_iter().map(|(address, ..)| address).collect()
}

async fn give_address(house: &House, login: &str, address: &str) {
    let person = person_of(house, login).await;
    let mut tx = house.db().write().await.expect("a transaction");
    let sql = "UPDATE person SET mail = $2 WHERE id = $1";
    on!(&mut tx, |conn| query(sql).bind(person).bind(address).execute(conn).await.map(drop))
        .expect("kept");
    tx.commit().await.expect("kept");
}

/// Ask for a job of the timetable now, and do everything that follows.
async fn run<J: Job>(house: &House, job: &J) {
    let mut tx = house.db().write().await.expect("a transaction");
    house.parts().jobs.queue.add(&mut tx, job).await.expect("asked");
    tx.commit().await.expect("kept");
    house.run_jobs().await;
}

/// A rule that tells students of each absence that nobody excused, this school year.
fn rule() -> Rule {
    let id = Uuid::now_v7();
    let metric = Metric::Unjustified;
    Rule {
        id,
        rne: super::school(),
        code: id.to_string(),
        name: "Assiduité".to_owned(),
        scope: RuleScope::default(),
        measure: Measure { metric, threshold: 1, repeat_max: 50, ..Measure::default() },
        to: Recipients { to_student: true, ..Recipients::default() },
        is_active: true,
        version: 1,
    }
}

async fn keep(house: &House, rule: &Rule) {
    let mut tx = house.db().write().await.expect("a transaction");
    assert!(notices::insert_rule(&mut tx, rule).await.expect("kept"));
    tx.commit().await.expect("kept");
}

/// Who was named by any rule: name, span, step, value.
async fn named(house: &House) -> Vec<(String, i64, i64)> {
    let mut tx = house.db().read().await.expect("the database answers");
    let sql = "SELECT p.sort_name, a.step, a.value FROM alert_sent a
        JOIN person p ON p.id = a.student ORDER BY p.sort_name, a.step";
    on!(&mut tx, |conn| query_as(sql).fetch_all(conn).await).expect("alerts")
}

async fn count(house: &House, sql: &'static str) -> i64 {
    let mut tx = house.db().read().await.expect("the database answers");
    on!(&mut tx, |conn| query_scalar(sql).fetch_one(conn).await).expect("a count")
}

/// An account says something more of somebody.
async fn say(house: &House, person: PersonId, name: &str, value: &str) {
    let mut tx = house.db().write().await.expect("a transaction");
    let accounts = aiguillage::identity::store::accounts_of(&mut tx, person).await;
    let account = accounts.expect("accounts").remove(0);
    let mut attributes = account.attributes.clone();
    attributes.add(name, value);
    let sql = "UPDATE account SET attributes = $2 WHERE id = $1";
    on!(&mut tx, |conn| query(sql)
        .bind(account.id)
        .bind(sqlx::types::Json(&attributes))
        .execute(conn)
        .await
        .map(drop))
    .expect("kept");
    tx.commit().await.expect("kept");
}

/// The worked week, confirmed or not, and addresses of E2 and E4.
async fn week(house: &House, is_validated: bool) -> Ground {
    let ground = Ground::lay(house).await;
    super::figures::keep_week(house, &ground, is_validated).await;
    give_address(house, "tom.girard", "tom@quais.example").await;
    give_address(house, "luc.petit", "luc@quais.example").await;
    ground
}

async fn send_alerts(house: &House) {
    run(house, &SendAlerts {}).await;
}
