//! Where a request to vouch for somebody begins: everything it needs, at one moment.
use super::answering::Answering;
use super::service::{Book, Dispatcher};
use super::vouching::Vouching;
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::SignedIn;
use crate::web::query::Fields;
use crate::web::{self, Client, Frame};
use actix_web::HttpRequest;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// What handlers hand in.
pub(super) type Parts = (Data<Db>, Data<Clock>, Data<Dispatcher>, Data<Vouching>);

pub(super) struct Desk {
    pub(super) frame: Frame,
    pub(super) client: Client,
    pub(super) db: Data<Db>,
    pub(super) dispatcher: Data<Dispatcher>,
    pub(super) vouching: Data<Vouching>,
    pub(super) now: DateTime<Utc>,
    pub(super) query: Fields,
    pub(super) snapshot: Arc<Book>,
}

impl Desk {
    pub(super) fn open(
        request: &HttpRequest,
        frame: Frame,
        client: Client,
        (db, clock, dispatcher, vouching): Parts,
    ) -> web::Result<Self> {
        let query = Fields::parse(request.query_string())?;
        let snapshot = dispatcher.files.snapshot();
        let now = clock.now();
        Ok(Self { frame, client, db, dispatcher, vouching, now, query, snapshot })
    }

    /// Vouch for this person.
    pub(super) fn answering<'a>(&'a self, who: &'a SignedIn) -> Answering<'a> {
        Answering {
            frame: &self.frame,
            who,
            client: &self.client,
            db: &self.db,
            dispatcher: &self.dispatcher,
            vouching: &self.vouching,
            now: self.now,
        }
    }
}
