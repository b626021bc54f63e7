//! Whoever asks for help gets an example.
use std::process::Command;

#[test]
fn every_command_helps_with_an_example() {
    for words in [
        "",
        "serve",
        "demo",
        "check-config",
        "migrate",
        "lint",
        "explain",
        "import",
        "lookup",
        "lookup search",
        "lookup explain",
        "lookup conflicts",
        "audit",
        "audit verify",
        "audit export",
        "keys",
        "keys list",
        "keys new",
        "keys rotate",
        "keys retire",
        "person",
        "person add",
        "person list",
        "person link",
        "person unlink",
        "person export",
        "person erase",
        "role",
        "role names",
        "role list",
        "role grant",
        "role revoke",
        "role explain",
        "sync",
        "sync list",
        "sync run",
        "sync show",
        "token",
        "token add",
        "token list",
        "token revoke",
        "reindex",
        "index",
        "index verify",
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aiguillage"));
        let output = command.args(words.split_whitespace()).arg("--help").output();
        let output = output.expect("the program starts");
        let help = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{words}");
        let example = help.split("Example").nth(1).or_else(|| help.split("Try it").nth(1));
        let example = example.unwrap_or_else(|| panic!("no example: {words}\n{help}"));
        let first = words.split_whitespace().next().unwrap_or_default();
        assert!(example.contains(&format!("aiguillage {first}")), "{words}: {example}");
    }
}

#[test]
fn an_unknown_command_is_refused() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aiguillage"));
    let output = command.arg("dance").output().expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
}
