//! Made-up colleagues in any number, for the demonstration and the bench: the same number gives
//! the same person everywhere and always.
//!
//! Names follow what French registers look like: a few names that everybody knows, a long tail
//! that nobody has heard of, accents, hyphens, particles, double surnames, namesakes, capitals.
use crate::identity::cloud::{CloudId, Field, Fields, ListedRecord, Reach, RecordId};
use crate::lookup::words::{fold, words};
use std::sync::LazyLock;
use uuid::Uuid;

/// Academies, the larger ones first; `ac-martinique` is what "martin" must not find.
const DOMAINS: [&str; 30] = [
    "ac-versailles.fr",
    "ac-creteil.fr",
    "ac-lille.fr",
    "ac-nantes.fr",
    "ac-lyon.fr",
    "ac-rennes.fr",
    "ac-toulouse.fr",
    "ac-bordeaux.fr",
    "ac-grenoble.fr",
    "ac-aix-marseille.fr",
    "ac-montpellier.fr",
    "ac-strasbourg.fr",
    "ac-nancy-metz.fr",
    "ac-paris.fr",
    "ac-nice.fr",
    "ac-orleans-tours.fr",
    "ac-amiens.fr",
    "ac-poitiers.fr",
    "ac-normandie.fr",
    "ac-dijon.fr",
    "ac-reims.fr",
    "ac-besancon.fr",
    "ac-clermont.fr",
    "ac-reunion.fr",
    "ac-limoges.fr",
    "ac-martinique.fr",
    "ac-guadeloupe.fr",
    "ac-guyane.fr",
    "ac-corse.fr",
    "ac-mayotte.fr",
];
/// Nextcloud servers that share the people.
pub const SERVERS: u64 = 12;

const STARTS: &str = "Ab Al Am Ar Aub Bar Bas Beau Bel Ber Bil Blan Bon Bor Bou Bré Bru Cam Can \
    Car Cas Cha Chau Clé Col Cor Cou Cré Dal Dar Del Des Do Dra Du Es Fa Fer Flo Fon For Fou Fré \
    Ga Gau Gé Gi God Gou Gra Gui Ha Her Hu Jac Jau Jo Ker La Lan Las Lé Li Lou Ma Mal Man Mar Mau \
    Mé Mon Mou Na Né No Or Pa Pel Per Pi Plan Pou Pra Qué Ra Ré Ri Ro Rou Sa Sau Sé Sou Ta Té Ti \
    Tou Tré Va Ven Ver Vi Vil";
const MIDDLES: &str = "b bl c ch d dr f g gn gu l ll m n nd nn nt p qu r rd rr s ss t tr v vr z";
const ENDS: &str = "ac aire al an and ard ardeau as at aud ault aut aux é eau eaux ec el elle en \
    enc er eron et ey ez i iac ic ier ières ieu in is o oir ois on ond onneau ot ou oux oy ude uel \
    uis und us y";
const PARTICLES: [&str; 6] = ["de", "du", "d'", "de La", "Le", "La"];
const BEFORE_HYPHEN: [&str; 6] = ["Jean", "Marie", "Anne", "Pierre", "Louis", "Paul"];

/// Lists of syllables and names, read once.
struct Lists {
    surnames: Vec<String>,
    given: Vec<String>,
    starts: Vec<&'static str>,
    middles: Vec<&'static str>,
    ends: Vec<&'static str>,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| Lists {
    surnames: names(include_str!("surnames.txt")),
    given: names(include_str!("given.txt")),
    starts: STARTS.split_whitespace().collect(),
    middles: MIDDLES.split_whitespace().collect(),
    ends: ENDS.split_whitespace().collect(),
});

/// The names of a file: parted by spaces, `\ ` is a space within one.
fn names(text: &str) -> Vec<String> {
    let joined = text.replace("\\ ", "\u{a0}");
    joined.split([' ', '\n']).filter(|n| !n.is_empty()).map(|n| n.replace('\u{a0}', " ")).collect()
}

/// Somebody who does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// Which one: counted from 0.
    pub number: u64,
    /// Given name.
    pub given: String,
    /// Surname with its particles.
    pub surname: String,
    /// As a directory shows it: some write surnames in capitals.
    pub name: String,
    /// Mail address.
    pub mail: String,
    /// Login, unlike any other one's.
    pub login: String,
    /// The Nextcloud server.
    pub server: String,
}

impl Colleague {
    /// The one with this number.
    pub fn of(number: u64) -> Self {
        let mut dice = Dice(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x00a1_9d11_a9e5);
        let (given, surname) = (given(&mut dice), surname(&mut dice));
        let shown = if dice.one_in(8) { surname.to_uppercase() } else { surname.clone() };
        let (first, last) = (plain(&given, "-"), plain(&surname, "-"));
        let domain = DOMAINS[dice.early(DOMAINS.len())];
        let namesake = if dice.one_in(3) { dice.up_to(90).to_string() } else { String::new() };
        let initial = first.chars().next().unwrap_or('x');
        let short: String = plain(&surname, "").chars().take(12).collect();
        Self {
            number,
            name: format!("{given} {shown}"),
            mail: format!("{first}.{last}{namesake}@{domain}"),
            login: format!("{initial}{short}{number}"),
            server: format!("nuage{:02}.apps.example.fr", number % SERVERS + 1),
            given,
            surname,
        }
    }

    /// The cloud id.
    pub fn cloud_id(&self) -> String {
        format!("{}@{}", self.login, self.server)
    }

    /// What a server pushes about this one.
    pub fn fields(&self) -> Fields {
        [(Field::Name, &self.name), (Field::Email, &self.mail), (Field::Userid, &self.login)]
            .into_iter()
            .map(|(field, value)| (field, value.as_str()))
            .collect()
    }

    /// The record as the index takes it, with an id that follows from the number.
    pub fn record(&self) -> ListedRecord {
        let cloud_id = CloudId::parse(&self.cloud_id()).expect("logins are letters and digits");
        ListedRecord {
            id: record_id(self.number),
            instance: cloud_id.instance(),
            cloud_id,
            person: None,
            fields: self.fields(),
            reach: Reach::default(),
        }
    }
}

/// A UUID v7 of its own for each number, in their order.
pub fn record_id(number: u64) -> RecordId {
    let mut dice = Dice(number ^ 0x5bd1_e995);
    let time = 1_790_000_000_000 + number;
    let bits = u128::from(time) << 80 | u128::from(dice.roll() & 0xfff) << 64;
    RecordId(Uuid::from_u128(bits | 7 << 76 | 2 << 62 | u128::from(dice.roll() >> 2)))
}

fn given(dice: &mut Dice) -> String {
    let one = &LISTS.given[dice.early(LISTS.given.len())];
    if dice.one_in(12) {
        return format!("{}-{one}", BEFORE_HYPHEN[dice.up_to(BEFORE_HYPHEN.len())]);
    }
    one.clone()
}

fn surname(dice: &mut Dice) -> String {
    let one = simple_surname(dice);
    match dice.up_to(100) {
        0..=5 => format!("{one}-{}", simple_surname(dice)),
        6..=8 => match PARTICLES[dice.up_to(PARTICLES.len())] {
            "d'" => format!("d'{one}"),
            particle => format!("{particle} {one}"),
        },
        _ => one,
    }
}

/// One in five has a name of the list, the others one of the long tail.
fn simple_surname(dice: &mut Dice) -> String {
    if dice.one_in(5) {
        return LISTS.surnames[dice.early(LISTS.surnames.len())].clone();
    }
    let start = LISTS.starts[dice.up_to(LISTS.starts.len())];
    let end = LISTS.ends[dice.early(LISTS.ends.len())];
    let middle = LISTS.middles[dice.up_to(LISTS.middles.len())];
    if dice.one_in(4) {
        let more = LISTS.ends[dice.early(LISTS.ends.len())];
        let next = LISTS.middles[dice.early(LISTS.middles.len())];
        return format!("{start}{middle}{more}{next}{end}");
    }
    format!("{start}{middle}{end}")
}

fn plain(name: &str, between: &str) -> String {
    words(&fold(name)).join(between)
}

/// Numbers that look random and follow from the seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Evenly below `most`.
    fn up_to(&mut self, most: usize) -> usize {
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        usize::try_from(self.roll() % most.max(1)).unwrap_or(0)
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.up_to(many) == 0
    }

    /// Below `most`, the early ones far more often: as popular as names are.
    fn early(&mut self, most: usize) -> usize {
        let (one, other) = (self.up_to(most), self.up_to(most));
        let third = self.up_to(most);
        one.min(other).min(third)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_number_gives_the_same_person_always() {
        let one = Colleague::of(42);
        assert_eq!(one, Colleague::of(42));
        assert_eq!(one.record(), Colleague::of(42).record());
        insta::assert_snapshot!(
            format!("{} <{}> {}", one.name, one.mail, one.cloud_id()),
            @"Louis-Erwan Peldey <louis-erwan.peldey69@ac-orleans-tours.fr> lpeldey42@nuage07.apps.example.fr"
        );
    }

    #[test]
    fn people_are_as_varied_as_a_register() {
        let people: Vec<_> = (0..5_000).map(Colleague::of).collect();
        let count = |test: &dyn Fn(&Colleague) -> bool| people.iter().filter(|p| test(p)).count();
        assert!(count(&|p| !p.name.is_ascii()) > 500);
        assert!(count(&|p| p.surname.contains('-')) > 200);
        assert!(count(&|p| p.given.contains('-')) > 200);
        assert!(count(&|p| p.surname.starts_with("de ") || p.surname.starts_with("d'")) > 20);
        assert!(count(&|p| p.mail.ends_with("@ac-martinique.fr")) > 2);
        assert!((5..100).contains(&count(&|p| p.surname == "Martin")));
        let names: HashSet<_> = people.iter().map(|p| &p.surname).collect();
        assert!(names.len() > 2_000, "{}", names.len());
    }

    #[test]
    fn nobody_shares_an_id() {
        let people = || (0..5_000).map(Colleague::of);
        assert_eq!(people().map(|p| p.cloud_id()).collect::<HashSet<_>>().len(), 5_000);
        let ids: Vec<_> = people().map(|p| p.record().id).collect();
        assert!(ids.is_sorted());
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 5_000);
    }
}
