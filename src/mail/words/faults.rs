//! Why words of administrators are not taken, and where.
use super::{Part, engine, write};
use minijinja::{Error, ErrorKind};
use serde_json::Value;

/// Words with which a `{% … %}` may begin.
const STATEMENTS: [&str; 6] = ["if", "elif", "else", "endif", "for", "endfor"];

/// Why words are not taken, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// In which part.
    pub part: Part,
    /// In which line of it, when that can be said.
    pub line: Option<usize>,
    /// Why.
    pub why: Why,
}

/// Why words are not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// There are none.
    Empty,
    /// They are too long.
    Long,
    /// A character that stands in no text.
    Control,
    /// A `{% … %}` of a kind that is not allowed: its first word.
    Statement(String),
    /// They cannot be read: what the engine says.
    Syntax(String),
    /// A variable that does not exist.
    Unknown(String),
}

/// The first that is wrong with one part.
pub(super) fn fault(part: Part, words: &str, values: &Value) -> Option<Fault> {
    let at = |line, why| Some(Fault { part, line, why });
    if words.trim().is_empty() {
        return at(None, Why::Empty);
    }
    if words.chars().count() > part.most() {
        return at(None, Why::Long);
    }
    let is_odd = |c: char| c.is_control() && (part == Part::Subject || !"\n\t".contains(c));
    if let Some((line, _)) = lines(words).find(|(_, line)| line.contains(is_odd)) {
        return at(Some(line), Why::Control);
    }
    if let Some((line, word)) = statement(words) {
        return at(Some(line), Why::Statement(word));
    }
    let engine = engine();
    let read = match engine.template_from_named_str(part.as_str(), words) {
        Ok(read) => read,
        Err(error) => return at(error.line(), Why::Syntax(told(&error))),
    };
    let mut names: Vec<String> = read.undeclared_variables(false).into_iter().collect();
    names.sort_unstable();
    if let Some(name) = names.into_iter().find(|name| values.get(name).is_none()) {
        return at(line_of(words, &name), Why::Unknown(name));
    }
    let error = write(part, words, values).err()?;
    if error.kind() == ErrorKind::WriteFailure {
        return at(None, Why::Long);
    }
    at(error.line(), Why::Syntax(told(&error)))
}

/// Lines with their numbers, from 1.
fn lines(words: &str) -> impl Iterator<Item = (usize, &str)> {
    words.split('\n').enumerate().map(|(number, line)| (number + 1, line))
}

/// The first `{% … %}` that is of no allowed kind.
fn statement(words: &str) -> Option<(usize, String)> {
    let mut line = 1;
    let mut pieces = words.split("{%");
    line += pieces.next()?.matches('\n').count();
    for piece in pieces {
        let word = piece.trim_start_matches(['-', '+']).trim_start();
        let end = word.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(word.len());
        if !STATEMENTS.contains(&&word[..end]) {
            return Some((line, word[..end].chars().take(40).collect()));
        }
        line += piece.matches('\n').count();
    }
    None
}

/// The first line in which a name stands as a word.
fn line_of(words: &str, name: &str) -> Option<usize> {
    let is_in = |line: &str| {
        line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
    };
    lines(words).find(|(_, line)| is_in(line)).map(|(number, _)| number)
}

/// What the engine says, in one short line.
fn told(error: &Error) -> String {
    let text = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    text.chars().take(200).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Template;
    use crate::mail::words::{Words, WordsError};
    use crate::web::lang::Lang;
    use serde_json::json;

    fn words(text: &str) -> Words {
        Words { subject: "s".into(), text: text.into(), html: "h".into() }
    }

    #[test]
    fn every_message_is_written_in_both_languages_and_escapes_html() {
        let values = json!({
            "account": "<b>Vie scolaire</b>", "problem": "auth", "reply": "535 <no>",
            "product": "Aiguillage", "address": "https://portail.example",
            "name": "<b>Vie scolaire</b>", "decision": "accept", "path": "/attendance/me",
            "title": "TD – Sécurité des SI", "hours": "08:00 – 10:00", "room": "B-214",
            "rule": "Absences", "value": "4", "days": "novembre", "is_for_student": true,
            "sessions": ["TD"], "students": ["<b>Vie scolaire</b>"], "absences": ["TD"],
            "number": "22400017", "programme": "M1", "school": "Université", "since": "1er",
            "until": "30", "today": "30", "absent": "2 h 00", "unexcused": "2 h 00",
            "state": "enabled", "refusals": ["<b>Vie scolaire</b>"], "outcome": "paid",
            "reference": "<b>Vie scolaire</b>", "amount": "10,50 €",
        });
        for template in Template::ALL {
            let [french, english] = [Lang::Fr, Lang::En].map(|lang| {
                let words = template.default_words(lang);
                assert_eq!(words.faults(template.parts(), &values), Vec::new());
                words.write(&values).expect("written")
            });
            assert_ne!(french, english);
            for written in [french, english] {
                assert!(written.text.contains("<b>Vie scolaire</b>"), "{}", written.text);
                if !template.parts().contains(&Part::Html) {
                    continue;
                }
                assert!(!written.html.contains("<b>Vie"), "{}", written.html);
                assert!(written.html.contains("&lt;b&gt;Vie"), "{}", written.html);
            }
        }
    }

    #[test]
    fn a_value_that_is_missing_or_breaks_the_line_is_refused() {
        let words = Words { subject: "{{ account }}".into(), ..words("t") };
        assert!(words.write(&json!({})).is_err());
        let failed = words.write(&json!({ "account": "x\r\nBcc: y@z.fr" }));
        assert!(matches!(failed, Err(WordsError::Subject)), "{failed:?}");
    }

    #[test]
    fn what_cannot_be_taken_is_named_with_its_line() {
        let values = json!({ "account": "a", "reply": "r" });
        let table = [
            (" ", None, "Empty"),
            ("a\n{{ acount }}", Some(2), "Unknown(\"acount\")"),
            ("{% if account %}\n{{ x.y }}{% endif %}", Some(2), "Unknown(\"x\")"),
            ("a\nb {{ account", Some(2), "Syntax"),
            ("{% if account %}", Some(1), "Syntax"),
            ("a\n\n{{ account|safe }}", Some(3), "Syntax"),
            ("{{ account()}}", Some(1), "Syntax"),
            ("a\u{0}", Some(1), "Control"),
            ("\n{%- set a = account %}", Some(2), "Statement(\"set\")"),
            ("{% autoescape false %}{{ account }}{% endautoescape %}", Some(1), "Statement"),
            ("{% include 'x' %}", Some(1), "Statement(\"include\")"),
            ("{% extends 'x' %}", Some(1), "Statement(\"extends\")"),
            ("{% macro m() %}{% endmacro %}", Some(1), "Statement(\"macro\")"),
            ("{{ 'x' * 300000 }}", None, "Long"),
            ("{% for a in account * 100000 %}{{ a }}{% endfor %}", Some(1), "Syntax"),
        ];
        for (text, line, why) in table {
            let faults = words(text).faults(&Part::ALL, &values);
            assert_eq!(faults.len(), 1, "{text:?}: {faults:?}");
            assert_eq!((faults[0].part, faults[0].line), (Part::Text, line), "{faults:?}");
            assert!(format!("{:?}", faults[0].why).starts_with(why), "{text:?}: {faults:?}");
        }
        let long = words(&"x".repeat(20_001));
        assert_eq!(long.faults(&Part::ALL, &values)[0].why, Why::Long);
    }

    #[test]
    fn conditions_loops_and_a_few_filters_are_there() {
        let values = json!({ "account": " vie ", "list": ["a", "b"] });
        let text = "{% if account %}{{ account|trim|upper }}{% else %}-{% endif %}\
                    {% for one in list %} {{ loop.index }}{{ one }}{% endfor %}{# {{ no }} #}";
        let words = words(text);
        assert_eq!(words.faults(&Part::ALL, &values), Vec::new());
        assert_eq!(words.write(&values).expect("written").text, "VIE 1a 2b");
    }
}
