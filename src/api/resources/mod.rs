//! What programs see and do, one file a subject.
pub(super) mod attendance;
pub(super) mod audit;
pub(super) mod colleagues;
pub(super) mod dispatch;
pub(super) mod jobs;
pub(super) mod mail;
pub(super) mod mail_accounts;
mod mail_shapes;
mod mail_token_shapes;
pub(super) mod people;
pub(super) mod push;
mod pushed;
pub(super) mod roll_figures;
pub(super) mod roll_lines;
pub(super) mod roll_lists;
pub(super) mod rolls;
pub(super) mod schools;
pub(super) mod sources;
