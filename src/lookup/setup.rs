//! What a Nextcloud administrator has to write, and a test of it.
