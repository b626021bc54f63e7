//! People from CSV and JSON lines.
