//! What is asked, and what was typed taken apart.
use super::document::{GROWN_UP, Line, OPEN};
use crate::identity::cloud::CloudId;
use crate::lookup::words::{fold, joined_words, words};

/// Longer texts find nobody: a cloud id has at most so many letters.
const LONGEST_TEXT: usize = 255;
/// More words find nobody.
const MOST_WORDS: usize = 16;
/// The last hit that may be asked for.
pub(super) const DEEPEST: usize = 10_200;

/// A free search.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// As it was typed.
    pub text: String,
    /// Hits wanted.
    pub limit: usize,
    /// Hits to leave out at the beginning.
    pub offset: usize,
    /// Homes that come first within each step: `i:server` or `d:mail.domain`.
    pub prefer: Vec<String>,
    /// Whole mail addresses and cloud ids only.
    pub only_mail: bool,
    /// Who may be found.
    pub scope: Scope,
}

/// Who may be found by whoever asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Scope {
    /// Everybody in the index.
    #[default]
    All,
    /// Only who asked to be found by everybody.
    Open,
    /// Everybody but pupils, these only by the server on which they are (SEC-78).
    GrownUps {
        /// In its form for comparison.
        server: Option<String>,
    },
}

impl Scope {
    /// The homes of those; none: any.
    pub(super) fn homes(&self) -> Vec<String> {
        match self {
            Self::All => Vec::new(),
            Self::Open => vec![OPEN.to_owned()],
            Self::GrownUps { server } => {
                let own = server.iter().map(|server| format!("i:{server}"));
                own.chain([GROWN_UP.to_owned()]).collect()
            }
        }
    }
}

/// An exact look-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exact {
    /// The login, in any case.
    Userid(String),
    /// The mail address, in any case.
    Email(String),
    /// The cloud id in its form for comparison.
    CloudKey(String),
}

impl Exact {
    pub(super) fn line(&self) -> String {
        match self {
            Self::Userid(login) => Line::Userid.of(&fold(login.trim())),
            Self::Email(mail) => Line::Email.of(&fold(mail.trim())),
            Self::CloudKey(key) => Line::Cloud.of(key),
        }
    }
}

/// What was typed, as the steps need it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Typed {
    /// Lines of the exact step.
    pub(super) lines: Vec<String>,
    /// Its words, each once, the last one typed at the end.
    pub(super) words: Vec<String>,
    /// The same with joined what can be, when that differs.
    pub(super) joined: Option<Vec<String>>,
    /// With an `@`: a mail address or cloud id that somebody may have as it is.
    pub(super) is_address: bool,
    /// With an `@` or a dot, mail domains are searched too.
    pub(super) may_be_mail: bool,
    /// Without `@` and digits, one error a word is forgiven.
    pub(super) may_be_misspelt: bool,
}

impl Typed {
    /// `None` for what cannot find anybody.
    pub(super) fn read(query: &Query) -> Option<Self> {
        let text = query.text.trim();
        if text.chars().nth(LONGEST_TEXT).is_some() {
            return None;
        }
        let found = each_once(words(text));
        if found.is_empty() || found.len() > MOST_WORDS {
            return None;
        }
        Some(Self {
            lines: lines(text, query.only_mail),
            words: found,
            joined: joined_words(text).map(each_once),
            is_address: text.contains('@'),
            may_be_mail: text.contains(['@', '.']),
            may_be_misspelt: !text.chars().any(|c| c == '@' || c.is_numeric()),
        })
    }
}

fn lines(text: &str, only_mail: bool) -> Vec<String> {
    let folded = fold(text);
    let mut lines = vec![Line::Email.of(&folded)];
    lines.extend(CloudId::parse(text).map(|id| Line::FoldedCloud.of(&fold(&id.key()))));
    if !only_mail {
        lines.push(Line::Userid.of(&folded));
        lines.push(Line::of_name(text));
    }
    lines
}

/// Each word once, where it stood last: the last word stays the last.
fn each_once(words: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(words.len());
    for word in words.into_iter().rev() {
        if !kept.contains(&word) {
            kept.push(word);
        }
    }
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Option<Typed> {
        Typed::read(&Query { text: text.to_owned(), ..Query::default() })
    }

    #[test]
    fn what_was_typed_is_taken_apart() {
        let typed = typed(" Martin l'Hénaff martin ").unwrap();
        assert_eq!(typed.words, ["l", "henaff", "martin"]);
        assert_eq!(typed.joined.unwrap(), ["lhenaff", "martin"]);
        assert_eq!(
            typed.lines,
            ["m:martin l'henaff martin", "u:martin l'henaff martin", "n:henaff l martin"]
        );
        assert!(typed.may_be_misspelt && !typed.may_be_mail);
    }

    #[test]
    fn a_cloud_id_is_looked_up_in_its_form_for_comparison() {
        let typed = typed("AMartin@https://Nuage-B.example.test/").unwrap();
        assert!(typed.lines.contains(&"f:amartin@nuage-b.example.test".to_owned()));
        assert!(!typed.may_be_misspelt && typed.may_be_mail);
    }

    #[test]
    fn signs_alone_and_endless_texts_find_nobody() {
        let many = (0..20).map(|number| format!("mot{number} "));
        for text in ["", "%", "*_ ?", &"a".repeat(256), &many.collect::<String>()] {
            assert_eq!(typed(text), None, "{text}");
        }
    }

    #[test]
    fn policy_mail_leaves_names_and_logins_out() {
        let query = Query { text: "a@b.test".to_owned(), only_mail: true, ..Query::default() };
        let lines = Typed::read(&query).unwrap().lines;
        assert_eq!(lines, ["m:a@b.test", "f:a@b.test"]);
    }
}
