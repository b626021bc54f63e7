//! The tokens in the administration, and the reference for those who write programs.
use super::scope::Scope;
use crate::web::page::{Banner, Shell, Tone};
use askama::Template;

/// Tokens: those there are, and a form for one more.
#[derive(Debug, Default, Template)]
#[template(path = "api/pages/tokens.html")]
pub struct AdminTokens {
    /// The frame.
    pub shell: Shell,
    /// A token that was made just now: its name, its text. It is never shown again.
    pub made: Option<(String, String)>,
    /// One was revoked just now.
    pub is_revoked: bool,
    /// Tokens that work.
    pub rows: Vec<TokenRow>,
    /// Tokens that do not work any more.
    pub past: Vec<TokenRow>,
    /// What was typed.
    pub form: TokenForm,
    /// Key of what is wrong with it, and what that is about.
    pub wrong: Option<(&'static str, String)>,
    /// Sources that programs push people into: name, and whether it is ticked.
    pub sources: Vec<(String, bool)>,
}

/// One token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenRow {
    /// Its id.
    pub id: String,
    /// What administrators call it.
    pub name: String,
    /// What it may do, as words.
    pub scopes: Vec<String>,
    /// Schools, sources and networks that it is limited to.
    pub limits: Vec<String>,
    /// When it ends, as people say it.
    pub expires: Option<String>,
    /// When it was used last, as people say it.
    pub used: Option<String>,
    /// Key of why it does not work.
    pub state: &'static str,
}

/// The form of a token, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenForm {
    /// What administrators call it.
    pub name: String,
    /// What is ticked.
    pub scopes: Vec<Scope>,
    /// School codes.
    pub rne: String,
    /// Networks.
    pub networks: String,
    /// Last day.
    pub expires: String,
}

impl AdminTokens {
    fn banner(&self) -> Option<Banner> {
        if let Some((key, about)) = &self.wrong {
            let text = self.shell.t_with(key, &[("about", about as _)]);
            return Some(Banner::new(Tone::Trouble, text));
        }
        self.is_revoked.then(|| Banner::new(Tone::Done, self.shell.t("token-revoked-now")))
    }

    /// Scopes, their names, and whether they are ticked.
    fn scopes(&self) -> Vec<(&'static str, String, bool)> {
        let ticked = |scope: &Scope| self.form.scopes.contains(scope);
        Scope::all()
            .map(|scope| (scope.word(), self.shell.t(scope.label()), ticked(&scope)))
            .collect()
    }
}

/// The document as a page.
#[derive(Debug, Default, Template)]
#[template(path = "api/pages/reference.html")]
pub struct ReferencePage {
    /// The frame.
    pub shell: Shell,
    /// What programs read before they begin.
    pub about: Vec<String>,
    /// Operations by subject.
    pub groups: Vec<Group>,
    /// What is sent and answered.
    pub shapes: Vec<Shape>,
}

/// Operations of one subject.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub about: String,
    /// In the order of the document.
    pub operations: Vec<OperationView>,
}

/// One operation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OperationView {
    /// Its place on the page.
    pub anchor: String,
    /// `GET`, …
    pub method: String,
    /// With `{names}` for its variable parts.
    pub path: String,
    /// What it does.
    pub summary: String,
    /// More of that.
    pub text: String,
    /// What a token needs.
    pub scope: String,
    /// What it takes.
    pub parameters: Vec<Field>,
    /// Status, meaning, type.
    pub answers: Vec<(String, String, String)>,
    /// An example.
    pub curl: String,
}

/// A parameter, or a field of a type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: String,
    /// What it says.
    pub about: String,
    /// It is always there.
    pub must: bool,
}

/// A type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    /// Its name.
    pub name: String,
    /// What it is.
    pub about: String,
    /// Words that it may be.
    pub values: String,
    /// What is in it.
    pub fields: Vec<Field>,
}

/// A text cut at its backticks: pieces, and whether they stand between two of them.
pub fn pieces(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let pieces = text.split('`').enumerate();
    pieces.map(|(place, piece)| (place % 2 == 1, piece)).filter(|(_, piece)| !piece.is_empty())
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn what_stands_between_backticks_is_told_apart() {
        let cut: Vec<_> = pieces("`next` of a part, `null` behind").collect();
        assert_eq!(
            cut,
            [(true, "next"), (false, " of a part, "), (true, "null"), (false, " behind")]
        );
    }
}
