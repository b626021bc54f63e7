//! Who answers to a login, and whether the password is theirs (D23).
use super::directories::{Directories, Source};
use super::lockout::Counted;
use super::{Found, Password, SourceError};
use futures_util::future::join_all;

/// What somebody typed to sign in.
pub struct Typed<'a> {
    /// The login.
    pub login: &'a str,
    /// The password.
    pub password: &'a Password,
    /// The answer to [`Attempt::Several`]: the source that is meant.
    pub only: Option<&'a str>,
    /// Whether this browser once signed in as this login.
    pub is_known_browser: bool,
}

/// What came of a login and a password.
pub enum Attempt {
    /// The password is right.
    Right(Box<Found>),
    /// Unknown login or wrong password: nobody is told which.
    Wrong,
    /// The directory would lock the account if this password were wrong: not for so long.
    TooEarly(chrono::Duration),
    /// Several sources know the login: which one is meant? Names and labels.
    Several(Vec<(String, String)>),
}

impl Directories {
    /// Look a login up everywhere, then check the password where it was found.
    pub async fn sign_in(&self, typed: &Typed<'_>) -> Result<Attempt, SourceError> {
        let hits = self.find(typed).await?;
        if hits.len() > 1 {
            let names = hits.iter().map(|(s, _)| (s.name.clone(), s.label.clone()));
            return Ok(Attempt::Several(names.collect()));
        }
        let hit = hits.into_iter().next();
        let Some(guard) = &self.guard else {
            let is_right = self.verify(hit.as_ref(), typed).await?;
            return self.attempt(hit, is_right).await;
        };
        let counted = Counted::of(typed.login, hit.as_ref().map(|(_, found)| found));
        if let Some(left) = guard.admit(&counted, typed.is_known_browser).await? {
            return Ok(Attempt::TooEarly(left));
        }
        let verdict = self.verify(hit.as_ref(), typed).await;
        match &verdict {
            Ok(true) => guard.forgive(&counted).await?,
            // Who did not answer in time may have heard the question.
            Ok(false) | Err(SourceError::TimedOut) => {}
            Err(_) => guard.take_back(&counted).await?,
        }
        self.attempt(hit, verdict?).await
    }

    /// Who knows the login. An error only where nobody does and somebody could not tell.
    async fn find<'a>(
        &'a self,
        typed: &Typed<'a>,
    ) -> Result<Vec<(&'a Source, Found)>, SourceError> {
        let asked: Vec<&Source> = self.asked(typed.only).collect();
        let answers = join_all(asked.iter().map(|source| source.find(typed.login))).await;
        let mut hits = Vec::new();
        let mut trouble = None;
        for (source, answer) in asked.into_iter().zip(answers) {
            match answer {
                // Two entries with one login are nobody (SEC-33).
                Ok(found) if found.len() == 1 => {
                    hits.extend(found.into_iter().map(|found| (source, found)));
                }
                Ok(_) => {}
                Err(error) => {
                    let name = &source.name;
                    tracing::warn!(source = name, error = %error, "source {name} did not answer");
                    trouble = Some(error);
                }
            }
        }
        match trouble {
            Some(trouble) if hits.is_empty() => Err(trouble),
            _ => Ok(hits),
        }
    }

    fn asked<'a>(&'a self, only: Option<&'a str>) -> impl Iterator<Item = &'a Source> {
        let sources = self.sources.iter().filter(|source| source.takes_passwords());
        sources.filter(move |source| only.is_none_or(|name| source.name == name))
    }

    /// Whether the password is that of the entry; a login that nobody has takes as long.
    async fn verify(
        &self,
        hit: Option<&(&Source, Found)>,
        typed: &Typed<'_>,
    ) -> Result<bool, SourceError> {
        if let Some((source, found)) = hit {
            return source.verify(found, typed.password).await;
        }
        if let Some(first) = self.asked(typed.only).next() {
            first.pretend(typed.password).await?;
        }
        Ok(false)
    }

    async fn attempt(
        &self,
        hit: Option<(&Source, Found)>,
        is_right: bool,
    ) -> Result<Attempt, SourceError> {
        let Some((source, found)) = hit.filter(|_| is_right) else { return Ok(Attempt::Wrong) };
        let found = source.complete(found, &self.profiles).await?;
        Ok(Attempt::Right(Box::new(found)))
    }
}
