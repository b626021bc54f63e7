//! Vouching for people towards schools' portals, through HTTP (`dispatch.md` 7).
mod asked;
mod keys;
mod leaving;
mod refused;
mod relay_state;
mod shared;
mod signed;
mod unasked;
