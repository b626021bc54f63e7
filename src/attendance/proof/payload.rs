//! What a certificate says, as it is signed: keys in a fixed order, NFC, no blanks.
use super::facts::{Facts, Status};
use crate::paper::clean;

use chrono::{DateTime, FixedOffset, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

/// How times are written: minutes, with the offset of the place.
const MINUTES: &str = "%Y-%m-%dT%H:%M%:z";

/// The signed statement. Its fields stand in the order in which they are signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// Of this format: 1.
    pub v: u8,
    /// Who says so: our address.
    pub iss: String,
    /// The id of the certificate; never that of the presence.
    pub jti: Uuid,
    /// When it was signed, Unix seconds.
    pub iat: i64,
    /// Code of the establishment.
    pub uai: String,
    /// Who was there.
    pub sub: String,
    /// Number of the student.
    pub num: String,
    /// Names the séance.
    pub ses: Uuid,
    /// Programme.
    #[serde(rename = "for")]
    pub programme: String,
    /// Subject.
    pub mat: String,
    /// Type of the séance.
    pub typ: String,
    /// Group.
    pub grp: String,
    /// Planned beginning.
    pub beg: String,
    /// Planned end.
    pub end: String,
    /// When the presence was noted.
    pub at: String,
    /// `P` present, `R` late.
    pub st: String,
    /// Teacher.
    pub ens: String,
}

impl Payload {
    /// What is said of a presence, in the time of `zone`.
    pub fn of(facts: &Facts, iss: &str, (jti, issued_at): (Uuid, DateTime<Utc>), zone: Tz) -> Self {
        let text = |text: &str| clean(text).nfc().collect::<String>();
        let time = |time: DateTime<Utc>| time.with_timezone(&zone).format(MINUTES).to_string();
        Self {
            v: 1,
            iss: iss.to_owned(),
            jti,
            iat: issued_at.timestamp(),
            uai: text(&facts.establishment.uai),
            sub: text(&facts.student.name()),
            num: text(&facts.student.number),
            ses: facts.session,
            programme: text(&facts.programme),
            mat: text(&facts.subject),
            typ: text(&facts.kind),
            grp: text(&facts.group),
            beg: time(facts.starts_at),
            end: time(facts.ends_at),
            at: time(facts.marked_at),
            st: if facts.status == Status::Present { "P" } else { "R" }.to_owned(),
            ens: text(&facts.teacher),
        }
    }

    /// Whether another certificate says the same of the same presence.
    pub fn says_what(&self, other: &Self) -> bool {
        Self { jti: other.jti, iat: other.iat, ..self.clone() } == *other
    }

    /// One of its times; `None`: it is written in another way.
    pub(super) fn time(text: &str) -> Option<DateTime<FixedOffset>> {
        DateTime::parse_from_str(text, MINUTES).ok()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::facts::{Establishment, Standing, Student};
    use super::*;
    use crate::attendance::record::Channel;

    /// The example of everybody.
    pub(crate) fn facts() -> Facts {
        let time = |text: &str| text.parse().expect("a time");
        Facts {
            presence: Uuid::from_u128(0x7f1c_2f1e_52a5_4a7e_8a0b_6f0b_9f0b_7a11),
            establishment: Establishment {
                name: "Université d’Exemple".into(),
                uai: "0062999Z".into(),
                address: "12 rue des Tilleuls, 06000 Nice".into(),
                dpo: "dpo@univ-exemple.fr".into(),
            },
            student: Student {
                family_name: "LEGRAND".into(),
                given_name: "Mae\u{308}lle".into(),
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

    #[test]
    fn what_is_signed_is_written_in_one_way() {
        let cid = Uuid::from_u128(0x5e0c_1f0a_7a3c_4a1e_9d7e_0d3f_1b2c_4a66);
        let issued = DateTime::from_timestamp(1_795_262_400, 0).expect("a time");
        let iss = "https://presence.univ-exemple.fr";
        let payload = Payload::of(&facts(), iss, (cid, issued), Tz::Europe__Paris);

        let text = serde_json::to_string(&payload).expect("JSON");

        assert_eq!(
            text,
            concat!(
                r#"{"v":1,"iss":"https://presence.univ-exemple.fr","#,
                r#""jti":"5e0c1f0a-7a3c-4a1e-9d7e-0d3f1b2c4a66","iat":1795262400,"#,
                r#""uai":"0062999Z","sub":"LEGRAND Maëlle","num":"22400017","#,
                r#""ses":"0190f3b2-6c4e-4b1a-9c55-2f6f5f0a7d10","for":"Master 1 MIAGE","#,
                r#""mat":"Sécurité des SI","typ":"TD","grp":"TD 2","#,
                r#""beg":"2026-11-21T08:00+01:00","end":"2026-11-21T10:00+01:00","#,
                r#""at":"2026-11-21T08:04+01:00","st":"P","ens":"NDIAYE Awa"}"#
            )
        );
    }

    #[test]
    fn only_what_is_said_makes_another_certificate() {
        let at = |second| (Uuid::new_v4(), DateTime::from_timestamp(second, 0).expect("a time"));
        let first = Payload::of(&facts(), "https://a.fr", at(1), Tz::UTC);
        let late = Facts { status: Status::Late(4), ..facts() };

        assert!(first.says_what(&Payload::of(&facts(), "https://a.fr", at(2), Tz::UTC)));
        assert!(!first.says_what(&Payload::of(&late, "https://a.fr", at(1), Tz::UTC)));
    }
}
