//! Controls: somebody scans the code of a certificate, follows its link, or types its number.
use super::error::ProofError;
use super::jws::{Jws, Kind};
use super::padding::padded;
use super::pages::{Control, TypeSerial, VerifyHere};
use super::payload::Payload;
use super::prover::Prover;
use super::store;
use super::token::Token;
use super::verdict::Shown;
use crate::clock::Clock;
use crate::figures;
use crate::identity::MaybeSignedIn;
use crate::web::error::{Error, Refusal, TurnedAway};
use crate::web::page::{Page, Place, Shell};
use crate::web::query::Fields;
use crate::web::rate_limits::Rate;
use crate::web::{self, Client, Frame};
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::Duration;
use uuid::Uuid;

/// Controls of one address: thirty at once, then thirty a minute.
fn rate() -> Rate {
    Rate::new(30, Duration::seconds(2))
}

/// Who asks, and whether they may ask again already.
fn admit(prover: &Prover, client: &Client, who: &MaybeSignedIn) -> web::Result<()> {
    if who.0.is_some() {
        return Ok(());
    }
    let taken = prover.controls.take(&client.network(), rate(), prover.clock.now());
    taken.map_err(|wait| {
        figures::count_rate_limited("control");
        let seconds = u64::try_from(wait.num_seconds()).unwrap_or(0) + 1;
        TurnedAway::new("E-TOO-MANY", StatusCode::TOO_MANY_REQUESTS, seconds).into()
    })
}

fn malformed() -> Error {
    Refusal::new("E-PROOF-SHAPE", StatusCode::BAD_REQUEST, "proof.refused").into()
}

fn shell(frame: &Frame, who: &MaybeSignedIn) -> Shell {
    match &who.0 {
        Some(who) => who.shell(frame, Place::Elsewhere),
        None => frame.shell(""),
    }
}

/// The result has an address of its own, so that what was shown leaves the address bar.
fn see(prover: &Prover, shown: Shown) -> web::Result<HttpResponse> {
    let name = prover.seal_shown(shown)?;
    let place = (header::LOCATION, format!("/v/r/{name}"));
    Ok(HttpResponse::SeeOther().insert_header(place).insert_header(NO_INDEX).finish())
}

const NO_INDEX: (&str, &str) = ("X-Robots-Tag", "noindex");

/// `/v/{token}`: the code of a certificate.
pub(super) async fn by_path(
    token: Path<String>,
    client: Client,
    who: MaybeSignedIn,
    prover: Data<Prover>,
) -> web::Result<HttpResponse> {
    admit(&prover, &client, &who)?;
    padded(by_token(&prover, &token)).await
}

/// `/v?t=`: the same for servers that refuse long paths. `/v` alone checks files in the browser.
pub(super) async fn by_query(
    request: HttpRequest,
    (client, frame): (Client, Frame),
    who: MaybeSignedIn,
    prover: Data<Prover>,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    if let Some(token) = query.get("t") {
        admit(&prover, &client, &who)?;
        return padded(by_token(&prover, token)).await;
    }
    let (keys, list) = match prover.revoked_list().await {
        Ok(list) => (prover.trust().await?.published(), list),
        // There is nothing to be checked yet.
        Err(ProofError::NoKey) => (String::new(), String::new()),
        Err(error) => return Err(error.into()),
    };
    let page = VerifyHere { shell: shell(&frame, &who), keys, list };
    Ok(Page(page).with(StatusCode::OK))
}

async fn by_token(prover: &Prover, token: &str) -> web::Result<HttpResponse> {
    let token = Token::parse(token).ok_or_else(malformed)?;
    let presence = prover.presence_of(&token).await?;
    see(prover, presence.map_or(Shown::Unknown, Shown::Token))
}

/// `/c/{cid}`: the link of a certificate.
pub(super) async fn by_id(
    id: Path<String>,
    client: Client,
    who: MaybeSignedIn,
    prover: Data<Prover>,
) -> web::Result<HttpResponse> {
    admit(&prover, &client, &who)?;
    let id: Uuid = id.parse().map_err(|_| malformed())?;
    see(&prover, Shown::Certificate(id))
}

/// `/c`: where a serial number is typed, and what it comes to: initials only (D44).
pub(super) async fn by_serial(
    request: HttpRequest,
    (client, frame): (Client, Frame),
    who: MaybeSignedIn,
    prover: Data<Prover>,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let Some(serial) = query.get("serial") else {
        let page = TypeSerial { shell: shell(&frame, &who) };
        return Ok(Page(page).with(StatusCode::OK));
    };
    admit(&prover, &client, &who)?;
    let serial: String = serial.split_whitespace().collect::<String>().to_uppercase();
    let found = store::by_serial(&mut prover.db.read().await?, &serial).await?;
    see(&prover, found.map_or(Shown::Unknown, |row| Shown::Serial(row.id)))
}

/// `/v/r/{name}`: the result.
pub(super) async fn result(
    name: Path<String>,
    frame: Frame,
    who: MaybeSignedIn,
    (prover, _): (Data<Prover>, Data<Clock>),
) -> web::Result<HttpResponse> {
    let expired = || Refusal::new("E-PROOF-OVER", StatusCode::GONE, "proof.refused");
    let shown = prover.open_shown(&name).ok_or_else(expired)?;
    let viewer = who.0.as_ref().map(|who| who.person.id);
    let judged = prover.judge(shown, viewer).await?;
    let page = Control::of(shell(&frame, &who), &judged, prover.zone);
    let mut answer = Page(page).with(StatusCode::OK);
    answer.headers_mut().insert(
        header::HeaderName::from_static("x-robots-tag"),
        header::HeaderValue::from_static("noindex"),
    );
    Ok(answer)
}

/// `POST /api/v1/verify`: a token, an id or a statement, for programs.
pub(super) async fn verify(
    body: String,
    client: Client,
    who: MaybeSignedIn,
    prover: Data<Prover>,
) -> web::Result<HttpResponse> {
    admit(&prover, &client, &who)?;
    let question: Question = serde_json::from_str(&body).map_err(|_| malformed())?;
    padded(async {
        let shown = question.shown(&prover).await?;
        let viewer = who.0.as_ref().map(|who| who.person.id);
        let judged = prover.judge(shown, viewer).await?;
        Ok(HttpResponse::Ok().json(judged.told(prover.zone)))
    })
    .await
}

/// One of three.
#[derive(serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Question {
    Token(String),
    Cid(Uuid),
    Jws(String),
}

impl Question {
    async fn shown(self, prover: &Prover) -> web::Result<Shown> {
        match self {
            Self::Token(text) => {
                let token = Token::parse(&text).ok_or_else(malformed)?;
                Ok(prover.presence_of(&token).await?.map_or(Shown::Unknown, Shown::Token))
            }
            Self::Cid(id) => Ok(Shown::Certificate(id)),
            Self::Jws(text) => {
                let jws = Jws::parse(&text).map_err(|_| malformed())?;
                let said: Result<Payload, _> = prover.trust().await?.check(&jws, Kind::Certificate);
                Ok(said.map_or(Shown::Unknown, |said| Shown::Certificate(said.jti)))
            }
        }
    }
}
