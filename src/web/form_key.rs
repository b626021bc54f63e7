//! Tokens of forms that stand before any session: an HMAC over the browser's own random id (D21).
use crate::web::cookies;
use actix_web::HttpRequest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use zeroize::Zeroizing;

/// The key of our cookies and forms, shared by all nodes.
#[derive(Clone)]
pub struct FormKey(Zeroizing<Vec<u8>>);

impl FormKey {
    /// Use these bytes, 32 random ones.
    pub fn new(secret: Zeroizing<Vec<u8>>) -> Self {
        Self(secret)
    }

    /// The bytes, for values that another module signs.
    pub fn secret(&self) -> &[u8] {
        &self.0
    }

    /// The form token of a browser that is not signed in.
    pub fn token(&self, browser: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(&[b"form\0", browser.as_bytes()].concat()))
    }

    /// Whether a form came from the browser that got it.
    pub fn fits(&self, request: &HttpRequest, token: &str) -> bool {
        let Some(browser) = cookies::value(request, cookies::FLOW) else { return false };
        let expected = self.token(&browser);
        expected.len() == token.len() && openssl::memcmp::eq(expected.as_bytes(), token.as_bytes())
    }

    /// HMAC-SHA-256.
    fn mac(&self, message: &[u8]) -> Vec<u8> {
        PKey::hmac(&self.0)
            .and_then(|key| {
                let mut signer = Signer::new(MessageDigest::sha256(), &key)?;
                signer.sign_oneshot_to_vec(message)
            })
            .expect("an HMAC needs nothing that could be missing")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::cookie::Cookie;
    use actix_web::test::TestRequest;

    #[test]
    fn a_form_fits_only_the_browser_that_got_it() {
        let key = FormKey::new(Zeroizing::new(vec![7; 32]));
        let token = key.token("browser-a");
        let from = |name: &str| {
            let cookie = Cookie::new(cookies::FLOW, name.to_owned());
            TestRequest::default().cookie(cookie).to_http_request()
        };

        assert!(key.fits(&from("browser-a"), &token));
        assert!(!key.fits(&from("browser-b"), &token));
        assert!(!key.fits(&TestRequest::default().to_http_request(), &token));
    }
}
