//! Lookup: people in the index, found over the protocol.
mod index;
mod protocol;
