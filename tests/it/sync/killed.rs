//! The program killed in the middle of a run: what was written is whole, and the next run ends it.
use super::list;
use crate::peers::process::Process;
use crate::program::Installation;
use serde_json::Value;
use std::process::Stdio;

const STAFF: &str = "[source:staff]\nkind = csv\npath = staff.csv\nattr.uid = login\n\
    attr.displayName = join(' ', prenom, nom)\nattr.mail = courriel\nattr.rne = etablissement\n\
    attr.ENTPersonProfils = profil\n";

#[test]
fn a_run_that_is_killed_is_made_again_and_nothing_is_there_twice() {
    let house = Installation::with(STAFF);
    house.write("etc/staff.csv", &list(0..20_000));
    house.run(&["migrate"]).good();
    let mut command = house.command(&["sync", "run", "staff"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let run = Process::start(&mut command).expect("the program starts");
    let mut run = Some(run);
    while let Some(running) = &mut run {
        let people = people(&house);
        assert!(running.ended().is_none(), "it was over before it could be killed");
        if people > 0 {
            run.take().expect("it is running").kill();
        }
    }
    let half = people(&house);
    assert!(half > 0 && half < 20_000 && half % 1_000 == 0, "{half}");

    let again = house.run(&["sync", "run", "staff", "--json"]);

    let counts = &again.json()["counts"];
    assert_eq!(counts["appeared"], 20_000 - half);
    assert_eq!(counts["unchanged"], half);
    assert_eq!(people(&house), 20_000);
    let runs = house.run(&["sync", "show", "staff", "--json"]).json();
    let states: Vec<_> = runs.as_array().expect("a list").iter().map(|run| &run["state"]).collect();
    assert_eq!(states, ["done", "interrupted"]);
}

/// How many people the program lists.
fn people(house: &Installation) -> i64 {
    let said = house.run(&["person", "list", "--limit", "1"]);
    let last = said.said.lines().last().unwrap_or_default();
    last.rsplit(' ').next().and_then(|count| count.parse().ok()).unwrap_or(0)
}

#[test]
fn the_command_says_what_it_did_and_writes_down_what_it_could_not_use() {
    let house = Installation::with(STAFF);
    house.write("etc/staff.csv", &(list(0..3) + ";;;;;\nx;;;;;\n"));
    assert!(house.run(&["sync", "list"]).good().contains("never read"));
    let report = house.path("rejected.csv");
    let report = report.to_str().expect("a path");

    let dry = house.run(&["sync", "run", "staff", "--dry-run", "--rejected", report]);
    assert!(dry.said.contains("nothing was written"), "{}", dry.said);
    assert!(dry.said.lines().any(|line| line.starts_with("appears")), "{}", dry.said);
    assert!(dry.complained.contains("staff.csv:6: there is no name"), "{}", dry.complained);
    let rejected = std::fs::read_to_string(report).expect("a report");
    assert!(rejected.contains("staff.csv:6,W-SYNC-NO-NAME"), "{rejected}");
    assert_eq!(people(&house), 0);

    house.run(&["sync", "run", "staff"]).good();
    assert_eq!(people(&house), 3);
    house.write("etc/staff.csv", &list(0..1));
    let refused = house.run(&["sync", "run", "staff"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.complained.contains("E-SYNC-VANISH: 2 of 3 people"), "{}", refused.complained);
    house.run(&["sync", "run", "staff", "--force"]).good();
    let list = house.run(&["sync", "list", "--json"]).json();
    assert_eq!(
        (&list[0]["kind"], &list[0]["last"]["counts"]["vanished"]),
        (&"csv".into(), &2.into())
    );
    let unknown = house.run(&["sync", "run", "nobody"]);
    assert!(unknown.complained.contains("these are: staff"), "{}", unknown.complained);
    let id = list[0]["last"]["id"].as_str().expect("an id");
    let shown: Value = house.run(&["sync", "show", id, "--json"]).json();
    assert_eq!(shown["differences"].as_array().map(Vec::len), Some(2));
}
