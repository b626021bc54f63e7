//! Lookup: people in the index, found over the protocol.
mod import;
mod index;
mod pages;
mod protocol;
