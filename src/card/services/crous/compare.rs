//! Whether what the CROUS knows of somebody has to change (8.4): pure.
use super::payload::{COUNCIL, STUDENTS};
use crate::identity::person::fold;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde_json::Value;

/// What has to be done about a right holder that it knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    None,
    /// It is not ours to change: a stable word.
    Blocked(&'static str),
    /// This has to be sent.
    Put(Value),
}

/// Least difference of two ends that counts.
const SOON: TimeDelta = TimeDelta::minutes(5);

/// Dates as it writes them: with or without fraction, with `Z`, `+02`, `+02:00`, `+0200` or nothing.
pub fn date(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    for format in ["%Y-%m-%dT%H:%M:%S%.f%:z", "%Y-%m-%dT%H:%M:%S%.f%#z"] {
        if let Ok(at) = DateTime::parse_from_str(text, format) {
            return Some(at.to_utc());
        }
    }
    let plain = text.strip_suffix('Z').unwrap_or(text);
    let read = NaiveDateTime::parse_from_str(plain, "%Y-%m-%dT%H:%M:%S%.f");
    read.ok().map(|at| at.and_utc())
}

fn text(of: &Value, name: &str) -> String {
    fold(of[name].as_str().unwrap_or_default().trim())
}

/// Whether both are students: they have a national number.
fn are_students(old: &Value, new: &Value) -> bool {
    !text(old, "ine").is_empty() && !text(new, "ine").is_empty()
}

fn due(of: &Value) -> Option<DateTime<Utc>> {
    of["dueDate"].as_str().and_then(date)
}

/// Whether all that counts is the same. Of students names, mail and birth come from elsewhere.
fn is_unchanged(old: &Value, new: &Value) -> bool {
    let same = |name: &&str| text(old, name) == text(new, name);
    let company = old["idCompanyRate"].as_i64() == new["idCompanyRate"].as_i64();
    if are_students(old, new) {
        let is_later = due(old).zip(due(new)).is_some_and(|(old, new)| old > new);
        return !is_later && company && ["identifier", "ine", "rneOrgCode"].iter().all(same);
    }
    let decides = new["idCompanyRate"].as_i64() == Some(COUNCIL);
    let rate = decides || old["idRate"].as_i64() == new["idRate"].as_i64();
    let born = |of: &Value| of["simpleBirthDate"].as_str().unwrap_or_default().to_owned();
    let names = ["email", "firstName", "identifier", "lastName", "ine", "rneOrgCode"];
    born(old) == born(new) && company && rate && names.iter().all(same)
}

/// Whether the end of rights has to move there.
fn moves(old: &Value, new: &Value, now: DateTime<Utc>) -> bool {
    let (Some(old_due), Some(new_due)) = (due(old), due(new)) else { return true };
    let is_kept = are_students(old, new) && old_due > new_due;
    let are_past = old_due < now && new_due < now;
    !is_kept && !are_past && (old_due - new_due).abs() >= SOON
}

/// What has to be sent, when it knows `old` and we say `new`.
pub fn change(old: &Value, new: &Value, now: DateTime<Utc>) -> Change {
    let is_past = |of| due(of).is_some_and(|due| due < now);
    if is_past(old) && is_past(new) {
        return Change::None;
    }
    if is_unchanged(old, new) && !moves(old, new, now) {
        return Change::None;
    }
    let company = |of: &Value| of["idCompanyRate"].as_i64();
    let (had, has) = (company(old), company(new));
    if had == Some(STUDENTS) && has != Some(STUDENTS) {
        return Change::Blocked("stays_student");
    }
    let mut told = new.clone();
    if had == has && (has == Some(STUDENTS) || has == Some(COUNCIL)) {
        told["idRate"] = old["idRate"].clone();
    }
    let are_both = had == Some(STUDENTS) && has == Some(STUDENTS);
    if are_both && due(old).zip(due(new)).is_some_and(|(old, new)| old > new) {
        return Change::None;
    }
    Change::Put(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: &str = "2026-11-02T09:00:00Z";

    fn now() -> DateTime<Utc> {
        NOW.parse().expect("a time")
    }

    fn student() -> Value {
        json!({
            "identifier": "1234567890A", "firstName": "Léa", "lastName": "Martin",
            "email": "lea@univ.example", "dueDate": "2027-09-30T23:59:59.000Z", "idCompanyRate": 10,
            "idRate": 1, "simpleBirthDate": "2006-02-11", "ine": "1234567890A", "rneOrgCode": "0761904G",
        })
    }

    fn staff() -> Value {
        with(student(), &[("ine", json!("")), ("idCompanyRate", json!(78)), ("idRate", json!(2))])
    }

    fn with(mut of: Value, pairs: &[(&str, Value)]) -> Value {
        for (name, value) in pairs {
            of[*name] = value.clone();
        }
        of
    }

    #[test]
    fn dates_are_read_however_they_are_written() {
        let wanted = "2027-09-30T21:59:59Z".parse().ok();
        for text in [
            "2027-09-30T21:59:59Z",
            "2027-09-30T21:59:59.000Z",
            "2027-09-30T21:59:59.000000000Z",
            "2027-09-30T23:59:59+02:00",
            "2027-09-30T23:59:59.0+0200",
            "2027-09-30T23:59:59+02",
            "2027-09-30T21:59:59",
        ] {
            assert_eq!(date(text), wanted, "{text}");
        }
        assert_eq!(date("30/09/2027"), None);
    }

    #[test]
    fn of_students_only_what_the_api_can_change_is_compared() {
        let other =
            [("lastName", json!("Dupont")), ("email", json!("x@y.z")), ("idRate", json!(97))];
        assert_eq!(change(&with(student(), &other), &student(), now()), Change::None);
        let moved = with(student(), &[("rneOrgCode", json!("0750001A"))]);
        assert!(matches!(change(&moved, &student(), now()), Change::Put(_)));
    }

    #[test]
    fn others_are_compared_without_case_and_accents() {
        let old = with(staff(), &[("firstName", json!("LEA")), ("ine", Value::Null)]);
        assert_eq!(change(&old, &staff(), now()), Change::None);
        for (name, value) in
            [("lastName", json!("Dupré")), ("simpleBirthDate", json!("")), ("idRate", json!(3))]
        {
            let old = with(staff(), &[(name, value)]);
            assert_eq!(change(&old, &staff(), now()), Change::Put(staff()), "{name}");
        }
    }

    #[test]
    fn the_end_of_rights_moves_forward_and_not_for_minutes() {
        let due = |text: &str| [("dueDate", json!(text))];
        let later = with(student(), &due("2028-09-30T23:59:59Z"));
        assert_eq!(change(&later, &student(), now()), Change::None, "students keep the later one");
        let earlier = with(student(), &due("2026-12-31T23:59:59Z"));
        assert_eq!(change(&earlier, &student(), now()), Change::Put(student()));
        let near = with(staff(), &due("2027-09-30T23:56:00Z"));
        assert_eq!(change(&near, &staff(), now()), Change::None);
        let sooner = with(staff(), &due("2028-09-30T23:59:59Z"));
        assert_eq!(change(&sooner, &staff(), now()), Change::Put(staff()), "staff lose rights");
        let past = with(staff(), &due("2020-01-01T00:00:00Z"));
        let changed = with(past.clone(), &[("lastName", json!("Dupré"))]);
        assert_eq!(change(&past, &changed, now()), Change::None, "both are over");
    }

    #[test]
    fn students_stay_students_and_pay_what_the_crous_says() {
        let new = with(student(), &[("idCompanyRate", json!(78))]);
        assert_eq!(change(&student(), &new, now()), Change::Blocked("stays_student"));
        let old = with(student(), &[("idRate", json!(97)), ("rneOrgCode", json!("0750001A"))]);
        let Change::Put(told) = change(&old, &student(), now()) else {
            panic!("something changed")
        };
        assert_eq!(told["idRate"], 97);
    }

    #[test]
    fn what_agents_of_the_research_council_pay_is_read_and_not_written() {
        let council =
            |rate: i64| with(staff(), &[("idCompanyRate", json!(7999)), ("idRate", json!(rate))]);
        assert_eq!(change(&council(12), &council(99), now()), Change::None);
        let named = with(council(12), &[("lastName", json!("Dupré"))]);
        assert_eq!(change(&named, &council(99), now()), Change::Put(council(12)));
        assert_eq!(change(&staff(), &council(99), now()), Change::Put(council(99)));
    }
}
