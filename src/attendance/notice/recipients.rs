//! Who is told of an alert, and how. Of whom no address is known, that is kept too.
use super::alerting::Hit;
use super::reaching::{addresses_in, reached, tenders};
use super::rule::{Rule, value_said};
use super::store::{self, NewNotice};
use crate::attendance::desk::Desk;
use crate::attendance::store::programmes_of;
use crate::db::Tx;
use crate::identity::PersonId;
use crate::mail::{Letter, MailAddress, Template};
use crate::rights::Scope;
use crate::web::lang::Lang;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// A list that goes to one address.
#[derive(Default)]
struct List {
    person: Option<PersonId>,
    lang: Lang,
    /// May look at the page of what was sent.
    is_secretariat: bool,
    /// As what, and of which of the alerts.
    about: BTreeSet<(usize, &'static str)>,
}

/// Telling of students whom a rule names.
pub(super) struct Telling<'t> {
    desk: &'t Desk,
    rule: &'t Rule,
    lists: BTreeMap<String, List>,
    notices: Vec<NewNotice>,
}

impl<'t> Telling<'t> {
    pub(super) fn of(desk: &'t Desk, rule: &'t Rule) -> Self {
        Self { desk, rule, lists: BTreeMap::new(), notices: Vec::new() }
    }

    /// Write to everybody, and keep to whom; the alerts that somebody does not hear of for want of an
    /// address.
    pub(super) async fn send(
        mut self,
        tx: &mut Tx,
        alerts: &[(Uuid, &Hit)],
    ) -> sqlx::Result<BTreeSet<Uuid>> {
        for (id, hit) in alerts {
            self.write_to_their_own(tx, (*id, hit)).await?;
        }
        if self.rule.to.to_teachers {
            self.list_teachers(tx, alerts).await?;
        }
        if self.rule.to.to_secretariat {
            self.list_secretariat(tx, alerts).await?;
        }
        for address in self.rule.to.to_addresses.split(',').filter_map(MailAddress::parse) {
            let list = self.lists.entry(address.as_str().to_owned()).or_default();
            list.about.extend((0..alerts.len()).map(|place| (place, "fixed")));
        }
        self.send_lists(tx, alerts).await?;
        for notice in &self.notices {
            store::insert_notice(tx, notice).await?;
        }
        let nowhere = self.notices.iter().filter(|notice| notice.address.is_empty());
        Ok(nowhere.map(|notice| notice.alert).collect())
    }

    /// The student, and who stands behind them: each gets a message about this student only.
    async fn write_to_their_own(
        &mut self,
        tx: &mut Tx,
        (id, hit): (Uuid, &Hit),
    ) -> sqlx::Result<()> {
        let to = &self.rule.to;
        let Some(student) = reached(tx, hit.student).await? else { return Ok(()) };
        if to.to_student {
            let mail = student.mail.clone();
            let values = json!({
                "name": student.name, "rule": self.rule.said(student.lang),
                "value": value_said(self.rule.measure.metric, hit.measured.value, student.lang),
                "days": self.days(hit, student.lang), "path": "/attendance/me",
            });
            self.write(tx, (id, "student"), (Some(student.person), mail), |to| Letter {
                to,
                person: Some(student.person),
                template: Template::Alert,
                lang: student.lang,
                values,
                about: format!("alert:{id}:student"),
                account: None,
            })
            .await?;
        }
        let addresses = &self.desk.rules.addresses;
        let others = [
            (to.to_guardian, "guardian", &addresses.guardian),
            (to.to_employer, "employer", &addresses.employer),
        ];
        for (is_told, kind, names) in others {
            if !is_told {
                continue;
            }
            let mut found = addresses_in(&student.attributes, names);
            if found.is_empty() {
                found.push(None);
            }
            for (place, mail) in found.into_iter().enumerate() {
                let lang = student.lang;
                let values = self.others((&[hit], lang), false);
                self.write(tx, (id, kind), (None, mail), |to| Letter {
                    to,
                    person: Some(hit.student),
                    template: Template::AlertOthers,
                    lang,
                    values,
                    about: format!("alert:{id}:{kind}:{place}"),
                    account: None,
                })
                .await?;
            }
        }
        Ok(())
    }

    async fn write(
        &mut self,
        tx: &mut Tx,
        (alert, kind): (Uuid, &'static str),
        (person, mail): (Option<PersonId>, Option<MailAddress>),
        letter: impl FnOnce(MailAddress) -> Letter,
    ) -> sqlx::Result<()> {
        let address = mail.as_ref().map(|mail| mail.as_str().to_owned()).unwrap_or_default();
        let sent = match mail {
            Some(to) => self.desk.post.add(tx, &letter(to)).await?,
            None => None,
        };
        let mail = sent.map(|id| id.0);
        self.notices.push(NewNotice { alert, kind, person, address, mail });
        Ok(())
    }

    /// Teachers hear of those who missed séances of theirs.
    async fn list_teachers(&mut self, tx: &mut Tx, alerts: &[(Uuid, &Hit)]) -> sqlx::Result<()> {
        let mut known: HashMap<Uuid, Vec<PersonId>> = HashMap::new();
        let mut told: BTreeMap<PersonId, BTreeSet<usize>> = BTreeMap::new();
        for (place, (id, hit)) in alerts.iter().enumerate() {
            let mut has_any = false;
            for session in &hit.measured.made_of {
                if !known.contains_key(session) {
                    known.insert(*session, store::teachers_of(tx, *session).await?);
                }
                for teacher in known.get(session).into_iter().flatten() {
                    told.entry(*teacher).or_default().insert(place);
                    has_any = true;
                }
            }
            if !has_any {
                self.nobody(*id, "teacher");
            }
        }
        for (teacher, places) in told {
            self.list(tx, teacher, (places, "teacher"), alerts).await?;
        }
        Ok(())
    }

    /// Who looks after a school hears of all its students, who looks after a programme of those who
    /// missed séances of it.
    async fn list_secretariat(&mut self, tx: &mut Tx, alerts: &[(Uuid, &Hit)]) -> sqlx::Result<()> {
        let mut known: HashMap<Uuid, Vec<Scope>> = HashMap::new();
        let mut left: BTreeSet<usize> = (0..alerts.len()).collect();
        let school = Scope::School(self.rule.rne.clone());
        for (person, reach) in tenders(tx).await? {
            let mut places = BTreeSet::new();
            for (place, (_, hit)) in alerts.iter().enumerate() {
                let mut is_theirs = reach.covers(&school);
                for session in &hit.measured.made_of {
                    if is_theirs {
                        break;
                    }
                    if !known.contains_key(session) {
                        let codes = programmes_of(tx, *session).await?;
                        let scope = |code: &String| Scope::programme(&self.rule.rne, code);
                        known.insert(*session, codes.iter().filter_map(scope).collect());
                    }
                    is_theirs = known[session].iter().any(|scope| reach.covers(scope));
                }
                if is_theirs {
                    places.insert(place);
                }
            }
            left.retain(|place| !places.contains(place));
            self.list(tx, person, (places, "secretariat"), alerts).await?;
        }
        for place in left {
            self.nobody(alerts[place].0, "secretariat");
        }
        Ok(())
    }

    /// Somebody of ours gets a list.
    async fn list(
        &mut self,
        tx: &mut Tx,
        person: PersonId,
        (places, kind): (BTreeSet<usize>, &'static str),
        alerts: &[(Uuid, &Hit)],
    ) -> sqlx::Result<()> {
        let Some(reached) = reached(tx, person).await?.filter(|_| !places.is_empty()) else {
            return Ok(());
        };
        let Some(mail) = reached.mail else {
            for place in places {
                let (alert, address) = (alerts[place].0, String::new());
                let person = Some(person);
                self.notices.push(NewNotice { alert, kind, person, address, mail: None });
            }
            return Ok(());
        };
        let list = self.lists.entry(mail.as_str().to_owned()).or_default();
        (list.person, list.lang) = (Some(person), reached.lang);
        list.is_secretariat |= kind == "secretariat";
        list.about.extend(places.into_iter().map(|place| (place, kind)));
        Ok(())
    }

    fn nobody(&mut self, alert: Uuid, kind: &'static str) {
        let address = String::new();
        self.notices.push(NewNotice { alert, kind, person: None, address, mail: None });
    }

    /// One message an address, however often it is named.
    async fn send_lists(&mut self, tx: &mut Tx, alerts: &[(Uuid, &Hit)]) -> sqlx::Result<()> {
        for (address, list) in std::mem::take(&mut self.lists) {
            let places: BTreeSet<usize> = list.about.iter().map(|(place, _)| *place).collect();
            let hits: Vec<&Hit> = places.iter().map(|place| alerts[*place].1).collect();
            let (Some(to), Some(first)) = (MailAddress::parse(&address), places.first()) else {
                continue;
            };
            let letter = Letter {
                to,
                person: list.person,
                template: Template::AlertOthers,
                lang: list.lang,
                values: self.others((&hits, list.lang), list.is_secretariat),
                about: format!("alerts:{}:{address}", alerts[*first].0),
                account: None,
            };
            let mail = self.desk.post.add(tx, &letter).await?.map(|id| id.0);
            for (place, kind) in list.about {
                let (alert, address) = (alerts[place].0, address.clone());
                self.notices.push(NewNotice { alert, kind, person: list.person, address, mail });
            }
        }
        Ok(())
    }

    /// What others are told; a way to our pages only for those who may go it.
    fn others(&self, (hits, lang): (&[&Hit], Lang), is_secretariat: bool) -> serde_json::Value {
        let metric = self.rule.measure.metric;
        let one = |hit: &&Hit| {
            let value = value_said(metric, hit.measured.value, lang);
            let (name, days) = (&hit.display_name, self.days(hit, lang));
            lang.t_with("alert-said-of", &[("name", name), ("value", &value), ("days", &days)])
        };
        let students: Vec<_> = hits.iter().map(one).collect();
        let path = if is_secretariat { "/attendance/alerts/sent" } else { "" };
        json!({ "rule": self.rule.said(lang), "students": students, "path": path })
    }

    /// `novembre 2026, Sécurité des SI`
    fn days(&self, hit: &Hit, lang: Lang) -> String {
        let days = self.rule.measure.span.said(hit.stretch.since, lang);
        match &hit.subject {
            Some((_, subject)) => format!("{days}, {subject}"),
            None => days,
        }
    }
}
