//! Every path of the card office.
use super::printing::{office as batches, taking};
use super::services::{deciding, listing, names, office as told, zones};
use super::{delivering, export, figures, office, own, payment, photos};
use crate::rights::Permission::{DeliverCards, ListCards, ManageCards, SeeCard, SetCardsUp};
use crate::rights::Rule::{May, Own, Public};
use crate::web::resource::{Map, at};
use crate::web::workroom::Class;

/// The map.
pub fn routes(map: &mut Map<'_>) {
    at("/cards", Own).get(own::list).mount(map);
    at("/cards/consent", Own).post(own::agree).mount(map);
    at("/cards/request", Own).get(own::photo).post(own::send).mount(map);
    at("/cards/request/photo", Own).takes(photos::INTAKE).post(photos::add).mount(map);
    at("/cards/request/consent", Own).get(own::consent).mount(map);
    at("/cards/request/check", Own).get(own::check).mount(map);
    payments(map);
    at("/cards/photos/{id}", Own).get(photos::show).mount(map);
    at("/cards/office/deliver", May(DeliverCards))
        .get(delivering::show)
        .post(delivering::deliver)
        .mount(map);
    at("/cards/office", May(ListCards)).get(office::list).mount(map);
    at("/cards/office.csv", May(ListCards)).class(Class::Export).get(export::csv).mount(map);
    at("/cards/office/bulk", May(ManageCards)).post(office::bulk).mount(map);
    services(map);
    at("/cards/office/statistics", May(ListCards))
        .class(Class::Statistics)
        .get(figures::show)
        .mount(map);
    at("/cards/office/statistics.csv", May(ListCards))
        .class(Class::Statistics)
        .get(figures::csv)
        .mount(map);
    at("/cards/office/batches", May(ManageCards)).get(batches::list).mount(map);
    at("/cards/office/batches/{id}", May(ManageCards))
        .get(batches::show)
        .post(batches::settle)
        .mount(map);
    at("/cards/office/batches/{id}/cards.pdf", May(ManageCards))
        .class(Class::Export)
        .get(taking::take)
        .mount(map);
    at("/cards/office/{id}", May(SeeCard))
        .get(office::show)
        .but(May(ManageCards))
        .post(office::lead)
        .mount(map);
    at("/cards/office/{id}/code.{format}", May(SeeCard)).get(office::code).mount(map);
    at("/cards/{id}/stop", Own).get(own::ask_stop).post(own::stop).mount(map);
    at("/cards/{id}/cancel", Own).post(own::cancel).mount(map);
}

/// Cards that cost something. The callback is of Paybox, whose signature speaks for it.
fn payments(map: &mut Map<'_>) {
    at("/cards/pay", Own).get(payment::show).post(payment::make_order).mount(map);
    at("/cards/pay/{outcome}", Own).get(payment::back).mount(map);
    at("/payboxcallback", Public).get(payment::hear).mount(map);
    at("/cards/office/payments", May(ManageCards))
        .get(payment::list)
        .post(payment::refund)
        .mount(map);
    at("/cards/office/payments.csv", May(ManageCards))
        .class(Class::Export)
        .get(payment::csv)
        .mount(map);
}

/// Services outside that are told of cards.
fn services(map: &mut Map<'_>) {
    at("/cards/office/services", May(ManageCards)).get(listing::list).mount(map);
    at("/cards/office/services.csv", May(ManageCards))
        .class(Class::Export)
        .get(listing::csv)
        .mount(map);
    at("/cards/office/services/zones", May(SetCardsUp))
        .get(zones::show)
        .takes(zones::INTAKE)
        .post(zones::add)
        .mount(map);
    at("/cards/office/services/names", May(SetCardsUp))
        .get(names::show)
        .takes(names::INTAKE)
        .post(names::add)
        .mount(map);
    at("/cards/office/services/names/act", May(SetCardsUp)).post(names::act).mount(map);
    at("/cards/office/{id}/izly", May(ManageCards)).post(deciding::decide).mount(map);
    at("/cards/office/{id}/name", May(ManageCards)).post(names::rename).mount(map);
    at("/cards/office/{id}/services/{name}", May(ManageCards))
        .get(told::show)
        .post(told::again)
        .mount(map);
}
