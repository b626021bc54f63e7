//! A scanner that checks what it is told, and one that is away.
use super::{PDF, absent, draft, paper_of, upload};
use crate::house::House;
use aiguillage::attendance::excuse::ScanPapers;
use chrono::Duration;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The test file of all scanners, in two pieces so that none of them finds this source.
fn eicar() -> String {
    ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR", "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].concat()
}

/// Reads one `zINSTREAM` as clamd does: pieces with their length, then none.
fn read_stream(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut command = [0; 10];
    stream.read_exact(&mut command)?;
    assert_eq!(&command, b"zINSTREAM\0");
    let mut paper = Vec::new();
    loop {
        let mut length = [0; 4];
        stream.read_exact(&mut length)?;
        let length = usize::try_from(u32::from_be_bytes(length)).expect("a length");
        if length == 0 {
            return Ok(paper);
        }
        assert!(length <= 25 * 1024 * 1024, "StreamMaxLength");
        let begin = paper.len();
        paper.resize(begin + length, 0);
        stream.read_exact(&mut paper[begin..])?;
    }
}

/// A scanner on loopback; how many papers it saw.
pub(super) fn scanner() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let seen = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&seen);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let paper = read_stream(&mut stream).expect("a whole stream");
            assert!(paper.starts_with(b"%PDF-"), "it gets what is shown, opened");
            let bad = eicar();
            let found = paper.windows(bad.len()).any(|piece| piece == bad.as_bytes());
            let word: &[u8] =
                if found { b"stream: Eicar-Test-Signature FOUND\0" } else { b"stream: OK\0" };
            count.fetch_add(1, Ordering::SeqCst);
            stream.write_all(word).expect("it listens");
        }
    });
    (address, seen)
}

#[actix_web::test]
async fn nobody_reads_a_paper_before_the_scanner_and_an_infected_one_never() {
    let (address, seen) = scanner();
    let house = House::set("AIGUILLAGE_ATTENDANCE_CLAMD", &address.to_string()).await;
    let class = absent(&house).await;
    let tom = house.sign_in("tom.girard").await;
    let case = draft(&house, &class, &tom, "tom.girard", "Difficulté de transport").await;
    assert_eq!(upload(&tom, &case, ("bon.pdf", PDF)).await.status, 303);
    assert!(!tom.get(&case).await.text.contains("/files/"), "not yet");
    house.run_jobs().await;
    let paper = paper_of(&tom.get(&case).await);
    assert_eq!(tom.get(&paper).await.status, 200);

    let bad = format!("%PDF-1.7\n% {}\n%%EOF\n", eicar());
    assert_eq!(upload(&tom, &case, ("mauvais.pdf", bad.as_bytes())).await.status, 303);
    house.run_jobs().await;
    let page = tom.get(&case).await;
    assert!(page.text.contains("un virus a été trouvé"), "{}", page.words());
    assert_eq!(page.text.matches("/files/").count(), 1, "only the good one");
    assert_eq!(house.audit("roll.file_infected").await.len(), 1);
    assert_eq!(seen.load(Ordering::SeqCst), 2, "each once");
}

#[actix_web::test]
async fn a_paper_waits_for_a_scanner_that_is_away() {
    let away = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = away.local_addr().expect("an address");
    drop(away);
    let house = House::set("AIGUILLAGE_ATTENDANCE_CLAMD", &address.to_string()).await;
    let class = absent(&house).await;
    let tom = house.sign_in("tom.girard").await;
    let case = draft(&house, &class, &tom, "tom.girard", "Difficulté de transport").await;
    assert_eq!(upload(&tom, &case, ("bon.pdf", PDF)).await.status, 303);
    house.run_jobs().await;
    let page = tom.get(&case).await;
    assert!(page.text.contains("en attente de l’antivirus"), "{}", page.words());
    assert!(!page.text.contains("/files/"));

    // It comes back on the same port.
    let listener = TcpListener::bind(address).expect("the port is free");
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        read_stream(&mut stream).expect("a whole stream");
        stream.write_all(b"stream: OK\0").expect("it listens");
    });
    house.wait(Duration::minutes(10));
    let mut tx = house.db().write().await.expect("a transaction");
    house.parts().jobs.queue.add(&mut tx, &ScanPapers {}).await.expect("asked");
    tx.commit().await.expect("kept");
    house.run_jobs().await;
    assert_eq!(tom.get(&paper_of(&tom.get(&case).await)).await.status, 200);
}
