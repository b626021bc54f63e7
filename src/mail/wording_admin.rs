//! Texts of messages in the administration.
use super::account::MailAddress;
use super::account_admin::to;
use super::pages::{TextPage, TextRow, TextsPage, Version};
use super::post::Mailer;
use super::store::{self, WordingRow};
use super::template::Template;
use super::trying::{Handover, Trial};
use super::wording::NotTaken;
use super::words::{Part, Words};
use crate::audit::Event;
use crate::db::{Db, Tx};
use crate::identity::SignedIn;
use crate::identity::store::find_person;
use crate::jobs::Desk;
use crate::web::lang::Lang;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

type Parts = (Data<Db>, Data<Mailer>, Data<Desk>);

/// Which text an address names.
type Name = Path<(String, String)>;

/// All texts, and which of them administrators wrote.
pub(super) async fn all(
    frame: Frame,
    who: SignedIn,
    (db, mailer, desk): Parts,
) -> web::Result<HttpResponse> {
    let mut tx = db.read().await?;
    let damaged = mailer.damaged_words(&mut tx).await?;
    let mut rows = Vec::new();
    for (template, lang) in texts() {
        let found = store::wordings(&mut tx, template.as_str(), lang.code()).await?;
        let last = match found.first().filter(|row| row.subject.is_some()) {
            Some(row) => Some(version(&mut tx, row, (&frame, &desk)).await?),
            None => None,
        };
        rows.push(TextRow {
            template,
            lang,
            last,
            is_damaged: damaged.contains(&format!("{}.{}", template.as_str(), lang.code())),
        });
    }
    Ok(Page(TextsPage { shell: who.shell(&frame, Place::Mail), rows }).with(StatusCode::OK))
}

/// One text as it is in force, or one of its versions.
pub(super) async fn edit(
    name: Name,
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let name = named(&name)?;
    let query = Fields::parse(request.query_string())?;
    let wanted = query.get("version").and_then(|number| number.parse::<i64>().ok());
    let mut tx = parts.0.read().await?;
    let rows = store::wordings(&mut tx, name.0.as_str(), name.1.code()).await?;
    let row = match wanted {
        Some(number) => rows.iter().find(|row| row.number == number),
        None => rows.first(),
    };
    let words = row.and_then(WordingRow::words).unwrap_or_else(|| name.0.default_words(name.1));
    let page = page(&mut tx, (&frame, &who), (name, words), &parts).await?;
    Ok(Page(page).with(StatusCode::OK))
}

/// Keep a text, if it can be used.
pub(super) async fn save(
    name: Name,
    body: String,
    frame: Frame,
    (who, client): (SignedIn, Client),
    parts: Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let (template, lang) = named(&name)?;
    let (words, seen) = read(&fields);
    let (db, mailer, _) = &parts;
    let (mut tx, trace) = (db.write().await?, client.trace());
    let which = (template, lang, seen);
    let refused = match mailer.keep_words(&mut tx, which, Some(&words), (&who, &trace)).await {
        Ok(()) => {
            tx.commit().await?;
            return Ok(to(&address(template, lang)));
        }
        Err(refused) => refused,
    };
    drop(tx);
    let code = match &refused {
        NotTaken::Faults(_) => "E-MAIL-TEXT",
        NotTaken::Stale => "E-MAIL-STALE",
        NotTaken::Database(_) => return Err(Error::internal(refused)),
    };
    let mut tx = db.write().await?;
    let event = Event::refused("mail.wording_changed", code).by(who.id(), &who.session.short());
    let event = event.field("template", template.as_str()).field("lang", lang.code());
    event.record(&mut tx, &trace, mailer.post.clock.now()).await?;
    let mut page = page(&mut tx, (&frame, &who), ((template, lang), words), &parts).await?;
    tx.commit().await?;
    // Whoever began from an older one sees both, and decides: saving again replaces the newer one.
    page.is_stale = matches!(refused, NotTaken::Stale);
    if !page.is_stale {
        page.seen = seen;
    }
    let status =
        if page.is_stale { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(Page(page).with(status))
}

/// Look at a text without keeping it.
pub(super) async fn preview(
    name: Name,
    body: String,
    frame: Frame,
    who: SignedIn,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let (words, seen) = read(&fields);
    let mut tx = parts.0.read().await?;
    let page = page(&mut tx, (&frame, &who), (named(&name)?, words), &parts).await?;
    let status = page.status();
    Ok(Page(TextPage { seen, ..page }).with(status))
}

/// Send a text to whoever edits it, with made-up values, through the usual account.
pub(super) async fn test(
    name: Name,
    body: String,
    frame: Frame,
    (who, client): (SignedIn, Client),
    parts: Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let (template, lang) = named(&name)?;
    if !template.parts().contains(&Part::Html) {
        return Err(Error::NotFound);
    }
    let (words, seen) = read(&fields);
    let (db, mailer, _) = &parts;
    let mut tx = db.read().await?;
    let page = page(&mut tx, (&frame, &who), ((template, lang), words), &parts).await?;
    let account = store::default_account(&mut tx).await?;
    drop(tx);
    let own = who.person.mail.as_deref().and_then(MailAddress::parse);
    let (Some(own), Some(account), Some(written)) = (own, account, page.written.clone()) else {
        let (nowhere, status) = (page.written.is_some(), StatusCode::UNPROCESSABLE_ENTITY);
        return Ok(Page(TextPage { seen, nowhere, ..page }).with(status));
    };
    let trial = Trial { to: own, lang, written };
    let tried: Handover = mailer.try_out(db, &account, Some(&trial)).await;
    let event =
        who.event("mail.tested").reason(tried.outcome()).field("template", template.as_str());
    let event = event.field("account", account.id.to_string());
    let mut tx = db.write().await?;
    event.record(&mut tx, &client.trace(), mailer.post.clock.now()).await?;
    tx.commit().await?;
    let page = TextPage { seen, tried: Some((trial.to.as_str().to_owned(), tried)), ..page };
    Ok(Page(page).with(StatusCode::OK))
}

/// Take the default again. What was written stays in the list of versions.
pub(super) async fn restore(
    name: Name,
    body: String,
    (who, client): (SignedIn, Client),
    (db, mailer): (Data<Db>, Data<Mailer>),
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let (template, lang) = named(&name)?;
    let (_, seen) = read(&fields);
    let (mut tx, trace) = (db.write().await?, client.trace());
    match mailer.keep_words(&mut tx, (template, lang, seen), None, (&who, &trace)).await {
        Ok(()) => tx.commit().await?,
        Err(NotTaken::Stale) => {
            let (code, event) = ("E-MAIL-STALE", "mail.wording_changed");
            return Err(web::Refusal::new(code, StatusCode::CONFLICT, event).into());
        }
        Err(error) => return Err(Error::internal(error)),
    }
    Ok(to(&address(template, lang)))
}

fn texts() -> impl Iterator<Item = (Template, Lang)> {
    Template::ALL.into_iter().flat_map(|template| [(template, Lang::Fr), (template, Lang::En)])
}

fn named(name: &(String, String)) -> web::Result<(Template, Lang)> {
    let found = texts().find(|(template, lang)| {
        template.as_str() == name.0.as_str() && lang.code() == name.1.as_str()
    });
    found.ok_or(Error::NotFound)
}

fn address(template: Template, lang: Lang) -> String {
    format!("/admin/mail/templates/{}/{}", template.as_str(), lang.code())
}

/// What was typed, and from which version.
fn read(fields: &Fields) -> (Words, i64) {
    let text = |part: Part| fields.get(part.as_str()).unwrap_or_default().replace("\r\n", "\n");
    let words =
        Words { subject: text(Part::Subject), text: text(Part::Text), html: text(Part::Html) };
    let seen = fields.get("version").and_then(|number| number.parse().ok()).unwrap_or(0);
    (words, seen)
}

async fn version(
    tx: &mut Tx,
    row: &WordingRow,
    (frame, desk): (&Frame, &Desk),
) -> sqlx::Result<Version> {
    let by = match row.person {
        Some(person) => find_person(tx, person).await?.map(|person| person.display_name),
        None => None,
    };
    Ok(Version {
        number: row.number,
        at: frame.lang.moment(row.changed_at.with_timezone(&desk.zone).naive_local()),
        by: by.unwrap_or_default(),
        is_default: row.subject.is_none(),
    })
}

/// The page of a text with these words in the form.
async fn page(
    tx: &mut Tx,
    (frame, who): (&Frame, &SignedIn),
    ((template, lang), words): ((Template, Lang), Words),
    (_, mailer, desk): &Parts,
) -> web::Result<TextPage> {
    let rows = store::wordings(tx, template.as_str(), lang.code()).await?;
    let mut versions = Vec::new();
    for row in &rows {
        versions.push(version(tx, row, (frame, desk)).await?);
    }
    let values = mailer.samples(template);
    let faults = words.faults(template.parts(), &values);
    let written = if faults.is_empty() { words.write(&values).ok() } else { None };
    let mut frame = frame.clone();
    frame.here = address(template, lang);
    Ok(TextPage {
        shell: who.shell(&frame, Place::Mail),
        name: Some((template, lang)),
        seen: versions.first().map_or(0, |version| version.number),
        is_own: versions.first().is_some_and(|version| !version.is_default),
        words,
        faults,
        written,
        versions,
        ..TextPage::default()
    })
}
