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
    // Folded French is ASCII; other scripts have other errors.
    if word.len() < SHORTEST || !word.is_ascii() {
        return Ok(lists);
    }
    let first = usize::from(word.len() <= FIRST_IS_RIGHT);
    let last = known_beginning(segment, word, effort)?.min(word.len() - 1);
    let whole = if is_last { Part::Edge } else { Part::Word };
    for place in first..=last {
        variants(word.as_bytes(), place, whole, &mut |spelling, part| {
            effort.spend(LOOK_UP)?;
            lists.extend(segment.postings(part, spelling)?);
            Ok(())
        })?;
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

/// Visit all spellings with one error at this place, each with where to look it up. A letter
/// missing at the end is no error: words are beginnings.
fn variants(
    word: &[u8],
    place: usize,
    whole: Part,
    visit: &mut impl FnMut(&[u8], Part) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    let (before, wrong, behind) = (&word[..place], word[place], &word[place + 1..]);
    let others = || (b'a'..=b'z').filter(|letter| *letter != wrong);
    let mut spelling = word.to_vec();
    for letter in others() {
        spelling[place] = letter;
        visit(&spelling, whole)?;
    }
    spelling[place] = wrong;
    if word.len() < LONGEST_WORD {
        spelling.insert(place, b' ');
        for letter in others() {
            spelling[place] = letter;
            visit(&spelling, whole)?;
        }
        spelling.remove(place);
    }
    if let Some(next) = behind.first().filter(|next| **next != wrong) {
        (spelling[place], spelling[place + 1]) = (*next, wrong);
        visit(&spelling, whole)?;
    }
    if before.last() != Some(&wrong) {
        let part = if word.len() >= LONG { whole } else { Part::Word };
        visit(&[before, behind].concat(), part)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spellings(word: &str, whole: Part) -> Vec<(String, Part)> {
        let mut found = Vec::new();
        for place in 0..word.len() {
            let kept = variants(word.as_bytes(), place, whole, &mut |spelling, part| {
                found.push((String::from_utf8(spelling.to_vec()).unwrap(), part));
                Ok(())
            });
            kept.unwrap();
        }
        found
    }

    #[test]
    fn one_error_of_each_kind_is_tried() {
        let found = spellings("marton", Part::Word);
        let has = |spelling: &str| found.iter().any(|(found, _)| found == spelling);
        for spelling in ["martin", "marto", "arton", "marston", "amrton", "martno", "marrton"] {
            assert!(has(spelling), "{spelling}");
        }
        for far in ["marton", "martini", "mertin", "maton s"] {
            assert!(!has(far), "{far}");
        }
    }

    #[test]
    fn no_spelling_is_tried_twice() {
        let found = spellings("annabelle", Part::Word);
        let mut once: Vec<_> = found.iter().map(|(spelling, _)| spelling).collect();
        once.sort_unstable();
        once.dedup();
        assert_eq!(found.len(), once.len());
    }

    #[test]
    fn a_short_word_without_its_extra_letter_must_be_whole() {
        assert!(spellings("mart", Part::Edge).contains(&("mar".to_owned(), Part::Word)));
        assert!(spellings("martin", Part::Edge).contains(&("marti".to_owned(), Part::Edge)));
    }
}
