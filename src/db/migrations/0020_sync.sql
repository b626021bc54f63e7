-- Directories and lists with which people are kept in step.

-- Of all that the source said of the account, and what was read out of it: what comes again
-- unchanged costs nothing. NULL: to be written the next time.
ALTER TABLE account ADD COLUMN digest BYTEA;
-- The account left its source: its person is hidden and, in time, erased. Cleared when it returns.
ALTER TABLE account ADD COLUMN ended_at TIMESTAMPTZ;
CREATE INDEX account_ended ON account (ended_at);

-- Values by which link rules join accounts, in small letters. Erased with the account.
CREATE TABLE link_key (
    account UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    attribute TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (account, attribute, value)
);
CREATE INDEX link_key_value ON link_key (attribute, value);

-- One reading of a source. Names nobody.
CREATE TABLE sync_run (
    id UUID PRIMARY KEY,
    source TEXT NOT NULL,               -- [source:NAME]
    mode TEXT NOT NULL,                 -- full, changes
    is_dry BOOLEAN NOT NULL,
    asked_by TEXT NOT NULL,             -- timetable, files, command, or a person
    started_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    state TEXT NOT NULL,                -- running, done, refused, failed, interrupted
    counts JSONB NOT NULL,              -- object
    trouble TEXT,                       -- why it was refused or failed
    mark TEXT                           -- how far it read: time of the newest change, or what the files looked like
);
CREATE INDEX sync_run_source ON sync_run (source, started_at);

-- Entries that could not be used, the first few hundred: line or digest of the DN, never a value.
CREATE TABLE sync_finding (
    run UUID NOT NULL REFERENCES sync_run (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    place TEXT NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (run, position)
);

-- Who appeared, changed or vanished, the first few hundred. Goes with the run after some weeks.
CREATE TABLE sync_difference (
    run UUID NOT NULL REFERENCES sync_run (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,                 -- appears, changes, returns, vanishes
    source_id TEXT NOT NULL,
    name TEXT NOT NULL,
    fields TEXT NOT NULL,               -- what differs, comma between
    PRIMARY KEY (run, position)
);

-- Who reads a source at this moment, and what an administrator asked for.
CREATE TABLE sync_lease (
    source TEXT PRIMARY KEY,
    holder UUID,
    until TIMESTAMPTZ NOT NULL,
    wanted JSONB                        -- object: the order that waits
);
