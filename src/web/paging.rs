//! Long lists, one page after the other.
use super::query::Fields;

/// Rows that are left out at most, whatever the address says.
const MOST: i64 = 1_000_000;

/// Where somebody is in a long list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    /// Rows that are left out before this page.
    pub skip: i64,
    /// Rows of a page.
    size: i64,
}

impl Paging {
    /// As the field `skip` of an address says, with so many rows on a page.
    pub fn read(query: &Fields, size: i64) -> Self {
        let skip = query.get("skip").and_then(|skip| skip.parse().ok()).unwrap_or(0);
        Self { skip: i64::clamp(skip, 0, MOST), size }
    }

    /// Rows to ask for: one more than is shown tells whether there is a next page.
    pub fn limit(self) -> i64 {
        self.size + 1
    }

    /// Leave the rows that were found to those of this page, and give the addresses of the pages before
    /// and behind; `address` writes one, with that many rows left out.
    pub fn turn<T>(
        self,
        rows: &mut Vec<T>,
        address: impl Fn(i64) -> String,
    ) -> (Option<String>, Option<String>) {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let has_more = rows.len() > size;
        rows.truncate(size);
        let before = (self.skip > 0).then(|| address((self.skip - self.size).max(0)));
        (before, has_more.then(|| address(self.skip + self.size)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(skip: &str, found: usize) -> (i64, usize, Option<String>, Option<String>) {
        let query = Fields::parse(&format!("skip={skip}")).expect("fields");
        let paging = Paging::read(&query, 10);
        let mut rows = vec![(); found];
        let (before, behind) = paging.turn(&mut rows, |skip| skip.to_string());
        (paging.skip, rows.len(), before, behind)
    }

    #[test]
    fn a_page_knows_those_before_and_behind_it() {
        let at = |skip: i64| Some(skip.to_string());
        assert_eq!(pages("", 3), (0, 3, None, None));
        assert_eq!(pages("", 10), (0, 10, None, None));
        assert_eq!(pages("", 11), (0, 10, None, at(10)));
        assert_eq!(pages("10", 11), (10, 10, at(0), at(20)));
        assert_eq!(pages("4", 1), (4, 1, at(0), None));
        assert_eq!(pages("x", 0), (0, 0, None, None));
        assert_eq!(pages("-5", 0), (0, 0, None, None));
        assert_eq!(pages("9000000000", 0), (MOST, 0, at(MOST - 10), None));
    }
}
