//! The whole way into the portal, vouched for by a provider made of `xmlsec1`.
//!
//! It shows what the portal insists on and how it names people, before our own provider has a say.
use super::tests::{client, get, portal_of};
use super::*;
use aiguillage::clock::Clock;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use chrono::{DateTime, Utc};
use reqwest::{RequestBuilder, Response};
use std::io::Read;
use url::Url;

/// The portal's question and the cookie that goes with it.
struct Question {
    id: String,
    relay_state: String,
    cookie: String,
}

fn header(answer: &Response, name: &str) -> String {
    answer.headers()[name].to_str().expect("plain text").to_owned()
}

fn cookie(answer: &Response) -> String {
    header(answer, "set-cookie").split(';').next().unwrap_or_default().to_owned()
}

fn parameter(url: &Url, name: &str) -> String {
    let found = url.query_pairs().find(|(key, _)| key == name);
    found.unwrap_or_else(|| panic!("{name} in {url}")).1.into_owned()
}

async fn ask(mellon: &Mellon) -> Question {
    let door = get(&mellon.url("/secret")).await;
    let sent = get(&header(&door, "location")).await;
    let target = Url::parse(&header(&sent, "location")).expect("an address");
    let packed = BASE64_STANDARD.decode(parameter(&target, "SAMLRequest")).expect("base64");
    let mut request = String::new();
    flate2::read::DeflateDecoder::new(&*packed).read_to_string(&mut request).expect("XML");
    let id = request.split(" ID=\"").nth(1).and_then(|rest| rest.split('"').next());
    Question {
        id: id.expect("an id").to_owned(),
        relay_state: parameter(&target, "RelayState"),
        // The door or the login address sets it, the later one counts.
        cookie: if sent.headers().contains_key("set-cookie") {
            cookie(&sent)
        } else {
            cookie(&door)
        },
    }
}

fn minutes_from(now: DateTime<Utc>, minutes: i64) -> String {
    (now + chrono::Duration::minutes(minutes)).format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A Response with a signed Assertion for this question, as it is posted.
fn vouch(provider: &Site, mellon: &Mellon, question: &Question) -> String {
    let now = Clock::system().now();
    let template = fs::read_to_string(tests_folder("it/peers/mellon/answer.xml"));
    let answer = template
        .expect("the template is in the repository")
        .replace("NOW", &minutes_from(now, 0))
        .replace("LATER", &minutes_from(now, 5))
        .replace("ACS", &mellon.url("/mellon/postResponse"))
        .replace("REQUEST", &question.id)
        .replace("PORTAL", &mellon.entity_id());
    let root = provider.root.path();
    write(root, "answer.xml", &answer);
    let mut xmlsec = Command::new("xmlsec1");
    xmlsec.args(["--sign", "--id-attr:ID", "Assertion", "--privkey-pem"]);
    let signed = xmlsec.arg(root.join("sp.key")).arg(root.join("answer.xml")).output();
    let signed = signed.expect("xmlsec1 is installed: make needs");
    assert!(signed.status.success(), "{}", String::from_utf8_lossy(&signed.stderr));
    BASE64_STANDARD.encode(signed.stdout)
}

async fn send(request: RequestBuilder, cookie: &str) -> Response {
    request.header("cookie", cookie).send().await.expect("the portal answers")
}

async fn deliver(mellon: &Mellon, question: &Question, answer: &str) -> Response {
    let form = [("SAMLResponse", answer), ("RelayState", &question.relay_state)];
    let post = client().post(mellon.url("/mellon/postResponse")).form(&form);
    send(post, &question.cookie).await
}

#[actix_web::test]
async fn whoever_is_vouched_for_gets_in_and_is_named() {
    let provider = Site::prepare();
    let mellon = portal_of(&provider).await;
    let question = ask(&mellon).await;

    let answer = vouch(&provider, &mellon, &question);
    let welcome = deliver(&mellon, &question, &answer).await;

    assert_eq!(welcome.status(), 303, "{}", mellon.log());
    assert_eq!(header(&welcome, "location"), mellon.url("/secret"));
    let page = client().get(mellon.url("/secret"));
    let page = send(page, &cookie(&welcome)).await.text().await.expect("a page");
    // Mellon hands a value on as it stands in the XML: `<` of a name arrives as `&lt;`.
    for shown in [
        r#"id="name_id">anne-1"#,
        r#"id="displayName">Anne Ély &amp;lt;b&amp;gt;"#,
        r#"id="rne">9740091F"#,
        r#"id="rnes">9740091F;9740001H"#,
    ] {
        assert!(page.contains(shown), "{shown} in {page}");
    }
}

#[actix_web::test]
async fn whom_a_stranger_vouches_for_stays_outside() {
    let mellon = portal_of(&Site::prepare()).await;
    let question = ask(&mellon).await;

    let answer = vouch(&Site::prepare(), &mellon, &question);
    let refusal = deliver(&mellon, &question, &answer).await;

    assert_eq!(refusal.status(), 400, "{}", mellon.log());
}
