-- That somebody sent a paper: counted for 30 days, whatever became of the paper meanwhile.
CREATE TABLE paper_sent (
    id UUID PRIMARY KEY,                -- of the paper; that may be gone
    student UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX paper_sent_student ON paper_sent (student, at);

INSERT INTO paper_sent (id, student, at)
SELECT f.id, j.student, f.created_at FROM justification_file f
    JOIN justification j ON j.id = f.justification;

-- What goes with a line or a presence is found without reading everything.
CREATE INDEX presence_record ON presence (record);
CREATE INDEX certificate_presence ON certificate (presence);
