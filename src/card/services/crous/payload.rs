//! What the CROUS is told of a right holder and of a card (8.2): pure.
use super::fare::{Fare, fare};
use super::zone::SmartCard;
use crate::card::services::subject::Subject;
use crate::card::stop::Why;
use crate::card::store::Card;
use crate::config::Crous;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

/// Company of students: the CROUS says what they pay.
pub(super) const STUDENTS: i64 = 10;
/// Company of agents of the national research council: a convention says what they pay.
pub(super) const COUNCIL: i64 = 7999;

/// `2027-09-30T23:59:59.000Z`
pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// How somebody is named whom the CROUS does not know yet (8.3).
pub(super) fn first_name(settings: &Crous, subject: &Subject) -> String {
    let ine = subject.ine.clone().filter(|_| settings.ine_first);
    ine.unwrap_or_else(|| subject.eppn.clone())
}

/// What somebody pays by our rules, with what the CROUS made of it where it decides.
fn pays(settings: &Crous, subject: &Subject, fares: &[Fare], kept: &Value) -> (i64, i64) {
    let (company, rate) = fare(settings, subject, fares);
    let decides = [STUDENTS, COUNCIL].contains(&company) && kept["company"] == company;
    (company, kept["rate"].as_i64().filter(|_| decides).unwrap_or(rate))
}

/// A right holder, or the word for why there is none. `kept`: what the CROUS said of them.
pub fn right_holder(
    settings: &Crous,
    subject: &Subject,
    (name, kept): (&str, &Value),
    fares: &[Fare],
) -> Result<Value, &'static str> {
    if fares.is_empty() {
        return Err("no_fares");
    }
    // It refuses whoever has none, so the last good one stays.
    let mail = subject.mail.as_deref().or_else(|| kept["mail"].as_str()).ok_or("no_mail")?;
    let due = subject.due.ok_or("no_due")?;
    let (company, rate) = pays(settings, subject, fares, kept);
    let mut told = json!({
        "identifier": name,
        "firstName": subject.given_name,
        "lastName": subject.surname,
        "email": mail,
        "dueDate": moment(due),
        "idCompanyRate": company,
        "idRate": rate,
        "simpleBirthDate": subject.birth.map(|day| day.to_string()).unwrap_or_default(),
        "ine": subject.ine.clone().unwrap_or_default(),
        "rneOrgCode": subject.rne.as_ref().unwrap_or(&settings.rne),
    });
    if settings.nulls {
        told["accountStatus"] = Value::Null;
        told["blockingStatus"] = Value::Null;
    }
    Ok(told)
}

/// A card that begins to work.
pub fn smart_card(zone: &SmartCard) -> Value {
    let mut told = Map::new();
    let mut tell = |name: &str, value: Value| drop(told.insert(name.to_owned(), value));
    tell("uid", json!(zone.uid));
    tell("idZdc", json!(zone.id_zdc));
    // What was numbered here has no more than that.
    if zone.id_transmitter.is_some() {
        tell("idTransmitter", json!(zone.id_transmitter));
        tell("idMapping", json!(zone.id_mapping));
        tell("zdcCreationDate", json!(format!("{}T00:00:00.000Z", zone.created_on)));
        tell("pixSs", json!(zone.pix_ss));
        tell("pixNn", json!(zone.pix_nn));
        tell("appl", json!(zone.appl));
        tell("rid", json!(zone.rid));
    }
    Value::Object(told)
}

/// A card that is known there works again.
pub fn enabling(card: &Card) -> Value {
    let since = moment(card.enabled_at.unwrap_or(card.state_at));
    json!({ "revalidationDate": since, "cancelDate": "", "reason": "" })
}

/// A card does not work any more.
pub fn disabling(card: &Card) -> Value {
    let reason = match card.stopped_for {
        Some(Why::Lost) => "DP",
        Some(Why::Theft) => "DV",
        Some(Why::OutOfOrder) => "CD",
        None => "HS",
    };
    json!({ "cancelDate": moment(card.state_at), "reason": reason, "revalidationDate": "" })
}
