//! What a search asks for, read as PHP would read it.
use super::php;
use crate::lookup::directory::{ExactBy, ExactRequest, SearchRequest};
use url::form_urlencoded;

/// A search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Question {
    /// While somebody types.
    Free(SearchRequest),
    /// One user.
    Exact(ExactRequest),
}

/// Parameters by name, decoded once; of doubled ones the last counts.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(super) fn read(query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes());
        Self(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().rev().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.get(name).and_then(|text| text.trim().parse().ok())
    }

    fn switch(&self, name: &str) -> bool {
        self.get(name).is_some_and(|text| text == "1" || text.eq_ignore_ascii_case("true"))
    }

    /// `keys=["email"]`, or `keys[0]=email` as PHP writes lists.
    pub(super) fn keys(&self) -> Vec<String> {
        let is_item = |name: &str| name.starts_with("keys[") && name.ends_with(']');
        let items = self.0.iter().filter(|(name, _)| is_item(name));
        let items: Vec<String> = items.map(|(_, value)| value.clone()).collect();
        if !items.is_empty() {
            return items;
        }
        let list = self.get("keys").and_then(|text| serde_json::from_str(text).ok());
        list.unwrap_or_default()
    }
}

impl Question {
    /// `None` when nothing is searched for.
    pub(super) fn read(query: &str) -> Option<Self> {
        let parameters = Parameters::read(query);
        let search = parameters.get("search").filter(|text| !text.trim().is_empty())?;
        let again = php::urldecode(search);
        if parameters.switch("exactCloudId") {
            let readings = both(search, again);
            return Some(Self::Exact(ExactRequest { readings, by: ExactBy::CloudId }));
        }
        if parameters.switch("exact") {
            let by = by(&parameters.keys());
            return Some(Self::Exact(ExactRequest { readings: both(search, again), by }));
        }
        // Plus signs part words either way: only what is still encoded is worth a second look.
        let is_encoded = has_escape(search);
        let readings = if is_encoded { both(search, again) } else { vec![search.to_owned()] };
        Some(Self::Free(SearchRequest {
            readings,
            limit: parameters.number("limit"),
            offset: parameters.number("offset").unwrap_or(0),
        }))
    }
}

/// Decoded once, and, if that makes a difference, twice.
fn both(once: &str, twice: String) -> Vec<String> {
    let mut readings = vec![once.to_owned()];
    if twice != once {
        readings.push(twice);
    }
    readings
}

fn by(keys: &[String]) -> ExactBy {
    let has = |name: &str| keys.iter().any(|key| key == name);
    match (keys.is_empty(), has("userid"), has("email")) {
        (true, _, _) | (_, true, true) => ExactBy::Any,
        (_, true, _) => ExactBy::Userid,
        (_, _, true) => ExactBy::Email,
        _ => ExactBy::Nothing,
    }
}

/// Whether `%` and two hexadecimal digits are in it.
fn has_escape(text: &str) -> bool {
    let triples = text.as_bytes().windows(3);
    triples.into_iter().any(|w| w[0] == b'%' && w[1..].iter().all(u8::is_ascii_hexdigit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(readings: &[&str], by: ExactBy) -> Question {
        let readings = readings.iter().map(|text| (*text).to_owned()).collect();
        Question::Exact(ExactRequest { readings, by })
    }

    fn free(readings: &[&str], limit: Option<usize>, offset: usize) -> Question {
        let readings = readings.iter().map(|text| (*text).to_owned()).collect();
        Question::Free(SearchRequest { readings, limit, offset })
    }

    #[test]
    fn searches_of_real_clients_are_read() {
        for (query, expected) in [
            ("search=%C3%89lodie++D%25u%2Bm_", free(&["Élodie  D%u+m_"], None, 0)),
            (
                "search=agnes.martin%2540ac-b.example.test&exact=1",
                exact(
                    &["agnes.martin%40ac-b.example.test", "agnes.martin@ac-b.example.test"],
                    ExactBy::Any,
                ),
            ),
            (
                "search=jean%2Bdupont%252Bx&exact=1&keys%5B0%5D=userid",
                exact(&["jean+dupont%2Bx", "jean dupont+x"], ExactBy::Userid),
            ),
            (
                "search=zdurand2%40http%3A%2F%2F127.0.0.1%3A18931&exactCloudId=1",
                exact(&["zdurand2@http://127.0.0.1:18931"], ExactBy::CloudId),
            ),
            ("limit=25&offset=50&search=martin", free(&["martin"], Some(25), 50)),
            ("search=martin%2520agnes", free(&["martin%20agnes", "martin agnes"], None, 0)),
            (
                "search=a%2Bb%40x.test&exact=TRUE",
                exact(&["a+b@x.test", "a b@x.test"], ExactBy::Any),
            ),
        ] {
            assert_eq!(Question::read(query), Some(expected), "{query}");
        }
    }

    #[test]
    fn keys_are_written_in_two_ways() {
        for (keys, by) in [
            ("", ExactBy::Any),
            ("&keys=%5B%5D", ExactBy::Any),
            ("&keys=%5B%22email%22%5D", ExactBy::Email),
            ("&keys=%5B%22userid%22%2C%22email%22%5D", ExactBy::Any),
            ("&keys[]=email", ExactBy::Email),
            ("&keys[0]=userid&keys[1]=name", ExactBy::Userid),
            ("&keys=%5B%22name%22%5D", ExactBy::Nothing),
            ("&keys=nonsense", ExactBy::Any),
        ] {
            let asked = Question::read(&format!("search=x&exact=1{keys}"));
            assert_eq!(asked, Some(exact(&["x"], by)), "{keys}");
        }
    }

    #[test]
    fn switches_and_numbers_that_make_no_sense_are_not_there() {
        let plain = Some(free(&["x"], None, 0));
        for more in [
            "&exact=0",
            "&exact=False",
            "&exact=yes",
            "&exact=",
            "&exactCloudId=2",
            "&limit=many&offset=-3",
            "&keys[0]=userid",
            "&",
        ] {
            assert_eq!(Question::read(&format!("search=x{more}")), plain, "{more}");
        }
        let last = Question::read("exact=1&search=y&search=x");
        assert_eq!(last, Some(exact(&["x"], ExactBy::Any)));
        let id_first = Question::read("search=a@b&exact=1&exactCloudId=true");
        assert_eq!(id_first, Some(exact(&["a@b"], ExactBy::CloudId)));
    }

    #[test]
    fn nothing_to_search_for_is_no_question() {
        for query in ["", "search", "search=", "search=%20+", "search[]=x", "q=x"] {
            assert_eq!(Question::read(query), None, "{query}");
        }
    }
}
