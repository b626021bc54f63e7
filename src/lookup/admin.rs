//! Administration of the lookup.
