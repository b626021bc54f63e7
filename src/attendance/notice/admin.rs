//! `/attendance/alerts`: the rules of a school.
use super::alerting::hits;
use super::forms::{form, row, scopes, typed_form};
use super::pages::{HitRow, Preview, RuleForm, Rules};
use super::reading::read;
use super::refusal::NoticeRefusal;
use super::rule::{Measure, Recipients, Rule, RuleScope, value_said};
use super::store;
use crate::attendance::may::May;
use crate::attendance::roll::Parts;
use crate::attendance::store::{Within, schools_within};
use crate::db::Tx;
use crate::identity::{Rne, SignedIn};
use crate::rights::Permission;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

/// Names that a preview shows.
const SHOWN: usize = 200;

/// Where somebody looks after absences.
pub(super) fn within(who: &SignedIn) -> web::Result<Within> {
    May::of(who).within(Permission::DecideAbsences)
}

/// `?school=CODE`; without it the first school that somebody looks after.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, _, desk): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let within = within(&who)?;
    let mut tx = db.write().await?;
    let schools = schools_within(&mut tx, &within).await?;
    let rne = chosen(&schools, &query)?;
    store::begin_rules(&mut tx, rne).await?;
    let rules = store::rules(&mut tx, &within, rne).await?;
    tx.commit().await?;
    let name = |rne: &Rne| (desk.schools)(rne).unwrap_or_else(|| rne.to_string());
    let others = schools.iter().filter(|it| *it != rne);
    let page = Rules {
        rne: rne.to_string(),
        school: name(rne),
        others: others.map(|it| (it.to_string(), name(it))).collect(),
        rows: rules.iter().map(|rule| row(frame.lang, rule)).collect(),
        shell: who.shell(&frame, Place::Attendance),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// An empty form: `/attendance/alerts/new?school=CODE`.
pub(super) async fn ask_new(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let within = within(&who)?;
    let mut tx = db.read().await?;
    let schools = schools_within(&mut tx, &within).await?;
    let rule = fresh(chosen(&schools, &query)?);
    let scopes = scopes(&mut tx, (&who, &within), (&desk, frame.lang, clock.now()), &rule).await?;
    let page = RuleForm { id: String::new(), ..form(frame.lang, &rule, &scopes) };
    Ok(Page(RuleForm { shell: who.shell(&frame, Place::Attendance), ..page }).with(StatusCode::OK))
}

/// A rule in its form.
pub(super) async fn ask(
    id: Path<Uuid>,
    frame: Frame,
    who: SignedIn,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let within = within(&who)?;
    let mut tx = db.read().await?;
    let rule = store::rule(&mut tx, &within, *id).await?.ok_or(Error::NotFound)?;
    let scopes = scopes(&mut tx, (&who, &within), (&desk, frame.lang, clock.now()), &rule).await?;
    let page = form(frame.lang, &rule, &scopes);
    Ok(Page(RuleForm { shell: who.shell(&frame, Place::Attendance), ..page }).with(StatusCode::OK))
}

/// Keep a new rule.
pub(super) async fn create(
    body: String,
    frame: Frame,
    (who, client): (SignedIn, Client),
    parts: Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let within = within(&who)?;
    let mut tx = parts.0.write().await?;
    let schools = schools_within(&mut tx, &within).await?;
    let was = fresh(chosen(&schools, &fields)?);
    keep(tx, (&fields, was, true), (&frame, &who, &client), &parts).await
}

/// Change a rule.
pub(super) async fn change(
    id: Path<Uuid>,
    body: String,
    frame: Frame,
    (who, client): (SignedIn, Client),
    parts: Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let within = within(&who)?;
    let mut tx = parts.0.write().await?;
    let was = to_change(&mut tx, &within, *id).await?;
    keep(tx, (&fields, was, false), (&frame, &who, &client), &parts).await
}

/// Switch a rule on or off, as it was seen (`version`).
pub(super) async fn switch(
    id: Path<Uuid>,
    body: String,
    (who, client): (SignedIn, Client),
    (db, clock, _): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let within = within(&who)?;
    let mut tx = db.write().await?;
    let was = to_change(&mut tx, &within, *id).await?;
    let version = fields.get("version").and_then(|it| it.parse().ok()).unwrap_or(was.version);
    let rule = Rule { is_active: !was.is_active, version, ..was };
    if !store::update_rule(&mut tx, &rule).await? {
        return Err(NoticeRefusal::Version.into());
    }
    let event = who.event("roll.rule_changed").field("rule", rule.id).field("rne", &rule.rne);
    let event = event.reason(if rule.is_active { "on" } else { "off" });
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/attendance/alerts?school={}", rule.rne)))
}

/// A rule that somebody wants to change; another one may have taken its place meanwhile.
async fn to_change(tx: &mut Tx, within: &Within, id: Uuid) -> web::Result<Rule> {
    match store::rule(tx, within, id).await? {
        Some(rule) => Ok(rule),
        None if store::is_retired(tx, id).await? => Err(NoticeRefusal::Version.into()),
        None => Err(Error::NotFound),
    }
}

/// Whom a rule would name today, active or not.
pub(super) async fn preview(
    id: Path<Uuid>,
    frame: Frame,
    who: SignedIn,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let (within, lang) = (within(&who)?, frame.lang);
    let mut tx = db.read().await?;
    let rule = store::rule(&mut tx, &within, *id).await?.ok_or(Error::NotFound)?;
    drop(tx);
    let mut hits = hits(&db, &desk, &rule, clock.now()).await?;
    let fresh = hits.iter().filter(|hit| hit.is_new).count();
    let more = hits.len().saturating_sub(SHOWN);
    hits.truncate(SHOWN);
    let mut rows = Vec::new();
    let mut tx = db.read().await?;
    for hit in &hits {
        let reached = store::contact(&mut tx, hit.student).await?.and_then(|it| it.mail);
        let days = rule.measure.span.said(hit.stretch.since, lang);
        rows.push(HitRow {
            name: hit.display_name.clone(),
            value: value_said(rule.measure.metric, hit.measured.value, lang),
            days: match &hit.subject {
                Some((_, subject)) => format!("{days}, {subject}"),
                None => days,
            },
            step: hit.step,
            is_new: hit.is_new,
            has_address: reached.is_some(),
        });
    }
    let shell = who.shell(&frame, Place::Attendance);
    let (rne, rule) = (rule.rne.to_string(), row(lang, &rule));
    Ok(Page(Preview { shell, rule, rne, rows, fresh, more }).with(StatusCode::OK))
}

/// Keep what was typed, if it makes sense and is about no more than somebody looks after.
async fn keep(
    mut tx: Tx,
    (fields, was, is_new): (&Fields, Rule, bool),
    (frame, who, client): (&Frame, &SignedIn, &Client),
    (_, clock, desk): &Parts,
) -> web::Result<HttpResponse> {
    let within = within(who)?;
    let known = scopes(&mut tx, (who, &within), (desk, frame.lang, clock.now()), &was).await?;
    let shown = was.said(frame.lang);
    let rule = match read(fields, (&was, &shown), &known) {
        Ok(rule) => rule,
        Err(wrong) => {
            let page = RuleForm {
                id: if is_new { String::new() } else { was.id.to_string() },
                wrong: Some(wrong),
                shell: who.shell(frame, Place::Attendance),
                ..typed_form(frame.lang, fields, &was, &known)
            };
            return Ok(Page(page).with(StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let before = (!is_new).then_some(&was);
    let rule = kept(&mut tx, before, rule).await?.ok_or(NoticeRefusal::Version)?;
    // What they could not see again is not theirs to keep.
    let rule = store::rule(&mut tx, &within, rule.id).await?.ok_or(NoticeRefusal::Scope)?;
    let event = who.event("roll.rule_changed").field("rule", rule.id).field("rne", &rule.rne);
    let event = event.field("metric", rule.measure.metric.as_str());
    let event = event.field("threshold", rule.measure.threshold).field("active", rule.is_active);
    let event = event.reason(if is_new { "new" } else { "changed" });
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/attendance/alerts?school={}", rule.rne)))
}

/// Keep a rule as it is now; one that counts something else than what it told of takes the place of
/// the old one. `None`: somebody was faster.
async fn kept(tx: &mut Tx, was: Option<&Rule>, rule: Rule) -> sqlx::Result<Option<Rule>> {
    let Some(was) = was else { return Ok(store::insert_rule(tx, &rule).await?.then_some(rule)) };
    let is_told = was.is_active || store::has_named(tx, was.id).await?;
    if rule.counts_as(was) || !is_told {
        return Ok(store::update_rule(tx, &rule).await?.then_some(rule));
    }
    if !store::retire_rule(tx, was.id, rule.version).await? {
        return Ok(None);
    }
    let rule = rule.anew();
    Ok(store::insert_rule(tx, &rule).await?.then_some(rule))
}

fn chosen<'s>(schools: &'s [Rne], fields: &Fields) -> web::Result<&'s Rne> {
    match fields.get("school").and_then(|code| Rne::parse(code).ok()) {
        Some(rne) => schools.iter().find(|school| **school == rne).ok_or(Error::NotFound),
        None => schools.first().ok_or(Error::NotFound),
    }
}

/// A rule that nobody wrote yet.
fn fresh(rne: &Rne) -> Rule {
    let id = Uuid::now_v7();
    Rule {
        id,
        rne: rne.clone(),
        code: id.to_string(),
        name: String::new(),
        scope: RuleScope::default(),
        measure: Measure { threshold: 3, repeat_max: 1, ..Measure::default() },
        to: Recipients { to_secretariat: true, ..Recipients::default() },
        is_active: false,
        version: 1,
    }
}
