//! What is wrong with the attributes of people reaches administrators, and nobody else.
use crate::house::House;
use serde_json::json;

/// A parent with one good child and one whose number is missing.
const PARENT: &str = "[jean.casse]\nsource = families\ndisplayName = Jean Cassé\nFrEduVecteur[] = \"2|CASSE|Jean|812345|9740091F\"\nFrEduVecteur[] = \"2|CASSE|Jean||9749801K\"\n";

#[actix_web::test]
async fn a_vector_that_was_dropped_is_shown_to_administrators() {
    let house = House::open().await;
    house.invent(PARENT).await;
    let jean = house.sign_in("jean.casse").await;
    let row = house.last("auth.login").await;
    assert_eq!(row.fields["findings"], json!(["W-VECTOR"]), "codes and no values");
    let admin = house.administrator().await;

    let explained = admin.get("/api/v1/admin/dispatch/explain?login=jean.casse").await.json();
    let finding = &explained["findings"][0];
    assert_eq!((&finding["code"], &finding["source"]), (&json!("W-VECTOR"), &json!("families")));
    let page = admin.get("/admin/explain?login=jean.casse").await;
    assert!(page.words().contains("Attributs à corriger"), "{}", page.words());
    assert!(page.words().contains("Un vecteur d’identité est incomplet"), "{}", page.words());
    let lint = admin.get("/admin/lint?q=jean.casse").await;
    assert!(lint.words().contains("W-VECTOR"), "{}", lint.words());
    assert!(lint.words().contains("[source:families]"), "{}", lint.words());
    let search = admin.get("/admin/audit?event=auth.login&q=w-vector").await;
    assert!(search.words().contains("Jean Cassé"), "{}", search.words());
    for answer in [&page, &lint] {
        assert!(!answer.text.contains("CASSE"), "names in vectors are left out: {}", answer.text);
    }
    jean.get("/admin/lint").await.must_be(403, "E-FORBIDDEN");

    let paul = house.sign_in("paul.hoarau").await;
    assert_eq!(house.last("auth.login").await.fields["findings"], json!([]));
    drop(paul);
    let page = admin.get("/admin/explain?login=paul.hoarau").await;
    assert!(!page.words().contains("Attributs à corriger"));
}
