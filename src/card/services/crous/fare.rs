//! What somebody pays: the rules of fares (8.6), pure.
use crate::card::services::subject::Subject;
use crate::config::Crous;
use serde_json::Value;

/// A rule: whoever fits all of it belongs to this company and rate.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Fare {
    /// UAI of the institution.
    pub rne: String,
    /// Status, such as `etd`.
    pub status: Option<String>,
    /// Least pay index.
    pub index_min: Option<i64>,
    /// Most.
    pub index_max: Option<i64>,
    /// Company.
    pub company: i64,
    /// Rate.
    pub rate: i64,
}

/// Statuses that the CROUS knows.
const STATUSES: [&str; 15] = [
    "psg", "etd", "prs", "hbg", "fct", "fpa", "stg", "ctr", "hb2", "hb3", "hb4", "hb5", "hb6",
    "po", "rtr",
];

fn status(settings: &Crous, subject: &Subject) -> String {
    match subject.said.first(&settings.status).map(|said| said.trim().to_lowercase()) {
        Some(said) if STATUSES.contains(&said.as_str()) => said,
        None if subject.is_student => "etd".to_owned(),
        _ => "psg".to_owned(),
    }
}

/// Company and rate of somebody: the first rule that fits, else what is usual.
pub fn fare(settings: &Crous, subject: &Subject, fares: &[Fare]) -> (i64, i64) {
    let status = status(settings, subject);
    let index = subject.said.first(&settings.index).and_then(|it| it.trim().parse::<i64>().ok());
    let index = index.unwrap_or(0);
    let rne = subject.rne.as_ref().unwrap_or(&settings.rne);
    let fits = |fare: &&Fare| {
        fare.status.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(&status))
            && fare.rne.eq_ignore_ascii_case(rne)
            && fare.index_min.is_none_or(|least| least <= index)
            && fare.index_max.is_none_or(|most| index <= most)
    };
    fares.iter().find(fits).map_or(settings.usual, |fare| (fare.company, fare.rate))
}

/// Rules as the CROUS writes them; `None`: one of them cannot be read.
pub(super) fn read(rne: &str, answer: &Value) -> Option<Vec<Fare>> {
    let number =
        |value: &Value| if value.is_null() { Some(None) } else { value.as_i64().map(Some) };
    let one = |rule: &Value| {
        Some(Fare {
            rne: rne.to_owned(),
            status: rule["statusCode"].as_str().filter(|it| !it.is_empty()).map(str::to_owned),
            index_min: number(&rule["indexMin"])?,
            index_max: number(&rule["indexMax"])?,
            company: rule["idCompanyRate"].as_i64()?,
            rate: rule["idRate"].as_i64()?,
        })
    };
    answer.as_array()?.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::services::test_cards::{lea, settings_of_crous};
    use serde_json::json;

    fn rules() -> Vec<Fare> {
        let rules = json!([
            {"statusCode": "ETD", "indexMin": null, "indexMax": null, "idCompanyRate": 10, "idRate": 1},
            {"statusCode": "prs", "indexMin": null, "indexMax": -1, "idCompanyRate": 7999, "idRate": 99},
            {"statusCode": "prs", "indexMin": 0, "indexMax": 466, "idCompanyRate": 78, "idRate": 2},
            {"statusCode": null, "indexMin": 467, "indexMax": null, "idCompanyRate": 78, "idRate": 3}
        ]);
        read("0761904g", &rules).expect("rules")
    }

    fn of(status: &str, index: &str) -> (i64, i64) {
        let mut lea = lea();
        lea.said.remove("referenceStatut");
        lea.said.add("referenceStatut", status);
        lea.said.add("indice", index);
        fare(&settings_of_crous(), &lea, &rules())
    }

    #[test]
    fn the_first_rule_that_fits_counts() {
        assert_eq!(of("etd", ""), (10, 1));
        assert_eq!(of("prs", "466"), (78, 2));
        assert_eq!(of("PRS", ""), (78, 2), "no index is 0");
        assert_eq!(of("prs", "467"), (78, 3));
        assert_eq!(of("prs", "-1"), (7999, 99), "the research council, by the local trick");
        assert_eq!(of("fct", "3"), (78, 99), "nothing fits");
        assert_eq!(of("pope", "467"), (78, 3), "an unknown status is psg");
    }

    #[test]
    fn rules_of_other_institutions_do_not_count_and_students_need_no_status() {
        let mut lea = lea();
        lea.said.remove("referenceStatut");
        assert_eq!(fare(&settings_of_crous(), &lea, &rules()), (10, 1));
        lea.rne = Some("0750001A".into());
        assert_eq!(fare(&settings_of_crous(), &lea, &rules()), (78, 99));
    }

    #[test]
    fn an_answer_that_holds_anything_else_is_no_list_of_rules() {
        assert_eq!(read("x", &json!([])), Some(Vec::new()));
        for wrong in [json!({}), json!([{"idCompanyRate": "10", "idRate": 1}]), json!([1])] {
            assert_eq!(read("x", &wrong), None, "{wrong}");
        }
    }
}
