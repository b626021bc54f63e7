//! Everything that writes records.
