-- Lists of a school are brought in one after the other, and a séance knows who cancelled it.

-- Whoever brings a list in holds the row of the school until the end.
CREATE TABLE roll_import (
    rne TEXT PRIMARY KEY,
    brought_at TIMESTAMPTZ NOT NULL     -- when the last one was
);

-- Cancelled by its timetable, which may plan it again; what people cancel stays cancelled.
ALTER TABLE class_session ADD COLUMN is_ext_cancelled BOOLEAN NOT NULL DEFAULT FALSE;

-- Marks of a list name a séance as its timetable does, whichever timetable that is.
CREATE INDEX class_session_ext ON class_session (rne, ext_uid);
