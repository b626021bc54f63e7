//! What others find about me: see, hide, show.
