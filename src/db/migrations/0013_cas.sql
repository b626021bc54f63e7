-- CAS: tickets that wait for their validation, and which applications know of a session.

CREATE TABLE cas_ticket (
    hash BYTEA PRIMARY KEY,             -- SHA-256 of the ticket; the row goes when it is tried
    session UUID NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    service TEXT NOT NULL,              -- exactly as the application wrote it
    is_fresh BOOLEAN NOT NULL,          -- the password was typed for it
    arena TEXT,                         -- of the zone that the browser was in
    proxies JSONB NOT NULL,             -- array: who passed it on, the latest first; empty for ST
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX cas_ticket_expires ON cas_ticket (expires_at);
CREATE INDEX cas_ticket_session ON cas_ticket (session);

-- A used ticket opens nothing; single logout names it.
CREATE TABLE cas_visit (
    session UUID NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    ticket TEXT NOT NULL,
    service TEXT NOT NULL,
    label TEXT NOT NULL,                -- what people call the application
    is_told BOOLEAN NOT NULL,           -- it wants to hear of the end
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (session, ticket)
);
