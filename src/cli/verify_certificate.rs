//! `aiguillage verify-certificate`
use super::say;
use crate::attendance::proof::{Jws, Payload, RevokedList, Trust, Untrusted, told};
use crate::web::lang::Lang;
use anyhow::{Context, Result, ensure};
use clap::Args;
use regex::bytes::Regex;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use unicode_normalization::UnicodeNormalization;

/// Something else went wrong: a file that cannot be read, a program that is missing.
const EXIT_UNDECIDED: u8 = 69;

/// What to check, and whom to believe.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The certificate, or the file certificat.jws that is attached to it.
    file: PathBuf,
    /// The published keys.
    #[arg(long, value_name = "FILE")]
    jwks: PathBuf,
    /// The list of certificates that were revoked.
    #[arg(long, value_name = "FILE")]
    revoked: Option<PathBuf>,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Valid,
    BadSignature(Untrusted),
    NoProof,
    Revoked,
    Differs(Vec<String>),
}

impl Verdict {
    fn exit(&self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::BadSignature(_) => 1,
            Self::NoProof => 2,
            Self::Revoked => 3,
            Self::Differs(_) => 4,
        }
    }

    fn say(&self) {
        match self {
            Self::Valid => say("valid"),
            Self::BadSignature(why) => say(&format!("bad signature: {why}")),
            Self::NoProof => say("no proof inside: the file holds no signed statement, or several"),
            Self::Revoked => say("revoked"),
            Self::Differs(missing) => {
                say("the page differs from what is signed; the page does not say:");
                for word in missing {
                    say(&format!("  {word}"));
                }
            }
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let verdict = match check(arguments) {
        Ok(verdict) => verdict,
        Err(error) => {
            super::say_error(&format!("aiguillage: {error:#}"));
            return ExitCode::from(EXIT_UNDECIDED);
        }
    };
    verdict.say();
    ExitCode::from(verdict.exit())
}

fn check(arguments: &Arguments) -> Result<Verdict> {
    let file = read(&arguments.file)?;
    let keys = read(&arguments.jwks)?;
    let place = || format!("{} holds no keys", arguments.jwks.display());
    let trust = Trust::parse(&keys).with_context(place)?;
    let Some(statement) = statement(&file)? else { return Ok(Verdict::NoProof) };
    let Ok(jws) = Jws::parse(&statement) else { return Ok(Verdict::NoProof) };
    let payload = match trust.certificate(&jws) {
        Ok(payload) => payload,
        Err(why) => return Ok(Verdict::BadSignature(why)),
    };
    if let Some(path) = &arguments.revoked {
        let text = String::from_utf8_lossy(&read(path)?).into_owned();
        let place = || format!("{} is no list that one of these keys signed", path.display());
        let list = RevokedList::read(&text, &trust).with_context(place)?;
        if list.names(&payload.jti) {
            return Ok(Verdict::Revoked);
        }
    }
    describe(&payload);
    if !file.starts_with(b"%PDF-") {
        return Ok(Verdict::Valid);
    }
    let missing = missing(&payload, &page_text(&arguments.file)?);
    Ok(if missing.is_empty() { Verdict::Valid } else { Verdict::Differs(missing) })
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// The one signed statement of a file. In our PDF it stands as it is, not compressed.
fn statement(file: &[u8]) -> Result<Option<String>> {
    let shape = Regex::new(r"(?-u)eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{683}")?;
    let found: BTreeSet<&[u8]> = shape.find_iter(file).map(|found| found.as_bytes()).collect();
    let text = |bytes: &&[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(if found.len() == 1 { found.first().map(text) } else { None })
}

fn describe(payload: &Payload) {
    say(&format!("certificate {} by {}", payload.jti, payload.iss));
    say(&told(payload, Lang::En).join(", "));
}

fn page_text(path: &Path) -> Result<String> {
    let program = Command::new("pdftotext").arg("-layout").arg("--").arg(path).arg("-").output();
    let done = program.context("pdftotext (package poppler-utils) is needed to read the page")?;
    ensure!(done.status.success(), "pdftotext cannot read {}", path.display());
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// What is signed and not on the page, in whichever language that is written.
fn missing(payload: &Payload, page: &str) -> Vec<String> {
    let page = squeezed(page);
    let absent = |lang| -> Vec<String> {
        let words = told(payload, lang).into_iter();
        words.filter(|word| !page.contains(&squeezed(word))).collect()
    };
    let (french, english) = (absent(Lang::Fr), absent(Lang::En));
    if english.len() < french.len() { english } else { french }
}

/// Without blanks and line ends: a page breaks its lines where it must.
fn squeezed(text: &str) -> String {
    text.nfc().filter(|letter| !letter.is_whitespace()).collect()
}
