//! A school's portal as schools run them: Apache with `mod_auth_mellon`.
//!
//! The portal stands on `127.0.0.1` and the service on `localhost`, so that browsers see two
//! sites. `/` is open, `/secret` wants a sign-in and then shows who came.
use super::apache::Apache;
use super::process::free_port;
use super::tests_folder;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A portal with its keys and address, not yet open: the service may want to know it first.
pub(crate) struct Site {
    root: TempDir,
    port: u16,
    metadata: String,
}

impl Site {
    /// Makes keys, metadata and pages of a portal on a free port.
    pub(crate) fn prepare() -> Self {
        let root = tempfile::tempdir().expect("a temporary folder");
        let port = free_port();
        make_keys(root.path());
        let metadata = metadata(port, &certificate(root.path()));
        write(root.path(), "sp.xml", &metadata);
        fs::create_dir(root.path().join("site")).expect("a folder for the pages");
        write(root.path(), "site/index.html", "<!doctype html><title>Ouvert</title>");
        let page = fs::read_to_string(tests_folder("it/peers/mellon/secret.shtml"));
        write(root.path(), "site/secret", &page.expect("the page is in the repository"));
        Self { root, port, metadata }
    }

    /// The portal's SAML metadata, ready for `metadata/<rne>.xml`.
    pub(crate) fn metadata(&self) -> &str {
        &self.metadata
    }

    /// The portal's entity id, which is an address too.
    pub(crate) fn entity_id(&self) -> String {
        self.url("/mellon/metadata")
    }

    /// An address at the portal.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Opens the portal, which believes the identity provider of this metadata only.
    pub(crate) async fn open(self, idp_metadata: &str) -> Mellon {
        let root = self.root.path();
        write(root, "idp.xml", idp_metadata);
        let apache = Apache::start(root, self.port, "it/peers/mellon/httpd.conf", &[]).await;
        Mellon { apache, site: self }
    }
}

/// An open portal, closed with its owner.
pub(crate) struct Mellon {
    apache: Apache,
    site: Site,
}

impl Mellon {
    /// Prepares and opens a portal in one step.
    pub(crate) async fn start(idp_metadata: &str) -> Self {
        Site::prepare().open(idp_metadata).await
    }

    /// The portal's SAML metadata, ready for `metadata/<rne>.xml`.
    pub(crate) fn metadata(&self) -> &str {
        self.site.metadata()
    }

    /// The portal's entity id.
    pub(crate) fn entity_id(&self) -> String {
        self.site.entity_id()
    }

    /// An address at the portal.
    pub(crate) fn url(&self, path: &str) -> String {
        self.site.url(path)
    }

    /// What Apache has to say so far; its reasons for a refusal stand here.
    pub(crate) fn log(&self) -> String {
        self.apache.log()
    }
}

/// Writes a file that Apache's own user can read too.
fn write(root: &Path, name: &str, text: &str) {
    fs::write(root.join(name), text).expect("the folder is ours");
}

fn make_keys(root: &Path) {
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"]);
    openssl.args(["-subj", "/CN=portal", "-keyout"]).arg(root.join("sp.key"));
    let made = openssl.arg("-out").arg(root.join("sp.crt")).output().expect("openssl: make needs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    // Apache gives up root before it reads the key; folder and key die with the test.
    for (path, mode) in [(root.to_owned(), 0o755), (root.join("sp.key"), 0o644)] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("the folder is ours");
    }
}

fn certificate(root: &Path) -> String {
    let pem = fs::read_to_string(root.join("sp.crt")).expect("openssl wrote it");
    pem.lines().filter(|line| !line.starts_with("-----")).collect()
}

fn metadata(port: u16, certificate: &str) -> String {
    let base = format!("http://127.0.0.1:{port}/mellon");
    format!(
        r#"<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{base}/metadata">
 <SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="true"
   protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
  <KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>
   <X509Certificate>{certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>
  <SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
    Location="{base}/logout"/>
  <NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</NameIDFormat>
  <AssertionConsumerService index="0" isDefault="true"
    Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{base}/postResponse"/>
 </SPSSODescriptor>
</EntityDescriptor>
"#
    )
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vouched;
