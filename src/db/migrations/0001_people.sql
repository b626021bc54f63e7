-- The heart of the house: people, the accounts by which sources know them, where they belong,
-- and a log of every change that a follower (the search index) has to hear of.

CREATE TABLE person (
    id UUID PRIMARY KEY,
    display_name TEXT NOT NULL,
    sort_name TEXT NOT NULL,            -- folded display name: collations differ between databases
    mail TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE account (
    id UUID PRIMARY KEY,
    person UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    source TEXT NOT NULL,               -- [source:NAME]
    source_id TEXT NOT NULL,            -- stable name inside that source
    login TEXT NOT NULL,
    login_key TEXT NOT NULL,            -- login folded for look-ups
    priority BIGINT NOT NULL,           -- the highest one names the person
    attributes JSONB NOT NULL,          -- object: name -> list of values
    read_at TIMESTAMPTZ NOT NULL,
    UNIQUE (source, source_id)
);
CREATE INDEX account_person ON account (person);
CREATE INDEX account_login ON account (login_key);

CREATE TABLE affiliation (
    account UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    person UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    rne TEXT NOT NULL,
    profile TEXT NOT NULL,
    source TEXT NOT NULL,
    details JSONB NOT NULL,             -- array
    position BIGINT NOT NULL,           -- order in which the source named them
    valid_from TIMESTAMPTZ NOT NULL,
    valid_until TIMESTAMPTZ,            -- NULL: until the source says otherwise
    PRIMARY KEY (account, rne, profile)
);
CREATE INDEX affiliation_person ON affiliation (person);

-- What a rule or an administrator joined, so that it can be seen and undone.
CREATE TABLE account_link (
    id UUID PRIMARY KEY,
    account UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    from_person UUID NOT NULL,
    to_person UUID NOT NULL,
    rule TEXT NOT NULL,                 -- [link:NAME], or "administrator"
    linked_at TIMESTAMPTZ NOT NULL,
    undone_at TIMESTAMPTZ
);

-- Passwords of accounts whose source is kept here (kind = local).
CREATE TABLE local_password (
    account UUID PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,                 -- PHC string, Argon2id
    disabled BOOLEAN NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE role_grant (
    person UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    scope_kind TEXT NOT NULL,           -- installation, school, ...
    scope TEXT NOT NULL,
    granted_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person, role, scope_kind, scope)
);

-- One counter row, raised in the writer's own transaction: numbers without gaps, in commit order.
CREATE TABLE change_counter (
    id BIGINT PRIMARY KEY,
    last BIGINT NOT NULL
);
INSERT INTO change_counter (id, last) VALUES (1, 0);

CREATE TABLE change (
    seq BIGINT PRIMARY KEY,
    change_id UUID NOT NULL,
    entity UUID NOT NULL,
    kind TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
