//! Where a browser may be sent when a request says where: the one check for all of them.
//!
//! A target is either a path of our own, or an address whose origin is on a list. Both are read
//! the way browsers read them (WHATWG URL), so that nothing means one thing here and another
//! there. What comes out is printable ASCII and can stand in a header.
use actix_web::HttpResponse;
use actix_web::http::header;
use std::collections::BTreeSet;
use std::fmt;
use url::{Host, Position, Url};

/// Longest target, bytes.
const MOST_BYTES: usize = 2048;

/// Origins that browsers may be sent to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins(BTreeSet<String>);

/// What a target may be.
#[derive(Debug, Clone, Copy)]
pub enum Rule<'a> {
    /// A path on this service.
    OwnPath,
    /// An address with one of these origins.
    AllowedOrigin(&'a Origins),
}

/// A target that is safe to send a browser to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target(String);

/// Why a target is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefusedTarget {
    /// Empty or longer than 2048 bytes.
    #[error("empty or too long")]
    Length,
    /// Control characters, backslashes or blanks around it.
    #[error("characters that browsers read in surprising ways")]
    Characters,
    /// Not a path of ours.
    #[error("not a path on this service")]
    NotOurs,
    /// Not an address, or one with a user name or a scheme that is not the web's.
    #[error("not a plain web address")]
    NotAnAddress,
    /// The origin is not on the list.
    #[error("the origin is not allowed")]
    Origin,
}

impl Origins {
    /// Allow the origin of an address. `http` is for this machine only, unless `http` is true.
    /// Whether the address was taken.
    pub fn allow(&mut self, address: &str, http: bool) -> bool {
        let Ok(url) = Url::parse(address.trim()) else { return false };
        let taken = url.scheme() == "https" || (url.scheme() == "http" && (http || is_local(&url)));
        if taken {
            self.0.insert(url.origin().ascii_serialization());
        }
        taken
    }

    /// Whether an address has one of these origins.
    pub fn contains(&self, url: &Url) -> bool {
        self.0.contains(&url.origin().ascii_serialization())
    }

    /// The origins, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// These and others.
    pub fn extend(&mut self, others: &Self) {
        self.0.extend(others.0.iter().cloned());
    }
}

/// Whether an address leads to this machine.
pub fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl Target {
    /// Check a target that came with a request.
    pub fn parse(text: &str, rule: Rule<'_>) -> Result<Self, RefusedTarget> {
        must_be_plain(text)?;
        match rule {
            Rule::OwnPath => own_path(text),
            Rule::AllowedOrigin(origins) => allowed(text, origins),
        }
    }

    /// The target, printable ASCII.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An address that came with a request, for those who have to look at more than its origin.
pub fn parse_address(text: &str) -> Result<Url, RefusedTarget> {
    must_be_plain(text)?;
    web_address(text)
}

fn must_be_plain(text: &str) -> Result<(), RefusedTarget> {
    if text.is_empty() || text.len() > MOST_BYTES {
        return Err(RefusedTarget::Length);
    }
    let surprising = |c: char| c.is_control() || c == '\\' || c == '\u{FEFF}';
    if text.contains(surprising) || text.trim() != text {
        return Err(RefusedTarget::Characters);
    }
    Ok(())
}

fn own_path(text: &str) -> Result<Target, RefusedTarget> {
    if !is_path(text) {
        return Err(RefusedTarget::NotOurs);
    }
    let here = Url::parse("https://here.invalid").expect("the literal is an address");
    let there = here.join(text).map_err(|_| RefusedTarget::NotOurs)?;
    let path = &there[Position::BeforePath..];
    let stays = there.origin() == here.origin() && is_path(path);
    if stays { Ok(Target(path.to_owned())) } else { Err(RefusedTarget::NotOurs) }
}

/// 302: over there, this time.
pub fn found(to: &str) -> HttpResponse {
    HttpResponse::Found().insert_header((header::LOCATION, to)).finish()
}

/// 303: what was asked for is done, and the page is over there.
pub fn see_other(to: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish()
}

/// Whether a text starts with one slash and no second one.
fn is_path(text: &str) -> bool {
    let rest = text.strip_prefix('/');
    rest.is_some_and(|rest| !rest.starts_with(['/', '\\']))
}

fn allowed(text: &str, origins: &Origins) -> Result<Target, RefusedTarget> {
    let url = web_address(text)?;
    if !origins.contains(&url) {
        return Err(RefusedTarget::Origin);
    }
    Ok(Target(url.into()))
}

/// An address that was written out in full, without a user name.
fn web_address(text: &str) -> Result<Url, RefusedTarget> {
    let spelled_out = text
        .split_once("://")
        .is_some_and(|(scheme, rest)| is_web(scheme) && !rest.starts_with('/'));
    if !spelled_out {
        return Err(RefusedTarget::NotAnAddress);
    }
    let url = Url::parse(text).map_err(|_| RefusedTarget::NotAnAddress)?;
    if !url.username().is_empty() || url.password().is_some() || has_user(text) {
        return Err(RefusedTarget::NotAnAddress);
    }
    Ok(url)
}

fn is_web(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}

/// Whether something stands before an `@` in the authority, even an empty name.
fn has_user(text: &str) -> bool {
    let behind = text.split_once("://").map_or("", |(_, rest)| rest);
    behind.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@'))
}

#[cfg(test)]
pub(crate) mod tests;
