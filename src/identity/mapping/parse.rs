//! Reads an expression.
//!
//! ```text
//! expression = name | text | function "(" expression *( "," expression ) ")"
//! text       = "'" … "'" | '"' … '"'        nothing is escaped inside
//! ```
use super::expression::{Expression, Function};
use regex::Regex;
use std::iter::Peekable;
use std::str::Chars;

/// Functions inside functions, at most.
const DEEPEST: usize = 12;
const FUNCTIONS: &str = "all, first, default, join, split, extract, lower, upper or const";

/// The expression that a text is, or what to write instead.
pub(super) fn parse(text: &str) -> Result<Expression, String> {
    let mut parser = Parser { rest: text.chars().peekable() };
    let expression = parser.expression(0)?;
    parser.skip_blanks();
    match parser.rest.next() {
        None => Ok(expression),
        Some(c) => Err(format!("nothing is expected at “{c}”")),
    }
}

struct Parser<'t> {
    rest: Peekable<Chars<'t>>,
}

impl Parser<'_> {
    fn expression(&mut self, depth: usize) -> Result<Expression, String> {
        if depth > DEEPEST {
            return Err(format!("more than {DEEPEST} functions stand inside one another"));
        }
        self.skip_blanks();
        if let Some(quote) = self.rest.next_if(|c| *c == '\'' || *c == '"') {
            return self.text(quote).map(Expression::Text);
        }
        let mut word = String::new();
        while let Some(c) = self.rest.next_if(|c| !"(),'\"".contains(*c)) {
            word.push(c);
        }
        let word = word.trim().to_owned();
        if self.rest.next_if_eq(&'(').is_some() {
            let arguments = self.arguments(depth)?;
            return call(&word, arguments);
        }
        if word.is_empty() {
            return Err("a name is missing".to_owned());
        }
        Ok(Expression::Name(word))
    }

    fn text(&mut self, quote: char) -> Result<String, String> {
        let mut text = String::new();
        for c in self.rest.by_ref() {
            if c == quote {
                return Ok(text);
            }
            text.push(c);
        }
        Err("a quotation mark is not closed".to_owned())
    }

    fn arguments(&mut self, depth: usize) -> Result<Vec<Expression>, String> {
        let mut arguments = Vec::new();
        loop {
            arguments.push(self.expression(depth + 1)?);
            self.skip_blanks();
            match self.rest.next() {
                Some(',') => {}
                Some(')') => return Ok(arguments),
                Some(c) => return Err(format!("a comma or a bracket is expected at “{c}”")),
                None => return Err("a bracket is not closed".to_owned()),
            }
        }
    }

    fn skip_blanks(&mut self) {
        while self.rest.next_if(|c| c.is_whitespace()).is_some() {}
    }
}

fn call(name: &str, mut arguments: Vec<Expression>) -> Result<Expression, String> {
    let mut first_text = || match arguments.first() {
        Some(Expression::Text(_)) => match arguments.remove(0) {
            Expression::Text(text) => Ok(text),
            Expression::Name(_) | Expression::Call(..) => Err(String::new()),
        },
        _ => Err(format!("{name} wants a text in quotation marks first: {name}('…', name)")),
    };
    let function = match name {
        "const" => return first_text().map(Expression::Text),
        "all" => Function::All,
        "first" => Function::First,
        "default" => Function::Default,
        "lower" => Function::Lower,
        "upper" => Function::Upper,
        "join" => Function::Join(first_text()?),
        "split" => Function::Split(separator(first_text()?)?),
        "extract" => Function::Extract(pattern(&first_text()?)?),
        _ => return Err(format!("there is no function {name}; write {FUNCTIONS}")),
    };
    if arguments.is_empty() {
        return Err(format!("{name} wants a name"));
    }
    Ok(Expression::Call(function, arguments))
}

fn separator(text: String) -> Result<String, String> {
    if text.is_empty() { Err("split wants a separator: split('|', name)".into()) } else { Ok(text) }
}

fn pattern(text: &str) -> Result<Regex, String> {
    Regex::new(text).map_err(|error| {
        let error = error.to_string();
        format!("no regular expression: {}", error.lines().last().unwrap_or_default().trim())
    })
}
