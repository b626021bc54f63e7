//! What cannot be served is not served: said at once, whole, with nothing left open.
use super::{Installation, Service};
use std::fs::{self, Permissions};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;

/// The program refuses to serve: exit code and complaint.
fn refused(house: &Installation) -> (Option<i32>, String) {
    let ended = house.run(&["serve"]);
    for port in [house.port, house.admin_port] {
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "port {port} is open");
    }
    (ended.code, ended.complained)
}

#[test]
fn a_broken_configuration_lists_every_mistake_and_opens_nothing() {
    let more =
        "role = boss\n[http]\nlissten = x\n[link:m]\nsources = local, gone\nattribute = mail\n";
    let house = Installation::with(more);

    let (code, complaint) = refused(&house);

    assert_eq!(code, Some(78));
    for part in ["] role", "lissten: unknown; did you mean listen?", "[source:gone]", "] domains"] {
        assert!(complaint.contains(part), "{part}: {complaint}");
    }
    assert!(!house.path("var").exists(), "nothing was made");
}

#[test]
fn missing_files_are_named() {
    for file in ["etc/etabs.ini", "etc/portails.ini", "etc/aiguillage.ini"] {
        let house = Installation::new();
        fs::remove_file(house.path(file)).expect("removed");
        let (code, complaint) = refused(&house);
        assert_eq!(code, Some(78), "{complaint}");
        let name = file.rsplit('/').next().unwrap_or_default();
        assert!(complaint.contains(name), "{complaint}");
    }
}

#[test]
fn a_master_key_that_others_may_read_is_refused() {
    let house = Installation::new();
    house.run(&["keys", "new"]).good();
    let key = house.path("var/keys/master.key");
    assert_eq!(fs::metadata(&key).expect("made").permissions().mode() & 0o777, 0o400);
    fs::set_permissions(&key, Permissions::from_mode(0o644)).expect("a mode");

    let (code, complaint) = refused(&house);

    assert_eq!(code, Some(78));
    assert!(complaint.contains("chmod 400"), "{complaint}");
}

#[test]
fn a_lost_master_key_is_not_replaced_in_silence() {
    let house = Installation::new();
    house.run(&["keys", "new"]).good();
    fs::remove_file(house.path("var/keys/master.key")).expect("removed");
    let (code, complaint) = refused(&house);
    assert_eq!(code, Some(78));
    assert!(complaint.contains("master.key"), "{complaint}");
}

#[test]
fn old_tables_are_not_served_when_migrations_are_off() {
    let house = Installation::with("[database]\nmigrate = never\n");
    let (code, complaint) = refused(&house);
    assert_eq!(code, Some(78));
    assert!(complaint.contains("aiguillage migrate"), "{complaint}");
}

#[actix_web::test]
async fn a_second_process_on_the_same_file_is_refused() {
    let house = Installation::new();
    let service: Service = house.serve().await;

    let second = house.run(&["serve"]);

    assert_eq!(second.code, Some(1));
    assert!(second.complained.contains("another process uses the database"));
    assert_eq!(service.ask("/readyz").await.expect("an answer").0, 200);
}
