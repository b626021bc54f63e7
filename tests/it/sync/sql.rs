//! Tables of somebody else: the administrator's query, and one that fails.
use super::{Office, order};
use aiguillage::db::Tx;
use aiguillage::sync::store::newest_runs;
use sqlx::{AssertSqlSafe, raw_sql};

const PEOPLE: &str =
    "CREATE TABLE agent (matricule BIGINT, nom TEXT, prenom TEXT, ne DATE, uai TEXT);
    INSERT INTO agent VALUES (101, 'Hoarau', 'Élodie', '1980-02-01', '9740091F'),
    (102, 'Payet', NULL, NULL, '9749801K'), (103, NULL, NULL, NULL, NULL)";

/// An office whose own database holds somebody else's table.
async fn office(query: &str) -> Office {
    let mut office = Office::open("").await;
    let mut tx = office.test.write().await;
    let text = AssertSqlSafe(PEOPLE);
    match &mut tx {
        Tx::Sqlite(tx) => raw_sql(text).execute(&mut **tx).await.map(|_| ()),
        Tx::Postgres(tx) => raw_sql(text).execute(&mut **tx).await.map(|_| ()),
    }
    .expect("a table");
    tx.commit().await.expect("a table");
    let section = format!(
        "[source:rh]\nkind = sql\nrole = agents\nurl = {}\nquery = {query}\n\
         attr.uid = matricule\nattr.displayName = join(' ', prenom, nom)\nattr.rne = uai\n\
         attr.ENTPersonProfils = const('National_DIR')\nextra_attributes = ne\n",
        office.test.url()
    );
    office.reopen(&section);
    office
}

#[actix_web::test]
async fn numbers_dates_and_nothing_come_as_text() {
    let office =
        office("SELECT matricule, nom, prenom, ne, uai FROM agent ORDER BY matricule").await;

    let (done, told) = office.try_run("rh", &order()).await;

    assert_eq!(super::brief(&done.unwrap().counts), [2, 0, 0, 0, 0, 1]);
    assert_eq!((told[0].place.as_str(), told[0].code), ("row 3", "W-SYNC-NO-NAME"));
    let somebody = office.account("rh", "101").await;
    assert_eq!(somebody.attributes.first("displayName"), Some("Élodie Hoarau"));
    assert_eq!(somebody.attributes.first("ne"), Some("1980-02-01"));
    assert_eq!(office.account("rh", "102").await.attributes.first("displayName"), Some("Payet"));
}

#[actix_web::test]
async fn a_query_that_fails_or_writes_changes_nothing() {
    for query in ["SELECT nonsense FROM nowhere", "DELETE FROM agent"] {
        let office = office(query).await;
        let failed = office.try_run("rh", &order()).await.0.unwrap_err();
        assert_eq!(failed.code(), "E-SYNC-READ", "{query}: {failed}");
        assert_eq!(office.kept().await, (0, 0));
    }
}

#[actix_web::test]
async fn what_somebody_elses_database_quotes_is_not_kept() {
    let sqlite = "SELECT json_extract('Hoarau', '$.' || nom) AS matricule FROM agent";
    let postgres = "SELECT CAST(nom AS BIGINT) AS matricule FROM agent";
    let is_sqlite = matches!(Office::open("").await.test.read().await, Tx::Sqlite(_));
    let office = office(if is_sqlite { sqlite } else { postgres }).await;

    let failed = office.try_run("rh", &order()).await.0.unwrap_err();

    let mut tx = office.test.read().await;
    let run = newest_runs(&mut tx, "rh", 1).await.expect("a table").remove(0);
    let code = if is_sqlite { "1" } else { "22P02" };
    assert_eq!(run.trouble, Some(format!("E-SYNC-READ the query failed with code {code}")));
    let cause = std::error::Error::source(&failed).expect("for the log").to_string();
    assert!(cause.contains(if is_sqlite { "JSON" } else { "Hoarau" }), "{cause}");
}
