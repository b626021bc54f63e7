//! A federation: signs a file with `xmlsec1` and serves it as federations do.
use crate::house::ready_made_key;
use crate::peers::process::free_port;
use actix_web::dev::ServerHandle;
use actix_web::http::StatusCode;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use std::fs;
use std::process::Command;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// What it serves.
#[derive(Clone)]
struct Says {
    status: u16,
    text: String,
    etag: String,
}

#[derive(Clone)]
struct Shelf {
    says: Arc<Mutex<Says>>,
    /// `If-None-Match` of every request.
    asked: Arc<Mutex<Vec<Option<String>>>>,
}

/// A federation on loopback, gone with its owner.
pub(crate) struct Publisher {
    folder: TempDir,
    port: u16,
    shelf: Shelf,
    handle: ServerHandle,
}

async fn serve(request: HttpRequest, shelf: web::Data<Shelf>) -> HttpResponse {
    let mark = request.headers().get("if-none-match");
    let mark = mark.map(|mark| mark.to_str().expect("ASCII").to_owned());
    shelf.asked.lock().expect("ours").push(mark.clone());
    let says = shelf.says.lock().expect("ours").clone();
    if says.status == 200 && mark.as_ref() == Some(&says.etag) {
        return HttpResponse::NotModified().finish();
    }
    HttpResponse::build(StatusCode::from_u16(says.status).expect("a status"))
        .insert_header(("ETag", says.etag))
        .content_type("application/samlmetadata+xml")
        .body(says.text)
}

impl Publisher {
    pub(crate) fn open() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let says = Says { status: 404, text: String::new(), etag: "\"0\"".into() };
        let shelf = Shelf { says: Arc::new(Mutex::new(says)), asked: Arc::default() };
        let (port, shared) = (free_port(), shelf.clone());
        let running = HttpServer::new(move || {
            let shelf = web::Data::new(shared.clone());
            App::new().app_data(shelf).default_service(web::get().to(serve))
        });
        let running = running.workers(1).disable_signals().bind(("127.0.0.1", port));
        let running = running.expect("the port is free").run();
        let handle = running.handle();
        actix_web::rt::spawn(running);
        fs::write(folder.path().join("cert.pem"), ready_made_key("idp").certificate)
            .expect("the folder is ours");
        Self { folder, port, shelf, handle }
    }

    /// The section of somebody who follows it.
    pub(crate) fn section(&self, more: &str) -> String {
        format!(
            "\n[federation:renater]\nurl = http://127.0.0.1:{}/all.xml\ncertificate = {}\n{more}\n",
            self.port,
            self.folder.path().join("cert.pem").display()
        )
    }

    /// What certificates are trusted by whoever follows it.
    pub(crate) fn give_certificates(&self, names: &[&str]) {
        let all: String = names.iter().map(|name| ready_made_key(name).certificate).collect();
        fs::write(self.folder.path().join("cert.pem"), all).expect("the folder is ours");
    }

    /// Serve these entities until then, signed.
    pub(crate) fn publish(&self, entities: &str, until: &str) {
        self.put(&self.sign("idp", entities, until));
    }

    /// Serve this text, whatever it is.
    pub(crate) fn put(&self, text: &str) {
        let mut says = self.shelf.says.lock().expect("ours");
        let etag = format!("\"{}\"", text.len() + text.bytes().map(usize::from).sum::<usize>());
        *says = Says { status: 200, text: text.to_owned(), etag };
    }

    pub(crate) fn fail(&self, status: u16) {
        self.shelf.says.lock().expect("ours").status = status;
    }

    /// `If-None-Match` of every request so far.
    pub(crate) fn asked(&self) -> Vec<Option<String>> {
        self.shelf.asked.lock().expect("ours").clone()
    }

    /// A group with these entities, signed by the key of this name.
    pub(crate) fn sign(&self, key: &str, entities: &str, until: &str) -> String {
        let c14n = "http://www.w3.org/2001/10/xml-exc-c14n#";
        let template = format!(
            "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" \
             cacheDuration=\"PT1H\" ID=\"_all\" validUntil=\"{until}\">\
             <ds:Signature xmlns:ds=\"{DSIG}\"><ds:SignedInfo>\
             <ds:CanonicalizationMethod Algorithm=\"{c14n}\"/>\
             <ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"/>\
             <ds:Reference URI=\"#_all\"><ds:Transforms>\
             <ds:Transform Algorithm=\"{DSIG}enveloped-signature\"/>\
             <ds:Transform Algorithm=\"{c14n}\"/></ds:Transforms>\
             <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>\
             <ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/></ds:Signature>\
             {entities}</md:EntitiesDescriptor>"
        );
        let (draft, secret) = (self.path("draft.xml"), self.path("key.pem"));
        fs::write(&draft, template).expect("the folder is ours");
        fs::write(&secret, ready_made_key(key).secret.as_slice()).expect("the folder is ours");
        let root = "urn:oasis:names:tc:SAML:2.0:metadata:EntitiesDescriptor";
        let mut xmlsec = Command::new("xmlsec1");
        xmlsec.args(["--sign", "--id-attr:ID", root, "--privkey-pem"]).arg(&secret).arg(&draft);
        let signed = xmlsec.output().expect("xmlsec1 is installed: make needs");
        assert!(signed.status.success(), "{}", String::from_utf8_lossy(&signed.stderr));
        String::from_utf8(signed.stdout).expect("UTF-8")
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

/// A service provider that takes answers at `https://NAME.example/acs`.
pub(crate) fn portal(name: &str) -> String {
    format!(
        "<md:EntityDescriptor entityID=\"https://{name}.example/sp\">\
         <md:SPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">\
         <md:AssertionConsumerService \
         Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" \
         Location=\"https://{name}.example/acs\" index=\"0\"/>\
         </md:SPSSODescriptor></md:EntityDescriptor>"
    )
}
