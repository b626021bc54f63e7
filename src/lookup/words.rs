//! How names are folded and cut into words.
