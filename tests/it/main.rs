//! The service, tested from outside: one binary.
mod cas;
mod demo;
mod dispatching;
mod federation;
mod front;
mod house;
mod ldap_source;
mod look;
mod lookup;
mod ministry;
mod peers;
mod program;
mod sign_in;
mod soak;
mod store;
mod sync;
mod with_ldap;
