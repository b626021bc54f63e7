//! Léa Martin of the specification, for tests.
use super::crous::SmartCard;
use super::subject::Subject;
use crate::card::state::State;
use crate::card::store::{Card, Whose};
use crate::config::{Calls, Crous, Esc, FareBook, Grant};
use crate::identity::sources::Secret;
use crate::identity::{Attributes, PersonId};
use chrono::{DateTime, Utc};
use uuid::Uuid;

pub(super) fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn calls(url: &str) -> Calls {
    let url = url.parse().expect("an address");
    Calls {
        url,
        eppn: None,
        external: false,
        per_second: 0,
        parallel: 2,
        patience: std::time::Duration::from_secs(30),
    }
}

pub(super) fn settings_of_esc() -> Esc {
    Esc {
        calls: calls("https://router.example/esc-rest/api/v2"),
        key: Secret::new("geheim"),
        pic: "123456789".into(),
        processor: None,
        card_types: vec![(None, "SMART_NO_CDZ".into())],
        level: "academicLevel".into(),
        purge: crate::config::RouterPurge::Off,
    }
}

pub(super) fn lea() -> Subject {
    let mut said = Attributes::default();
    said.add("academicLevel", "6");
    said.add("referenceStatut", "etd");
    Subject {
        eppn: "lea.martin@univ-ville.example".into(),
        card_type: "E".into(),
        given_name: "Léa".into(),
        surname: "Martin".into(),
        mail: Some("lea.martin@univ-ville.example".into()),
        ine: Some("1234567890A".into()),
        birth: chrono::NaiveDate::from_ymd_opt(2006, 2, 11),
        rne: Some("0761904G".into()),
        due: Some(at("2027-09-30T23:59:59Z")),
        is_student: true,
        said,
    }
}

pub(super) fn working() -> Card {
    let encoded = at("2026-09-03T08:00:00Z");
    Card {
        id: Uuid::nil(),
        state: State::Enabled,
        state_at: encoded,
        state_by: None,
        note: String::new(),
        stopped_for: None,
        csn: Some("04063F72633480".into()),
        requested_at: at("2026-09-01T08:00:00Z"),
        encoded_at: Some(encoded),
        last_encoded_at: Some(encoded),
        enabled_at: Some(encoded),
        delivered_at: None,
        due_at: Some(at("2027-09-30T23:59:59Z")),
        photo: None,
        photo_scan: None,
        renews: None,
        rejections: 0,
        escn: Some("14625400-9326-103f-8abc-001123456789".into()),
        qr: String::new(),
        is_external: false,
        payment: None,
        version: 1,
        of: Whose {
            holder: Uuid::nil(),
            eppn: "lea.martin@univ-ville.example".into(),
            card_type: "E".into(),
            rights_until: Some(at("2027-09-30T23:59:59Z")),
            account: Uuid::nil(),
            person: PersonId::new(),
            display_name: "Léa Martin".into(),
            mail: None,
        },
    }
}

pub(super) fn settings_of_crous() -> Crous {
    Crous {
        calls: calls("https://api.example"),
        grant: Grant::Application { id: "app".into(), secret: Secret::new("geheim") },
        types: vec!["E".into(), "P".into()],
        rne: "0761904G".into(),
        ine_first: true,
        books: vec![FareBook { crous: "07".into(), rne: "0761904G".into() }],
        usual: (78, 99),
        status: "referenceStatut".into(),
        index: "indice".into(),
        nulls: false,
    }
}

pub(super) fn zone() -> SmartCard {
    SmartCard {
        uid: "04063F72633480".into(),
        id_zdc: 990_000_042,
        id_transmitter: Some(500),
        id_mapping: Some(2),
        created_on: "2026-06-15".into(),
        pix_ss: "250".into(),
        pix_nn: "01".into(),
        appl: "A0000000".into(),
        rid: "0000000000012345".into(),
    }
}
