//! Lists: so many at once, and where the next ones begin.
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Entries of a list when nothing else is asked for.
const USUAL: u16 = 50;
/// Entries of a list at most.
pub(super) const MOST: u16 = 200;

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct List<T> {
    /// The entries, in the order of the list.
    pub items: Vec<T>,
    /// `cursor` of the entries behind these; null behind the last one.
    pub next: Option<String>,
}

/// How many are wanted: 1 to 200.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "u16")]
pub(super) struct Limit(u16);

impl TryFrom<u16> for Limit {
    type Error = &'static str;

    fn try_from(number: u16) -> Result<Self, Self::Error> {
        if (1..=MOST).contains(&number) { Ok(Self(number)) } else { Err("limit is 1 to 200") }
    }
}

impl Limit {
    /// As asked for, or as usual.
    pub(super) fn of(limit: Option<Self>) -> i64 {
        limit.map_or(USUAL, |limit| limit.0).into()
    }
}

/// The id of the last entry that was seen, in 22 letters. Entries that come or go meanwhile
/// neither repeat nor hide others, because ids keep their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Cursor(pub(super) Uuid);

impl TryFrom<String> for Cursor {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        let id = bytes.and_then(|bytes| Uuid::from_slice(&bytes).ok());
        id.map(Self).ok_or("cursor is none of ours")
    }
}

impl Cursor {
    fn text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.as_bytes())
    }
}

/// A part of a list out of rows of which one more than `limit` was read.
pub(super) fn list<R, T>(
    mut rows: Vec<R>,
    limit: i64,
    id: impl Fn(&R) -> Uuid,
    view: impl FnMut(R) -> T,
) -> List<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| is_more).map(|row| Cursor(id(row)).text());
    List { items: rows.into_iter().map(view).collect(), next }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_an_id_and_nothing_else() {
        let id = Uuid::now_v7();
        assert_eq!(Cursor::try_from(Cursor(id).text()), Ok(Cursor(id)));
        for wrong in ["", "AAAA", &id.to_string(), "AAAAAAAAAAAAAAAAAAAAAB"] {
            assert!(Cursor::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_last_part_of_a_list_has_none_behind_it() {
        let ids: Vec<Uuid> = (0..3).map(|_| Uuid::now_v7()).collect();
        let part = |limit| list(ids.clone(), limit, |id| *id, |id| id).next;
        assert_eq!(part(2), Some(Cursor(ids[1]).text()));
        assert_eq!((part(3), part(9)), (None, None));
    }
}
