//! What a service manager hears (`sd_notify(3)`).
use super::Installation;
use crate::peers::process::Process;
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

/// The next message that is no sign of life.
fn heard(socket: &UnixDatagram) -> String {
    loop {
        let mut bytes = [0; 256];
        let length = socket.recv(&mut bytes).expect("the program says something");
        let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
        if text != "WATCHDOG=1" {
            return text;
        }
    }
}

fn started(house: &Installation, watchdog: Option<&str>) -> (UnixDatagram, Process) {
    let path = house.path("notify");
    let socket = UnixDatagram::bind(&path).expect("a socket");
    socket.set_read_timeout(Some(Duration::from_mins(1))).expect("a limit");
    let mut command = house.command(&["serve"]);
    command.env("NOTIFY_SOCKET", &path);
    if let Some(microseconds) = watchdog {
        command.env("WATCHDOG_USEC", microseconds);
    }
    (socket, Process::start(&mut command).expect("the program starts"))
}

#[actix_web::test]
async fn a_manager_hears_when_we_are_ready_read_again_and_end() {
    let house = Installation::new();
    let (socket, process) = started(&house, None);
    assert_eq!(heard(&socket), "READY=1");
    let service = house.serve_as(process).await;
    assert_eq!(service.ask("/readyz").await.expect("an answer").0, 200);

    service.process.signal("HUP");
    assert_eq!((heard(&socket), heard(&socket)), ("RELOADING=1".into(), "READY=1".into()));

    service.process.signal("TERM");
    assert_eq!(heard(&socket), "STOPPING=1");
    assert_eq!(service.ended().await, Some(0));
}

#[actix_web::test]
async fn a_watchdog_hears_signs_of_life() {
    let house = Installation::new();
    let (socket, process) = started(&house, Some("40000"));

    let mut bytes = [0; 256];
    for expected in ["READY=1", "WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1"] {
        let length = socket.recv(&mut bytes).expect("the program says something");
        assert_eq!(&bytes[..length], expected.as_bytes());
    }
    process.kill();
}
