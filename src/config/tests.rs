//! Whole files: every mistake at once, each with file, line, key and what to write.
use super::*;
use std::time::Duration;

mod shipped;

const GOOD: &str = "[http]\npublic_url = https://sso.example.org\n";

fn read(text: &str) -> Result<(Config, Vec<Finding>), Vec<Finding>> {
    Config::read(Path::new("/srv/etc/aiguillage.ini"), text.as_bytes(), &|_| None)
}

/// The mistakes in `GOOD` and some more lines: line, code, subject and detail.
fn mistakes(more: &str) -> Vec<String> {
    let findings = read(&format!("{GOOD}{more}")).expect_err(more);
    let line = |f: &Finding| f.line.map_or_else(|| "-".to_owned(), |line| line.to_string());
    findings.iter().map(|f| format!("{} {} {} {}", line(f), f.code, f.subject, f.detail)).collect()
}

#[test]
fn each_mistake_says_where_it_stands_and_what_to_write() {
    for (more, expected) in [
        ("lissten = x", "3 E-CONF-KEY [http] lissten unknown; did you mean listen?"),
        ("colour = x", "3 E-CONF-KEY [http] colour unknown; see etc/aiguillage.ini for the list"),
        ("url = x", "3 E-CONF-KEY [http] url unknown; see etc/aiguillage.ini for the list"),
        ("[databse]\nurl = x", "3 E-CONF-SECTION [databse] unknown; did you mean database?"),
        ("[HTTP]\nlisten = x", "3 E-CONF-SECTION [HTTP] unknown; did you mean http?"),
        (
            "[source:a b]\nkind=local",
            "3 E-CONF-SECTION [source:a b] use letters, digits, - and _ behind the colon",
        ),
        (
            "[source:a,b]\nkind=local",
            "3 E-CONF-SECTION [source:a,b] use letters, digits, - and _ behind the colon",
        ),
        ("[source]\nkind=local", "3 E-CONF-SECTION [source] unknown; did you mean source:*?"),
        ("listen = 8080", "3 E-CONF-VALUE [http] listen “8080”: invalid socket address syntax"),
        ("max_connections = 0", "3 E-CONF-VALUE [http] max_connections “0”: write a number from 1"),
        ("hsts = maybe", "3 E-CONF-VALUE [http] hsts “maybe”: write true or false"),
        (
            "trusted_proxies = 10.0.0.0/8, x",
            "3 E-CONF-VALUE [http] trusted_proxies “x”: write an address or a network such as 10.0.0.0/8",
        ),
        (
            "client_ip_header = host",
            "3 E-CONF-VALUE [http] client_ip_header “host”: write x-forwarded-for, forwarded, x-real-ip or none",
        ),
        ("listen = a\nlisten = 127.0.0.1:1", "4 E-CONF-LINE listen W-INI-DUPKEY"),
        (
            "[session]\nlifetime = 10",
            "4 E-CONF-VALUE [session] lifetime “10”: write a number and s, m, h or d, 30m for instance",
        ),
        ("[session]\nidle = 9999d", "4 E-CONF-VALUE [session] idle “9999d”: write a year at most"),
        (
            "[session]\nshort_profiles = pupil, boss",
            "4 E-CONF-VALUE [session] short_profiles “boss”: write pupil, parent, teacher, head, school_life, staff or other",
        ),
        (
            "[database]\nurl = mysql://x",
            "4 E-CONF-VALUE [database] url write sqlite:PATH or postgres://USER@HOST/NAME",
        ),
        (
            "[database]\nmigrate = yes",
            "4 E-CONF-VALUE [database] migrate “yes”: write auto or never",
        ),
        (
            "[dispatch]\ntime_zone = Reunion",
            "4 E-CONF-VALUE [dispatch] time_zone “Reunion”: write Europe/Paris or Indian/Reunion, for instance",
        ),
        (
            "[dispatch]\nreload_min_ratio = 2",
            "4 E-CONF-VALUE [dispatch] reload_min_ratio “2”: write a number from 0 to 1",
        ),
        ("[log]\nformat = xml", "4 E-CONF-VALUE [log] format “xml”: write text or json"),
        (
            "[source:a]\nkind = hr",
            "4 E-CONF-VALUE [source:a] kind “hr”: write local, ldap, csv, jsonl, sql or push",
        ),
        (
            "[source:a]\nlabel = A",
            "- E-CONF-MISSING [source:a] kind local, ldap, csv, jsonl, sql or push. Required.",
        ),
        (
            "[link:m]\nattribute = uid",
            "- E-CONF-MISSING [link:m] sources Two sources whose accounts are joined, comma between. Required.",
        ),
    ] {
        let found = mistakes(more);
        assert!(found.iter().any(|mistake| mistake == expected), "{more}\n{expected}\n{found:#?}");
        assert_eq!(found.len(), 1, "{more}: {found:#?}");
    }
}

#[test]
fn the_public_address_is_needed_and_must_be_safe() {
    for (text, expected) in [
        ("", "E-CONF-MISSING"),
        ("[http]\npublic_url =", "E-CONF-MISSING"),
        ("[http]\npublic_url = http://sso.example.org", "E-CONF-VALUE"),
        ("[http]\npublic_url = https://sso.example.org/sso", "E-CONF-VALUE"),
    ] {
        let findings = read(text).expect_err(text);
        let all: Vec<_> = findings.iter().map(|f| (f.code, f.subject.as_str())).collect();
        assert_eq!(all, [(expected, "[http] public_url")], "{text}");
    }
    assert!(read("[http]\npublic_url = http://localhost:8080").is_ok());
}

#[test]
fn all_mistakes_come_at_once_in_order_of_lines() {
    let more = "lissten = x\n[admin]\nlisten = 9\n[link:m]\nsources = a, b\nattribute = mail\n\
                [source:a]\nkind = ldap\nrole = boss\nurl = ldap://ldap.example.org\n\
                bind_dn = cn=x\nconnect_timeout = soon\nmax_waiters = 0\n[nonsense]\n";

    let found = mistakes(more);

    let expected = [
        "- E-CONF-MISSING [link:m] domains",
        "- E-LDAP-BASE [source:a] base",
        "- E-CONF-MISSING [source:a] bind_password",
        "3 E-CONF-KEY [http] lissten",
        "5 E-CONF-VALUE [admin] listen",
        "7 E-CONF-VALUE [link:m] sources “there is no",
        "11 E-CONF-VALUE [source:a] role",
        "12 E-LDAP-PLAIN [source:a] url",
        "14 E-CONF-VALUE [source:a] connect_timeout",
        "15 E-CONF-VALUE [source:a] max_waiters",
        "16 E-CONF-SECTION [nonsense]",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        let expected = expected.replace("“", "");
        assert!(found.starts_with(&expected), "{found} instead of {expected}");
    }
}

#[test]
fn an_identity_provider_has_the_keys_of_its_kind() {
    let sources = "[source:a]\nkind = local\n[source:b]\nkind = ldap\nurl = ldaps://ldap.example\n\
                   base = o=x\n";
    let oidc = "kind = oidc\nissuer = https://i.example\nclient_id = c\n";
    let saml = "kind = saml\nmetadata = i.xml\n";
    let cas = "kind = cas\nurl = https://cas.example/cas\n";
    for (section, faults) in [
        (oidc.to_owned(), vec![]),
        (format!("{saml}look_up = b\nschools = 974*, 0750654D\nslo = no\n"), vec![]),
        (format!("{cas}domains = x.example\nid = uid\n"), vec![]),
        ("kind = kerberos\n".to_owned(), vec!["kind"]),
        ("label = x\n".to_owned(), vec!["kind"]),
        ("kind = saml\n".to_owned(), vec!["metadata"]),
        ("kind = cas\n".to_owned(), vec!["url"]),
        (format!("{saml}issuer = https://i.example\n"), vec!["issuer"]),
        (format!("{cas}metadata = i.xml\nunsolicited = yes\n"), vec!["metadata", "unsolicited"]),
        (format!("{oidc}url = https://x.example\n"), vec!["url"]),
        (cas.replace("https", "http"), vec!["url"]),
        (cas.replace("cas.example", "me:pw@cas.example"), vec!["url"]),
        (cas.replace("/cas\n", "/cas?x=1\n"), vec!["url"]),
        (format!("{saml}look_up = a\n"), vec!["look_up"]),
        (format!("{saml}look_up = z\n"), vec!["look_up"]),
        (format!("{saml}schools = 974\n"), vec!["schools"]),
        (format!("{saml}schools = *\n"), vec!["schools"]),
        (format!("{saml}schools = 0750654D*\n"), vec!["schools"]),
    ] {
        let findings =
            read(&format!("{GOOD}{sources}[idp:i]\n{section}")).err().unwrap_or_default();
        let subjects: Vec<_> = findings.iter().map(|it| it.subject.clone()).collect();
        let expected: Vec<_> = faults.iter().map(|key| format!("[idp:i] {key}")).collect();
        assert_eq!(subjects, expected, "{section}");
    }
}

#[test]
fn a_link_names_two_different_sources_that_exist() {
    let sources = "[source:a]\nkind = local\n[source:b]\nkind = local\n[link:m]\nattribute = uid\n";
    for (pair, faults) in
        [("a, b", 0), ("a", 1), ("a, a", 1), ("a, c", 1), ("c, d", 2), ("a,b,a", 1)]
    {
        let text = format!("{GOOD}{sources}sources = {pair}");
        let findings = read(&text).err().unwrap_or_default();
        assert_eq!(findings.len(), faults, "{pair}: {findings:?}");
    }
}

#[test]
fn secrets_in_the_file_are_refused_and_never_repeated() {
    let ldap = "[source:a]\nkind = ldap\nurl = ldaps://x\nbase = o=x\nbind_dn = cn=x\n";
    for more in [
        format!("{ldap}bind_password = canary"),
        format!("{ldap}bind_password = canary\nbind_pasword = canary"),
        "[database]\nurl = postgres://u:canary@host:port/db".to_owned(),
        "[database]\nurl = mysql://u:canary@host/db".to_owned(),
    ] {
        let found = mistakes(&more);
        assert!(!found.is_empty() && !format!("{found:?}").contains("canary"), "{found:?}");
    }
}

#[test]
fn a_database_address_may_stand_elsewhere() {
    let text = format!("{GOOD}[database]\nurl = env:DATABASE\n");
    let set = |name: &str| (name == "DATABASE").then(|| "postgres://u:canary@h/db".to_owned());
    let (config, _) = Config::read(Path::new("/x.ini"), text.as_bytes(), &set).unwrap();
    assert!(matches!(config.database, DatabaseSettings::Postgres(_)));
    assert!(!format!("{config:?}").contains("canary"), "a configuration may be printed");

    assert_eq!(
        mistakes("[database]\nurl = env:DATABASE"),
        ["4 E-CONF-SECRET [database] url DATABASE is not set"]
    );
}

#[test]
fn a_secret_file_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (path, secret) = (folder.path().join("aiguillage.ini"), folder.path().join("secret"));
    std::fs::write(&secret, "canary\n").unwrap();
    let text = format!(
        "{GOOD}[source:a]\nkind = ldap\nurl = ldaps://x\nbase = o=x\nbind_dn = cn=x\n\
         bind_password = file:secret\n"
    );
    for (mode, good) in
        [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o660, false)]
    {
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(mode)).unwrap();
        let read = Config::read(&path, text.as_bytes(), &|_| None);
        assert_eq!(read.is_ok(), good, "{mode:o}");
        if let Ok((config, _)) = read {
            let ldap = config.sources[0].ldap.as_ref().unwrap();
            assert_eq!(ldap.bind_password.reveal(), "canary");
        }
    }
}

#[test]
fn the_environment_wins_over_the_file() {
    let text = format!("{GOOD}listen = 127.0.0.1:1\n[source:a-b]\nkind = local\n");
    let set = |name: &str| match name {
        "AIGUILLAGE_HTTP_LISTEN" => Some("127.0.0.1:2".to_owned()),
        "AIGUILLAGE_SOURCE_A_B_LABEL" => Some(" Agents ".to_owned()),
        "AIGUILLAGE_SESSION_SHORT_PROFILES" | "AIGUILLAGE_LOG_LEVEL" => Some(String::new()),
        _ => None,
    };
    let (config, _) = Config::read(Path::new("/x.ini"), text.as_bytes(), &set).unwrap();
    assert_eq!(config.http.listen.port(), 2);
    assert_eq!(config.sources[0].label, "Agents");
    assert!(config.session.short_profiles.is_empty(), "an empty list is a list");
    assert_eq!(config.log.level, "info", "an empty value is none");

    let wrong = |name: &str| (name == "AIGUILLAGE_HTTP_LISTEN").then(|| "x".to_owned());
    assert!(Config::read(Path::new("/x.ini"), text.as_bytes(), &wrong).is_err());
}

#[test]
fn empty_values_are_defaults_and_paths_start_from_the_folder_of_the_file() {
    let text = format!(
        "{GOOD}listen =\n[database]\nurl =\n[files]\netabs = a.ini\nkeys = /k\nmetadata =\n"
    );
    let (config, findings) = read(&text).unwrap();

    assert_eq!(findings, []);
    assert_eq!(config.http.listen.port(), 8080);
    assert_eq!(config.files.etabs, Path::new("/srv/etc/a.ini"));
    assert_eq!(config.files.keys, Path::new("/k"));
    assert_eq!(config.files.metadata, Path::new("/srv/etc/../metadata"));
    let DatabaseSettings::Sqlite(path) = config.database else { panic!("SQLite is the default") };
    assert_eq!(path, Path::new("/srv/etc/../var/aiguillage.db"));
    assert_eq!(config.saml.entity_id, "https://sso.example.org/saml/metadata");
    assert_eq!(config.http.drain, Duration::from_secs(5));
}

#[test]
fn a_directory_takes_all_its_settings() {
    let text = format!(
        "{GOOD}[source:a]\nkind = ldap\nrole = agents\nurl = ldaps://x, ldaps://y\nbase = o=x\n\
         people_filter = (uid=*)\nconnect_timeout = 5s\noperation_timeout = 1m\n\
         login_timeout = 9s\nmax_connections = 3\nmax_waiters = 4\nATTR.Mail = courriel\n"
    );
    let (config, _) = read(&text).unwrap();
    let ldap = config.sources[0].ldap.as_ref().unwrap();
    assert_eq!(ldap.urls, ["ldaps://x", "ldaps://y"]);
    assert_eq!(ldap.people_filter, "(uid=*)");
    let times = [ldap.connect_timeout, ldap.operation_timeout, ldap.login_timeout];
    assert_eq!(times, [5, 60, 9].map(Duration::from_secs));
    assert_eq!((ldap.max_connections, ldap.max_waiters), (3, 4));
    assert_eq!(ldap.mapping.their_name("mail"), Some("courriel"));
}

#[test]
fn a_file_that_is_not_there_is_a_mistake_too() {
    let findings = Config::load(Path::new("/nowhere/aiguillage.ini"), &|_| None).unwrap_err();
    assert_eq!(findings[0].code, "E-CONF-FILE");
    assert_eq!(findings[0].file, "/nowhere/aiguillage.ini");
}

#[test]
fn lists_have_a_place_an_interval_and_expressions_that_can_be_read() {
    let text = format!(
        "{GOOD}[source:a]\nkind = csv\nrole = agents\npath = a.csv\nevery = 1h\nfull_at = 04:05\n\
         vanish_limit = 5 %\nattr.uid = first(Numéro, login)\n[source:b]\nkind = sql\nrole = local\n\
         url = sqlite:b.db\nquery = SELECT 1\n"
    );
    let (config, _) = read(&text).unwrap();
    let sync = config.sources[0].sync.as_ref().unwrap();
    assert_eq!((sync.every.as_secs(), sync.vanish_limit), (3600, 5));
    assert_eq!(sync.full_at.to_string(), "04:05:00");
    let list = config.sources[0].list.as_ref().unwrap();
    assert!(matches!(&list.place, ListedIn::Csv(path) if path == Path::new("/srv/etc/a.csv")));
    let ListedIn::Sql { url, .. } = &config.sources[1].list.as_ref().unwrap().place else {
        panic!("a database")
    };
    assert_eq!(url.reveal(), "sqlite:/srv/etc/b.db");

    for (wrong, key) in [
        ("kind = csv\nrole = local\n", "path"),
        ("kind = csv\nrole = local\npath = a\nattr.mail = lower(\n", "attr.mail"),
        ("kind = csv\nrole = local\npath = a\nevery = 5s\n", "every"),
        ("kind = csv\nrole = local\npath = a\nfull_at = 25:00\n", "full_at"),
        ("kind = csv\nrole = local\npath = a\nvanish_limit = 101\n", "vanish_limit"),
        ("kind = sql\nrole = local\nurl = oracle://x\nquery = SELECT 1\n", "url"),
        ("kind = local\nrole = local\nquery = SELECT 1\n", "query"),
    ] {
        let findings = read(&format!("{GOOD}[source:a]\n{wrong}")).unwrap_err();
        assert_eq!(findings[0].subject, format!("[source:a] {key}"), "{findings:?}");
    }
}

#[test]
fn no_directory_is_searched_for_what_we_compute() {
    let text = format!(
        "{GOOD}[source:a]\nkind = ldap\nrole = local\nurl = ldaps://x\nbase = o=x\n\
         attr.key = lower(uid)\n[source:b]\nkind = local\nrole = local\n\
         [link:key]\nsources = a, b\nattribute = key\n"
    );
    let findings = read(&text).unwrap_err();
    assert_eq!(findings[0].subject, "[link:key] attribute");
}

#[test]
fn exports_and_hooks_of_cards_say_what_is_wrong_with_them() {
    let export = "[access:gates]\nformat = pc_pass\ndirectory = doors\n";
    let (config, _) = read(&format!("{GOOD}{export}")).expect("good");
    let gates = &config.access[0];
    assert_eq!(gates.folder, Path::new("/srv/etc/doors"));
    assert_eq!((gates.file.as_str(), gates.lines), ("pc_pass.csv", 1000));
    assert_eq!(gates.at.map(|at| at.to_string()).as_deref(), Some("10:00:00"));
    assert!(config.tells_of_cards());
    for (more, expected) in [
        ("[access:a]\ndirectory = x", "- E-CONF-MISSING [access:a] format"),
        ("[access:a]\nformat = xml\ndirectory = x", "4 E-CONF-VALUE [access:a] format “xml”"),
        ("[access:a]\nformat = til", "- E-CONF-MISSING [access:a] directory"),
        ("[access:a]\nformat = til\ndirectory = x\nfile = ../x", "6 E-CONF-VALUE [access:a] file"),
        ("[access:a]\nformat = til\ndirectory = x\nat = noon", "6 E-CONF-VALUE [access:a] at"),
        ("[card_hook:a]\nsecret = env:X", "- E-CONF-MISSING [card_hook:a] url"),
        ("[card_hook:a]\nurl = http://a.example", "4 E-CONF-VALUE [card_hook:a] url"),
        (
            "[card_hook:a]\nurl = https://a.example\nsecret = x",
            "5 E-CONF-SECRET [card_hook:a] secret",
        ),
    ] {
        let found = mistakes(more);
        assert!(found.iter().any(|line| line.starts_with(expected)), "{found:?}");
    }
    let twice = mistakes(&format!("{export}[access:b]\nformat = pc_pass\ndirectory = doors"));
    assert!(twice[0].contains("another export writes these files"), "{twice:?}");
}

#[test]
fn directories_of_cards_take_servers_of_a_source_and_say_what_is_wrong_with_them() {
    let source = "[source:main]\nkind = ldap\nrole = university\nurl = ldaps://x\nbase = dc=x\n\
        people_base = \"ou=people,dc=x\"\noperation_timeout = 9s\n";
    let own = "[card_directory:a]\nsource = main\n";
    let good = format!(
        "{GOOD}{source}{own}operation_timeout = 4s\n\
         add.supannRefId = {{ISO15693}}%csn%, {{X}}%doors%\nset.jpegPhoto = %photo%\n"
    );
    let (config, _) = read(&good).expect("good");
    let directory = &config.directories[0];
    assert_eq!(
        (directory.ldap.urls[0].as_str(), directory.ldap.base.as_str()),
        ("ldaps://x", "ou=people,dc=x")
    );
    assert_eq!(directory.ldap.operation_timeout, Duration::from_secs(4));
    assert_eq!(directory.attributes[0].name, "supannRefId");
    assert_eq!(directory.attributes[0].templates, ["{ISO15693}%csn%", "{X}%doors%"]);
    assert!(directory.attributes[1].is_single && !directory.takes_over);
    assert!(config.tells_of_cards());
    let value = "E-CONF-VALUE [card_directory:a]";
    for (more, expected) in [
        ("source = other\nset.pager = %csn%".to_owned(), format!("{value} source")),
        ("source = main".to_owned(), "E-CONF-MISSING [card_directory:a] add.*".to_owned()),
        ("source = main\nset.userPassword = x".to_owned(), format!("{value} set.userPassword")),
        ("source = main\nadd.jpegPhoto = %photo%".to_owned(), format!("{value} add.jpegPhoto")),
        ("source = main\nset.a = x%photo%".to_owned(), format!("{value} set.a")),
        ("source = main\nadd.a = x\nset.A = y".to_owned(), format!("{value} set.A")),
        ("url = ldaps://y\nset.a = x".to_owned(), "E-LDAP-BASE [card_directory:a] base".to_owned()),
        (
            "source = main\nset.a = x\nfilter = (uid=x)".to_owned(),
            "E-LDAP-FILTER [card_directory:a] filter".to_owned(),
        ),
    ] {
        let found = mistakes(&format!("{source}[card_directory:a]\n{more}\n"));
        assert!(found.iter().any(|line| line.contains(&expected)), "{more}: {found:?}");
    }
}
