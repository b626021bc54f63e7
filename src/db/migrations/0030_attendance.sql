-- Attendance: what is taught to whom, the dated meetings, and who was there. Everything belongs to
-- one school (`rne`); students and teachers are people.

CREATE TABLE programme (
    id UUID PRIMARY KEY,
    rne TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    year_label TEXT NOT NULL,           -- 2026-2027
    funder TEXT,
    is_active BOOLEAN NOT NULL,
    UNIQUE (rne, code, year_label)
);

CREATE TABLE subject (
    id UUID PRIMARY KEY,
    rne TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (rne, code)
);

-- A set of students inside a programme. TD 1 and TP 1 are two groups.
CREATE TABLE student_group (
    id UUID PRIMARY KEY,
    rne TEXT NOT NULL,
    programme UUID NOT NULL REFERENCES programme (id),
    kind TEXT NOT NULL,                 -- CM, TD, TP, free
    name TEXT NOT NULL,
    source TEXT NOT NULL,               -- manual, csv, ical
    UNIQUE (rne, programme, kind, name)
);

-- Membership by dates: the past is never rewritten.
CREATE TABLE group_member (
    student_group UUID NOT NULL REFERENCES student_group (id) ON DELETE CASCADE,
    student UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    since DATE NOT NULL,
    until DATE,                         -- the first day without; NULL: still a member
    PRIMARY KEY (student_group, student, since)
);
CREATE INDEX group_member_student ON group_member (student);

CREATE TABLE network_zone (
    id UUID PRIMARY KEY,
    rne TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (rne, name)
);

CREATE TABLE network_zone_cidr (
    network_zone UUID NOT NULL REFERENCES network_zone (id) ON DELETE CASCADE,
    cidr TEXT NOT NULL,
    PRIMARY KEY (network_zone, cidr)
);

CREATE TABLE room (
    id UUID PRIMARY KEY,
    rne TEXT NOT NULL,
    campus TEXT NOT NULL,
    name TEXT NOT NULL,
    capacity BIGINT,
    network_zone UUID REFERENCES network_zone (id),
    UNIQUE (rne, campus, name)
);

-- A séance: one dated meeting of groups on a subject. Its id stands in clear in the code on the wall.
CREATE TABLE class_session (
    id UUID PRIMARY KEY,
    rne TEXT NOT NULL,
    subject UUID NOT NULL REFERENCES subject (id),
    kind TEXT NOT NULL,                 -- CM, TD, TP, EX, RE, ST
    title TEXT NOT NULL,
    room UUID REFERENCES room (id),
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL,                -- planned, open, closed, locked, cancelled
    mode TEXT NOT NULL,                 -- rotating, static
    is_compulsory BOOLEAN NOT NULL,
    zone_policy TEXT NOT NULL,          -- off, flag, block
    device_policy TEXT NOT NULL,        -- off, flag, block
    late_after_min BIGINT NOT NULL,
    refuse_after_min BIGINT,            -- NULL: until the roll is closed
    rotation_s BIGINT NOT NULL,
    has_spoken_code BOOLEAN NOT NULL,
    roll_secret BYTEA,                  -- sealed by the master key; new at each opening, gone a day after closing
    opened_at TIMESTAMPTZ,
    opened_by UUID,
    closed_at TIMESTAMPTZ,
    closed_by UUID,                     -- NULL though closed: by the clock
    is_provisional BOOLEAN NOT NULL,    -- closed by the clock and validated by nobody yet
    validated_at TIMESTAMPTZ,
    validated_by UUID,
    headcount BIGINT,                   -- people in the room, as counted at the closing
    ext_source TEXT,                    -- of which timetable; NULL: made by hand
    ext_uid TEXT,
    ext_recurrence TEXT,
    ext_digest BYTEA,                   -- of what the timetable said last
    is_orphan BOOLEAN NOT NULL,         -- gone from its timetable
    has_conflict BOOLEAN NOT NULL,      -- its timetable says something else since the roll was called
    created_by UUID,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (rne, ext_source, ext_uid, ext_recurrence),
    CHECK (ends_at > starts_at)
);
CREATE INDEX class_session_day ON class_session (rne, starts_at);
CREATE INDEX class_session_open ON class_session (ends_at) WHERE state = 'open';
CREATE INDEX class_session_secret ON class_session (closed_at) WHERE roll_secret IS NOT NULL;

CREATE TABLE class_session_group (
    class_session UUID NOT NULL REFERENCES class_session (id) ON DELETE CASCADE,
    student_group UUID NOT NULL REFERENCES student_group (id),
    PRIMARY KEY (class_session, student_group)
);

CREATE TABLE class_session_teacher (
    class_session UUID NOT NULL REFERENCES class_session (id) ON DELETE CASCADE,
    teacher UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    PRIMARY KEY (class_session, teacher)
);
CREATE INDEX class_session_teacher_of ON class_session_teacher (teacher);

-- One line of a roll: presences and absences are derived from nothing else.
CREATE TABLE attendance_record (
    id UUID PRIMARY KEY,
    rne TEXT NOT NULL,
    class_session UUID NOT NULL REFERENCES class_session (id) ON DELETE CASCADE,
    student UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    status TEXT NOT NULL,               -- expected, present, late, absent_provisional, absent, excused, exempt, excluded
    minutes_late BIGINT NOT NULL,
    marked_at TIMESTAMPTZ,              -- when the code was scanned, or somebody ticked
    channel TEXT,                       -- qr, code, card, student_qr, manual, import, remote
    zone_result TEXT NOT NULL,          -- in, out, unknown; the address itself is not kept
    flags JSONB NOT NULL,               -- array of words
    origin TEXT NOT NULL,               -- group, manual, walk_in
    note TEXT NOT NULL,                 -- reason of the last correction; personal
    version BIGINT NOT NULL,
    UNIQUE (rne, class_session, student)
);
CREATE INDEX attendance_record_session ON attendance_record (class_session, status);
CREATE INDEX attendance_record_student ON attendance_record (student);

-- That somebody was there. What proves it stands in `presence_token` and `certificate`.
CREATE TABLE presence (
    id UUID PRIMARY KEY,                -- UUID v4, secret
    rne TEXT NOT NULL,
    record UUID NOT NULL REFERENCES attendance_record (id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ,
    revoke_reason TEXT
);
CREATE UNIQUE INDEX presence_of_record ON presence (rne, record) WHERE revoked_at IS NULL;
