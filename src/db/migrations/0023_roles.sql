-- Roles remember where they come from, so that the map of roles takes back what it gave and never what
-- a human being gave.

CREATE TABLE role_given (
    person UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    scope_kind TEXT NOT NULL,           -- installation, school, programme, card_type
    scope TEXT NOT NULL,
    rule TEXT NOT NULL,                 -- [role:NAME]; empty: by hand
    granted_by UUID,                    -- who, by hand; empty: the command line
    granted_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person, role, scope_kind, scope, rule)
);
INSERT INTO role_given (person, role, scope_kind, scope, rule, granted_by, granted_at)
    SELECT person, role, scope_kind, scope, '', NULL, granted_at FROM role_grant;
DROP TABLE role_grant;
ALTER TABLE role_given RENAME TO role_grant;
CREATE INDEX role_grant_role ON role_grant (role, scope_kind, scope);
CREATE INDEX role_grant_rule ON role_grant (rule) WHERE rule <> '';

-- Whoever looks after a school sees the people of that school.
CREATE INDEX affiliation_rne ON affiliation (rne, person);

-- By which map rights were given last; one row.
CREATE TABLE role_map (
    id BIGINT PRIMARY KEY,
    digest BYTEA NOT NULL,              -- SHA-256 of all rules
    applied_at TIMESTAMPTZ NOT NULL
);

-- An administrator looks at the service as somebody else sees it. Names two people; gone with the
-- session.
CREATE TABLE seen_as (
    session UUID PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
    person UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    since TIMESTAMPTZ NOT NULL,
    until TIMESTAMPTZ NOT NULL
);

-- Who was erased, by numbers that name nobody any more.
CREATE TABLE erasure (
    person UUID PRIMARY KEY,
    asked_by UUID,                      -- empty: the command line
    reason TEXT NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL,
    done_at TIMESTAMPTZ
);

-- Accounts that were erased: no reading of their source brings them back.
CREATE TABLE tombstone (
    hash BYTEA PRIMARY KEY,             -- of source and id there
    until TIMESTAMPTZ NOT NULL
);
CREATE INDEX tombstone_until ON tombstone (until);
