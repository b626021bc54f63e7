-- What was changed on a line afterwards: the old value stays to be seen.
CREATE TABLE record_change (
    id UUID PRIMARY KEY,                -- UUID v7: in order of time
    record UUID NOT NULL REFERENCES attendance_record (id) ON DELETE CASCADE,
    at TIMESTAMPTZ NOT NULL,
    made_by UUID REFERENCES person (id) ON DELETE SET NULL,
    was TEXT NOT NULL,
    became TEXT NOT NULL,
    why TEXT NOT NULL                   -- personal: as it was typed
);
CREATE INDEX record_change_record ON record_change (record);
