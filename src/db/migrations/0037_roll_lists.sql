-- Lists that were sent to be brought in, looked at before; and groups that a directory fills.

CREATE TABLE roll_upload (
    id UUID PRIMARY KEY,
    rne TEXT NOT NULL,
    wish JSONB NOT NULL,                -- object: kind, source, summary, teachers
    name TEXT NOT NULL,                 -- of the file
    body BYTEA NOT NULL,                -- the file; it names people; empty once it was brought in
    made_by UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    made_at TIMESTAMPTZ NOT NULL,
    report JSONB                        -- object: what it did; NULL: not brought in
);
CREATE INDEX roll_upload_old ON roll_upload (made_at);
CREATE INDEX roll_upload_by ON roll_upload (made_by);

-- A group whose members a directory names: source and filter; both or none.
ALTER TABLE student_group ADD COLUMN ldap_source TEXT;
ALTER TABLE student_group ADD COLUMN ldap_filter TEXT;

-- What came of the last reading of a group.
CREATE TABLE group_reading (
    student_group UUID PRIMARY KEY REFERENCES student_group (id) ON DELETE CASCADE,
    read_at TIMESTAMPTZ NOT NULL,
    outcome TEXT NOT NULL,              -- kept, sweeping, failed
    found BIGINT NOT NULL,
    joined BIGINT NOT NULL,
    ended BIGINT NOT NULL,
    unknown JSONB NOT NULL              -- array of what the directory calls people whom nobody knows here
);
