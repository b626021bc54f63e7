-- CAS: applications that were let in to ask for tickets for others.

CREATE TABLE cas_granting (
    hash BYTEA PRIMARY KEY,             -- SHA-256 of the granting ticket
    session UUID NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    application TEXT NOT NULL,          -- what people call its holder
    arena TEXT,                         -- of the zone that the browser was in
    proxies JSONB NOT NULL,             -- array: its holder's pgtUrl, then who passed on before
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX cas_granting_session ON cas_granting (session);

-- Hosts that only an expression lets in may be anybody's.
ALTER TABLE cas_visit ADD COLUMN is_named BOOLEAN NOT NULL DEFAULT TRUE;

-- Portals sign people out by the name they were given.
CREATE INDEX session_partner_name ON session_partner (entity_id, name_id);
