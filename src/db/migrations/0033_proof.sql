-- Proof of presence: the token that a presence is known by, and the certificates made of it.

CREATE TABLE presence_token (
    presence UUID PRIMARY KEY,
    kid TEXT NOT NULL,                  -- the key with which it is encrypted
    token BYTEA NOT NULL,               -- 512 bytes: the id of the presence, OAEP-SHA-512
    sha256 BYTEA NOT NULL UNIQUE,       -- of the token: it is looked up before any key is touched
    made_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE certificate (
    id UUID PRIMARY KEY,                -- cid, UUID v4: whoever has it holds the document
    presence UUID NOT NULL,
    serial TEXT NOT NULL UNIQUE,
    kid TEXT NOT NULL,                  -- the key that signed
    jws TEXT NOT NULL,                  -- personal: goes with the presence
    issued_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ,
    revoke_reason TEXT NOT NULL         -- corrected, replaced; empty while it holds
);
CREATE UNIQUE INDEX certificate_current ON certificate (presence) WHERE revoked_at IS NULL;

-- Serial numbers are counted for each establishment and year.
CREATE TABLE certificate_counter (
    uai TEXT NOT NULL,
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (uai, year)
);
