//! To an identity provider and back.
use super::away::{Away, PATIENCE, State};
use super::stop::Stop;
use super::{Question, UpstreamError};
use crate::identity::MaybeSignedIn;
use crate::identity::token::Token;
use crate::sso::carried::Carried;
use crate::web::query::Fields;
use crate::web::redirect::found;
use crate::web::{self, Error, cookies};
use actix_web::HttpResponse;
use actix_web::web::Path;

/// `/login/with/NAME`: off to the provider.
pub(in crate::sso) async fn begin(name: Path<String>, stop: Stop) -> web::Result<HttpResponse> {
    let upstream = stop.settings.upstreams.get(&name).ok_or(Error::NotFound)?;
    let carried = Carried::of(&Fields::parse(stop.request.query_string())?);
    let state = State::new();
    let question = Question {
        back: &stop.way_back(upstream),
        state: &state.text(),
        is_fresh: carried.wants_fresh(),
        now: stop.now,
    };
    let (address, kept) = match upstream.question(&question).await {
        Ok(asked) => asked,
        Err(error) => return stop.failed(upstream, carried, &error).await,
    };
    let known = cookies::value(&stop.request, cookies::FLOW).and_then(|it| Token::parse(&it));
    let browser = known.unwrap_or_default();
    let away = Away::new(&upstream.name, &state, &browser, kept, carried, stop.now);
    let mut tx = stop.db.write().await?;
    away.keep(&mut tx, &state).await?;
    tx.commit().await?;
    let mut answer = found(&address);
    let _ = answer.add_cookie(&cookies::flow(browser.as_str().to_owned()));
    Ok(answer)
}

/// `/login/from/NAME`: back from the provider.
pub(in crate::sso) async fn come_back(
    name: Path<String>,
    who: MaybeSignedIn,
    stop: Stop,
) -> web::Result<HttpResponse> {
    let upstream = stop.settings.upstreams.get(&name).ok_or(Error::NotFound)?;
    let query = Fields::parse(stop.request.query_string())?;
    let Some(away) = stop.take(&name, query.any(&["state", "journey"])).await? else {
        if who.0.is_some() {
            // Another tab was faster, or the person went back: they are in.
            return Ok(found("/dispatch"));
        }
        let error = UpstreamError::NotBelieved("state");
        return stop.failed(upstream, Carried::default(), &error).await;
    };
    let carried = away.carried();
    let back = stop.way_back(upstream);
    match upstream.answer(&back, &query, away.kept, (away.since, stop.now)).await {
        Ok(told) => {
            let proved = told.proved_at.unwrap_or(away.since - PATIENCE);
            stop.enter(&told, upstream, carried, proved).await
        }
        Err(error) => stop.failed(upstream, carried, &error).await,
    }
}

impl Stop {
    /// The journey that ends here: of this provider, in this browser, and only once.
    async fn take(&self, name: &str, state: Option<&str>) -> web::Result<Option<Away>> {
        if !state.is_some_and(State::is_one) {
            return Ok(None);
        }
        let mut tx = self.db.write().await?;
        let Some((id, away)) = Away::find(&mut tx, state, self.now).await? else {
            return Ok(None);
        };
        let browser = cookies::value(&self.request, cookies::FLOW).unwrap_or_default();
        if away.upstream != name || !away.is_of(&browser) {
            return Ok(None);
        }
        let is_first = Away::end(&mut tx, id).await?;
        tx.commit().await?;
        Ok(is_first.then_some(away))
    }
}
