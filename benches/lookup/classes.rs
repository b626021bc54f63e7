//! What people type, by class.
use aiguillage::demo::colleagues::Colleague;
use aiguillage::lookup::words::words;

/// Texts of each class.
const TEXTS: u64 = 200;

/// Searches of one kind.
pub(crate) struct Class {
    pub(crate) name: &'static str,
    pub(crate) texts: Vec<String>,
}

pub(crate) fn all(people: u64) -> Vec<Class> {
    let class = |name, text: &dyn Fn(&Colleague) -> Option<String>| Class {
        name,
        texts: some(people, text),
    };
    vec![
        Class { name: "common name", texts: common() },
        class("rare name", &|p| (p.surname.len() > 7).then(|| p.surname.clone())),
        class("two words", &|p| Some(format!("{} {}", p.surname, p.given))),
        class("last word two letters", &|p| Some(format!("{} {}", p.surname, first_two(&p.given)))),
        class("accents, capitals", &|p| (!p.name.is_ascii()).then(|| p.name.to_uppercase())),
        class("one error", &|p| swapped(&p.surname)),
        class("no hit", &|p| Some(format!("{}zqx {}wvk", p.given, p.surname))),
        class("mail", &|p| Some(p.mail.clone())),
        class("cloud id", &|p| Some(p.cloud_id())),
    ]
}

fn common() -> Vec<String> {
    let names = "Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon \
        Michel Leroy Roux Marie Jean Pierre Nathalie Sophie Camille";
    names.split(' ').map(str::to_owned).collect()
}

/// Texts made from people who are spread over all of them.
fn some(people: u64, text: &dyn Fn(&Colleague) -> Option<String>) -> Vec<String> {
    let step = (people / (TEXTS * 40)).max(1);
    let numbers = (0..people).step_by(usize::try_from(step).unwrap_or(1));
    let texts = numbers.filter_map(|number| text(&Colleague::of(number)));
    texts.take(usize::try_from(TEXTS).unwrap_or(0)).collect()
}

fn first_two(name: &str) -> String {
    name.chars().take(2).collect()
}

/// Two neighbours swapped in the longest word.
fn swapped(name: &str) -> Option<String> {
    let word = words(name).into_iter().max_by_key(|word| word.chars().count())?;
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() < 6 || letters[3] == letters[4] {
        return None;
    }
    letters.swap(3, 4);
    Some(letters.into_iter().collect())
}
