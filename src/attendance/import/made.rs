//! Programmes, groups, subjects and rooms that a list names: each is looked up or made once.
use super::{How, kind_of};
use crate::attendance::store;
use crate::db::Tx;
use std::collections::HashMap;
use uuid::Uuid;

/// What was looked up or made so far.
#[derive(Default)]
pub(super) struct Made {
    programmes: HashMap<(String, String), Uuid>,
    groups: HashMap<(Uuid, String), Uuid>,
    subjects: HashMap<String, Uuid>,
    rooms: HashMap<String, Uuid>,
}

impl Made {
    pub(super) async fn programme(
        &mut self,
        tx: &mut Tx,
        how: &How,
        (code, year): (&str, &str),
    ) -> sqlx::Result<Uuid> {
        let key = (code.to_owned(), year.to_owned());
        if let Some(id) = self.programmes.get(&key) {
            return Ok(*id);
        }
        let (id, _) = store::insert_programme(tx, &how.rne, (code, code, year)).await?;
        self.programmes.insert(key, id);
        Ok(id)
    }

    pub(super) async fn group(
        &mut self,
        tx: &mut Tx,
        how: &How,
        (programme, name): (Uuid, &str),
        source: &str,
    ) -> sqlx::Result<Uuid> {
        let key = (programme, name.to_owned());
        if let Some(id) = self.groups.get(&key) {
            return Ok(*id);
        }
        let named = (kind_of(name), name, source);
        let (id, _) = store::insert_group(tx, (&how.rne, programme), named).await?;
        self.groups.insert(key, id);
        Ok(id)
    }

    pub(super) async fn subject(
        &mut self,
        tx: &mut Tx,
        how: &How,
        name: &str,
    ) -> sqlx::Result<Uuid> {
        if let Some(id) = self.subjects.get(name) {
            return Ok(*id);
        }
        let id = store::insert_subject(tx, &how.rne, (name, name)).await?;
        self.subjects.insert(name.to_owned(), id);
        Ok(id)
    }

    pub(super) async fn room(&mut self, tx: &mut Tx, how: &How, name: &str) -> sqlx::Result<Uuid> {
        if let Some(id) = self.rooms.get(name) {
            return Ok(*id);
        }
        let id = match store::room_named(tx, &how.rne, name).await? {
            Some(room) => room,
            None => store::insert_room(tx, &how.rne, ("", name), None).await?,
        };
        self.rooms.insert(name.to_owned(), id);
        Ok(id)
    }
}
