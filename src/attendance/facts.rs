//! What proofs are told of a presence, and how much of it a viewer sees (8.3).
use super::may::May;
use super::proof::{
    Correction, Establishment, Facts, FactsOf, Finding, Known, Sight, Standing, Status, Student,
};
use super::record::Status as Line;
use super::seance::State;
use super::store::{self, Change, Presence};
use crate::db::Tx;
use crate::identity::store::grants_of;
use crate::identity::{Attributes, PersonId, Rne};
use crate::rights::{Grants, Permission, Scope};
use chrono_tz::Tz;
use std::sync::Arc;

/// What a school is called; `None`: no file names it.
pub type SchoolName = Arc<dyn Fn(&Rne) -> Option<String> + Send + Sync>;

/// The presences of the rolls, for whoever makes and checks proofs.
pub fn facts_of(name_of: SchoolName, zone: Tz) -> FactsOf {
    Arc::new(move |tx, presence, viewer| -> Finding<'_> {
        let name_of = Arc::clone(&name_of);
        Box::pin(async move {
            let Some(row) = store::presence(tx, presence).await? else { return Ok(None) };
            let sight = sight(tx, &row, viewer).await?;
            let name = name_of(&row.rne).unwrap_or_else(|| row.rne.to_string());
            Ok(Some(Known { facts: facts(tx, row, (name, zone)).await?, sight }))
        })
    })
}

async fn facts(tx: &mut Tx, row: Presence, (name, zone): (String, Tz)) -> sqlx::Result<Facts> {
    let accounts = store::attributes_of(tx, row.student).await?;
    let student = student_of(&accounts, &row.display_name);
    let changes = store::changes_of(tx, row.record).await?;
    let day = row.starts_at.with_timezone(&zone).date_naive();
    let belonging = store::belonging(tx, (row.session, row.student), day).await?;
    let belonging = belonging.unwrap_or_default();
    let minutes = u32::try_from(row.minutes_late).unwrap_or_default();
    Ok(Facts {
        presence: row.id,
        establishment: Establishment { name, uai: row.rne.to_string(), ..Establishment::default() },
        student,
        programme: belonging.programme,
        year: belonging.year_label,
        subject: row.subject_name,
        kind: row.kind,
        group: belonging.group_name,
        session: row.session,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        marked_at: row.marked_at.unwrap_or(row.created_at),
        status: if row.status == Line::Late { Status::Late(minutes) } else { Status::Present },
        channel: row.channel,
        room: row.room_name,
        campus: row.campus,
        teacher: store::teacher_names(tx, row.session).await?.join(", "),
        standing: match (row.revoked_at, row.state) {
            (Some(at), _) => Standing::Revoked(at),
            // It did not take place: nobody was there.
            (None, State::Cancelled) => Standing::Revoked(row.created_at),
            (None, State::Open) => Standing::Open,
            (None, _) => Standing::Closed,
        },
        corrections: changes.iter().map(correction).collect(),
    })
}

/// What accounts say of a student: names apart where a directory has them so, else the whole name.
pub(super) fn student_of(accounts: &[Attributes], display_name: &str) -> Student {
    let apart = accounts.iter().find_map(|it| Some((it.surname()?, it.given_name()?)));
    let number = accounts.iter().find_map(|it| it.first("supannEtuId"));
    let (family_name, given_name) = apart.unwrap_or((display_name, ""));
    Student {
        family_name: family_name.to_owned(),
        given_name: given_name.to_owned(),
        number: number.unwrap_or_default().to_owned(),
    }
}

/// Letters are the same in both languages; the reason is as it was typed.
fn correction(change: &Change) -> Correction {
    let letters = format!("{} → {}", change.was.letter(), change.became.letter());
    let what = if change.why.is_empty() { letters } else { format!("{letters}: {}", change.why) };
    Correction { at: change.at, what }
}

/// Everything for the student, for those who see the roll, and for controllers.
async fn sight(tx: &mut Tx, row: &Presence, viewer: Option<PersonId>) -> sqlx::Result<Sight> {
    let Some(viewer) = viewer else { return Ok(Sight::Bearer) };
    if viewer == row.student {
        return Ok(Sight::Full);
    }
    let given = grants_of(tx, viewer).await?;
    let grants: Grants = given.into_iter().map(|stored| stored.grant).collect();
    let controls = grants.reach(Permission::CheckCertificates);
    if controls.is_some_and(|reach| reach.covers(&Scope::School(row.rne.clone()))) {
        return Ok(Sight::Full);
    }
    let Some(here) = store::seance(tx, row.session).await? else { return Ok(Sight::Bearer) };
    let over = May::new(viewer, grants).over(tx, &here).await?;
    Ok(if over.sees { Sight::Full } else { Sight::Bearer })
}
