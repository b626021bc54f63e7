-- Colleagues as Nextcloud servers find them. The table is the truth, the index a copy that
-- follows the change log.

-- One record a cloud id (user@server).
CREATE TABLE cloud_record (
    id UUID PRIMARY KEY,                -- v7: what the change log and the index call it
    cloud_key TEXT NOT NULL UNIQUE,     -- the cloud id in its form for comparison
    cloud_id TEXT NOT NULL,             -- exactly as it came
    instance TEXT NOT NULL,             -- the server, in its form for comparison
    origin TEXT NOT NULL,               -- push, signed, import:NAME, source:NAME, replication:HOST
    person UUID REFERENCES person (id) ON DELETE SET NULL,
    fields JSONB NOT NULL,              -- object: field -> value, none empty
    digest BYTEA NOT NULL,              -- SHA-256 of the fields: what comes again unchanged costs nothing
    claim TEXT NOT NULL,                -- equal on records that claim to be one human being
    priority BIGINT NOT NULL,           -- of the server, when servers claim the same one
    state TEXT NOT NULL,                -- shown, stale (its server names it no more), refused (claimed already)
    changed_at TIMESTAMPTZ NOT NULL,
    active_at TIMESTAMPTZ NOT NULL,     -- changed, or pushed alone as a sign-in does
    seen_at TIMESTAMPTZ NOT NULL,       -- named by its server or import; kept to six hours
    signed_at BIGINT NOT NULL           -- newest signed message, Unix seconds; 0: none
);
CREATE INDEX cloud_record_claim ON cloud_record (claim);
CREATE INDEX cloud_record_instance ON cloud_record (instance, seen_at);
CREATE INDEX cloud_record_origin ON cloud_record (origin, seen_at);
CREATE INDEX cloud_record_person ON cloud_record (person);
CREATE INDEX cloud_record_changed ON cloud_record (changed_at, id);

-- What was removed. The digest is keyed: nobody can be read out of it.
CREATE TABLE cloud_tombstone (
    cloud_hash BYTEA PRIMARY KEY,
    removed_at TIMESTAMPTZ NOT NULL,
    signed_at BIGINT NOT NULL
);

-- Who does not want to be found. Outlives every record of theirs.
CREATE TABLE lookup_choice (
    person UUID PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    is_hidden BOOLEAN NOT NULL,
    at TIMESTAMPTZ NOT NULL
);

-- The newest push or import of each server or list.
CREATE TABLE lookup_intake (
    origin TEXT NOT NULL,
    instance TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    records BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    PRIMARY KEY (origin, instance)
);

-- How many different people a credential saw (a sketch of fixed size), by hour.
CREATE TABLE lookup_spending (
    credential TEXT NOT NULL,
    hour BIGINT NOT NULL,               -- Unix hours
    sketch BYTEA NOT NULL,
    PRIMARY KEY (credential, hour)
);
