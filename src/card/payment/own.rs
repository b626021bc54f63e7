//! `/cards/pay`: what the card costs, the way to Paybox, and the way back.
use super::pages::{PayCard, euros};
use crate::card::asking::Right;
use crate::card::desk::{Desk, Hand};
use crate::card::photos::Parts;
use crate::card::refusal::CardRefusal;
use crate::card::requesting::Applicant;
use crate::identity::SignedIn;
use crate::sso::pages::PostForm;
use crate::web::lang::Lang;
use crate::web::page::{Banner, Page, Place, Tone};
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use url::Url;

impl Desk {
    /// What somebody has to pay before they can ask; `None`: nothing, or not here.
    pub(in crate::card) fn due(&self, of: &Applicant) -> Option<i64> {
        if of.right != Right::Pay {
            return None;
        }
        self.cost(&of.told.card_type, of.had_card)
    }
}

/// What `/cards` says of a payment: `pay` is where the browser came back to, and proves nothing.
pub(in crate::card) fn fact(pay: Option<&str>, right: Option<Right>, lang: Lang) -> Option<Banner> {
    let (tone, key) = match (pay, right?) {
        (_, Right::Paid) => (Tone::Done, "card-pay-done"),
        (Some("done"), Right::Pay) => (Tone::Info, "card-pay-waiting"),
        (Some("refused"), Right::Pay) => (Tone::Warning, "card-pay-refused"),
        (Some("canceled"), Right::Pay) => (Tone::Info, "card-pay-canceled"),
        _ => return None,
    };
    Some(Banner::new(tone, lang.t(key)))
}

/// What it costs.
pub(in crate::card) async fn show(
    frame: Frame,
    who: SignedIn,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let mut tx = db.read().await?;
    let applicant = desk.applicant(&mut tx, who.id(), clock.now()).await?;
    let applicant = applicant.ok_or(CardRefusal::NoHolder)?;
    if applicant.right == Right::Paid {
        return Ok(see_other("/cards"));
    }
    let cents = amount(&desk, &applicant)?;
    let page = PayCard {
        cost: euros(frame.lang, cents),
        is_renewal: applicant.had_card,
        shell: who.shell(&frame, Place::Cards),
    };
    Ok(Page(page).with(StatusCode::OK))
}

fn amount(desk: &Desk, of: &Applicant) -> web::Result<i64> {
    if of.right != Right::Pay {
        return Err(CardRefusal::Ask.into());
    }
    Ok(desk.due(of).ok_or(CardRefusal::PayClosed)?)
}

/// `POST /cards/pay`: an order, and the form that leads to Paybox.
pub(in crate::card) async fn order(
    body: String,
    frame: Frame,
    (who, client): (SignedIn, Client),
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    who.form(&body)?;
    let till = desk.till.as_ref().ok_or(CardRefusal::PayClosed)?;
    let mut tx = db.read().await?;
    let applicant = desk.applicant(&mut tx, who.id(), clock.now()).await?;
    amount(&desk, &applicant.ok_or(CardRefusal::NoHolder)?)?;
    drop(tx);
    let address = till.address().await.ok_or(CardRefusal::PayAway)?;

    let hand = Hand::of(&who, &client, clock.now());
    let mut tx = db.write().await?;
    let (holder, applicant) = desk.enrol(&mut tx, who.id(), hand.now).await?;
    amount(&desk, &applicant)?;
    let made = desk.order(&mut tx, &holder, applicant.had_card, &hand).await?;
    tx.commit().await?;

    let mail = who.person.mail.as_deref().unwrap_or(&holder.eppn);
    let fields = till.form(&made, mail, hand.now).map_err(Error::internal)?;
    let form = PostForm {
        action: address.to_string(),
        portal: "Paybox".to_owned(),
        fields,
        is_farewell: false,
        shell: who.shell(&frame, Place::Cards),
    };
    let mut answer = form.answer();
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, only(address)?);
    Ok(answer)
}

/// The form may lead there and nowhere else (the frame of every page adds the rest).
fn only(address: &Url) -> web::Result<HeaderValue> {
    let policy = format!("form-action 'self' {}", address.origin().ascii_serialization());
    HeaderValue::from_str(&policy).map_err(Error::internal)
}

/// `/cards/pay/{outcome}`: where Paybox sends browsers back to. What they carry counts if Paybox signed it,
/// should its own call not have come through; anything else is left behind.
pub(in crate::card) async fn back(
    request: HttpRequest,
    (_, client): (SignedIn, Client),
    outcome: Path<String>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let known = ["done", "refused", "canceled"].into_iter().find(|known| known == outcome.as_ref());
    let known = known.ok_or(Error::NotFound)?;
    if let Some(told) = desk.signed(request.query_string()) {
        desk.keep_said(&db, &told, &client.trace(), clock.now()).await?;
    }
    Ok(see_other(&format!("/cards?pay={known}")))
}
