//! The list and the source that it is.
use aiguillage::demo::colleagues::Colleague;
use anyhow::Result;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::Range;
use std::path::Path;

/// Settings with one source, `people.csv` beside them.
pub(crate) const SETTINGS: &str = "[http]\npublic_url = http://localhost:8080\n\
    [source:list]\nkind = csv\nrole = agents\npath = people.csv\nattr.uid = login\n\
    attr.displayName = join(' ', prenom, nom)\nattr.givenName = prenom\nattr.sn = nom\n\
    attr.mail = lower(courriel)\nattr.rne = etablissement\nattr.ENTPersonProfils = profil\n";

/// Everybody belongs to one of so many schools.
const SCHOOLS: u64 = 8_000;
/// One in so many gets another name.
const CHANGED: u64 = 100;

/// Write these down; one in a hundred with a surname that ends in `more`.
pub(crate) fn write(folder: &Path, people: Range<u64>, more: &str) -> Result<()> {
    let mut list = BufWriter::new(File::create(folder.join("people.csv"))?);
    writeln!(list, "login;prenom;nom;courriel;etablissement;profil")?;
    for number in people {
        let Colleague { login, given, surname, mail, .. } = Colleague::of(number);
        let more = if number.is_multiple_of(CHANGED) { more } else { "" };
        let school = school(number);
        writeln!(list, "{login};{given};{surname}{more};{mail};{school};National_ENS")?;
    }
    list.flush()?;
    Ok(())
}

/// How many get another name.
pub(crate) fn changed(people: u64) -> u64 {
    people.div_ceil(CHANGED)
}

/// Where somebody belongs: seven digits and the letter that follows from them.
pub(crate) fn school(number: u64) -> String {
    let digits = 9_740_000 + number % SCHOOLS;
    let letters = "ABCDEFGHJKLMNPRSTUVWXYZ";
    let letter = letters.chars().nth(usize::try_from(digits % 23).unwrap_or(0)).unwrap_or('A');
    format!("{digits:07}{letter}")
}
