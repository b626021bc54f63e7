//! Groups and their members: `number;programme;groups`. People come from their directories: a list
//! says in which groups they are, not who they are.
use super::made::Made;
use super::people::People;
use super::{How, Outcome, Report, Wrong, kind_of, year_of};
use crate::attendance::catalogue::{is_code, is_plain};
use crate::attendance::refusal::RollRefusal;
use crate::attendance::store;
use crate::db::Tx;
use crate::identity::PersonId;
use crate::rows::{CsvRows, RowsError};
use crate::web;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::BufRead;
use uuid::Uuid;

/// Longest line, bytes.
const LINE: usize = 64 << 10;

/// Somebody and their groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// In which line.
    pub line: u64,
    /// Login of one of their accounts.
    pub login: String,
    /// Code of the programme.
    pub programme: String,
    /// Names of groups.
    pub groups: Vec<String>,
    /// `2026-2027`; `None`: the school year of today.
    pub year: Option<String>,
}

/// Somebody who joins groups.
pub(super) struct Joining<'l> {
    student: PersonId,
    year: String,
    programme: &'l str,
    groups: Vec<&'l str>,
}

/// The place of a column by its name.
pub(super) fn column(names: &[String], wanted: &str) -> Option<usize> {
    names.iter().position(|name| name.trim().eq_ignore_ascii_case(wanted))
}

/// Read a list of members; and its lines that cannot be used.
pub fn read_members(input: impl BufRead) -> Result<(Vec<Member>, Vec<Wrong>), RowsError> {
    let mut rows = CsvRows::open(input, LINE)?;
    let login = column(rows.names(), "login").or_else(|| column(rows.names(), "number"));
    let places = ["programme", "groups"].map(|name| column(rows.names(), name));
    let (Some(login), [Some(programme), Some(groups)]) = (login, places) else {
        return Ok((Vec::new(), vec![Wrong::new(&1, "header", "missing_column")]));
    };
    let (mut members, mut wrong) = (Vec::new(), Vec::new());
    while let Some((line, row)) = rows.next_row()? {
        let text = |place: usize| row.get(place).map(|it| it.trim().to_owned()).unwrap_or_default();
        let named = text(groups);
        let named: Vec<String> = named
            .split('|')
            .map(str::trim)
            .filter(|it| !it.is_empty())
            .map(str::to_owned)
            .collect();
        let member = Member {
            line,
            login: text(login),
            programme: text(programme),
            groups: named,
            year: None,
        };
        match fault(&member) {
            None => members.push(member),
            Some((column, code)) => wrong.push(Wrong::new(&line, column, code)),
        }
    }
    Ok((members, wrong))
}

/// The column that cannot be used, and why.
fn fault(member: &Member) -> Option<(&'static str, &'static str)> {
    match member {
        it if it.login.is_empty() => Some(("login", "empty")),
        it if it.programme.is_empty() => Some(("programme", "empty")),
        it if it.groups.is_empty() => Some(("groups", "empty")),
        it if !is_plain(&it.login) => Some(("login", "not_plain")),
        it if !is_code(&it.programme) => Some(("programme", "no_code")),
        it if !it.groups.iter().all(|name| is_plain(name)) => Some(("groups", "not_plain")),
        _ => None,
    }
}

/// Groups of one school year: who is in them, and those that a directory fills.
struct Year {
    known: HashSet<(String, String, String, PersonId)>,
    of_directory: HashSet<(String, String, String)>,
}

impl Year {
    async fn read(tx: &mut Tx, how: &How, label: &str) -> sqlx::Result<Self> {
        let known = store::memberships(tx, &how.rne, label, how.today()).await?;
        let of_directory = store::groups_by_directory(tx, &how.rne, label).await?;
        Ok(Self {
            known: known.into_iter().collect(),
            of_directory: of_directory.into_iter().collect(),
        })
    }
}

/// Who of a list is in which group anew.
pub(super) async fn survey<'l>(
    tx: &mut Tx,
    how: &How,
    (members, people): (&'l [Member], &People),
    report: &mut Report,
) -> sqlx::Result<Vec<Joining<'l>>> {
    let mut joining = Vec::new();
    let mut years: HashMap<String, Year> = HashMap::new();
    for member in members {
        let label = member.year.clone().unwrap_or_else(|| year_of(how.now()));
        let year = match years.entry(label.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(Year::read(tx, how, &label).await?),
        };
        let mut wrong = |column, code| report.wrong.push(Wrong::new(&member.line, column, code));
        let student = match people.find(&member.login) {
            Ok(student) => student,
            Err(code) => {
                wrong("login", code);
                continue;
            }
        };
        let place =
            |name: &str| (member.programme.clone(), kind_of(name).to_owned(), name.to_owned());
        let is_new = |name: &&str| {
            let (programme, kind, name) = place(name);
            !year.known.contains(&(programme, kind, name, student))
        };
        let groups: Vec<&str> = member.groups.iter().map(String::as_str).filter(is_new).collect();
        // The next night would end them.
        if groups.iter().any(|name| year.of_directory.contains(&place(name))) {
            wrong("groups", "of_directory");
            continue;
        }
        if groups.is_empty() {
            report.unchanged += 1;
            continue;
        }
        for (programme, kind, name) in groups.iter().map(|name| place(name)) {
            year.known.insert((programme, kind, name, student));
        }
        let what = format!("{} · {} {}", member.login, member.programme, groups.join(", "));
        report.tell(&member.line.to_string(), Outcome::Created, what, String::new());
        joining.push(Joining { student, year: label, programme: &member.programme, groups });
    }
    Ok(joining)
}

/// Make programme, groups and membership where they are missing.
pub(super) async fn write(tx: &mut Tx, how: &How, joining: &[Joining<'_>]) -> web::Result<()> {
    let (mut made, mut new) = (Made::default(), BTreeSet::new());
    for Joining { student, year, programme, groups } in joining {
        let programme = made.programme(tx, how, (programme, year)).await?;
        for name in groups {
            new.insert((made.group(tx, how, (programme, name), "csv").await?, *student));
        }
    }
    // In the order of their ids, like everywhere.
    let groups: BTreeSet<Uuid> = new.iter().map(|(group, _)| *group).collect();
    for group in groups {
        if !store::hold_by_hand(tx, group).await? {
            return Err(RollRefusal::OfDirectory.into());
        }
    }
    let new: Vec<_> = new.into_iter().collect();
    store::add_members(tx, &new, how.today()).await?;
    Ok(())
}
