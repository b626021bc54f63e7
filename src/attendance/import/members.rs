//! Groups and their members: `login;programme;groups`.
use super::{How, Report, Wrong, kind_of, person, year_of};
use crate::attendance::store;
use crate::db::Tx;
use crate::rows::{CsvRows, RowsError};
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

/// The place of a column by its name.
pub(super) fn column(names: &[String], wanted: &str) -> Option<usize> {
    names.iter().position(|name| name.trim().eq_ignore_ascii_case(wanted))
}

/// Read a list of members; and its lines that cannot be used.
pub fn read_members(input: impl BufRead) -> Result<(Vec<Member>, Vec<Wrong>), RowsError> {
    let mut rows = CsvRows::open(input, LINE)?;
    let places = ["login", "programme", "groups"].map(|name| column(rows.names(), name));
    let [Some(login), Some(programme), Some(groups)] = places else {
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

/// Make programme, groups and membership where they are missing.
pub(super) async fn apply(
    tx: &mut Tx,
    how: &How,
    member: &Member,
    report: &mut Report,
) -> sqlx::Result<()> {
    let student = match person(tx, &member.login).await? {
        Ok(student) => student,
        Err(code) => {
            report.wrong.push(Wrong::new(&member.line, "login", code));
            return Ok(());
        }
    };
    let code = member.programme.as_str();
    let year = member.year.clone().unwrap_or_else(|| year_of(how.now));
    let (programme, _) = store::insert_programme(tx, &how.rne, (code, code, &year)).await?;
    let mut is_new = false;
    for group in &member.groups {
        let named = (kind_of(group), group.as_str(), "csv");
        let (group, _) = store::insert_group(tx, (&how.rne, programme), named).await?;
        is_new |= store::add_member(tx, group, student, how.now.date_naive()).await?;
    }
    let count = if is_new { &mut report.created } else { &mut report.unchanged };
    *count += 1;
    Ok(())
}
