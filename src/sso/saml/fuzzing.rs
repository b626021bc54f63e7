//! What strangers can feed us, as functions that must never panic: called by the fuzz targets
//! and, with their corpus, by the tests.
use super::attributes::RelayStateRule;
use super::gate::{Profile, admit};
use super::inflate::inflate;
use super::redirect_binding::{Carried, from_base64};
use super::relay_state::RelayState;
use super::shape::{self, Algorithms};
use super::signed_metadata::signed_metadata;
use crate::web::redirect::{Origins, Rule, Target};

/// Any bytes through the gate and, when they pass, the shape checks and our own canonical form.
pub fn gate(bytes: &[u8]) {
    let _ = signed_metadata(bytes, &[]);
    for profile in [Profile::Message, Profile::Logout, Profile::Metadata] {
        let Ok(root) = admit(bytes, profile) else { continue };
        let _ = shape::authn_request(&root, Algorithms::Modern);
        let _ = shape::response(&root, Algorithms::WithSha1);
        let _ = shape::signed_metadata(&root, Algorithms::Modern);
    }
}

/// Any bytes as a deflated message.
pub fn inflater(bytes: &[u8]) {
    let Ok(message) = inflate(bytes) else { return };
    assert!(message.len() <= 64 * 1024, "inflated past the limit");
}

/// Any text as a query of the Redirect binding or a field of a form.
pub fn query(text: &str) {
    let _ = from_base64(text);
    let Ok(carried) = Carried::parse(text, "SAMLRequest") else { return };
    let _ = carried.message();
    let _ = carried.relay_state();
    let _ = carried.verify(&[], Algorithms::Modern);
}

/// Any text as RelayState or redirect target; what passes stays where it should.
pub fn relay_state(text: &str) {
    let mut origins = Origins::default();
    origins.allow("https://ok.example", false);
    for rule in [RelayStateRule::Address, RelayStateRule::Opaque] {
        let _ = RelayState::parse(text, rule, &origins);
    }
    if let Ok(target) = Target::parse(text, Rule::AllowedOrigin(&origins)) {
        assert!(target.as_str().starts_with("https://ok.example/"), "left the list");
    }
    if let Ok(target) = Target::parse(text, Rule::OwnPath) {
        assert!(target.as_str().is_ascii() && !target.as_str().starts_with("//"), "left the house");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in ".{0,120}") {
            super::gate(&bytes);
            super::inflater(&bytes);
            super::query(&text);
            super::relay_state(&text);
        }
    }
}
