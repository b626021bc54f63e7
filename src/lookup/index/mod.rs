//! The index: a copy of the listed records that follows the change log.
