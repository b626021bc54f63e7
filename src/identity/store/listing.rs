//! Which records of table `cloud_record` may be found: the one rule that the index follows.
use crate::db::{Tx, among};
use crate::identity::PersonId;
use crate::identity::cloud::{CloudId, Fields, ListedRecord, Reach, RecordId};
use crate::on;
use sqlx::types::Json;
use sqlx::{QueryBuilder, query_scalar};
use uuid::Uuid;

/// A record is listed when it is shown, its person neither hides nor left every directory nor is a
/// pupil (unless pupils are wanted), and no record of another server claims the same person with better right.
const LISTED: &str = "SELECT r.id, r.cloud_id, r.instance, r.person, r.fields, r.origin,
         EXISTS (SELECT 1 FROM lookup_choice c WHERE c.person = r.person AND NOT c.is_hidden)
             AS is_open,
         EXISTS (SELECT 1 FROM affiliation a WHERE a.person = r.person AND a.profile = 'pupil')
             AS is_pupil
     FROM cloud_record r
     WHERE r.state = 'shown'
       AND NOT EXISTS (SELECT 1 FROM lookup_choice c WHERE c.person = r.person AND c.is_hidden)
       AND NOT EXISTS (SELECT 1 FROM account e WHERE e.person = r.person AND e.ended_at IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM account l
                WHERE l.person = r.person AND l.ended_at IS NULL))
       AND NOT EXISTS (SELECT 1 FROM cloud_record o
            WHERE o.claim = r.claim AND o.instance <> r.instance AND o.state = 'shown'
              AND (o.priority, o.active_at, o.id) > (r.priority, r.active_at, r.id))";

const NO_PUPILS: &str = " AND NOT EXISTS
    (SELECT 1 FROM affiliation a WHERE a.person = r.person AND a.profile = 'pupil')";

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    cloud_id: String,
    instance: String,
    person: Option<PersonId>,
    fields: Json<Fields>,
    origin: String,
    is_open: bool,
    is_pupil: bool,
}

impl Row {
    /// `None` for an id that Nextcloud would trip over: those are refused on the way in.
    fn listed(self) -> Option<ListedRecord> {
        Some(ListedRecord {
            id: RecordId(self.id),
            cloud_id: CloudId::parse(&self.cloud_id).ok()?,
            instance: self.instance,
            person: self.person,
            fields: self.fields.0,
            reach: Reach {
                is_open: self.is_open,
                is_pupil: self.is_pupil,
                is_own_word: self.origin == "signed",
            },
        })
    }
}

/// Those of `ids` that may be found now; the others may not.
pub async fn listed_among(
    tx: &mut Tx,
    ids: &[RecordId],
    with_pupils: bool,
) -> sqlx::Result<Vec<ListedRecord>> {
    let mut listed = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let rows: Vec<Row> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new(LISTED);
            sql.push(if with_pupils { "" } else { NO_PUPILS }).push(" AND r.id");
            among(&mut sql, chunk.iter().copied()).build_query_as().fetch_all(conn).await
        })?;
        listed.extend(rows.into_iter().filter_map(Row::listed));
    }
    Ok(listed)
}

/// One page of all that may be found, in order of id, behind `after`; for rebuilding. The second
/// value is where the next page begins, `None` behind the last one.
pub async fn listed_page(
    tx: &mut Tx,
    after: Option<RecordId>,
    limit: i64,
    with_pupils: bool,
) -> sqlx::Result<(Vec<ListedRecord>, Option<RecordId>)> {
    let after = after.unwrap_or(RecordId(Uuid::nil()));
    let rows: Vec<Row> = on!(tx, |conn| {
        let mut sql = QueryBuilder::new(LISTED);
        sql.push(if with_pupils { "" } else { NO_PUPILS }).push(" AND r.id > ").push_bind(after);
        sql.push(" ORDER BY r.id LIMIT ").push_bind(limit);
        sql.build_query_as().fetch_all(conn).await
    })?;
    let next = match usize::try_from(limit) {
        Ok(limit) if rows.len() == limit => rows.last().map(|row| RecordId(row.id)),
        _ => None,
    };
    Ok((rows.into_iter().filter_map(Row::listed).collect(), next))
}

/// Records there are, listed or not.
pub async fn count_records(tx: &mut Tx) -> sqlx::Result<u64> {
    let count: i64 =
        on!(tx, |conn| query_scalar("SELECT count(*) FROM cloud_record").fetch_one(conn).await)?;
    Ok(count.unsigned_abs())
}

/// Records of these people, and of whoever claims to be the same as one of these records: what a
/// change of either may show or hide.
pub async fn records_touched(tx: &mut Tx, entities: &[Uuid]) -> sqlx::Result<Vec<RecordId>> {
    let mut touched = Vec::new();
    for chunk in entities.chunks(250) {
        let ids: Vec<(Uuid,)> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new("SELECT id FROM cloud_record WHERE person");
            among(&mut sql, chunk.iter().copied()).push(
                " UNION SELECT o.id FROM cloud_record r JOIN cloud_record o ON o.claim = r.claim
                 WHERE r.id",
            );
            among(&mut sql, chunk.iter().copied()).build_query_as().fetch_all(conn).await
        })?;
        touched.extend(ids.into_iter().map(|(id,)| RecordId(id)));
    }
    Ok(touched)
}
