-- What signing in keeps besides failures: networks that go through lists of logins, wrong passwords
-- as the directories behind us count them, and what reading an account showed.

CREATE TABLE stuffing_network (
    network TEXT PRIMARY KEY,
    until TIMESTAMPTZ NOT NULL,         -- slowed down, or reported once, for so long
    next_try TIMESTAMPTZ NOT NULL       -- where it is slowed down: not before
);

CREATE TABLE bind_failure (
    entry_hash BYTEA PRIMARY KEY,       -- SHA-256 of source and id, and of the login as typed
    failures BIGINT NOT NULL,
    last_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX bind_failure_last ON bind_failure (last_at);

-- Which school the directory calls current and main: some say so by a number that has to be looked
-- up there.
ALTER TABLE account ADD COLUMN current_rne TEXT;
ALTER TABLE account ADD COLUMN main_rne TEXT;

-- What was wrong with the attributes of an account when they were read last.
CREATE TABLE account_finding (
    account UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    code TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,            -- since when they are exactly these
    PRIMARY KEY (account, position)
);
CREATE INDEX account_finding_at ON account_finding (at);
