//! Cuts prepared texts into the terms of a field: lines, words, or the beginnings of words.
use crate::lookup::words::LONGEST_WORD;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// How a text becomes terms. The text itself is folded and ordered before.
#[derive(Debug, Clone, Copy)]
pub(super) enum Terms {
    /// One term a line.
    Lines,
    /// One term a word.
    Words,
    /// For each word its beginnings of 1 to 20 letters.
    Beginnings,
}

impl Terms {
    /// The name under which the schema finds it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::Words => "words",
            Self::Beginnings => "beginnings",
        }
    }
}

impl Tokenizer for Terms {
    type TokenStream<'a> = TermStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> TermStream<'a> {
        TermStream {
            terms: *self,
            rest: text,
            word: "",
            end: 0,
            letters: 0,
            token: Token::default(),
        }
    }
}

/// The terms of one text.
#[derive(Debug)]
pub(super) struct TermStream<'a> {
    terms: Terms,
    rest: &'a str,
    /// The word whose beginnings are being told, up to byte `end`, letter `letters`.
    word: &'a str,
    end: usize,
    letters: usize,
    token: Token,
}

impl<'a> TermStream<'a> {
    fn next_piece(&mut self) -> Option<&'a str> {
        let border = if matches!(self.terms, Terms::Lines) { '\n' } else { ' ' };
        let rest = self.rest.trim_start_matches(border);
        if rest.is_empty() {
            return None;
        }
        let (piece, behind) = rest.split_once(border).unwrap_or((rest, ""));
        self.rest = behind;
        Some(piece)
    }

    /// The next term: a whole piece, or a word's next beginning.
    fn next_term(&mut self) -> Option<&'a str> {
        if !matches!(self.terms, Terms::Beginnings) {
            return self.next_piece();
        }
        if self.end == self.word.len() || self.letters == LONGEST_WORD {
            (self.word, self.end, self.letters) = (self.next_piece()?, 0, 0);
        }
        self.end += self.word[self.end..].chars().next().map_or(0, char::len_utf8);
        self.letters += 1;
        Some(&self.word[..self.end])
    }
}

impl TokenStream for TermStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(term) = self.next_term() else { return false };
        self.token.text.clear();
        self.token.text.push_str(term);
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut terms: Terms, text: &str) -> Vec<String> {
        let mut stream = terms.token_stream(text);
        let mut found = Vec::new();
        stream.process(&mut |token| found.push(token.text.clone()));
        found
    }

    #[test]
    fn texts_become_lines_words_or_beginnings() {
        assert_eq!(
            all(Terms::Lines, "n:agnes martin\nu:amartin\n"),
            ["n:agnes martin", "u:amartin"]
        );
        assert_eq!(all(Terms::Words, "agnes martin"), ["agnes", "martin"]);
        assert_eq!(all(Terms::Beginnings, "été ab"), ["é", "ét", "été", "a", "ab"]);
        assert_eq!(all(Terms::Beginnings, &"x".repeat(30)).len(), LONGEST_WORD);
        assert!(all(Terms::Beginnings, "").is_empty());
    }
}
