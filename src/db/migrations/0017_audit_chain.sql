-- The audit record becomes a chain. A row is closed once, within a second of its act: what is personal
-- moves to a row of its own, which may be erased, and the rest gets a hash over itself, that part's
-- digest and the hash of the row before it. Rows from before are closed in the same way.

ALTER TABLE audit ADD COLUMN node BIGINT;               -- whose chain; empty until it is closed
ALTER TABLE audit ADD COLUMN seq BIGINT;                -- its place in that chain, from 1
ALTER TABLE audit ADD COLUMN sealed_at TIMESTAMPTZ;
ALTER TABLE audit ADD COLUMN personal BYTEA;            -- digest of the personal part; empty: none
ALTER TABLE audit ADD COLUMN hash BYTEA;
CREATE UNIQUE INDEX audit_place ON audit (node, seq);
CREATE INDEX audit_waiting ON audit (id) WHERE seq IS NULL;

CREATE TABLE audit_personal (
    audit UUID PRIMARY KEY REFERENCES audit (id) ON DELETE CASCADE,
    salt BYTEA NOT NULL,                -- goes with the row: the digest alone tells nothing
    facts JSONB NOT NULL                -- object: network, place, detail, ...; may be erased
);

CREATE TABLE audit_chain (
    node BIGINT PRIMARY KEY,            -- 1, 2, ...: each serving process has a chain for itself
    seq BIGINT NOT NULL,                -- the last row; 0: none
    hash BYTEA NOT NULL,                -- its hash; 32 zero bytes before the first
    sealed_at TIMESTAMPTZ NOT NULL,
    base_seq BIGINT NOT NULL,           -- rows up to this one were purged
    base_hash BYTEA NOT NULL,
    holder UUID NOT NULL,               -- the process that closes rows
    until TIMESTAMPTZ NOT NULL          -- afterwards another one may take over
);
