//! Ten thousand searches that are meant to hurt (SEC-80).
use super::{Times, memory, visits};
use crate::program::{Installation, Service};
use std::fmt::Write as _;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use url::form_urlencoded::byte_serialize;

const SEARCHES: usize = 10_000;
const CLIENTS: usize = 8;
const PEOPLE: u64 = 20_000;

/// One search of its kind; numbers make each one different.
fn nasty(number: usize) -> String {
    let letter = char::from(b'a' + u8::try_from(number % 26).unwrap_or_default());
    match number % 10 {
        0 => letter.to_string().repeat(2 + number % 400),
        1 => format!("{letter} ").repeat(1 + number % 60),
        2 => format!(
            "mart{letter}n dupo{letter}t bern{letter}rd petit{letter} rob{letter}rt {letter}oi"
        ),
        3 => format!("e{}", "\u{301}".repeat(1 + number % 200)),
        4 => format!("\u{202e}{letter}nitram\u{202c} \u{5e9}\u{5dc}{number}"),
        5 => "\u{1f469}\u{200d}\u{1f52c}".repeat(1 + number % 30),
        6 => format!("%{letter}_*?\\\"'({number}) OR AND NOT [a TO z] {letter}~9^{number}"),
        7 => format!("{letter}{letter}@{letter}.{letter}{number}"),
        8 => format!("d'{letter}-l'{letter} saint-{letter} de la {letter}"),
        _ => format!("\u{fb01}\u{153}\u{df}\u{1d5a0}{letter}\u{0}\u{fffd}{number}"),
    }
}

/// Every client's share of the searches; nobody hears of an error of ours.
async fn ask(service: &Service<'_>) -> Times {
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let (http, address) = (service.client.clone(), service.url("/users"));
        clients.spawn(async move {
            let mut times = Times::default();
            for number in (client..SEARCHES).step_by(CLIENTS) {
                let search: String = byte_serialize(nasty(number).as_bytes()).collect();
                let start = Instant::now();
                let answer = http.get(format!("{address}?search={search}")).send().await;
                let status = answer.expect("an answer").status().as_u16();
                assert!(matches!(status, 200 | 400 | 414 | 503), "{status} for {number}");
                times.0.push(start.elapsed());
            }
            times
        });
    }
    let mut all = Times::default();
    while let Some(times) = clients.join_next().await {
        all.0.extend(times.expect("no client fails").0);
    }
    all
}

#[actix_web::test]
#[ignore = "takes minutes: make soak"]
async fn soak_hostile_searches_are_borne() {
    let house = Installation::with(
        "[limits]\nanonymous_per_second = 100000\nanonymous_burst = 100000\n\
         [lookup]\nrate = 100000\n",
    );
    let mut list = "username;firstName;lastName;email;nclocator\n".to_owned();
    for one in (0..PEOPLE).map(aiguillage::demo::colleagues::Colleague::of) {
        let row = [&one.login, &one.given, &one.surname, &one.mail, &one.server];
        let row: Vec<&str> = row.into_iter().map(String::as_str).collect();
        let _ = writeln!(list, "{}", row.join(";"));
    }
    house.write("people.csv", &list);
    house.import("people.csv");
    let mut service = house.serve().await;
    let documents = |line: &str| line.strip_prefix("index_documents ").is_some_and(|n| n != "0");
    service.until("/metrics", |_, text| text.lines().any(documents)).await;
    let path = "/users?search=martin";
    let mut idle = visits(&service, path, 200, Duration::from_secs(5)).await;
    let before = memory(&service);

    let (mut hostile, mut busy) =
        tokio::join!(ask(&service), visits(&service, path, 200, Duration::from_secs(20)));
    let after = memory(&service);

    #[expect(clippy::print_stdout, reason = "figures are what a soak is for")]
    {
        println!("idle: {}", idle.told());
        println!("hostile: {}", hostile.told());
        println!("beside them: {}", busy.told());
        println!("memory: {before} KiB before, {after} KiB after");
    }
    assert!(after < before + 100_000, "searches leave memory behind");
}
