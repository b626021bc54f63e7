//! Keys of portals that sign.
use aiguillage::sso::saml::Signer;
use std::fs;
use std::path::Path;

/// One of the keys beside the tests.
pub(super) fn signer(name: &str) -> Signer {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/data/saml");
    let read = |kind: &str| fs::read(data.join(format!("{name}.{kind}.pem"))).expect("a file");
    Signer::from_pem(&read("key"), &read("cert")).expect("a key")
}

/// How metadata names it.
pub(super) fn key_descriptor(name: &str) -> String {
    let certificate = signer(name).certificate_base64().expect("base64");
    format!(
        r#"<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"#
    )
}
