//! Made-up people and schools for every page.
use aiguillage::dispatch::pages::{
    Academic, ArenaOnly, Badge, Choice, Group, Kind, NoAffiliation, NoPortal, Note, State, Tile,
};
use aiguillage::identity::Profile;
use aiguillage::web::lang::Lang;
use aiguillage::web::page::{Banner, Place, Shell, Tone};
use aiguillage::web::pages::{ErrorPage, Link};
use aiguillage::web::theme::Theme;
use askama::Template;
use std::sync::Arc;

mod attendance;
mod card_services;
mod cards;
mod door;
mod excuse;
mod figures;
mod jobs;
mod lists;
mod lookup;
mod mail;
mod notice;
mod office;
mod portals;
mod proof;
mod sources;
mod tokens;

/// Name and HTML of every page.
pub(super) fn all(lang: Lang) -> Vec<(String, String)> {
    let mut pages = door::pages(lang);
    pages.extend(attendance::pages(lang));
    pages.extend(cards::pages(lang));
    pages.extend(card_services::pages(lang));
    pages.extend(excuse::pages(lang));
    pages.extend(notice::pages(lang));
    pages.extend(figures::pages(lang));
    pages.extend(choices(lang));
    pages.extend(office::pages(lang));
    pages.extend(lookup::pages(lang));
    pages.extend(jobs::pages(lang));
    pages.extend(lists::pages(lang));
    pages.extend(mail::pages(lang));
    pages.extend(portals::pages(lang));
    pages.extend(sources::pages(lang));
    pages.extend(tokens::pages(lang));
    pages.extend(proof::pages(lang));
    pages.into_iter().map(|(name, html)| (name.to_owned(), html)).collect()
}

pub(super) type Pages = Vec<(&'static str, String)>;

pub(super) fn html(template: &impl Template) -> String {
    template.render().unwrap()
}

pub(super) fn shell(lang: Lang) -> Shell {
    let theme = Theme::default().with_support("assistance@academie.example, 02 62 00 00 00");
    Shell {
        lang,
        here: "/dispatch?choose=1".into(),
        csrf: "token".into(),
        theme: Arc::new(theme),
        ..Shell::default()
    }
}

pub(super) fn signed_in(lang: Lang) -> Shell {
    Shell { person: Some("Marie Dupont".into()), place: Place::Choice, ..shell(lang) }
}

fn tile(rne: &str, label: &str, commune: &str, kind: &str, profiles: &[(Profile, usize)]) -> Tile {
    Tile {
        rne: rne.into(),
        label: label.into(),
        commune: Some(commune.into()),
        kind: Kind::of(kind),
        badges: profiles
            .iter()
            .map(|(profile, children)| Badge { profile: *profile, children: *children })
            .collect(),
        ..Tile::default()
    }
}

fn teacher_schools() -> Vec<Tile> {
    let teacher = [(Profile::Teacher, 0)];
    let mut tiles = vec![
        tile("9740091F", "Collège Leconte de Lisle", "Saint-Louis", "CLG", &teacher),
        tile("9749801K", "Lycée des Filaos", "L'Étang-Salé", "LYC", &teacher),
        tile("0599801H", "Collège des Beffrois", "Lille", "CLG", &teacher),
    ];
    tiles[0].is_current = true;
    tiles[2].state = State::Inactive;
    tiles[2].message = Some("Portail fermé pour travaux jusqu'au 1er septembre".into());
    tiles
}

fn family_schools() -> Vec<Tile> {
    vec![
        tile("9749802L", "Collège L'Étang Salé", "L'Étang-Salé", "CLG", &[(Profile::Parent, 2)]),
        tile(
            "0359801N",
            "École élémentaire Les Ajoncs",
            "Rennes",
            "ECOLE",
            &[(Profile::Parent, 1)],
        ),
    ]
}

fn academic() -> Academic {
    Academic {
        zone: Some("Salle de formation du site administratif".into()),
        asks_second_factor: true,
    }
}

fn many(count: usize) -> Vec<Tile> {
    let towns = ["Saint-Louis", "Lyon", "Rennes", "Le Tampon", "Strasbourg", "Pointe-à-Pitre"];
    let kinds = ["CLG", "LYC", "LP", "ECOLE", "UNIV", ""];
    (0..count)
        .map(|number| {
            let town = towns[number % towns.len()];
            let label = format!("Établissement de {town} n° {}", number + 1);
            let rne = format!("974{number:04}F");
            tile(&rne, &label, town, kinds[number % kinds.len()], &[(Profile::SchoolLife, 0)])
        })
        .collect()
}

fn choices(lang: Lang) -> Pages {
    let plain = |tiles| vec![Group { profile: None, tiles }];
    let teacher = Choice {
        groups: plain(teacher_schools()),
        academic: Some(academic()),
        remember_until: Some(lang.day(chrono::NaiveDate::from_ymd_opt(2027, 8, 31).unwrap())),
        shell: signed_in(lang),
        ..Choice::default()
    };
    let mixed = Choice {
        groups: vec![
            Group { profile: Some(Profile::Teacher), tiles: teacher_schools() },
            Group { profile: Some(Profile::Parent), tiles: family_schools() },
        ],
        notes: vec![
            Note::LostSchool("Lycée du Canal".into()),
            Note::SourcesMissing(vec!["Téléservices".into()]),
        ],
        is_remembered: true,
        shell: signed_in(lang),
        ..Choice::default()
    };
    let list =
        |count| Choice { groups: plain(many(count)), shell: signed_in(lang), ..Choice::default() };
    let mut lost = teacher_schools();
    for tile in &mut lost {
        tile.state = State::NoPortal;
    }
    vec![
        ("choice", html(&teacher)),
        ("choice-mixed", html(&mixed)),
        ("choice-search", html(&list(12).search("rennes"))),
        ("choice-nothing", html(&list(12).search("zzz"))),
        ("choice-many", html(&list(60))),
        (
            "no-portal",
            html(&NoPortal {
                shell: signed_in(lang),
                tiles: lost,
                academic: Some(academic()),
                reference: "01K9-7F3Q".into(),
            }),
        ),
        (
            "no-affiliation",
            html(&NoAffiliation {
                shell: signed_in(lang),
                sources: vec!["Annuaire des agents".into(), "Téléservices".into()],
                reference: "01K9-7F3Q".into(),
            }),
        ),
        (
            "arena-only",
            html(&ArenaOnly {
                shell: signed_in(lang),
                academic: academic(),
                sources: vec!["Annuaire des agents".into()],
            }),
        ),
        ("error", html(&error(lang))),
    ]
}

fn error(lang: Lang) -> ErrorPage {
    let shell = Shell {
        banner: Some(Banner::new(Tone::Info, "Maintenance ce soir, 22 h.")),
        ..signed_in(lang)
    };
    ErrorPage::new(shell, "E-NO-SP", "01K9-7F3Q")
        .action(Link::new(lang.t("choice-all"), "/dispatch?choose=1"))
}
