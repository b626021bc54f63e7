//! Single logout (`dispatch.md` 7.6, D28): by our page, by portals, and against people who would
//! like to sign others out.
use super::signed::{key_descriptor, signer};
use crate::house::{Answer, House, Person, Portal};
use aiguillage::sso::saml::{LogoutOutcome, LogoutQuestion, MessageId, NameId, name_id_format};
use chrono::Duration;

const FILAOS: &str = "9749801K";
const LECONTE: &str = "9740091F";

/// Follow redirects as a browser does, until a page comes or a portal takes over; portals do what
/// they are asked, and their names are noted.
async fn follow(
    house: &House,
    person: &Person<'_>,
    portals: &[&Portal<'_>],
    mut answer: Answer,
) -> (Answer, Vec<String>) {
    let mut heard = Vec::new();
    for _ in 0..20 {
        let refresh =
            answer.text.split("content=\"0;url=").nth(1).and_then(|it| it.split('"').next());
        let to = refresh.unwrap_or_else(|| answer.location()).to_owned();
        if to.is_empty() || to.contains("/done") {
            return (answer, heard);
        }
        let portal = portals.iter().find(|portal| to.starts_with(&portal.slo()));
        answer = match portal {
            Some(portal) => {
                let asked = portal.hears(&to);
                heard.push(format!("{} {}", asked.name_id, asked.session_indexes.join(",")));
                person.get(&portal.says(&asked.id, LogoutOutcome::Done, None)).await
            }
            None => person.get(path(house, &to)).await,
        };
    }
    panic!("it never ends: {}", answer.location());
}

/// Path and query of an address of the house.
fn path<'a>(house: &House, address: &'a str) -> &'a str {
    address.strip_prefix(&house.url("")).unwrap_or(address)
}

/// Sign in at a portal: as whom it then knows the person.
async fn enter(person: &Person<'_>, portal: &Portal<'_>) -> String {
    let stem = portal.entity_id.rsplit('/').next().expect("a name");
    let page = person.get(&format!("/saml?sp_ident={stem}&rne={stem}")).await;
    let received = portal.receive(&page, None);
    format!("{} {}", received.name_id, received.session_index.expect("an index"))
}

/// Sign out: the path at which the way goes on.
async fn leave(person: &Person<'_>) -> String {
    let gone = person.post_from("/logout", "/logout", &[]).await;
    assert!(gone.location().starts_with("/logout/"), "{} {}", gone.status, gone.text);
    // The page in between goes on by itself.
    let page = person.get(gone.location()).await;
    let onward = format!("{}?go=1", gone.location());
    assert!(page.text.contains(&format!("content=\"0;url={onward}\"")), "{}", page.text);
    onward
}

/// What the last page says.
fn words(page: &Answer) -> String {
    assert_eq!(page.status, 200, "{}", page.location());
    page.words()
}

#[actix_web::test]
async fn one_sign_out_ends_the_session_at_every_portal() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    let (filaos, leconte) = (house.portal(FILAOS).await, house.portal(LECONTE).await);
    let first = enter(&marie, &filaos).await;
    house.wait(Duration::seconds(1));
    let known = [first, enter(&marie, &leconte).await];
    assert_eq!(enter(&marie, &filaos).await, known[0], "one name in one session");

    let gone = leave(&marie).await;
    assert_eq!(marie.get("/dispatch").await.status, 302, "our own session ended first");
    let first = marie.get(&gone).await;
    let (page, heard) = follow(&house, &marie, &[&filaos, &leconte], first).await;

    assert_eq!(heard, known);
    let text = words(&page);
    assert!(text.contains("LYCEE DES FILAOS déconnecté"), "{text}");
    assert!(text.contains("LECONTE DE LISLE déconnecté"), "{text}");
    assert!(!text.contains("sans réponse") && !text.contains("à fermer"), "{text}");
    assert_eq!(house.last("auth.logout").await.fields["partners"], 2);
}

#[actix_web::test]
async fn another_school_ends_the_portal_of_the_one_before() {
    for (is_on, told) in [("true", 1), ("false", 0)] {
        let house = House::set("AIGUILLAGE_DISPATCH_SWITCH_SLO", is_on).await;
        let marie = house.sign_in("marie.dupont").await;
        let (filaos, leconte) = (house.portal(FILAOS).await, house.portal(LECONTE).await);
        let chosen = marie.post_from("/dispatch", "/dispatch", &[("rne", FILAOS)]).await;
        filaos.receive(&marie.get(chosen.location()).await, None);

        // The same one again leaves nothing.
        let again = marie.post_from("/dispatch?choose=1", "/dispatch", &[("rne", FILAOS)]).await;
        assert!(again.location().starts_with("/saml?"), "{}", again.location());
        let switched =
            marie.post_from("/dispatch?choose=1", "/dispatch", &[("rne", LECONTE)]).await;
        let (page, heard) = follow(&house, &marie, &[&filaos, &leconte], switched).await;
        assert_eq!(heard.len(), told, "{is_on}: {heard:?}");
        leconte.receive(&page, None);
        assert_eq!(marie.get("/sessions").await.status, 200, "the session goes on");
        assert_eq!(house.audit("dispatch.switched").await.len(), told);

        // Only the one that is open hears of the end.
        let gone = leave(&marie).await;
        let first = marie.get(&gone).await;
        let (_, heard) = follow(&house, &marie, &[&filaos, &leconte], first).await;
        assert_eq!(heard.len(), 2 - told);
    }
}

#[actix_web::test]
async fn the_school_before_may_hang() {
    let house = House::set("AIGUILLAGE_DISPATCH_SWITCH_SLO", "yes").await;
    let marie = house.sign_in("marie.dupont").await;
    let (filaos, leconte) = (house.portal(FILAOS).await, house.portal(LECONTE).await);
    let chosen = marie.post_from("/dispatch", "/dispatch", &[("rne", FILAOS)]).await;
    filaos.receive(&marie.get(chosen.location()).await, None);
    let switched = marie.get(&format!("/dispatch?rne={LECONTE}")).await;
    let page = marie.get(switched.location()).await;
    assert!(page.text.contains("Changement d’établissement"), "{}", page.text);
    let way = format!("{}?go=1", switched.location());
    filaos.hears(marie.get(&way).await.location());
    let thief = house.visitor();
    assert_eq!(thief.get(&way).await.location(), "", "another browser");
    // The page of the portal never comes; the person goes back.
    let on = marie.get(&way).await;
    let page = marie.get(path(&house, on.location())).await;
    leconte.receive(&page, None);
    // It was taken once; the session goes on, and so does the person.
    assert_eq!(marie.get(&way).await.location(), "/dispatch");
}

#[actix_web::test]
async fn an_answer_that_is_not_believed_goes_on_to_the_next_school() {
    let house = House::set("AIGUILLAGE_DISPATCH_SWITCH_SLO", "yes").await;
    let marie = house.sign_in("marie.dupont").await;
    let (filaos, leconte) = (house.portal(FILAOS).await, house.portal(LECONTE).await);
    let chosen = marie.post_from("/dispatch", "/dispatch", &[("rne", FILAOS)]).await;
    filaos.receive(&marie.get(chosen.location()).await, None);
    let switched = marie.get(&format!("/dispatch?rne={LECONTE}")).await;
    let id = switched.location().trim_start_matches("/logout/").to_owned();
    marie.get(&format!("/logout/{id}?go=1")).await;
    let odd = marie.get(&format!("/saml/slo?SAMLResponse=x&RelayState={id}")).await;
    assert_eq!(odd.location(), format!("/logout/{id}?go=1"), "{}", odd.text);
    let on = marie.get(odd.location()).await;
    leconte.receive(&marie.get(path(&house, on.location())).await, None);
    // Without a name of the way there is only the question.
    assert_eq!(marie.get("/saml/slo?SAMLResponse=x").await.location(), "/logout");
}

#[actix_web::test]
async fn whoever_hangs_is_passed_over_by_a_reload() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    let (filaos, leconte) = (house.portal(FILAOS).await, house.portal(LECONTE).await);
    enter(&marie, &filaos).await;
    house.wait(Duration::seconds(1));
    enter(&marie, &leconte).await;
    let portals = [&filaos, &leconte];

    let gone = leave(&marie).await;
    let first = marie.get(&gone).await;
    let asked = filaos.hears(first.location());
    // The page of the first portal never comes; the person goes back.
    let back = marie.get("/logout").await;
    assert!(gone.starts_with(back.location()), "the way goes on: {}", back.text);
    let second = marie.get(&gone).await;
    let (page, heard) = follow(&house, &marie, &portals, second).await;
    assert_eq!(heard.len(), 1);
    let text = words(&page);
    assert!(text.contains("LYCEE DES FILAOS sans réponse"), "{text}");
    assert_eq!(words(&marie.get(&gone).await), text, "it may be loaded again");
    // Better late than never.
    let late = marie.get(&filaos.says(&asked.id, LogoutOutcome::Done, None)).await;
    let (page, _) = follow(&house, &marie, &portals, late).await;
    assert!(words(&page).contains("LYCEE DES FILAOS déconnecté"), "{}", page.words());
}

#[actix_web::test]
async fn a_portal_may_say_no() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    let filaos = house.portal(FILAOS).await;
    enter(&marie, &filaos).await;
    let asked = filaos.hears(marie.get(&leave(&marie).await).await.location());
    let no = filaos.says(&asked.id, LogoutOutcome::UnknownPrincipal, None);
    let page = marie.get(marie.get(&no).await.location()).await;
    assert!(words(&page).contains("LYCEE DES FILAOS sans réponse"), "{}", page.words());
}

#[actix_web::test]
async fn only_the_browser_that_leaves_goes_on() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    enter(&marie, &house.portal(FILAOS).await).await;
    let gone = leave(&marie).await;
    let stranger = house.visitor().get(&gone).await;
    assert_eq!((stranger.status, stranger.location()), (200, ""));
    assert!(!stranger.text.contains("FILAOS"), "{}", stranger.text);
    let made_up = marie.get("/logout/6e5ff3c4-2b1f-4d0a-9e61-0d3a52b6a7f1").await;
    assert_eq!((made_up.status, made_up.location()), (200, ""));
    assert_eq!(marie.get("/logout/x").await.status, 404);
    assert!(marie.get(&gone).await.location().contains(FILAOS), "not used up");
}

#[actix_web::test]
async fn a_portal_may_be_left_out() {
    let house = House::open().await;
    let own = format!("[{FILAOS}]\nslo = no\n");
    assert!(house.rewrite("attribute_sets/associations.ini", &own).await);
    let marie = house.sign_in("marie.dupont").await;
    enter(&marie, &house.portal(FILAOS).await).await;
    let page = marie.post_from("/logout", "/logout", &[]).await;
    assert!(words(&page).contains("LYCEE DES FILAOS à fermer vous-même"), "{}", page.words());
}

/// A portal with a key, known to the house, at which somebody is signed in.
struct Signing<'h> {
    house: &'h House,
    name_id: String,
    session_index: String,
}

impl<'h> Signing<'h> {
    /// `binding` is the last part of its name.
    async fn open(house: &'h House, person: &Person<'_>, binding: &str) -> Self {
        let entity = house.at_portal(&format!("/portail/{LECONTE}"));
        let more = format!(
            "{}<md:SingleLogoutService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:{binding}\" \
             Location=\"{entity}/slo\" ResponseLocation=\"{entity}/done\"/>",
            key_descriptor("other")
        );
        let metadata = House::metadata(&entity, "", &more);
        assert!(house.rewrite(&format!("metadata/{LECONTE}.xml"), &metadata).await);
        let portal = house.portal(LECONTE).await;
        let page = person.get(&format!("/saml?sp_ident={LECONTE}&rne={LECONTE}")).await;
        let received = portal.receive(&page, None);
        let session_index = received.session_index.expect("an index");
        Self { house, name_id: received.name_id, session_index }
    }

    fn entity(&self) -> String {
        self.house.at_portal(&format!("/portail/{LECONTE}"))
    }

    /// The path of its signed request.
    fn asks(&self, key: Option<&str>, name_id: &str, session_index: &str) -> String {
        let id = MessageId::random().expect("randomness");
        let issuer = self.entity();
        let question = LogoutQuestion {
            id: id.as_str(),
            issuer: &issuer,
            endpoint: &self.house.url("/saml/slo"),
            name_id: NameId { value: name_id, format: name_id_format::TRANSIENT },
            name_qualifiers: [None, None],
            session_index: Some(session_index),
            now: self.house.now(),
        };
        let signer = key.map(signer);
        let address = question.write().expect("XML").redirect(Some("its state"), signer.as_ref());
        path(self.house, &address.expect("signed")).to_owned()
    }

    fn asks_rightly(&self) -> String {
        self.asks(Some("other"), &self.name_id, &self.session_index)
    }
}

/// The status codes of the answer that a browser brings back to the portal.
fn statuses(address: &str) -> Vec<String> {
    let url = url::Url::parse(address).expect("an address");
    let value = |name: &str| url.query_pairs().find(|(n, _)| n == name).map(|(_, v)| v.to_string());
    assert_eq!(value("RelayState").as_deref(), Some("its state"));
    assert!(value("Signature").is_some());
    let packed = value("SAMLResponse").expect("an answer");
    xml_statuses(&inflated(&packed))
}

fn inflated(packed: &str) -> String {
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    use std::io::Read;
    let packed = BASE64_STANDARD.decode(packed).expect("base64");
    let mut xml = String::new();
    flate2::read::DeflateDecoder::new(&*packed).read_to_string(&mut xml).expect("XML");
    xml
}

fn xml_statuses(xml: &str) -> Vec<String> {
    let codes = xml.split("status:").skip(1);
    codes.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

#[actix_web::test]
async fn a_portal_signs_somebody_out_everywhere() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    let filaos = house.portal(FILAOS).await;
    let known = enter(&marie, &filaos).await;
    let portal = Signing::open(&house, &marie, "HTTP-Redirect").await;

    let asked = marie.get(&portal.asks_rightly()).await;
    // By way of the other portal, and back to the one that asked.
    let (answer, heard) = follow(&house, &marie, &[&filaos], asked).await;
    assert_eq!(heard, [known]);
    assert!(answer.location().starts_with(&format!("{}/done?", portal.entity())));
    assert_eq!(statuses(answer.location()), ["Success"]);
    assert_eq!(marie.get("/dispatch").await.status, 302);
    let row = house.last("auth.logout").await;
    assert_eq!((row.reason.as_str(), &row.fields["sp"]), ("portal", &portal.entity().into()));
}

#[actix_web::test]
async fn by_form_too_and_without_our_cookie() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    let portal = Signing::open(&house, &marie, "HTTP-POST").await;
    let issuer = portal.entity();
    let question = LogoutQuestion {
        id: "_by-form",
        issuer: &issuer,
        endpoint: &house.url("/saml/slo"),
        name_id: NameId { value: &portal.name_id, format: name_id_format::TRANSIENT },
        name_qualifiers: [None, None],
        session_index: Some(&portal.session_index),
        now: house.now(),
    };
    let (field, message) = question.write().expect("XML").post(&signer("other")).expect("signed");
    let fields = [(field, message.as_str()), ("RelayState", "its state")];
    let cross_site =
        house.visitor().with("sec-fetch-site", "cross-site").with("origin", &house.at_portal(""));
    let kept = cross_site.post("/saml/slo", &fields).await;
    assert!(kept.location().starts_with("/saml/slo/continue?flow="), "{}", kept.text);

    let page = marie.get(kept.location()).await;
    assert_eq!((page.status, page.action()), (200, format!("{issuer}/done")), "{}", page.text);
    assert_eq!(page.field("RelayState").as_deref(), Some("its state"));
    let answer = page.field("SAMLResponse").expect("an answer");
    let answer = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, answer).expect("base64");
    let answer = String::from_utf8(answer).expect("UTF-8");
    assert_eq!(xml_statuses(&answer), ["Success"]);
    assert!(answer.contains("InResponseTo=\"_by-form\"") && answer.contains("<ds:Signature"));
    assert_eq!(marie.get("/dispatch").await.status, 302);

    // The same message again signs nobody out and is not answered.
    let marie = house.sign_in("marie.dupont").await;
    assert_eq!(cross_site.post("/saml/slo", &fields).await.location(), "/logout");
    assert_eq!(marie.get("/sessions").await.status, 200);
}

#[actix_web::test]
async fn from_another_browser_the_session_ends_and_the_rest_is_said() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    enter(&marie, &house.portal(FILAOS).await).await;
    let portal = Signing::open(&house, &marie, "HTTP-Redirect").await;

    let paul = house.sign_in("paul.hoarau").await;
    let kept = paul.get(&portal.asks_rightly()).await;
    let answer = paul.get(kept.location()).await;
    assert_eq!(statuses(answer.location()), ["Success", "PartialLogout"]);
    assert_eq!(marie.get("/dispatch").await.status, 302, "this session was meant");
    assert_eq!(paul.get("/sessions").await.status, 200, "and not this one");

    let again = paul.get(paul.get(&portal.asks_rightly()).await.location()).await;
    assert_eq!(statuses(again.location()), ["Success"], "it is over already");
}

#[actix_web::test]
async fn nobody_signs_others_out() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    let portal = Signing::open(&house, &marie, "HTTP-Redirect").await;
    let right = portal.asks_rightly();

    for (path, reason) in [
        (portal.asks(None, &portal.name_id, &portal.session_index), "signature"),
        (portal.asks(Some("idp"), &portal.name_id, &portal.session_index), "signature"),
        (right.replace("its+state", "another"), "signature"),
        (right.split("&SigAlg").next().expect("a query").to_owned(), "signature"),
        (right.split("&Signature").next().expect("a query").to_owned(), "signature"),
        ("/saml/slo".to_owned(), "form"),
        ("/saml/slo?SAMLRequest=%ff".to_owned(), "form"),
    ] {
        let answer = marie.get(&path).await;
        answer.must_be(400, "E-SAML");
        let detail = house.last("saml.refused").await.fields["detail"].to_string();
        assert!(detail.contains(reason), "{path}: {detail}");
    }
    // Rightly signed, and about nobody whom the portal was told of.
    for (name_id, index) in
        [("paul.hoarau", portal.session_index.as_str()), (portal.name_id.as_str(), "_0123")]
    {
        let kept = marie.get(&portal.asks(Some("other"), name_id, index)).await;
        let answer = marie.get(kept.location()).await;
        assert_eq!(statuses(answer.location()), ["Requester", "UnknownPrincipal"]);
    }
    assert_eq!(marie.get("/sessions").await.status, 200, "still signed in");
}

#[actix_web::test]
async fn answers_that_answer_nothing_change_nothing() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    let signing = Signing::open(&house, &marie, "HTTP-Redirect").await;
    let (portal, other) = (house.portal(LECONTE).await, house.portal(FILAOS).await);
    let gone = leave(&marie).await;
    let flow = gone.trim_start_matches("/logout/").trim_end_matches("?go=1").replace('-', "");
    let right = format!("_{flow}-0");
    let key = signer("other");
    let unasked = portal.says(&right, LogoutOutcome::Done, Some(&key));
    assert_eq!(marie.get(&unasked).await.location(), "/logout", "nobody was asked yet");

    let asked = marie.get(&gone).await;
    assert_eq!(portal.hears(asked.location()).id, right);
    for id in [&format!("_{flow}-7"), "_x"] {
        let told = marie.get(&portal.says(id, LogoutOutcome::Done, Some(&key))).await;
        assert_eq!((told.status, told.location()), (303, "/logout"), "{id}");
    }
    let foreign = other.says(&right, LogoutOutcome::Done, None);
    assert_eq!(marie.get(&foreign).await.location(), "/logout", "another portal's");
    let unsigned = portal.says(&right, LogoutOutcome::Done, None);
    assert_eq!(marie.get(&unsigned).await.location(), "/logout", "it has a key, and signs nothing");
    assert_eq!(house.last("saml.refused").await.reason, "E-SAML");
    let page = marie.get(&gone).await;
    assert!(words(&page).contains("sans réponse"), "{} {}", signing.name_id, page.words());
}

#[actix_web::test]
async fn a_session_that_was_not_used_for_long_is_left_as_well() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    let filaos = house.portal(FILAOS).await;
    let known = enter(&marie, &filaos).await;
    house.wait(Duration::hours(3));
    assert_eq!(marie.get("/sessions").await.status, 302, "it is over for us");
    let first = marie.get(&leave(&marie).await).await;
    let (_, heard) = follow(&house, &marie, &[&filaos], first).await;
    assert_eq!(heard, [known]);
}

#[actix_web::test]
async fn the_way_out_survives_a_restart() {
    let mut house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    enter(&marie, &house.portal(FILAOS).await).await;
    let gone = leave(&marie).await;
    let jar = marie.jar();
    house.restart().await;
    let marie = house.visitor().with("cookie", &jar);
    let asked = marie.get(&gone).await;
    assert!(asked.location().contains(FILAOS), "{} {}", asked.status, asked.text);
}
