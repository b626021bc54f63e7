//! Cards that programs look for, in the order of their ids.
use super::Card;
use super::queue::named;
use crate::card::csn::Csn;
use crate::card::state::State;
use crate::card_columns;
use crate::db::{Tx, among};
use crate::on;
use sqlx::QueryBuilder;
use uuid::Uuid;

/// Which cards; what is not said does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Find {
    /// With this chip: its number in any of its forms.
    pub csn: Option<String>,
    /// That this application knows.
    pub application: Option<String>,
    /// That one application, or this one, knows by this value.
    pub value: Option<String>,
    /// With this European number.
    pub escn: Option<String>,
    /// Of this holder.
    pub eppn: Option<String>,
    /// In this state.
    pub state: Option<State>,
    /// As the office searches.
    pub words: Option<String>,
    /// Behind this one.
    pub after: Option<Uuid>,
    /// At most.
    pub limit: i64,
}

/// Cards that are looked for.
pub async fn find(tx: &mut Tx, of: &Find) -> sqlx::Result<Vec<Card>> {
    let chips = of.csn.as_deref().map(Csn::meant_by);
    if chips.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new(card_columns!("WHERE TRUE"));
        if let Some(chips) = &chips {
            among(sql.push(" AND c.csn"), chips.iter().map(Csn::to_string));
        }
        if of.application.is_some() || of.value.is_some() {
            sql.push(" AND c.id IN (SELECT card FROM card_app_id WHERE TRUE");
            if let Some(application) = &of.application {
                sql.push(" AND application = ").push_bind(application.clone());
            }
            if let Some(value) = &of.value {
                sql.push(" AND value = ").push_bind(value.clone());
            }
            sql.push(")");
        }
        if let Some(escn) = &of.escn {
            sql.push(" AND c.escn = ").push_bind(escn.to_lowercase());
        }
        if let Some(eppn) = &of.eppn {
            sql.push(" AND h.eppn = ").push_bind(eppn.to_lowercase());
        }
        if let Some(state) = of.state {
            sql.push(" AND c.state = ").push_bind(state);
        }
        if let Some(words) = of.words.as_deref().map(str::trim).filter(|it| !it.is_empty()) {
            named(&mut sql, words);
        }
        if let Some(after) = of.after {
            sql.push(" AND c.id > ").push_bind(after);
        }
        sql.push(" ORDER BY c.id LIMIT ").push_bind(of.limit);
        sql.build_query_as().fetch_all(conn).await
    })
}
