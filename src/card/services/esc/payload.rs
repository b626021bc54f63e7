//! What the router is told of a person and of a card (9.3): pure.
use crate::card::services::subject::Subject;
use crate::card::store::Card;
use crate::config::Esc;
use chrono_tz::Tz;
use serde_json::{Value, json};

/// The European student identifier; `None`: without a national number there is none.
pub fn esi(subject: &Subject) -> Option<String> {
    let ine = subject.ine.as_ref()?;
    Some(format!("urn:schac:personalUniqueCode:int:esi:fr:{ine}"))
}

/// A person.
pub fn person(settings: &Esc, subject: &Subject, esi: &str) -> Value {
    let mut view = json!({
        "organisationIdentifier": settings.pic,
        "fullName": format!("{} {}", subject.surname.to_uppercase(), subject.given_name).trim(),
    });
    if let Some(mail) = &subject.mail {
        view["email"] = json!(mail);
    }
    if let Some(level) = subject.said.first(&settings.level).and_then(level) {
        view["academicLevel"] = json!(level);
    }
    json!({
        "identifier": esi,
        "identifierCode": "ESI",
        "personOrganisationUpdateViews": [view],
    })
}

fn level(text: &str) -> Option<&'static str> {
    match text.trim() {
        "6" => Some("BACHELOR"),
        "7" => Some("MASTER"),
        "8" => Some("DOCTORATE"),
        _ => None,
    }
}

/// A card that works, or the word for why it cannot be told.
pub fn card(settings: &Esc, card: &Card, esi: &str, zone: Tz) -> Result<Value, &'static str> {
    let escn = card.escn.as_ref().ok_or("no_escn")?;
    let encoded = card.encoded_at.ok_or("not_encoded")?.with_timezone(&zone).date_naive();
    // Directories write the last second of a day as UTC: the day is theirs.
    let due = card.due_at.ok_or("no_due")?.date_naive();
    let before = settings.card_types.iter().filter(|(day, _)| day.is_none_or(|day| day < encoded));
    let kind = before.map(|(_, kind)| kind.as_str()).next_back().unwrap_or("UNKNOWN");
    let mut told = json!({
        "cardNumber": escn,
        "cardStatusType": "ACTIVE",
        "cardType": kind,
        "issuedAt": encoded,
        "expiresAt": due,
        "issuerIdentifier": settings.pic,
        "personIdentifier": esi,
    });
    if let Some(processor) = &settings.processor {
        told["processorIdentifier"] = json!(processor);
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::services::test_cards::{lea, settings_of_esc, working};
    use serde_json::json;

    #[test]
    fn the_worked_example_is_told_as_the_router_reads_it() {
        let (settings, lea) = (settings_of_esc(), lea());
        let esi = esi(&lea).expect("an INE");
        let wanted = json!({
            "identifier": "urn:schac:personalUniqueCode:int:esi:fr:1234567890A",
            "identifierCode": "ESI",
            "personOrganisationUpdateViews": [{
                "organisationIdentifier": "123456789", "fullName": "MARTIN Léa",
                "email": "lea.martin@univ-ville.example", "academicLevel": "BACHELOR",
            }],
        });
        assert_eq!(person(&settings, &lea, &esi), wanted);
        let told = card(&settings, &working(), &esi, chrono_tz::Europe::Paris);
        let wanted = json!({
            "cardNumber": "14625400-9326-103f-8abc-001123456789", "cardStatusType": "ACTIVE",
            "cardType": "SMART_NO_CDZ", "issuedAt": "2026-09-03", "expiresAt": "2027-09-30",
            "issuerIdentifier": "123456789",
            "personIdentifier": "urn:schac:personalUniqueCode:int:esi:fr:1234567890A",
        });
        assert_eq!(told, Ok(wanted));
    }

    #[test]
    fn levels_that_the_router_does_not_know_are_left_out() {
        let settings = settings_of_esc();
        for (level, told) in
            [("7", Some("MASTER")), ("8", Some("DOCTORATE")), ("5", None), ("", None)]
        {
            let mut lea = lea();
            lea.said.remove("academicLevel");
            lea.said.add("academicLevel", level);
            let view = &person(&settings, &lea, "x")["personOrganisationUpdateViews"][0];
            assert_eq!(view["academicLevel"].as_str(), told, "{level}");
        }
        let nobody = Subject { mail: None, ..lea() };
        let view = &person(&settings, &nobody, "x")["personOrganisationUpdateViews"][0];
        assert!(view.get("email").is_none());
    }

    #[test]
    fn the_last_day_before_the_encoding_says_which_chips_they_were() {
        let mut settings = settings_of_esc();
        let day = |text: &str| text.parse().ok();
        settings.card_types.push((day("2026-01-01"), "SMART_PASSIVE".into()));
        settings.card_types.push((day("2026-09-03"), "SMART_CDZ".into()));
        let told = card(&settings, &working(), "x", chrono_tz::Europe::Paris).expect("a card");
        assert_eq!(told["cardType"], "SMART_PASSIVE", "encoded on that very day");
        settings.processor = Some("FR12345678901".into());
        let told = card(&settings, &working(), "x", chrono_tz::Europe::Paris).expect("a card");
        assert_eq!(told["processorIdentifier"], "FR12345678901");
        let unreadable = Card { due_at: None, ..working() };
        assert_eq!(card(&settings, &unreadable, "x", chrono_tz::UTC), Err("no_due"));
    }
}
