//! What Nextcloud servers say and hear.
