//! `/cards/office/payments`: what was paid, what it was used for, and what was given back.
use super::pages::{CardPayments, PaymentLine, PaymentTab, euros};
use super::store::{self, Kind, Listed};
use crate::card::desk::{Desk, Hand};
use crate::card::office::types;
use crate::card::photos::Parts;
use crate::card::refusal::CardRefusal;
use crate::identity::SignedIn;
use crate::rights::{Reach, Scope};
use crate::rows::{Cell, semicolons};
use crate::web::lang::Lang;
use crate::web::page::{Page, Place};
use crate::web::paging::Paging;
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};

/// Where they are.
const HERE: &str = "/cards/office/payments";
/// Payments of one page.
const PAGE: i64 = 50;
/// Rows of one file.
const MOST: i64 = 50_000;
/// Columns of the file.
const COLUMNS: [&str; 13] = [
    "payCmdNum",
    "amount",
    "renewal",
    "asked_at",
    "paid_at",
    "transaction",
    "error",
    "used_at",
    "card",
    "refunded_at",
    "eppn",
    "name",
    "type",
];

fn kind(query: &Fields) -> Kind {
    let wanted = query.get("kind").unwrap_or_default();
    Kind::ALL.into_iter().find(|kind| kind.as_str() == wanted).unwrap_or_default()
}

/// The payments.
pub(in crate::card) async fn list(
    request: HttpRequest,
    frame: Frame,
    (who, reach): (SignedIn, Reach),
    (db, _, desk): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let (kind, paging, types) = (kind(&query), Paging::read(&query, PAGE), types(&reach));
    let page = (paging.skip, paging.limit());
    let found = store::list(&mut db.read().await?, (kind, types.as_deref()), page).await?;
    let mut rows: Vec<_> = found.iter().map(|one| line(&desk, frame.lang, one)).collect();
    let at = |skip: i64| format!("{HERE}?kind={}&skip={skip}", kind.as_str());
    let (newer, older) = paging.turn(&mut rows, at);
    let tab = |one: Kind| PaymentTab {
        label: label(one),
        address: format!("{HERE}?kind={}", one.as_str()),
        is_here: one == kind,
    };
    let page = CardPayments {
        tabs: Kind::ALL.into_iter().map(tab).collect(),
        csv: format!("{HERE}.csv?kind={}", kind.as_str()),
        is_refunded: query.is_on("refunded"),
        rows,
        newer,
        older,
        shell: who.shell(&frame, Place::CardOffice),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// Key of what is listed.
fn label(kind: Kind) -> &'static str {
    match kind {
        Kind::Paid => "card-payments-paid",
        Kind::Unused => "card-payments-unused",
        Kind::Used => "card-payments-used",
        Kind::Refunded => "card-payments-refunded",
        Kind::Open => "card-payments-open",
    }
}

fn line(desk: &Desk, lang: Lang, of: &Listed) -> PaymentLine {
    let (payment, is_used) = (&of.of, of.of.used_at.is_some());
    let (state, tone) = match (payment.paid_at, payment.refunded_at) {
        (None, _) if payment.error.is_empty() => ("card-payment-waiting", ""),
        (None, _) => ("card-payment-refused", "warn"),
        (_, Some(_)) => ("card-payment-refunded", ""),
        _ if is_used => ("card-payment-used", "ok"),
        _ => ("card-payment-unused", "info"),
    };
    PaymentLine {
        id: payment.id.to_string(),
        reference: payment.reference.clone(),
        at: desk.moment(lang, payment.paid_at.unwrap_or(payment.asked_at)),
        name: of.name.clone().unwrap_or_else(|| lang.t("card-payment-nobody")),
        eppn: of.eppn.clone().unwrap_or_default(),
        cost: euros(lang, payment.amount),
        state,
        tone,
        card: payment.card.map(|card| card.to_string()).unwrap_or_default(),
        error: if payment.paid_at.is_none() { payment.error.clone() } else { String::new() },
        may_refund: payment.paid_at.is_some() && !is_used && payment.refunded_at.is_none(),
    }
}

/// `POST /cards/office/payments`: the money of one was given back at Paybox; it is worth nothing any more.
pub(in crate::card) async fn refund(
    body: String,
    (who, reach): (SignedIn, Reach),
    client: Client,
    (db, clock, _): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let id = fields.id("payment").ok_or(Error::NotFound)?;
    let hand = Hand::of(&who, &client, clock.now());
    let mut tx = db.write().await?;
    let found = store::one(&mut tx, id).await?.ok_or(Error::NotFound)?;
    // Those of nobody belong to who looks after all types.
    let is_mine = match &found.card_type {
        Some(kind) => reach.covers(&Scope::CardType(kind.clone())),
        None => types(&reach).is_none(),
    };
    if !is_mine {
        return Err(CardRefusal::Forbidden.into());
    }
    if !store::set_refunded(&mut tx, id, hand.now).await? {
        return Err(CardRefusal::PayUsed.into());
    }
    let event = hand.event("card.pay_refunded").field("payment", id);
    event.field("amount", found.of.amount).record(&mut tx, &hand.trace, hand.now).await?;
    tx.commit().await?;
    Ok(see_other(&format!("{HERE}?kind=refunded&refunded=1")))
}

/// `/cards/office/payments.csv`: the same, all pages of it, for who keeps the accounts.
pub(in crate::card) async fn csv(
    request: HttpRequest,
    (who, reach): (SignedIn, Reach),
    client: Client,
    (db, clock, _): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let (kind, types) = (kind(&query), types(&reach));
    let found = store::list(&mut db.read().await?, (kind, types.as_deref()), (0, MOST)).await?;
    let mut tx = db.write().await?;
    let event = who.event("export.made").reason("payments").field("rows", found.len());
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    tx.commit().await?;
    let head = COLUMNS.map(|name| Cell::Text(name.to_owned()));
    let mut text = format!("\u{feff}{}", semicolons(head));
    for one in &found {
        text.push_str(&semicolons(cells(one)));
    }
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"payments.csv\""))
        .body(text))
}

fn cells(of: &Listed) -> [Cell; COLUMNS.len()] {
    let text = |text: &str| Cell::Text(text.to_owned());
    let time = |at: Option<DateTime<Utc>>| {
        Cell::Text(at.map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default())
    };
    let maybe = |some: &Option<String>| text(some.as_deref().unwrap_or_default());
    let payment = &of.of;
    [
        text(&payment.reference),
        Cell::Text(format!("{},{:02}", payment.amount / 100, payment.amount % 100)),
        text(if payment.is_renewal { "true" } else { "false" }),
        time(Some(payment.asked_at)),
        time(payment.paid_at),
        maybe(&payment.transaction_id),
        text(&payment.error),
        time(payment.used_at),
        Cell::Text(payment.card.map(|card| card.to_string()).unwrap_or_default()),
        time(payment.refunded_at),
        maybe(&of.eppn),
        maybe(&of.name),
        maybe(&of.card_type),
    ]
}
