//! Two thousand messages at once: a run of `make soak`.
use super::stage;
use crate::mail::{letter, messages_up_to, with};
use crate::peers::odd_provider::Say;
use chrono::Duration;
use std::collections::BTreeSet;
use std::time::{Duration as Time, Instant};

const MESSAGES: usize = 2_000;

#[actix_web::test]
#[ignore = "a minute or more: make soak"]
#[expect(clippy::print_stdout, reason = "figures are what a soak is for")]
async fn soak_two_thousand_messages_arrive_once_each_over_a_change_of_tokens() {
    let stage = stage().await;
    let admin = stage.house().administrator().await;
    let page = stage.connected(&admin, "access-1", "refresh-1").await;
    let many = with(stage.fields("oauth_device"), "per_minute", "100000");
    let many = with(many, "per_day", "100000");
    let pairs: Vec<_> = many.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(admin.post_from(&page, &page, &pairs).await.status, 303);
    stage.provider.will("/token", [Say::tokens("access-2", Some("refresh-2"))]);

    let start = Instant::now();
    let post = &stage.house().parts().mailer.post;
    let mut tx = stage.house().db().write().await.expect("a transaction");
    for number in 0..MESSAGES {
        let to = format!("n{number}@x.example");
        assert!(post.add(&mut tx, &letter(&to, &to)).await.expect("kept").is_some());
    }
    post.queue.commit(tx).await.expect("kept");
    println!("{MESSAGES} messages asked for in {:.1?}", start.elapsed());

    let start = Instant::now();
    let (here, there) = (stage.house().parts().runner(), stage.house().parts().runner());
    let changing = async {
        while stage.server.count() < MESSAGES / 3 {
            tokio::time::sleep(Time::from_millis(20)).await;
        }
        stage.server.take_tokens(&["access-2"]);
    };
    let (here, there, ()) = tokio::join!(here.drain(), there.drain(), changing);
    here.and(there).expect("the database answers");
    // Whoever met the change of tokens in the middle comes back after a minute.
    for _ in 0..5 {
        stage.house().wait(Duration::minutes(2));
        stage.house().run_jobs().await;
    }
    println!("{MESSAGES} messages sent by two in {:.1?}", start.elapsed());

    let rows = messages_up_to(stage.house(), 3_000).await;
    let left: Vec<_> = rows.iter().filter(|mail| mail.state.as_str() != "sent").collect();
    assert_eq!((rows.len(), left.len()), (MESSAGES, 0), "{left:?}");
    let kept = stage.server.kept();
    let to: BTreeSet<_> = kept.iter().map(|mail| mail["to"][0].to_string()).collect();
    assert_eq!((kept.len(), to.len()), (MESSAGES, MESSAGES), "none is lost, none is doubled");
    assert_eq!(stage.provider.told("/token").len(), 2, "one new token for all");
}
