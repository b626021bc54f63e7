-- Justifications of absences: what a student says and shows, and what is decided.

ALTER TABLE absence_reason ADD COLUMN is_guardian_allowed BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE justification (
    id UUID PRIMARY KEY,
    rne TEXT NOT NULL,
    student UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    reason UUID NOT NULL REFERENCES absence_reason (id),
    since DATE NOT NULL,
    until DATE NOT NULL,                -- the last day
    comment TEXT NOT NULL,              -- personal: as it was typed
    state TEXT NOT NULL,                -- draft, submitted, more_info, accepted, refused, cancelled, withdrawn
    is_late BOOLEAN NOT NULL,           -- sent after its deadline
    created_at TIMESTAMPTZ NOT NULL,
    submitted_at TIMESTAMPTZ,
    deadline_at TIMESTAMPTZ,
    decided_at TIMESTAMPTZ,
    decided_by UUID REFERENCES person (id) ON DELETE SET NULL,
    note TEXT NOT NULL,                 -- what was answered
    version BIGINT NOT NULL
);
CREATE INDEX justification_student ON justification (student);
CREATE INDEX justification_state ON justification (rne, state);

-- The absences that it is about; set when it is sent.
CREATE TABLE justification_record (
    justification UUID NOT NULL REFERENCES justification (id) ON DELETE CASCADE,
    record UUID NOT NULL REFERENCES attendance_record (id) ON DELETE CASCADE,
    is_excused BOOLEAN NOT NULL,        -- by this justification
    PRIMARY KEY (justification, record)
);
CREATE INDEX justification_record_of ON justification_record (record);

-- A row stands before its file does and goes after it: no file is ever without one.
CREATE TABLE justification_file (
    id UUID PRIMARY KEY,
    justification UUID REFERENCES justification (id) ON DELETE SET NULL, -- NULL: to be removed
    storage_key TEXT NOT NULL UNIQUE,   -- name of the file, random
    name BYTEA NOT NULL,                -- what its owner called it; sealed
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 BYTEA NOT NULL,              -- of what is shown, not of what was sent
    scan_state TEXT NOT NULL,           -- arriving, pending, clean, infected
    scanned_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    delete_after TIMESTAMPTZ NOT NULL
);
CREATE INDEX justification_file_of ON justification_file (justification);
CREATE INDEX justification_file_old ON justification_file (delete_after);
