//! Vouching for people towards schools' portals, through HTTP (`dispatch.md` 7).
mod asked;
mod keys;
mod refused;
mod relay_state;
mod shared;
mod unasked;
