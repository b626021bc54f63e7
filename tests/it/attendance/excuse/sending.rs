//! Who may send a paper, before anything of it is read.
use super::{PDF, absent, draft, post, upload};
use crate::house::{Answer, House, Person};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// The head of a paper of a megabyte, and the beginning of its form.
fn begin(who: &Person<'_>, case: &str) -> String {
    format!(
        "POST {case}/files HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\n\
         Content-Type: multipart/form-data; boundary=edge\r\nContent-Length: 1000000\r\n\r\n\
         --edge\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n",
        who.jar()
    )
}

#[actix_web::test]
async fn a_paper_that_has_no_place_is_refused_before_it_has_come() {
    let house = House::open().await;
    let class = absent(&house).await;
    let maelle = house.sign_in("maelle.legrand").await;
    let case = draft(&house, &class, &maelle, "maelle.legrand", "Maladie").await;
    let tom = house.sign_in("tom.girard").await;
    let answer = house.raw(&begin(&tom, &case)).await;
    assert!(answer.starts_with("HTTP/1.1 404"), "it is somebody else's: {answer:.80}");

    for _ in 0..5 {
        assert_eq!(upload(&maelle, &case, ("a.pdf", PDF)).await.status, 303);
    }
    let answer = house.raw(&begin(&maelle, &case)).await;
    assert!(answer.contains("E-PAPER-MANY"), "there are five: {answer:.80}");
    assert_eq!(post(&maelle, &format!("{case}/send"), &[]).await.status, 303);
    let answer = house.raw(&begin(&maelle, &case)).await;
    assert!(answer.contains("E-EXCUSE-STATE"), "it was sent: {answer:.80}");
}

/// Somebody who sends slowly, and what is answered to their second paper meanwhile.
async fn keep_busy(house: &House, who: &Person<'_>, case: &str) -> (TcpStream, Answer) {
    for _ in 0..100 {
        let mut slow = TcpStream::connect(house.address()).await.expect("it listens");
        slow.write_all(begin(who, case).as_bytes()).await.expect("it reads");
        // Sooner or later the slow one is inside, unless it came while one of these was; until then what
        // is no paper is refused as such.
        for _ in 0..10 {
            let answer = upload(who, case, ("a.txt", b"no paper")).await;
            if answer.status == 503 {
                return (slow, answer);
            }
            answer.must_be(415, "E-PAPER-TYPE");
        }
    }
    panic!("two papers of one person came at once");
}

#[actix_web::test]
async fn nobody_sends_two_papers_at_once() {
    let house = House::open().await;
    let class = absent(&house).await;
    let tom = house.sign_in("tom.girard").await;
    let case = draft(&house, &class, &tom, "tom.girard", "Difficulté de transport").await;
    let ines = house.sign_in("ines.robert").await;
    let other = draft(&house, &class, &ines, "ines.robert", "Difficulté de transport").await;
    let (slow, busy) = keep_busy(&house, &tom, &case).await;
    assert_eq!(busy.header("retry-after"), "10");
    assert_eq!(upload(&ines, &other, ("a.pdf", PDF)).await.status, 303, "others are not");
    drop(slow);
    let mut again = upload(&tom, &case, ("a.pdf", PDF)).await;
    for _ in 0..500 {
        if again.status != 503 {
            break;
        }
        again = upload(&tom, &case, ("a.pdf", PDF)).await;
    }
    assert_eq!(again.status, 303, "whoever hangs up gives the place back");
}
