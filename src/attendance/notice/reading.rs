//! What somebody typed for a rule.
use super::metric::{Comparator, Metric};
use super::rule::{Measure, Recipients, Rule, RuleScope};
use super::span::Span;
use crate::attendance::creating::KINDS;
use crate::mail::MailAddress;
use crate::web::query::Fields;
use uuid::Uuid;

/// Longest name of a rule, letters.
const NAME: usize = 80;
/// Fixed addresses at most.
const ADDRESSES: usize = 10;

/// Who can be told: field, key of what they are.
pub(super) const TOLD: [(&str, &str); 5] = [
    ("to_student", "alert-to-student"),
    ("to_secretariat", "alert-to-secretariat"),
    ("to_teachers", "alert-to-teachers"),
    ("to_guardian", "alert-to-guardian"),
    ("to_employer", "alert-to-employer"),
];

impl Recipients {
    /// In the order of [`TOLD`].
    pub(super) fn told(&self) -> [bool; 5] {
        [self.to_student, self.to_secretariat, self.to_teachers, self.to_guardian, self.to_employer]
    }
}

/// The rule as the form says it, what is offered for its scope at hand; else the key of what is wrong.
pub(super) fn read(
    fields: &Fields,
    (was, shown): (&Rule, &str),
    scopes: &[(String, String)],
) -> Result<Rule, &'static str> {
    let plain = |c: &char| !c.is_control();
    let name: String = fields.get("name").unwrap_or_default().trim().chars().collect();
    let name: String = name.chars().filter(plain).take(NAME).collect();
    // A name that nobody touched goes on following the language.
    let name = if was.name.is_empty() && name == shown { String::new() } else { name };
    if name.is_empty() && was.code == was.id.to_string() {
        return Err("alert-wrong-name");
    }
    let scope = fields.get("scope").unwrap_or("all");
    if !scopes.iter().any(|(known, _)| known == scope) {
        return Err("alert-wrong-scope");
    }
    let rule = Rule {
        name,
        scope: scope_of(scope, fields),
        measure: measure(fields)?,
        to: recipients(fields)?,
        is_active: fields.is_on("active"),
        version: fields.get("version").and_then(|it| it.parse().ok()).unwrap_or(was.version),
        ..was.clone()
    };
    Ok(rule)
}

fn scope_of(scope: &str, fields: &Fields) -> RuleScope {
    let id = |kind: &str| scope.strip_prefix(kind)?.parse::<Uuid>().ok();
    let picked = |(kind, _): &&(&str, &str)| fields.is_on(&format!("k-{kind}"));
    let kinds: Vec<_> = KINDS.iter().filter(picked).map(|(kind, _)| *kind).collect();
    let is_all = kinds.is_empty() || kinds.len() == KINDS.len();
    RuleScope {
        programme: id("programme:"),
        student_group: id("group:"),
        of_subject: id("subject:"),
        kinds: if is_all { String::new() } else { format!(",{},", kinds.join(",")) },
        scope_name: String::new(),
    }
}

fn measure(fields: &Fields) -> Result<Measure, &'static str> {
    let number = |name: &str, usual: i64, within: std::ops::RangeInclusive<i64>| {
        let typed = fields.get(name).map_or(Some(usual), |text| text.trim().parse().ok());
        typed.filter(|number| within.contains(number))
    };
    let metric = fields.get("metric").and_then(Metric::parse).ok_or("alert-wrong-threshold")?;
    let typed = fields.get("threshold").unwrap_or_default();
    let threshold = if metric.is_rate() { tenths(typed) } else { typed.trim().parse().ok() };
    let most = if metric.is_rate() { 1_000 } else { 10_000 };
    let after_sessions = number("after_sessions", 0, 0..=1_000);
    Ok(Measure {
        is_per_subject: fields.is_on("per_subject"),
        metric,
        comparator: fields.get("comparator").and_then(Comparator::parse).unwrap_or_default(),
        threshold: threshold.filter(|it| (1..=most).contains(it)).ok_or("alert-wrong-threshold")?,
        after_days: number("after_days", 0, 0..=365).ok_or("alert-wrong-number")?,
        span: fields.get("span").and_then(Span::parse).unwrap_or_default(),
        after_sessions: after_sessions.ok_or("alert-wrong-number")?,
        repeat_max: number("repeat_max", 1, 1..=200).ok_or("alert-wrong-number")?,
    })
}

/// `12,5` → 125
fn tenths(text: &str) -> Option<i64> {
    let text = text.trim().trim_end_matches('%').trim().replace(',', ".");
    let (whole, part) = text.split_once('.').unwrap_or((&text, "0"));
    let digit: i64 = part.parse().ok().filter(|_| part.len() == 1)?;
    let whole: i64 = whole.parse().ok().filter(|it| (0..=100).contains(it))?;
    Some(whole * 10 + digit)
}

fn recipients(fields: &Fields) -> Result<Recipients, &'static str> {
    let mut addresses = Vec::new();
    let typed = fields.get("addresses").unwrap_or_default();
    for address in typed.split([',', ';', ' ']).filter(|address| !address.is_empty()) {
        let address = MailAddress::parse(address).ok_or("alert-wrong-address")?;
        addresses.push(address.as_str().to_owned());
    }
    if addresses.len() > ADDRESSES {
        return Err("alert-wrong-address");
    }
    let to = Recipients {
        to_student: fields.is_on("to_student"),
        to_secretariat: fields.is_on("to_secretariat"),
        to_teachers: fields.is_on("to_teachers"),
        to_guardian: fields.is_on("to_guardian"),
        to_employer: fields.is_on("to_employer"),
        to_addresses: addresses.join(","),
    };
    let is_told = to.told().contains(&true) || !to.to_addresses.is_empty();
    if is_told { Ok(to) } else { Err("alert-wrong-nobody") }
}

/// 125 → `12,5`; for the form.
pub(super) fn typed(metric: Metric, threshold: i64) -> String {
    if metric.is_rate() {
        crate::attendance::rates::tenths(threshold, ',')
    } else {
        threshold.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Rne;

    fn told(text: &str) -> Result<Rule, &'static str> {
        let fields = Fields::parse(text).expect("fields");
        let rne = Rne::parse("9740091F").expect("a code");
        let own = Rule { code: String::new(), ..Rule::seed("month", &rne) };
        let own = Rule { code: own.id.to_string(), ..own };
        let scopes = [("all".to_owned(), String::new())];
        read(&fields, (&own, ""), &scopes)
    }

    #[test]
    fn what_makes_no_sense_is_told_by_its_key() {
        let good = "name=A&metric=absences&threshold=3&to_student=1";
        assert!(told(good).is_ok());
        let table = [
            ("name=&metric=absences&threshold=3&to_student=1", "alert-wrong-name"),
            ("name=A&metric=absences&threshold=3", "alert-wrong-nobody"),
            ("name=A&metric=absences&threshold=0&to_student=1", "alert-wrong-threshold"),
            ("name=A&metric=absence_rate&threshold=101&to_student=1", "alert-wrong-threshold"),
            ("name=A&metric=lates&threshold=2,5&to_student=1", "alert-wrong-threshold"),
            ("name=A&metric=none&threshold=3&to_student=1", "alert-wrong-threshold"),
            ("name=A&metric=lates&threshold=3&addresses=nobody", "alert-wrong-address"),
            ("name=A&metric=lates&threshold=3&to_student=1&repeat_max=0", "alert-wrong-number"),
            ("name=A&metric=lates&threshold=3&to_student=1&scope=group:1", "alert-wrong-scope"),
        ];
        for (text, expected) in table {
            assert_eq!(told(text).expect_err(text), expected, "{text}");
        }
    }

    #[test]
    fn rates_are_typed_with_a_comma_or_a_point() {
        for (text, expected) in
            [("12,5", Some(125)), ("12.5 %", Some(125)), ("30", Some(300)), ("1,25", None)]
        {
            assert_eq!(tenths(text), expected, "{text}");
        }
    }
}
