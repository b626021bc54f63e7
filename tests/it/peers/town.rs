//! A town of made-up people for the four directories of [`super::slapd`]: from the same number always
//! the same ones, with the names of [`Colleague`].
//!
//! Each household has a pupil and a parent, in the school directory and in the one of the families.
//! Every fourth one has somebody who teaches, in the directory of the agents and in that of the
//! schools, every second one a student and every fifth one somebody who works at the university.
use super::slapd::Directory;
use aiguillage::demo::colleagues::Colleague;
use std::fmt::Write as _;

const LOCAL: &str = "ou=ac-reunion,ou=education,o=gouv,c=fr";
/// Who looks after pupils, as a group of the agents says.
pub(crate) const GROUP: &str = "cn=vie-scolaire,ou=groupes,o=agents,c=fr";
/// All addresses of the town end so.
pub(crate) const DOMAIN: &str = "ville.example";

/// So many households.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Town(pub(crate) u64);

/// Somebody of the town in one directory.
pub(crate) struct Inhabitant {
    /// Their entry.
    pub(crate) dn: String,
    /// What they type.
    pub(crate) login: String,
    /// All of their entry but the DN.
    text: String,
}

impl Town {
    /// Everybody who stands in a directory, in its order.
    pub(crate) fn people(self, directory: Directory) -> Vec<Inhabitant> {
        let homes = 0..self.0;
        match directory {
            Directory::Agents => homes.step_by(4).map(agent).collect(),
            Directory::University => {
                let students = homes.clone().step_by(2).map(student);
                students.chain(homes.step_by(5).map(clerk)).collect()
            }
            Directory::Teleservices => {
                homes.flat_map(|home| [claimant(home, true), claimant(home, false)]).collect()
            }
            Directory::Local => {
                let families = homes.clone().flat_map(|home| [pupil(home), parent(home)]);
                families.chain(homes.step_by(4).map(teacher)).collect()
            }
        }
    }

    /// All four directories, as LDIF.
    pub(crate) fn ldif(self) -> String {
        if self.0 == 0 {
            return String::new();
        }
        let mut ldif = String::from(
            "dn: ou=ville,o=teleservices,c=fr\nobjectClass: organizationalUnit\nou: ville\n\n\
             dn: ou=groupes,o=agents,c=fr\nobjectClass: organizationalUnit\nou: groupes\n\n",
        );
        for directory in Directory::ALL {
            for one in self.people(directory) {
                let _ = write!(ldif, "dn: {}\n{}userPassword: {}\n\n", one.dn, one.text, one.login);
            }
        }
        let _ = write!(ldif, "dn: {GROUP}\nobjectClass: groupOfNames\ncn: vie-scolaire\n");
        for one in self.group() {
            let _ = writeln!(ldif, "member: {}", one.dn);
        }
        ldif + "\n"
    }

    /// The agents in [`GROUP`].
    pub(crate) fn group(self) -> Vec<Inhabitant> {
        self.people(Directory::Agents).into_iter().step_by(GROUPED).collect()
    }
}

/// One agent in so many is in the group.
const GROUPED: usize = 10;

/// The `nth` human being of a household.
fn somebody(home: u64, nth: u64) -> Colleague {
    Colleague::of(home * 5 + nth)
}

fn school(home: u64) -> &'static str {
    if home.is_multiple_of(2) { "9749802L" } else { "9740091F" }
}

/// An entry below `branch`; classes and attributes as LDIF lines.
fn entry(one: &Colleague, branch: &str, classes: &[&str], lines: &str) -> Inhabitant {
    let Colleague { given, surname, login, .. } = one;
    let mut text = String::from("objectClass: inetOrgPerson\n");
    for class in classes {
        let _ = writeln!(text, "objectClass: {class}");
    }
    let _ = write!(
        text,
        "uid: {login}\ncn: {given} {surname}\nsn: {surname}\ngivenName: {given}\n\
         mail: {login}@{DOMAIN}\n{lines}"
    );
    Inhabitant { dn: format!("uid={login},{branch}"), login: login.clone(), text }
}

fn pupil(home: u64) -> Inhabitant {
    let rne = school(home);
    let branch = format!("ou=local,ou=eleves,ou=utilisateurs,ou={rne},{LOCAL}");
    let lines = format!(
        "ENTPersonProfils: National_ELV\nENTEleveClasses: {rne}$3EME {}\n\
         ENTElevePersRelEleve: LA_REUNION-{}$2$1$1\n",
        home % 6,
        join_key(home)
    );
    entry(&somebody(home, 0), &branch, &["ENTPerson", "ENTEleve"], &lines)
}

fn parent(home: u64) -> Inhabitant {
    let lines = format!(
        "ENTPersonProfils: National_TUT\nENTPersonJointure: LA_REUNION-{}\n",
        join_key(home)
    );
    entry(&somebody(home, 1), &format!("ou=responsables,{LOCAL}"), &["ENTPerson"], &lines)
}

fn teacher(home: u64) -> Inhabitant {
    let lines = "ENTPersonProfils: National_ENS\n\
                 ENTPersonFonctions: 4321$ENS$ENSEIGNANT$L0202$LETTRES MODERNES\n";
    entry(&somebody(home, 2), &format!("ou=personnels,{LOCAL}"), &["ENTPerson"], lines)
}

fn agent(home: u64) -> Inhabitant {
    let rne = school(home);
    let mut lines = format!("FrEduRne: {rne}$UAJ$PU$ENS$9740091F$T3$CLG$340\n");
    if home.is_multiple_of(4 * GROUPED as u64) {
        // The server keeps this in step with the groups, once it runs.
        let _ = writeln!(lines, "memberOf: {GROUP}");
    }
    entry(&somebody(home, 2), "ou=personnels,o=agents,c=fr", &["FrEduPerson"], &lines)
}

/// A parent, or the pupil, as the families' directory knows them.
fn claimant(home: u64, is_parent: bool) -> Inhabitant {
    let one = somebody(home, u64::from(is_parent));
    let names = format!("{}|{}", one.surname.to_uppercase(), one.given);
    let (kind, names) = if is_parent { (2, &*names) } else { (4, "|") };
    let lines = format!("FrEduVecteur: {kind}|{names}|{}|{}\n", 500_000 + home, school(home));
    entry(&one, "ou=ville,o=teleservices,c=fr", &["FrEduPerson"], &lines)
}

fn student(home: u64) -> Inhabitant {
    let lines = format!(
        "supannEtuId: {}\neduPersonAffiliation: student\nsupannEtuInscription: \
         [etab={{UAI}}0141408E][anneeinsc=2026][regimeinsc={{SISE}}10]\n",
        22_000_000 + home
    );
    entry(&somebody(home, 3), "ou=people,o=univ,c=fr", &["supannPerson", "eduPerson"], &lines)
}

fn clerk(home: u64) -> Inhabitant {
    let unit = ["HS_C68", "HS_ESPE"][usize::from(home.is_multiple_of(2))];
    let lines = format!(
        "eduPersonAffiliation: employee\nsupannEntiteAffectation: {unit}\n\
         supannEntiteAffectationPrincipale: {unit}\n"
    );
    entry(&somebody(home, 4), "ou=people,o=univ,c=fr", &["supannPerson", "eduPerson"], &lines)
}

fn join_key(home: u64) -> u64 {
    7_000_000 + home
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_town_is_always_the_same_and_nobody_stands_twice_in_a_directory() {
        let town = Town(60);
        assert_eq!(town.ldif(), Town(60).ldif());
        let counts = Directory::ALL.map(|directory| {
            let people = town.people(directory);
            let all: HashSet<_> = people.iter().map(|one| &one.dn).collect();
            assert_eq!(all.len(), people.len(), "{directory:?}");
            people.len()
        });
        assert_eq!(counts, [15, 120, 135, 42]);
    }
}
