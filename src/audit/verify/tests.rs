//! What can be done to a chain, and what is said about it.
use super::super::chain::Row;
use super::*;
use chrono::Utc;
use serde_json::json;
use sqlx::types::Json;
use uuid::Uuid;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_795_337_012_345).unwrap()
}

/// Ten rows that were sealed as they should be.
fn chain() -> (Chain, Vec<Link>) {
    let mut head = Head { node: 1, seq: 0, hash: Hash::NONE };
    let mut rows = Vec::new();
    for n in 1..=10_i64 {
        let mut row = Row {
            id: Uuid::from_u128(n.unsigned_abs().into()),
            at: now() - TimeDelta::minutes(if n == 4 { 5 } else { 0 }),
            event: "auth.refused".into(),
            outcome: "refused".into(),
            reason: "E-PASSWORD".into(),
            person: None,
            network: if n % 2 == 0 { "10.0.0.0/24".into() } else { String::new() },
            request_id: format!("r{n}"),
            session: String::new(),
            fields: json!({ "number": n }),
        };
        let personal = row.take_personal();
        let digest = personal.as_ref().and_then(Personal::digest);
        let place = Place { node: 1, seq: n, sealed_at: now() };
        head = Head { seq: n, hash: head.hash.then(&row.line(&place, digest)), ..head };
        rows.push(Link {
            row,
            seq: n,
            sealed_at: Some(now()),
            personal: digest.map(|digest| digest.as_bytes().to_vec()),
            hash: Some(head.hash.as_bytes().to_vec()),
            salt: personal.as_ref().map(|personal| personal.salt.clone()),
            facts: personal.map(|personal| Json(personal.facts)),
        });
    }
    let base = Head { node: 1, seq: 0, hash: Hash::NONE };
    (Chain { head, base, sealed_at: now(), highest: 10 }, rows)
}

/// Walk along rows as if they had been read.
fn walk(chain: &Chain, rows: &[Link], seen: &[Seen]) -> Walked {
    let mut walk = Walk::begin(chain, seen);
    while walk.done.fault.is_none() && walk.at.seq < chain.head.seq {
        let behind = |walk: &Walk<'_>| {
            let from = rows.iter().position(|row| row.seq > walk.at.seq);
            rows[from.unwrap_or(rows.len())..].to_vec()
        };
        if !walk.go_along(&behind(&walk)) {
            let next = behind(&walk);
            walk.find_fault(&next);
        }
    }
    if walk.done.fault.is_none() {
        walk.look_at_the_end();
    }
    walk.done
}

/// The fault after somebody was at the rows.
fn tampered(with: impl FnOnce(&mut Vec<Link>, &mut Chain)) -> Option<(Kind, i64)> {
    let (mut chain, mut rows) = chain();
    with(&mut rows, &mut chain);
    walk(&chain, &rows, &[]).fault.map(|fault| (fault.kind, fault.seq))
}

fn renumber(rows: &mut [Link]) {
    for (row, seq) in rows.iter_mut().zip(1..) {
        row.seq = seq;
    }
}

#[test]
fn untouched_rows_are_in_order() {
    let (chain, rows) = chain();
    let walked = walk(&chain, &rows, &[]);
    assert_eq!((walked.fault, walked.rows, walked.erased, walked.late), (None, 10, 0, 1));
}

#[test]
fn every_change_of_a_row_shows() {
    let changes: [fn(&mut Link); 12] = [
        |it| it.row.id = Uuid::nil(),
        |it| it.row.at += TimeDelta::milliseconds(1),
        |it| it.row.event.push('x'),
        |it| it.row.outcome = "ok".into(),
        |it| it.row.reason.clear(),
        |it| it.row.person = Some(crate::identity::PersonId(Uuid::nil())),
        |it| it.row.network.push('1'),
        |it| it.row.request_id = "r5".into(),
        |it| it.row.session.push('0'),
        |it| it.row.fields = json!({ "number": 7 }),
        |it| it.sealed_at = Some(now() + TimeDelta::seconds(1)),
        |it| it.hash.as_mut().unwrap()[31] ^= 1,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let fault = tampered(|rows, _| change(&mut rows[5]));
        assert_eq!(fault, Some((Kind::Changed, 6)), "change {number}");
    }
}

#[test]
fn rows_that_come_go_or_trade_places_are_named() {
    use Kind::{Changed, Head as End, Inserted, Personal as Aside, Removed, Swapped};
    type Tamper = fn(&mut Vec<Link>, &mut Chain);
    type Case = (&'static str, Tamper, Option<(Kind, i64)>);
    let table: [Case; 15] = [
        ("first gone", |rows, _| drop(rows.remove(0)), Some((Removed, 1))),
        ("one gone", |rows, _| drop(rows.remove(5)), Some((Removed, 6))),
        ("last gone", |rows, _| drop(rows.pop()), Some((Removed, 10))),
        ("all gone", |rows, _| rows.clear(), Some((Removed, 1))),
        (
            "gone and renumbered",
            |rows, _| {
                rows.remove(5);
                renumber(rows);
            },
            Some((Changed, 6)),
        ),
        (
            "one more",
            |rows, _| {
                rows.insert(5, rows[2].clone());
                renumber(rows);
            },
            Some((Inserted, 6)),
        ),
        (
            "two trade places",
            |rows, _| {
                rows.swap(5, 6);
                renumber(rows);
            },
            Some((Swapped, 6)),
        ),
        (
            "two trade what they say",
            |rows, _| {
                let said = rows[5].row.clone();
                rows[5].row = std::mem::replace(&mut rows[7].row, said);
            },
            Some((Changed, 6)),
        ),
        ("one more at the end", |_, chain| chain.highest = 11, Some((Inserted, 11))),
        ("another end", |_, chain| chain.head.hash = Hash::NONE, Some((End, 10))),
        ("an end before the end", |_, chain| chain.head.seq = 9, Some((End, 9))),
        ("an end behind the end", |_, chain| chain.head.seq = 11, Some((Removed, 11))),
        ("another place", |rows, _| rows[5].facts = Some(Json(json!({}))), Some((Aside, 6))),
        (
            "a place where none was",
            |rows, _| (rows[4].salt, rows[4].facts) = (rows[5].salt.clone(), rows[5].facts.clone()),
            Some((Aside, 5)),
        ),
        ("another digest", |rows, _| rows[5].personal = None, Some((Changed, 6))),
    ];
    for (name, tamper, expected) in table {
        assert_eq!(tampered(tamper), expected, "{name}");
    }
}

#[test]
fn what_was_erased_leaves_the_chain_whole() {
    let (chain, mut rows) = chain();
    for row in &mut rows {
        (row.salt, row.facts) = (None, None);
    }
    let walked = walk(&chain, &rows, &[]);
    assert_eq!((walked.fault, walked.rows, walked.erased), (None, 10, 5));
}

#[test]
fn a_head_that_was_seen_before_must_still_be_there() {
    let (chain, rows) = chain();
    let hash = |seq: usize| hash_of(&rows[seq - 1]).unwrap();
    for (text, expected) in [
        (format!("1:10:{}", hash(10)), None),
        (format!("1:7:{}", hash(7)), None),
        (format!("2:7:{}", hash(7)), None),
        (format!("1:7:{}", hash(8)), Some((Kind::Rewritten, 7))),
        (format!("1:11:{}", hash(10)), Some((Kind::Removed, 11))),
    ] {
        let fault = walk(&chain, &rows, &[text.parse().unwrap()]).fault;
        assert_eq!(fault.map(|fault| (fault.kind, fault.seq)), expected, "{text}");
    }
    for wrong in ["", "1:7", "a:7:00", "1:7:00"] {
        assert!(wrong.parse::<Seen>().is_err(), "{wrong}");
    }
}

#[test]
fn a_chain_that_is_not_there_at_all_is_missing() {
    let (one, _) = chain();
    let mut chains = vec![one];
    add_missing(&mut chains, 2);
    let walked = walk(&chains[1], &[], &[]);
    assert_eq!((walked.node, walked.fault.map(|it| it.kind)), (2, Some(Kind::Inserted)));
}
