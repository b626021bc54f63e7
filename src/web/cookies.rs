//! Our cookies, each with its fixed attributes (SEC-17, SEC-18).
use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

/// The session; gone when the browser closes.
pub const SESSION: &str = "__Host-sid";
/// Names a browser on its way through sign-in; authenticates nobody.
pub const FLOW: &str = "__Host-flow";
/// Names a browser that signed in before, for its own failure counter.
pub const DEVICE: &str = "__Host-device";
/// The remembered choice of a school.
pub const CHOICE: &str = "__Host-dispatch_choice";
/// The identity provider by which this browser came last.
pub const UPSTREAM: &str = "__Host-idp";
/// Names the browser in which somebody says that two accounts are theirs.
pub const JOINING: &str = "__Host-join";
/// The scan of a code on the wall, until its student is marked.
pub const SCAN: &str = "__Host-scan";
/// The language.
pub const LANGUAGE: &str = "lang";

/// A cookie of the browser's session.
pub fn session(name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .finish()
}

/// A cookie that stays for some seconds.
pub fn lasting(name: &'static str, value: String, seconds: i64) -> Cookie<'static> {
    let mut cookie = session(name, value);
    cookie.set_max_age(Duration::seconds(seconds));
    cookie
}

/// The flow cookie: sent on cross-site POSTs too, because identity providers answer by them.
pub fn flow(value: String) -> Cookie<'static> {
    let mut cookie = lasting(FLOW, value, 600);
    cookie.set_same_site(SameSite::None);
    cookie
}

/// Makes the browser forget one of ours.
pub fn forget(name: &'static str) -> Cookie<'static> {
    lasting(name, String::new(), 0)
}

/// The value of a cookie; over-long ones count as absent (SEC-19).
pub fn value(request: &HttpRequest, name: &str) -> Option<String> {
    let cookie = request.cookie(name)?;
    (cookie.value().len() <= 1024).then(|| cookie.value().to_owned())
}
