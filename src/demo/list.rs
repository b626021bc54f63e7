//! A list of made-up staff, kept in step while the demonstration runs: whoever edits the file sees
//! people come and go (`[source:vacataires]` of its settings).
use super::colleagues::Colleague;
use crate::identity::Rne;
use crate::ini;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// The file, beside the settings.
pub(super) const FILE: &str = "vacataires.csv";
/// How many it names.
const PEOPLE: u64 = 3_000;
/// They are others than those whom the search knows.
const FIRST: u64 = 100_000;

/// Write the list, unless it is there: what somebody changed in it stays.
pub(super) fn write(folder: &Path) -> Result<()> {
    let path = folder.join(FILE);
    if path.exists() {
        return Ok(());
    }
    let (schools, _) = ini::read_file(&folder.join("etabs.ini")).context("etabs.ini")?;
    let schools: Vec<&str> = schools.sections().iter().map(|it| it.name.as_str()).collect();
    let schools: Vec<&str> = schools.into_iter().filter(|name| Rne::is_national(name)).collect();
    let mut list = csv::Writer::from_writer(Vec::new());
    list.write_record(["Identifiant", "Nom", "Prénom", "Courriel", "UAI", "Fonction"])?;
    for (one, school) in (FIRST..FIRST + PEOPLE).map(Colleague::of).zip(schools.iter().cycle()) {
        let duty = if one.login.len() % 7 == 0 { "DOC" } else { "ENS" };
        list.write_record([&*one.login, &one.surname, &one.given, &one.mail, school, duty])?;
    }
    let list = list.into_inner().map_err(csv::IntoInnerError::into_error)?;
    fs::write(&path, list).with_context(|| format!("{} cannot be written", path.display()))
}
