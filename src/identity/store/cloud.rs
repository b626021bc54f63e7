//! Tables of the lookup as they are written: records, claims, owners, withdrawals, pushes.
mod choice;
mod claim;
mod grave;
mod intake;
mod owner;
mod record;
mod replica;
mod stale;

pub use choice::{is_hidden, set_hidden};
pub use claim::{
    Claimant, ClaimedRecord, Standing, claimants, conflicts, refused_in_vain, standings,
};
pub use grave::{buried_at, bury};
pub use intake::{IntakeRow, forget_intakes, intakes, note_intake};
pub use owner::{
    Adoption, adopt, adopt_for, adoptable, owners_by_login, owners_by_mail, people_page,
};
pub use record::{
    KnownRecord, RecordRow, count_by_instance, delete_records, empty_records, ids_by_key,
    instances, known_by_id, known_records, put_records, records_of, records_of_people,
    touch_active, touch_changed, touch_seen, touch_signed,
};
pub use replica::{Replica, replica_page};
pub use stale::{InstanceShare, departed, instance_shares, long_gone, set_state};
