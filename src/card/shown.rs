//! From rows to what the pages show.
use super::desk::{Desk, last_day};
use super::pages::{CardFact, CardLine, HistoryLine, OwnCard, PhotoShown};
use super::state::{Actor, State};
use super::store::{Card, Photo, SeenChange};
use crate::uploads::Scan;
use crate::web::lang::Lang;
use uuid::Uuid;

/// A photo; one that the scanner did not see yet, or found something in, is not shown.
pub(super) fn photo(of: &Photo) -> PhotoShown {
    seen(of.id, of.scan_state)
}

/// The photo of a card.
pub(super) fn photo_of(card: &Card) -> Option<PhotoShown> {
    Some(seen(card.photo?, card.photo_scan?))
}

fn seen(id: Uuid, scan: Scan) -> PhotoShown {
    let instead = match scan {
        Scan::Clean => "",
        Scan::Infected => "card-photo-infected",
        Scan::Arriving | Scan::Pending => "card-photo-pending",
    };
    PhotoShown { id: id.to_string(), instead }
}

/// One's own card.
pub(super) fn own_card(desk: &Desk, lang: Lang, of: &Card) -> OwnCard {
    let may = |to: &State| of.state.after(Actor::Owner).contains(to);
    OwnCard {
        id: of.id.to_string(),
        state: of.state,
        at: desk.moment(lang, of.state_at),
        due: of.due_at.map(|due| last_day(lang, due)).unwrap_or_default(),
        note: if of.state == State::Rejected { of.note.clone() } else { String::new() },
        why: of.stopped_for,
        photo: photo_of(of),
        may_cancel: may(&State::Canceled),
        may_stop: may(&State::Disabled),
    }
}

/// A card of a list.
pub(super) fn line(desk: &Desk, lang: Lang, of: &Card) -> CardLine {
    CardLine {
        id: of.id.to_string(),
        version: of.version,
        name: of.of.display_name.clone(),
        eppn: of.of.eppn.clone(),
        card_type: of.of.card_type.clone(),
        state: of.state,
        at: desk.moment(lang, of.state_at),
        csn: of.csn.clone().unwrap_or_default(),
    }
}

/// What became of a card.
pub(super) fn history(desk: &Desk, lang: Lang, of: &SeenChange) -> HistoryLine {
    let actor = match of.actor.as_str() {
        "manager" => "card-actor-manager",
        "owner" => "card-actor-owner",
        "station" => "card-actor-station",
        _ => "card-actor-system",
    };
    HistoryLine {
        at: desk.moment(lang, of.at),
        state: of.became,
        by: of.name.clone().unwrap_or_else(|| lang.t(actor)),
        note: of.note.clone(),
    }
}

/// Everything that is known of a card, by the key of its name.
pub(super) fn facts(desk: &Desk, lang: Lang, of: &Card) -> Vec<CardFact> {
    let moment = |at| desk.moment(lang, at);
    let due = of.due_at.map(|at| last_day(lang, at));
    let rows = [
        ("card-fact-eppn", Some(of.of.eppn.clone()), true),
        ("card-fact-type", Some(of.of.card_type.clone()), false),
        ("card-fact-requested", Some(moment(of.requested_at)), false),
        ("card-fact-encoded", of.encoded_at.map(moment), false),
        ("card-fact-enabled", of.enabled_at.map(moment), false),
        ("card-fact-delivered", of.delivered_at.map(moment), false),
        ("card-fact-due", due, false),
        ("card-fact-stopped", of.stopped_for.map(|why| lang.t(why.label())), false),
        ("card-fact-csn", of.csn.clone(), true),
        ("card-fact-escn", of.escn.clone(), true),
        ("card-fact-qr", Some(of.qr.clone()), true),
        ("card-fact-payment", of.payment.clone(), true),
        ("card-fact-rejections", (of.rejections > 0).then(|| of.rejections.to_string()), false),
    ];
    let fact = |(name, value, is_code): (&'static str, Option<String>, bool)| {
        let value = value.filter(|value| !value.is_empty())?;
        Some(CardFact { name, value, is_code })
    };
    rows.into_iter().filter_map(fact).collect()
}
