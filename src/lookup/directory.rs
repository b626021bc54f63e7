//! One search, from the request to the hits.

/// Searches, with what the asker may see.
#[derive(Clone)]
pub struct Directory;
