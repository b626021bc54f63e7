//! People in a `MariaDB` of somebody else: its types, its refusals, and a server that goes away.
use super::{Office, order};
use crate::peers::mariadb::Mariadb;
use aiguillage::sync::Progress;
use aiguillage::sync::store::newest_runs;

const AGENTS: &str = "CREATE TABLE agent (matricule BIGINT UNSIGNED PRIMARY KEY, nom VARCHAR(80),
    prenom VARCHAR(80) CHARACTER SET latin1, surnom TEXT, corps ENUM('enseignant', 'iatss'),
    missions SET('tuteur', 'jury', 'référent'), actif TINYINT(1), drapeau BIT(1), ne DATE,
    parti DATE, vu DATETIME(3), indice DECIMAL(8,2), photo BLOB, uai CHAR(8));
    SET SESSION sql_mode = '';
    INSERT INTO agent VALUES
    (18446744073709551615, 'Hoarau', 'Élodie', '𝓔lo 🦎', 'enseignant', 'référent,tuteur', 1, b'1',
     '1980-02-01', '0000-00-00', '2026-09-01 07:30:00.250', 1234.50, x'89504E47', '9740091F'),
    (102, 'Payet', NULL, '', NULL, '', 0, b'0', NULL, NULL, NULL, NULL, NULL, '9749801K')";

const EVERYBODY: &str = "SELECT * FROM agent ORDER BY nom";

fn section(mariadb: &Mariadb, password: &str, query: &str) -> String {
    format!(
        "[source:rh]\nkind = sql\nrole = agents\nurl = {}\nquery = {query}\nattr.uid = matricule\n\
         attr.displayName = join(' ', prenom, nom)\nattr.rne = uai\n\
         attr.ENTPersonProfils = const('National_DIR')\nextra_attributes = surnom, corps, \
         missions, actif, drapeau, ne, parti, vu, indice, photo\n",
        mariadb.url(password)
    )
}

async fn office(query: &str) -> (Mariadb, Office) {
    let mariadb = Mariadb::start(AGENTS).await;
    let office = Office::open(&section(&mariadb, "lecteur", query)).await;
    (mariadb, office)
}

async fn trouble(office: &Office) -> String {
    let mut tx = office.test.read().await;
    let run = newest_runs(&mut tx, "rh", 1).await.expect("a table").remove(0);
    run.trouble.expect("a run that failed")
}

#[actix_web::test]
async fn every_type_of_mariadb_comes_as_text_or_not_at_all() {
    let (mariadb, office) = office(EVERYBODY).await;

    assert_eq!(office.counts("rh").await, [2, 0, 0, 0, 0, 0]);

    let elodie = office.account("rh", "18446744073709551615").await.attributes;
    let said = [
        ("displayName", "Élodie Hoarau"),
        ("surnom", "𝓔lo 🦎"),
        ("corps", "enseignant"),
        ("missions", "tuteur,référent"),
        ("actif", "1"),
        ("ne", "1980-02-01"),
        ("vu", "2026-09-01 07:30:00.250"),
        ("indice", "1234.50"),
    ];
    for (name, value) in said {
        assert_eq!(elodie.first(name), Some(value), "{name}");
    }
    for name in ["parti", "photo", "drapeau"] {
        assert_eq!(elodie.first(name), None, "{name}");
    }
    let payet = office.account("rh", "102").await.attributes;
    assert_eq!((payet.first("displayName"), payet.first("actif")), (Some("Payet"), Some("0")));
    for name in ["surnom", "corps", "missions", "drapeau", "ne", "vu", "indice"] {
        assert_eq!(payet.first(name), None, "{name}");
    }

    assert_eq!(office.counts("rh").await, [0, 0, 0, 2, 0, 0], "nothing is written twice");
    mariadb.execute("UPDATE agent SET corps = 'iatss' WHERE matricule = 102").await;
    assert_eq!(office.counts("rh").await, [0, 1, 0, 1, 0, 0]);
}

#[actix_web::test]
async fn a_wrong_password_is_named_as_such_and_not_repeated() {
    let (mariadb, mut office) = office(EVERYBODY).await;
    office.run("rh").await;
    let before = office.kept().await;
    office.reopen(&section(&mariadb, "canary", EVERYBODY));

    let failed = office.try_run("rh", &order()).await.0.expect_err("a refusal");

    assert_eq!(failed.code(), "E-SYNC-READ");
    let words = "E-SYNC-READ the database refuses this user or this password";
    assert_eq!(trouble(&office).await, words);
    assert!(!format!("{:?}", anyhow::Error::from(failed)).contains("canary"));
    assert_eq!(office.kept().await, before);
}

#[actix_web::test]
async fn mariadb_is_only_read_whatever_the_query_says_and_whoever_asks() {
    let (mariadb, mut office) = office("DELETE FROM agent").await;
    mariadb.execute("GRANT ALL ON rh.* TO reader@'127.0.0.1'").await;

    let failed = office.try_run("rh", &order()).await.0.expect_err("a refusal");
    assert_eq!(failed.to_string(), "the query failed with code 25006");

    office.reopen(&section(&mariadb, "lecteur", EVERYBODY));
    assert_eq!(office.counts("rh").await[0], 2, "they are all there");
}

#[actix_web::test]
async fn a_mariadb_that_goes_away_in_the_middle_loses_nobody() {
    let everybody = "SELECT seq AS matricule, 'Payet' AS nom FROM seq_1_to_3000";
    let (mut mariadb, mut office) = office(everybody).await;
    assert_eq!(office.counts("rh").await, [3_000, 0, 0, 0, 0, 0]);
    let before = office.kept().await;
    // After a thousand rows it takes its time, so that it is surely killed before the last one.
    let slow = "SELECT seq AS matricule, 'Grondin' AS nom, IF(seq > 1000, SLEEP(1), 0) AS pause \
                FROM seq_1_to_3000";
    office.reopen(&section(&mariadb, "lecteur", slow));

    let (whole, progress) = (order(), Progress::default());
    let mut report = |_: &_| ();
    let run = office.engine.run(office.source("rh"), &whole, &progress, &mut report);
    let killed = async {
        while progress.read() == 0 {
            tokio::task::yield_now().await;
        }
        mariadb.stop();
    };
    let (failed, ()) = tokio::join!(run, killed);

    assert_eq!(failed.expect_err("half of a list").code(), "E-SYNC-READ");
    assert!((1..=1_000).contains(&progress.read()), "{} were read", progress.read());
    assert_eq!(office.kept().await, before, "nobody was renamed, nobody left");
    office.reopen(&section(&mariadb, "lecteur", everybody));
    let failed = office.try_run("rh", &order()).await.0.expect_err("nobody answers");
    assert_eq!(failed.code(), "E-SYNC-READ");
    assert!(trouble(&office).await.contains("refused"), "{}", trouble(&office).await);
}
