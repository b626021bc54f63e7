//! Cards that cost something: what the browser carries to Paybox, and what Paybox says then.
use super::{MANAGER, STUDENT, ask, card_of, cards_of, lead, post, state_of, upload};
use crate::house::{Answer, House, Person, Setup};
use crate::rights::{give, person_of};
use aiguillage::card::payment::CleanPayments;
use aiguillage::card::state::State;
use aiguillage::hex::hex;
use aiguillage::rights::{Grant, Role, Scope};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Duration;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Signer;
use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

const KEY: [u8; 64] = [0x4b; 64];

/// A Paybox on loopback: it answers, checks seals, and signs what it says.
struct Paybox {
    signs: PKey<Private>,
    address: String,
    folder: tempfile::TempDir,
}

/// What somebody is asked to pay, as Paybox read it.
#[derive(Debug, Clone)]
struct Order {
    reference: String,
    total: String,
    callback: String,
    done: String,
}

impl Paybox {
    fn open() -> Self {
        let server = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}/cgi/pay.cgi", server.local_addr().expect("an address"));
        std::thread::spawn(move || {
            for stream in server.incoming() {
                let Ok(mut stream) = stream else { break };
                let _ = stream.read(&mut [0; 2048]);
                let _ = stream.write_all(
                    b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nOK",
                );
            }
        });
        let folder = tempfile::tempdir().expect("a folder");
        let signs = PKey::from_rsa(Rsa::generate(2048).expect("a key")).expect("a key");
        let public = signs.public_key_to_pem().expect("a key");
        std::fs::write(folder.path().join("paybox.pem"), public).expect("written");
        let secret = folder.path().join("hmac");
        let digits: String = hex(&KEY).to_uppercase();
        std::fs::write(&secret, digits).expect("written");
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).expect("mode");
        Self { signs, address, folder }
    }

    /// A university where cards cost something, and the student whose first one does.
    async fn house(&self, addresses: &str) -> House {
        let at = |name: &str| self.folder.path().join(name).display().to_string();
        let settings = [
            ("AIGUILLAGE_CARD_SOURCES", "university".to_owned()),
            ("AIGUILLAGE_OUTBOUND_ALLOW", "127.0.0.0/8".to_owned()),
            ("AIGUILLAGE_PAYMENT_SITE", "1999888".to_owned()),
            ("AIGUILLAGE_PAYMENT_RANK", "32".to_owned()),
            ("AIGUILLAGE_PAYMENT_IDENTIFIER", "107904482".to_owned()),
            ("AIGUILLAGE_PAYMENT_KEY", format!("file:{}", at("hmac"))),
            ("AIGUILLAGE_PAYMENT_PUBLIC_KEY", at("paybox.pem")),
            ("AIGUILLAGE_PAYMENT_ADDRESSES", addresses.to_owned()),
            ("AIGUILLAGE_PAYMENT_FIRST", "E:10.50".to_owned()),
            ("AIGUILLAGE_PAYMENT_RENEWAL", "*:20".to_owned()),
        ];
        let house =
            House::open_with(Setup { settings: settings.to_vec(), ..Setup::default() }).await;
        house.sign_in(STUDENT).await;
        mark(&house).await;
        house
    }

    /// Read a form as Paybox does: the seal over the fields in the order in which they came.
    fn read(&self, page: &Answer) -> Order {
        assert_eq!(page.status, 200, "{}", page.words());
        assert_eq!(page.action(), self.address);
        let origin = self.address.trim_end_matches("/cgi/pay.cgi");
        let policy = page.header("content-security-policy");
        assert!(policy.ends_with(&format!("; form-action 'self' {origin}")), "{policy}");
        let hidden = regex::Regex::new(r#"name="(PBX_[A-Z_]+)" value="([^"]*)""#).expect("a rule");
        let fields: Vec<(String, String)> = hidden
            .captures_iter(&page.text)
            .map(|found| (found[1].to_owned(), found[2].replace("&#38;", "&")))
            .collect();
        let sealed: Vec<_> = fields
            .iter()
            .filter(|(name, _)| name != "PBX_HMAC")
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let key = PKey::hmac(&KEY).expect("a key");
        let mut signer = Signer::new(MessageDigest::sha512(), &key).expect("a signer");
        let seal = signer.sign_oneshot_to_vec(sealed.join("&").as_bytes()).expect("sealed");
        let seal: String = hex(&seal).to_uppercase();
        let fields: HashMap<_, _> = fields.into_iter().collect();
        assert_eq!(fields["PBX_HMAC"], seal);
        assert_eq!(
            [&fields["PBX_SITE"], &fields["PBX_RANG"], &fields["PBX_IDENTIFIANT"]],
            ["1999888", "32", "107904482"]
        );
        assert_eq!([&fields["PBX_DEVISE"], &fields["PBX_HASH"]], ["978", "SHA512"]);
        assert_eq!(fields["PBX_TIME"], "2027-01-15T07:30Z");
        assert!(fields["PBX_PORTEUR"].contains('@'));
        assert!(!fields["PBX_CMD"].contains("luc"), "references name nobody");
        Order {
            reference: fields["PBX_CMD"].clone(),
            total: fields["PBX_TOTAL"].clone(),
            callback: fields["PBX_REPONDRE_A"].clone(),
            done: fields["PBX_EFFECTUE"].clone(),
        }
    }

    fn signed(&self, said: &str) -> String {
        let mut signer = Signer::new(MessageDigest::sha1(), &self.signs).expect("a signer");
        let signature = signer.sign_oneshot_to_vec(said.as_bytes()).expect("signed");
        let signature: String =
            url::form_urlencoded::byte_serialize(STANDARD.encode(signature).as_bytes()).collect();
        format!("{said}&signature={signature}")
    }

    /// What Paybox says of an order.
    fn says(&self, order: &Order, error: &str, transaction: &str) -> String {
        let Order { reference, total, .. } = order;
        let said = format!(
            "montant={total}&reference={reference}&auto=123456&erreur={error}&idtrans={transaction}"
        );
        self.signed(&said)
    }
}

async fn mark(house: &House) {
    let grant = |role| Grant { role, scope: Scope::Installation };
    let marks = [grant(Role::CardFirstPaid), grant(Role::CardRenewalPaid)];
    give(house, person_of(house, STUDENT).await, &marks).await;
}

/// Paybox calls; whatever becomes of it, it hears the same.
async fn call(house: &House, query: &str) {
    let heard = house.visitor().get(&format!("/payboxcallback?{query}")).await;
    assert_eq!((heard.status, heard.text.as_str()), (200, ""));
}

/// Go to Paybox.
async fn order(paybox: &Paybox, who: &Person<'_>) -> Order {
    paybox.read(&who.post_from("/cards/pay", "/cards/pay", &[]).await)
}

async fn reasons(house: &House) -> Vec<String> {
    let rows = house.audit("card.pay_refused").await;
    rows.into_iter().map(|row| row.reason).collect()
}

#[actix_web::test]
async fn whoever_paid_asks_for_one_card() {
    let paybox = Paybox::open();
    let house = paybox.house(&paybox.address).await;
    let luc = house.sign_in(STUDENT).await;
    let page = luc.get("/cards").await;
    assert!(page.text.contains("Payer 10,50\u{a0}€"), "{}", page.words());
    luc.get("/cards/request").await.must_be(409, "E-CARD-ASK");

    let order = order(&paybox, &luc).await;
    assert_eq!(order.total, "1050");
    assert_eq!(order.callback, house.url("/payboxcallback"));
    assert_eq!(order.done, house.url("/cards/pay/done"));
    // The browser is faster than Paybox: nothing that it says itself is a payment.
    let said = paybox.says(&order, "00000", "77");
    let forged = Paybox::open().says(&order, "00000", "77");
    luc.get(&format!("/cards/pay/done?{forged}")).await;
    let back = luc.get("/cards/pay/done").await;
    let back = luc.get(back.location()).await;
    assert!(back.text.contains("pas encore confirmé"), "{}", back.words());
    assert!(!back.text.contains("Payer 10,50"), "nobody pays twice by mistake");
    luc.get("/cards/request").await.must_be(409, "E-CARD-ASK");

    call(&house, &said).await;
    call(&house, &said).await;
    assert_eq!(house.audit("card.paid").await.len(), 1, "once, however often Paybox calls");
    assert!(luc.get("/cards?pay=done").await.text.contains("Le paiement est reçu"));
    assert_eq!(ask(&luc).await.status, 303);
    let card = card_of(&house, STUDENT).await;
    assert_eq!(card.payment.as_deref(), Some(order.reference.as_str()));
    assert_eq!(house.audit("card.pay_used").await.len(), 1);
    let nadia = house.sign_in(MANAGER).await;
    let shown = nadia.get(&format!("/cards/office/{}", card.id)).await;
    assert!(shown.text.contains(&order.reference));
    let csv = nadia.get("/cards/office.csv").await;
    assert!(csv.text.contains("payCmdNum") && csv.text.contains(&order.reference));
}

#[actix_web::test]
async fn a_call_that_was_lost_comes_with_the_browser() {
    let paybox = Paybox::open();
    let house = paybox.house(&paybox.address).await;
    let luc = house.sign_in(STUDENT).await;
    let order = order(&paybox, &luc).await;
    let said = paybox.says(&order, "00000", "90");
    luc.get(&format!("/cards/pay/done?{said}")).await;
    assert!(luc.get("/cards").await.text.contains("Le paiement est reçu"));
    call(&house, &said).await;
    assert_eq!(house.audit("card.paid").await.len(), 1);
    assert!(reasons(&house).await.is_empty());
    let paid = house.last("card.paid").await;
    assert_eq!(paid.fields["reference"], order.reference, "who paid can be found");
}

#[actix_web::test]
async fn a_transaction_of_another_order_is_for_people() {
    let paybox = Paybox::open();
    let house = paybox.house(&paybox.address).await;
    let luc = house.sign_in(STUDENT).await;
    let (one, other) = (order(&paybox, &luc).await, order(&paybox, &luc).await);
    call(&house, &paybox.says(&one, "00000", "91")).await;
    call(&house, &paybox.says(&other, "00000", "91")).await;
    assert_eq!(reasons(&house).await, ["E-PAY-TWICE"]);
    assert_eq!(house.audit("card.paid").await.len(), 1);
}

#[actix_web::test]
async fn a_void_request_gives_its_payment_back() {
    let paybox = Paybox::open();
    let house = paybox.house(&paybox.address).await;
    let luc = house.sign_in(STUDENT).await;
    let order = order(&paybox, &luc).await;
    call(&house, &paybox.says(&order, "00000", "78")).await;
    assert_eq!(ask(&luc).await.status, 303);
    let first = card_of(&house, STUDENT).await;
    assert_eq!(post(&luc, &format!("/cards/{}/cancel", first.id), &[]).await.status, 303);
    assert_eq!(house.audit("card.pay_freed").await.len(), 1);
    assert_eq!(ask(&luc).await.status, 303, "paid once, asked again");
    let cards = cards_of(&house, STUDENT).await;
    assert_eq!(cards[0].payment.as_deref(), Some(order.reference.as_str()));
    assert_eq!(cards[1].payment, None);

    // Sent back and sent again is the same request, and the same payment.
    let nadia = house.sign_in(MANAGER).await;
    lead(&nadia, cards[0].id, "rejected", &[("note", "floue")]).await;
    assert_eq!(ask(&luc).await.status, 303);
    let again = card_of(&house, STUDENT).await;
    assert_eq!((again.id, again.state), (cards[0].id, State::New));
    assert_eq!(again.payment.as_deref(), Some(order.reference.as_str()));
}

#[actix_web::test]
async fn two_requests_at_once_use_a_payment_once() {
    let paybox = Paybox::open();
    let house = paybox.house(&paybox.address).await;
    let luc = house.sign_in(STUDENT).await;
    let order = order(&paybox, &luc).await;
    let said = paybox.says(&order, "00000", "79");
    futures_util::join!(call(&house, &said), call(&house, &said), call(&house, &said));
    assert_eq!(house.audit("card.paid").await.len(), 1);
    assert!(reasons(&house).await.is_empty(), "no second payment");
    let photo = upload(&luc, &super::photo()).await;
    let id = luc.get(photo.location()).await.field("photo").expect("a photo");
    let form = [("photo", id.as_str())];
    let (one, other) = futures_util::join!(
        post(&luc, "/cards/request", &form),
        post(&luc, "/cards/request", &form)
    );
    let mut told = [one.status, other.status];
    told.sort_unstable();
    assert_eq!(told, [303, 409]);
    assert_eq!(cards_of(&house, STUDENT).await.len(), 1);
    assert_eq!(house.audit("card.pay_used").await.len(), 1);
}

#[actix_web::test]
async fn what_paybox_did_not_say_or_nobody_ordered_is_no_payment() {
    let paybox = Paybox::open();
    let house = paybox.house(&paybox.address).await;
    let luc = house.sign_in(STUDENT).await;
    let order = order(&paybox, &luc).await;
    let good = paybox.says(&order, "00000", "80");
    let mallory = Paybox::open().says(&order, "00000", "80");
    for forged in ["", "x=1", "signature=x", &good.replace("1050", "1"), &mallory] {
        call(&house, forged).await;
    }
    assert_eq!(reasons(&house).await, ["E-PAY-FORGED"; 5]);
    let cheap = Order { total: "1".to_owned(), ..order.clone() };
    call(&house, &paybox.says(&cheap, "00000", "81")).await;
    let strange = Order { reference: "CARD-nothing".to_owned(), ..order.clone() };
    call(&house, &paybox.says(&strange, "00000", "82")).await;
    assert_eq!(&reasons(&house).await[5..], ["E-PAY-AMOUNT", "E-PAY-UNKNOWN"]);
    luc.get("/cards/request").await.must_be(409, "E-CARD-ASK");
    assert!(house.audit("card.paid").await.is_empty());
}

#[actix_web::test]
async fn who_was_refused_tries_again() {
    let paybox = Paybox::open();
    let house = paybox.house(&paybox.address).await;
    let luc = house.sign_in(STUDENT).await;
    let order = order(&paybox, &luc).await;
    let said = format!(
        "montant=1050&reference={}&auto=%3Cscript%3E&erreur=%3Cb%3Enon%3C/b%3E&idtrans=0",
        order.reference
    );
    call(&house, &paybox.signed(&said)).await;
    assert_eq!(reasons(&house).await, ["E-PAY-REFUSED"]);
    let back = luc.get("/cards/pay/refused").await;
    let back = luc.get(back.location()).await;
    assert!(back.text.contains("Le paiement a été refusé") && back.text.contains("Payer 10,50"));
    let nadia = house.sign_in(MANAGER).await;
    let list = nadia.get("/cards/office/payments?kind=open").await;
    assert!(list.text.contains("&#60;b&#62;non") && !list.text.contains("<b>non"), "{}", list.text);

    call(&house, &paybox.says(&order, "00000", "83")).await;
    assert!(luc.get("/cards").await.text.contains("Le paiement est reçu"));
    // What is paid stays paid; a second payment of the same order is for people.
    call(&house, &paybox.says(&order, "00114", "84")).await;
    call(&house, &paybox.says(&order, "00000", "85")).await;
    assert_eq!(&reasons(&house).await[1..], ["E-PAY-REFUSED", "E-PAY-TWICE"]);
    assert!(luc.get("/cards").await.text.contains("Le paiement est reçu"));
    assert_eq!(luc.get("/cards/pay").await.location(), "/cards", "nothing more to pay");
    assert_eq!(luc.get("/cards/pay/other").await.status, 404);
}

#[actix_web::test]
async fn what_was_given_back_is_worth_nothing() {
    let paybox = Paybox::open();
    let house = paybox.house(&paybox.address).await;
    let luc = house.sign_in(STUDENT).await;
    let order = order(&paybox, &luc).await;
    call(&house, &paybox.says(&order, "00000", "86")).await;
    let nadia = house.sign_in(MANAGER).await;
    let list = nadia.get("/cards/office/payments?kind=unused").await;
    let id = list.field("payment").expect("one that can be given back");
    let form = [("payment", id.as_str())];
    assert_eq!(post(&nadia, "/cards/office/payments", &form).await.status, 303);
    post(&nadia, "/cards/office/payments", &form).await.must_be(409, "E-PAY-USED");
    luc.get("/cards/request").await.must_be(409, "E-CARD-ASK");
    let csv = nadia.get("/cards/office/payments.csv?kind=refunded").await;
    assert!(csv.text.contains(&order.reference) && csv.text.contains("10,50"), "{}", csv.text);
    luc.get("/cards/office/payments").await.must_be(403, "E-FORBIDDEN");
}

#[actix_web::test]
async fn the_first_address_that_answers_is_taken() {
    let paybox = Paybox::open();
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port");
    let away = format!("http://{}/cgi", closed.local_addr().expect("an address"));
    drop(closed);
    let house = paybox.house(&format!("{away}, {}", paybox.address)).await;
    let luc = house.sign_in(STUDENT).await;
    order(&paybox, &luc).await;
    let house = paybox.house(&away).await;
    let luc = house.sign_in(STUDENT).await;
    luc.post_from("/cards/pay", "/cards/pay", &[]).await.must_be(503, "E-PAY-AWAY");
}

#[actix_web::test]
async fn orders_without_an_answer_go_after_a_day() {
    let paybox = Paybox::open();
    let house = paybox.house(&paybox.address).await;
    let luc = house.sign_in(STUDENT).await;
    let (silent, paid) = (order(&paybox, &luc).await, order(&paybox, &luc).await);
    assert_ne!(silent.reference, paid.reference);
    call(&house, &paybox.says(&paid, "00000", "87")).await;
    house.wait(Duration::hours(25));
    let mut tx = house.db().write().await.expect("a transaction");
    house.parts().jobs.queue.add(&mut tx, &CleanPayments {}).await.expect("asked");
    tx.commit().await.expect("kept");
    house.run_jobs().await;
    call(&house, &paybox.says(&silent, "00000", "88")).await;
    assert_eq!(reasons(&house).await, ["E-PAY-UNKNOWN"]);
    let luc = house.sign_in(STUDENT).await;
    assert_eq!(ask(&luc).await.status, 303, "what was paid stays");
    assert_eq!(state_of(&house, STUDENT).await, State::New);
}
