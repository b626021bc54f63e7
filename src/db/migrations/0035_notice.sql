-- Attendance tells people: reminders of rolls, alerts by rules, letters on paper.

-- When a student is named, and to whom. Belongs to one school; at most one of programme, group and
-- subject narrows it down.
CREATE TABLE alert_rule (
    id UUID PRIMARY KEY,
    rne TEXT NOT NULL,
    code TEXT NOT NULL,                 -- of the rules that every school begins with; else its id
    name TEXT NOT NULL,                 -- empty: as its code is called in each language
    programme UUID REFERENCES programme (id),
    student_group UUID REFERENCES student_group (id),
    of_subject UUID REFERENCES subject (id),
    kinds TEXT NOT NULL,                -- ,TD,TP, and so on; empty: every kind of séance
    is_per_subject BOOLEAN NOT NULL,    -- counted in each subject by itself
    metric TEXT NOT NULL,
    comparator TEXT NOT NULL,           -- at_least, over
    threshold BIGINT NOT NULL,          -- tenths of a percent for rates, else a number
    after_days BIGINT NOT NULL,         -- for absences that nobody explained: so old at least
    span TEXT NOT NULL,                 -- week, month, year
    after_sessions BIGINT NOT NULL,     -- séances that must have counted before
    repeat_max BIGINT NOT NULL,         -- steps: one, two, three times the threshold
    to_student BOOLEAN NOT NULL,
    to_secretariat BOOLEAN NOT NULL,
    to_teachers BOOLEAN NOT NULL,
    to_guardian BOOLEAN NOT NULL,
    to_employer BOOLEAN NOT NULL,
    to_addresses TEXT NOT NULL,         -- fixed ones, comma between
    is_active BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    UNIQUE (rne, code)
);

-- A rule named a student: once for each step of a span of time.
CREATE TABLE alert_sent (
    id UUID PRIMARY KEY,
    rule UUID NOT NULL REFERENCES alert_rule (id) ON DELETE CASCADE,
    student UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    span TEXT NOT NULL,                 -- 2026-W47, 2026-11, 2026; and the subject where each counts by itself
    step BIGINT NOT NULL,
    value BIGINT NOT NULL,
    of_subject UUID,                    -- no reference: the subject may go
    since DATE NOT NULL,                -- the days of the span
    until DATE NOT NULL,                -- the last of them that counted
    sent_at TIMESTAMPTZ NOT NULL,
    UNIQUE (rule, student, span, step)
);
CREATE INDEX alert_sent_student ON alert_sent (student);
CREATE INDEX alert_sent_at ON alert_sent (sent_at);

-- To whom an alert went; those of whom no address is known stand here too.
CREATE TABLE alert_notice (
    id UUID PRIMARY KEY,
    alert UUID NOT NULL REFERENCES alert_sent (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,                 -- student, secretariat, teacher, guardian, employer, fixed
    person UUID REFERENCES person (id) ON DELETE SET NULL,
    address TEXT NOT NULL,              -- personal; empty: none is known
    mail UUID                           -- no reference: messages go after a year
);
CREATE INDEX alert_notice_alert ON alert_notice (alert);
CREATE INDEX alert_notice_person ON alert_notice (person);

-- Who was told of a roll that nobody called: this row decides that nobody is told twice.
CREATE TABLE roll_notice (
    class_session UUID NOT NULL REFERENCES class_session (id) ON DELETE CASCADE,
    person UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,                 -- reminder, uncalled
    at TIMESTAMPTZ NOT NULL,
    mail UUID,                          -- NULL: no address is known
    PRIMARY KEY (class_session, person, kind)
);
CREATE INDEX roll_notice_person ON roll_notice (person);
CREATE INDEX roll_notice_at ON roll_notice (at);

-- Letters that were written to be printed.
CREATE TABLE notice_letter (
    id UUID PRIMARY KEY,
    rne TEXT NOT NULL,
    student UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    alert UUID REFERENCES alert_sent (id) ON DELETE SET NULL,
    lang TEXT NOT NULL,
    wording BIGINT NOT NULL,            -- version of its text; 0: as it is built in
    since DATE NOT NULL,
    until DATE NOT NULL,
    made_by UUID,
    made_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX notice_letter_student ON notice_letter (student);
CREATE INDEX notice_letter_at ON notice_letter (made_at);

-- Which version of its text a message was written with; 0: as it is built in.
ALTER TABLE mail ADD COLUMN wording BIGINT;

-- Rolls that nobody called are looked for every minute.
CREATE INDEX class_session_planned ON class_session (starts_at) WHERE state = 'planned';
