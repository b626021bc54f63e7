//! People as Nextcloud servers know them: cloud ids and the records behind them (D30).
mod cloud_id;
mod record;

pub use cloud_id::{CloudId, CloudIdError};
pub use record::{Field, Fields, ListedRecord, Reach, RecordId};
