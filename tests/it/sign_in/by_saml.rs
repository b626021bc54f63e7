//! People come in by a SAML identity provider, and nobody comes in by a forged answer.
use crate::house::ready_made_key;
use crate::ministry::{ISSUER, Ministry, Says};
use aiguillage::sso::saml::{Signer, inflate, name_id_format};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Duration;

#[actix_web::test]
async fn somebody_comes_by_saml_and_lands_at_their_school() {
    let ministry = Ministry::open("trust_uid = yes\ndomains = ac-reunion.example").await;
    let anne = ministry.house.visitor();
    assert!(anne.get("/login").await.text.contains("Compte du ministère"));
    let (id, state) = ministry.ask(&anne, "next=%2Fsessions").await;
    let response = ministry.write(&Says::anne(Some(&id)));
    // Nobody can have somebody else fetch an answer, and take it up themselves. Without any cookie it
    // is dropped unread: our page says what to do.
    let dropped = ministry.post(&response, &state).await;
    assert!(dropped.location().starts_with("/login/from/ministere?state="), "{}", dropped.text);
    assert_eq!(ministry.house.visitor().get(dropped.location()).await.status, 400);
    let victim = ministry.house.visitor();
    ministry.ask(&victim, "").await;
    ministry.post_by(&victim, &response, &state).await.must_be(400, "E-SAML");
    assert_eq!(
        ministry.house.last("saml.refused").await.fields["detail"],
        "form: brought by another browser"
    );
    let answer = ministry.post_by(&anne, &response, &state).await;
    assert!(answer.location().starts_with("/login/from/ministere?state="), "{}", answer.text);
    assert!(answer.cookies().is_empty(), "nothing is given to a page of another site");

    let thief = ministry.house.visitor();
    thief.get("/login").await;
    assert_eq!(thief.get(answer.location()).await.status, 400, "another browser");
    let entered = anne.get(answer.location()).await;
    assert_eq!((entered.status, entered.location()), (303, "/sessions"), "{}", entered.text);
    assert!(anne.get("/sessions").await.text.contains("Anne Robin"));
    assert!(anne.get("/dispatch").await.location().contains("9740091F"));
    let row = ministry.house.last("auth.login").await;
    assert_eq!((row.reason.as_str(), &row.fields["source"]), ("federation", &"ministere".into()));

    // Everything of it counts once: whoever is in goes on, others may start anew.
    let again = ministry.post_by(&anne, &response, &state).await;
    assert_eq!(anne.get(again.location()).await.location(), "/dispatch");
    let page = thief.get(again.location()).await;
    assert!(page.status == 400 && page.text.contains("Recommencez la connexion"), "{}", page.text);
    assert_eq!(thief.get(answer.location()).await.status, 400);
    let (id, state) = ministry.ask(&thief, "").await;
    ministry.post_by(&thief, &response, &state).await.must_be(400, "E-SAML");
    let right = ministry.write(&Says::anne(Some(&id)));
    assert_eq!(ministry.post_by(&thief, &right, &state).await.status, 303);
    ministry.post_by(&thief, &right, &state).await.must_be(400, "E-SAML");
}

#[actix_web::test]
async fn an_answer_that_is_wrong_in_one_thing_opens_nothing() {
    let ministry = Ministry::open("").await;
    let anne = ministry.house.visitor();
    let (id, state) = ministry.ask(&anne, "").await;
    let good = || Says::anne(Some(&id));
    let foreign = Says { audience: Some("https://other.example"), ..good() };
    let impostor = Says { issuer: "https://evil.example/idp", ..good() };
    let strange = Says { name: "admin*", ..good() };
    let response = ministry.write(&good());
    let signature_end = response.find("</ds:Signature>").expect("signed") + 15;
    let signature_start = response.find("<ds:Signature").expect("signed");
    let unsigned = format!("{}{}", &response[..signature_start], &response[signature_end..]);
    let bomb = format!("<!DOCTYPE x [<!ENTITY a \"b\">]>{response}");
    let huge =
        response.replace("</samlp:Response>", &format!("{}</samlp:Response>", " ".repeat(300_000)));
    let forged = [
        (ministry.write(&Says::anne(Some("_another"))), "in_response_to"),
        (ministry.write(&Says::anne(None)), "in_response_to"),
        (ministry.write(&foreign), "audience"),
        (ministry.write(&impostor), "issuer"),
        (ministry.write(&strange), "subject"),
        (response.replace("Anne Robin", "Admin Robin"), "signature"),
        (response.replace("Anne Robin", "Anne<!-- --> Robin"), "markup"),
        (response.replace("/saml/acs", "/saml/acs2"), "signature"),
        (unsigned.replace("Anne Robin", "Admin Robin"), "signature"),
        (bomb, "markup"),
        (huge, "size"),
        ("<x/>".to_owned(), "shape"),
        (String::new(), ""),
    ];
    for (xml, reason) in &forged {
        let answer = ministry.post_by(&anne, xml, &state).await;
        assert_eq!(answer.status, 400, "{reason}: {}", answer.text);
        assert!(answer.cookies().is_empty(), "{reason}");
        if !reason.is_empty() {
            let row = ministry.house.last("saml.refused").await;
            let detail = row.fields["detail"].as_str().unwrap_or_default().to_owned();
            assert!(detail.contains(&format!("{reason}:")), "{reason}: {detail}");
        }
    }
    let mut old = ministry.write(&good());
    ministry.house.wait(Duration::minutes(8));
    assert_eq!(ministry.post_by(&anne, &old, &state).await.status, 400, "it has run out");
    old = ministry.write(&good());
    // None of them has used the journey up.
    assert_eq!(ministry.post_by(&anne, &old, &state).await.status, 303);
    ministry.house.wait(Duration::minutes(3));
    let late = anne.get(&format!("/login/from/ministere?state={state}")).await;
    assert_eq!((late.status, anne.cookie("__Host-sid")), (400, None), "ten minutes are over");
}

#[actix_web::test]
async fn fields_that_are_no_answer_are_refused() {
    let ministry = Ministry::open("").await;
    let elsewhere = ministry.house.visitor().with("sec-fetch-site", "cross-site");
    let elsewhere = elsewhere.with("origin", "https://ministere.example");
    for fields in [
        &[][..],
        &[("SAMLResponse", "%%%")],
        &[("SAMLResponse", "PHgvPg=="), ("SAMLResponse", "PHgvPg==")],
        &[("SAMLResponse", "PHgvPg=="), ("RelayState", "a"), ("RelayState", "b")],
    ] {
        let answer = elsewhere.post("/saml/acs", fields).await;
        assert_eq!(answer.status, 400, "{fields:?}: {}", answer.text);
    }
    assert_eq!(elsewhere.get("/saml/acs?SAMLResponse=PHgvPg==").await.status, 405);
    let answer = elsewhere.post("/saml/acs?SAMLResponse=PHgvPg==", &[]).await;
    assert_eq!(answer.status, 400);
    let json = elsewhere.posting("application/json").post("/saml/acs", &[("a", "b")]).await;
    assert!(matches!(json.status, 400 | 415), "{}", json.status);
}

#[actix_web::test]
async fn somebody_who_says_no_may_try_again() {
    let ministry = Ministry::open("").await;
    let anne = ministry.house.visitor();
    let (id, state) = ministry.ask(&anne, "next=%2Fdispatch").await;
    let answer =
        ministry.post_by(&anne, &ministry.write_no(&id).expect("a Response"), &state).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let page = anne.get(answer.location()).await;
    assert_eq!(page.status, 403);
    assert!(page.text.contains("a été refusée ou abandonnée"), "{}", page.text);
    assert!(page.text.contains("next=%2Fdispatch"), "{}", page.text);
    // Nobody who knows no journey learns anything.
    let answer = ministry.post(&ministry.write_no("_x").expect("a Response"), "").await;
    answer.must_be(400, "E-SAML");
}

#[actix_web::test]
async fn a_fresh_proof_must_be_one() {
    let ministry = Ministry::open("").await;
    let anne = ministry.house.visitor();
    ministry.come(&anne, |id| ministry.write(&Says { proved: 600, ..Says::anne(id) })).await;
    assert_eq!(ministry.house.audit("auth.login").await.len(), 1, "an older proof is good enough");

    let (id, state) = ministry.ask(&anne, "renew=1").await;
    let old = ministry.write(&Says { proved: 600, ..Says::anne(Some(&id)) });
    ministry.post_by(&anne, &old, &state).await.must_be(400, "E-SAML");
    let answer = ministry.post_by(&anne, &ministry.write(&Says::anne(Some(&id))), &state).await;
    assert_eq!(anne.get(answer.location()).await.status, 303);
}

#[actix_web::test]
async fn one_answer_opens_one_session_however_often_it_comes() {
    let ministry = Ministry::open("").await;
    let anne = ministry.house.visitor();
    let (id, state) = ministry.ask(&anne, "").await;
    let response = ministry.write(&Says::anne(Some(&id)));
    let posts = (0..50).map(|_| ministry.post_by(&anne, &response, &state));
    let answers = futures_util::future::join_all(posts).await;
    let taken: Vec<_> = answers.iter().filter(|answer| answer.status == 303).collect();
    assert_eq!(taken.len(), 1);
    let next = ministry.house.beside().await;
    let visits = (0..50).map(|n| {
        let house = if n % 2 == 0 { &ministry.house } else { &next };
        let browser = house.visitor();
        browser.put_cookie("__Host-flow", &anne.cookie("__Host-flow").expect("a cookie"));
        let way = taken[0].location().to_owned();
        async move { browser.get(&way).await.status }
    });
    let statuses = futures_util::future::join_all(visits).await;
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    assert_eq!(ministry.house.audit("auth.login").await.len(), 1);
}

#[actix_web::test]
async fn a_second_tab_finds_the_person_signed_in() {
    let ministry = Ministry::open("").await;
    let anne = ministry.house.visitor();
    let (_, first) = ministry.ask(&anne, "").await;
    let (id, second) = ministry.ask(&anne, "").await;
    let answer = ministry.post_by(&anne, &ministry.write(&Says::anne(Some(&id))), &second).await;
    assert_eq!(anne.get(answer.location()).await.status, 303);
    let late = ministry.post_by(&anne, &ministry.write(&Says::anne(Some("_x"))), &first).await;
    assert_eq!(anne.get(late.location()).await.location(), "/dispatch");
}

#[actix_web::test]
async fn a_session_that_is_over_there_is_none_here() {
    let ministry = Ministry::open("").await;
    let anne = ministry.house.visitor();
    let (id, state) = ministry.ask(&anne, "").await;
    let over = Says { ends: -1, ..Says::anne(Some(&id)) };
    let answer = ministry.post_by(&anne, &ministry.write(&over), &state).await;
    let page = anne.get(answer.location()).await;
    assert_eq!((page.status, anne.cookie("__Host-sid")), (400, None), "{}", page.text);
    assert_eq!(ministry.house.last("upstream.refused").await.reason, "time");
}

#[actix_web::test]
async fn the_session_there_ends_ours() {
    let ministry = Ministry::open("").await;
    let anne = ministry.house.visitor();
    ministry.come(&anne, |id| ministry.write(&Says::anne(id))).await;
    for _ in 0..5 {
        ministry.house.wait(Duration::minutes(90));
        assert_eq!(anne.get("/sessions").await.status, 200);
    }
    // It said eight hours; ours would be ten.
    ministry.house.wait(Duration::minutes(40));
    assert_eq!(anne.get("/sessions").await.status, 302);
}

#[actix_web::test]
async fn nobody_speaks_for_others() {
    let more = "domains = ac-reunion.example\nschools = 974*\nid = uid";
    let ministry = Ministry::open(more).await;
    let attributes: &[(&str, &[&str])] = &[
        ("uid", &["admin"]),
        ("sn", &["Robin"]),
        ("mail", &["admin@ac-paris.example"]),
        ("urn:oid:1.3.6.1.4.1.5923.1.1.1.6", &["admin@ac-paris.example"]),
        ("FrEduRne", &["0750654D$UAJ$PU$ENS$0750654D$T3$LYC$300", "9740091F$UAJ$PU$ENS"]),
    ];
    let anne = ministry.house.visitor();
    let transient = name_id_format::TRANSIENT;
    ministry
        .come(&anne, |id| ministry.write(&Says { attributes, format: transient, ..Says::anne(id) }))
        .await;
    let me = anne.get("/api/v1/dispatch/me").await;
    assert!(me.text.contains("9740091F") && !me.text.contains("0750654D"), "{}", me.text);
    assert!(!me.text.contains("ac-paris"), "{}", me.text);

    // Without an attribute that stays, a name that changes each time is none.
    let ministry = Ministry::open("").await;
    let anne = ministry.house.visitor();
    let page = ministry
        .come(&anne, |id| ministry.write(&Says { format: transient, ..Says::anne(id) }))
        .await;
    assert_eq!((page.status, anne.cookie("__Host-sid")), (400, None));
    assert_eq!(ministry.house.last("upstream.refused").await.reason, "subject");
}

#[actix_web::test]
async fn whoever_comes_unasked_says_that_it_is_them() {
    let ministry = Ministry::open("unsolicited = yes").await;
    let own = ministry.house.url("/sessions");
    let response = ministry.write(&Says::anne(None));
    let offered = ministry.post(&response, &own).await;
    assert!(offered.location().starts_with("/login/offer?flow="), "{}", offered.text);
    let anne = ministry.house.visitor();
    let page = anne.get(offered.location()).await;
    assert!(page.text.contains("Continuer en tant que"), "{}", page.text);
    assert!(page.text.contains("Anne Robin") && page.text.contains("Compte du ministère"));
    assert_eq!(anne.cookie("__Host-sid"), None, "nobody is in yet");

    let (csrf, flow) = (page.csrf(), page.field("flow").expect("a flow"));
    let forged = anne.post("/login/offer", &[("flow", &flow), ("csrf", "x")]).await;
    assert_eq!((forged.location(), anne.cookie("__Host-sid")), ("/login", None));
    let fields = [("flow", flow.as_str()), ("csrf", csrf.as_str())];
    let entered = anne.post("/login/offer", &fields).await;
    assert_eq!((entered.status, entered.location()), (303, "/sessions"), "{}", entered.text);
    assert!(anne.get("/sessions").await.text.contains("Anne Robin"));

    // The same answer opens no second session, in whatever browser.
    let again = ministry.post(&response, "https://evil.example/").await;
    let other = ministry.house.visitor();
    let page = other.get(again.location()).await;
    let (csrf, flow) = (page.csrf(), page.field("flow").expect("a flow"));
    let fields = [("flow", flow.as_str()), ("csrf", csrf.as_str())];
    assert_eq!(other.post("/login/offer", &fields).await.status, 403);
    assert_eq!(ministry.house.last("upstream.refused").await.reason, "replay");
    assert_eq!(other.post("/login/offer", &fields).await.location(), "/login");
    assert_eq!(other.get("/login/offer?flow=x").await.location(), "/login");

    // An offer does not outlive the memory of its assertion.
    let late = ministry.post(&ministry.write(&Says::anne(None)), "").await;
    ministry.house.wait(Duration::minutes(8));
    assert_eq!(other.get(late.location()).await.location(), "/login");

    let closed = Ministry::open("").await;
    closed.post(&closed.write(&Says::anne(None)), "").await.must_be(400, "E-SAML");
    let row = closed.house.last("saml.refused").await;
    assert!(row.fields["detail"].as_str().is_some_and(|it| it.contains("in_response_to")));
}

#[actix_web::test]
async fn only_its_own_word_signs_people_out() {
    let ministry = Ministry::open("").await;
    let anne = ministry.house.visitor();
    ministry.come(&anne, |id| ministry.write(&Says::anne(id))).await;
    let key = ready_made_key("idp");
    let foreign = Signer::from_pem(&key.secret, key.certificate.as_bytes()).expect("a key");
    let elsewhere = ministry.house.visitor();
    let right = |session: &str| ministry.asks_to_leave(&ministry.signer, "anne-4711", session);

    elsewhere
        .get(&ministry.asks_to_leave(&foreign, "anne-4711", "s-1"))
        .await
        .must_be(400, "E-SAML");
    let unsigned = right("s-1");
    let unsigned = unsigned.split("&SigAlg").next().expect("a query").to_owned();
    elsewhere.get(&unsigned).await.must_be(400, "E-SAML");
    // At the address of portals nobody knows it.
    let misled = right("s-1").replace("/saml/sp/slo", "/saml/slo");
    assert!(elsewhere.get(&misled).await.status >= 400);
    for request in [ministry.asks_to_leave(&ministry.signer, "somebody", "s-1"), right("s-2")] {
        let kept = elsewhere.get(&request).await;
        let answered = elsewhere.get(kept.location()).await;
        assert!(answered.location().starts_with("https://ministere.example/slo?SAMLResponse="));
        assert_eq!(status(answered.location()), "UnknownPrincipal");
        assert_eq!(ministry.house.last("auth.logout").await.reason, "unknown_principal");
        assert_eq!(anne.get("/sessions").await.status, 200);
    }

    let request = right("s-1");
    let kept = elsewhere.get(&request).await;
    assert!(kept.location().starts_with("/saml/slo/continue?flow="), "{}", kept.text);
    let answered = elsewhere.get(kept.location()).await;
    assert!(answered.location().contains("RelayState=its+state"), "{}", answered.location());
    assert_eq!(status(answered.location()), "Success");
    assert!(anne.get("/sessions").await.location().starts_with("/login"));
    assert_eq!(elsewhere.get(&request).await.location(), "/logout", "once only");
    let row = ministry.house.last("auth.logout").await;
    assert_eq!((row.reason.as_str(), &row.fields["idp"]), ("idp", &ISSUER.into()));
}

/// The last status code of an answer that travels in a query.
fn status(address: &str) -> String {
    let address: url::Url = address.parse().expect("an address");
    let packed = address.query_pairs().find(|(name, _)| name == "SAMLResponse").expect("one").1;
    let xml = inflate(&STANDARD.decode(&*packed).expect("base64")).expect("deflated");
    let xml = String::from_utf8(xml).expect("UTF-8");
    let last = xml.rsplit("urn:oasis:names:tc:SAML:2.0:status:").next().unwrap_or_default();
    last.split('"').next().unwrap_or_default().to_owned()
}

#[actix_web::test]
async fn a_provider_that_hangs_is_named_on_the_last_page() {
    let ministry = Ministry::open("").await;
    let anne = ministry.house.visitor();
    ministry.come(&anne, |id| ministry.write(&Says::anne(id))).await;
    let gone = anne.post_from("/logout", "/logout", &[]).await;
    let way = format!("{}?go=1", gone.location());
    let over = anne.get(&way).await;
    assert!(over.location().starts_with("https://ministere.example/slo?SAMLRequest="));
    let page = anne.get(&way).await;
    assert!(page.text.contains("Compte du ministère"), "{}", page.text);
    assert!(page.text.contains("sans réponse"), "{}", page.text);

    let silent = Ministry::open("slo = no").await;
    let anne = silent.house.visitor();
    silent.come(&anne, |id| silent.write(&Says::anne(id))).await;
    let page = anne.post_from("/logout", "/logout", &[]).await;
    assert!(page.text.contains("à fermer vous-même"), "{} {}", page.location(), page.text);
}

#[actix_web::test]
async fn its_description_is_read_again_and_must_hold() {
    let ministry = Ministry::open("").await;
    let anne = ministry.house.visitor();
    let good = ministry.metadata();
    ministry.publish("<broken");
    let silent = anne.get("/login/with/ministere?").await;
    assert_eq!(silent.status, 503);
    assert!(silent.text.contains("ne répond pas pour le moment"), "{}", silent.text);

    ministry.publish(&good);
    let (id, state) = ministry.ask(&anne, "").await;
    // A new text that cannot be used leaves the old one.
    ministry.publish("<broken");
    let response = ministry.write(&Says::anne(Some(&id)));
    assert_eq!(ministry.post_by(&anne, &response, &state).await.status, 303);
    let soon = ministry.house.now() + Duration::hours(1);
    let until = format!("entityID=\"{ISSUER}\" validUntil=\"{}\"", soon.format("%FT%TZ"));
    ministry.publish(&good.replace(&format!("entityID=\"{ISSUER}\""), &until));
    ministry.ask(&anne, "").await;
    ministry.house.wait(Duration::hours(2));
    assert_eq!(anne.get("/login/with/ministere?").await.status, 503, "it has run out");
}

#[actix_web::test]
async fn nobody_answers_for_another_provider() {
    let ministry = Ministry::open("").await;
    let anne = ministry.house.visitor();
    let (id, state) = ministry.ask(&anne, "").await;
    let right = ministry.write(&Says::anne(Some(&id)));
    // Its own key, but the name of somebody else; its own name, but the key of somebody else.
    let impostor = Says { issuer: "https://other.example/idp", ..Says::anne(Some(&id)) };
    ministry.post_by(&anne, &ministry.write(&impostor), &state).await.must_be(400, "E-SAML");
    let key = ready_made_key("idp");
    let foreign = Signer::from_pem(&key.secret, key.certificate.as_bytes()).expect("a key");
    let forged = ministry.write_by(&foreign, &Says::anne(Some(&id)));
    ministry.post_by(&anne, &forged, &state).await.must_be(400, "E-SAML");
    assert_eq!(ministry.post_by(&anne, &right, &state).await.status, 303);
    // The journey belongs to the provider that was asked.
    let elsewhere = anne.get(&format!("/login/from/nobody?state={state}")).await;
    assert_eq!(elsewhere.status, 404);
    assert_eq!(anne.get(&format!("/login/from/ministere?state={state}")).await.status, 303);
}
