//! Words that differ from a typed one by one error: a letter too many, one missing, a wrong one,
//! or two neighbours swapped.
use super::effort::Effort;
use super::error::Trouble;
use super::schema::Part;
use super::view::Segment;
use crate::lookup::words::LONGEST_WORD;
use tantivy::postings::SegmentPostings;

/// Shorter words must be right.
const SHORTEST: usize = 4;
/// In words up to this length the first letter must be right.
const FIRST_IS_RIGHT: usize = 5;
/// From this length on, what is left of a word without its extra letter may be a beginning.
const LONG: usize = 6;
/// Steps that looking a term up costs.
const LOOK_UP: usize = 4;

/// Whoever has a word that begins like `word`, or like it with one error. `is_last`: the word may
/// not be complete yet.
pub(super) fn similar(
    segment: &Segment,
    word: &str,
    is_last: bool,
    effort: &mut Effort,
) -> Result<Vec<SegmentPostings>, Trouble> {
    let mut lists: Vec<SegmentPostings> = Vec::new();
    lists.extend(segment.postings(Part::Edge, word.as_bytes())?);
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < SHORTEST {
        return Ok(lists);
    }
    let first = usize::from(letters.len() <= FIRST_IS_RIGHT);
    let last = known_beginning(segment, word, effort)?;
    let whole = if is_last { Part::Edge } else { Part::Word };
    for place in first..=last.min(letters.len() - 1) {
        for (candidate, part) in variants(&letters, place, whole) {
            effort.spend(LOOK_UP)?;
            lists.extend(segment.postings(part, candidate.as_bytes())?);
        }
    }
    Ok(lists)
}

/// Letters of the longest beginning that anybody's name has: no error can come later.
fn known_beginning(segment: &Segment, word: &str, effort: &mut Effort) -> Result<usize, Trouble> {
    let mut known = 0;
    for (end, letter) in word.char_indices() {
        effort.spend(LOOK_UP)?;
        if !segment.knows(Part::Edge, &word.as_bytes()[..end + letter.len_utf8()])? {
            break;
        }
        known += 1;
    }
    Ok(known)
}

/// All spellings with one error at this place, each with where to look it up. A letter missing at
/// the end is no error: words are beginnings.
fn variants(letters: &[char], place: usize, whole: Part) -> Vec<(String, Part)> {
    let (before, wrong, behind) = (&letters[..place], letters[place], &letters[place + 1..]);
    let spell = |middle: &[char], rest: &[char]| {
        [before, middle, rest].concat().into_iter().take(LONGEST_WORD).collect::<String>()
    };
    let mut found = Vec::with_capacity(52);
    for letter in ('a'..='z').filter(|letter| *letter != wrong) {
        found.push((spell(&[letter], behind), whole));
        found.push((spell(&[letter, wrong], behind), whole));
    }
    if before.last() != Some(&wrong) {
        let part = if letters.len() >= LONG { whole } else { Part::Word };
        found.push((spell(&[], behind), part));
    }
    if let Some((next, rest)) = behind.split_first().filter(|(next, _)| **next != wrong) {
        found.push((spell(&[*next, wrong], rest), whole));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spellings(word: &str) -> Vec<String> {
        let letters: Vec<char> = word.chars().collect();
        let each = (0..letters.len()).flat_map(|place| variants(&letters, place, Part::Word));
        each.map(|(spelling, _)| spelling).collect()
    }

    #[test]
    fn one_error_of_each_kind_is_tried() {
        let found = spellings("marton");
        for spelling in ["martin", "marto", "arton", "marston", "amrton", "martno", "marrton"] {
            assert!(found.contains(&spelling.to_owned()), "{spelling}");
        }
        for far in ["marton", "martini", "mertin", "maton s"] {
            assert!(!found.contains(&far.to_owned()), "{far}");
        }
    }

    #[test]
    fn no_spelling_is_tried_twice() {
        let found = spellings("annabelle");
        let mut once = found.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(found.len(), once.len());
    }

    #[test]
    fn a_short_word_without_its_extra_letter_must_be_whole() {
        let letters: Vec<char> = "mart".chars().collect();
        let found = variants(&letters, 3, Part::Edge);
        assert!(found.contains(&("mar".to_owned(), Part::Word)));
    }
}
