-- Programs that use the API: their tokens, and the answers that they may ask for again.

-- One program. Only the hash of its token is kept.
CREATE TABLE api_token (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,                 -- what administrators call it
    hash BYTEA NOT NULL UNIQUE,         -- SHA-256 of the token
    scopes JSONB NOT NULL,              -- array: people:read, …
    rne JSONB NOT NULL,                 -- array: only people of these schools; empty: everybody
    sources JSONB NOT NULL,             -- array: writes only these sources; empty: all that are pushed
    networks JSONB NOT NULL,            -- array: comes only from there; empty: from anywhere
    made_by TEXT NOT NULL,              -- a person, or command
    made_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ,             -- NULL: never
    used_at TIMESTAMPTZ,                -- noted once a minute at most
    revoked_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX api_token_name ON api_token (name) WHERE revoked_at IS NULL;

-- What an act was answered with, written in the transaction of the act: whoever sends it again with
-- the same key gets the same answer and causes nothing. Goes after a day.
CREATE TABLE idempotency_key (
    token UUID NOT NULL REFERENCES api_token (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    digest BYTEA NOT NULL,              -- of method, path and body
    status BIGINT NOT NULL,
    answer TEXT NOT NULL,               -- JSON
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (token, key)
);
CREATE INDEX idempotency_key_expires ON idempotency_key (expires_at);
