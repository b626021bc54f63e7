//! What values are made of: text with `%names%` (7).
use crate::card::csn::Csn;
use crate::card::services::Facts;
use crate::card::services::esc;
use crate::card::store::Card;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// What stands for each name.
pub(super) type Variables = BTreeMap<String, String>;

/// What may be said of a card; `number`: of its holder. What is not known is left out.
pub(super) fn variables(facts: &Facts, card: &Card, number: Option<&str>) -> Variables {
    let subject = &facts.subject;
    let csn = card.csn.as_deref().and_then(Csn::parse);
    let reversed = csn.as_ref().map(Csn::reversed);
    let text = |csn: &Option<Csn>| csn.as_ref().map(Csn::to_string);
    let decimal = |csn: &Option<Csn>| csn.as_ref().map(|csn| csn.decimal().to_string());
    let own = [
        ("csn", text(&csn)),
        ("reverse_csn", text(&reversed)),
        ("csn_dec", decimal(&csn)),
        ("reverse_csn_dec", decimal(&reversed)),
        ("eppn", Some(subject.eppn.clone())),
        ("secondary_id", number.map(str::to_owned)),
        ("escn", card.escn.clone()),
        ("esi", esc::esi(subject)),
        ("enabled_date", card.enabled_at.map(generalized)),
        ("due_date", card.due_at.map(generalized)),
        ("etat_date", Some(generalized(card.state_at))),
        ("etat", Some(card.state.as_str().to_uppercase())),
    ];
    let ids = facts.identifiers.iter().filter(|id| id.card == card.id);
    let ids = ids.map(|id| (id.application.clone(), id.value.clone()));
    // The last of a name counts: no application takes the place of what is ours.
    let own = own.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    ids.chain(own).collect()
}

/// `20270930235959Z`
fn generalized(at: DateTime<Utc>) -> String {
    at.format("%Y%m%d%H%M%SZ").to_string()
}

/// A template with its names filled; unknown ones are blanked. `None`: nothing is left that says anything, because
/// none of its names is known.
pub(super) fn fill(template: &str, variables: &Variables) -> Option<String> {
    let (mut text, mut rest) = (String::new(), template);
    let (mut has_names, mut is_said) = (false, false);
    while let Some((before, behind)) = rest.split_once('%') {
        text.push_str(before);
        match behind.split_once('%') {
            Some((name, after)) if is_name(name) => {
                has_names = true;
                let value = variables.get(name).map_or("", String::as_str);
                is_said |= !value.is_empty();
                text.push_str(value);
                rest = after;
            }
            _ => {
                text.push('%');
                rest = behind;
            }
        }
    }
    text.push_str(rest);
    (!text.is_empty() && (is_said || !has_names)).then_some(text)
}

fn is_name(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    !text.is_empty() && text.chars().all(is_plain)
}
