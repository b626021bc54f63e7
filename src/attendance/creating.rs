//! `/attendance/new`: a séance in a few taps.
use super::calling::{Hand, Said, Signer};
use super::desk::Desk;
use super::may::May;
use super::pages::{Choice, NewSeance};
use super::refusal::RollRefusal;
use super::seance::{Act, Times};
use super::store::{self, GroupRow, NamedRow, Within};
use crate::clock::Clock;
use crate::config::Attendance;
use crate::db::{Db, Tx};
use crate::identity::{PersonId, SignedIn};
use crate::rights::Permission;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};
use uuid::Uuid;

/// Kinds of séances, and keys of their names.
pub(super) const KINDS: [(&str, &str); 6] = [
    ("CM", "roll-kind-cm"),
    ("TD", "roll-kind-td"),
    ("TP", "roll-kind-tp"),
    ("EX", "roll-kind-ex"),
    ("RE", "roll-kind-re"),
    ("ST", "roll-kind-st"),
];
/// Groups that are shown at once.
const SHOWN: i64 = 200;
/// Longest séance.
const LONGEST: TimeDelta = TimeDelta::hours(14);

type Parts = (Data<Db>, Data<Clock>, Data<Desk>);

/// The form, for now and two hours.
pub(super) async fn ask(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let now = clock.now();
    let query = Fields::parse(request.query_string())?;
    let words = query.get("q").unwrap_or_default();
    let mut tx = db.read().await?;
    let mut offer = Offer::of(&mut tx, &desk, &who, (words, SHOWN + 1, now)).await?;
    let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let is_more = offer.groups.len() > shown;
    offer.groups.truncate(shown);
    let page = offer.page(&typed_now(&desk, now), None, who.shell(&frame, Place::Attendance));
    let page = NewSeance { words: words.to_owned(), is_more, ..page };
    Ok(Page(page).with(StatusCode::OK))
}

/// Make it, and perhaps open its roll.
pub(super) async fn create(
    body: String,
    frame: Frame,
    (who, client): (SignedIn, Client),
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    desk.proof.prepare().await?;
    let now = clock.now();
    let within = May::of(&who).within(Permission::PlanRoll)?;
    let wish = Planning::read(&desk, &fields, &who);
    let hand = hand(&who, &client, now);
    let mut tx = db.write().await?;
    let named = Offer::named(&mut tx, &within, &wish).await?;
    let new = match named.check(&desk, &wish, Some(who.id())) {
        Ok(new) => new,
        Err(wrong) => {
            drop(tx);
            let mut tx = db.read().await?;
            let offer = Offer::of(&mut tx, &desk, &who, ("", SHOWN, now)).await?;
            let shell = who.shell(&frame, Place::Attendance);
            let page = offer.with(named).page(&fields, Some(wrong), shell);
            return Ok(Page(page).with(StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    plan(&mut tx, &new, &hand).await?;
    let opens = fields.get("then") == Some("open") && new.times.may_open(&desk.rules, now);
    if opens {
        let here = store::seance(&mut tx, new.id).await?.ok_or(Error::NotFound)?;
        desk.act(&mut tx, &here, Act::Open, &Said::default(), &hand).await?;
    }
    tx.commit().await?;
    Ok(see_other(&format!("/attendance/sessions/{}", new.id)))
}

/// Somebody signed in who does something now.
pub(super) fn hand(who: &SignedIn, client: &Client, now: DateTime<Utc>) -> Hand {
    let signer = Signer::Person(who.id(), who.session.short());
    Hand { signer, trace: client.trace(), now }
}

/// A séance as somebody wishes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planning {
    /// Whose it is.
    pub groups: Vec<Uuid>,
    /// What is taught.
    pub subject: Option<Uuid>,
    /// CM, TD, TP, …
    pub kind: String,
    /// Where.
    pub room: Option<Uuid>,
    /// When; `None`: at no time.
    pub times: Option<Times>,
    /// Whether its code may be printed.
    pub is_static: bool,
    /// Whether six digits stand beside it.
    pub is_spoken: bool,
    /// Who calls the roll.
    pub teachers: Vec<PersonId>,
}

/// What can be picked.
pub struct Offer {
    groups: Vec<GroupRow>,
    subjects: Vec<NamedRow>,
    rooms: Vec<NamedRow>,
}

impl Planning {
    /// What a form says.
    fn read(desk: &Desk, fields: &Fields, who: &SignedIn) -> Self {
        let ticked = |(name, _): (&str, &str)| {
            let id = name.strip_prefix("g-").filter(|_| fields.is_on(name))?;
            id.parse().ok()
        };
        Self {
            groups: fields.iter().filter_map(ticked).collect(),
            subject: fields.id("subject"),
            kind: fields.get("kind").unwrap_or_default().to_owned(),
            room: fields.id("room"),
            times: times(desk, fields),
            is_static: false,
            is_spoken: fields.is_on("spoken"),
            teachers: vec![who.id()],
        }
    }
}

impl Offer {
    /// What a wish names, of what there is in there.
    pub async fn named(tx: &mut Tx, within: &Within, wish: &Planning) -> sqlx::Result<Self> {
        let mut groups = Vec::new();
        for id in &wish.groups {
            groups.extend(store::group_named(tx, within, *id).await?);
        }
        let subject = match wish.subject {
            Some(id) => store::subject_named(tx, within, id).await?,
            None => None,
        };
        let room = match wish.room {
            Some(id) => store::room_of(tx, within, id).await?,
            None => None,
        };
        let (subjects, rooms) = (subject.into_iter().collect(), room.into_iter().collect());
        Ok(Self { groups, subjects, rooms })
    }

    /// The same, with the groups that somebody ticked.
    fn with(mut self, named: Self) -> Self {
        self.groups.retain(|it| named.groups.iter().all(|other| other.id != it.id));
        self.groups.splice(0..0, named.groups);
        self
    }

    async fn of(
        tx: &mut Tx,
        desk: &Desk,
        who: &SignedIn,
        (words, limit, now): (&str, i64, DateTime<Utc>),
    ) -> web::Result<Self> {
        let within = May::of(who).within(Permission::PlanRoll)?;
        Ok(Self {
            groups: store::groups(tx, &within, desk.day(now), (words, limit)).await?,
            subjects: store::subjects(tx, &within).await?,
            rooms: store::rooms(tx, &within).await?,
        })
    }

    /// The séance of a wish; else the key of what is wrong with it.
    pub fn check(
        &self,
        desk: &Desk,
        wish: &Planning,
        by: Option<PersonId>,
    ) -> Result<store::NewSeance, &'static str> {
        let is_wished = |group: &&GroupRow| wish.groups.contains(&group.id);
        let groups: Vec<&GroupRow> = self.groups.iter().filter(is_wished).collect();
        let rne = groups.first().map(|group| group.rne.clone()).ok_or("roll-wrong-groups")?;
        let named = |rows: &[NamedRow], id: Option<Uuid>| {
            rows.iter().find(|row| Some(row.id) == id).map(|row| (row.id, row.rne == rne))
        };
        let (subject, is_here) = named(&self.subjects, wish.subject).ok_or("roll-wrong-subject")?;
        let room = named(&self.rooms, wish.room);
        let is_lost = groups.len() < wish.groups.len() || room.is_none() != wish.room.is_none();
        let elsewhere = is_lost || groups.iter().any(|group| group.rne != rne);
        if !is_here || elsewhere || room.is_some_and(|(_, is_here)| !is_here) {
            return Err("roll-wrong-school");
        }
        if !KINDS.iter().any(|(known, _)| *known == wish.kind) {
            return Err("roll-wrong-kind");
        }
        Ok(store::NewSeance {
            id: Uuid::new_v4(),
            subject,
            kind: wish.kind.clone(),
            title: String::new(),
            room: room.map(|(id, _)| id),
            times: wish.times.filter(is_sane).ok_or("roll-wrong-times")?,
            rules: Attendance { spoken_code: wish.is_spoken, ..desk.rules.clone() },
            is_static: wish.is_static,
            groups: groups.iter().map(|group| group.id).collect(),
            teachers: wish.teachers.clone(),
            by,
            rne,
        })
    }
}

/// Keep a new séance. The caller commits.
pub async fn plan(tx: &mut Tx, new: &store::NewSeance, hand: &Hand) -> sqlx::Result<()> {
    store::insert_seance(tx, new, hand.now).await?;
    let event = hand.signed("roll.planned").field("session", new.id).field("rne", &new.rne);
    event.record(tx, &hand.trace, hand.now).await
}

/// Change a séance that nobody called yet: everything but its school. The caller commits.
pub async fn replan(tx: &mut Tx, id: Uuid, new: &store::NewSeance, hand: &Hand) -> web::Result<()> {
    if !store::replan(tx, id, new).await? {
        return Err(RollRefusal::Transition.into());
    }
    let event = hand.signed("roll.planned").reason("changed").field("session", id);
    event.record(tx, &hand.trace, hand.now).await?;
    Ok(())
}

impl Offer {
    fn page(
        &self,
        typed: &Fields,
        wrong: Option<&'static str>,
        shell: crate::web::page::Shell,
    ) -> NewSeance {
        let is_only = self.groups.len() == 1;
        let group = |group: &GroupRow| Choice {
            id: group.id.to_string(),
            label: format!("{} {} ({})", group.programme, group.name, group.members),
            is_on: is_only || typed.is_on(&format!("g-{}", group.id)),
        };
        let named = |row: &NamedRow, field: &str| Choice {
            id: row.id.to_string(),
            label: row.name.clone(),
            is_on: typed.id(field) == Some(row.id),
        };
        let kind = |(kind, label): &(&str, &str)| Choice {
            id: (*kind).to_owned(),
            label: shell.t(label),
            is_on: typed.get("kind").unwrap_or("TD") == *kind,
        };
        let text = |field: &str| typed.get(field).unwrap_or_default().to_owned();
        NewSeance {
            groups: self.groups.iter().map(group).collect(),
            subjects: self.subjects.iter().map(|row| named(row, "subject")).collect(),
            kinds: KINDS.iter().map(kind).collect(),
            rooms: self.rooms.iter().map(|row| named(row, "room")).collect(),
            day: text("day"),
            from: text("from"),
            until: text("until"),
            is_spoken: typed.is_on("spoken"),
            words: String::new(),
            is_more: false,
            wrong,
            shell,
        }
    }
}

/// From the last full five minutes on, for two hours; not beyond the day.
fn typed_now(desk: &Desk, now: DateTime<Utc>) -> Fields {
    let local = now.with_timezone(&desk.zone).naive_local();
    let minute = local.minute() - local.minute() % 5;
    let from = local.time().with_minute(minute).unwrap_or(local.time());
    let last = NaiveTime::from_hms_opt(23, 55, 0).unwrap_or(NaiveTime::MIN);
    let (until, over) = from.overflowing_add_signed(TimeDelta::hours(2));
    let until = if over > 0 { last } else { until };
    let text = format!(
        "spoken={}&day={}&from={}&until={}",
        u8::from(desk.rules.spoken_code),
        local.date(),
        from.format("%H%%3A%M"),
        until.format("%H%%3A%M")
    );
    Fields::parse(&text).unwrap_or_default()
}

fn times(desk: &Desk, fields: &Fields) -> Option<Times> {
    let day: NaiveDate = fields.get("day")?.parse().ok()?;
    let time = |field: &str| NaiveTime::parse_from_str(fields.get(field)?, "%H:%M").ok();
    let (starts_at, ends_at) = (desk.at(day, time("from")?)?, desk.at(day, time("until")?)?);
    Some(Times { starts_at, ends_at })
}

/// Whether a séance can be so long.
pub(super) fn is_sane(times: &Times) -> bool {
    times.starts_at < times.ends_at && times.ends_at - times.starts_at <= LONGEST
}
