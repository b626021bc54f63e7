//! Groups and their members: `number;programme;groups`. People come from their directories: a list
//! says in which groups they are, not who they are.
use super::made::Made;
use super::{How, Outcome, People, Report, Wrong, kind_of, year_of};
use crate::attendance::store;
use crate::db::Tx;
use crate::identity::PersonId;
use crate::rows::{CsvRows, RowsError};
use std::collections::{HashMap, HashSet};
use std::io::BufRead;

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
        let column = match &member {
            it if it.login.is_empty() => "login",
            it if it.programme.is_empty() => "programme",
            it if it.groups.is_empty() => "groups",
            _ => {
                members.push(member);
                continue;
            }
        };
        wrong.push(Wrong::new(&line, column, "empty"));
    }
    Ok((members, wrong))
}

/// Who of a list is in which group anew.
pub(super) async fn survey<'l>(
    tx: &mut Tx,
    how: &How,
    members: &'l [Member],
    report: &mut Report,
) -> sqlx::Result<Vec<Joining<'l>>> {
    let (mut people, mut joining) = (People::default(), Vec::new());
    let mut years: HashMap<String, HashSet<(String, String, String, PersonId)>> = HashMap::new();
    for member in members {
        let year = member.year.clone().unwrap_or_else(|| year_of(how.now()));
        if !years.contains_key(&year) {
            let rows = store::memberships(tx, &how.rne, &year, how.today()).await?;
            years.insert(year.clone(), rows.into_iter().collect());
        }
        let student = match people.find(tx, how, &member.login).await? {
            Ok(student) => student,
            Err(code) => {
                report.wrong.push(Wrong::new(&member.line, "login", code));
                continue;
            }
        };
        let is_new = |group: &&str| {
            let kind = kind_of(group).to_owned();
            let place = (member.programme.clone(), kind, (*group).to_owned(), student);
            !years.get(&year).is_some_and(|known| known.contains(&place))
        };
        let groups = member.groups.iter().map(String::as_str).filter(is_new);
        let groups: Vec<&str> = groups.collect();
        if groups.is_empty() {
            report.unchanged += 1;
            continue;
        }
        let what = format!("{} · {} {}", member.login, member.programme, groups.join(", "));
        report.tell(&member.line.to_string(), Outcome::Created, what, String::new());
        joining.push(Joining { student, year, programme: &member.programme, groups });
    }
    Ok(joining)
}

/// Make programme, groups and membership where they are missing.
pub(super) async fn write(tx: &mut Tx, how: &How, joining: &[Joining<'_>]) -> sqlx::Result<()> {
    let mut made = Made::default();
    for Joining { student, year, programme, groups } in joining {
        let programme = made.programme(tx, how, (programme, year)).await?;
        for name in groups {
            let group = made.group(tx, how, (programme, name), "csv").await?;
            store::add_member(tx, group, *student, how.today()).await?;
        }
    }
    Ok(())
}
