-- Cards that were held to readers. The answer is kept: a reader that asks again gets it again.
CREATE TABLE tap (
    token UUID NOT NULL,                -- of the program
    station TEXT NOT NULL,              -- what the program calls the reader
    seq BIGINT NOT NULL,                -- counted by the reader
    tapped_at TIMESTAMPTZ NOT NULL,     -- by the reader's clock
    received_at TIMESTAMPTZ NOT NULL,
    student UUID REFERENCES person (id) ON DELETE CASCADE,
    class_session UUID REFERENCES class_session (id) ON DELETE CASCADE,
    answer JSONB NOT NULL,              -- object; personal: it names the student
    PRIMARY KEY (token, station, seq)
);
CREATE INDEX tap_old ON tap (received_at);
CREATE INDEX tap_student ON tap (student);
