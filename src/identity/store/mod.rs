//! SQL of the heart: people, accounts, affiliations, links, roles and the change log.
mod account;
mod affiliation;
mod bind_failure;
mod change;
mod choice;
pub mod cloud;
mod cloud_overview;
mod erasure;
mod held;
mod link;
mod link_key;
mod listing;
mod password;
mod person;
mod reading;
mod role;
mod role_facts;
mod seen_as;
mod session;
mod session_partner;
mod synced;

pub use account::{
    HeldAccount, StoredAccount, account_by_id, account_by_source_id, accounts_behind,
    accounts_by_login, accounts_of, accounts_of_source, hold_account, insert_account, seal_account,
    update_account,
};
pub use affiliation::{affiliations_of, limit_affiliations, replace_affiliations};
pub use bind_failure::{count_bind, forget_binds, forgive_binds, last_bind_failure, uncount_bind};
pub use change::{
    ChangeRow, changes_after, newest_change, note_change, note_changes, number_changes,
};
pub use choice::{choose_school, last_choice, set_last_choice};
pub use cloud_overview::{
    Behind, OwnRecord, RecordCount, cloud_ids_of, own_records, records_by_origin,
};
pub use erasure::{
    buried_accounts, bury_account, bury_again, delete_tombstones, departed, end_erasure,
    insert_erasure, is_being_erased, tombstone, tombstones_of, unbury_account,
};
pub use held::HELD;
pub use link::{LinkRow, link_account, links_of, unlink_account};
pub use link_key::{
    KeyHolder, LinkKey, accounts_by_key, key_holders, link_keys_of, replace_link_keys,
};
pub use listing::{count_records, listed_among, listed_page, records_touched};
pub use password::{StoredPassword, password_of, set_password};
pub use person::{count_people, find_person, insert_person, list_people, rename_person};
pub use reading::{AccountFinding, findings_of, keep_reading, newest_findings};
pub use role::{
    BY_HAND, GrantSearch, StoredGrant, delete_grant, grants_of, has_any_role, has_role,
    insert_grant, other_admins, search_grants,
};
pub use role_facts::{Facts, applied_map, facts_of, mapped_grants, note_map, people_after};
pub use seen_as::{begin_seeing, end_seeing};
pub use session::{
    SessionOwner, count_sessions_before, delete_sessions_before, end_session,
    end_sessions_of_account, insert_session, live_sessions, owner_by_token, owner_of_session,
    session_by_token, touch_session,
};
pub use session_partner::{
    KnownSession, SessionPartner, forget_partner, note_partner, partners_of, sessions_at,
};
pub use synced::{
    KnownAccount, LiveAccount, Newcomer, end_accounts, insert_newcomers, known_accounts,
    live_accounts, records_of_departed, revive_affiliations,
};
