//! Work in the background.
use super::{Pages, html, signed_in};
use aiguillage::jobs::pages::{AdminJobs, Count, Entry, Row};
use aiguillage::jobs::{JobState, Rhythm, TimeOfNight};
use aiguillage::web::lang::Lang;
use aiguillage::web::page::{Place, Shell};
use std::time::Duration;

pub(super) fn pages(lang: Lang) -> Pages {
    let empty =
        AdminJobs { shell: shell(lang), timetable: timetable(lang), ..AdminJobs::default() };
    vec![("admin-jobs", html(&busy(lang))), ("admin-jobs-empty", html(&empty))]
}

fn shell(lang: Lang) -> Shell {
    Shell { office: Place::OFFICE.to_vec(), place: Place::Jobs, ..signed_in(lang) }
}

fn row(lang: Lang, state: JobState, error: &str) -> Row {
    Row {
        id: format!("0199-{}", state.as_str()),
        name: lang.t("job-sweep-records"),
        state,
        asked: "mardi 24 novembre, 10 h 15".into(),
        at: "mardi 24 novembre, 10 h 16".into(),
        attempts: 3,
        error: error.into(),
        node: "portail-1:8080".into(),
        done: 0,
        total: 0,
    }
}

fn timetable(lang: Lang) -> Vec<Entry> {
    let entry = |name, label, rhythm, last: Option<&str>| Entry {
        name,
        label: lang.t(label),
        rhythm,
        last: last.map(str::to_owned),
        next: Some("mercredi 25 novembre, 2 h 22".into()),
    };
    let night = Rhythm::Nightly(TimeOfNight { hour: 2, minute: 15 });
    let hourly = Rhythm::Every(Duration::from_hours(1));
    vec![
        entry("sessions.clean", "job-clean-sessions", night, None),
        entry("lookup.sweep", "job-sweep-records", hourly, Some("mardi 24 novembre, 9 h 40")),
    ]
}

fn busy(lang: Lang) -> AdminJobs {
    let waiting = row(lang, JobState::Waiting, "the service is down");
    let halfway = Row { done: 41_000, total: 150_000, ..row(lang, JobState::Running, "") };
    let begun = Row { node: "portail-2:8080".into(), ..row(lang, JobState::Running, "") };
    let trouble = vec![
        row(lang, JobState::GivenUp, "no such account"),
        row(lang, JobState::Uncertain, "no final reply"),
        row(lang, JobState::Waiting, &lang.t("jobs-nobody")),
    ];
    let numbers = [(12, JobState::Waiting), (2, JobState::Running), (1_204, JobState::Done)];
    let odd = [(1, JobState::GivenUp), (1, JobState::Uncertain)];
    AdminJobs {
        shell: shell(lang),
        counts: numbers
            .into_iter()
            .chain(odd)
            .map(|(count, state)| Count { state, count })
            .collect(),
        running: vec![halfway, begun],
        rows: [vec![waiting], trouble.clone()].concat(),
        trouble,
        timetable: timetable(lang),
        kinds: vec![("lookup.sweep", lang.t("job-sweep-records"))],
        older: Some("/admin/jobs?skip=50".into()),
        ..AdminJobs::default()
    }
}
