-- Signing in: sessions, what partners were told, flows that cross other sites, and failures.

CREATE TABLE session (
    id UUID PRIMARY KEY,                -- shown on "my sessions"; opens nothing
    token_hash BYTEA NOT NULL UNIQUE,   -- SHA-256 of the cookie
    csrf_token TEXT NOT NULL,
    person UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    account UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    method TEXT NOT NULL,
    authenticated_at TIMESTAMPTZ NOT NULL,
    last_seen TIMESTAMPTZ NOT NULL,
    idle_seconds BIGINT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    end_reason TEXT,
    network TEXT NOT NULL,              -- client address cut to /24 or /48
    browser TEXT NOT NULL,
    chosen_rne TEXT,
    chosen_profile TEXT,
    partial_sources TEXT NOT NULL       -- sources that did not answer at sign-in, comma between
);
CREATE INDEX session_person ON session (person, ended_at);
CREATE INDEX session_network ON session (network, authenticated_at);

-- Which service provider got which SessionIndex: single logout will need it.
CREATE TABLE session_partner (
    session UUID NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    entity_id TEXT NOT NULL,
    session_index TEXT NOT NULL,
    name_id TEXT NOT NULL,
    first_at TIMESTAMPTZ NOT NULL,
    last_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (session, entity_id)
);

-- A message that came by cross-site POST, or a journey that will come back: found by id, one use.
CREATE TABLE flow (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    browser BYTEA,                      -- SHA-256 of __Host-flow when the browser is known already
    payload JSONB NOT NULL,             -- object
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX flow_expires ON flow (expires_at);

CREATE TABLE saml_request_seen (
    issuer TEXT NOT NULL,
    id TEXT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (issuer, id)
);

-- One row a failed sign-in; waits and budgets are counted from these.
CREATE TABLE sign_in_failure (
    id UUID PRIMARY KEY,
    login_hash BYTEA NOT NULL,
    place TEXT NOT NULL,                -- "net:10.0.0.0/24", or "device:..." for a known browser
    network TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sign_in_failure_login ON sign_in_failure (login_hash, place, at);
CREATE INDEX sign_in_failure_network ON sign_in_failure (network, at);

-- Browsers that once signed in as a login.
CREATE TABLE known_device (
    device_hash BYTEA NOT NULL,
    login_hash BYTEA NOT NULL,
    last_used TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (device_hash, login_hash)
);

CREATE TABLE last_choice (
    person UUID PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    rne TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
