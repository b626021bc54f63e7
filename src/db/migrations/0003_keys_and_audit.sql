-- Private keys sealed by the master key, shared by all nodes; and the record of what was done.

CREATE TABLE signing_key (
    id UUID PRIMARY KEY,
    purpose TEXT NOT NULL,              -- saml, cookie
    sealed BYTEA NOT NULL,              -- AES-256-GCM under the master key, row id as associated data
    certificate TEXT NOT NULL,          -- PEM; empty for secret keys
    created_at TIMESTAMPTZ NOT NULL,
    retired_at TIMESTAMPTZ
);

CREATE TABLE audit (
    id UUID PRIMARY KEY,                -- UUID v7: in order of time
    at TIMESTAMPTZ NOT NULL,
    event TEXT NOT NULL,
    outcome TEXT NOT NULL,              -- ok, refused, error
    reason TEXT NOT NULL,
    person UUID,                        -- never a name: those can be erased
    network TEXT NOT NULL,
    request_id TEXT NOT NULL,
    session TEXT NOT NULL,              -- 8 hexadecimal digits
    fields JSONB NOT NULL               -- object: zone, destinations, sp, ...
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_event ON audit (event, at);
CREATE INDEX audit_person ON audit (person, at);
CREATE INDEX audit_request ON audit (request_id);
