//! The sealed record for programs that collect it: a chain has no gaps, and nothing is added before
//! its end, so whoever knows where they stood in each chain misses no row.
use super::search::Record;
use crate::db::Tx;
use crate::on;
use serde::Deserialize;
use sqlx::{FromRow, QueryBuilder};
use std::collections::BTreeMap;
use std::fmt;

/// Chains that a text may name.
const MOST_CHAINS: usize = 64;

/// Where somebody stood in each chain: `1.500-2.34` are row 500 of the first and 34 of the second.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Marks(BTreeMap<i64, i64>);

impl TryFrom<String> for Marks {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let number = |text: &str| {
            let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<i64>().ok().filter(|number| is_plain && *number > 0)
        };
        let mark = |text: &str| {
            let (node, seq) = text.split_once('.')?;
            Some((number(node)?, number(seq)?))
        };
        let marks: Option<BTreeMap<_, _>> = text.split('-').map(mark).collect();
        marks.filter(|marks| marks.len() <= MOST_CHAINS).map(Self).ok_or("after is none of ours")
    }
}

impl fmt::Display for Marks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (node, seq)) in self.0.iter().enumerate() {
            write!(f, "{}{node}.{seq}", if place == 0 { "" } else { "-" })?;
        }
        Ok(())
    }
}

#[derive(FromRow)]
struct Sealed {
    node: i64,
    seq: i64,
    #[sqlx(flatten)]
    record: Record,
}

/// The sealed rows behind these marks, chain by chain in their order; the marks move to the last.
pub async fn collect(tx: &mut Tx, marks: &mut Marks, most: i64) -> sqlx::Result<Vec<Record>> {
    let rows: Vec<Sealed> = on!(tx, |conn| {
        let mut sql = QueryBuilder::new(
            "SELECT node, seq, id, at, event, outcome, reason, person, network, request_id, session,
                fields, (SELECT facts FROM audit_personal WHERE audit = audit.id) AS personal
             FROM audit WHERE seq IS NOT NULL",
        );
        for (node, seq) in &marks.0 {
            sql.push(" AND NOT (node = ").push_bind(*node);
            sql.push(" AND seq <= ").push_bind(*seq).push(")");
        }
        sql.push(" ORDER BY node, seq LIMIT ").push_bind(most);
        sql.build_query_as().fetch_all(conn).await
    })?;
    let record = |row: Sealed| {
        marks.0.insert(row.node, row.seq);
        row.record.whole()
    };
    Ok(rows.into_iter().map(record).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_as_they_are_written() {
        for text in ["1.1", "1.500-2.34", "3.9223372036854775807"] {
            assert_eq!(Marks::try_from(text.to_owned()).unwrap().to_string(), text);
        }
        for wrong in
            ["", "1", "1.", ".1", "0.1", "1.0", "-1.2", "1.2-", "1.2,3.4", "1.2-a.b", "+1.2"]
        {
            assert!(Marks::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}
