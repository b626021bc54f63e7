//! The two languages of our pages, and the texts in them.
//!
//! Texts live in `src/messages/<lang>/*.ftl` (Fluent) and are built into the program. A text is
//! asked for by key; what it says about numbers and plurals is the message file's business.
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid};
use std::borrow::Cow;
use std::collections::HashMap;

mod dates;
#[cfg(test)]
mod tests;

mod loader {
    //! The message files, parsed at first use.
    use super::numbers;

    fluent_templates::static_loader! {
        pub(super) static TEXTS = {
            locales: "./src/messages",
            fallback_language: "fr",
            customise: |bundle| {
                bundle.set_use_isolating(false);
                bundle.set_formatter(Some(numbers::format));
            },
        };
    }
}

mod numbers;

/// The cookie that keeps the choice of a language.
pub const COOKIE: &str = "lang";

static FRENCH: LanguageIdentifier = langid!("fr");
static ENGLISH: LanguageIdentifier = langid!("en");

/// A language that we speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// French, unless asked otherwise.
    #[default]
    Fr,
    /// English.
    En,
}

/// Something that may be put into a text.
pub trait Argument {
    /// The value as Fluent wants it: numbers stay numbers, for plurals.
    fn value(&self) -> FluentValue<'static>;
}

impl Lang {
    /// The language of an answer: what the person chose, else what the browser prefers, else
    /// French. Both are taken as they came, however broken.
    pub fn choose(cookie: Option<&str>, accept_language: Option<&str>) -> Self {
        cookie
            .and_then(Self::parse)
            .or_else(|| accept_language.and_then(preferred))
            .unwrap_or_default()
    }

    /// `fr` or `en`, with or without a region behind (`en-GB`).
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split('-').next()?;
        [Self::Fr, Self::En].into_iter().find(|lang| primary.eq_ignore_ascii_case(lang.code()))
    }

    /// The tag for `lang` attributes and the cookie.
    pub fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// The other language.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Fr => Self::En,
            Self::En => Self::Fr,
        }
    }

    /// The cookie that makes this language stay for a year.
    pub fn cookie(self) -> Cookie<'static> {
        Cookie::build(COOKIE, self.code())
            .path("/")
            .max_age(Duration::days(365))
            .same_site(SameSite::Lax)
            .secure(true)
            .http_only(true)
            .finish()
    }

    /// The text under `key` (`message` or `message.attribute`).
    pub fn t(self, key: &str) -> String {
        loader::TEXTS.lookup(self.id(), key)
    }

    /// The text under `key` with values put in.
    pub fn t_with(self, key: &str, arguments: &[(&'static str, &dyn Argument)]) -> String {
        let values: HashMap<Cow<'static, str>, FluentValue<'static>> =
            arguments.iter().map(|(name, value)| (Cow::Borrowed(*name), value.value())).collect();
        loader::TEXTS.lookup_with_args(self.id(), key, &values)
    }

    /// The text under a key that may be missing, such as the code of a finding.
    pub fn try_t(self, key: &str) -> Option<String> {
        loader::TEXTS.try_lookup(self.id(), key)
    }

    fn id(self) -> &'static LanguageIdentifier {
        match self {
            Self::Fr => &FRENCH,
            Self::En => &ENGLISH,
        }
    }
}

/// The one of our languages with the highest weight; of equal weights the one named first.
fn preferred(accept_language: &str) -> Option<Lang> {
    let mut best: Option<(f32, Lang)> = None;
    for range in accept_language.split(',').take(32) {
        let (tag, weight) = weighted(range);
        let Some(lang) = Lang::parse(tag) else { continue };
        if weight > best.map_or(0.0, |(weight, _)| weight) {
            best = Some((weight, lang));
        }
    }
    best.map(|(_, lang)| lang)
}

/// `en;q=0.8` → `en`, 0.8. A weight that is no number counts as 0 (RFC 9110 §12.4.2).
fn weighted(range: &str) -> (&str, f32) {
    let Some((tag, parameters)) = range.split_once(';') else { return (range, 1.0) };
    let weight = parameters.trim().strip_prefix("q=").and_then(|q| q.trim().parse::<f32>().ok());
    (tag, weight.filter(|q| (0.0..=1.0).contains(q)).unwrap_or(0.0))
}

impl Argument for str {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::String(Cow::Owned(self.to_owned()))
    }
}

impl Argument for String {
    fn value(&self) -> FluentValue<'static> {
        self.as_str().value()
    }
}

impl<A: Argument + ?Sized> Argument for &A {
    fn value(&self) -> FluentValue<'static> {
        (**self).value()
    }
}

impl Argument for usize {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::from(*self)
    }
}

impl Argument for u32 {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::from(*self)
    }
}

impl Argument for u64 {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::from(*self)
    }
}
