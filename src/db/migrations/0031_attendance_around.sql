-- Around the roll: who is not expected, what keeps a code from being used twice, what was refused.

CREATE TABLE absence_reason (
    id UUID PRIMARY KEY,
    rne TEXT NOT NULL,
    code TEXT NOT NULL,
    label TEXT NOT NULL,
    kind TEXT NOT NULL,                 -- absence, late, exclusion, exemption
    is_accepted BOOLEAN NOT NULL,       -- without anybody deciding
    is_health BOOLEAN NOT NULL,
    is_active BOOLEAN NOT NULL,
    UNIQUE (rne, code)
);

-- Not expected: one séance, a subject, a kind of séance, or everything in a period.
CREATE TABLE exemption (
    id UUID PRIMARY KEY,
    rne TEXT NOT NULL,
    student UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    scope TEXT NOT NULL,                -- session, subject, kind, period
    class_session UUID REFERENCES class_session (id) ON DELETE CASCADE,
    subject UUID REFERENCES subject (id),
    kind TEXT,
    since DATE NOT NULL,
    until DATE NOT NULL,                -- the last day
    is_on_site BOOLEAN NOT NULL,
    reason UUID REFERENCES absence_reason (id),
    created_by UUID,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX exemption_student ON exemption (student);

-- Announced beforehand.
CREATE TABLE planned_absence (
    id UUID PRIMARY KEY,
    rne TEXT NOT NULL,
    student UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    since TIMESTAMPTZ NOT NULL,
    until TIMESTAMPTZ NOT NULL,
    reason UUID NOT NULL REFERENCES absence_reason (id),
    created_by UUID,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX planned_absence_student ON planned_absence (student);

-- A scan is good for one mark. Kept a day.
CREATE TABLE scan_use (
    nonce BYTEA PRIMARY KEY,
    class_session UUID NOT NULL REFERENCES class_session (id) ON DELETE CASCADE,
    student UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    used_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX scan_use_old ON scan_use (used_at);

-- Who marked first with a browser. Kept 30 days.
CREATE TABLE device_use (
    class_session UUID NOT NULL REFERENCES class_session (id) ON DELETE CASCADE,
    device_hash BYTEA NOT NULL,
    student UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    used_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (class_session, device_hash)
);
CREATE INDEX device_use_old ON device_use (used_at);

-- Scans that were refused, for the teacher's eyes; and wrong codes that were typed, which are counted.
CREATE TABLE refused_scan (
    id UUID PRIMARY KEY,
    class_session UUID NOT NULL REFERENCES class_session (id) ON DELETE CASCADE,
    student UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    code TEXT NOT NULL,                 -- code of the refusal
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX refused_scan_session ON refused_scan (class_session, student);
CREATE INDEX refused_scan_old ON refused_scan (at);
