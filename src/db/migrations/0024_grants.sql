-- By what we may ask an OpenID provider about somebody again while a session lasts.

CREATE TABLE session_grant (
    session UUID PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
    idp TEXT NOT NULL,                  -- [idp:NAME]
    refresh_token BYTEA NOT NULL,       -- sealed by the master key for this session
    asked_at TIMESTAMPTZ NOT NULL,      -- at sign-in, then whenever it was asked
    due_at TIMESTAMPTZ NOT NULL,        -- not asked again before
    is_waiting BOOLEAN NOT NULL         -- a question left and nobody knows what became of it
);
CREATE INDEX session_grant_due ON session_grant (due_at);
