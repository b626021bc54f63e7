//! Words that a certificate shows of what it signs, the same on the page and for whoever compares.
use super::payload::Payload;
use crate::web::lang::{Argument, Lang};
use chrono::{DateTime, Datelike, FixedOffset};

/// « samedi 21 novembre 2026 »
pub(super) fn day(lang: Lang, time: DateTime<FixedOffset>) -> String {
    let weekday = lang.t(&format!("weekday-{}", time.weekday().number_from_monday()));
    let day = lang.day(time.date_naive());
    lang.t_with("proof-day", &[("weekday", &weekday), ("day", &day)])
}

/// `08:00–10:00`
pub(super) fn hours(payload: &Payload) -> String {
    format!("{}–{}", hour(&payload.beg), hour(&payload.end))
}

/// `08:04`, of a time as it is signed.
pub(super) fn hour(time: &str) -> String {
    Payload::time(time).map(|time| time.format("%H:%M").to_string()).unwrap_or_default()
}

/// « 2 h 00 »
pub(super) fn length(lang: Lang, payload: &Payload) -> String {
    let (Some(beg), Some(end)) = (Payload::time(&payload.beg), Payload::time(&payload.end)) else {
        return String::new();
    };
    let minutes = u32::try_from((end - beg).num_minutes()).unwrap_or_default();
    let rest = format!("{:02}", minutes % 60);
    let arguments: [(&'static str, &dyn Argument); 2] =
        [("hours", &(minutes / 60)), ("minutes", &rest)];
    lang.t_with("proof-length", &arguments)
}

/// « à l’heure », « en retard »
pub(super) fn status(lang: Lang, payload: &Payload) -> String {
    lang.t(if payload.st == "P" { "proof-in-time" } else { "proof-late" })
}

/// Every word of the statement that the page must show, in this language.
pub fn told(payload: &Payload, lang: Lang) -> Vec<String> {
    let own = |text: &String| text.clone();
    let date = Payload::time(&payload.beg).map(|time| day(lang, time)).unwrap_or_default();
    let words = [
        own(&payload.sub),
        own(&payload.num),
        own(&payload.uai),
        own(&payload.programme),
        own(&payload.mat),
        own(&payload.typ),
        own(&payload.grp),
        date,
        hours(payload),
        hour(&payload.at),
        status(lang, payload),
        own(&payload.ens),
    ];
    words.into_iter().filter(|word| !word.is_empty()).collect()
}
