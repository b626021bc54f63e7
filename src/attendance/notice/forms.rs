//! From rules to what pages show, and back into the form what was typed.
use super::pages::{RuleForm, RuleRow};
use super::reading::{TOLD, typed};
use super::rule::{Rule, value_said};
use super::{Comparator, Metric, Span};
use crate::attendance::creating::KINDS;
use crate::attendance::desk::Desk;
use crate::attendance::pages::Choice;
use crate::attendance::store::{Within, groups, programme_rows, subjects};
use crate::db::Tx;
use crate::identity::SignedIn;
use crate::rights::{Permission, Scope};
use crate::web;
use crate::web::lang::Lang;
use crate::web::query::Fields;
use uuid::Uuid;

/// Groups that the form offers.
const GROUPS: i64 = 2_000;

/// What a rule can be about, as somebody looks after it: words of the form and names.
pub(super) async fn scopes(
    tx: &mut Tx,
    (who, within): (&SignedIn, &Within),
    (desk, lang, now): (&Desk, Lang, chrono::DateTime<chrono::Utc>),
    of: &Rule,
) -> web::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    let reach = who.grants.reach(Permission::DecideAbsences);
    let is_whole = reach.is_some_and(|it| it.covers(&Scope::School(of.rne.clone())));
    if is_whole {
        found.push(("all".to_owned(), lang.t("alert-scope-all")));
    }
    for (id, rne, name) in programme_rows(tx, within).await? {
        if rne == of.rne {
            found.push((format!("programme:{id}"), name));
        }
    }
    for group in groups(tx, within, desk.day(now), ("", GROUPS)).await? {
        if group.rne == of.rne {
            found.push((
                format!("group:{}", group.id),
                format!("{} {}", group.programme, group.name),
            ));
        }
    }
    for subject in subjects(tx, within).await?.into_iter().filter(|_| is_whole) {
        if subject.rne == of.rne {
            found.push((format!("subject:{}", subject.id), subject.name));
        }
    }
    Ok(found)
}

/// A rule as a sentence.
pub(super) fn row(lang: Lang, rule: &Rule) -> RuleRow {
    let it = &rule.measure;
    let value = if it.metric.is_rate() {
        value_said(it.metric, it.threshold, lang)
    } else {
        it.threshold.to_string()
    };
    let key = match it.comparator {
        Comparator::AtLeast => "alert-what-at-least",
        Comparator::Over => "alert-what-over",
    };
    let (metric, span) = (lang.t(it.metric.label()), lang.t(it.span.label()));
    let what = lang.t_with(key, &[("metric", &metric), ("value", &value), ("span", &span)]);
    let subject = if it.is_per_subject { lang.t("alert-per-subject-said") } else { String::new() };
    let kinds = rule.scope.kinds.trim_matches(',').replace(',', ", ");
    let name = match rule.scope.scope_name.as_str() {
        "" => lang.t("alert-scope-all"),
        name => name.to_owned(),
    };
    let scope = [name, kinds, subject];
    let scope: Vec<_> = scope.into_iter().filter(|part| !part.is_empty()).collect();
    let told = TOLD.into_iter().zip(rule.to.told()).filter(|(_, is_told)| *is_told);
    RuleRow {
        id: rule.id.to_string(),
        name: rule.said(lang),
        what,
        scope: scope.join(" · "),
        to: told.map(|((_, key), _)| key).collect(),
        addresses: rule.to.to_addresses.replace(',', ", "),
        is_active: rule.is_active,
        version: rule.version,
    }
}

/// The form with what a rule says.
pub(super) fn form(lang: Lang, rule: &Rule, scopes: &[(String, String)]) -> RuleForm {
    let (it, scope) = (&rule.measure, &rule.scope);
    let id = |kind: &str, id: Option<Uuid>| id.map(|id| format!("{kind}:{id}"));
    let picked = id("programme", scope.programme)
        .or_else(|| id("group", scope.student_group))
        .or_else(|| id("subject", scope.of_subject))
        .unwrap_or_else(|| "all".to_owned());
    let pick = |id: &str, label: String, is_on: bool| Choice { id: id.to_owned(), label, is_on };
    let has_kind =
        |kind: &str| scope.kinds.is_empty() || scope.kinds.contains(&format!(",{kind},"));
    let kind = |(kind, key): &(&str, &str)| pick(kind, lang.t(key), has_kind(kind));
    let to = TOLD.into_iter().zip(rule.to.told());
    RuleForm {
        rne: rule.rne.to_string(),
        id: rule.id.to_string(),
        version: rule.version,
        name: if rule.code == rule.id.to_string() { rule.name.clone() } else { rule.said(lang) },
        scopes: scopes.iter().map(|(id, name)| pick(id, name.clone(), *id == picked)).collect(),
        kinds: KINDS.iter().map(kind).collect(),
        is_per_subject: it.is_per_subject,
        metrics: Metric::ALL
            .map(|one| pick(one.as_str(), lang.t(one.label()), one == it.metric))
            .to_vec(),
        comparators: Comparator::ALL
            .map(|one| pick(one.as_str(), lang.t(one.label()), one == it.comparator))
            .to_vec(),
        threshold: typed(it.metric, it.threshold),
        after_days: it.after_days.to_string(),
        spans: Span::ALL
            .map(|one| pick(one.as_str(), lang.t(one.label()), one == it.span))
            .to_vec(),
        after_sessions: it.after_sessions.to_string(),
        repeat_max: it.repeat_max.to_string(),
        to: to.map(|((field, key), is_on)| pick(field, lang.t(key), is_on)).collect(),
        addresses: rule.to.to_addresses.replace(',', ", "),
        is_active: rule.is_active,
        ..RuleForm::default()
    }
}

/// The form with what was typed, right or wrong.
pub(super) fn typed_form(
    lang: Lang,
    fields: &Fields,
    was: &Rule,
    scopes: &[(String, String)],
) -> RuleForm {
    let text = |name: &str| fields.get(name).unwrap_or_default().to_owned();
    let mut page = form(lang, was, scopes);
    for (field, choices) in [
        ("scope", &mut page.scopes),
        ("metric", &mut page.metrics),
        ("comparator", &mut page.comparators),
        ("span", &mut page.spans),
    ] {
        for choice in choices {
            choice.is_on = fields.get(field) == Some(&choice.id);
        }
    }
    for choice in &mut page.kinds {
        choice.is_on = fields.is_on(&format!("k-{}", choice.id));
    }
    for choice in &mut page.to {
        choice.is_on = fields.is_on(&choice.id);
    }
    RuleForm {
        name: text("name"),
        is_per_subject: fields.is_on("per_subject"),
        threshold: text("threshold"),
        after_days: text("after_days"),
        after_sessions: text("after_sessions"),
        repeat_max: text("repeat_max"),
        addresses: text("addresses"),
        is_active: fields.is_on("active"),
        ..page
    }
}
